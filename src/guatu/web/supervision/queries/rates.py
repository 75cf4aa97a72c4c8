"""Rates and standings of a close: numerator, denominator, definition, of both 口径."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.urls import reverse

from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import (
    CountedBy,
    Rate,
    deviation,
    finish_rate,
    investment_rate,
    operating_rate,
    schedule_rate,
    start_rate,
    statistics_rate,
    time_share,
)
from guatu.delivery.closing.rollups import Dimension, Rollup
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.supervision.models import Close, ClosedProject
from guatu.web.supervision.queries.closes import is_first, rollups
from guatu.web.supervision.queries.warnings import decimal

BASES: Final = (Basis.ADJUSTED, Basis.ORIGINAL)
DIMENSIONS: Final = {
    Dimension.COUNTY: "县区",
    Dimension.UNIT: "责任单位",
    Dimension.SECTOR: "类别",
}


@dataclass(frozen=True, slots=True)
class RateCell:
    """A rate in one 口径, as it is written."""

    numerator: str
    denominator: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate with its definition, adjusted and as issued."""

    name: str
    definition: str
    unit: str
    cells: list[RateCell]


def all_rates(group: Rollup, basis: Basis) -> dict[str, Rate]:
    """Every rate there is, by the code of its definition."""
    found = [
        investment_rate(group, basis),
        schedule_rate(group, basis),
        *(start_rate(group, basis, by) for by in CountedBy),
        *(finish_rate(group, basis, by) for by in CountedBy),
        *(operating_rate(group, basis, by) for by in CountedBy),
        statistics_rate(group, basis),
        statistics_rate(group, basis, of_all=True),
    ]
    return {rate.definition.code: rate for rate in found}


def rates(close: Close) -> list[RateRow]:
    """All rates of the whole; one query."""
    [group] = rollups(close)
    by_basis = {basis: all_rates(group, basis) for basis in BASES}
    rows = []
    for code, rate in by_basis[Basis.ADJUSTED].items():
        money = code in ("investment", "schedule")
        rows.append(
            RateRow(
                rate.definition.name,
                rate.definition.words,
                "亿元" if money else "个",
                [_cell(close, by_basis[basis][code], money) for basis in BASES],
            )
        )
    return rows


def _cell(close: Close, rate: Rate, money: bool) -> RateCell:
    write: Any = formats.yi if money else formats.number
    code = rate.definition.code
    return RateCell(
        write(rate.numerator),
        write(rate.denominator),
        formats.percent(decimal(rate.value)),
        reverse("supervision:rate-why", args=[close.pk, rate.basis.value, code]),
    )


def rate_source(close: Close, basis: Basis, code: str) -> Source | None:
    """What a rate of the whole rests on; None where there is no rate of that code."""
    [group] = rollups(close)
    rate = all_rates(group, basis).get(code)
    if rate is None:
        return None
    money = code in ("investment", "schedule")
    write: Any = formats.yi if money else formats.number
    unit = "亿元" if money else "个"
    counties = rollups(close, (Dimension.COUNTY,))
    return Source(
        name=f"{close.period.period.label}{rate.definition.name}",
        value=formats.percent(decimal(rate.value)),
        unit="",
        definition=rate.words,
        steps=[
            Step(
                "分子、分母",
                [f"{close}，{formats.moment(close.at)}"],
                rows=[
                    (f"{rate.definition.numerator}（{unit}）", write(rate.numerator)),
                    (f"{rate.definition.denominator}（{unit}）", write(rate.denominator)),
                ],
            ),
            Step(
                "分县区",
                rows=[
                    (each.keys[0] or "未填", _fraction(all_rates(each, basis)[code], write))
                    for each in counties
                ],
            ),
            Step(
                "项目",
                [f"共 {group.leaves} 个末级项目，每个项目的数都可以点开看是谁报的。"],
                link=reverse("supervision:warnings") + f"?close={close.pk}",
                link_words="看项目",
            ),
        ],
    )


def _fraction(rate: Rate, write: Any) -> str:
    value = formats.percent(decimal(rate.value))
    return f"{write(rate.numerator)} ÷ {write(rate.denominator)} = {value}"


# ------------------------------------------------------------------ by county, unit, sector


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of the close, in its own 口径 and beside it as issued."""

    key: str
    name: str
    url: str
    projects: int
    planned: int
    reached: int
    this_period: int | None
    rate: Decimal | None
    due: Decimal | None
    deviation: Decimal | None
    issued: int
    issued_rate: Decimal | None
    starts: Decimal | None
    red: int
    yellow: int
    green: int
    grey: int
    paused: int


def standings(close: Close, dimension: Dimension) -> tuple[list[GroupRow], GroupRow]:
    """The groups of a dimension and the total; two queries."""
    [total] = rollups(close)
    groups = rollups(close, (dimension,))
    first = is_first(close)
    rows = [_group(close, dimension, each, first=first) for each in groups]
    return rows, _group(close, dimension, total, first=first)


def _group(close: Close, dimension: Dimension, group: Rollup, *, first: bool) -> GroupRow:
    basis = Basis(close.basis)
    sums = group.of(basis)
    rate, due = investment_rate(group, basis), schedule_rate(group, basis)
    key = group.keys[0] if group.keys else ""
    address = f"{reverse('supervision:warnings')}?close={close.pk}"
    if group.keys:
        address += f"&{dimension.value}={key}"
    return GroupRow(
        key=key,
        name=(key or "未填") if group.keys else f"合计 {group.leaves} 项",
        url=address,
        projects=sums.projects,
        planned=sums.planned,
        reached=sums.reached,
        this_period=None if first else sums.this_period,
        rate=decimal(rate.value),
        due=decimal(due.value),
        deviation=decimal(deviation(rate, due.value)),
        issued=group.original.planned,
        issued_rate=decimal(investment_rate(group, Basis.ORIGINAL).value),
        starts=decimal(start_rate(group, basis, CountedBy(close.counted_by)).value),
        **{name: group.lights.get(name, 0) for name in ("red", "yellow", "green", "grey")},
        paused=group.lights.get("paused", 0),
    )


def time_words(close: Close) -> str:
    """时间进度: T × m/12 of totals, where the close has a T."""
    due = time_share(close.period.period, factor=Fraction(close.factor, 100))
    return f"时间进度 {formats.percent(decimal(due))}（T={close.factor}%，只用于汇总）"


def projects_in(close: Close, dimension: Dimension, key: str) -> Sequence[int]:
    """Projects that a group was made from; a line project is in each of its counties."""
    rows = ClosedProject.objects.filter(close=close, leaf=True)
    if dimension is not Dimension.COUNTY:
        return list(rows.filter(**{dimension.value: key}).values_list("project_id", flat=True))
    return [
        project
        for project, county, shares in rows.values_list("project_id", "county", "shares")
        if key in ([share[0] for share in shares] or [county])
    ]
