"""Findings of a plan (对账发现) marked as dealt with, and taken up again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.plans.models import FindingEnd, Plan, SettledFinding


@transaction.atomic
def settle_finding(
    plan: Plan, *, code: str, place: str, how: str, by: User, reason: str = ""
) -> SettledFinding:
    """Mark a finding as 已处理, or as 不改 with the reason; done again, the later word holds.

    Raises ``ValidationError``: 不改 without a reason, or a reason that is too long.
    """
    require(by, "plans.edit", office=plan.office)
    reason = reason.strip()
    if how == FindingEnd.KEPT and not reason:
        raise ValidationError(_("不改要写明理由，如“原文如此，已与起草单位核实”。"))
    key = {"plan": plan, "code": code, "place": place}
    mark = SettledFinding.objects.select_for_update().filter(**key).first()
    mark = mark or SettledFinding(office=plan.office, **key)
    mark.how, mark.reason, mark.by = how, reason, by
    mark.full_clean(validate_unique=False, validate_constraints=False)
    mark.save()
    record(by, "plan.finding-settled", plan, after=_words(mark))
    return mark


@transaction.atomic
def reopen_finding(plan: Plan, *, code: str, place: str, by: User) -> None:
    """Take a finding up again (恢复)."""
    require(by, "plans.edit", office=plan.office)
    gone, _by_model = SettledFinding.objects.filter(plan=plan, code=code, place=place).delete()
    if gone:
        record(by, "plan.finding-reopened", plan, after={"check": code})


def _words(mark: SettledFinding) -> dict[str, str]:
    return {"check": mark.code, "settled": str(mark.get_how_display()), "reason": mark.reason}
