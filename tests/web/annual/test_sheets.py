"""The plan as xlsx: out, filled in, back; compared three ways, applied as one, undone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from guatu.web.annual import actions
from guatu.web.annual.models import AnnualPlan, ReturnedSheet
from guatu.web.annual.queries import plan as queries
from guatu.web.annual.sheets import WrongSheet, read_sheet
from guatu.web.people.models import User

Fill = Callable[[Any], None]
FIRST = 6


@pytest.fixture
def back(filled: AnnualPlan, desk: Client) -> Callable[[Fill], ReturnedSheet]:
    """``back(fill)``: the sheet goes out, ``fill`` writes into it, it comes back and is staged."""

    def send(fill: Fill, between: Callable[[], None] = lambda: None) -> ReturnedSheet:
        out = desk.post(reverse("annual:sheet-out", args=[filled.pk]))
        book = openpyxl.load_workbook(io.BytesIO(out.content))
        fill(book.active)
        body = io.BytesIO()
        book.save(body)
        between()
        file = SimpleUploadedFile("交回.xlsx", body.getvalue())
        answer = desk.post(reverse("annual:sheet-back", args=[filled.pk]), {"file": file})
        assert answer.status_code == 302, answer.text
        return ReturnedSheet.objects.latest("pk")

    return send


def amounts(plan: AnnualPlan) -> list[int | None]:
    return [line.investment for line in plan.lines.order_by("project__position")]


@pytest.mark.django_db
def test_an_untouched_sheet_changes_nothing(back: Any, filled: AnnualPlan) -> None:
    compared = queries.compared(back(lambda sheet: None))
    assert (compared.errors, compared.changed, compared.stale, compared.same) == ([], [], [], 3)


@pytest.mark.django_db
def test_rows_are_known_by_their_id_in_any_order(
    back: Any, filled: AnnualPlan, clerk: User, desk: Client
) -> None:
    def fill(sheet: Any) -> None:
        sheet.cell(FIRST, 8).value = 333
        sheet.cell(FIRST + 1, 12).value = "6月 路基 40%；12月 通车 100%"
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=FIRST, max_row=FIRST + 2)]
        for row, values in zip(range(FIRST, FIRST + 3), reversed(rows), strict=True):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value

    sheet = back(fill)
    assert desk.get(reverse("annual:sheet", args=[sheet.pk])).status_code == 200
    batch = actions.apply_sheet(sheet, by=clerk, stale="")
    assert amounts(filled) == [3_330_000, 2_000_000, 1_000_000]
    road = filled.lines.get(project__name="南浦大道")
    assert [node["month"] for node in road.nodes] == [6, 12]
    assert batch is not None
    actions.undo_batch(batch, by=clerk)
    assert amounts(filled) == [3_000_000, 2_000_000, 1_000_000]


@pytest.mark.django_db
def test_a_wrong_cell_is_named_and_nothing_is_taken(
    back: Any, filled: AnnualPlan, clerk: User, desk: Client
) -> None:
    def fill(sheet: Any) -> None:
        sheet.cell(FIRST, 8).value = 333
        sheet.cell(FIRST + 1, 8).value = "待定"
        sheet.cell(FIRST + 2, 9).value = "开春"

    sheet = back(fill)
    page = desk.get(reverse("annual:sheet", args=[sheet.pk])).text
    assert "第 7 行“年度计划投资（万元）”填的是“待定”，应为数字（万元）。" in page
    assert "第 8 行“开工月”填的是“开春”，应为年月，如 2026-09。" in page
    answer = desk.post(reverse("annual:sheet-apply", args=[sheet.pk]), follow=True)
    assert "有 2 行还有错" in answer.text
    assert amounts(filled) == [3_000_000, 2_000_000, 1_000_000]


@pytest.mark.django_db
@pytest.mark.parametrize(("side", "first"), [("keep", 3_200_000), ("take", 3_330_000)])
def test_a_stale_row_is_shown_three_ways_and_asked_about(
    back: Any, filled: AnnualPlan, clerk: User, desk: Client, side: str, first: int
) -> None:
    def fill(sheet: Any) -> None:
        sheet.cell(FIRST, 8).value = 333
        sheet.cell(FIRST + 2, 8).value = 111

    def change() -> None:
        line = filled.lines.get(project__name="青川水厂")
        actions.change_cell(line, "investment", "320", by=clerk, seen=line.version)

    sheet = back(fill, change)
    (row,) = queries.compared(sheet).stale
    (cell,) = row.cells
    assert (cell.sent, cell.returned, cell.now) == ("300", "333", "320")
    answer = desk.post(reverse("annual:sheet-apply", args=[sheet.pk]), follow=True)
    assert "请先选择以哪边为准" in answer.text
    assert amounts(filled)[2] == 1_000_000
    desk.post(reverse("annual:sheet-apply", args=[sheet.pk]), {"stale": side})
    assert amounts(filled) == [first, 2_000_000, 1_110_000]


@pytest.mark.django_db
def test_a_row_that_both_changed_elsewhere_is_not_stale(
    back: Any, filled: AnnualPlan, clerk: User
) -> None:
    def change() -> None:
        line = filled.lines.get(project__name="青川水厂")
        actions.change_cell(line, "content", "建取水口", by=clerk, seen=line.version)

    def fill(sheet: Any) -> None:
        sheet.cell(FIRST, 8).value = 333

    sheet = back(fill, change)
    assert not queries.compared(sheet).stale
    actions.apply_sheet(sheet, by=clerk, stale="")
    line = filled.lines.get(project__name="青川水厂")
    assert (line.investment, line.content) == (3_330_000, "建取水口")


@pytest.mark.django_db
def test_a_row_that_is_not_ours_or_stands_twice_is_an_error(back: Any, filled: AnnualPlan) -> None:
    def fill(sheet: Any) -> None:
        sheet.cell(FIRST + 1, 1).value = sheet.cell(FIRST, 1).value
        sheet.cell(FIRST + 3, 4).value = "新加的项目"

    errors = queries.compared(back(fill)).errors
    assert errors == [
        "第 7 行：这个项目在表里出现了两次，请只留一行。",
        "第 9 行：这一行不是计划里的项目，请在页面上用“加入项目”加进来。",
    ]


@pytest.mark.django_db
def test_a_name_that_looks_like_a_formula_stays_a_name(filled: AnnualPlan, desk: Client) -> None:
    line = filled.lines.first()
    assert line is not None
    type(line.project).objects.filter(pk=line.project_id).update(name="=1+1")
    out = desk.post(reverse("annual:sheet-out", args=[filled.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(out.content)).active
    assert sheet.cell(FIRST, 4).data_type == "s"
    assert sheet.cell(FIRST - 1, 8).value == "=SUM(H6:H8)"


@pytest.mark.django_db
def test_another_file_is_refused_in_words(filled: AnnualPlan, desk: Client) -> None:
    for body in (b"", b"no sheet", _foreign()):
        file = SimpleUploadedFile("别的.xlsx", body or b" ")
        answer = desk.post(reverse("annual:sheet-back", args=[filled.pk]), {"file": file})
        assert answer.status_code == 422
        assert "导出" in answer.text


def _foreign() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["项目", "投资"])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_and_never_break(body: bytes) -> None:
    with pytest.raises(WrongSheet):
        read_sheet(io.BytesIO(body))
