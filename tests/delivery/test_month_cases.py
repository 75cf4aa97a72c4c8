"""Closes and lights: the cases of tests/cases/closing and tests/cases/lights, worked out by hand.

Amounts in the cases are 万元. A project is what its spec says in the words of a clerk; each of
its periods is closed after the one before, as the office does.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from guatu.delivery.annual.adjustments import Change
from guatu.delivery.annual.months import Month
from guatu.delivery.annual.schedule import Node, Schedule
from guatu.delivery.closing.adjustments import LaterAdjustment
from guatu.delivery.closing.close import Known, Pause, Reported, close_row
from guatu.delivery.closing.facts import Basis, ClosedRow, CountyShare
from guatu.delivery.closing.gaps import Measures, gaps
from guatu.delivery.closing.nodes import OwnNode
from guatu.delivery.closing.plan import PlanChange, YearPlan
from guatu.delivery.closing.ranking import rank
from guatu.delivery.closing.rates import (
    CountedBy,
    deviation,
    finish_rate,
    investment_rate,
    start_rate,
    statistics_rate,
    time_share,
)
from guatu.delivery.closing.required import Goal, GoalKind, Standing, required
from guatu.delivery.closing.rollups import Dimension, Rollup, roll_up, whole
from guatu.delivery.closing.rounding import HUNDRED_MILLION, TEN_THOUSAND, printed
from guatu.delivery.periods import Period
from guatu.delivery.supervision.lights import Exemption, LightState, state_from_data, state_to_data
from guatu.delivery.supervision.packs import DEFAULT, PACKS
from guatu.delivery.supervision.replay import lights_of, replay

CASES = Path(__file__).parents[1] / "cases"
WAN = 10_000
NONE = "无"
LIGHTS = {"red": "红", "yellow": "黄", "green": "绿", "grey": "灰", "paused": "停", "none": "不评"}
BASES = {"下达": Basis.ORIGINAL, "调整后": Basis.ADJUSTED, "全部填报": Basis.REPORTED}

Spec = dict[str, Any]


def load(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def cases(name: str) -> pytest.MarkDecorator:
    found = load(name)
    return pytest.mark.parametrize("case", found, ids=[case["名"] for case in found])


def month(text: str | None) -> Month | None:
    return None if text is None else Month(*map(int, str(text).split("-")))


def day(given: Any) -> date | None:
    return None if given in (None, NONE) else given


def year_plan(spec: Spec, year: int, **other: Any) -> YearPlan:
    """The plan's line of the year; ``other`` are the words of an adjustment."""
    said = {**spec, **other}
    start = said.get("次年起") if said.get("次年起", "")[:4] == str(year) else said.get("起")
    nodes = [
        Node(month, None if part == NONE else Fraction(part, 100), *name)
        for month, part, *name in said.get("节点", ())
    ]
    finish = said.get("止")
    return YearPlan(said["计划"] * WAN, Schedule(year, month(start), month(finish), nodes))


def changes(spec: Spec, year: int) -> list[PlanChange]:
    found = []
    if "调入" in spec:
        found.append(PlanChange(Change.IN, spec["调入"], year_plan(spec, year)))
    if "调出" in spec:
        found.append(PlanChange(Change.OUT, spec["调出"]))
    if "改" in spec:
        after = year_plan(spec, year, **spec["改"])
        found.append(PlanChange(Change.CHANGE, spec["改"]["批准"], after))
    return found


def pauses(spec: Spec) -> list[Pause]:
    if "停" not in spec:
        return []
    said = spec["停"]
    return [
        Pause(
            said["批准"],
            said.get("文号", ""),
            said.get("原因", ""),
            cancelled=said.get("撤销", False),
            resumed_on=said.get("复工"),
        )
    ]


def stage(spec: Spec, end: date) -> str:
    """As the office would have it on the period's last day."""
    if "阶段" in spec:
        return str(spec["阶段"])
    if any(pause.holds_on(end) for pause in pauses(spec)):
        return "paused"
    finished, started = day(spec.get("竣工")), day(spec.get("开工"))
    if finished and finished <= end:
        return "completed"
    return "building" if started and started <= end else "early"


