"""When and by whom a task is to be done (完成时限、责任单位)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from guatu.ledger.records import DueFrom, Duty, UnitRole
from guatu.reading.extractors.duties import DutyNotes
from guatu.reading.extractors.targets.timing import Clock
from guatu.reading.material import Material
from guatu.reading.outline import Sentence
from guatu.reading.tasks.parts import Part
from guatu.reading.tasks.words import Place
from guatu.text.periods import Period

# 2027年第六届运动会: the year is part of the name of an event.
_EVENT = re.compile(r"第[0-9一二三四五六七八九十]{1,3}[届次]")


class Deadlines:
    """Answers by when a task is to be done: its own words, its sentence, its item, the plan.

    To be asked in the order of the text.
    """

    def __init__(self, material: Material, bare: str, earliest: date, clock: Clock) -> None:
        self._material = material
        self._bare = bare
        self._clock = clock
        self._earliest = earliest
        self._dates = [
            period
            for period in material.periods
            if period.last is not None
            and period.last >= earliest
            and period.role in ("by", "in")
            and not self._is_name(period)
        ]
        self._starts = [period.start for period in self._dates]
        self._sentence = self._scanned = -1
        self._heading: date | None = None
        self._known: dict[tuple[int, int], tuple[date | None, DueFrom | None]] = {}

    def of(self, part: Part, verb: Place | None) -> tuple[date | None, DueFrom | None]:
        """The last day of a task and where it was read.

        Of several dates in the task the last counts: it is done when all of it is done.
        """
        start, end, _, sentence = part
        starts = self._starts
        first = bisect_left(starts, start)
        if first < len(starts) and starts[first] < end:
            own = self._dates[first : bisect_left(starts, end, first)]
            if self._bare.startswith("对", start):
                own = [period for period in own if not self._is_condition(period, part)]
            if own:
                last = max(own, key=lambda period: period.last or date.min)
                return last.last, "clause" if self._governs(last, verb) else "sentence"
        headed = self._headed(sentence.start, start, first)
        return (headed, "sentence") if headed else self._of_item(sentence)

    def _headed(self, sentence: int, start: int, before: int) -> date | None:
        """The date that an earlier ;-part of the sentence begins with: 到2027年,…;…;….

        ``before`` counts the dates that stand before the part's ``start``.
        """
        if sentence != self._sentence:
            self._sentence = self._scanned = sentence
            self._heading = None
        if before and self._starts[before - 1] >= self._scanned:
            for period in self._dates[bisect_left(self._starts, self._scanned) : before]:
                if self._heads(period):
                    self._heading = period.last
        self._scanned = start
        return self._heading

    def _is_name(self, period: Period) -> bool:
        """True where the years name a thing: 围绕“十五五”重点, 2027年第六届运动会."""
        norm = self._material.outline.norm
        if _EVENT.match(norm, period.end):
            return True
        if period.grain != "plan" or period.role != "in":
            return False
        return not norm[period.start : period.end].endswith(("期间", "时期"))

    def _is_condition(self, period: Period, part: Part) -> bool:
        """对2026年产值增长10%以上的企业,…: the date is a condition, no deadline."""
        return period.role == "in" and self._bare.find(",", part.start, period.start) < 0

    def _heads(self, period: Period) -> bool:
        """True for a date at the head of its ;-part, which governs all parts that follow."""
        start = period.start
        while start and self._bare[start - 1] in " \t":
            start -= 1
        return not start or self._bare[start - 1] in ";。\n!?:"

    def _of_item(self, sentence: Sentence) -> tuple[date | None, DueFrom | None]:
        """The date stated before the sentence in its item or above it, else the plan's end."""
        starts = self._material.period_starts
        # Sentences of one item between the same two dates share their answer.
        place = sentence.section, bisect_left(starts, sentence.start)
        known = self._known.get(place)
        if known is None:
            timing = self._clock.of_item(sentence.section, sentence.start)
            is_history = timing.due is not None and timing.due < self._earliest
            known = (None, None) if is_history else (timing.due, timing.due_from)
            self._known[place] = known
        return known

    def _governs(self, period: Period, verb: Place | None) -> bool:
        """True if the date stands in the verb's clause or is set off just before it."""
        if verb is None:
            return True
        start, end = verb
        if period.start < start:
            between = self._bare[period.end : start].lstrip("前内末底间期")
            between = between.removeprefix(",")
        else:
            between = self._bare[end : period.start]
        return not any(mark in between for mark in ",;:")


