"""Rules explain themselves, packs choose among them; adjustments and exemptions need reasons."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import date
from fractions import Fraction

import pytest

from guatu.delivery.closing.adjustments import LaterAdjustment, faults_of
from guatu.delivery.periods import Period
from guatu.delivery.supervision import rules
from guatu.delivery.supervision.colours import Colour, gravest
from guatu.delivery.supervision.lights import Exemption, LightState, OpenRed, package_light
from guatu.delivery.supervision.packs import (
    DEFAULT,
    PACKS,
    YINCHUAN_2025,
    Chosen,
    Pack,
    pack_from_data,
    pack_to_data,
)
from guatu.delivery.supervision.rule import Rule
from guatu.delivery.supervision.rules import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_tells_the_user_why(rule: Rule) -> None:
    texts = rule.texts(rule.defaults)
    assert min(map(len, (texts.on, texts.off, texts.basis))) > 8
    assert not re.search(r"[{}\n]", texts.on + texts.off + texts.basis)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_number_of_a_rule_stands_in_its_text(rule: Rule) -> None:
    for i, param in enumerate(rule.params):
        odd = {**rule.defaults, param.name: Fraction(70 + i) + Fraction(1, 2)}
        assert f"{70 + i}.5" in rule.texts(odd).on
        assert param.least <= param.default <= param.most


def test_every_rule_module_is_in_the_list() -> None:
    """A module of the room is a rule; nothing lies there unused."""
    names = [f"{rules.__name__}.{found.name}" for found in pkgutil.iter_modules(rules.__path__)]
    assert {importlib.import_module(name).RULE.code for name in names} == {r.code for r in RULES}
    assert len({rule.code for rule in RULES}) == len(RULES) == len(names)


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.code)
def test_a_pack_survives_being_kept(pack: Pack) -> None:
    read = pack_from_data(pack_to_data(pack))
    assert read.faults == () and read.pack == pack
    assert all(chosen.clause and chosen.texts.on for chosen in pack.rules)


@pytest.mark.parametrize(
    ("code", "published"),
    [
        (
            "yinchuan-2025",
            {
                "start-late": {"red": 3},
                "behind-schedule": {"yellow": 10, "red": 30},
                "not-in-statistics": {"yellow": 1, "red": 2},
            },
        ),
        ("sanya-2022", {"shortfall": {"yellow": 0, "red": 50}}),
        # Below 80 % and 60 % of what is due: 20 and 40 % of it missing.
        ("wuhan", {"shortfall": {"yellow": 20, "red": 40}}),
    ],
)
def test_a_published_pack_has_its_published_numbers(
    code: str, published: dict[str, dict[str, int]]
) -> None:
    numbers = {chosen.rule.code: dict(chosen.params) for chosen in PACKS[code].rules}
    assert numbers == published


def test_every_fault_of_a_pack_is_said_at_once() -> None:
    data = {
        "code": "own",
        "name": "自定",
        "version": 1,
        "rules": [
            {
                "rule": "behind-schedule",
                "params": {"yellow": "40", "red": "20"},
                "clause": "第一条",
            },
            {"rule": "start-late", "params": {"red": "100"}},
            {"rule": "没有"},
        ],
    }
    read = pack_from_data(data)
    assert read.pack is None
    assert read.faults == [
        "规则“投资进度滞后”的红灯标准低于黄灯标准。",
        "规则“逾期未开工”没有写明依据的条款。",
        "规则“逾期未开工”的“红灯：连续应开工未开工满”应为1至24之间的数（个月）。",
        "没有代号为“没有”的规则。",
    ]


def test_a_red_whose_rule_left_the_pack_turns_yellow_and_says_so() -> None:
    from guatu.delivery.closing.facts import ClosedRow, ReportState
    from guatu.delivery.supervision.replay import lights_of

    red = LightState(
        "甲", "2026-06", Colour.RED, (), None, "2026-06", Colour.RED,
        (OpenRed("finish-late", "2026-06"),), DEFAULT.code, 1,
    )  # fmt: skip
    row = ClosedRow("甲", "2026-07", report=ReportState.ON_TIME)
    (state,) = lights_of([row], YINCHUAN_2025, previous={"甲": red})
    assert state.colour is Colour.YELLOW and not state.open_reds
    assert "没有自2026年6月起亮红灯所依据的规则" in state.reasons[0].words
    assert state.changed and state.before is Colour.RED and state.since == "2026-07"


def test_a_package_shows_its_gravest_part() -> None:
    def part(colour: Colour) -> LightState:
        return LightState("甲", "2026-06", colour, (), None, "2026-06", None, (), "default", 1)

    parts = [part(Colour.GREEN), part(Colour.YELLOW), part(Colour.PAUSED)]
    colour, reason = package_light(parts)
    assert colour is Colour.YELLOW and "3个子项目中有1个" in reason.words
    assert gravest([]) is Colour.NONE
    assert gravest([Colour.PAUSED, Colour.GREEN]) is Colour.GREEN


def test_what_keeps_an_exemption_from_being_entered() -> None:
    bad = Exemption("甲", " ", "", date(2026, 7, 2), date(2026, 7, 1))
    assert bad.faults == ["请写明豁免原因。", "请写明批准人。", "豁免的截止日期早于起始日期。"]
    good = Exemption("甲", "地质灾害", "领导小组", date(2026, 7, 1), date(2026, 7, 1))
    assert good.faults == []


def test_what_keeps_an_adjustment_from_being_entered() -> None:
    june, july, august = map(Period.parse, ("2026-06", "2026-07", "2026-08"))

    def faults(of: Period, lands: Period, amount: int = -200, reason: str = "多报") -> list[str]:
        each = LaterAdjustment("甲", of, lands, amount, reason, "办公室")
        return faults_of(each, issued={june, july}, current=august)

    assert faults(june, august) == []
    assert faults(august, august) == [
        "2026年8月尚未通报，可以重新打开更正，不用调整。",
        "只能调整以前各期的数。",
    ]
    assert faults(june, july) == ["调整只能记入当期（2026年8月），已通报的数不改。"]
    assert faults(june, august, 0, "") == ["调整额为零，不需要调整。", "请写明调整原因。"]


def test_a_rule_of_a_pack_shows_the_packs_numbers() -> None:
    rule = next(rule for rule in RULES if rule.code == "behind-schedule")
    texts = Chosen(rule, {"yellow": Fraction(15), "red": Fraction(25)}, "第一条").texts
    assert "15个百分点及以上" in texts.on and "超过25个百分点" in texts.on
