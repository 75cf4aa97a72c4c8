"""What a period asks, and what the value checks say: cases a clerk can read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from guatu.delivery.periods import Period
from guatu.delivery.reporting import checks
from guatu.delivery.reporting.asked import Meter, Standing, asked, carried, meter
from guatu.delivery.reporting.checks import CHECKS, Case, Level, remarks_of

CASES = Path(__file__).parents[2] / "cases" / "reporting"
LEVELS = {"不能收": Level.BLOCKS, "要说明": Level.WORD, "提醒": Level.NOTE}
MONEY = ("reached_year", "reached_before")


def cases(name: str) -> list[Any]:
    rows = yaml.safe_load((CASES / name).read_text("utf-8"))
    return [pytest.param(row, id=row["名"]) for row in rows]


def values(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    told = {key: value * 10_000 if key in MONEY else value for key, value in row.items()}
    if "unchanged" in told:
        told["unchanged"] = told["unchanged"] == "是"
    return told


def wan(row: dict[str, Any], key: str) -> int | None:
    return row[key] * 10_000 if key in row else None


@pytest.mark.parametrize("row", cases("checks.yml"))
def test_checks(row: dict[str, Any]) -> None:
    case = Case(
        values=values(row["这行"]) or {},
        period=Period.parse(row["期"]),
        today=row["今天"],
        last=values(row.get("上期")),
        last_reached=wan(row, "上期累计"),
        amounts=tuple(amount * 10_000 for amount in row.get("前几期", ())),
        planned=wan(row, "年度计划"),
        investment=wan(row, "总投资"),
    )
    found = [(remark.level, remark.field) for remark in remarks_of(case)]
    assert found == [(LEVELS[level], field) for level, field in row["得"]]


def test_every_check_is_in_the_list_and_says_what_it_does() -> None:
    written = {
        value
        for name, value in vars(checks).items()
        if callable(value)
        and getattr(value, "__annotations__", {}).get("return") == "list[Remark]"
        and name != "remarks_of"
    }
    assert written == set(CHECKS)
    for check in CHECKS:
        assert (check.__doc__ or "").startswith(("不能收：", "要说明：", "提醒：")), check


def test_every_check_has_a_case_in_which_it_speaks() -> None:
    rows = yaml.safe_load((CASES / "checks.yml").read_text("utf-8"))
    spoken = {
        check.__name__
        for row in rows
        for check in CHECKS
        if check(
            Case(
                values=values(row["这行"]) or {},
                period=Period.parse(row["期"]),
                today=row["今天"],
                last=values(row.get("上期")),
                last_reached=wan(row, "上期累计"),
                amounts=tuple(amount * 10_000 for amount in row.get("前几期", ())),
                planned=wan(row, "年度计划"),
                investment=wan(row, "总投资"),
            )
        )
    }
    assert spoken == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize("row", cases("asked.yml"))
def test_asked(row: dict[str, Any]) -> None:
    told = row["项目"]
    standing = Standing(
        phase=told["阶段"],
        in_plan=told["在计划"] == "是",
        leader_linked=told.get("领导联系") == "是",
        known=told.get("已知", {}),
        planned_start=told.get("计划开工"),
    )
    found = asked(standing, Period.parse(row["期"]))
    wanted = () if row["格"] == "不问" else (*row["格"], "unchanged", "reason")
    assert found == wanted


def test_the_meter_counts_cells_to_fill_and_not_the_two_that_always_follow() -> None:
    rows = [("reached_year", "progress", "unchanged", "reason"), ("problems", "unchanged")]
    assert meter(rows) == Meter(projects=2, cells=3, musts=1)
    assert meter([]) == Meter(0, 0, 0)


def test_dates_are_carried_on_and_earlier_years_grow_at_the_turn_of_the_year() -> None:
    last = {
        "reached_year": 500,
        "reached_before": 2000,
        "started_on": date(2025, 3, 1),
        "progress": "主体施工",
        "unchanged": True,
    }
    same = carried(last, last_year=2026, year=2026)
    assert same == {"reached_before": 2000, "started_on": date(2025, 3, 1)}
    assert carried(last, last_year=2026, year=2027)["reached_before"] == 2500
    assert carried(None, last_year=None, year=2026) == {}
