"""落实清单: how far it is, what settles it, the list, the sheet, the gate and the setting."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guatu.delivery.projects.checklist import DEFAULTS, FIVE_CLEARS, FIVE_ONES, Checklist, Item
from guatu.web.annual.actions import plan as annual
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Office, Role, TrailEntry, Unit, User
from guatu.web.projects.actions import details, library
from guatu.web.projects.actions.checklists import forget_item, record_item, save_checklist
from guatu.web.projects.models import (
    Attachment,
    Fund,
    FundSource,
    ItemRecord,
    Node,
    Project,
    StageMove,
)
from guatu.web.projects.queries.checklists import (
    checklists,
    choices,
    chosen,
    project_checklists,
    source_choices,
)

pytestmark = pytest.mark.django_db

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "checklists" / "completeness.yml").read_text("utf-8")
)
FIELDS = {
    "联系领导": "leader", "建设单位": "owner_name", "阶段": "stage",
    "年度建设任务": "year_content", "年度计划投资": "year_investment",
}  # fmt: skip
SOURCES = {str(label): value for value, label in FundSource.choices}
TEAM = FIVE_ONES.items[2]
LAND = FIVE_CLEARS.items[2]
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def bridge(clerk: User, make_unit: Callable[..., Unit]) -> Project:
    return library.create_project(
        by=clerk, name="跨江大桥", leader="林书衡", owner_name="临江交投", investment=9,
        scale="桥长 2.3 公里", unit=make_unit("市交通运输局"),
    )  # fmt: skip


def made(case: dict[str, Any], by: User) -> Project:
    """The project of a case, with all that is noted on it and in the year's plan."""
    values = {FIELDS[name]: value for name, value in case["项目"].items()}
    project = library.create_project(by=by, name=case["名"], **values)
    for text in case.get("节点", ()):
        name, _space, day = str(text).partition(" ")
        planned = date.fromisoformat(day) if day else None
        details.save_detail(Node(project=project, name=name, planned=planned), by=by)
    for text in case.get("资金", ()):
        source, _space, amount = str(text).partition(" ")
        total = int(amount) * 10_000 if amount else None
        details.save_detail(Fund(project=project, source=SOURCES[source], total=total), by=by)
    if line := case.get("年度计划"):
        plan = annual.open_year(office=by.office, year=timezone.localdate().year, by=by)
        annual.add_projects(plan, [project], by=by)
        row = plan.lines.get()
        heads = {"投资": "investment", "内容": "content", "节点": "nodes"}
        annual.paste(plan, [(row.pk, heads[k], str(v)) for k, v in line.items()], by=by)
    items = {item.name: item for each in DEFAULTS for item in each.items}
    for name, said in case.get("登记", {}).items():
        how = {"on": said} if isinstance(said, date) else {"words": said}
        record_item(project, items[name], by=by, **how)
    for name, reason in case.get("不适用", {}).items():
        record_item(project, items[name], by=by, words=reason, not_applicable=True)
    return project


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["名"])
def test_how_far_a_list_is(case: dict[str, Any], clerk: User) -> None:
    project = made(case, clerk)
    row = next(r for r in project_checklists(project) if r.so_far.name == case["清单"])
    assert (row.so_far.part, list(row.so_far.missing)) == (case["得"], case["缺"])
    # The list's filter says the same as the page.
    lists = checklists(clerk.office)
    everything = Project.objects.all()
    whole = chosen(everything, f"{row.key}:whole", lists).exists()
    assert whole == (not case["缺"]) != chosen(everything, f"{row.key}:lacking", lists).exists()
    lacking = {f"缺{name}" for name in case["缺"]}
    for value, words in choices([each for each in lists if each.name == case["清单"]])[2:]:
        assert chosen(everything, value, lists).exists() == (words in lacking), words


def test_the_page_shows_what_is_known_and_what_is_missing(desk: Client, bridge: Project) -> None:
    text = desk.get(reverse("projects:project", args=[bridge.pk])).content.decode()
    assert "联系领导：林书衡" in text and "建设单位：临江交投" in text
    assert "缺：一套班子、一张推进图表" in text
    assert reverse("projects:item", args=[bridge.pk, TEAM.key]) in text
    # Nothing is asked that is known.
    assert reverse("projects:item", args=[bridge.pk, "five-ones.leader"]) not in text


def test_a_word_a_day_or_a_file_settles_an_item(desk: Client, bridge: Project) -> None:
    address = reverse("projects:item", args=[bridge.pk, TEAM.key])
    refused = desk.post(address, {"words": " "})
    assert (
        refused.status_code == 422
        and "请写明落实情况，或填日期、选附件" in refused.content.decode()
    )
    for given in (
        {"words": "项目专班"},
        {"on": "2026-03-01"},
        {"file": SimpleUploadedFile("专班.pdf", PDF)},
    ):
        assert desk.post(address, given).status_code == 302
        assert "一套班子" not in project_checklists(bridge)[0].so_far.missing
    kept = ItemRecord.objects.get()
    assert kept.attachment is not None and kept.attachment.name == "专班.pdf"
    assert (kept.words, kept.on) == ("", None)


