"""Lights (亮灯) as states: from one closed period to the next, with what the one before left open.

Red is left through yellow only, after what it owes is made up (瓯海). What a red owes stays open
while nothing can be judged (灰, 停, 不评) and while it is exempted, and is asked for again after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guatu.delivery.closing.facts import ProjectFacts, ReportState
from guatu.delivery.closing.rounding import percent
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import (
    Colour,
    Figure,
    Reason,
    gravest,
    reason_from_data,
    reason_to_data,
)
from guatu.delivery.supervision.packs import Chosen, Pack
from guatu.delivery.supervision.rule import Settlement, Verdict, shown

_JUDGED: Final = frozenset({Colour.RED, Colour.YELLOW, Colour.GREEN})


@dataclass(frozen=True, slots=True)
class Exemption:
    """An approved exemption (豁免): its rules light nothing from ``start`` to ``until``, included.

    No ``rules`` means every rule. It makes nothing up: a red that it covered is back when it ends.
    """

    project: str
    reason: str
    approver: str
    start: date
    until: date
    rules: frozenset[str] = frozenset()
    reference: str = ""

    def covers(self, rule: str, facts: ProjectFacts) -> bool:
        """Whether it keeps this rule from lighting in the facts' period."""
        return (
            self.project == facts.project
            and self.start <= facts.period.end <= self.until
            and (not self.rules or rule in self.rules)
        )

    @property
    def faults(self) -> list[str]:
        """What keeps it from being entered, in Chinese."""
        found = []
        if not self.reason.strip():
            found.append("请写明豁免原因。")
        if not self.approver.strip():
            found.append("请写明批准人。")
        if self.until < self.start:
            found.append("豁免的截止日期早于起始日期。")
        return found

    @property
    def words(self) -> str:
        end = f"{self.until.year}年{self.until.month}月{self.until.day}日"
        paper = f"，{self.reference}" if self.reference else ""
        return f"经批准豁免至{end}（原因：{self.reason}；批准：{self.approver}{paper}）"


@dataclass(frozen=True, slots=True)
class OpenRed:
    """A red that is not made up: its rule, and the period (key) since which it stands."""

    rule: str
    since: str


@dataclass(frozen=True, slots=True)
class LightState:
    """A project's light in a closed period; ``reasons`` are never empty, the gravest first.

    ``before`` is the colour of the period before, ``since`` the first period of this colour in a
    row, ``judged`` the last of red, yellow, green.
    """

    project: str
    period: str
    colour: Colour
    reasons: tuple[Reason, ...]
    before: Colour | None
    since: str
    judged: Colour | None
    open_reds: tuple[OpenRed, ...]
    pack: str
    pack_version: int

    @property
    def changed(self) -> bool:
        """Another colour than in the period before; a first light is no change."""
        return self.before is not None and self.before is not self.colour


def next_light(
    previous: LightState | None,
    facts: ProjectFacts,
    pack: Pack,
    exemptions: Iterable[Exemption] = (),
) -> LightState:
    """The project's light in the facts' period, after ``previous``, the state of the one before.

    In this order: not or no longer in the plan by 调出 → 不评; paused or cancelled → 停; no report
    → 灰; excused or not asked, and not finished → as last judged; else what the pack's rules say.
    """
    left_open = previous.open_reds if previous else ()
    colour, reasons, open_reds = _unjudged(previous, facts) or _judged(
        left_open, facts, pack, tuple(exemptions)
    )
    period = facts.period.key
    same = previous is not None and previous.colour is colour
    return LightState(
        project=facts.project,
        period=period,
        colour=colour,
        reasons=reasons,
        before=previous.colour if previous else None,
        since=previous.since if previous is not None and same else period,
        judged=colour if colour in _JUDGED else (previous.judged if previous else None),
        open_reds=open_reds,
        pack=pack.code,
        pack_version=pack.version,
    )


def package_light(parts: Sequence[LightState]) -> tuple[Colour, Reason]:
    """The light of a package (打捆项目): that of its gravest part, with how many have it."""
    colour = gravest(part.colour for part in parts)
    count = sum(part.colour is colour for part in parts)
    words = (
        f"{len(parts)}个子项目中有{count}个为“{colour.words}”，打捆项目按最严重的子项目亮灯。"
        if parts
        else "没有子项目的灯。"
    )
    figures = (Figure("子项目", len(parts), "个"), Figure(f"其中{colour.words}", count, "个"))
    return colour, Reason("package", colour, words, "打捆项目按子项目评判", figures)


