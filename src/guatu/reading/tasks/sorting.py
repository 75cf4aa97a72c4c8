"""Commitment or not (任务、导语、情况说明): every part of the body gets its verdict.

A number to be reached or a date by which something is to hold makes a part a task wherever it
stands; else the section's title decides, then the form of the sentence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Literal

from guatu.ledger.records import Project, Routine, Target
from guatu.reading.material import Material
from guatu.reading.tasks.parts import Part
from guatu.reading.tasks.stance import Stance, stances_of
from guatu.reading.tasks.verbs import Verbs
from guatu.text.rare import Rare
from guatu.text.span import Span

Verdict = Literal["task", "guidance", "entry", "left out"]


# A part of the body and what it was found to be; ``entry`` is a title or part of a table.
Sorted = tuple[Part, Verdict]

# What stands in a part, as bits.
_TARGET, _TOTAL, _FACT, _PROJECT, _ROUTINE, _NOTE, _DEADLINE = (1 << i for i in range(7))
_ENTRY = _TARGET | _TOTAL | _FACT | _PROJECT
# Of the lines of a table at least one in so many is a number.
_CELLS_TO_A_FIGURE = 6
_FIGURE = Rare(r"[≥≤<>±〔(]?\s*[0-9.,-]+\s*%?\s*[〕)]?")
# The head of a column, though it begins with a verb.
_DUE_HEAD = Rare(r"(?:完成|办结|实施|整改)(?:时限|时间|期限)")
_BITS = {"target": _TARGET, "total": _TOTAL, "fact": _FACT}


class Sorter:
    """Gives the parts of one plan their verdicts."""

    def __init__(
        self,
        material: Material,
        verbs: Verbs,
        targets: Sequence[Target],
        projects: Sequence[Project],
        routines: Sequence[Routine],
        notes: Sequence[Span],
        earliest: date,
    ) -> None:
        outline = material.outline
        self._outline = outline
        self._verbs = verbs
        marks = [(target.quote.start, _BITS[target.kind]) for target in targets]
        marks += [(project.quote.start, _PROJECT) for project in projects]
        marks += [(routine.quote.start, _ROUTINE) for routine in routines]
        self._notes = notes
        self._note_ends = [note.end for note in notes]
        marks += [(note.start, _NOTE) for note in notes]
        marks += [
            (period.start, _DEADLINE)
            for period in material.periods
            if period.role == "by" and period.last is not None and period.last >= earliest
        ]
        marks.sort()
        self._starts = [start for start, _ in marks]
        self._bits = [bit for _, bit in marks]
        self._stances = stances_of(outline)
        self._preface: Stance = "describing" if outline.sections else "work"
        self._parents = frozenset(outline.parents)

    def _held(self, start: int, end: int) -> int:
        """What begins within ``[start, end)``, as bits."""
        starts = self._starts
        first = bisect_left(starts, start)
        held = 0
        for i in range(first, bisect_left(starts, end, first)):
            held |= self._bits[i]
        return held

    def sort(self, parts: Sequence[Part]) -> list[Sorted]:
        """Each part with its verdict, in order; the lines of a table are judged together."""
        sorted_: list[Sorted] = []
        table: list[Part] = []
        for part in parts:
            if table and part.kind != table[0].kind:
                sorted_ += self._table(table)
                table = []
            if part.kind in ("row", "cell"):
                table.append(part)
            else:
                sorted_.append((part, self._verdict(part)))
        return [*sorted_, *self._table(table)] if table else sorted_

    def _table(self, cells: list[Part]) -> Iterator[Sorted]:
        return self._rows(cells) if cells[0].kind == "row" else self._cells(cells)

    def _verdict(self, part: Part) -> Verdict:
        if part.kind == "title":
            return "task" if self._is_task_title(part) else "entry"
        if part.kind in ("heading", "deadline"):
            return "entry"
        return "guidance" if part.kind == "note" else self._of_text(part)

    # ------------------------------------------------------------------ text
    def _of_text(self, part: Part) -> Verdict:
        section = part.sentence.section
        stance = self._stances[section] if section >= 0 else self._preface
        held = self._held(part.start, part.end)
        if stance == "describing":
            # A figure is a promise here only if it is said to be one: 确保…, 到2027年….
            promised = held & _DEADLINE or self._verbs.demands(part.start, part.end)
            return "task" if held & _TARGET and promised else "guidance"
        if held & (_TARGET | _TOTAL | _ROUTINE):
            return "task"
        says = self._verbs.says_something(part.start, part.end)
        if stance == "guidance":
            return "task" if held & _DEADLINE and says else "guidance"
        if not held & (_DEADLINE | _PROJECT) and self._asks_nothing(part, held):
            return "guidance"
        return "task" if says or held & _PROJECT else "left out"

    def _asks_nothing(self, part: Part, held: int) -> bool:
        """True for a maxim, for what has been reached already, for how things stand."""
        start, end = part.start, part.end
        if self._verbs.only_guides(start, end) or self._verbs.only_describes(start, end):
            return True
        return bool(held & _FACT) and not self._verbs.leads(start, end)

    # ---------------------------------------------------------------- titles
    def _is_task_title(self, part: Part) -> bool:
        """True for a title that is the commitment: nothing follows it, or it has a figure."""
        section = part.sentence.section
        stance = self._stances[section]
        if stance == "describing":
            return False
        if self._held(part.start, part.end) & _TARGET:
            return True
        if stance == "guidance" or section in self._parents:
            return False
        outline = self._outline
        if self._holds_matter(outline.bodies[section], outline.sections[section].end):
            return False
        return self._verbs.says_something(part.start, part.end)

    def _holds_matter(self, start: int, end: int) -> bool:
        """True if anything but duty notes stands in ``[start, end)``."""
        notes = self._notes
        # A note may have begun in the title: …(责任单位:市水利局).
        for i in range(bisect_right(self._note_ends, start), len(notes)):
            if notes[i].start >= end or self._is_word(start, notes[i].start):
                break
            start = notes[i].end
        return self._is_word(start, end)

    def _is_word(self, start: int, end: int) -> bool:
        return bool(self._outline.norm[start:end].strip(" \t\r\n。;,:"))

    # ---------------------------------------------------------------- tables
    def _rows(self, cells: list[Part]) -> Iterator[Sorted]:
        """A table of rows: the measure of a row with units is a task, other rows are entries."""
        entered = False
        waiting: list[Part] = []
        for _, run in groupby(cells, key=lambda part: part.sentence.start):
            row = list(run)
            start, end = row[0].sentence.start, row[0].sentence.end
            held = self._held(start, end)
            if held & _NOTE:
                yield from ((part, "entry") for part in waiting)
                task = self._measure(row)
                yield from ((part, "task" if part is task else "entry") for part in row)
            elif held & _ENTRY:
                yield from ((part, "entry") for part in waiting)
                yield from ((part, "entry") for part in row)
            elif entered:
                yield from ((part, "left out") for part in row)
                continue
            else:
                waiting += row  # a header row is part of the table if the table has entries
                continue
            entered, waiting = True, []
        yield from ((part, "left out") for part in waiting)

    def _measure(self, row: list[Part]) -> Part | None:
        """The cell of a row that says what is to be done: the longest with a verb."""
        with_verb = [part for part in row if self._verbs.says_something(part.start, part.end)]
        return max(with_verb, key=lambda part: part.end - part.start, default=None)

    def _cells(self, cells: list[Part]) -> Iterator[Sorted]:
        """A table with one cell per line: entries if it holds figures, else a list of lines."""
        start, end = cells[0].start, cells[-1].end
        figures = sum(self._is_figure(part) for part in cells)
        if self._held(start, end) & _ENTRY:
            yield from ((part, "entry") for part in cells)
        elif figures * _CELLS_TO_A_FIGURE >= len(cells):
            yield from ((part, "left out") for part in cells)
        else:
            yield from self._lines(cells)

    def _lines(self, cells: list[Part]) -> Iterator[Sorted]:
        """Short lines judged one by one; the same words in one item get the same verdict."""
        known: dict[tuple[int, str], Verdict] = {}
        for part in cells:
            if part.end - part.start == 4 and _DUE_HEAD.match(self._outline.norm, part.start):
                yield part, "entry"
            elif self._held(part.start, part.end):
                yield part, self._of_text(part)
            else:
                said = part.sentence.section, self._verbs.words(part.start, part.end)
                if said not in known:
                    known[said] = self._of_text(part)
                yield part, known[said]

    def _is_figure(self, part: Part) -> bool:
        """True for a cell with a number alone: 91.3, ≥55, 〔30〕."""
        return _FIGURE.fullmatch(self._outline.norm, part.start, part.end) is not None
