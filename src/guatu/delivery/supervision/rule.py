"""What a warning rule is: it lights, it says when a red is made up, and it explains itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from guatu.delivery.closing.facts import ProjectFacts
from guatu.delivery.closing.rounding import rounded
from guatu.delivery.supervision.colours import Colour, Figure

Params = Mapping[str, Fraction]

_PARTS: Final = ("亮灯", "消灯", "依据")
_PART: Final = re.compile(r"^(亮灯|消灯|依据)：", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a project in a period; green only notes."""

    colour: Colour
    words: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a project that stands red by a rule stands now: is what it owes made up (补齐)?"""

    made_up: bool
    words: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Param:
    """A number of a rule that a pack may set: its name, words, unit, default and bounds."""

    name: str
    words: str
    unit: str
    default: Fraction
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Texts:
    """A rule explained to the person it bothers: when it lights, when it goes out, on what."""

    on: str
    off: str
    basis: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A warning rule.

    ``judge`` gives what it says of a project in a period, or None. ``settle`` tells of a project
    that stands red by this rule whether what it owes is made up. Both depend on nothing but the
    facts and the pack's numbers. The docstring of ``judge`` holds 亮灯, 消灯 and 依据, with the
    numbers as ``{name}``.
    """

    code: str
    name: str
    judge: Callable[[ProjectFacts, Params], Verdict | None]
    settle: Callable[[ProjectFacts, Params], Settlement]
    params: tuple[Param, ...] = ()

    @property
    def defaults(self) -> dict[str, Fraction]:
        return {param.name: param.default for param in self.params}

    def texts(self, params: Params) -> Texts:
        """亮灯, 消灯 and 依据 as shown to users, with the numbers of a pack in them."""
        found = _PART.split(inspect.getdoc(self.judge) or "")
        parts = dict(zip(found[1::2], found[2::2], strict=True))
        numbers = {name: plain(value) for name, value in {**self.defaults, **params}.items()}
        # The lines of a docstring are broken for the editor; Chinese has no space there.
        on, off, basis = (
            re.sub(r"\s*\n\s*", "", parts.get(part, "").strip()).format(**numbers)
            for part in _PARTS
        )
        return Texts(on, off, basis)


def plain(number: Fraction | int) -> str:
    """A number of a rule as one writes it: 10, 12.5."""
    value = Fraction(number)
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def shown(points: Fraction) -> str:
    """百分点 with one digit, and never 0.0 for something that is there."""
    number = rounded(points, 1)
    return str(number) if number or not points else "不足0.1"
