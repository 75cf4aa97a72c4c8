"""The directory: entries, names, merges, screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from guatu.web.people import actions
from guatu.web.people.models import Office, Role, TrailEntry, Unit, User
from guatu.web.people.names import Resolved, resolve_unit


def verbs() -> list[str]:
    return list(TrailEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_unit_is_entered_and_noted(clerk: User) -> None:
    unit = actions.create_unit(by=clerk, name="临江市财政局", kind="government")
    assert unit.office == clerk.office
    (entry,) = TrailEntry.objects.all()
    assert (entry.verb, entry.by, entry.object_id) == ("unit.created", clerk, str(unit.pk))
    assert entry.after["name"] == "临江市财政局" and entry.before is None


def test_a_name_stands_once(clerk: User, make_unit: Callable[..., Unit]) -> None:
    make_unit("临江市财政局")
    with pytest.raises(ValidationError, match="已有同名单位"):
        actions.create_unit(by=clerk, name="临江市财政局", kind="government")
    assert verbs() == []


def test_a_former_name_is_still_known(clerk: User, make_unit: Callable[..., Unit]) -> None:
    unit = make_unit("临江市国土资源局")
    actions.change_unit(unit, by=clerk, name="临江市自然资源局")
    found = resolve_unit("临江市国土资源局")
    assert isinstance(found, Resolved) and found.unit_name == "临江市自然资源局"
    (entry,) = TrailEntry.objects.all()
    assert entry.before == {"name": "临江市国土资源局"}
    assert entry.after == {"name": "临江市自然资源局"}


def test_a_change_that_changes_nothing_leaves_no_trail(
    clerk: User, make_unit: Callable[..., Unit]
) -> None:
    actions.change_unit(make_unit("临江市财政局"), by=clerk, name="临江市财政局")
    assert verbs() == []


def test_a_unit_is_not_above_itself(clerk: User, make_unit: Callable[..., Unit]) -> None:
    top = make_unit("甲局")
    middle = make_unit("乙中心", parent=top)
    with pytest.raises(ValidationError, match="不能是本单位或其下级"):
        actions.change_unit(top, by=clerk, parent=middle)
    top.refresh_from_db()
    assert top.parent is None


def test_a_merge_moves_all_that_rests_on_the_unit(
    clerk: User, make_unit: Callable[..., Unit], make_user: Callable[..., User]
) -> None:
    keep, double = make_unit("临江市发展和改革委员会"), make_unit("市发改委", short_name="发改")
    child = make_unit("临江市数据局", parent=double)
    person = make_user(Role.LEADER, unit=double)
    done = actions.merge_units(keep=keep, merge=double, by=clerk)
    assert done.moved == {"people.unit": 1, "people.user": 1}
    for moved in (child, person, double):
        moved.refresh_from_db()
    assert child.parent == keep and person.unit == keep
    assert double.merged_into == keep and not double.active
    assert {alias.name for alias in keep.aliases.all()} == {"市发改委", "发改"}
    found = resolve_unit("市发改委")
    assert isinstance(found, Resolved) and found.unit_id == keep.pk
    with pytest.raises(ValidationError, match="已被并入"):
        actions.merge_units(keep=keep, merge=double, by=clerk)


def test_a_child_merged_into_its_parent_and_the_other_way(
    clerk: User, make_unit: Callable[..., Unit]
) -> None:
    top = make_unit("甲局")
    child = make_unit("甲局中心", parent=top)
    actions.merge_units(keep=child, merge=top, by=clerk)
    child.refresh_from_db()
    assert child.parent is None
    with pytest.raises(ValidationError, match="不能与自己合并"):
        actions.merge_units(keep=child, merge=child, by=clerk)


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR, Role.SYSTEM, Role.AUDITOR])
def test_only_clerks_keep_the_directory(role: Role, make_user: Callable[..., User]) -> None:
    with pytest.raises(PermissionDenied, match="由经办人员办理"):
        actions.create_unit(by=make_user(role), name="某局", kind="other")


def test_the_screens_of_a_unit(desk: Client, make_unit: Callable[..., Unit]) -> None:
    unit = make_unit("临江市财政局", short_name="市财政局")
    page = desk.post(
        f"/units/{unit.pk}/edit/",
        {"name": "临江市财政局", "short_name": "财政局", "kind": "government", "active": "on"},
        follow=True,
    ).content.decode()
    assert "财政局" in page and "已保存" in page and "修改单位" in page
    other = make_unit("市财政")
    page = desk.post(f"/units/{unit.pk}/merge/", {"merge": other.pk}, follow=True).content.decode()
    assert "“市财政”已并入“临江市财政局”" in page
    assert desk.get(f"/units/{other.pk}/").url == f"/units/{unit.pk}/"


def test_a_name_that_was_taken_away_comes_back_by_undo(
    desk: Client, make_unit: Callable[..., Unit]
) -> None:
    unit = make_unit("临江市财政局")
    desk.post(f"/units/{unit.pk}/names/", {"name": "市财政"})
    alias = unit.aliases.get()
    page = desk.post(f"/units/names/{alias.pk}/forget/", follow=True).content.decode()
    undo = page.partition('<form method="post" action="')[2]
    assert unit.aliases.count() == 0 and "撤销" in page
    undo = next(part for part in page.split('action="') if "names/?name=" in part).split('"')[0]
    desk.post(undo)
    assert [alias.name for alias in unit.aliases.all()] == ["市财政"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["临江市财政局", "临江市城投公司", "青川区人民政府"]),
        ("q=市财政", ["临江市财政局"]),
        ("kind=county", ["青川区人民政府"]),
        ("state=rest", ["临江市城投公司"]),
        ("q=没有", []),
        ("sort=-name", ["青川区人民政府", "临江市财政局", "临江市城投公司"]),
    ],
)
def test_the_list_filters_and_sorts(
    desk: Client, make_unit: Callable[..., Unit], query: str, found: list[str]
) -> None:
    make_unit("临江市财政局", position=1)
    make_unit("临江市城投公司", "company", active=False, position=2)
    make_unit("青川区人民政府", "county", position=3)
    page = desk.get(f"/units/?{query}").content.decode()
    places = [(page.find(f">{name}</a></th>"), name) for name in found]
    assert all(place > 0 for place, _name in places)
    if query != "sort=-name":
        assert sorted(places) == places
    assert page.count("<tr data-key") == len(found)


def test_the_list_asks_few_queries_whatever_its_length(
    desk: Client, make_unit: Callable[..., Unit], queries_of: Callable[[str], Any], office: Office
) -> None:
    desk.get("/units/")
    for number in range(60):
        make_unit(f"第{number}局", parent=Unit.objects.first())
    with queries_of("people:units"):
        desk.get("/units/?q=局&kind=government")
    with queries_of("people:unit-tree"):
        desk.get("/units/tree/")
    with queries_of("people:unit"):
        desk.get(f"/units/{Unit.objects.earliest('pk').pk}/")
    with queries_of("people:regions"):
        desk.get("/regions/")
    with queries_of("people:settings"):
        desk.get("/settings/")
    with queries_of("page:workbench"):
        desk.get("/")
