"""The nouns of a plan (台账), frozen, each with the words of the plan it rests on.

Field names and conventions are those of the reading contract; ``docs/glossary.md`` gives
the Chinese term of each.  Values are ``Decimal`` in the base unit (十百千万亿 multiplied
out), dates are ``datetime.date``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from guatu.text.span import Quote, Span

Comparator = Literal["ge", "le", "eq", "approx"]
Change = Literal["level", "increase", "decrease"]
TargetKind = Literal["target", "fact", "total"]
DueFrom = Literal["clause", "sentence", "section", "plan"]
Role = Literal["lead", "responsible", "support"]
Stage = Literal["plan", "prepare", "start", "build", "finish"]
Cadence = Literal["ten-day", "month", "quarter", "half-year", "year", "once"]
DayKind = Literal["workday", "calendar"]
Status = Literal["issued", "draft"]


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What a plan says of itself (方案概况): title, 文号, issuer, date, the years it covers."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued: date | None = None
    start: int | None = None
    end: int | None = None
    status: Status = "issued"
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading or numbered item (章节), ``path`` such as ``二/(一)/1/(2)``.

    ``quote`` is its marker and title as printed; ``end`` the offset where its matter ends,
    sub-items included.
    """

    path: str
    title: str
    quote: Quote
    end: int

    @property
    def start(self) -> int:
        """The offset of the marker."""
        return self.quote.start


@dataclass(frozen=True, slots=True)
class Target:
    """A number somebody can be held to (指标), or one the plan only states (``kind``).

    ``quote`` is the number with its unit as printed.  ``value`` (and ``high`` of a range) are
    in ``unit`` without magnitudes: 1450亿元 is 145000000000 元; per cent stays per cent.
    ``due`` is the last day by which it is to hold, ``due_from`` where that was read.
    ``subject_spans`` are the places of the words that make up ``subject``.
    ``exclusive`` is true for 超过, 不满 (Civil Code art. 1259: the number itself not included).
    """

    quote: Quote
    subject: str
    comparator: Comparator
    change: Change
    value: Decimal
    high: Decimal | None
    unit: str
    first: date | None  # JSON "from"
    due: date | None
    due_from: DueFrom | None
    scope: str | None
    aim: bool
    kind: TargetKind
    section: str | None
    subject_spans: tuple[Span, ...] = ()
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One organisation named for one item (责任单位), ``quote`` its name as printed."""

    section: str | None
    role: Role
    quote: Quote

    @property
    def unit(self) -> str:
        """The organisation's name as printed."""
        return self.quote.text


@dataclass(frozen=True, slots=True)
class Project:
    """A construction or investment project named one by one (项目), ``quote`` its name."""

    quote: Quote
    stage: Stage
    due: date | None
    section: str | None


@dataclass(frozen=True, slots=True)
class Routine:
    """A recurring or timed administrative duty (时限要求), ``quote`` its clause."""

    quote: Quote
    cadence: Cadence
    days: int | None
    day_kind: DayKind | None
    actor: str | None
    recipient: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A policy document, law or standard that is cited (引用文件).

    ``quote`` is the title without 《》; ``number`` its 文号 or standard number.
    """

    quote: Quote
    number: str | None

    @property
    def title(self) -> str:
        """The title as printed, without 《》."""
        return self.quote.text


@dataclass(frozen=True, slots=True)
class UnitRole:
    """A unit's part in a task."""

    unit: str
    role: Role


@dataclass(frozen=True, slots=True)
class Task:
    """A commitment of a numbered item (任务): a sentence or a ;-part, numbers or not.

    ``targets`` and ``projects`` are indexes into the ledger's tuples of those names.
    """

    quote: Quote
    section: str | None
    verb: str | None
    due: date | None
    due_from: DueFrom | None
    units: tuple[UnitRole, ...] = ()
    targets: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()
