"""Dates asked by place: of a clause, of a sentence's lead, of an item's line 完成时限."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from datetime import date

from guatu.reading.extractors.projects.parts import Name
from guatu.reading.outline import Outline
from guatu.text.periods import Period
from guatu.text.rare import Rare

_BARE_DATE_REST = re.compile(
    r"(?:\s*\(?[0-9一二三四五六七八九十]{1,3}[)、.])?[到至于在从截底末前以之内期间力争确保,\s]*"
)
# What may stand before a date that opens its sentence.
_OPENS = Rare(
    r"\s*(?:\(?[0-9一二三四五六七八九十]{1,3}[)、.])?(?:[一二三四五六七八九十]是)?"
    r"(?:[到至于在,\s]|力争|确保|计划|争取)*"
)
_DEADLINE = re.compile(r"(?:完成|办理|办结|实施|整改)(?:时限|时间|期限)(?:要求)?\s?[:]")


class Dates:
    """Where the plan states dates, asked by place."""

    def __init__(
        self,
        norm: str,
        outline: Outline,
        periods: tuple[Period, ...],
        of_row: Callable[[int], date | None],
    ) -> None:
        self._outline = outline
        self._of_row = of_row
        self._periods = [p for p in periods if p.last is not None]
        self._starts = [p.start for p in self._periods]
        self._norm = norm
        self._of_section: dict[int, date] = {}
        for match in _DEADLINE.finditer(norm) if self._periods else ():
            found = self._between(match.end(), match.end() + 24)
            if found and found[0].last:
                self._of_section.setdefault(outline.section_at(match.start()), found[0].last)

    def _between(self, start: int, end: int) -> list[Period]:
        starts = self._starts
        if not starts:
            return []
        return self._periods[bisect_left(starts, start) : bisect_left(starts, end)]

    def bare(self, start: int, end: int) -> date | None:
        """The date of a clause that is nothing but a date (到2025年底,)."""
        if end - start > 24 or len(found := self._between(start, end)) != 1:
            return None
        rest = self._norm[start : found[0].start] + self._norm[found[0].end : end]
        return found[0].last if _BARE_DATE_REST.fullmatch(rest) else None

    def opening(self, start: int, end: int) -> Period | None:
        """The date with which a sentence's first clause begins (2025年开工建设甲,…)."""
        i = bisect_left(self._starts, start)
        if i == len(self._starts) or self._starts[i] >= min(end, start + 24):
            return None
        period = self._periods[i]
        opens = period.role in ("by", "in") and _OPENS.fullmatch(self._norm, start, period.start)
        return period if opens else None

    def within(self, start: int, end: int, names: tuple[Name, ...] = ()) -> date | None:
        """The last date of a clause that is not part of a name."""
        for period in reversed(self._between(start, end)):
            if not any(n.start < period.end and period.start < n.end for n in names):
                return period.last
        return None

    def of_section(self, offset: int) -> date | None:
        """The date of the item's line 完成时限:… or of the row's cell, if it has one."""
        if row := self._of_row(offset):
            return row
        if not self._of_section:
            return None
        return self._of_section.get(self._outline.section_at(offset))
