"""The plan's body cut into parts: a sentence or a ;-part each, notes and headings set apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

from guatu.reading.outline import Outline, Sentence
from guatu.reading.tasks.verbs import Verbs
from guatu.text.span import Span

PartKind = Literal["title", "heading", "text", "row", "cell", "note", "deadline"]

_EDGE = " \t\r\n,;、。!?:"
_SHORT_LINE = 30
_LONGEST_LINE = 80
_TABLE_LINES = 6
_DEADLINE_LINE = re.compile(r"\s*(?:完成|办结|实施|整改)?(?:时限|时间|期限)\s?:")
_CAPTION = re.compile(r"\s*(?:附?[表图]|专栏|附件)\s?[0-9一二三四五六七八九十]{1,3}(?![0-9个])")


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
        cells = _cells(outline.norm, body)
        parts: list[Part] = []
        for i, sentence in enumerate(body):
            kind = self._kind(sentence, body[i + 1] if i + 1 < len(body) else None, i in cells)
            pieces = self._without_notes(sentence)
            if kind == "text":
                pieces = self._divided(pieces)
            elif kind == "row":
                pieces = [cell for piece in pieces for cell in self._split(*piece, "\t")]
            for start, end in pieces:
                parts.append(Part(start, end, kind, sentence))
        return parts

    def _kind(self, sentence: Sentence, follower: Sentence | None, is_cell: bool) -> PartKind:
        if sentence.kind != "body":
            return "title" if sentence.kind == "title" else "note"
        norm = self._outline.norm
        if self._tabs and "\t" in norm[sentence.start : sentence.end].strip():
            return "row"
        if is_cell:
            return "cell"
        if sentence.end - sentence.start > _LONGEST_LINE:
            return "text"
        if _DEADLINE_LINE.match(norm, sentence.start, sentence.end):
            return "deadline"
        return "heading" if self._is_heading(sentence, follower) else "text"

    def _is_heading(self, sentence: Sentence, follower: Sentence | None) -> bool:
        """True for a title without a number: a short line, or 主要目标。 before its matter."""
        norm = self._outline.norm
        if sentence.end - sentence.start > _SHORT_LINE:
            return False
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

    def _without_notes(self, sentence: Sentence) -> list[tuple[int, int]]:
        """The sentence without the duty notes in it."""
        norm = self._outline.norm
        at = sentence.start
        i = bisect_right(self._note_ends, at) if self._notes else 0
        if i == len(self._notes) or self._notes[i].start >= sentence.end:
            whole = _trimmed(norm, at, sentence.end)
            return [whole] if whole[0] < whole[1] else []
        pieces: list[tuple[int, int]] = []
        while i < len(self._notes) and self._notes[i].start < sentence.end:
            pieces.append(_trimmed(norm, at, min(self._notes[i].start, sentence.end)))
            at = max(at, self._notes[i].end)
            i += 1
        if at < sentence.end:
            pieces.append(_trimmed(norm, at, sentence.end))
        return [(start, end) for start, end in pieces if start < end]

    def _divided(self, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pieces cut at ; where each part has a verb of its own; list members stay together."""
        if len(pieces) == 1 and self._bare.find(";", *pieces[0]) < 0:
            return pieces
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
