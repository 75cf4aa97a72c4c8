"""Names of organisations: what is one, and how a list of them is split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.reading.units import is_proper, is_unit, units_in


@pytest.mark.parametrize(
    "name",
    [
        "市教育局", "市扶贫办", "各县(市、区)人民政府", "市委宣传部", "农业农村部",
        "发展改革委", "团市委",
        "人民银行临江市分行", "临江海关", "市消防救援支队", "市发展改革委(市粮食局)",
        "市残疾人联合会",
        "各镇街", "市爱卫会各成员单位", "中国移动临江分公司", "市公安局交警支队", "云岭大学",
    ],
)  # fmt: skip
def test_is_an_organisation(name: str) -> None:
    assert is_unit(name)


@pytest.mark.parametrize(
    "name",
    [
        "有关部门", "各有关单位", "市直部门", "各责任单位", "各地", "副市长", "市委常委",
        "专人", "市场", "全市",
        "示范区", "持续推进", "2026年底", "", "局", "张某某同志",
    ],
)  # fmt: skip
def test_is_no_organisation(name: str) -> None:
    assert not is_unit(name)


def test_a_proper_name_says_whose_it_is() -> None:
    assert is_proper("市教育局") and is_proper("工业和信息化部") and is_proper("各区")
    assert not is_proper("办公室") and not is_proper("项目部")


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("市住房和城乡建设局、市财政局", ["市住房和城乡建设局", "市财政局"]),
        ("市教育局和各县(区)政府", ["市教育局", "各县(区)政府"]),
        ("市委、市政府督查室", ["市委、市政府督查室"]),
        ("市委、市政府", ["市委", "市政府"]),
        ("市发改委等市直部门和市财政局", ["市发改委", "市财政局"]),
        ("各省、自治区、直辖市人民政府", ["各省、自治区、直辖市人民政府"]),
        ("各市、省财政厅", ["各市", "省财政厅"]),
        ("由市城管局会同市公安局", ["市城管局", "市公安局"]),
        ("市文联及市社科联", ["市文联", "市社科联"]),
        ("市财政局按职责分工", ["市财政局"]),
        ("省高等教育学会、省教育厅等", ["省高等教育学会", "省教育厅"]),
        ("各有关部门、各单位", []),
    ],
)
def test_splits_a_list(said: str, names: list[str]) -> None:
    assert [span.of(said) for span in units_in(said, 0, len(said))] == names


@given(st.text(alphabet="市县委局和及、,等()〔〕各由会同联合a1 \n", max_size=80))
def test_never_raises_and_stays_inside(text: str) -> None:
    for span in units_in(text, 0, len(text)):
        assert 0 <= span.start < span.end <= len(text)
