"""Verbs of what is approved about a project: paused, resumed, exempted, put right after issue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.delivery.closing.adjustments import LaterAdjustment as Landing
from guatu.delivery.closing.adjustments import faults_of
from guatu.delivery.supervision.rules import RULES
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record, snapshot
from guatu.web.projects.models import Project
from guatu.web.reporting.models import PeriodState, ReportingPeriod
from guatu.web.supervision.facts import exempted
from guatu.web.supervision.models import (
    Close,
    ClosedProject,
    CloseState,
    Exemption,
    LaterAdjustment,
    Pausing,
)

_PAUSING = ("approved_on", "reference", "approver", "reason", "cancelled")
_EXEMPTION = ("reason", "approver", "reference", "start", "until", "rules")


# ------------------------------------------------------------------ 停缓建


@transaction.atomic
def pause(
    project: Project,
    *,
    by: User,
    approved_on: date,
    reference: str,
    approver: str,
    reason: str,
    cancelled: bool = False,
) -> Pausing:
    """Enter an approved 停缓建 (or cancellation): from ``approved_on`` on it is out of the rates.

    Closed periods stay as they are, whatever the date says.
    """
    require(by, "supervision.approve", office=project.office)
    _insist(
        reference=(reference, _("请写明批准文号或会议纪要。")),
        approver=(approver, _("请写明批准机关或批准人。")),
        reason=(reason, _("请写明停缓建的原因。")),
    )
    if Pausing.objects.filter(project=project, resumed_on__isnull=True).exists():
        raise CannotDo(_("“%(name)s”已登记停缓建，还没有复工。") % {"name": project.name})
    made = Pausing(
        project=project,
        approved_on=approved_on,
        reference=reference.strip(),
        approver=approver.strip(),
        reason=reason.strip(),
        cancelled=cancelled,
        by=by,
    )
    made.full_clean()
    made.save()
    record(by, "project.paused", made, after=snapshot(made, *_PAUSING))
    return made


@transaction.atomic
def resume(pausing: Pausing, *, by: User, on: date, reference: str) -> None:
    """It is at work again from ``on``: from then on it is judged and counted as before."""
    require(by, "supervision.approve", office=pausing.project.office)
    pausing = Pausing.objects.select_for_update().get(pk=pausing.pk)
    if pausing.resumed_on is not None:
        raise CannotDo(_("已经登记过复工。"))
    if pausing.cancelled:
        raise CannotDo(_("已撤销的项目不能复工；要再建的重新入库。"))
    _insist(reference=(reference, _("请写明复工依据。")))
    if on < pausing.approved_on:
        raise CannotDo({"on": _("复工日期不能早于批准停缓建的日期。")})
    pausing.resumed_on, pausing.resumed_reference = on, reference.strip()
    pausing.save(update_fields=["resumed_on", "resumed_reference"])
    record(by, "project.resumed", pausing, after={"on": on, "reference": reference.strip()})


# ------------------------------------------------------------------ 豁免


@transaction.atomic
def exempt(
    project: Project,
    *,
    by: User,
    reason: str,
    approver: str,
    start: date,
    until: date,
    rules: Collection[str] = (),
    reference: str = "",
) -> Exemption:
    """Exempt a project from warning rules (豁免) to ``until``; no ``rules`` means every rule."""
    require(by, "supervision.approve", office=project.office)
    made = Exemption(
        project=project,
        reason=reason.strip(),
        approver=approver.strip(),
        reference=reference.strip(),
        start=start,
        until=until,
        rules=sorted(rules),
        by=by,
    )
    faults = exempted(made).faults
    known = {rule.code for rule in RULES}
    if set(rules) - known:
        faults.append(_("没有这样的规则。"))
    if faults:
        raise CannotDo(" ".join(faults))
    made.full_clean()
    made.save()
    record(by, "exemption.made", made, after=snapshot(made, *_EXEMPTION))
    return made


@transaction.atomic
def end_exemption(exemption: Exemption, *, by: User, on: date, reason: str) -> None:
    """End an exemption before its time: from ``on`` the rules judge again."""
    require(by, "supervision.approve", office=exemption.project.office)
    exemption = Exemption.objects.select_for_update().get(pk=exemption.pk)
    if exemption.ended_on is not None:
        raise CannotDo(_("这项豁免已经结束。"))
    _insist(reason=(reason, _("请写明提前结束的原因。")))
    if on > exemption.until:
        raise CannotDo({"on": _("这项豁免到期自行结束，不用提前结束。")})
    exemption.ended_on, exemption.ended_reason = on, reason.strip()
    exemption.save(update_fields=["ended_on", "ended_reason"])
    record(by, "exemption.ended", exemption, after={"on": on, "reason": reason.strip()})


# ------------------------------------------------------------------ ± 调整


@transaction.atomic
def adjust_later(
    project: Project,
    *,
    by: User,
    of_period: ReportingPeriod,
    amount: int,
    reason: str,
    approver: str,
    reference: str = "",
) -> LaterAdjustment:
    """Put an issued period's figure right by ± ``amount`` 元 in the period that is open now.

    The issued period stays as it is. The unit's next cumulative figure is the true one, with
    this in it; a project that reports no change, or nothing, has it added.
    """
    require(by, "supervision.approve", office=project.office)
    if project.office_id != of_period.office_id:
        raise CannotDo(_("这个项目不归这一期的办公室管。"))
    lands_in = open_after(of_period)
    if lands_in is None:
        words = _("%(period)s之后没有正在填报的期，先开期再办理调整。")
        raise CannotDo(words % {"period": of_period})
    locked = ReportingPeriod.objects.select_for_update().get(pk=lands_in.pk)
    if not locked.is_open:
        raise CannotDo(_("%(period)s刚刚关账，请刷新再办。") % {"period": locked})
    issued = {of_period.period} if of_period.state == PeriodState.ISSUED else set()
    each = Landing(
        str(project.pk), of_period.period, lands_in.period, amount, reason.strip(), approver.strip()
    )
    faults = faults_of(each, issued=issued, current=lands_in.period)
    row = ClosedProject.objects.filter(
        close__period=of_period, close__state=CloseState.CURRENT, project=project
    ).first()
    if row is None and issued:
        words = _("“%(name)s”不在%(period)s的关账里。")
        faults.append(words % {"name": project.name, "period": of_period})
    elif row is not None and row.reached_year + amount < 0:
        faults.append(_("调整后累计会小于零。"))
    if faults:
        raise CannotDo(" ".join(faults))
    made = LaterAdjustment.objects.create(
        office=project.office,
        project=project,
        of_period=of_period,
        lands_in=lands_in,
        amount=amount,
        reason=reason.strip()[:200],
        approver=approver.strip()[:60],
        reference=reference.strip()[:120],
        by=by,
    )
    told = {"of_period": of_period.key, "lands_in": lands_in.key, "amount": amount}
    record(by, "figure.adjusted", made, after={**told, "reason": made.reason})
    return made


@transaction.atomic
def withdraw_adjustment(adjustment: LaterAdjustment, *, by: User) -> None:
    """Take an adjustment back, as long as the period it lands in is not closed."""
    require(by, "supervision.approve", office=adjustment.office)
    period = ReportingPeriod.objects.select_for_update().get(pk=adjustment.lands_in_id)
    if not period.is_open:
        words = _("%(period)s已经关账，调整已记入；要改的再办一次相反的调整。")
        raise CannotDo(words % {"period": period})
    mine = LaterAdjustment.objects.filter(pk=adjustment.pk, withdrawn=False)
    if not mine.update(withdrawn=True):
        raise CannotDo(_("这项调整已经撤销。"))
    record(by, "figure.adjustment-withdrawn", adjustment)


def open_after(period: ReportingPeriod) -> ReportingPeriod | None:
    """The earliest open period of the cycle after this one: where adjustments land (当期)."""
    later = ReportingPeriod.objects.filter(
        cycle=period.cycle_id, start__gt=period.end, state=PeriodState.OPEN
    )
    if Close.objects.filter(period__in=later, state=CloseState.WRITING).exists():
        return None
    return later.select_related("cycle").order_by("start").first()


def _insist(**needed: tuple[str, Any]) -> None:
    faults = {name: words for name, (value, words) in needed.items() if not value.strip()}
    if faults:
        raise CannotDo(faults)