def reported(given: Any, spec: Spec, end: date) -> Reported | None:
    if given in ("未报", "免报", "不需"):
        return None
    said = given if isinstance(given, dict) else {}
    amount = said.get("数") if said else given
    events = {
        field: value
        for field, word in (
            ("started_on", "开工"),
            ("finished_on", "竣工"),
            ("in_statistics_on", "入统"),
        )
        if (value := day(said.get(word, spec.get(word)))) and (word in said or value <= end)
    }
    return Reported(
        reached_year=None if amount == "无变化" else amount * WAN,
        reached_total=said["总"] * WAN if "总" in said else None,
        unchanged=amount == "无变化" or said.get("无变化", False),
        late=said.get("逾期", False),
        fall_reason=said.get("核减原因", ""),
        **events,
    )


def known(name: str, spec: Spec, period: Period, given: Any, previous: ClosedRow | None) -> Known:
    adjustments = []
    if "调整" in spec:
        said = spec["调整"]
        of, lands = Period.parse(said["期"]), Period.parse(said["记入"])
        adjustments.append(LaterAdjustment(name, of, lands, said["额"] * WAN, "多报", "办公室"))
    return Known(
        project=name,
        period=period,
        name=name,
        unit=spec.get("单位", ""),
        sector=spec.get("行业", ""),
        county=spec.get("县", ""),
        shares=tuple(CountyShare(c, w * WAN) for c, w in spec.get("分县", {}).items()),
        parent=spec.get("打捆"),
        stage=stage(spec, period.end),
        own_nodes=[
            OwnNode(each, day(planned), day(actual), key)
            for key, (each, planned, actual) in enumerate(spec.get("项目节点", ()))
        ],
        issued=None if "调入" in spec else year_plan(spec, period.year),
        changes=changes(spec, period.year),
        reported=reported(given, spec, period.end),
        asked=given != "不需",
        excuse="台风" if given == "免报" else "",
        pauses=pauses(spec),
        adjustments=adjustments,
        previous=previous,
        statistics_due=spec.get("应入统", True),
    )


def closed(name: str, spec: Spec, periods: list[tuple[str, Any]]) -> list[ClosedRow]:
    rows: list[ClosedRow] = []
    for key, given in periods:
        if given != NONE:
            before = rows[-1] if rows else None
            rows.append(close_row(known(name, spec, Period.parse(key), given, before)))
    return rows


def shown(row: ClosedRow, word: str) -> Any:
    """A field of a row as a clerk writes it: 万元, 无 for what is not there."""
    amounts = {
        "累计": row.reached_year,
        "上期": row.previous,
        "本期": row.this_period,
        "核减": row.reduction,
        "调整": row.adjustment,
        "以前年度调整": row.adjustment_earlier_years,
        "实际": row.work,
        "自开工累计": row.reached_total,
        "应完成": row.planned_due,
        "下达": row.issued,
        "计划": row.planned,
    }
    if word in amounts:
        amount = amounts[word]
        return NONE if amount is None else Fraction(amount, WAN)
    others = {
        "核减原因": row.reduction_reason,
        "无因核减": row.unexplained_fall,
        "沿用": row.carried,
        "报送": row.report.words,
        "免报原因": row.excuse,
        "连续未报": row.missed_run,
        "含期数": row.covers,
        "无变化": row.unchanged_run,
        "停滞": row.stagnant,
        "序时": row.due_part,
        "偏差": NONE if row.deviation is None else row.deviation,
        "开工": row.started_on or NONE,
        "停缓建": row.paused_on or NONE,
    }
    return others[word]


def as_number(given: Any) -> Any:
    """``-25/2`` of a case is a fraction; all else stays."""
    if isinstance(given, str) and "/" in given:
        return Fraction(given)
    return given


DEFAULT_SPEC: Spec = {"计划": 6000, "起": "2025-01", "止": "2028-12", "开工": date(2025, 3, 1)}


@cases("closing/rows")
def test_rows(case: Spec) -> None:
    spec = {**DEFAULT_SPEC, **case}
    rows = closed("甲", spec, [(each["期"], each["报"]) for each in case["各期"]])
    expected = {word: as_number(value) for word, value in case["得"].items()}
    assert {word: shown(rows[-1], word) for word in expected} == expected


# ------------------------------------------------------------------- the year

YEAR = load("closing/year")


@pytest.fixture(scope="module")
def year() -> dict[str, list[ClosedRow]]:
    """The rows of each of the ten months."""
    months: dict[str, list[ClosedRow]] = {f"2026-{m:02d}": [] for m in range(1, 11)}
    for name, spec in YEAR["项目"].items():
        for row in closed(name, spec, list(zip(months, spec["报"], strict=True))):
            months[row.period].append(row)
    return months


