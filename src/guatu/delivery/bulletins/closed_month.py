"""What a monthly bulletin is made from: a closed period, and what of the paper is no figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from guatu.delivery.closing.facts import Basis, ClosedRow
from guatu.delivery.closing.rates import CountedBy
from guatu.delivery.periods import Period
from guatu.delivery.supervision.lights import LightState


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed period as a bulletin knows it: its rows, its lights, and which 口径 is printed.

    ``factor`` is T of 时间进度 (1 for T = 100 %). ``first`` where dispatch begins in the middle of
    a year: no 上期累计 is known, so that nothing can be said of what the period alone has brought.
    """

    period: Period
    rows: tuple[ClosedRow, ...]
    lights: Mapping[str, LightState]
    basis: Basis = Basis.ADJUSTED
    counted_by: CountedBy = CountedBy.ANNUAL
    factor: Fraction = Fraction(1)
    first: bool = False


@dataclass(frozen=True, slots=True)
class Particulars:
    """What of the paper is no figure: who issues it to whom, and what the area is called."""

    signature: str
    area: str = "全市"
    counties: str = "县（市、区）"
    red_head: str = ""
    number: str = ""
    addressee: str = ""
    signed_on: date | None = None
    copies_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None