class _Bound(NamedTuple):
    """Notes that close the same text; ``units`` has each unit once."""

    start: int
    end: int
    units: tuple[UnitRole, ...]


class Responsibility:
    """Answers who a task belongs to; to be asked in the order of the text."""

    def __init__(self, material: Material, noted: DutyNotes) -> None:
        self._outline = material.outline
        starts = [duty.quote.start for duty in noted.duties]
        inside: set[int] = set()
        self._waiting: list[_Bound] = []
        self._of_item: defaultdict[str | None, list[UnitRole]] = defaultdict(list)
        for note, bound in zip(noted.notes, noted.bound, strict=True):
            found = range(bisect_left(starts, note.start), bisect_left(starts, note.end))
            inside.update(found)
            duties = [noted.duties[i] for i in found]
            roles = [_role(duty) for duty in duties]
            self._waiting.append(_Bound(bound.start, bound.end, _once(roles)))
            for duty, role in zip(duties, roles, strict=True):
                self._of_item[duty.section].append(role)
        self._waiting.sort(key=lambda bound: bound.start)
        self._waiting.reverse()
        self._open: list[_Bound] = []
        self._running = [duty for i, duty in enumerate(noted.duties) if i not in inside]
        self._running_starts = [duty.quote.start for duty in self._running]
        self._of_section: dict[int, tuple[UnitRole, ...]] = {}

    def of(self, part: Part) -> tuple[UnitRole, ...]:
        """The units of a task: those its sentence names, those of the note that closes it.

        Where no note closes it: those of its item, or of the nearest item above that has any.
        """
        noted = self._noted(part.start) or self._inherited(part.sentence.section)
        starts = self._running_starts
        low = bisect_left(starts, part.start)
        if low == len(starts) or starts[low] >= part.end:
            return noted
        own = map(_role, self._running[low : bisect_left(starts, part.end, low)])
        return _once([*own, *noted])

    def _noted(self, at: int) -> tuple[UnitRole, ...]:
        while self._waiting and self._waiting[-1].start <= at:
            self._open.append(self._waiting.pop())
        while self._open and self._open[-1].end <= at:
            self._open.pop()
        if not self._open:
            return ()
        last = self._open[-1]
        nearest = last.start
        if len(self._open) == 1 or self._open[-2].start != nearest:
            return last.units
        units: list[UnitRole] = []
        for bound in reversed(self._open):
            if bound.start != nearest:
                break
            if bound.end > at:
                units[:0] = bound.units
        return _once(units)

    def _inherited(self, section: int) -> tuple[UnitRole, ...]:
        climbed: list[int] = []
        units: tuple[UnitRole, ...] = ()
        while section >= 0:
            if section in self._of_section:
                units = self._of_section[section]
                break
            climbed.append(section)
            units = _once(self._of_item.get(self._outline.sections[section].path, ()))
            if units:
                break
            section = self._outline.parents[section]
        for passed in climbed:
            self._of_section[passed] = units
        return units


def _role(duty: Duty) -> UnitRole:
    return UnitRole(duty.unit, duty.role)


def _once(units: Iterable[UnitRole]) -> tuple[UnitRole, ...]:
    """Each unit once, in the role in which it is named first."""
    roles: dict[str, UnitRole] = {}
    for unit in units:
        roles.setdefault(unit.unit, unit)
    return tuple(roles.values())