def test_a_file_that_was_taken_away_settles_nothing(bridge: Project, desk: Client) -> None:
    address = reverse("projects:item", args=[bridge.pk, TEAM.key])
    desk.post(address, {"file": SimpleUploadedFile("专班.pdf", PDF)})
    file = Attachment.objects.get()
    details.detach(file, by=file.by)
    assert "一套班子" in project_checklists(bridge)[0].so_far.missing
    details.detach(file, by=file.by, back=True)
    assert "一套班子" not in project_checklists(bridge)[0].so_far.missing


def test_a_wrong_file_or_a_day_to_come_is_refused_with_what_was_typed(
    desk: Client, bridge: Project
) -> None:
    address = reverse("projects:item", args=[bridge.pk, TEAM.key])
    late = desk.post(address, {"words": "专班已定", "on": "2099-01-01"}).content.decode()
    assert "日期不能晚于今天" in late and "专班已定" in late
    wrong = desk.post(address, {"file": SimpleUploadedFile("专班.exe", b"MZ")}).content.decode()
    assert "不在可上传的类型之内" in wrong
    assert not ItemRecord.objects.exists() and not Attachment.objects.exists()


def test_not_applicable_needs_a_reason(desk: Client, clerk: User, bridge: Project) -> None:
    address = reverse("projects:item", args=[bridge.pk, LAND.key])
    refused = desk.post(address, {"not_applicable": "on", "on": "2026-03-01"})
    assert refused.status_code == 422 and "不适用的，请写明原因" in refused.content.decode()
    desk.post(address, {"not_applicable": "on", "words": "不占用耕地"})
    row = project_checklists(bridge)[1]
    assert (row.so_far.part, row.so_far.excused) == ("0/4", 1)
    text = desk.get(reverse("projects:project", args=[bridge.pk])).content.decode()
    assert "不适用：不占用耕地" in text and "1 项不适用" in text


def test_every_write_is_in_the_trail(clerk: User, bridge: Project, desk: Client) -> None:
    row = record_item(bridge, TEAM, by=clerk, words="甲班")
    record_item(bridge, TEAM, by=clerk, words="乙班")
    desk.post(reverse("projects:item-forget", args=[bridge.pk, TEAM.key]))
    assert not ItemRecord.objects.exists()
    kind = ItemRecord._meta.label_lower
    told = TrailEntry.objects.filter(kind=kind, object_id=str(row.pk)).order_by("pk")
    assert [
        (t.verb, (t.before or {}).get("words"), (t.after or {}).get("words")) for t in told
    ] == [
        ("item.recorded", None, "甲班"),
        ("item.recorded", "甲班", "乙班"),
        ("item.forgotten", "乙班", None),
    ]


