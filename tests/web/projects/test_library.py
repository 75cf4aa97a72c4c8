"""The library's screens and verbs: list, page, stages, details, bulk, files, ties."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.sample import SampleCity
from guatu.web.projects import files
from guatu.web.projects.actions import details, library, ties
from guatu.web.projects.models import (
    BulkChange,
    Fund,
    Node,
    Problem,
    Project,
    SavedFilter,
    Stage,
    Tie,
)
from guatu.web.projects.queries import library as lists
from guatu.web.projects.queries.gates import gates_of
from guatu.web.projects.queries.ties import Entry, suggestions

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(city: SampleCity) -> User:
    return city.clerk


@pytest.fixture
def desk(clerk: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(clerk)


@pytest.fixture
def bridge(city: SampleCity) -> Project:
    return library.create_project(
        by=city.clerk, name="跨江大桥", investment=600_000_000, scale="桥长 2.3 公里",
        unit=city.units["临江市交通运输局"], person="林小舟", start=date(2026, 3, 1),
    )  # fmt: skip


def test_an_empty_library_names_the_next_step(desk: Client) -> None:
    page = desk.get(reverse("projects:projects"))
    assert "项目库还是空的" in page.content.decode()


def test_packages_are_counted_both_ways_and_summed_once(city: SampleCity, bridge: Project) -> None:
    package = library.create_project(by=city.clerk, name="首末站", investment=900)
    for name, amount in (("东站", 500), ("西站", 400)):
        library.create_project(by=city.clerk, name=name, investment=amount, parent=package)
    package.refresh_from_db()
    assert not package.leaf
    sums = lists.sums(Project.objects.filter(office=city.office))
    assert (sums.projects, sums.leaves, sums.investment) == (2, 3, 600_000_900)


def test_the_list_asks_few_questions_whatever_its_length(
    desk: Client,
    city: SampleCity,
    bridge: Project,
    queries_of: Callable[[str], AbstractContextManager[None]],
) -> None:
    for number in range(60):
        library.create_project(
            by=city.clerk, name=f"项目{number}", unit=bridge.unit, parent=bridge, section="交通"
        )
    desk.get(reverse("projects:projects"))
    with queries_of("projects:projects"):
        page = desk.get(reverse("projects:projects"), {"q": "项目", "sort": "-investment"})
    assert "60" in page.content.decode()


def test_the_page_asks_few_questions(
    desk: Client, city: SampleCity, bridge: Project, django_assert_max_num_queries: Any
) -> None:
    for name in ("批复", "开工", "完工"):
        details.save_detail(Node(project=bridge, name=name), by=city.clerk)
    details.save_detail(Fund(project=bridge, source="loan", total=100), by=city.clerk)
    problem = Problem(project=bridge, words="征地未完成", raised=date(2026, 3, 1))
    details.save_detail(problem, by=city.clerk)
    desk.get(reverse("projects:project", args=[bridge.pk]))
    with django_assert_max_num_queries(18):
        page = desk.get(reverse("projects:project", args=[bridge.pk]))
    text = page.content.decode()
    for word in ("跨江大桥", "60,000", "市交通运输局", "林小舟", "征地未完成", "国内贷款"):
        assert word in text
    bridge.refresh_from_db()
    assert bridge.open_problems == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "大桥"}, 1),
        ({"q": "交通 小舟"}, 1),
        ({"q": "没有"}, 0),
        ({"stage": "idea"}, 1),
        ({"stage": "building"}, 0),
        ({"lack": "code"}, 1),
        ({"lack": "tie"}, 1),
        ({"light": "grey"}, 1),
        ({"form": "package"}, 0),
        ({"unit": "999999", "page": "x", "sort": "';--"}, 1),
    ],
)
def test_filters(desk: Client, bridge: Project, query: dict[str, Any], found: int) -> None:
    page = desk.get(reverse("projects:projects"), query)
    assert page.status_code == 200
    assert page.context["page"].total == found


def test_what_is_seen_is_what_goes_out(desk: Client, bridge: Project) -> None:
    answer = desk.get(reverse("projects:sheet"), {"cols": "person.investment", "q": "大桥"})
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("项目名称", "责任人", "总投资（万元）")
    assert rows[2] == ("跨江大桥", "林小舟", 60000)


def test_gates_hold_a_project_until_waived_with_a_reason(bridge: Project, clerk: User) -> None:
    assert [gate.words for gate in gates_of(bridge, "starting") if not gate.met] == [
        "有建设单位", "有投资项目代码", "有计划开工和竣工月份",
    ]  # fmt: skip
    day = date(2026, 3, 5)
    with pytest.raises(CannotDo, match="还差 3 项"):
        library.move_stage(bridge, by=clerk, to="starting", on=day)
    with pytest.raises(CannotDo, match="写明原因"):
        library.move_stage(bridge, by=clerk, to="starting", on=day, waive=True)
    move = library.move_stage(
        bridge, by=clerk, to="starting", on=day, waive=True, reason="市政府专题会议同意"
    )
    assert move.waived
    bridge.refresh_from_db()
    assert (bridge.stage, bridge.stage_since) == (Stage.STARTING, day)
    with pytest.raises(CannotDo, match="写明原因"):
        library.move_stage(bridge, by=clerk, to="paused", on=day)


def test_a_package_cannot_be_its_own_part(bridge: Project, clerk: User) -> None:
    part = library.create_project(by=clerk, name="引桥", parent=bridge)
    with pytest.raises(CannotDo, match="子项目"):
        library.change_project(bridge, by=clerk, parent=part)


def test_forms_write_and_tell_their_errors(desk: Client, bridge: Project) -> None:
    url = reverse("projects:edit", args=[bridge.pk])
    assert desk.get(url).status_code == 200
    given = {"name": "跨江大桥", "investment": "7亿", "start": "2026年3月", "finish": "2025.1",
             "shares_text": "青川区30000、望海县40000"}  # fmt: skip
    answer = desk.post(url, given)
    assert answer.status_code == 422
    assert "计划竣工不能早于计划开工" in answer.content.decode()
    assert desk.post(url, {**given, "finish": "2028"}).status_code == 302
    bridge.refresh_from_db()
    assert (bridge.investment, bridge.finish) == (700_000_000, date(2028, 12, 1))
    assert bridge.shares.count() == 2
    answer = desk.post(url, {**given, "finish": "", "code": "123"})
    assert "24 位投资项目代码" in answer.content.decode()


@pytest.mark.parametrize("name", ["new", "imports", "import-new", "ties"])
def test_screens_open(desk: Client, name: str) -> None:
    assert desk.get(reverse(f"projects:{name}")).status_code == 200


def test_screens_of_a_project_open(desk: Client, bridge: Project) -> None:
    for name in ("stage", "edit", "project-ties"):
        assert desk.get(reverse(f"projects:{name}", args=[bridge.pk])).status_code == 200
    for kind in ("nodes", "funds", "problems"):
        url = reverse("projects:detail-new", args=[bridge.pk, kind])
        assert desk.get(url).status_code == 200
    for name in ("investment", "year_investment", "reached_year"):
        url = reverse("projects:figure", args=[bridge.pk, name])
        assert desk.get(url).status_code == 200


def test_bulk_change_is_confirmed_and_undone(desk: Client, bridge: Project, clerk: User) -> None:
    given = {"pick": [bridge.pk], "field": "leader", "value": "何志恒"}
    page = desk.post(reverse("projects:bulk"), given)
    assert "修改 1 个项目" in page.content.decode()
    bridge.refresh_from_db()
    assert bridge.leader == ""
    desk.post(reverse("projects:bulk"), {**given, "confirmed": "1"})
    bridge.refresh_from_db()
    assert bridge.leader == "何志恒"
    assert lists.found_projects(clerk.office, {"q": "何志恒"}).count() == 1
    desk.post(reverse("projects:bulk-undo", args=[BulkChange.objects.get().pk]))
    bridge.refresh_from_db()
    assert bridge.leader == ""
    assert lists.found_projects(clerk.office, {"q": "何志恒"}).count() == 0


def test_bulk_undo_refuses_what_was_changed_since(
    city: SampleCity, bridge: Project, clerk: User
) -> None:
    bulk = library.change_many(
        by=clerk, projects=[bridge.pk], field="unit", value=city.units["临江市水利局"]
    )
    library.change_project(bridge, by=clerk, person="周平")
    with pytest.raises(CannotDo, match="后来又有改动"):
        library.undo_bulk(bulk, by=clerk)


def test_attachments_are_what_they_say(desk: Client, bridge: Project) -> None:
    url = reverse("projects:attach", args=[bridge.pk])
    desk.post(url, {"file": SimpleUploadedFile("批复.pdf", b"%PDF-1.7 x")})
    made = bridge.attachments.get()
    answer = desk.get(reverse("projects:attachment", args=[made.pk]))
    assert answer.content == b"%PDF-1.7 x"
    assert answer["Content-Disposition"].startswith("attachment")
    for name, data in (("批复.pdf", b"MZ\x90"), ("图.png", b"%PDF-1.7"), ("程序.exe", b"MZ")):
        with pytest.raises(files.RefusedFile):
            files.kind_of(data, name)


def test_saved_filters(desk: Client, bridge: Project) -> None:
    desk.post(reverse("projects:filter-save"), {"name": "缺代码", "query": "lack=code"})
    page = desk.get(reverse("projects:projects")).content.decode()
    assert "?lack=code" in page
    desk.post(reverse("projects:filter-forget", args=[SavedFilter.objects.get().pk]))
    assert not SavedFilter.objects.exists()


def test_only_clerks_write_and_only_their_own_office(
    bridge: Project, city: SampleCity, make_user: Callable[..., User]
) -> None:
    other = make_user("clerk")
    with pytest.raises(PermissionDenied):
        library.change_project(bridge, by=other, name="别人的")
    leader = make_user("leader", office=city.office)
    with pytest.raises(PermissionDenied):
        library.create_project(by=leader, name="新项目")


def test_suggestions_find_the_sentence_a_project_rests_on(bridge: Project, clerk: User) -> None:
    entries = [
        Entry(
            "task",
            "a",
            "建成跨江大桥，打通环线。",
            "跨江大桥建设",
            "交通",
            "方案",
            "/",
            frozenset(),
        ),
        Entry("task", "b", "新建学校。", "新建学校", "教育", "方案", "/", frozenset()),
    ]
    (found,) = suggestions([bridge], entries)
    assert found.entry.lineage == "a"
    ties.keep_suggestions([found])
    tie = Tie.objects.get()
    assert ties.decide([tie.pk], by=clerk, state="confirmed") is not None
    assert ties.decide([tie.pk], by=clerk, state="confirmed") is None
    ties.keep_suggestions([found])
    assert Tie.objects.get().state == "confirmed"


def _suggested(project: Project, count: int) -> list[Tie]:
    return Tie.objects.bulk_create(
        [Tie(project=project, kind="task", entry=str(n), words=f"任务{n}") for n in range(count)]
    )


@pytest.mark.parametrize(("state", "words"), [("confirmed", "已确认"), ("rejected", "不对应")])
def test_fifty_ties_decided_at_once_are_taken_back_at_once(
    desk: Client, bridge: Project, state: str, words: str
) -> None:
    picked = [tie.pk for tie in _suggested(bridge, 50)]
    page = desk.post(
        reverse("projects:ties-decide"), {"pick": picked, "state": state}, follow=True
    ).content.decode()
    bulk = BulkChange.objects.get()
    undo = reverse("projects:ties-undo", args=[bulk.pk])
    assert f"50 条{words}" in page.replace("已标为不对应", "不对应") and undo in page
    assert Tie.objects.filter(state=state).count() == 50
    # Not a project's field: the library's own undo does not know it.
    assert desk.post(reverse("projects:bulk-undo", args=[bulk.pk])).status_code == 404
    assert "50 条回到原来的状态" in desk.post(undo, follow=True).content.decode()
    assert Tie.objects.filter(state="suggested", by=None).count() == 50
    assert "已经撤销过了" in desk.post(undo, follow=True).content.decode()


def test_ties_decided_anew_since_are_not_taken_back(bridge: Project, clerk: User) -> None:
    picked = [tie.pk for tie in _suggested(bridge, 3)]
    bulk = ties.decide(picked, by=clerk, state="confirmed")
    assert bulk is not None
    ties.decide(picked[:1], by=clerk, state="rejected")
    with pytest.raises(CannotDo, match="其中 1 条"):
        ties.take_back(bulk, by=clerk)
    assert Tie.objects.filter(state="confirmed").count() == 2


def test_the_page_leads_to_the_battle_sheet(desk: Client, bridge: Project) -> None:
    page = desk.get(reverse("projects:project", args=[bridge.pk])).content.decode()
    assert f'href="{reverse("board:battle-sheet", args=[bridge.pk])}"' in page
