"""Value checks of a reported row (数值核对): each blocks, asks for a word, or notes.

A check sees one project's row beside what was reported before and what was planned. It says
where it looks, what it found and how to mend it, in Chinese.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from guatu.delivery.periods import Period
from guatu.delivery.reporting.fields import BY_KEY, DAYS, Values, in_wan

# 本期超过近期平均的几倍要说明 (PRODUCT, Figures).
TIMES: Final = 3


class Level(StrEnum):
    """What a check does: 不能收 blocks, 要说明 asks for a word, 提醒 notes."""

    BLOCKS = "blocks"
    WORD = "word"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a check has to say about a field of a row."""

    level: Level
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """A row and all that a check may know of its project.

    ``last`` is the report before, ``last_reached`` its 本年累计 if it was of the same year (nought
    at the beginning of a year, None where nothing is known). ``amounts`` are 本期 figures of the
    periods before, the newest first. ``today`` is the day on which the row is looked at.
    """

    values: Values
    period: Period
    today: date
    last: Values | None = None
    last_reached: int | None = None
    amounts: tuple[int, ...] = ()
    planned: int | None = None
    investment: int | None = None

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        return value if isinstance(value, date) else None

    def money(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def amount(self) -> int | None:
        """本期 = 累计 − 上期累计."""
        reached = self.money("reached_year")
        if reached is None or self.last_reached is None:
            return None
        return reached - self.last_reached


Check = Callable[[Case], list[Remark]]


def dates_to_come(case: Case) -> list[Remark]:
    """不能收：日期还没有到，或晚于本期末（属于下一期）。"""
    remarks = []
    for key in DAYS:
        day, head = case.day(key), BY_KEY[key].head
        if day is None or (case.last is not None and case.last.get(key) == day):
            continue
        if day > case.today:
            words = f"{head}填的 {day} 还没有到，请填实际日期；预计的日期不填。"
        elif day > case.period.end:
            words = f"{head}填的 {day} 晚于本期末 {case.period.end}，请在下一期填报。"
        else:
            continue
        remarks.append(Remark(Level.BLOCKS, key, words))
    return remarks


def dates_in_order(case: Case) -> list[Remark]:
    """不能收：竣工、停工、复工的先后不对，或没有开工就竣工。"""
    start, stop = case.day("started_on"), case.day("stopped_on")
    resumed, finish = case.day("resumed_on"), case.day("finished_on")
    remarks = []
    if finish and not start:
        words = "填了竣工日期，没有实际开工日期，请补填开工日期。"
        remarks.append(Remark(Level.BLOCKS, "started_on", words))
    for key, later, earlier, what in (
        ("finished_on", finish, start, "实际开工日期"),
        ("stopped_on", stop, start, "实际开工日期"),
    ):
        if later and earlier and later < earlier:
            words = f"{BY_KEY[key].head} {later} 早于{what} {earlier}，请核对。"
            remarks.append(Remark(Level.BLOCKS, key, words))
    if resumed and not stop:
        words = "填了复工日期，没有停工日期，请补填停工日期。"
        remarks.append(Remark(Level.BLOCKS, "resumed_on", words))
    return remarks


def falling(case: Case) -> list[Remark]:
    """要说明：本年累计比上期少（核减）。"""
    if case.amount is None or case.amount >= 0:
        return []
    words = (
        f"本年累计 {in_wan(case.money('reached_year') or 0)} 万元，比上期 "
        f"{in_wan(case.last_reached or 0)} 万元少 {in_wan(-case.amount)} 万元，"
        "属于核减，请写明原因。"
    )
    return [Remark(Level.WORD, "reached_year", words)]


def above_plan(case: Case) -> list[Remark]:
    """要说明：本年累计超过年度计划投资，且本期还在增加。"""
    reached = case.money("reached_year")
    if not case.planned or reached is None or reached <= case.planned:
        return []
    if case.amount == 0:
        return []
    words = (
        f"本年累计 {in_wan(reached)} 万元，超过年度计划 {in_wan(case.planned)} 万元，请写明原因。"
    )
    return [Remark(Level.WORD, "reached_year", words)]


def above_total(case: Case) -> list[Remark]:
    """要说明：开工以来累计超过总投资。"""
    reached, before = case.money("reached_year"), case.money("reached_before")
    if not case.investment or reached is None:
        return []
    total = reached + (before or 0)
    if total <= case.investment or case.amount == 0:
        return []
    words = (
        f"开工以来累计 {in_wan(total)} 万元，超过总投资 {in_wan(case.investment)} 万元，"
        "请核对单位是不是万元；确属超概算的写明原因。"
    )
    return [Remark(Level.WORD, "reached_year", words)]


def leaping(case: Case) -> list[Remark]:
    """要说明：本期完成超过前几期平均的三倍（至少有两期可比）。"""
    grown = [amount for amount in case.amounts if amount > 0]
    if case.amount is None or len(grown) < 2:
        return []
    if case.amount * len(grown) <= TIMES * sum(grown):
        return []
    times = Fraction(case.amount * len(grown), sum(grown))
    mean = in_wan(round(Fraction(sum(grown), len(grown) * 10_000)) * 10_000)
    words = (
        f"本期完成 {in_wan(case.amount)} 万元，是前 {len(grown)} 期平均约 {mean} 万元的 "
        f"{float(times):.1f} 倍，请核对；属实的写明原因。"
    )
    return [Remark(Level.WORD, "reached_year", words)]


def unchanged_means_unchanged(case: Case) -> list[Remark]:
    """不能收：填了“本期无变化”，数却和上期不同，或没有上期可比。"""
    if not case.values.get("unchanged"):
        return []
    if case.last is None:
        words = "上期没有报过，不能报“本期无变化”，请填写本年累计完成投资。"
        return [Remark(Level.BLOCKS, "unchanged", words)]
    differing = [
        BY_KEY[key].head
        for key in ("started_on", "stopped_on", "resumed_on", "finished_on", "in_statistics")
        if case.values.get(key) != case.last.get(key)
    ]
    if case.amount:
        differing.insert(0, BY_KEY["reached_year"].head)
    if not differing:
        return []
    words = f"填了“本期无变化”，但{'、'.join(differing)}与上期不同，两者只能留一样。"
    return [Remark(Level.BLOCKS, "unchanged", words)]


def reported_dates_stay(case: Case) -> list[Remark]:
    """要说明：以前报过的日期改了。"""
    if case.last is None:
        return []
    remarks = []
    for key in ("started_on", "finished_on", "in_statistics"):
        old, new = case.last.get(key), case.values.get(key)
        if isinstance(old, date) and new != old:
            now = f"改为 {new}" if new else "清空了"
            words = f"{BY_KEY[key].head}上次报的是 {old}，这次{now}，请写明原因。"
            remarks.append(Remark(Level.WORD, key, words))
    return remarks


def growing_while_stopped(case: Case) -> list[Remark]:
    """要说明：上期已停工、未复工，本期还有完成投资。"""
    stop, resumed = case.day("stopped_on"), case.day("resumed_on")
    standing = stop and (resumed is None or resumed < stop) and stop < case.period.start
    if not standing or not case.amount or case.amount < 0:
        return []
    words = f"{stop} 起停工，没有复工，本期却完成 {in_wan(case.amount)} 万元，请写明原因。"
    return [Remark(Level.WORD, "reached_year", words)]


def money_before_start(case: Case) -> list[Remark]:
    """提醒：没有开工日期，已有完成投资。"""
    if case.day("started_on") or not case.money("reached_year") or case.amount == 0:
        return []
    words = "有完成投资，没有实际开工日期；属于前期费用的不用改。"
    return [Remark(Level.NOTE, "started_on", words)]


def finished_with_little(case: Case) -> list[Remark]:
    """提醒：报了竣工，开工以来累计不到总投资的一半。"""
    finish, reached = case.day("finished_on"), case.money("reached_year")
    if finish is None or not case.investment or reached is None:
        return []
    if case.last is not None and case.last.get("finished_on") == finish:
        return []
    total = reached + (case.money("reached_before") or 0)
    if total * 2 >= case.investment:
        return []
    words = (
        f"报了竣工，累计 {in_wan(total)} 万元，不到总投资 {in_wan(case.investment)} 万元的一半。"
    )
    return [Remark(Level.NOTE, "finished_on", words)]


def standing_still(case: Case) -> list[Remark]:
    """提醒：本期没有新完成，也没有填“本期无变化”。"""
    if case.values.get("unchanged") or case.amount != 0 or not case.day("started_on"):
        return []
    if case.day("finished_on") or case.day("stopped_on"):
        return []
    words = "本年累计与上期相同；确实没有变化的，填“本期无变化”即可。"
    return [Remark(Level.NOTE, "reached_year", words)]


CHECKS: Final[tuple[Check, ...]] = (
    dates_to_come,
    dates_in_order,
    unchanged_means_unchanged,
    falling,
    above_plan,
    above_total,
    leaping,
    reported_dates_stay,
    growing_while_stopped,
    money_before_start,
    finished_with_little,
    standing_still,
)


def remarks_of(case: Case) -> list[Remark]:
    """All that the checks say about a row, in their order."""
    return [remark for check in CHECKS for remark in check(case)]
