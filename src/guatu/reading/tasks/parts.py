"""The plan's body cut into parts: a sentence or a ;-part each, notes and headings set apart."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, NamedTuple

from guatu.reading.outline import Outline, Sentence
from guatu.reading.tasks.verbs import Verbs
from guatu.text.rare import Rare
from guatu.text.span import Span

PartKind = Literal["title", "heading", "text", "row", "cell", "note", "deadline"]

_EDGE = " \t\r\n,;、。!?:"
_SHORT_LINE = 30
_LONGEST_LINE = 80
_TABLE_LINES = 6
_DEADLINE_LINE = re.compile(r"\s*(?:完成|办结|实施|整改)?(?:时限|时间|期限)\s?:")
_CAPTION = Rare(r"\s*(?:附?[表图]|专栏|附件)\s?[0-9一二三四五六七八九十]{1,3}(?![0-9个])")


class Part(NamedTuple):
    """A run of text that is one thing: a title, a sentence, a ;-part, a row of a table.

    ``start`` to ``end`` is without the marks around it; ``sentence`` is the sentence it is
    part of.  A ``heading`` is a title without a number, a ``deadline`` a line 完成时限:…, a
    ``cell`` one line of a table whose cells have a line each.
    """

    start: int
    end: int
    kind: PartKind
    sentence: Sentence


class Cutter:
    """Cuts one plan; ``bare`` is its text with names and brackets blanked."""

    def __init__(
        self, outline: Outline, bare: str, notes: tuple[Span, ...], verbs: Verbs,
        target_starts: list[int],
    ) -> None:  # fmt: skip
        self._outline = outline
        self._bare = bare
        self._notes = notes
        self._note_ends = [note.end for note in notes]
        self._verbs = verbs
        self._target_starts = target_starts
        self._tabs = "\t" in bare

    def parts(self) -> list[Part]:
        """All parts of the body, in order, the duty notes left out."""
        outline = self._outline
        body = [
            sentence
            for sentence in outline.sentences
            if sentence.start >= outline.body_start and sentence.end <= outline.body_end
        ]
        norm, bare, notes, note_ends = outline.norm, self._bare, self._notes, self._note_ends
        cells = _cells(norm, body)
        parts: list[Part] = []
        new = tuple.__new__  # half the price of ``Part(…)``
        note = 0  # the first that does not end before the sentence
        for i, sentence in enumerate(body):
            kind = self._kind(sentence, body[i + 1] if i + 1 < len(body) else None, i in cells)
            start, end, _, _ = sentence
            while note < len(notes) and note_ends[note] <= start:
                note += 1
            if note == len(notes) or notes[note][0] >= end:
                start, end = _trimmed(norm, start, end)
                if start == end:
                    continue
                if kind != "row" and (kind != "text" or bare.find(";", start, end) < 0):
                    parts.append(new(Part, (start, end, kind, sentence)))
                    continue
                pieces = [(start, end)]
            else:
                pieces = self._without_notes(start, end, note)
            if kind == "text":
                pieces = self._divided(pieces)
            elif kind == "row":
                pieces = [cell for piece in pieces for cell in self._split(*piece, "\t")]
            parts += [new(Part, (start, end, kind, sentence)) for start, end in pieces]
        return parts

    def _kind(self, sentence: Sentence, follower: Sentence | None, is_cell: bool) -> PartKind:
        start, end, _, kind = sentence
        if kind != "body":
            return "title" if kind == "title" else "note"
        norm = self._outline.norm
        if self._tabs and "\t" in norm[start:end].strip():
            return "row"
        if is_cell:
            return "cell"
        if end - start > _LONGEST_LINE:
            return "text"
        if norm.find(":", start, end) >= 0 and _DEADLINE_LINE.match(norm, start, end):
            return "deadline"
        if end - start > _SHORT_LINE:
            return "text"
        return "heading" if self._is_heading(sentence, follower) else "text"

    def _is_heading(self, sentence: Sentence, follower: Sentence | None) -> bool:
        """True if a short line is a title without a number, or 主要目标。 before its matter."""
        norm = self._outline.norm
        if sentence.start and norm[sentence.start - 1] != "\n":
            return False
        if _CAPTION.match(norm, sentence.start, sentence.end):
            return True
        if follower is None or follower.kind != "body":
            return False
        if self._holds_target(sentence.start, sentence.end):
            return False
        if _ends_line(norm, sentence):
            said = norm[sentence.start : sentence.end].rstrip()
            return said[-1:] not in ",;。:!)" and follower.end - follower.start > _SHORT_LINE
        start = _trimmed(norm, sentence.start, sentence.end)[0]
        dashed = norm[start : start + 1] in ("-", "·", "•", "●", "◆", "■")
        return "," not in norm[start : sentence.end] and (
            dashed or not self._verbs.leads(start, sentence.end)
        )

    def _holds_target(self, start: int, end: int) -> bool:
        i = bisect_left(self._target_starts, start)
        return i < len(self._target_starts) and self._target_starts[i] < end

    def _without_notes(self, at: int, end: int, note: int) -> list[tuple[int, int]]:
        """The sentence ``[at, end)`` without the duty notes in it, of which ``note`` is first."""
        norm = self._outline.norm
        pieces: list[tuple[int, int]] = []
        for opened, closed in self._notes[note:]:
            if opened >= end:
                break
            pieces.append(_trimmed(norm, at, min(opened, end)))
            at = max(at, closed)
        if at < end:
            pieces.append(_trimmed(norm, at, end))
        return [(start, stop) for start, stop in pieces if start < stop]

    def _divided(self, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pieces cut at ; where each part has a verb of its own; list members stay together."""
        divided: list[tuple[int, int]] = []
        for start, end in pieces:
            for part in self._split(start, end, ";"):
                if divided and not self._stands_alone(*part):
                    divided[-1] = (divided[-1][0], part[1])
                else:
                    divided.append(part)
        return divided

    def _split(self, start: int, end: int, mark: str) -> Iterator[tuple[int, int]]:
        at = start
        while at < end:
            stop = self._bare.find(mark, at, end)
            stop = end if stop < 0 else stop
            part = _trimmed(self._outline.norm, at, stop)
            if part[0] < part[1]:
                yield part
            at = stop + 1

    def _stands_alone(self, start: int, end: int) -> bool:
        """True if a part says what is to be done or reached, not only to what."""
        return self._verbs.says_something(start, end) or self._holds_target(start, end)


