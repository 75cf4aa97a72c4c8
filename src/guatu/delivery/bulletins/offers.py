"""What of a closed period can go into a superior's sheet (上报表): by name, exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from guatu.delivery.annual.months import Month
from guatu.delivery.bulletins.closed_month import ClosedMonth
from guatu.delivery.closing.facts import ClosedRow
from guatu.delivery.closing.rates import (
    Rate,
    deviation,
    finish_rate,
    investment_rate,
    operating_rate,
    schedule_rate,
    start_rate,
    statistics_rate,
)
from guatu.delivery.closing.rollups import Dimension, Rollup, leaves, roll_up, whole

Value = Fraction | int | str | date | None


class Kind(StrEnum):
    """What a value is: whole 元, a count, a part (1: all), 百分点, words, a day, a month."""

    MONEY = "money"
    COUNT = "count"
    PART = "part"
    POINTS = "points"
    WORDS = "words"
    DAY = "day"
    MONTH = "month"


class Scope(StrEnum):
    """What one cell, or each row of a column, is about."""

    WHOLE = "whole"
    COUNTY = "county"
    UNIT = "unit"
    SECTOR = "sector"
    PROJECT = "project"

    @property
    def words(self) -> str:
        """As screens say it."""
        return {
            "whole": "全部项目的一个数",
            "county": "逐县（市、区）一行",
            "unit": "逐责任单位一行",
            "sector": "逐类别一行",
            "project": "逐项目一行",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be filled in: its name in a mapping, its words, what it is."""

    code: str
    words: str
    kind: Kind


GROUP_OFFERS: Final = (
    Offer("name", "名称", Kind.WORDS),
    Offer("number", "序号", Kind.COUNT),
    Offer("projects", "年度计划项目数", Kind.COUNT),
    Offer("planned", "本年计划投资", Kind.MONEY),
    Offer("reached", "本年累计完成投资", Kind.MONEY),
    Offer("this_period", "本期完成投资", Kind.MONEY),
    Offer("due", "按序时应完成投资", Kind.MONEY),
    Offer("rate", "投资完成率", Kind.PART),
    Offer("schedule", "序时进度", Kind.PART),
    Offer("deviation", "偏差（百分点）", Kind.POINTS),
    Offer("started", "已开工项目数", Kind.COUNT),
    Offer("starts", "应开工项目数（开工率分母）", Kind.COUNT),
    Offer("starts_done", "其中已开工（开工率分子）", Kind.COUNT),
    Offer("start_rate", "开工率", Kind.PART),
    Offer("finished", "已竣工项目数", Kind.COUNT),
    Offer("finish_rate", "竣工率", Kind.PART),
    Offer("operating_rate", "投产率", Kind.PART),
    Offer("entered", "已入统项目数", Kind.COUNT),
    Offer("statistics_rate", "入统率", Kind.PART),
    Offer("red", "红灯项目数", Kind.COUNT),
    Offer("yellow", "黄灯项目数", Kind.COUNT),
    Offer("green", "绿灯项目数", Kind.COUNT),
    Offer("grey", "未报（灰灯）项目数", Kind.COUNT),
    Offer("stagnant", "停滞项目数", Kind.COUNT),
    Offer("paused", "停缓建项目数", Kind.COUNT),
)
PAPER_OFFERS: Final = (
    Offer("period", "报告期，如 2026年10月", Kind.WORDS),
    Offer("period_end", "报告期末日期", Kind.DAY),
    Offer("office", "填报单位（办公室名称）", Kind.WORDS),
)
PROJECT_OFFERS: Final = (
    Offer("number", "序号", Kind.COUNT),
    Offer("name", "项目名称", Kind.WORDS),
    Offer("unit", "责任单位", Kind.WORDS),
    Offer("county", "县（市、区）", Kind.WORDS),
    Offer("sector", "类别", Kind.WORDS),
    Offer("leader", "联系领导", Kind.WORDS),
    Offer("total_investment", "总投资", Kind.MONEY),
    Offer("planned", "本年计划投资", Kind.MONEY),
    Offer("reached", "本年累计完成投资", Kind.MONEY),
    Offer("this_period", "本期完成投资", Kind.MONEY),
    Offer("reached_total", "开工以来累计完成投资", Kind.MONEY),
    Offer("due", "按序时应完成投资", Kind.MONEY),
    Offer("rate", "投资完成率", Kind.PART),
    Offer("schedule", "序时进度", Kind.PART),
    Offer("deviation", "偏差（百分点）", Kind.POINTS),
    Offer("start", "计划开工月", Kind.MONTH),
    Offer("finish", "计划竣工月", Kind.MONTH),
    Offer("started_on", "实际开工日期", Kind.DAY),
    Offer("finished_on", "实际竣工日期", Kind.DAY),
    Offer("in_statistics_on", "入统日期", Kind.DAY),
    Offer("light", "灯（红、黄、绿、灰）", Kind.WORDS),
    Offer("reason", "亮灯原因", Kind.WORDS),
)


