"""The plan: filled in, issued, adjusted; what was issued stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from guatu.web.annual import actions
from guatu.web.annual.models import AnnualLine, AnnualPlan
from guatu.web.annual.queries import plan as queries
from guatu.web.page.frozen import Immutable
from guatu.web.people.models import Office, Role, TrailEntry, User
from guatu.web.projects.models import Project

pytestmark = pytest.mark.django_db
MAKE = Callable[..., Any]
HTMX = {"HX-Request": "true"}
MARCH = date(2026, 3, 31)


def line_of(plan: AnnualPlan, name: str) -> AnnualLine:
    return plan.lines.get(project__name=name)


def amount(plan: AnnualPlan, name: str) -> int | None:
    return line_of(plan, name).investment


def test_one_plan_for_each_office_and_year(plan: AnnualPlan, clerk: User) -> None:
    with pytest.raises(ValidationError, match="2026 年的年度计划已经建立"):
        actions.open_year(office=clerk.office, year=2026, by=clerk)


def test_only_clerks_of_the_office_may_edit(plan: AnnualPlan, make_user: MAKE) -> None:
    other = Office.objects.create(name="别的办公室", short_name="别办")
    for user in (make_user(Role.LEADER), make_user(Role.CLERK, office=other)):
        with pytest.raises(PermissionDenied):
            actions.issue(plan, number="一号", on=MARCH, by=user)


def test_packages_stay_out_and_their_parts_come_in_once(
    plan: AnnualPlan, clerk: User, make_project: MAKE
) -> None:
    package = make_project("水网", 300, leaf=False)
    parts = [make_project(f"水网{n}", 100, parent=package) for n in "一二三"]
    assert actions.add_projects(plan, [package, *parts], by=clerk) == 3
    assert actions.add_projects(plan, [package, *parts], by=clerk) == 0
    table = queries.plan_table(plan, {}, QueryDict(), "region", MARCH)
    assert table.investment == 3_000_000


def test_a_cell_is_changed_and_noted(filled: AnnualPlan, clerk: User) -> None:
    line = line_of(filled, "青川水厂")
    actions.change_cell(line, "investment", "350.5", by=clerk, seen=line.version)
    assert amount(filled, "青川水厂") == 3_505_000
    entry = TrailEntry.objects.get(verb="annual.cell-changed")
    assert (entry.before, entry.after) == ({"investment": 3_000_000}, {"investment": 3_505_000})


def test_a_cell_that_cannot_be_read_says_where_and_how(filled: AnnualPlan, clerk: User) -> None:
    line = line_of(filled, "青川水厂")
    with pytest.raises(ValidationError) as fault:
        actions.change_cell(line, "investment", "待定", by=clerk, seen=1)
    words = "“青川水厂”的“年度计划投资（万元）”填的是“待定”，应为数字（万元）。"
    assert fault.value.messages == [words]


def test_two_clerks_do_not_overwrite_one_another(filled: AnnualPlan, clerk: User) -> None:
    line = line_of(filled, "青川水厂")
    actions.change_cell(line, "investment", "310", by=clerk, seen=1)
    with pytest.raises(ValidationError, match="现在是“310”"):
        actions.change_cell(line, "investment", "320", by=clerk, seen=1)
    assert amount(filled, "青川水厂") == 3_100_000


def test_a_project_cannot_finish_before_it_starts(filled: AnnualPlan, clerk: User) -> None:
    line = line_of(filled, "青川水厂")
    with pytest.raises(ValidationError, match="竣工月 2025-12 早于开工月 2026-01"):
        actions.change_cell(line, "finish", "2025-12", by=clerk, seen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualLine.objects.filter(pk=line.pk).update(finish=date(2025, 1, 1))


def test_a_paste_is_all_or_nothing(filled: AnnualPlan, clerk: User) -> None:
    lines = [line_of(filled, name) for name in ("青川水厂", "南浦大道")]
    cells = [(lines[0].pk, "investment", "1"), (lines[1].pk, "investment", "约200")]
    with pytest.raises(ValidationError) as fault:
        actions.paste(filled, cells, by=clerk)
    assert (
        "粘贴的第 2 格（“南浦大道”的“年度计划投资（万元）”）填的是“约200”"
        in fault.value.messages[0]
    )
    assert amount(filled, "青川水厂") == 3_000_000


def test_a_paste_is_undone_while_nobody_went_on(filled: AnnualPlan, clerk: User) -> None:
    line = line_of(filled, "青川水厂")
    batch = actions.paste(filled, [(line.pk, "investment", "1")], by=clerk)
    assert batch is not None
    assert actions.undo_batch(batch, by=clerk) == 1
    assert amount(filled, "青川水厂") == 3_000_000
    with pytest.raises(ValidationError, match="已经撤销"):
        actions.undo_batch(batch, by=clerk)


def test_an_undo_is_refused_after_somebody_went_on(filled: AnnualPlan, clerk: User) -> None:
    line = line_of(filled, "青川水厂")
    batch = actions.paste(filled, [(line.pk, "investment", "1")], by=clerk)
    assert batch is not None
    line.refresh_from_db()
    actions.change_cell(line, "investment", "2", by=clerk, seen=line.version)
    with pytest.raises(ValidationError, match="在这之后又改过"):
        actions.undo_batch(batch, by=clerk)
    assert amount(filled, "青川水厂") == 20_000


def test_shares_add_up_to_a_hundred_and_a_late_start_owes_nothing(filled: AnnualPlan) -> None:
    table = queries.plan_table(filled, {}, QueryDict(), "region", MARCH)
    rows = {row.name: row for group in table.groups for row in group.lines}
    assert sum(row.part for row in rows.values()) == 100
    assert [str(row.part) for row in rows.values()] == ["50.0", "33.3", "16.7"]
    assert rows["南浦大道"].due == 0
    assert rows["青川水厂"].due_amount == 750_000
    assert [group.name for group in table.groups] == ["青川区", "南浦区", "望海县"]
    assert sum(group.part for group in table.groups) == 100


# ------------------------------------------------------------------ issue


def test_a_plan_with_an_empty_investment_is_not_issued(
    filled: AnnualPlan, clerk: User, make_project: MAKE
) -> None:
    actions.add_projects(filled, [make_project("石桥学校", None)], by=clerk)
    with pytest.raises(ValidationError, match="还有 1 个项目没有填年度计划投资，如“石桥学校”"):
        actions.issue(filled, number="临投发〔2026〕3号", on=MARCH, by=clerk)


def test_what_was_issued_is_kept_word_for_word(issued: AnnualPlan, clerk: User) -> None:
    line = line_of(issued, "青川水厂")
    with pytest.raises(ValidationError, match="请办理调入、调出或调整"):
        actions.change_cell(line, "investment", "1", by=clerk, seen=1)
    kept = issued.issued_lines.get(project_name="青川水厂")
    with pytest.raises(Immutable):
        kept.save()
    with pytest.raises(Immutable):
        issued.issued_lines.update(investment=0)


def adjust(plan: AnnualPlan, kind: str, project: Project, by: User, **values: Any) -> Any:
    return actions.adjust(
        plan,
        kind=kind,
        project=project,
        values=values or None,
        reference="市政府专题会议纪要〔2026〕12号",
        approved_on=date(2026, 6, 30),
        approver="市政府",
        reason="征地受阻",
        by=by,
    )


def test_adjustments_lead_from_issued_to_now(
    issued: AnnualPlan, clerk: User, make_project: MAKE
) -> None:
    water, road = (line_of(issued, name).project for name in ("青川水厂", "南浦大道"))
    school = make_project("石桥学校", 50)
    adjust(issued, "change", water, clerk, investment=2_500_000)
    adjust(issued, "out", road, clerk)
    adjust(issued, "in", school, clerk, investment=500_000)
    moved = queries.movement_of(issued)
    assert (moved.issued, moved.moved_in, moved.moved_out, moved.changed, moved.now) == (
        6_000_000, 500_000, 2_000_000, -500_000, 4_000_000,
    )  # fmt: skip
    standing = {
        str(line.project_id): line.investment for line in issued.lines.filter(moved_out=False)
    }
    assert queries.replayed(issued) == standing
    assert issued.issued_lines.get(project=water).investment == 3_000_000
    table = queries.plan_table(issued, {}, QueryDict(), "region", MARCH)
    marks = {row.name: row.mark for group in table.groups for row in group.lines}
    assert marks == {"青川水厂": "调整", "南浦大道": "调出", "石桥学校": "调入", "望海医院": ""}
    assert (table.issued, table.investment) == (6_000_000, 4_000_000)


def test_what_was_moved_out_can_come_in_again(issued: AnnualPlan, clerk: User) -> None:
    road = line_of(issued, "南浦大道").project
    adjust(issued, "out", road, clerk)
    with pytest.raises(ValidationError, match="应办理“调入”"):
        adjust(issued, "change", road, clerk, investment=1)
    adjust(issued, "in", road, clerk, investment=900_000)
    assert amount(issued, "南浦大道") == 900_000
    assert queries.movement_of(issued).now == 4_900_000


@pytest.mark.parametrize(
    ("kind", "name", "values", "words"),
    [
        ("in", "青川水厂", {"investment": 1}, "应办理“调整”"),
        ("change", "青川水厂", {"investment": None}, "请填写调整后的年度计划投资"),
        ("change", "青川水厂", {"investment": 3_000_000}, "没有不同"),
        ("change", "青川水厂", {"finish": "2025-01-01"}, "早于开工月"),
    ],
)
def test_an_adjustment_that_does_not_fit_is_refused(
    issued: AnnualPlan, clerk: User, kind: str, name: str, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        adjust(issued, kind, line_of(issued, name).project, clerk, **values)
    assert not issued.adjustments.exists()


# ------------------------------------------------------------------ screens


def test_a_cell_is_saved_from_the_screen(filled: AnnualPlan, desk: Client) -> None:
    line = line_of(filled, "青川水厂")
    address = reverse("annual:cell", args=[line.pk])
    answer = desk.post(address, {"field": "investment", "text": "1,300", "seen": 1}, headers=HTMX)
    assert answer.status_code == 200
    assert '"text": "1,300"' in answer["HX-Trigger"]
    assert f'id="seen-{line.pk}" name="seen" value="2"' in answer.text
    wrong = desk.post(address, {"field": "investment", "text": "很多", "seen": 2}, headers=HTMX)
    assert wrong.status_code == 422
    assert "填的是“很多”" in wrong.text


def test_a_column_is_pasted_from_the_screen_and_undone(filled: AnnualPlan, desk: Client) -> None:
    lines = [line_of(filled, name).pk for name in ("青川水厂", "南浦大道", "望海医院")]
    address = reverse("annual:paste", args=[filled.pk])
    values = {
        "field": "investment",
        "lines": ",".join(map(str, lines)),
        "text": "10\t2026-02\r\n20\t2026-03\r\n",
    }
    answer = desk.post(address, values, headers=HTMX)
    assert answer.status_code == 200
    assert (amount(filled, "青川水厂"), amount(filled, "南浦大道")) == (100_000, 200_000)
    assert line_of(filled, "南浦大道").start == date(2026, 3, 1)
    batch = filled.batches.get()
    desk.post(reverse("annual:batch-undo", args=[batch.pk]))
    assert amount(filled, "青川水厂") == 3_000_000


def test_more_than_fits_is_not_pasted(filled: AnnualPlan, desk: Client) -> None:
    line = line_of(filled, "望海医院")
    values = {"field": "investment", "lines": str(line.pk), "text": "1\n2"}
    answer = desk.post(reverse("annual:paste", args=[filled.pk]), values, headers=HTMX)
    assert answer.status_code == 422
    assert "粘贴了 2 行，从这里往下本页只有 1 行" in answer.text


def test_the_five_steps_on_the_screen(office: Office, desk: Client, make_project: MAKE) -> None:
    project = make_project("青川水厂", 300)
    desk.post(reverse("annual:year-new"), {"year": 2026})
    plan = AnnualPlan.objects.get()
    desk.post(reverse("annual:add", args=[plan.pk]), {"pick": project.pk})
    issued = {"number": "临投发〔2026〕3号", "on": "2026-02-01"}
    answer = desk.post(reverse("annual:issue", args=[plan.pk]), issued, follow=True)
    assert "2026年2月1日下达" in answer.text
    given = {
        "kind": "change", "project": project.pk, "investment": "250",
        "reference": "纪要〔2026〕1号",
        "approver": "市政府", "approved_on": "2026-06-30", "reason": "征地受阻",
    }  # fmt: skip
    answer = desk.post(reverse("annual:adjust", args=[plan.pk]), given, follow=True)
    assert "纪要〔2026〕1号" in answer.text
    for name, pk in (("plan", plan.pk), ("history", plan.pk), ("why-total", plan.pk)):
        assert "250" in desk.get(reverse(f"annual:{name}", args=[pk])).text
    why = desk.get(reverse("annual:why-line", args=[plan.lines.get().pk]))
    assert "征地受阻" in why.text


def test_a_plan_of_another_office_is_not_there(
    filled: AnnualPlan, make_user: MAKE, client_of: MAKE
) -> None:
    other = Office.objects.create(name="别的办公室", short_name="别办")
    stranger = client_of(make_user(Role.CLERK, office=other))
    assert stranger.get(reverse("annual:plan", args=[filled.pk])).status_code == 404
    line = filled.lines.first()
    assert line is not None
    for name in ("cell", "why-line"):
        address = reverse(f"annual:{name}", args=[line.pk])
        assert stranger.post(address).status_code in (404, 405)


@pytest.mark.parametrize("count", [3, 240])
@pytest.mark.parametrize("group", ["region", "unit", "section"])
def test_lists_ask_few_queries_whatever_their_length(
    plan: AnnualPlan, clerk: User, desk: Client, make_project: MAKE, queries_of: MAKE,
    count: int, group: str,
) -> None:  # fmt: skip
    projects = [make_project(f"项目{n}", n) for n in range(count)]
    with queries_of("annual:add"):
        assert desk.get(reverse("annual:add", args=[plan.pk])).status_code == 200
    actions.add_projects(plan, projects, by=clerk)
    with queries_of("annual:plan"):
        answer = desk.get(reverse("annual:plan", args=[plan.pk]), {"group": group})
    assert answer.status_code == 200
    with queries_of("annual:plans"):
        assert desk.get(reverse("annual:plans")).status_code == 200
    actions.issue(plan, number="一号", on=date(2026, 1, 5), by=clerk)
    with queries_of("annual:plan-issued"):
        assert desk.get(reverse("annual:plan", args=[plan.pk])).status_code == 200
    with queries_of("annual:history"):
        assert desk.get(reverse("annual:history", args=[plan.pk])).status_code == 200