@pytest.mark.parametrize("case", YEAR["行"], ids=lambda c: f"{c['项目']} {c['期']}")
def test_rows_of_the_year(case: Spec, year: dict[str, list[ClosedRow]]) -> None:
    row = next(row for row in year[case["期"]] if row.project == case["项目"])
    expected = {w: as_number(v) for w, v in case.items() if w not in ("项目", "期")}
    assert {word: shown(row, word) for word in expected} == expected


def group_of(case: Spec, rows: list[ClosedRow]) -> Rollup:
    dimensions = {"单位": Dimension.UNIT, "行业": Dimension.SECTOR, "县": Dimension.COUNTY}
    by = [(dimensions[word], case[word]) for word in dimensions if word in case]
    keys = tuple(key for _, key in by)
    return next(g for g in roll_up(rows, [dimension for dimension, _ in by]) if g.keys == keys)


def pair(rate: Any) -> str:
    return f"{rate.numerator}/{rate.denominator}"


@pytest.mark.parametrize(
    "case", YEAR["合计"], ids=lambda c: " ".join(str(c[w]) for w in c if w in "期口径县单位行业")
)
def test_totals_of_the_year(case: Spec, year: dict[str, list[ClosedRow]]) -> None:
    group, basis = group_of(case, year[case["期"]]), BASES[case["口径"]]
    sums = group.of(basis)
    found = {
        "项数": sums.projects,
        "计划": Fraction(sums.planned, WAN),
        "应完成": Fraction(sums.due, WAN),
        "累计": Fraction(sums.reached, WAN),
        "本期": Fraction(sums.this_period, WAN),
        "核减": Fraction(sums.reduction, WAN),
        "调整": Fraction(sums.adjustment, WAN),
        "未报": sums.missing,
        "未报累计": Fraction(sums.missing_reached, WAN),
        "停": group.paused,
        "子项": group.leaves,
        "项": group.tops,
        "跨县": group.shared,
        "开工年度": pair(start_rate(group, basis, CountedBy.ANNUAL)),
        "开工应开": pair(start_rate(group, basis, CountedBy.DUE)),
        "开工全部": pair(start_rate(group, basis, CountedBy.ALL)),
        "竣工年度": pair(finish_rate(group, basis, CountedBy.ANNUAL)),
        "竣工应竣": pair(finish_rate(group, basis, CountedBy.DUE)),
        "竣工全部": pair(finish_rate(group, basis, CountedBy.ALL)),
        "入统": pair(statistics_rate(group, basis)),
    }
    expected = {w: v for w, v in case.items() if w not in ("期", "口径", "县", "单位", "行业")}
    assert {word: found[word] for word in expected} == expected


@pytest.mark.parametrize("case", YEAR["时间进度"], ids=lambda c: f"{c['期']} T={c['T']}")
def test_time_share_of_totals(case: Spec, year: dict[str, list[ClosedRow]]) -> None:
    share = time_share(Period.parse(case["期"]), factor=Fraction(case["T"], 100))
    assert share == Fraction(case["得"])
    if "偏差" in case:
        rate = investment_rate(whole(year[case["期"]]), Basis.ADJUSTED)
        assert deviation(rate, share) == Fraction(case["偏差"])


def lights_of_months(year: dict[str, list[ClosedRow]]) -> dict[str, dict[str, LightState]]:
    """Month after month, each with the states of the one before."""
    latest: dict[str, LightState] = {}
    found = {}
    for key, rows in year.items():
        states = {s.project: s for s in lights_of(rows, DEFAULT, previous=latest)}
        latest = {**latest, **states}
        found[key] = states
    return found


def test_lights_of_the_year(year: dict[str, list[ClosedRow]]) -> None:
    lights = lights_of_months(year)
    for name, spec in YEAR["项目"].items():
        if "灯" in spec:
            row = [lights[key].get(name) for key in year]
            marks = "".join(LIGHTS[s.colour.value][0] if s else NONE for s in row)
            assert marks == spec["灯"], name


@pytest.mark.parametrize("key", YEAR["灯数"])
def test_counts_of_lights(key: str, year: dict[str, list[ClosedRow]]) -> None:
    lights = {name: s.colour.value for name, s in lights_of_months(year)[key].items()}
    group = whole(year[key], lights=lights)
    assert {LIGHTS[c]: n for c, n in group.lights.items()} == YEAR["灯数"][key]


# ------------------------------------------------------------------ the lights


def test_replaying_all_is_the_same_as_month_after_month(year: dict[str, list[ClosedRow]]) -> None:
    rows = [row for rows in year.values() for row in rows]
    by_month = [s for states in lights_of_months(year).values() for s in states.values()]
    assert {(s.project, s.period): s for s in replay(reversed(rows), DEFAULT)} == {
        (s.project, s.period): s for s in by_month
    }


