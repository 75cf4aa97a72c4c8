"""Entering statistics and payments beside what was reported (统计数、财务数)."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.annual.models import Decomposition
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Region, User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects.models import Project
from guatu.web.reporting.models import Measure, MeasureKind, ReportingPeriod


@transaction.atomic
def set_measure(
    period: ReportingPeriod,
    *,
    by: User,
    kind: str,
    value: Decimal,
    source: str,
    project: Project | None = None,
    region: Region | None = None,
    target: Decomposition | None = None,
) -> Measure:
    """A figure of the area, or of a project, county or target; an earlier one stays beside it.

    Money in whole 元. 调度数 of money come from the reports and are not entered here.
    """
    require(by, "reporting.measure", office=period.office)
    if kind == MeasureKind.DISPATCH and target is None:
        raise CannotDo({"kind": _("投资的调度数由报表汇总，不在这里录入。")})
    if not source.strip():
        raise CannotDo({"source": _("请写明来源，如“市统计局10月投资快报”。")})
    if target is None and value != value.to_integral_value():
        raise CannotDo({"value": _("金额最多到元。")})
    known = Measure.objects.filter(
        period=period, kind=kind, project=project, region=region, target=target, current=True
    ).first()
    if known is not None:
        known.current = False
        known.save(update_fields=["current"])
    made = Measure(
        period=period,
        kind=kind,
        project=project,
        region=region,
        target=target,
        value=value,
        source=source.strip()[:200],
        by=by,
    )
    made.full_clean()
    made.save()
    before = {"value": str(known.value), "source": known.source} if known else None
    after = {"value": str(made.value), "source": made.source}
    record(by, "measure.entered", made, before=before, after=after)
    return made
