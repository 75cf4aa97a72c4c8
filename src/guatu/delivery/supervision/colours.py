"""Colours of a light, and the reasons that make one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from guatu.delivery.closing.rounding import rounded


class Colour(StrEnum):
    """The colour of a light (灯色)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    # 灰: no report.
    GREY = "grey"
    # 停: paused or cancelled.
    PAUSED = "paused"
    # 不评: it has left the annual plan; nothing is left to be judged by.
    NONE = "none"

    @property
    def words(self) -> str:
        """红, 黄, 绿, 灰, 停, 不评."""
        return _WORDS[self]


_WORDS: Final = {
    Colour.RED: "红",
    Colour.YELLOW: "黄",
    Colour.GREEN: "绿",
    Colour.GREY: "灰",
    Colour.PAUSED: "停",
    Colour.NONE: "不评",
}
_GRAVITY: Final = (
    Colour.RED,
    Colour.YELLOW,
    Colour.GREY,
    Colour.GREEN,
    Colour.PAUSED,
    Colour.NONE,
)


def gravest(colours: Iterable[Colour]) -> Colour:
    """The gravest of some, red first; 不评 where there are none."""
    return min(colours, key=_GRAVITY.index, default=Colour.NONE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a reason, exact: an amount in 元, a number of 百分点 or 期, a day."""

    name: str
    value: Fraction | int | date
    unit: str = ""

    @property
    def text(self) -> str:
        """As it is printed: 31.5百分点, 2026-03-31; money stays in whole 元."""
        if isinstance(self.value, date):
            return self.value.isoformat()
        number = str(self.value) if isinstance(self.value, int) else str(rounded(self.value, 1))
        return f"{number}{self.unit}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light has its colour (亮灯原因): the rule, its figures, a sentence, its clause.

    ``colour`` is what this reason alone asks for; a reason that only notes asks for green.
    """

    rule: str
    colour: Colour
    words: str
    clause: str
    figures: tuple[Figure, ...] = ()


def reason_to_data(reason: Reason) -> dict[str, Any]:
    """The reason as JSON holds it, without loss."""
    return {
        "rule": reason.rule,
        "colour": reason.colour.value,
        "words": reason.words,
        "clause": reason.clause,
        "figures": [
            {
                "name": figure.name,
                "kind": "day" if isinstance(figure.value, date) else "number",
                "value": str(figure.value),
                "unit": figure.unit,
            }
            for figure in reason.figures
        ],
    }


def reason_from_data(data: dict[str, Any]) -> Reason:
    """The reason that ``reason_to_data`` wrote."""
    return Reason(
        rule=data["rule"],
        colour=Colour(data["colour"]),
        words=data["words"],
        clause=data["clause"],
        figures=tuple(
            Figure(each["name"], _value(each["kind"], each["value"]), each["unit"])
            for each in data["figures"]
        ),
    )


@lru_cache(maxsize=4096)
def _value(kind: str, text: str) -> Fraction | int | date:
    if kind == "day":
        return date.fromisoformat(text)
    number = Fraction(text)
    return int(number) if number.denominator == 1 else number
