"""Rule packs (规则包), data with a version: which rules judge, by what numbers and clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from guatu.delivery.supervision.rule import Params, Rule, Texts, plain
from guatu.delivery.supervision.rules import (
    RULES,
    behind,
    finish_late,
    node_late,
    not_in_statistics,
    shortfall,
    slightly_behind,
    stagnant,
    start_late,
)

_BY_CODE: Final = {rule.code: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A rule in a pack: its numbers, and the clause that its reasons rest on."""

    rule: Rule
    params: Params
    clause: str

    @property
    def texts(self) -> Texts:
        """亮灯, 消灯, 依据 as shown to users, with this pack's numbers."""
        return self.rule.texts(self.params)


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack; ``version`` goes up with each change, and closed lights keep theirs."""

    code: str
    name: str
    version: int
    source: str
    rules: tuple[Chosen, ...]
    # What the published rules say beside these and the pack leaves out, in Chinese.
    remark: str = ""


def _chosen(rule: Rule, clause: str, **params: int) -> Chosen:
    numbers = {name: Fraction(value) for name, value in params.items()}
    return Chosen(rule, {**rule.defaults, **numbers}, clause)


DEFAULT: Final = Pack(
    code="default",
    name="默认规则",
    version=2,
    source="挂图默认规则包",
    rules=(
        _chosen(start_late.RULE, "默认规则第一条：应开工未开工"),
        _chosen(behind.RULE, "默认规则第二条：投资进度低于序时进度"),
        _chosen(not_in_statistics.RULE, "默认规则第三条：开工后未入统"),
        _chosen(finish_late.RULE, "默认规则第四条：应竣工未竣工"),
        _chosen(stagnant.RULE, "默认规则第五条：在建项目停滞"),
        _chosen(slightly_behind.RULE, "默认规则第六条：略有滞后，绿灯并注明"),
        _chosen(node_late.RULE, "默认规则第七条：节点到期未完成"),
    ),
)

YINCHUAN_2025: Final = Pack(
    code="yinchuan-2025",
    name="银川市2025年",
    version=1,
    source="银川市重点项目“红黄绿灯”推进机制（银川市发展和改革委员会，2025年3月公布）",
    rules=(
        _chosen(
            start_late.RULE,
            "银川2025：计划当月应开工未开工黄灯，连续3个月应开工未开工红灯",
            red=3,
        ),
        _chosen(
            behind.RULE,
            "银川2025：低于序时进度10至30个百分点（含）黄灯，超过30个百分点红灯",
            yellow=10,
            red=30,
        ),
        _chosen(
            not_in_statistics.RULE,
            "银川2025：开工后1个月未入库黄灯，超过2个月红灯",
            yellow=1,
            red=2,
        ),
    ),
    remark="原办法另有资金支付亮灯，需国家、自治区要求的支付进度，未列入；"
    "“无正当理由”由经批准的豁免体现。",
)

SANYA_2022: Final = Pack(
    code="sanya-2022",
    name="三亚市2022年",
    version=1,
    source="三亚市推进项目建设红黄绿亮牌督办机制（海南日报2022年5月13日报道）",
    rules=(
        _chosen(
            shortfall.RULE,
            "三亚2022：低于计划投资额序时进度50%以内（含50%）黄牌，50%以上红牌",
            yellow=0,
            red=50,
        ),
    ),
    remark="原机制对各区、园区按月度任务数亮牌，那是单位的牌，不是项目的灯，未列入。",
)

WUHAN: Final = Pack(
    code="wuhan",
    name="武汉市重大项目",
    version=1,
    source="武汉市重大项目管理办法（湖北日报5月13日报道）",
    rules=(
        _chosen(
            shortfall.RULE,
            "武汉：完成进度低于时序进度80%黄牌，低于60%红牌",
            yellow=20,
            red=40,
        ),
    ),
)

PACKS: Final[Mapping[str, Pack]] = {
    pack.code: pack for pack in (DEFAULT, YINCHUAN_2025, SANYA_2022, WUHAN)
}


def pack_to_data(pack: Pack) -> dict[str, Any]:
    """The pack as JSON holds it; numbers are text, so that 12.5 stays 12.5."""
    return {
        "code": pack.code,
        "name": pack.name,
        "version": pack.version,
        "source": pack.source,
        "remark": pack.remark,
        "rules": [
            {
                "rule": chosen.rule.code,
                "params": {name: plain(value) for name, value in chosen.params.items()},
                "clause": chosen.clause,
            }
            for chosen in pack.rules
        ],
    }


@dataclass(frozen=True, slots=True)
class PackRead:
    """A pack read from data, or what is wrong with it, in Chinese; ``pack`` is None then."""

    pack: Pack | None
    faults: Sequence[str]


def pack_from_data(data: Mapping[str, Any]) -> PackRead:
    """The pack that ``pack_to_data`` wrote or a person edited; every fault is said at once."""
    faults: list[str] = []
    code, name = str(data.get("code") or ""), str(data.get("name") or "")
    if not code or not name:
        faults.append("规则包没有代号或者名称。")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        faults.append("规则包的版本应为从1起的整数。")
        version = 1
    rules: list[Chosen] = []
    given = data.get("rules")
    for each in given if isinstance(given, list) else []:
        chosen = _rule_from_data(each if isinstance(each, Mapping) else {}, faults)
        if chosen is None:
            continue
        if any(chosen.rule is other.rule for other in rules):
            faults.append(f"规则“{chosen.rule.name}”重复。")
        else:
            rules.append(chosen)
    if not rules and not faults:
        faults.append("规则包没有规则。")
    if faults:
        return PackRead(None, faults)
    source, remark = str(data.get("source") or ""), str(data.get("remark") or "")
    return PackRead(Pack(code, name, version, source, tuple(rules), remark), ())


def _rule_from_data(data: Mapping[str, Any], faults: list[str]) -> Chosen | None:
    rule = _BY_CODE.get(str(data.get("rule")))
    if rule is None:
        faults.append(f"没有代号为“{data.get('rule')}”的规则。")
        return None
    clause = str(data.get("clause") or "").strip()
    if not clause:
        faults.append(f"规则“{rule.name}”没有写明依据的条款。")
    given = data.get("params")
    numbers = dict(given) if isinstance(given, Mapping) else {}
    params = rule.defaults
    for param in rule.params:
        if param.name not in numbers:
            continue
        value = _number(numbers.pop(param.name))
        if value is None or not param.least <= value <= param.most:
            faults.append(
                f"规则“{rule.name}”的“{param.words}”应为{plain(param.least)}至"
                f"{plain(param.most)}之间的数（{param.unit}）。"
            )
        else:
            params[param.name] = value
    faults += [f"规则“{rule.name}”没有名为“{name}”的参数。" for name in numbers]
    if params.get("red", Fraction(0)) < params.get("yellow", Fraction(0)) and "red" in params:
        faults.append(f"规则“{rule.name}”的红灯标准低于黄灯标准。")
    return Chosen(rule, params, clause)


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or len(str(value)) > 20:
        return None
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError):
        return None
