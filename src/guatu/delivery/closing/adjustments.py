"""± 调整: an error in an issued period is put right in the current one, never where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from guatu.delivery.periods import Period


@dataclass(frozen=True, slots=True)
class LaterAdjustment:
    """A reasoned ± (元) of an issued period's figure, landing in a later one (``lands_in``)."""

    project: str
    of_period: Period
    lands_in: Period
    amount: int
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class Landed:
    """What lands in a period: in the year's figure, and in the total only (以前年度)."""

    this_year: int = 0
    earlier_years: int = 0


def landed(adjustments: Iterable[LaterAdjustment], project: str, period: Period) -> Landed:
    """What of these lands in ``period`` for ``project``.

    An adjustment of an earlier year changes the cumulative total since the start and not the
    figure of this year: a year's figure holds what was done in it.
    """
    now = earlier = 0
    for each in adjustments:
        if each.project != project or each.lands_in != period:
            continue
        if each.of_period.year == period.year:
            now += each.amount
        else:
            earlier += each.amount
    return Landed(now, earlier)


def faults_of(each: LaterAdjustment, *, issued: Collection[Period], current: Period) -> list[str]:
    """What keeps an adjustment from being entered, in Chinese; empty where nothing does."""
    faults = []
    if each.amount == 0:
        faults.append("调整额为零，不需要调整。")
    if not each.reason.strip():
        faults.append("请写明调整原因。")
    if not each.approver.strip():
        faults.append("请写明批准人。")
    if each.of_period not in issued:
        faults.append(f"{each.of_period.label}尚未通报，可以重新打开更正，不用调整。")
    if each.lands_in != current:
        faults.append(f"调整只能记入当期（{current.label}），已通报的数不改。")
    elif each.of_period >= current:
        faults.append("只能调整以前各期的数。")
    return faults
