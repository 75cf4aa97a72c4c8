"""A better reader reads the same file again: people's work stands."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from guatu.web.page.worker import work_off
from guatu.web.people.actions import CannotDo
from guatu.web.plans import actions
from guatu.web.plans.differences import compare
from guatu.web.plans.models import Entry, Kind, Reading, State

pytestmark = pytest.mark.django_db


def _entries(plan: Any) -> list[Entry]:
    return list(Entry.objects.filter(plan=plan).exclude(state=State.WITHDRAWN))


def _data(plan: Any) -> dict[str, Any]:
    return copy.deepcopy(plan.current_reading.data)


def test_the_same_reading_changes_nothing(plan: Any) -> None:
    comparison = compare(_entries(plan), _data(plan))
    assert comparison.differences == ()
    assert comparison.kept == len(_entries(plan))


def test_what_people_did_is_kept(plan: Any, clerk: Any) -> None:
    target = Entry.objects.get(plan=plan, kind=Kind.TARGET, value=300)
    actions.change(
        plan, target.pk, version=1, by=clerk, words=target.quote, near=-1, fields={"value": 310}
    )
    gone = Entry.objects.get(plan=plan, kind=Kind.TARGET, value=180)
    actions.reject(plan, gone.pk, version=1, by=clerk)
    actions.add(plan, by=clerk, kind=Kind.TASK, words="坚持统筹推进", near=0)
    comparison = compare(_entries(plan), _data(plan))
    assert [d for d in comparison.differences if d.what != "gone"] == []
    assert comparison.rejected == 1


def test_new_gone_and_changed(plan: Any) -> None:
    data = _data(plan)
    gone = data["targets"].pop(0)
    changed = data["targets"][0]
    changed["subject"] = "更好的名称"
    new = {**changed, "start": data["targets"][-1]["start"] + 40, "subject": "新读出的指标"}
    new["quote"] = plan.uploads.get().text[new["start"] : new["start"] + 3]
    data["targets"].append(new)
    comparison = compare(_entries(plan), data)
    assert [d.entry.quote for d in comparison.of("gone")] == [gone["quote"]]
    assert [d.fields for d in comparison.of("changed")] == [("subject",)]
    assert [d.read.fields["subject"] for d in comparison.of("new") if d.read] == ["新读出的指标"]


def _second_reading(plan: Any, clerk: Any) -> Reading:
    actions.read_again(plan, by=clerk)
    work_off()
    return Reading.objects.get(upload__plan=plan, number=2)


def test_only_what_was_chosen_is_applied(plan: Any, clerk: Any) -> None:
    target = Entry.objects.get(plan=plan, kind=Kind.TARGET, value=300)
    task = Entry.objects.filter(plan=plan, kind=Kind.TASK).last()
    reading = _second_reading(plan, clerk)
    found = next(t for t in reading.data["targets"] if t["value"] == 300)
    found["value"], found["subject"] = 305, "老旧小区改造个数"
    held = next(t for t in reading.data["tasks"] if t["start"] == task.start)
    held["due"] = "2027-03-31"
    reading.save()
    chosen = {f"target-{target.start}-{target.end}"}
    assert actions.apply_differences(plan, reading, by=clerk, chosen=chosen) == 1
    target.refresh_from_db()
    task.refresh_from_db()
    assert (target.value, target.state) == (305, State.NEW)
    assert task.due is None or task.due.isoformat() != "2027-03-31"
    # What was not chosen is settled: it is not asked again.
    assert compare(_entries(plan), reading.data).differences == ()
    with pytest.raises(CannotDo, match="处理过"):
        actions.apply_differences(plan, reading, by=clerk, chosen=chosen)
    actions.undo(plan, by=clerk)
    target.refresh_from_db()
    assert target.value == 300


def test_the_screen_shows_and_applies(plan: Any, clerk: Any, desk: Any, queries_of: Any) -> None:
    reading = _second_reading(plan, clerk)
    reading.data["targets"].pop(0)
    reading.save()
    address = f"/plans/{plan.pk}/readings/2/"
    with queries_of("plans:reading"):
        page = desk.get(address).content.decode()
    assert "不再读出" in page
    count = len(_entries(plan))
    import re

    keys = re.findall(r'name="pick" value="([^"]+)"', page)
    assert desk.post(address, {"pick": keys}).status_code == 302
    assert len(_entries(plan)) == count - 1


def test_reading_again_twice_waits_for_the_first(plan: Any, clerk: Any) -> None:
    assert actions.read_again(plan, by=clerk).pk == actions.read_again(plan, by=clerk).pk