_Light = tuple[Colour, tuple[Reason, ...], tuple[OpenRed, ...]]


def _unjudged(previous: LightState | None, facts: ProjectFacts) -> _Light | None:
    """The light of a project that no rule is asked about; its open reds stay open."""
    left_open = previous.open_reds if previous else ()
    if facts.moved_out_on is not None:
        words = f"{facts.moved_words or '已调出年度计划'}，自批准之日起不再亮灯。"
        reason = Reason("moved-out", Colour.NONE, words, "年度计划调整")
    elif facts.paused_on is not None:
        words = f"{facts.pause_words or '已批准停缓建'}，自批准之日起退出进度评判，以前各期不变。"
        figure = Figure("批准日期", facts.paused_on)
        clause = "停缓建项目自批准之日起退出进度数据"
        reason = Reason("paused", Colour.PAUSED, words, clause, (figure,))
    elif facts.report is ReportState.MISSING:
        run = facts.missed_run
        again = f"，已连续{run}期未报" if run > 1 else ""
        words = f"本期未报{again}，累计数沿用上次填报，不计为进展。"
        figure = Figure("连续未报", run, "期")
        reason = Reason("no-report", Colour.GREY, words, "应报未报不亮进度灯", (figure,))
    elif facts.report is ReportState.EXCUSED:
        why = f"本期免报（{facts.excuse}）"
        reason = _kept(previous, "excused", why, "经批准免报的沿用上次灯色")
    elif facts.report is ReportState.NOT_ASKED and not facts.finished:
        why = "本期不需填报"
        reason = _kept(previous, "not-asked", why, "不需填报的期次沿用上次灯色")
    else:
        return None
    return reason.colour, (reason,), left_open


def _kept(previous: LightState | None, rule: str, why: str, clause: str) -> Reason:
    """The last judged colour; grey where nothing was judged yet."""
    if previous is None or previous.judged is None:
        return Reason(rule, Colour.GREY, f"{why}，此前没有可以评判的填报。", clause)
    colour = previous.judged
    return Reason(rule, colour, f"{why}，沿用上次评判的灯色（{colour.words}）。", clause)


def _judged(
    left_open: Sequence[OpenRed],
    facts: ProjectFacts,
    pack: Pack,
    exemptions: Sequence[Exemption],
) -> _Light:
    owed = {red.rule: red for red in left_open}
    reasons: list[Reason] = []
    open_reds: list[OpenRed] = []
    for chosen in pack.rules:
        code = chosen.rule.code
        red = owed.pop(code, None)
        verdict = chosen.rule.judge(facts, chosen.params)
        exemption = next((each for each in exemptions if each.covers(code, facts)), None)
        if exemption is not None:
            if verdict is not None or red is not None:
                reasons.append(_exempted(chosen, verdict, red, exemption))
            open_reds += [red] if red else []
            continue
        if verdict is not None and verdict.colour is Colour.RED:
            open_reds.append(red or OpenRed(code, facts.period.key))
            reasons.append(_reason(chosen, verdict))
            continue
        if red is None:
            reasons += [_reason(chosen, verdict)] if verdict is not None else []
            continue
        settled = chosen.rule.settle(facts, chosen.params)
        if settled.made_up:
            reasons.append(_recovered(chosen, settled, red))
            reasons += [_reason(chosen, verdict)] if verdict is not None else []
        else:
            open_reds.append(red)
            reasons.append(_held(chosen, verdict, settled, red))
    reasons += [_dropped(red, pack) for red in owed.values()]
    if all(reason.colour is Colour.GREEN for reason in reasons):
        reasons += _green(facts, pack, noted=bool(reasons))
    # The sort is stable: within a colour the order is the pack's.
    ordered = sorted(reasons, key=lambda reason: _ORDER[reason.colour])
    return ordered[0].colour, tuple(ordered), tuple(open_reds)


_ORDER: Final = {Colour.RED: 0, Colour.YELLOW: 1, Colour.GREEN: 2}


