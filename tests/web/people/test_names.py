"""Printed names resolved to the directory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.web.people.models import Unit, UnitAlias
from guatu.web.people.names import (
    Ambiguous,
    Directory,
    Resolved,
    Unknown,
    cleaned,
    normal_form,
    resolve_unit,
    resolve_units,
    split_names,
)
from guatu.web.people.sample import SampleCity


@pytest.mark.parametrize(
    ("printed", "meant", "how"),
    [
        ("临江市发展和改革委员会", "临江市发展和改革委员会", "exact"),
        ("市发展改革委", "临江市发展和改革委员会", "alias"),
        ("市发改委", "临江市发展和改革委员会", "abbreviation"),
        ("市发展与改革委员会", "临江市发展和改革委员会", "abbreviation"),
        ("市发改委（牵头单位）", "临江市发展和改革委员会", "abbreviation"),
        ("市工信局", "临江市工业和信息化局", "alias"),
        ("市经济和信息化局", None, ""),
        ("市人社局", "临江市人力资源和社会保障局", "abbreviation"),
        ("市住建局", "临江市住房和城乡建设局", "abbreviation"),
        (" 市 财政局、", "临江市财政局", "alias"),
        ("临江市市场监管局", "临江市市场监督管理局", "abbreviation"),
        ("市委金融办", "中共临江市委金融委员会办公室", "alias"),
        ("临江经济技术开发区管委会", "临江经济技术开发区管理委员会", "abbreviation"),
        ("青川区", "青川区人民政府", "alias"),
        ("市地震局", None, ""),
    ],
)
def test_names_of_the_sample_city(
    city: SampleCity, printed: str, meant: str | None, how: str
) -> None:
    found = resolve_unit(printed)
    if meant is None:
        assert found == Unknown(printed)
    else:
        assert isinstance(found, Resolved)
        assert (found.unit_name, found.how, found.name) == (meant, how, printed)


def test_one_name_of_two_units_is_asked(make_unit: Callable[..., Unit]) -> None:
    for county in ("青川区", "南浦区"):
        make_unit(f"{county}住房和城乡建设局", short_name="区住建局")
    found = resolve_unit("区住建局")
    assert isinstance(found, Ambiguous)
    assert [one.name for one in found.candidates] == [
        "南浦区住房和城乡建设局",
        "青川区住房和城乡建设局",
    ]


def test_a_learnt_name_resolves_from_then_on(make_unit: Callable[..., Unit]) -> None:
    unit = make_unit("临江市重大项目服务中心")
    assert isinstance(resolve_unit("市项目办"), Unknown)
    UnitAlias.objects.create(unit=unit, name="市项目办", source="plan")
    found = resolve_unit("市项目办")
    assert isinstance(found, Resolved) and found.unit_id == unit.pk and found.how == "alias"


def test_many_names_cost_two_queries(
    city: SampleCity, django_assert_num_queries: Callable[[int], Any]
) -> None:
    names = [unit.short_name for unit in city.units.values()]
    with django_assert_num_queries(2):
        found = resolve_units(names)
    assert all(isinstance(one, Resolved) for one in found.values())


def test_words_of_a_search_are_abbreviated_too(city: SampleCity) -> None:
    housing = city.units["临江市住房和城乡建设局"]
    assert Directory().matching("住建") == {housing.pk}
    assert Directory().matching("临江市住房城乡建设") == {housing.pk}


def test_a_printed_list_is_cut_into_names() -> None:
    text = "（责任单位：市发展改革委、市财政局（牵头），各县（区）人民政府；国网临江供电公司）"
    assert split_names(text) == [
        "市发展改革委",
        "市财政局",
        "各县(区)人民政府",
        "国网临江供电公司",
    ]
    assert split_names("牵头单位：市水利局\n配合单位：市水利局、市林业局") == [
        "市水利局",
        "市林业局",
    ]


@given(st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_known_or_not_and_never_raises(db: None, text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)
    normal_form(text, "临江市")
    assert isinstance(Directory().resolve(text), Unknown)
    assert all(split_names(text))
