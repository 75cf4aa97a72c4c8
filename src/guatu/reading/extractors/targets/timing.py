"""By when a number is to hold (时限): its clause, its sentence, its item, its plan."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from typing import NamedTuple

from guatu.ledger.records import DueFrom
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.extractors.targets.words import OPENERS
from guatu.reading.material import Material
from guatu.text.periods import Period

# 力争到2025年, 全市计划到2025年: a few words may stand before the date of a whole part.
_LEAD = 6
_WHOLE_YEAR = re.compile(r"(?:^|[,;。:\s])全年(?!龄)")
_OF_OLD = re.compile(r"[\u4e00-\u9fff]{1,8}的")
_DEADLINE_LINE = re.compile(r"(?:完成|办结|实施)?(?:时限|时间|期限)\s?[::]\s?")

# Longer than any of ``OPENERS``: with more words before it a date opens no sentence.
_LONGEST_OPENING = 40


class Timing(NamedTuple):
    """When a number is to hold and where that was read."""

    first: date | None
    due: date | None
    due_from: DueFrom | None
    period: Period | None = None


class Clock:
    """Answers for one plan; remembers what it found for each item."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._stated: dict[int, Timing | None] = {}
        self._leads: dict[int, Timing | None] = {}
        self._carrying = [period for period in material.periods if self._carries(period)]
        self._carrying_starts = [period.start for period in self._carrying]
        sections = material.outline.sections
        self._first_child = [section.end for section in sections]
        for i, parent in reversed(list(enumerate(material.outline.parents))):
            if parent >= 0:
                self._first_child[parent] = sections[i].start

    def of(self, at: int, layout: Layout, section: int) -> Timing:
        """The timing of a number at ``at`` in the sentence ``layout``."""
        material = self._material
        clause = layout.clause_at(at)
        in_sentence = [
            p
            for p in material.periods_in(layout.start, layout.end)
            if p.last is not None and p.role in ("by", "in") and not self._describes(p)
        ]
        before = [p for p in in_sentence if p.start < at and self._governs(p, clause, layout)]
        if before:
            period = before[-1]
            if self._material.outline.norm[period.start - 2 : period.start] == "展望":
                period = period._replace(first=None)
            return Timing(period.first, period.last, self._nearness(period, clause, layout), period)
        behind = [p for p in in_sentence if p.start >= at and self._in_bracket(p, at, layout)]
        if behind:
            return Timing(behind[0].first, behind[0].last, "clause", behind[0])
        year = self._whole_year(layout.start, at)
        if year is not None:
            return Timing(date(year, 1, 1), date(year, 12, 31), "sentence")
        found = self._of_item(section, layout.start)
        every = any(p.role == "every" for p in material.periods_in(layout.starts[clause], at))
        plan = material.plan
        if found is None:
            if plan.end is None:
                return Timing(None, None, None)
            first = date(plan.start, 1, 1) if every and plan.start else None
            return Timing(first, date(plan.end, 12, 31), "plan")
        return found

    def _nearness(self, period: Period, clause: int, layout: Layout) -> DueFrom:
        """``clause`` where the date stands in the number's clause or is set off just before it."""
        own = layout.clause_at(period.start)
        if own == clause:
            return "clause"
        norm = self._material.outline.norm
        rest = norm[period.end : layout.ends[own]]
        set_off = own + 1 == clause and len(rest.strip(" 前内末底间期")) <= 1
        return "clause" if set_off else "sentence"

    def _whole_year(self, start: int, end: int) -> int | None:
        """The year 全年… speaks of: that of a one-year plan, else that of issue."""
        plan = self._material.plan
        if _WHOLE_YEAR.search(self._material.outline.norm, start, end) is None:
            return None
        if plan.start is not None and plan.start == plan.end:
            return plan.start
        return plan.issued.year if plan.issued else None

    def of_item(self, section: int, before: int) -> Timing:
        """The timing of a sentence without a date, at ``before``: of its item, or of the plan."""
        found = self._of_item(section, before)
        end = self._material.plan.end
        if found is None and end is not None:
            return Timing(None, date(end, 12, 31), "plan")
        return found or Timing(None, None, None)

    def _describes(self, period: Period) -> bool:
        """2000年底前建成的住宅, 由2025年的38%提高: dates of what is there, not of what is due."""
        norm = self._material.outline.norm
        if norm[period.start - 1 : period.start] in ("由", "从"):
            return True
        start = self._material.plan.start
        old = start is not None and period.last is not None and period.last.year < start
        return old and _OF_OLD.match(norm, period.end) is not None

    def _governs(self, period: Period, clause: int, layout: Layout) -> bool:
        """A date reaches the ;-parts behind its own only where it opens the sentence."""
        own = layout.clause_at(period.start)
        if own == clause or self._opens(period, layout.start):
            return True
        # 某院2024年9月底前完工,住院率达到90%: a date behind a name binds that name alone.
        start = layout.starts[own]
        led = period.start - start <= _LEAD or self._opens(period, start)
        return led and layout.parts[own] == layout.parts[clause]

    def _opens(self, period: Period, start: int) -> bool:
        """True where nothing but connecting words stands between ``start`` and the date."""
        before = self._material.outline.norm[start : period.start].strip(" \n\r\t,:、“(")
        return len(before) <= 2 or before in OPENERS

    def _in_bracket(self, period: Period, at: int, layout: Layout) -> bool:
        clause = layout.clause_at(at)
        norm = self._material.outline.norm
        behind = self._material.quantities_in(at, at + 1)
        if behind and norm[behind[0].outer_end : period.start] in ("于", "在", ""):
            return True  # 首期5亿元于2023年6月底前到位
        bracket = layout.bracket_at(period.start)
        if bracket and self._material.quantities_in(*bracket):
            return False  # 三年共420公里(2024年120公里、…): dates of the parts
        return bracket is not None and layout.starts[clause] <= period.start < layout.ends[clause]

    def _of_item(self, section: int, before: int) -> Timing | None:
        """The date stated earlier in the item, or in the heading or lead of one above it."""
        if section < 0:
            return None
        outline = self._material.outline
        stated = self._deadline_line(section)
        if stated is not None:
            return stated
        own = self._last(outline.sections[section].start, before)
        if own is not None:
            return own
        parent = outline.parents[section]
        while parent >= 0:
            stated = self._deadline_line(parent) or self._lead(parent)
            if stated is not None:
                return stated
            parent = outline.parents[parent]
        return None

    def _lead(self, section: int) -> Timing | None:
        if section not in self._leads:
            start = self._material.outline.sections[section].start
            self._leads[section] = self._last(start, self._first_child[section])
        return self._leads[section]

    def _last(self, start: int, end: int) -> Timing | None:
        """The last date within ``[start, end)`` that carries on to what follows it.

        The plan's own last year carries wherever it stands; an earlier date (2023年底前完工)
        only where it opens a sentence, and a single year never.
        """
        i = bisect_left(self._carrying_starts, end) - 1
        if i < 0 or self._carrying_starts[i] < start:
            return None
        outline, period = self._material.outline, self._carrying[i]
        first = period.first if period.role == "in" else None
        section = outline.section_at(period.start)
        in_title = section >= 0 and period.start < outline.bodies[section]
        if in_title and period.grain == "plan":
            first = None
        return Timing(first, period.last, "section", period)

    def _carries(self, period: Period) -> bool:
        if period.last is None or period.role not in ("by", "in"):
            return False
        ends_plan = period.last.year == self._material.plan.end and period.last.month == 12
        if period.role == "in":
            if period.first is None or period.first.year == period.last.year:
                return False
            return ends_plan or period.grain in ("year", "plan")
        if period.grain not in ("year", "plan", "duration"):
            return False
        if ends_plan:
            return True
        norm = self._material.outline.norm
        near = max(0, period.start - _LONGEST_OPENING)
        start = max(near, *(norm.rfind(mark, near, period.start) + 1 for mark in "。\n;:"))
        return period.grain != "duration" and self._opens(period, start)

    def _deadline_line(self, section: int) -> Timing | None:
        """A line 完成时限:… that closes the item."""
        if section in self._stated:
            return self._stated[section]
        found = None
        outline = self._material.outline
        start, end = outline.bodies[section], self._first_child[section]
        for match in _DEADLINE_LINE.finditer(outline.norm, start, end):
            for period in self._material.periods_in(match.end(), match.end() + 30):
                if period.last is not None and period.start <= match.end() + 2:
                    first = period.first if period.role == "in" else None
                    found = Timing(first, period.last, "section", period)
                    break
        self._stated[section] = found
        return found
