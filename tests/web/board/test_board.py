"""The board of a closed period: the bulletin's figures, and each opens into its projects."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guatu.delivery.bulletins.closed_month import Particulars
from guatu.delivery.bulletins.month import month_bulletin
from guatu.delivery.closing.rollups import Dimension
from guatu.web.board.queries.changes import changes_of, waits_of
from guatu.web.board.queries.standings import groups_of, matrix_of, standing_rows
from guatu.web.people.models import Office, Role, User
from guatu.web.projects.models import Problem, Project
from guatu.web.supervision.models import Close
from guatu.web.supervision.queries.closes import closed_month

from ..supervision.conftest import City

pytestmark = pytest.mark.django_db

Queries = Callable[[str], Any]


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return unescape(" ".join(response.content.decode().split()))


# ------------------------------------------------------------------ the same figures


@pytest.mark.parametrize("dimension", [Dimension.COUNTY, Dimension.UNIT])
def test_standings_say_what_the_bulletin_says(february: Close, dimension: Dimension) -> None:
    """Each figure of the bulletin's tables stands on the board in the same words."""
    facts = month_bulletin(closed_month(february), Particulars("领导小组办公室")).facts
    rows = standing_rows(february, groups_of(february).standing(dimension))
    assert rows[0].name == "合计"
    for row in rows:
        printed = {
            "planned": str(row.planned),
            "reached": str(row.reached),
            "this_period": str(row.this_period),
            "rate": row.rate,
            "deviation": row.deviation,
            "starts": row.starts,
            "reds": str(row.red),
        }
        for name, words in printed.items():
            assert facts[f"2026-02/{row.key}/{name}"].words == words


def test_lights_by_county_as_counted_by_hand(january: Close) -> None:
    """望海县: 公路 and 泵站 yellow; 码头, 乡村道路望海段 and the shared 城际快速路 green."""
    matrix = matrix_of(groups_of(january))
    [row] = matrix.rows
    assert row.name == "基础设施"
    found = {
        county: {each.colour: each.count for each in cell}
        for county, cell in zip(matrix.counties, row.cells, strict=True)
    }
    assert found == {
        "青川区": {"green": 5},
        "南浦区": {"green": 4},
        "望海县": {"yellow": 2, "green": 3},
    }
    # The line project stands in two counties and once in the total.
    assert {each.colour: each.count for each in row.total} == {"yellow": 2, "green": 11}


# ------------------------------------------------------------------ two clicks


def test_a_figure_opens_its_projects_and_these_what_they_rest_on(
    february: Close, desk: Client, queries_of: Queries
) -> None:
    with queries_of("board:why"):
        panel = text_of(
            desk.get(reverse("board:why", args=["2026-02", "reached"]) + "?county=望海县")
        )
    assert "望海公路" in panel and "青川水厂" not in panel
    assert "城际快速路" in panel, "a line project belongs to each of its counties"
    address = re.search(r'href="([^"]+)" data-panel>望海公路', panel)
    assert address is not None
    source = text_of(desk.get(address[1]))
    assert "60" in source and "代录" in source


@pytest.mark.parametrize(
    "name",
    ["planned", "reached", "this_period", "rate", "schedule", "deviation", "starts", "time",
     "start-annual", "start-due", "start-all", "finish-due", "statistics-started"],
)  # fmt: skip
def test_every_figure_has_a_source(february: Close, desk: Client, name: str) -> None:
    assert text_of(desk.get(reverse("board:why", args=["2026-02", name])))


def test_an_unknown_figure_or_period_is_not_found(february: Close, desk: Client) -> None:
    for address in (
        reverse("board:why", args=["2026-02", "nonsense"]),
        reverse("board:why", args=["2026-02", "reached"]) + "?county=无此县",
        reverse("board:board", args=["2031-01"]),
        reverse("board:board", args=["nonsense"]),
        reverse("board:projects", args=["2031-01"]),
    ):
        assert desk.get(address).status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("event=missing", ["望海码头"]),
        ("event=paused", ["南浦医院"]),
        ("event=adjusted", ["水库加固"]),
        ("light=grey", ["望海码头"]),
        ("light=yellow&county=望海县", ["望海公路", "望海泵站"]),
        ("q=泵站&county=南浦区", ["南浦泵站"]),
        ("event=changed", ["南浦医院", "望海码头"]),
    ],
)
def test_the_list_behind_a_count(
    february: Close, desk: Client, query: str, names: list[str]
) -> None:
    page = desk.get(reverse("board:projects", args=["2026-02"]) + f"?{query}")
    assert sorted(row.name for row in page.context["page"].rows) == sorted(names)


