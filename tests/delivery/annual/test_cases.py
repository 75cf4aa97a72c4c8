"""The cases of tests/cases/annual, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from guatu.delivery.annual.adjustments import Adjustment, Change, adjusted, movement
from guatu.delivery.annual.decomposition import (
    Accrual,
    leaf_sum,
    whole_balance,
    year_balances,
)
from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import (
    Node,
    Schedule,
    progress_due,
    share_by_days,
    share_by_months,
)
from guatu.delivery.annual.shares import percentages, split, split_decimal

CASES = Path(__file__).parents[2] / "cases" / "annual"
NONE = "无"
ACCRUALS = {"累加": Accrual.SUM, "期末": Accrual.LEVEL, "比率": Accrual.RATE}
CHANGES = {"调入": Change.IN, "调出": Change.OUT, "调整": Change.CHANGE}


def cases(name: str) -> pytest.MarkDecorator:
    found = yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))
    return pytest.mark.parametrize("case", found, ids=[case["名"] for case in found])


def month(text: str | None) -> Month | None:
    return None if text is None else Month(*map(int, text.split("-")))


def node(given: Any) -> Node:
    return Node(given) if isinstance(given, int) else Node(given[0], Fraction(given[1], 100))


def decimal(text: str) -> Decimal | None:
    return None if text == NONE else Decimal(text)


@cases("schedule")
def test_schedule(case: dict[str, Any]) -> None:
    schedule = Schedule(
        case["年"], month(case.get("起")), month(case.get("止")), [*map(node, case.get("节点", ()))]
    )
    assert progress_due(schedule, day(case["日"])) == Fraction(case["得"])


def day(given: Any) -> date:
    return given if isinstance(given, date) else date.fromisoformat(given)


@cases("totals")
def test_totals(case: dict[str, Any]) -> None:
    share = {"月": share_by_months, "天": share_by_days}[case["法"]]
    factor = Fraction(case.get("T", 100), 100)
    assert share(case["年"], day(case["日"]), factor=factor) == Fraction(case["得"])


@cases("shares")
def test_shares(case: dict[str, Any]) -> None:
    if isinstance(case["总"], str):
        weights = [Decimal(weight) for weight in case["比"]]
        parts = split_decimal(Decimal(case["总"]), weights, case.get("位", 0))
        assert parts == [Decimal(part) for part in case["得"]]
    else:
        assert split(case["总"], case["比"]) == case["得"]


@cases("percentages")
def test_percentages(case: dict[str, Any]) -> None:
    assert percentages(case["数"]) == [Decimal(part) for part in case["得"]]


@cases("decomposition")
def test_decomposition(case: dict[str, Any]) -> None:
    accrual = ACCRUALS[case["法"]]
    years = {year: Decimal(value) for year, value in case["年"].items()}
    shares = {year: [Decimal(v) for v in values] for year, values in case["份"].items()}
    found = year_balances(years, shares, accrual)
    expected = {year: decimal(value) for year, value in case["年余"].items()}
    assert {year: each.remainder for year, each in found.items()} == expected
    assert [year for year, each in found.items() if each.over] == case["超"]
    whole = whole_balance(decimal(case["总"]), years, accrual)
    assert (whole.remainder if whole else None) == decimal(case["总余"])


@cases("adjustments")
def test_adjustments(case: dict[str, Any]) -> None:
    moves = [
        Adjustment(project, CHANGES[how], *(None if v == NONE else v for v in amounts))
        for project, how, *amounts in case["动"]
    ]
    found = adjusted(case["下达"], moves)
    assert found.amounts == case["得"]
    assert len(found.conflicts) == case.get("不合", 0)
    moved = movement(case["下达"], moves)
    assert [moved.issued, moved.moved_in, moved.moved_out, moved.changed] == case["表"]


@cases("sums")
def test_sums(case: dict[str, Any]) -> None:
    assert leaf_sum(case["投"], case["属"]) == case["得"]
