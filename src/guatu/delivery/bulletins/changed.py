"""Which figures of a paper were changed in Word or WPS after Guatu had made it (改动核对)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guatu.delivery.bulletins.final_text import FinalText, FoundFigure, around, read_final_text
from guatu.delivery.bulletins.marks import OddMark, marks_of, without_marks

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")


class FigureState(StrEnum):
    """What became of a figure."""

    SAME = "same"
    CHANGED = "changed"
    STALE = "stale"
    MISSING = "missing"
    # Its control is gone, but its words still stand in the paper.
    UNBOUND = "unbound"


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One printing of one figure: as drafted, as in the final file, as the close has it now.

    ``printing`` counts the draft's printings of the fact from 0, None for one that the final file
    has more than the draft. ``final`` is None where the control is gone, ``now`` where the close
    no longer has the fact; ``where`` are the words around it.
    """

    fact: str
    printing: int | None
    drafted: str
    final: str | None
    now: str | None
    state: FigureState
    where: str


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number that stands in the final file and came neither from the draft nor from the close."""

    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The final file beside the draft.

    ``controls_lost``: not one control has come back, as when a program that knows none saved it;
    the figures were then looked for by their words alone. ``period`` where the final file's title
    names another period than the draft's.
    """

    figures: tuple[ComparedFigure, ...]
    typed: tuple[TypedNumber, ...]
    controls_lost: bool
    period: OddMark | None = None

    @property
    def matters(self) -> tuple[ComparedFigure, ...]:
        """Figures a person must look at: all that are not as drafted and as they are now."""
        return tuple(one for one in self.figures if one.state is not FigureState.SAME)


def compare(draft: bytes, final: bytes, name: str, now: Mapping[str, str]) -> Compared:
    """Compare the final docx with the draft and with ``now`` (fact → words as printed today).

    Raises ``UnreadableDocument`` (Chinese words for the clerk) where the file is no docx.
    """
    before, after = read_final_text(draft, "原稿.docx"), read_final_text(final, name)
    lost = bool(before.figures) and not after.figures
    fresh, left = _fresh_lines(before, after)
    outside = Counter(_NUMBER.findall("\n".join(fresh)))
    outside -= Counter(_NUMBER.findall("\n".join(left)))
    found, more = _paired(before.figures, after.figures)
    printings: Counter[str] = Counter()
    figures = []
    for drafted, figure in zip(before.figures, found, strict=True):
        words, today = None if figure is None else figure.words, now.get(drafted.fact)
        state = _state(drafted.words, words, today)
        bare = _bare(drafted.words)
        if state is FigureState.MISSING and outside[bare] > 0:
            outside[bare] -= 1
            state = FigureState.UNBOUND
        figures.append(
            ComparedFigure(
                drafted.fact,
                printings[drafted.fact],
                drafted.words,
                words,
                today,
                state,
                (figure or drafted).where,
            )
        )
        printings[drafted.fact] += 1
    typed = [*_typed(fresh, left, figures)]
    for figure in more:
        today = now.get(figure.fact)
        if today is None:
            typed.append(TypedNumber(figure.words, figure.where))
        elif figure.words != today:
            figures.append(
                ComparedFigure(
                    figure.fact, None, "", figure.words, today, FigureState.CHANGED, figure.where
                )
            )
    period = marks_of(after.lines).in_period_of(marks_of(before.lines))
    return Compared(tuple(figures), tuple(typed), lost, period)


def _state(drafted: str, final: str | None, now: str | None) -> FigureState:
    if final is None:
        return FigureState.MISSING
    if final != drafted and final != now:
        return FigureState.CHANGED
    return FigureState.SAME if final == now else FigureState.STALE


def _paired(
    before: Sequence[FoundFigure], after: Sequence[FoundFigure]
) -> tuple[list[FoundFigure | None], list[FoundFigure]]:
    """The final file's printing of each drafted figure, and what it has more.

    A figure may stand several times: of its printings those in the same words belong together,
    the others follow in their order.
    """
    waiting: defaultdict[str, list[FoundFigure]] = defaultdict(list)
    for figure in after:
        waiting[figure.fact].append(figure)
    found: list[FoundFigure | None] = []
    for drafted in before:
        alike = [one for one in waiting[drafted.fact] if one.setting == drafted.setting]
        if alike:
            waiting[drafted.fact].remove(alike[0])
        found.append(alike[0] if alike else None)
    for place, drafted in enumerate(before):
        if found[place] is None and waiting[drafted.fact]:
            found[place] = waiting[drafted.fact].pop(0)
    return found, [figure for left in waiting.values() for figure in left]


def _bare(words: str) -> str:
    """The number of a figure without its sign."""
    match = _NUMBER.search(words)
    return match[0] if match else words


def _fresh_lines(before: FinalText, after: FinalText) -> tuple[list[str], list[str]]:
    """Lines of the final text that the draft has not, and lines of the draft that are gone."""
    old, new = (without_marks(text.outside).split("\n") for text in (before, after))
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    fresh = []
    for line in new:
        if come[line] > 0:
            come[line] -= 1
            fresh.append(line)
    return fresh, [*gone.elements()]


def _typed(
    fresh: Sequence[str], left: Sequence[str], figures: Sequence[ComparedFigure]
) -> Iterator[TypedNumber]:
    """Numbers of fresh lines that stood in no line gone; those whose control was lost as well."""
    known = Counter(_NUMBER.findall("\n".join(left)))
    known.update(_bare(one.drafted) for one in figures if one.state is FigureState.UNBOUND)
    for line in fresh:
        for match in _NUMBER.finditer(line):
            if known[match[0]] > 0:
                known[match[0]] -= 1
            else:
                yield TypedNumber(match[0], around(line, match.start(), match.end()))
