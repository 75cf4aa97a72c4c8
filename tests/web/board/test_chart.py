"""The wall chart's data, posters and battle sheets as the desk hands them out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guatu.delivery.closing.nodes import ProjectNode
from guatu.delivery.wallchart.poster import NoChineseType
from guatu.web.annual.models import AnnualLine
from guatu.web.board import chart_views
from guatu.web.board.queries import chart as chart_queries
from guatu.web.board.queries.chart import reached_nodes
from guatu.web.projects.models import Node, Project
from guatu.web.supervision.models import Close

from ..supervision.conftest import City

pytestmark = pytest.mark.django_db

Queries = Callable[[str], Any]
pdfium = pytest.importorskip("pypdfium2")


def chart(desk: Client, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.get(reverse("board:chart-data") + query).content)
    return found


def names(found: dict[str, Any]) -> dict[str, list[str]]:
    return {"/".join(band["path"]): [r["name"] for r in band["rows"]] for band in found["bands"]}


def test_rows_stand_under_section_and_package(
    february: Close, desk: Client, queries_of: Queries
) -> None:
    with queries_of("board:chart-data"):
        found = chart(desk)
    bands = names(found)
    assert list(bands) == ["基础设施", "基础设施/乡村道路"]
    assert bands["基础设施/乡村道路"] == ["乡村道路青川段", "乡村道路望海段"]
    assert found["today"] == "2026-02-28" and found["shown"] == found["total"] == 13


def test_groups_and_filters(february: Close, desk: Client) -> None:
    assert set(names(chart(desk, "?group=county"))) == {"青川区", "南浦区", "望海县"}
    assert set(names(chart(desk, "?group=unit"))) == {"市水务局", "市交通局"}
    only = names(chart(desk, "?light=yellow&group=county"))
    assert only == {"望海县": ["望海公路", "望海泵站"]}
    assert chart(desk, "?q=无此项目")["bands"] == []
    year = chart(desk, "?span=year")
    assert [label for label, *_rest in year["years"]] == ["2026年"]


def test_the_library_of_today_has_a_chart_before_any_close(
    hand_city: City, desk: Client, queries_of: Queries
) -> None:
    with queries_of("board:chart-data-live"):
        assert chart(desk)["shown"] == 13
    with queries_of("board:chart"):
        page = desk.get(reverse("board:chart"))
    assert "今天（项目库）" in unescape(page.content.decode())


@pytest.mark.parametrize(
    ("node", "done", "reached"),
    [
        # The year's plan keeps no day: what the money says, 开工 and 竣工 by their own days.
        (("主体封顶", "1/2"), "0.5", True),
        (("主体封顶", "1/2"), "0.4", False),
        (("开工", "1/10"), "0", True),
        (("竣工", "1"), "1", False),
    ],
)
def test_when_a_node_of_the_years_plan_is_reached(
    node: tuple[str, str], done: str, reached: bool
) -> None:
    from fractions import Fraction

    known = [ProjectNode(node[0], date(2026, 6, 30), part=Fraction(node[1]))]
    [found] = reached_nodes(
        known, Fraction(done), date(2026, 3, 2), None, date(2026, 8, 31), finished=False
    )
    assert (found.actual is not None) is reached


def test_a_milestone_keeps_its_own_day(february: Close, desk: Client) -> None:
    project = Project.objects.get(name="青川水厂")
    Node.objects.create(
        project=project, name="通水", planned=date(2026, 2, 10), actual=date(2026, 2, 20)
    )
    Node.objects.create(project=project, name="验收", planned=date(2026, 2, 15))
    AnnualLine.objects.filter(project=project).update(
        nodes=[{"month": 11, "name": "移交", "part": 10_000}]
    )
    [band] = chart(desk, "?q=青川水厂")["bands"]
    flags = {name: (state, day) for _at, state, name, day in band["rows"][0]["flags"]}
    assert flags == {
        "通水": ("reached", "2026-02-20"),
        "验收": ("overdue", "2026-02-15"),
        "移交": ("coming", "2026-11-30"),
    }


def test_a_node_of_the_plan_and_of_the_library_is_one_flag(february: Close, desk: Client) -> None:
    project = Project.objects.get(name="青川水厂")
    Node.objects.create(project=project, name="清水池 封顶", actual=date(2026, 2, 6))
    AnnualLine.objects.filter(project=project).update(nodes=[{"month": 1, "name": "清水池封顶"}])
    [band] = chart(desk, "?q=青川水厂")["bands"]
    [[_at, state, name, day]] = band["rows"][0]["flags"]
    assert (state, name, day) == ("reached", "清水池封顶", "2026-02-06")


def test_a_chart_that_is_too_long_says_so(
    february: Close, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_queries, "MOST_ROWS", 5)
    found = chart(desk)
    assert (found["shown"], found["total"]) == (5, 13)
    answer = desk.get(reverse("board:poster", args=["A3"]), follow=True)
    assert "请再加筛选条件" in answer.content.decode()


# ------------------------------------------------------------------ paper


def printed(body: bytes) -> str:
    pages = pdfium.PdfDocument(body)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_the_poster_keeps_the_filter(february: Close, desk: Client) -> None:
    answer = desk.get(reverse("board:poster", args=["A3"]) + "?light=yellow")
    assert answer["Content-Type"] == "application/pdf"
    words = printed(answer.content)
    assert "望海公路" in words and "青川水厂" not in words and "2026年2月" in words
    assert desk.get(reverse("board:poster", args=["A9"])).status_code == 404


def test_a_battle_sheet_says_what_was_closed(
    february: Close, desk: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    project = Project.objects.get(name="望海公路")
    # The same number for each two hundred sheets.
    with django_assert_max_num_queries(16):
        answer = desk.get(reverse("board:battle-sheet", args=[project.pk]))
    words = printed(answer.content)
    # 60 of 400 that should be done by February, of 1,200 in the year.
    assert "望海公路" in words and "应完成累计" in words and "5.0%" in words
    assert "未明确" in words, "a leader nobody named is said to be missing"
    assert desk.get(reverse("board:battle-sheet", args=[10**6])).status_code == 404


def test_battle_sheets_of_a_filter_come_as_one_file(february: Close, desk: Client) -> None:
    Project.objects.filter(name="望海公路").update(name="望海/公路:一期")
    answer = desk.get(reverse("board:battle-zip") + "?county=望海县")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert packed.testzip() is None
    assert len(packed.namelist()) == 5
    assert any("望海_公路_一期" in name for name in packed.namelist())
    empty = desk.get(reverse("board:battle-zip") + "?q=无此项目", follow=True)
    assert "没有作战单可印" in empty.content.decode()


def test_a_leaders_list_on_paper(two_months: City, desk: Client) -> None:
    Project.objects.filter(name="青川水厂").update(leader="何志恒")
    two_months.close("2026-02")
    answer = desk.get(reverse("board:leader-pdf", args=["2026-02", "何志恒"]))
    assert "何志恒联系项目清单" in printed(answer.content)


def test_without_a_chinese_typeface_the_page_says_what_to_install(
    february: Close, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_args: Any, **_more: Any) -> bytes:
        raise NoChineseType("服务器上没有中文字体，请管理员安装。")

    monkeypatch.setattr(chart_views, "poster", missing)
    monkeypatch.setattr(chart_views, "SheetPress", missing)
    pk = Project.objects.get(name="望海公路").pk
    for address in (
        reverse("board:poster", args=["A1"]) + "?light=red",
        reverse("board:battle-sheet", args=[pk]),
        reverse("board:battle-zip"),
    ):
        answer = desk.get(address, follow=True)
        assert "服务器上没有中文字体" in answer.content.decode()