def _reason(chosen: Chosen, verdict: Verdict) -> Reason:
    return Reason(chosen.rule.code, verdict.colour, verdict.words, chosen.clause, verdict.figures)


def _exempted(
    chosen: Chosen, verdict: Verdict | None, red: OpenRed | None, exemption: Exemption
) -> Reason:
    words = verdict.words if verdict else ""
    if red is not None:
        words += f"自{_label(red.since)}起的红灯暂不亮出，豁免期满仍未补齐的恢复红灯。"
    return Reason(
        chosen.rule.code,
        Colour.GREEN,
        f"{words}{exemption.words}。",
        chosen.clause,
        verdict.figures if verdict else (),
    )


def _recovered(chosen: Chosen, settled: Settlement, red: OpenRed) -> Reason:
    words = f"{settled.words}自{_label(red.since)}起的“{chosen.rule.name}”红灯转为黄灯。"
    return Reason(chosen.rule.code, Colour.YELLOW, words, chosen.clause, settled.figures)


def _held(chosen: Chosen, verdict: Verdict | None, settled: Settlement, red: OpenRed) -> Reason:
    """Red although the rule by itself would no longer say so: what it owes is not made up."""
    words = f"{settled.words}自{_label(red.since)}起亮红灯，补齐前继续亮红灯。"
    figures = verdict.figures if verdict else settled.figures
    return Reason(chosen.rule.code, Colour.RED, words, chosen.clause, figures)


def _dropped(red: OpenRed, pack: Pack) -> Reason:
    """A red of a rule that the pack, changed since, does not have: nobody can judge it now."""
    words = f"现行规则包“{pack.name}”没有自{_label(red.since)}起亮红灯所依据的规则，红灯转为黄灯。"
    return Reason(red.rule, Colour.YELLOW, words, f"规则包“{pack.name}”第{pack.version}版")


def _green(facts: ProjectFacts, pack: Pack, *, noted: bool) -> list[Reason]:
    """Why nothing lights; no second sentence where a note says it already."""
    if noted:
        return []
    figures: tuple[Figure, ...] = ()
    rate, behind = facts.rate, facts.behind
    if facts.finished:
        words = "项目已竣工。"
    elif rate is None or behind is None:
        words = "没有年度计划投资，不评投资进度。"
    elif behind > 0:
        words = f"低于序时进度{shown(behind)}个百分点，未达到亮灯标准。"
        figures = (Figure("落后", behind, "百分点"),)
    elif facts.due_part == 0:
        words = "尚未到计划开工时间或者首个节点，没有应完成投资。"
    else:
        words = f"本年投资完成率{percent(rate)}%，不低于序时进度{percent(facts.due_part)}%。"
        figures = (
            Figure("投资完成率", rate * 100, "%"),
            Figure("序时进度", facts.due_part * 100, "%"),
        )
    clause = f"规则包“{pack.name}”：没有亮灯情形"
    return [Reason("green", Colour.GREEN, f"{words}没有亮灯情形。", clause, figures)]


def _label(period: str) -> str:
    return Period.parse(period).label


# ---------------------------------------------------------------- kept as JSON


def state_to_data(state: LightState) -> dict[str, Any]:
    """The state as JSON holds it, without loss."""
    return {
        "project": state.project,
        "period": state.period,
        "colour": state.colour.value,
        "reasons": [reason_to_data(reason) for reason in state.reasons],
        "before": state.before.value if state.before else None,
        "since": state.since,
        "judged": state.judged.value if state.judged else None,
        "open_reds": [{"rule": red.rule, "since": red.since} for red in state.open_reds],
        "pack": state.pack,
        "pack_version": state.pack_version,
    }


def state_from_data(data: dict[str, Any]) -> LightState:
    """The state that ``state_to_data`` wrote."""
    return LightState(
        project=data["project"],
        period=data["period"],
        colour=Colour(data["colour"]),
        reasons=tuple(reason_from_data(reason) for reason in data["reasons"]),
        before=Colour(data["before"]) if data["before"] else None,
        since=data["since"],
        judged=Colour(data["judged"]) if data["judged"] else None,
        open_reds=tuple(OpenRed(red["rule"], red["since"]) for red in data["open_reds"]),
        pack=data["pack"],
        pack_version=data["pack_version"],
    )