def offers_of(scope: Scope) -> tuple[Offer, ...]:
    """What can be filled in for this scope."""
    if scope is Scope.PROJECT:
        return PROJECT_OFFERS
    if scope is Scope.WHOLE:
        return (*(each for each in GROUP_OFFERS if each.code != "number"), *PAPER_OFFERS)
    return GROUP_OFFERS


def offer(scope: Scope, code: str) -> Offer | None:
    """The offer of this name, None where there is none."""
    return next((each for each in offers_of(scope) if each.code == code), None)


Line = Mapping[str, Value]


def lines_of(month: ClosedMonth, scope: Scope, office: str = "") -> list[Line]:
    """The rows of a scope, each with every offer's value under its code; one row for the whole."""
    colours = {project: state.colour.value for project, state in month.lights.items()}
    if scope is Scope.PROJECT:
        rows = leaves(month.rows)
        return [_project(month, row, number) for number, row in enumerate(rows, start=1)]
    if scope is Scope.WHOLE:
        line = dict(_group(month, whole(month.rows, lights=colours), "合计", 0))
        line |= {"period": month.period.label, "period_end": month.period.end, "office": office}
        return [line]
    groups = roll_up(month.rows, (Dimension(scope.value),), lights=colours)
    return [
        _group(month, group, group.keys[0], number) for number, group in enumerate(groups, start=1)
    ]


def _group(month: ClosedMonth, group: Rollup, name: str, number: int) -> Line:
    basis, by = month.basis, month.counted_by
    sums = group.of(basis)
    done, due = investment_rate(group, basis), schedule_rate(group, basis)
    starts = start_rate(group, basis, by)
    rates: dict[str, Rate] = {
        "rate": done,
        "schedule": due,
        "start_rate": starts,
        "finish_rate": finish_rate(group, basis, by),
        "operating_rate": operating_rate(group, basis, by),
        "statistics_rate": statistics_rate(group, basis),
    }
    line: dict[str, Value] = {
        "name": name,
        "number": number,
        "deviation": deviation(done, due.value),
        "starts": starts.denominator,
        "starts_done": starts.numerator,
        "paused": group.paused,
    }
    line |= {code: rate.value for code, rate in rates.items()}
    line |= {
        code: getattr(sums, code)
        for code in (
            "projects", "planned", "reached", "this_period", "due", "started", "finished",
            "entered", "stagnant",
        )
    }  # fmt: skip
    line |= {colour: group.lights.get(colour, 0) for colour in ("red", "yellow", "green", "grey")}
    return line


_FROM_ROW: Final[dict[str, Callable[[ClosedRow], Value | Month]]] = {
    "name": lambda row: row.name,
    "unit": lambda row: row.unit,
    "county": lambda row: row.county,
    "sector": lambda row: row.sector,
    "leader": lambda row: row.leader,
    "total_investment": lambda row: row.total_investment,
    "planned": lambda row: row.planned,
    "reached": lambda row: row.reached_year,
    "this_period": lambda row: row.this_period,
    "reached_total": lambda row: row.reached_total,
    "due": lambda row: row.planned_due,
    "rate": lambda row: row.rate,
    "schedule": lambda row: row.due_part,
    "deviation": lambda row: row.deviation,
    "start": lambda row: row.start,
    "finish": lambda row: row.finish,
    "started_on": lambda row: row.started_on,
    "finished_on": lambda row: row.finished_on,
    "in_statistics_on": lambda row: row.in_statistics_on,
}


def _project(month: ClosedMonth, row: ClosedRow, number: int) -> Line:
    line: dict[str, Value] = {"number": number}
    for code, take in _FROM_ROW.items():
        value = take(row)
        line[code] = f"{value.year}年{value.month}月" if isinstance(value, Month) else value
    state = month.lights.get(row.project)
    line["light"] = state.colour.words if state else ""
    line["reason"] = "；".join(reason.words for reason in state.reasons) if state else ""
    return line
