"""What a clerk does to entries, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from guatu.web.people.actions import CannotDo
from guatu.web.people.models import TrailEntry
from guatu.web.plans import actions, queries
from guatu.web.plans.models import Entry, Kind, Patch, SourceKind, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(plan: Any) -> Entry:
    return Entry.objects.get(plan=plan, kind=Kind.TARGET, value=300)


def test_accept_is_a_patch_and_a_trail(plan: Any, target: Entry, clerk: Any) -> None:
    entry = actions.accept(plan, target.pk, version=1, by=clerk)
    assert (entry.state, entry.version) == (State.ACCEPTED, 2)
    patch = Patch.objects.get()
    assert (patch.before["state"], patch.after["state"]) == ("new", "accepted")
    assert (patch.start, patch.end, patch.by) == (target.start, target.end, clerk)
    assert TrailEntry.objects.filter(verb="ledger.accept").count() == 1


def test_two_clerks_do_not_overwrite_each_other(
    plan: Any, target: Entry, clerk: Any, make_user: Callable[..., Any]
) -> None:
    other = make_user("clerk", name="李经办")
    actions.accept(plan, target.pk, version=1, by=other)
    with pytest.raises(actions.Stale, match="李经办"):
        actions.reject(plan, target.pk, version=1, by=clerk)


def test_a_changed_figure_reaches_its_columns(plan: Any, target: Entry, clerk: Any) -> None:
    fields = {"value": 320, "due": "2027-06-30", "subject": "老旧小区改造"}
    entry = actions.change(
        plan, target.pk, version=1, by=clerk, words=target.quote, near=-1, fields=fields
    )
    entry.refresh_from_db()
    assert (entry.state, entry.value, entry.subject) == (State.CHANGED, 320, "老旧小区改造")
    assert entry.due is not None and entry.due.isoformat() == "2027-06-30"
    assert entry.read_as is not None and entry.read_as["fields"]["value"] == 300


def test_words_must_stand_in_the_plan(plan: Any, target: Entry, clerk: Any) -> None:
    with pytest.raises(CannotDo, match="没有这段文字"):
        actions.change(plan, target.pk, version=1, by=clerk, words="400个", near=-1, fields={})
    with pytest.raises(CannotDo, match="没有这段文字"):
        actions.add(plan, by=clerk, kind=Kind.TASK, words="没有写过的话", near=0)


def test_an_added_target_reads_its_number(plan: Any, clerk: Any) -> None:
    Entry.objects.filter(plan=plan, kind=Kind.TARGET, value=25).update(state=State.WITHDRAWN)
    entry = actions.add(plan, by=clerk, kind=Kind.TARGET, words="公共停车场25处", near=0)
    assert (entry.value, entry.unit, entry.subject) == (25, "处", "公共停车场")
    assert entry.state == State.ADDED
    assert entry.part_of is not None and "停车场" in entry.part_of.quote
    assert entry.section == entry.part_of.section


def test_another_source_must_be_named(plan: Any, clerk: Any) -> None:
    given = {"kind": Kind.PROJECT, "words": "滨江公园二期", "near": 0, "source": SourceKind.LIST}
    with pytest.raises(CannotDo, match="依据"):
        actions.add(plan, by=clerk, **given)
    entry = actions.add(plan, by=clerk, source_name="《2026年项目清单》", **given)
    assert (entry.start, entry.source) == (None, SourceKind.LIST)
    page = queries.review_page(plan)
    assert page is not None
    assert any("《2026年项目清单》" in row.source for row in page.rows)


def test_split_keeps_the_lineage_of_the_first(plan: Any, clerk: Any) -> None:
    entry = actions.add(
        plan, by=clerk, kind=Kind.TASK, words="完成老旧小区改造300个；建成公共停车场25处", near=0
    )
    lineage = entry.lineage
    parts = ["完成老旧小区改造300个", "建成公共停车场25处"]
    made = actions.split(plan, entry.pk, version=entry.version, by=clerk, parts=parts)
    assert [part.quote for part in made] == parts
    assert made[0].lineage == lineage != made[1].lineage
    actions.undo(plan, by=clerk)
    entry.refresh_from_db()
    assert "；" in entry.quote
    assert Entry.objects.get(pk=made[1].pk).state == State.WITHDRAWN


def test_split_refuses_words_out_of_order(plan: Any, target: Entry, clerk: Any) -> None:
    with pytest.raises(CannotDo, match="第 2 行"):
        parts = ["建成公共停车场25处", "完成老旧小区改造300个"]
        actions.split(plan, target.pk, version=1, by=clerk, parts=parts)


def test_merge_reaches_over_both_and_moves_what_they_hold(plan: Any, clerk: Any) -> None:
    first = actions.add(plan, by=clerk, kind=Kind.TASK, words="完成老旧小区改造", near=0)
    second = actions.add(plan, by=clerk, kind=Kind.TASK, words="建成公共停车场", near=0)
    held = actions.add(plan, by=clerk, kind=Kind.TARGET, words="25处", near=0)
    Entry.objects.filter(pk=held.pk).update(part_of=second)
    merged = actions.merge(plan, {first.pk: 1, second.pk: 1}, by=clerk)
    assert merged.quote == "完成老旧小区改造300个；建成公共停车场"
    assert Entry.objects.get(pk=held.pk).part_of_id == first.pk
    assert Entry.objects.get(pk=second.pk).state == State.WITHDRAWN
    actions.undo(plan, by=clerk)
    assert Entry.objects.get(pk=held.pk).part_of_id == second.pk
    assert Entry.objects.get(pk=second.pk).state == State.ADDED


def test_accept_all_is_undone_as_one(plan: Any, clerk: Any) -> None:
    before = Entry.objects.filter(plan=plan, state=State.NEW).count()
    count = actions.accept_all(plan, by=clerk, kind=Kind.TARGET)
    assert count == Entry.objects.filter(plan=plan, kind=Kind.TARGET).count() > 1
    actions.undo(plan, by=clerk)
    assert Entry.objects.filter(plan=plan, state=State.NEW).count() == before


def test_accept_all_of_a_section_takes_its_items(plan: Any, clerk: Any) -> None:
    actions.accept_all(plan, by=clerk, section="二/(一)")
    accepted = Entry.objects.filter(plan=plan, state=State.ACCEPTED)
    assert accepted.exists()
    assert all(e.section.startswith("二/(一)") for e in accepted)


def test_accept_all_takes_no_more_than_was_listed(plan: Any, target: Entry, desk: Any) -> None:
    address = f"/plans/{plan.pk}/review/accept-all/"
    desk.post(address, {"entries": str(target.pk)}, headers={"HX-Request": "true"})
    assert [e.pk for e in Entry.objects.filter(state=State.ACCEPTED)] == [target.pk]


def test_undo_step_by_step(plan: Any, target: Entry, clerk: Any) -> None:
    actions.accept(plan, target.pk, version=1, by=clerk)
    actions.reject(plan, target.pk, version=2, by=clerk)
    actions.undo(plan, by=clerk)
    target.refresh_from_db()
    assert target.state == State.ACCEPTED
    actions.undo(plan, by=clerk)
    target.refresh_from_db()
    assert target.state == State.NEW
    with pytest.raises(CannotDo, match="没有可撤销"):
        actions.undo(plan, by=clerk)


def test_undo_does_not_undo_another_persons_work(
    plan: Any, target: Entry, clerk: Any, make_user: Callable[..., Any]
) -> None:
    actions.accept(plan, target.pk, version=1, by=clerk)
    actions.reject(plan, target.pk, version=2, by=make_user("clerk", name="李经办"))
    with pytest.raises(actions.Stale, match="李经办"):
        actions.undo(plan, by=clerk)


def test_leaders_do_not_review(plan: Any, target: Entry, make_user: Callable[..., Any]) -> None:
    with pytest.raises(PermissionDenied):
        actions.accept(plan, target.pk, version=1, by=make_user("leader"))


# --------------------------------------------------------------------- the screen


def test_the_screen_marks_every_entry(plan: Any, desk: Any, queries_of: Any) -> None:
    with queries_of("plans:review"):
        page = desk.get(f"/plans/{plan.pk}/review/").content.decode()
    placed = Entry.objects.filter(~Q(start=None), plan=plan)
    for entry in placed:
        assert f'id="m-e-{entry.pk}"' in page
        assert f'id="e-{entry.pk}"' in page


def test_accept_answers_with_the_row_and_the_progress(plan: Any, target: Entry, desk: Any) -> None:
    address = f"/plans/{plan.pk}/review/{target.pk}/accept/"
    answer = desk.post(address, {"version": 1}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert 'data-state="accepted"' in page
    assert "<b>1</b>" in page


def test_a_stale_page_is_told_so(plan: Any, target: Entry, desk: Any, clerk: Any) -> None:
    actions.accept(plan, target.pk, version=1, by=clerk)
    address = f"/plans/{plan.pk}/review/{target.pk}/reject/"
    answer = desk.post(address, {"version": 1}, headers={"HX-Request": "true"})
    assert "改过这一条" in answer.content.decode()
    target.refresh_from_db()
    assert target.state == State.ACCEPTED


def test_the_form_keeps_what_was_typed(plan: Any, target: Entry, desk: Any) -> None:
    address = f"/plans/{plan.pk}/review/{target.pk}/change/"
    form = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "300个" in form
    typed = {
        "version": 1,
        "words": "三百零一个",
        "subject": "老旧小区",
        "comparator": "ge",
        "figure": "301个",
        "change": "level",
        "kind": "target",
    }
    answer = desk.post(address, typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "没有这段文字" in answer.content.decode() and "301个" in answer.content.decode()
    answer = desk.post(address, typed | {"words": "300个"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    target.refresh_from_db()
    assert (target.value, target.fields["comparator"]) == (301, "ge")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_added_and_edited(plan: Any, desk: Any, kind: str) -> None:
    htmx = {"HX-Request": "true"}
    add = f"/plans/{plan.pk}/review/add/"
    assert desk.get(f"{add}?kind={kind}&words=望江片区", headers=htmx).status_code == 200
    data = {"kind": kind, "words": "望江片区", "near": "", "source": "plan", "source_name": ""}
    assert desk.post(add, data, headers=htmx).status_code == 200
    entry = Entry.objects.get(plan=plan, state=State.ADDED)
    address = f"/plans/{plan.pk}/review/{entry.pk}/change/"
    assert desk.get(address, headers=htmx).status_code == 200


def test_the_list_asks_few_queries(plan: Any, desk: Any, queries_of: Any) -> None:
    with queries_of("plans:plans"):
        page = desk.get("/plans/").content.decode()
    assert plan.title in page
    with queries_of("plans:plan"):
        desk.get(f"/plans/{plan.pk}/")
