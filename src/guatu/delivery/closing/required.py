"""What each month must still bring so that a target is reached (倒排月均)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from guatu.delivery.annual.months import Month, months_seen
from guatu.delivery.closing.rounding import rounded

_NOTHING = Fraction(0)


class GoalKind(StrEnum):
    """How a target is reached."""

    # 累计新增: what is done month by month adds up to it (完成投资6800亿元, 新增充电桩5万个).
    INCREASE = "increase"
    # 期末达到: the figure itself must stand there at the end (达到12万个).
    LEVEL = "level"
    # 比率: a numerator over a denominator that both grow (民间投资占比52%).
    RATIO = "ratio"


class Outlook(StrEnum):
    """How a target stands (目标研判)."""

    ACHIEVED = "achieved"
    POSSIBLE = "possible"
    # More each month than the best month has brought until now.
    HARD = "hard"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target: its value, the last day it is for, and which way it goes.

    ``at_most`` is 不高于 (PM2.5 ≤ 35); all other targets are reached from below. ``exclusive``
    is 超过: the number itself is not enough. A ratio is a part (52 % is 0.52).
    """

    kind: GoalKind
    value: Decimal
    due: date
    at_most: bool = False
    exclusive: bool = False
    # The most (or with at_most the least) that can ever be: 30 counties, 100 %.
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stands on a day: ``value`` reached (of a ratio: what its parts give).

    For a ratio give ``numerator`` and ``denominator`` so far, and ``rest``, what the denominator
    will still grow by until the end (of the annual plan), if it is known. ``best_month`` is the
    most one month has brought until now: what more than that each month asks for is said.
    """

    on: date
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rest: Decimal | None = None
    best_month: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Required:
    """What is still required.

    ``per_month`` is in the target's own unit (of a ratio a part per month, 0.01 is one 百分点);
    with ``at_most`` it is how much the figure must fall. ``of_rest`` is, for a ratio with a known
    rest, what part of all that is still to come must be of its kind. Both are None where nothing
    can be said or it is impossible; achieved is nought.
    """

    outlook: Outlook
    months_left: Fraction
    missing: Fraction | None
    per_month: Fraction | None
    of_rest: Fraction | None
    words: str


def required(goal: Goal, now: Standing) -> Required:
    """The monthly rate that still leads to the target, from the day of ``now`` on."""
    left = _months_left(now.on, goal.due)
    value = _reached(now)
    if value is None:
        return Required(Outlook.UNKNOWN, left, None, None, None, "没有完成数，无法测算。")
    want = Fraction(goal.value)
    missing = value - want if goal.at_most else want - value
    if missing < 0 or (missing == 0 and not goal.exclusive):
        words = "已达到目标。" if goal.kind is GoalKind.INCREASE else "已达到目标，需保持到期末。"
        return Required(Outlook.ACHIEVED, left, _NOTHING, _NOTHING, None, words)
    if left <= 0:
        words = f"时限（{_day(goal.due)}）已到，未达到目标。"
        return Required(Outlook.IMPOSSIBLE, _NOTHING, missing, None, None, words)
    if goal.limit is not None and _beyond(goal, Fraction(goal.limit)):
        words = f"目标超出可能的限度（{goal.limit}），无法达到。"
        return Required(Outlook.IMPOSSIBLE, left, missing, None, None, words)
    if goal.kind is GoalKind.RATIO and now.rest is not None:
        return _of_rest(goal, now, left, missing)
    return _per_month(goal, now, left, missing)


def _per_month(goal: Goal, now: Standing, left: Fraction, missing: Fraction) -> Required:
    # Less than a month left still has to bring all that is missing.
    rate = missing / max(left, Fraction(1))
    if goal.kind is GoalKind.RATIO:
        verb, number = "降低" if goal.at_most else "提高", f"{rounded(rate * 100)}个百分点"
    else:
        verb, number = ("下降" if goal.at_most else "完成"), _number(rounded(rate))
        if goal.kind is GoalKind.LEVEL and not goal.at_most:
            verb = "提高"
    if goal.exclusive and missing == 0:
        words = "刚好等于目标数，还须超过。"
    else:
        pace = "平均每月还须" if left >= 1 else "还须"
        words = f"余下{_months(left)}，{pace}{verb}{number}。"
    if now.best_month is not None and rate > Fraction(now.best_month):
        words += f"高于已有最好月份（{_number(now.best_month)}），按现有进度难以达到。"
        return Required(Outlook.HARD, left, missing, rate, None, words)
    return Required(Outlook.POSSIBLE, left, missing, rate, None, words)


def _of_rest(goal: Goal, now: Standing, left: Fraction, missing: Fraction) -> Required:
    """A ratio whose denominator's growth is known: what part of the rest must be of its kind."""
    done, base = Fraction(now.numerator or 0), Fraction(now.denominator or 0)
    rest = Fraction(now.rest or 0)
    want = Fraction(goal.value)
    if rest <= 0:
        words = "余下没有可完成的量，比率不会再变，无法达到目标。"
        return Required(Outlook.IMPOSSIBLE, left, missing, None, None, words)
    part = (want * (base + rest) - done) / rest
    if not 0 <= part <= 1 or (goal.exclusive and part == (0 if goal.at_most else 1)):
        words = (
            f"余下部分即使{'全部不属此类' if goal.at_most else '全部属此类'}，"
            f"期末也{'高于' if goal.at_most else '达不到'}目标。"
        )
        return Required(Outlook.IMPOSSIBLE, left, missing, None, None, words)
    how = "不高于" if goal.at_most else "不低于"
    words = f"余下{_months(left)}，新完成部分中所占比重须{how}{rounded(part * 100)}%。"
    per_month = missing / max(left, Fraction(1))
    return Required(Outlook.POSSIBLE, left, missing, per_month, part, words)


def _reached(now: Standing) -> Fraction | None:
    if now.value is not None:
        return Fraction(now.value)
    if now.numerator is not None and now.denominator:
        return Fraction(now.numerator) / Fraction(now.denominator)
    return None


def _beyond(goal: Goal, limit: Fraction) -> bool:
    want = Fraction(goal.value)
    if want == limit:
        return goal.exclusive
    return want < limit if goal.at_most else want > limit


def _months_left(on: date, due: date) -> Fraction:
    """Months from the evening of ``on`` to that of ``due``, a part of a month by its days."""
    january = Month(min(on.year, due.year), 1)
    return max(months_seen(due, january) - months_seen(on, january), _NOTHING)


def _number(value: Decimal) -> str:
    """Without noughts that say nothing: 15.50 is 15.5, 13.000000 is 13."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _months(left: Fraction) -> str:
    if left.denominator == 1:
        return f"{left}个月"
    return "不足1个月" if left < 1 else f"约{rounded(left, 1)}个月"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