def _cells(norm: str, body: list[Sentence]) -> frozenset[int]:
    """Indexes of the lines that are cells of a table with one cell per line."""
    cells: set[int] = set()
    run: list[int] = []
    for i, sentence in enumerate(body):
        if sentence.end - sentence.start <= _SHORT_LINE and _is_short_line(norm, sentence):
            run.append(i)
        elif run:
            if len(run) >= _TABLE_LINES:
                cells.update(run)
            run = []
    if len(run) >= _TABLE_LINES:
        cells.update(run)
    return frozenset(cells)


def _is_short_line(norm: str, sentence: Sentence) -> bool:
    """True for a short sentence that is a whole line and ends without a stop."""
    start, end = sentence.start, sentence.end
    if sentence.kind != "body" or (start and norm[start - 1] != "\n"):
        return False
    line = norm[start:end].rstrip()
    return _ends_line(norm, sentence) and line[-1:] not in ",;。:!" and "\t" not in line


def _ends_line(norm: str, sentence: Sentence) -> bool:
    return sentence.end == len(norm) or norm[sentence.end - 1] == "\n"


def _trimmed(norm: str, start: int, end: int) -> tuple[int, int]:
    while start < end and norm[start] in _EDGE:
        start += 1
    while end > start and norm[end - 1] in _EDGE:
        end -= 1
    return start, end
