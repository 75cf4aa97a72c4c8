"""What every export asks of a reading beyond the entries themselves."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from guatu.ledger.records import Task, UnitRole
from guatu.reading.reading import Reading
from guatu.text.span import Quote

_SENTENCE_END = re.compile(r"[。！？!?\r\n]")
_REACH = 400  # no sentence of a plan worth showing is longer on either side of its entry


class Lookup:
    """The surroundings of an entry (出处): its section, its units, its sentence, its place."""

    def __init__(self, reading: Reading) -> None:
        ledger = reading.ledger
        self._document = reading.document
        stops = _SENTENCE_END.finditer(reading.document.text)
        self._sentence_ends = [stop.end() for stop in stops]
        self._titles: dict[str, str] = {}
        for section in ledger.sections:
            self._titles.setdefault(section.path, section.title)
        self._by_section: dict[str | None, list[UnitRole]] = {}
        for duty in ledger.duties:
            named = self._by_section.setdefault(duty.section, [])
            named.append(UnitRole(duty.unit, duty.role))
        self._by_target = _units_by_index((task.targets, task) for task in ledger.tasks)
        self._by_project = _units_by_index((task.projects, task) for task in ledger.tasks)

    def title(self, path: str | None) -> str:
        """The title of the section with that path, or nothing."""
        return self._titles.get(path, "") if path is not None else ""

    def units_of_section(self, path: str | None) -> tuple[UnitRole, ...]:
        """The units named for a section, else those of the nearest section above that names any."""
        while path:
            if path in self._by_section:
                return tuple(self._by_section[path])
            path = path.rpartition("/")[0]
        return ()

    def units_of_target(self, index: int) -> tuple[UnitRole, ...]:
        """The units of the task that holds the target; empty where no task names any."""
        return self._by_target.get(index, ())

    def units_of_project(self, index: int) -> tuple[UnitRole, ...]:
        """The units of the task that holds the project; empty where no task names any."""
        return self._by_project.get(index, ())

    def sentence(self, quote: Quote) -> Quote:
        """The sentence (原文) around a quote, cut where it runs on for hundreds of characters."""
        text, ends = self._document.text, self._sentence_ends
        before = bisect_right(ends, quote.start)
        behind = bisect_left(ends, quote.end)
        start = max(ends[before - 1] if before else 0, quote.start - _REACH)
        end = min(ends[behind] if behind < len(ends) else len(text), quote.end + _REACH)
        while start < quote.start and text[start].isspace():
            start += 1
        while end > quote.end and text[end - 1].isspace():
            end -= 1
        return Quote(start, text[start:end])

    def place(self, offset: int) -> str:
        """Where an offset stands for a reader of the paper: 第3页第12段, or nothing."""
        place = self._document.place_of(offset)
        page = f"第{place.page}页" if place.page is not None else ""
        return page + (f"第{place.paragraph}段" if place.paragraph is not None else "")


def _units_by_index(
    held: Iterable[tuple[tuple[int, ...], Task]],
) -> dict[int, tuple[UnitRole, ...]]:
    found: dict[int, tuple[UnitRole, ...]] = {}
    for indexes, task in held:
        for index in indexes if task.units else ():
            found.setdefault(index, task.units)
    return found
