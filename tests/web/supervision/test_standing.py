"""One answer: what reporting shows of a period's money is what the close says."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from guatu.delivery.closing.facts import Basis
from guatu.web.reporting import actions as reporting
from guatu.web.reporting.facts import known_projects
from guatu.web.reporting.models import PeriodUnit, Report
from guatu.web.reporting.queries.reached import reached_in
from guatu.web.reporting.sheets import sheet_file
from guatu.web.supervision import actions
from guatu.web.supervision.models import Close, ClosedProject
from guatu.web.supervision.queries.closes import rollups

from .conftest import WAN, City

pytestmark = pytest.mark.django_db

GROUNDS = {"reason": "一月多报", "approver": "何志恒"}


def adjusted(city: City, name: str, wan: int) -> Any:
    """January issued and a figure of it put right in February."""
    first = Close.objects.get(key="2026-01")
    if city.again("2026-01").state != "issued":
        actions.mark_issued(first, by=city.clerk)
    return actions.adjust_later(
        city.projects[name], by=city.clerk, of_period=city.again("2026-01"), amount=wan * WAN,
        **GROUNDS,
    )  # fmt: skip


def agree(close: Close) -> None:
    [whole] = rollups(close)
    found = reached_in(close.period)
    assert found.whole.amount == whole.of(Basis.REPORTED).reached
    rows = ClosedProject.objects.filter(close=close, leaf=True)
    carried = sum(row.reached_year for row in rows.filter(carried=True))
    assert found.whole.carried_amount == carried
    single = reached_in(close.period, [row.project_id for row in rows]).projects
    assert {pk: value or 0 for pk, value in single.items()} == dict(
        rows.values_list("project_id", "reached_year")
    )


def test_reported_and_carried_together_are_the_closes_figure(
    hand_city: City, table: dict[str, Any]
) -> None:
    for month, key in zip(table["月"], ("2026-01", "2026-02", "2026-03", "2026-04"), strict=False):
        hand_city.open(key)
        hand_city.report(key, month["报"])
        agree(hand_city.close(key))


@pytest.mark.parametrize("name", ["南浦泵站", "望海码头", "望海公路"])
def test_an_adjustment_is_in_both(two_months: City, name: str) -> None:
    """For one that reported no change, one that is silent, one that reported a figure."""
    project = two_months.projects[name]
    before = ClosedProject.objects.get(close__key="2026-01", project=project).reached_year
    adjusted(two_months, name, 7)
    close = two_months.close("2026-02")
    agree(close)
    if name != "望海公路":
        row = ClosedProject.objects.get(close=close, project=project)
        assert row.reached_year == before + 7 * WAN
    # Next month it goes on from there, whoever says so.
    period = two_months.open("2026-03")
    two_months.report("2026-03", {})
    known = known_projects(two_months.office, period.period, two_months.cycle)[project.pk]
    assert (
        known.last_reached == ClosedProject.objects.get(close=close, project=project).reached_year
    )
    agree(two_months.close("2026-03"))


def test_no_change_after_an_adjustment_takes_it_in_and_out_again(two_months: City) -> None:
    """本期无变化 said with the adjustment in sight; withdrawn, it counts no more."""
    project = two_months.projects["望海码头"]
    before = ClosedProject.objects.get(close__key="2026-01", project=project).reached_year
    made = adjusted(two_months, "望海码头", -1)
    period = two_months.again("2026-02")
    reporting.confirm_unchanged(period, [project.pk], by=two_months.clerk, received_on=period.due)
    report = Report.objects.get(period=period, project=project, current=True)
    assert report.reached_year == before - WAN
    assert reached_in(period, [project.pk]).projects == {project.pk: before - WAN}
    actions.withdraw_adjustment(made, by=two_months.clerk)
    close = two_months.close("2026-02")
    row = ClosedProject.objects.get(close=close, project=project)
    assert (row.reached_year, row.this_period, row.unchanged_run > 0) == (before, 0, True)


def test_the_sheet_prints_the_adjustment_beside_the_figure_before(two_months: City) -> None:
    adjusted(two_months, "望海码头", -3)
    period = two_months.again("2026-02")
    project = two_months.projects["望海码头"]
    units = PeriodUnit.objects.filter(period=period, unit=project.unit)
    [(sent, data)] = reporting.send_sheets(list(units), by=two_months.clerk)
    _name, body = sheet_file(sent, data)
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in rows if "项目名称" in row)
    mine = next(row for row in rows if "望海码头" in row)
    cells = dict(zip(heads, mine, strict=True))
    before = ClosedProject.objects.get(close__key="2026-01", project=project).reached_year
    assert cells["上期累计（万元）"] == before / WAN
    assert cells["通报后调整（万元）"] == -3
    assert "一月多报" in cells["调整原因"] and "2026年1月" in cells["调整原因"]
    # It comes back with 是 under 本期无变化, and what was put right is in its figure.
    place = [cell.value for cell in sheet[5]].index("本期无变化") + 1
    at = next(r for r in range(6, sheet.max_row + 1) if sheet.cell(r, 4).value == "望海码头")
    sheet.cell(at, place).value = "是"
    kept = io.BytesIO()
    sheet.parent.save(kept)
    file, new = reporting.take_in(
        period, name="回来.xlsx", data=kept.getvalue(), by=two_months.clerk, received_on=period.due
    )
    assert new
    reporting.apply_file(file, by=two_months.clerk, today=period.due)
    report = Report.objects.get(period=period, project=project, current=True)
    assert (report.unchanged, report.reached_year) == (True, before - 3 * WAN)


def test_the_page_says_what_its_figure_covers(two_months: City, desk: Client) -> None:
    adjusted(two_months, "望海码头", -1)
    close = two_months.close("2026-02")
    [whole] = rollups(close)
    address = reverse("reporting:figures", args=[close.period_id])
    text = " ".join(desk.get(address).content.decode().split())
    assert f"{whole.of(Basis.REPORTED).reached // WAN:,}" in text
    assert "本期已报" in text and "沿用本年上次填报" in text