def test_only_clerks_of_the_office_record(
    bridge: Project, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    leader = make_user(Role.LEADER)
    with pytest.raises(PermissionDenied):
        record_item(bridge, TEAM, by=leader, words="甲班")
    with pytest.raises(PermissionDenied):
        save_checklist(FIVE_ONES, by=leader)
    reading = client_of(leader)
    page = reading.get(reverse("projects:project", args=[bridge.pk])).content.decode()
    assert (
        "缺：一套班子" in page and reverse("projects:item", args=[bridge.pk, TEAM.key]) not in page
    )
    assert reading.get(reverse("projects:checklist", args=["five-ones"])).status_code == 403
    other = Office.objects.create(name="望海县重大项目办公室", short_name="县重大办")
    elsewhere = client_of(make_user(Role.CLERK, office=other))
    assert elsewhere.get(reverse("projects:item", args=[bridge.pk, TEAM.key])).status_code == 404
    assert checklists(other) == list(DEFAULTS)


# ------------------------------------------------------------------ list and sheet


def test_the_column_is_on_the_page_and_in_the_sheet(
    desk: Client, bridge: Project, queries_of: Callable[[str], AbstractContextManager[None]]
) -> None:
    asked = {"cols": "checks", "check": "five-ones:lacking", "q": "大桥"}
    desk.get(reverse("projects:projects"), asked)
    with queries_of("projects:projects-checks"):
        page = desk.get(reverse("projects:projects"), asked)
    words = "五个一 3/5，缺一套班子、一张推进图表；五明确 0/5，缺"
    text = page.content.decode()
    assert page.context["page"].total == 1 and words in text and "五个一不齐全" in text
    answer = desk.get(reverse("projects:sheet"), asked)
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("项目名称", "落实清单")
    assert rows[2][0] == "跨江大桥" and rows[2][1].startswith(words)


def test_a_choice_that_is_no_longer_offered_is_left_out(desk: Client, bridge: Project) -> None:
    page = desk.get(reverse("projects:projects"), {"check": "five-ones.gone"})
    assert page.status_code == 200 and page.context["page"].total == 1


# ------------------------------------------------------------------ the gate


def test_a_list_holds_the_project_before_its_stage(clerk: User, bridge: Project) -> None:
    gate = Checklist(FIVE_ONES.key, FIVE_ONES.name, FIVE_ONES.items, "early")
    save_checklist(gate, by=clerk)
    day = date(2026, 3, 5)
    # Before that stage nobody asks for it.
    library.move_stage(bridge, by=clerk, to="reserve", on=day)
    with pytest.raises(CannotDo, match="“五个一”齐全（3/5，缺一套班子、一张推进图表）"):
        library.move_stage(bridge, by=clerk, to="early", on=day)
    with pytest.raises(CannotDo, match="写明原因"):
        library.move_stage(bridge, by=clerk, to="early", on=day, waive=True)
    library.move_stage(bridge, by=clerk, to="early", on=day, waive=True, reason="专班本周内组建")
    move = StageMove.objects.latest("pk")
    assert move.waived and [g["words"] for g in move.gates if not g["met"]] == ["“五个一”齐全"]


def test_a_whole_list_lets_it_pass(clerk: User, bridge: Project, desk: Client) -> None:
    gate = Checklist(FIVE_ONES.key, FIVE_ONES.name, FIVE_ONES.items, "early")
    save_checklist(gate, by=clerk)
    record_item(bridge, TEAM, by=clerk, words="项目专班")
    details.save_detail(Node(project=bridge, name="合龙", planned=date(2026, 9, 1)), by=clerk)
    page = desk.get(reverse("projects:stage", args=[bridge.pk])).content.decode()
    assert "“五个一”齐全" in page
    library.move_stage(bridge, by=clerk, to="early", on=date(2026, 3, 5))
    assert not StageMove.objects.get().waived


# ------------------------------------------------------------------ the setting


def test_the_office_words_its_own_lists(desk: Client, clerk: User, bridge: Project) -> None:
    record_item(bridge, TEAM, by=clerk, words="项目专班")
    address = reverse("projects:checklist", args=["five-ones"])
    page = desk.get(address)
    fields = {
        name: page.context["form"][name].value()
        for name in page.context["form"].fields
        if page.context["form"][name].value() is not None
    }
    # The first item goes, the team is renamed and comes first, a sixth is added.
    fields |= {"name-0": "", "name-2": "一个专班", "place-2": "1", "name-5": "一名责任人",
               "source-5": "person", "gate": "starting"}  # fmt: skip
    assert desk.post(address, fields).status_code == 302
    own = checklists(clerk.office)[0]
    assert [item.name for item in own.items] == [
        "一个专班", "一名领导", "一个实施主体", "一张推进图表", "一名责任人",
    ]  # fmt: skip
    assert own.items[0].key == TEAM.key and own.gate == "starting"
    row = project_checklists(bridge)[0]
    assert row.so_far.words == "五个一 3/5，缺一张推进图表、一名责任人"
    told = TrailEntry.objects.get(verb="checklist.changed").after
    assert told is not None
    assert told["items"] == "一个专班、一名领导、一个实施主体、一张推进图表、一名责任人"


def test_a_list_of_ones_own_and_one_put_away(desk: Client, clerk: User, bridge: Project) -> None:
    new = reverse("projects:checklist", args=["new"])
    assert desk.post(new, {"name": "开工条件", "active": "on"}).status_code == 422
    twice = {"name": "开工条件", "active": "on", "name-0": "用地", "name-1": "用地"}
    assert "“用地”写了两次" in desk.post(new, twice).content.decode()
    taken = {"name": "五明确", "active": "on", "name-0": "用地"}
    assert "已经有名为“五明确”的清单" in desk.post(new, taken).content.decode()
    good = {"name": "开工条件", "active": "on", "name-0": "用地批复", "name-1": "施工许可"}
    assert desk.post(new, good).status_code == 302
    save_checklist(FIVE_CLEARS, by=clerk, active=False)
    assert [each.so_far.name for each in project_checklists(bridge)] == ["五个一", "开工条件"]
    shown = desk.get(reverse("projects:checklists")).content.decode()
    assert "开工条件" in shown and "停用" in shown


def test_what_was_recorded_wrongly_is_taken_away(clerk: User, bridge: Project) -> None:
    row = record_item(bridge, TEAM, by=clerk, words="甲班")
    forget_item(row, by=clerk)
    assert "一套班子" in project_checklists(bridge)[0].so_far.missing


def test_a_foreign_attachment_is_refused(clerk: User, bridge: Project, desk: Client) -> None:
    other = library.create_project(by=clerk, name="别的项目")
    desk.post(
        reverse("projects:attach", args=[other.pk]), {"file": SimpleUploadedFile("批复.pdf", PDF)}
    )
    with pytest.raises(CannotDo, match="不是本项目的"):
        record_item(bridge, TEAM, by=clerk, attachment=Attachment.objects.get())


def test_every_source_of_the_ready_lists_is_known() -> None:
    offered = {value for value, _words in source_choices()}
    assert {item.source for each in DEFAULTS for item in each.items} <= offered


def test_an_unknown_source_settles_nothing(clerk: User, bridge: Project) -> None:
    save_checklist(Checklist("x", "试", (Item("x.a", "甲", "gone"),)), by=clerk)
    assert project_checklists(bridge)[-1].so_far.part == "0/1"