LIGHT_SPEC: Spec = {
    "计划": 1200,
    "起": "2025-01",
    "止": "2027-12",
    "开工": date(2025, 3, 1),
    "入统": date(2025, 3, 20),
}


def exemptions(spec: Spec) -> list[Exemption]:
    if "豁免" not in spec:
        return []
    said = spec["豁免"]
    rules = frozenset(said.get("规则", ()))
    return [Exemption("甲", said["原因"], said["批准"], said["起"], said["止"], rules)]


@pytest.mark.parametrize(
    "case",
    [*load("lights/progress"), *load("lights/start_and_statistics"), *load("lights/nodes")],
    ids=lambda case: case["名"],
)
def test_lights(case: Spec) -> None:
    spec = {**LIGHT_SPEC, **case}
    rows = closed("甲", spec, [(key, given) for key, given, _ in case["各期"]])
    pack = PACKS[case.get("规则", "default")]
    states = {s.period: s for s in replay(rows, pack, exemptions(spec))}
    found = [(key, LIGHTS[state.colour.value]) for key, state in states.items()]
    assert found == [(key, light) for key, _, light in case["各期"]]
    for key, codes in case.get("因", {}).items():
        assert [reason.rule for reason in states[key].reasons] == codes
    for key, words in case.get("句", {}).items():
        assert any(words in reason.words for reason in states[key].reasons), states[key].reasons
    for state in states.values():
        assert state.reasons and state.reasons[0].colour is state.colour
        assert all(reason.words and reason.clause for reason in state.reasons)
        assert state_from_data(state_to_data(state)) == state


# ------------------------------------------------- targets, printing, ranking, gaps

GOALS = {"累加": GoalKind.INCREASE, "期末": GoalKind.LEVEL, "比率": GoalKind.RATIO}
OUTLOOKS = {
    "achieved": "已达到",
    "possible": "可能",
    "hard": "难",
    "impossible": "不可能",
    "unknown": "未知",
}


def decimal(given: Any, divisor: int = 1) -> Decimal | None:
    return None if given is None else Decimal(str(given)) / divisor


@cases("closing/required")
def test_required(case: Spec) -> None:
    hundred = 100 if case["类"] == "比率" else 1
    goal = Goal(
        GOALS[case["类"]],
        Decimal(case["目标"]) / hundred,
        case["时限"],
        at_most=case.get("不高于", False),
        exclusive=case.get("超过", False),
        limit=decimal(case.get("至多")),
    )
    now = Standing(
        case["日"],
        decimal(case.get("已"), hundred),
        decimal(case.get("分子")),
        decimal(case.get("分母")),
        decimal(case.get("余下")),
        decimal(case.get("最好")),
    )
    found = required(goal, now)
    said = {
        "研判": OUTLOOKS[found.outlook.value],
        "月均": NONE if found.per_month is None else found.per_month,
        "差": NONE if found.missing is None else found.missing,
        "余月": found.months_left,
        "余下比重": NONE if found.of_rest is None else found.of_rest,
    }
    expected = {w: as_number(v) for w, v in case["得"].items() if w != "说"}
    assert {word: said[word] for word in expected} == expected
    assert case["得"].get("说", "") in found.words and found.words


@cases("closing/printed")
def test_printed(case: Spec) -> None:
    unit = {"亿元": HUNDRED_MILLION, "万元": TEN_THOUSAND}[case["单位"]]
    found = printed(case["数"], unit=unit, places=case["位"])
    assert [str(part) for part in found.parts] == case["得"]
    assert str(found.total) == case["合计"]
    assert list(found.moved) == case["动"]
    assert bool(found.note) == bool(case["动"])


@cases("closing/ranking")
def test_ranking(case: Spec) -> None:
    values = [
        (name, None if v == NONE else Fraction(str(v)) / 100) for name, v in case["数"].items()
    ]
    found = [
        [each.key, NONE if each.rank is None else each.rank, *(["并列"] if each.tied else [])]
        for each in rank(values, lower_first=case.get("低者前", False))
    ]
    assert found == case["得"]


@cases("closing/gaps")
def test_gaps(case: Spec) -> None:
    measures = Measures(*(case.get(word) for word in ("调度", "统计", "财务")))
    found = [[g.words, g.amount, NONE if g.part is None else g.part] for g in gaps(measures)]
    assert found == [[w, amount, as_number(part)] for w, amount, part in case["得"]]
