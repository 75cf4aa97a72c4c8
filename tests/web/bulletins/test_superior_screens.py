"""上报表 by its screens: upload once, pick cells, fill from the close."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.web.bulletins.models import SuperiorForm
from guatu.web.supervision.models import Close

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(desk: Client) -> SuperiorForm:
    """A form whose county names stand in column A, its title merged over both columns."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "月报"
    for line in [
        ("重点项目月报", None),
        ("县区", "完成（亿元）"),
        ("青川区", None),
        ("望海县", None),
    ]:
        sheet.append(line)
    sheet.merge_cells("A1:B1")
    content = io.BytesIO()
    book.save(content)
    upload = SimpleUploadedFile("月报.xlsx", content.getvalue())
    answer = desk.post(
        reverse("bulletins:superior-new"),
        {"name": "省月报", "file": upload, "form_token": "c" * 32},
    )
    assert answer.status_code == 302
    return SuperiorForm.objects.get()


def pick(desk: Client, form: SuperiorForm, cell: str, **given: str) -> Any:
    address = reverse("bulletins:superior-form", args=[form.pk]) + f"?cell={cell}"
    return desk.post(address, {"unit": "亿元", "names": "", **given})


def test_mapped_once_and_filled_from_the_close(
    form: SuperiorForm, close: Close, desk: Client, queries_of: Callable[[str], Any]
) -> None:
    """望海县 2,600 + 2,000 万元 are 0.46 亿元."""
    assert (
        pick(desk, form, "B3", scope="county", fact="county:reached", names="a").status_code == 302
    )
    with queries_of("bulletins:superior-fill"):
        page = desk.get(reverse("bulletins:superior-fill", args=[form.pk]))
    assert "填好 2 格" in page.text
    answer = desk.get(reverse("bulletins:superior-filled", args=[form.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["月报"]
    assert [sheet["B3"].value, sheet["B4"].value] == [0.36, 0.46]


def test_a_merged_cell_and_a_figure_of_another_kind_are_refused_in_words(
    form: SuperiorForm, desk: Client
) -> None:
    page = pick(desk, form, "B1", scope="whole", fact="whole:reached")
    assert page.status_code == 422 and "左上角 A1" in page.text
    page = pick(desk, form, "B3", scope="whole", fact="project:light")
    assert page.status_code == 422 and "填法" in page.text


def test_an_entry_is_taken_out_and_a_form_put_aside(form: SuperiorForm, desk: Client) -> None:
    pick(desk, form, "B3", scope="whole", fact="whole:reached")
    desk.post(reverse("bulletins:superior-drop", args=[form.pk]), {"place": "月报 B3"})
    form.refresh_from_db()
    assert form.mapping == []
    desk.post(reverse("bulletins:superior-retire", args=[form.pk]))
    assert desk.get(reverse("bulletins:superior-form", args=[form.pk])).status_code == 404


def test_what_is_no_xlsx_is_refused_in_words(desk: Client) -> None:
    upload = SimpleUploadedFile("月报.xls", b"\xd0\xcf\x11\xe0 old")
    page = desk.post(reverse("bulletins:superior-new"), {"name": "月报", "file": upload})
    assert page.status_code == 422 and "另存为" in page.text
