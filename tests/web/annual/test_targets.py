"""Decomposed targets: the remainder in sight, too much refused or reasoned, sums exact."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from guatu.web.annual import actions
from guatu.web.annual.models import AnnualPlan, Decomposition, Share
from guatu.web.annual.queries import targets as queries
from guatu.web.annual.queries.targets import Cut
from guatu.web.people.models import Region, Role, User
from guatu.web.plans.models import LedgerEntry
from guatu.web.projects.models import CountyShare, Tie

pytestmark = pytest.mark.django_db


def give(
    target: Decomposition, by: User, year: int, value: str, region: Region | None = None
) -> None:
    actions.set_share(
        target, year=year, value=Decimal(value), by=by, region_id=region.pk if region else None
    )


def values(target: Decomposition, year: int) -> list[str]:
    found = target.shares.filter(year=year, region__isnull=False).order_by("region__position")
    return [queries.written(share.value) for share in found]


def test_a_target_is_taken_up_once(target: Decomposition, entry: LedgerEntry, clerk: User) -> None:
    with pytest.raises(ValidationError, match="已经在分解"):
        actions.decompose(
            entry, accrual="sum", measured_by="reported", start_year=2026, end_year=2027, by=clerk
        )
    assert list(queries.published_targets(clerk.office)) == []


def test_the_remainder_is_always_there(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    give(target, clerk, 2026, "250")
    give(target, clerk, 2026, "100", counties[0])
    found = queries.matrix(target, Cut.REGION)
    assert (found.years[0].given, found.years[0].remainder) == ("100", "150")
    assert (found.remainder, found.whole_open) == ("350", True)
    assert [row.name for row in found.rows] == ["青川区", "南浦区", "望海县"]


def test_too_much_is_refused_with_the_numbers(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    give(target, clerk, 2026, "250")
    with pytest.raises(ValidationError) as fault:
        give(target, clerk, 2026, "250.5", counties[0])
    words = (
        "2026 年各县区合计 250.5，比全市数 250 多 0.5亿元，没有保存。请改小，或先写明超分的原因。"
    )
    assert fault.value.messages == [words]
    assert values(target, 2026) == []


def test_too_much_is_allowed_with_a_reason(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    give(target, clerk, 2026, "250")
    actions.allow_over(target, year=2026, reason="按 110% 压担子", by=clerk)
    give(target, clerk, 2026, "275", counties[0])
    head = queries.matrix(target, Cut.REGION).years[0]
    assert (head.over, head.remainder, head.over_reason) == (True, "−25", "按 110% 压担子")


def test_years_may_not_exceed_the_plan_unsaid(target: Decomposition, clerk: User) -> None:
    give(target, clerk, 2026, "250")
    with pytest.raises(ValidationError, match="各年合计 610 比方案目标 600 多 10亿元"):
        give(target, clerk, 2027, "360")


def test_lowering_the_total_below_what_was_given_is_refused(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    give(target, clerk, 2026, "250")
    give(target, clerk, 2026, "200", counties[0])
    with pytest.raises(ValidationError, match="比全市数 150 多 50"):
        give(target, clerk, 2026, "150")


def test_evenly_adds_up_exactly_and_is_put_back(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    give(target, clerk, 2026, "100")
    give(target, clerk, 2026, "7", counties[1])
    before = actions.fill_year(target, year=2026, cut=Cut.REGION, how="evenly", by=clerk)
    assert values(target, 2026) == ["34", "33", "33"]
    assert queries.matrix(target, Cut.REGION).years[0].settled
    actions.put_back(target, year=2026, before=before, by=clerk)
    assert values(target, 2026) == ["7"]


def test_last_years_proportions(target: Decomposition, clerk: User, counties: list[Region]) -> None:
    give(target, clerk, 2026, "100")
    for region, value in zip(counties, ("50", "30", "20"), strict=True):
        give(target, clerk, 2026, value, region)
    give(target, clerk, 2027, "333")
    actions.fill_year(target, year=2027, cut=Cut.REGION, how="last", by=clerk)
    assert values(target, 2027) == ["166", "100", "67"]
    assert sum(map(Decimal, values(target, 2027))) == 333


def test_by_sums_of_tied_projects(
    target: Decomposition, entry: LedgerEntry, clerk: User, filled: AnnualPlan,
    counties: list[Region],
) -> None:  # fmt: skip
    lines = {line.project.name: line.project for line in filled.lines.select_related("project")}
    for name in ("青川水厂", "南浦大道"):
        Tie.objects.create(
            project=lines[name],
            kind="target",
            entry=str(entry.lineage),
            words="x",
            state="confirmed",
        )
    # Half of the road lies in 望海县.
    for region in counties[1:]:
        CountyShare.objects.create(project=lines["南浦大道"], region=region, amount=1)
    assert queries.project_sums(target, 2026, Cut.REGION) == {
        counties[0].pk: 3_000_000, counties[1].pk: 1_000_000, counties[2].pk: 1_000_000,
    }  # fmt: skip
    give(target, clerk, 2026, "250")
    actions.fill_year(target, year=2026, cut=Cut.REGION, how="projects", by=clerk)
    assert values(target, 2026) == ["150", "50", "50"]
    actions.set_measure(
        target, accrual="sum", measured_by="projects", source_name="", over_reason="", by=clerk
    )
    target.refresh_from_db()
    assert queries.measured_by_projects(target) == {2026: Decimal("0.05")}


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("last", "2025 年没有分解数"),
        ("projects", "没有已确认挂接"),
        ("evenly", "请先填写 2026 年的全市数"),
    ],
)
def test_a_way_that_has_nothing_to_go_by_says_so(
    target: Decomposition, clerk: User, how: str, words: str
) -> None:
    if how != "evenly":
        give(target, clerk, 2026, "100")
    with pytest.raises(ValidationError, match=words):
        actions.fill_year(target, year=2026, cut=Cut.REGION, how=how, by=clerk)


def test_rates_are_never_added_up(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    actions.set_measure(
        target, accrual="rate", measured_by="statistics", source_name="", over_reason="", by=clerk
    )
    target.refresh_from_db()
    give(target, clerk, 2026, "52")
    give(target, clerk, 2026, "60", counties[0])
    assert not queries.matrix(target, Cut.REGION).adds_up
    with pytest.raises(ValidationError, match="不能按比例分解"):
        actions.fill_year(target, year=2026, cut=Cut.REGION, how="evenly", by=clerk)


def test_counties_and_departments_balance_apart(
    target: Decomposition, clerk: User, counties: list[Region]
) -> None:
    give(target, clerk, 2026, "100")
    give(target, clerk, 2026, "100", counties[0])
    (unit,) = queries.parties(target, Cut.UNIT)
    actions.set_share(target, year=2026, unit_id=unit.pk, value=Decimal(60), by=clerk)
    assert queries.matrix(target, Cut.REGION).years[0].remainder == "0"
    assert queries.matrix(target, Cut.UNIT).years[0].remainder == "40"


def test_a_county_is_opened_into_its_departments(
    target: Decomposition, clerk: User, desk: Client, counties: list[Region]
) -> None:
    county = counties[0]
    give(target, clerk, 2026, "250")
    give(target, clerk, 2026, "100", county)
    (unit,) = queries.parties(target, Cut.UNIT)
    address = reverse("annual:share-cell", args=[target.pk])
    cell = {"cut": "region", "open": str(county.pk), "year": "2026"}
    cell |= {"party": f"{county.pk}-{unit.pk}"}
    page = desk.get(reverse("annual:target", args=[target.pk]), {"open": county.pk}).text
    assert f'"party": "{county.pk}-{unit.pk}"' in page
    htmx = {"HX-Request": "true"}
    answer = desk.post(address, {**cell, "text": "60"}, headers=htmx)
    assert answer.status_code == 200 and "青川区未分到部门" in answer.text
    found = queries.matrix(target, Cut.REGION, opened=county.pk)
    inner = found.rows[0].inner
    assert inner is not None and inner.remainders[0] == ("40", False, False)
    assert found.rows[1].inner is None
    # What lies in a county is neither a county's nor a department's share of the whole area.
    assert found.years[0].remainder == "150"
    assert queries.matrix(target, Cut.UNIT).years[0].remainder == "250"
    refused = desk.post(address, {**cell, "text": "101"}, headers=htmx)
    assert refused.status_code == 422 and "比该县区的 100 多 1" in refused.text
    with pytest.raises(ValidationError, match="比该县区的 50 多 10"):
        give(target, clerk, 2026, "50", county)
    cell["party"] = f"{counties[1].pk}-{unit.pk}"
    assert "请先填县区数" in desk.post(address, {**cell, "text": "1"}, headers=htmx).text
    assert desk.post(address, {**cell, "party": "1-", "text": "1"}).status_code == 400


def test_only_clerks_decompose(target: Decomposition, make_user: Any) -> None:
    with pytest.raises(PermissionDenied):
        give(target, make_user(Role.LEADER), 2026, "1")


def test_the_matrix_on_the_screen(
    target: Decomposition, clerk: User, desk: Client, counties: list[Region]
) -> None:
    address = reverse("annual:share-cell", args=[target.pk])
    htmx = {"HX-Request": "true"}
    cell = {"cut": "region", "party": "0", "year": "2026", "text": "250"}
    assert "未分解" in desk.post(address, cell, headers=htmx).text
    cell = {**cell, "party": str(counties[0].pk), "text": "300"}
    refused = desk.post(address, cell, headers=htmx)
    assert refused.status_code == 422
    assert "比全市数 250 多 50亿元" in refused.text
    assert "300" in refused["HX-Trigger-After-Settle"]
    assert "应为数字" in desk.post(address, {**cell, "text": "一半"}, headers=htmx).text
    filled = desk.post(
        reverse("annual:fill", args=[target.pk]),
        {"cut": "region", "how": "evenly", "year": "2026"},
        follow=True,
    )
    assert "分毫不差" in filled.text
    share = Share.objects.filter(region=counties[0]).get()
    why = desk.get(reverse("annual:why-share", args=[share.pk])).text
    assert "平均分配" in why
    assert "累计完成补短板投资600亿元" in why


def test_a_target_is_taken_up_on_the_screen(entry: LedgerEntry, desk: Client) -> None:
    assert "累计完成补短板投资" in desk.get(reverse("annual:take-list")).text
    address = reverse("annual:take", args=[entry.pk])
    page = desk.get(address).text
    assert '<option value="sum" selected>' in page
    given = {"measured_by": "projects", "accrual": "sum", "start_year": 2026, "end_year": 2027}
    assert desk.post(address, given).status_code == 302
    assert Decomposition.objects.get().whole == 600


@pytest.mark.parametrize("years", [2, 12])
def test_few_queries_whatever_the_length(
    target: Decomposition, clerk: User, desk: Client, counties: list[Region],
    queries_of: Callable[[str], Any], years: int,
) -> None:  # fmt: skip
    Decomposition.objects.update(end_year=2026 + years - 1)
    for year in range(2026, 2026 + years):
        Share.objects.create(decomposition=target, year=year, value=1)
        for region in counties:
            Share.objects.create(decomposition=target, year=year, region=region, value=0)
    with queries_of("annual:targets"):
        assert desk.get(reverse("annual:targets")).status_code == 200
    with queries_of("annual:take-list"):
        assert desk.get(reverse("annual:take-list")).status_code == 200
    for cut in ("region", "unit"):
        with queries_of(f"annual:target-{cut}"):
            answer = desk.get(reverse("annual:target", args=[target.pk]), {"cut": cut})
        assert answer.status_code == 200
