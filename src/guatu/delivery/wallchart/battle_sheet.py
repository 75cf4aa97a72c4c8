"""Battle sheets (作战单): a project on A4, and the list of the projects in a leader's charge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any, Final

from guatu.delivery.bulletins.paper import printed
from guatu.delivery.closing.rounding import percent
from guatu.delivery.wallchart.layout import FlagState
from guatu.delivery.wallchart.poster import LETTERS, typefaces

_WAN: Final = 10_000


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the year, whole 元; ``reached`` is None where it is not closed yet.

    ``planned`` is what should be done by its end (应完成累计), ``reached`` what is (完成累计).
    """

    label: str
    planned: int | None
    reached: int | None = None
    this_period: int | None = None
    light: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A node; ``planned`` is the last day of its month where only the month is known."""

    name: str
    planned: date | None
    actual: date | None
    state: FlagState


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem that holds the project up, to whom it goes, until when, the answer so far."""

    words: str
    to_unit: str = ""
    deadline: date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The plan's own words that the project rests on, and where they stand."""

    words: str
    where: str


@dataclass(frozen=True, slots=True)
class BattleSheet:
    """All that a project's sheet says; pairs are (what, words), empty words print as 未明确."""

    name: str
    period: str
    issuer: str
    light: str
    reasons: tuple[str, ...]
    identity: tuple[tuple[str, str], ...]
    # 五个一: 一个项目、一名领导、一个班子、一个实施主体、一张进度图.
    five: tuple[tuple[str, str], ...]
    # 本年计划.
    plan: tuple[tuple[str, str], ...]
    year_planned: int | None
    months: tuple[MonthLine, ...] = ()
    nodes: tuple[NodeLine, ...] = ()
    problems: tuple[ProblemLine, ...] = ()
    words: tuple[PlanWords, ...] = ()
    signatures: tuple[str, ...] = ("联系领导", "责任单位", "项目单位", "办公室")
    made_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A project on a leader's sheet; money in whole 元, ``done`` a part."""

    name: str
    unit: str
    person: str
    light: str
    reason: str
    planned: int | None
    reached: int
    done: Fraction | None
    due: Fraction | None


@dataclass(frozen=True, slots=True)
class LeaderSheet:
    """The projects in a leader's charge; it lists them and scores nobody."""

    leader: str
    period: str
    issuer: str
    rows: tuple[LeaderLine, ...]
    made_on: date | None = None


class SheetPress:
    """Prints sheets; keeps the typefaces between them, so that hundreds take seconds.

    Making one raises ``NoChineseType`` where the machine has no Chinese typeface.
    """

    def __init__(self) -> None:
        import typst

        self._fonts = typefaces(typst)
        form = files("guatu.delivery.wallchart").joinpath("battle_sheet.typ")
        self._form = form.read_bytes()
        self._press = typst.Compiler()

    def battle_sheet(self, sheet: BattleSheet) -> bytes:
        """A project's sheet as PDF: one page of A4, more where it has much to say."""
        return self._printed({"kind": "project", **_project(sheet)})

    def leader_sheet(self, sheet: LeaderSheet) -> bytes:
        """A leader's sheet as PDF; its table repeats its head on each page."""
        return self._printed({"kind": "leader", **_leader(sheet)})

    def _printed(self, data: dict[str, Any]) -> bytes:
        words = json.dumps({**data, "fonts": self._fonts}, ensure_ascii=False)
        made = self._press.compile(self._form, format="pdf", sys_inputs={"data": words})
        assert isinstance(made, bytes), "a PDF is one file"
        return made


def _project(sheet: BattleSheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "period": sheet.period,
        "issuer": sheet.issuer,
        "made": printed(sheet.made_on) if sheet.made_on else "",
        "light": sheet.light,
        "letter": LETTERS.get(sheet.light, ""),
        "reasons": sheet.reasons,
        "identity": _pairs(sheet.identity),
        "five": _pairs(sheet.five),
        "plan": _pairs(sheet.plan),
        "months": [_month(line, sheet.year_planned) for line in sheet.months],
        "nodes": [
            (node.name, _day(node.planned), _day(node.actual), node.state.value, node.state.words)
            for node in sheet.nodes
        ],
        "problems": [
            (each.words, each.to_unit or "未明确", _day(each.deadline), each.answer or "未答复")
            for each in sheet.problems
        ],
        "words": [(each.words, each.where) for each in sheet.words],
        "signatures": sheet.signatures,
    }


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    return [(what, words or "未明确", bool(words)) for what, words in pairs]


def _month(line: MonthLine, year_planned: int | None) -> dict[str, Any]:
    whole = year_planned or 0
    return {
        "label": line.label,
        "planned": _wan(line.planned),
        "reached": _wan(line.reached),
        "this": _wan(line.this_period),
        "rate": _rate(line.reached, year_planned),
        "planned_part": _part(line.planned, whole),
        "reached_part": _part(line.reached, whole),
        "closed": line.reached is not None,
        "light": line.light,
        "letter": LETTERS.get(line.light, ""),
        "reasons": "；".join(line.reasons),
    }


def _leader(sheet: LeaderSheet) -> dict[str, Any]:
    return {
        "leader": sheet.leader,
        "period": sheet.period,
        "issuer": sheet.issuer,
        "made": printed(sheet.made_on) if sheet.made_on else "",
        "lights": [
            (colour, letter, count)
            for colour, letter in LETTERS.items()
            if (count := sum(row.light == colour for row in sheet.rows))
        ],
        "rows": [
            {
                "name": row.name,
                "unit": row.unit,
                "person": row.person,
                "light": row.light,
                "letter": LETTERS.get(row.light, ""),
                "reason": row.reason,
                "planned": _wan(row.planned),
                "reached": _wan(row.reached),
                "done": "—" if row.done is None else str(percent(row.done)),
                "due": "—" if row.due is None else str(percent(row.due)),
            }
            for row in sheet.rows
        ],
    }


def _wan(amount: int | None) -> str:
    """万元 with thousands separators, half away from nought; missing is a dash."""
    if amount is None:
        return "—"
    whole = (abs(amount) + _WAN // 2) // _WAN
    return f"{'−' if amount < 0 and whole else ''}{whole:,}"


def _rate(reached: int | None, planned: int | None) -> str:
    if reached is None or not planned:
        return "—"
    return f"{percent(Fraction(reached, planned))}%"


def _part(amount: int | None, whole: int) -> float:
    """How much of the bar is filled, 0 to 1."""
    return min(max(amount / whole, 0.0), 1.0) if amount is not None and whole else 0.0


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"