def test_the_sum_over_the_list_is_the_figure(february: Close, desk: Client) -> None:
    """Of the plan without 南浦医院 (停缓建 since the 15th): 200+60+50+110+50+100+201+180+40+200."""
    page = desk.get(reverse("board:projects", args=["2026-02"]))
    assert page.context["table"].totals["reached_year"] == 1191 * 10_000
    whole = groups_of(february).whole.adjusted
    assert whole.reached == 1191 * 10_000


# ------------------------------------------------------------------ the screens


def test_the_board_of_a_closed_period(
    february: Close, hand_city: City, desk: Client, queries_of: Queries
) -> None:
    assert desk.get(reverse("board:latest")).url == reverse("board:board", args=["2026-02"])
    hand_city.open("2026-03")
    with queries_of("board:board"):
        text = text_of(desk.get(reverse("board:board", args=["2026-02"])))
    assert "2026年2月看板" in text and "1 个项目未报" in text
    assert "2026年3月" in text and "家未报全" in text
    older = text_of(desk.get(reverse("board:board", args=["2026-01"])))
    assert "2026年1月看板" in older and "这是第一期" in older


def test_an_open_period_says_what_is_missing(two_months: City, desk: Client) -> None:
    text = text_of(desk.get(reverse("board:board", args=["2026-02"])))
    assert "还没有关账" in text and "市交通局 1 个" in text


def test_before_the_first_close_the_way_leads_on(desk: Client) -> None:
    assert "还没有看板" in text_of(desk.get(reverse("board:latest")))


def test_what_changed_names_the_reason(february: Close) -> None:
    groups = {group.title: group for group in changes_of(february)}
    assert [item.name for item in groups["通报后调整、核减"].items] == ["水库加固"]
    assert groups["通报后调整、核减"].items[0].words == "调整 −20 万元"
    assert "用地未落实" in groups["本期停缓建"].items[0].words


def test_problems_without_an_answer_wait(february: Close, clerk: User) -> None:
    project = Project.objects.get(name="青川水厂")
    raised = {"raised": date(2026, 2, 1), "by": clerk, "project": project}
    Problem.objects.create(words="征迁未完成", deadline=date(2026, 2, 20), **raised)
    Problem.objects.create(words="已答复的", answer="已解决", solved=True, **raised)
    waits = waits_of(groups_of(february), date(2026, 3, 1))
    assert [(each.words, each.late) for each in waits.problems] == [("征迁未完成", True)]
    assert [(unit, count) for unit, count, _url in waits.missing] == [("市交通局", 1)]


def test_a_list_is_exported_as_it_is_filtered(
    february: Close, desk: Client, queries_of: Queries
) -> None:
    with queries_of("board:projects"):
        desk.get(reverse("board:projects", args=["2026-02"]))
    body = desk.get(reverse("board:projects-sheet", args=["2026-02"]) + "?light=grey").content
    import io

    from openpyxl import load_workbook

    names = [row[0].value for row in load_workbook(io.BytesIO(body)).active.iter_rows(min_row=4)]
    assert names == ["望海码头"]


def test_another_office_sees_none_of_it(
    february: Close, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    other = Office.objects.create(name="云溪县重大项目办公室", short_name="云溪办")
    client = client_of(make_user(Role.CLERK, office=other))
    assert client.get(reverse("board:board", args=["2026-02"])).status_code == 404
    assert "还没有看板" in text_of(client.get(reverse("board:latest")))


# ------------------------------------------------------------------ leaders


def test_a_leaders_sheet_lists_and_does_not_score(
    two_months: City, desk: Client, queries_of: Queries
) -> None:
    Project.objects.filter(name__in=["青川水厂", "望海公路"]).update(leader="何志恒")
    two_months.close("2026-02")
    with queries_of("board:leaders"):
        page = text_of(desk.get(reverse("board:leaders", args=["2026-02"])))
    assert "何志恒" in page and "2 个项目" in page
    with queries_of("board:leader"):
        sheet = text_of(desk.get(reverse("board:leader", args=["2026-02", "何志恒"])))
    assert "青川水厂" in sheet and "望海码头" not in sheet
    assert "合计" not in sheet and "平均" not in sheet
    assert desk.get(reverse("board:leader", args=["2026-02", "无此人"])).status_code == 404
