"""Which figures of a paper were changed in Word or WPS after Guatu had made it (改动核对)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element

from guatu.delivery.bulletins.official import TAG
from guatu.documents.docx import main_part
from guatu.documents.docx_styles import w
from guatu.documents.errors import UnreadableDocument
from guatu.documents.package import Package

_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_AROUND: Final = 18
# Text that is not there: deleted or moved away under tracked changes (修订), field codes,
# and the second voice of an alternative.
_GONE: Final = frozenset(
    w(tag) for tag in ("del", "moveFrom", "delText", "instrText", "rPr", "pPr", "sdtPr")
)
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


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

    ``final`` is None where the control is gone, ``now`` where the close no longer has the fact;
    ``where`` are the words around it.
    """

    fact: str
    drafted: str
    final: str | None
    now: str | None
    state: FigureState
    where: str


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number that stands in the final file outside any control and was not in the draft."""

    words: str
    where: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The final file beside the draft.

    ``controls_lost``: not one control has come back, as when a program that knows none saved it;
    the figures were then looked for by their words alone.
    """

    figures: tuple[ComparedFigure, ...]
    typed: tuple[TypedNumber, ...]
    controls_lost: bool

    @property
    def matters(self) -> tuple[ComparedFigure, ...]:
        """Figures a person must look at: all that are not as drafted and as they are now."""
        return tuple(one for one in self.figures if one.state is not FigureState.SAME)


def compare(draft: bytes, final: bytes, name: str, now: Mapping[str, str]) -> Compared:
    """Compare the final docx with the draft and with ``now`` (fact → words as printed today).

    Raises ``UnreadableDocument`` (Chinese words for the clerk) where the file is no docx.
    """
    before, after = _read(draft, "原稿.docx"), _read(final, name)
    lost = bool(before.figures) and not after.figures
    outside = Counter(match[0] for match in _NUMBER.finditer(after.outside))
    waiting = defaultdict(list)
    for figure in after.figures:
        waiting[figure.fact].append(figure)
    figures = []
    for drafted in before.figures:
        found = _take(waiting[drafted.fact], drafted.words)
        today = now.get(drafted.fact)
        state = _state(drafted.words, None if found is None else found.words, today)
        bare = _bare(drafted.words)
        if state is FigureState.MISSING and outside[bare] > 0:
            outside[bare] -= 1
            state = FigureState.UNBOUND
        figures.append(
            ComparedFigure(
                drafted.fact,
                drafted.words,
                None if found is None else found.words,
                today,
                state,
                (found or drafted).where,
            )
        )
    return Compared(tuple(figures), tuple(_typed(before, after, figures)), lost)


def _state(drafted: str, final: str | None, now: str | None) -> FigureState:
    if final is None:
        return FigureState.MISSING
    if final != drafted and final != now:
        return FigureState.CHANGED
    return FigureState.SAME if final == now else FigureState.STALE


@dataclass(frozen=True, slots=True)
class _Found:
    fact: str
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class _Text:
    figures: tuple[_Found, ...]
    # The text with a gap where a control stands.
    outside: str


def _bare(words: str) -> str:
    """The number of a figure without its sign."""
    match = _NUMBER.search(words)
    return match[0] if match else words


def _take(found: list[_Found], words: str) -> _Found | None:
    """The printing with these words if there is one, else the next: a figure may stand twice."""
    for place, figure in enumerate(found):
        if figure.words == words:
            return found.pop(place)
    return found.pop(0) if found else None


def _typed(before: _Text, after: _Text, figures: list[ComparedFigure]) -> Iterator[TypedNumber]:
    """Numbers new in the final text; those whose control was lost are not new."""
    known = Counter(match[0] for match in _NUMBER.finditer(before.outside))
    known.update(_bare(one.drafted) for one in figures if one.state is FigureState.UNBOUND)
    for match in _NUMBER.finditer(after.outside):
        if known[match[0]] > 0:
            known[match[0]] -= 1
        else:
            yield TypedNumber(match[0], _around(after.outside, match.start(), match.end()))


def _read(data: bytes, name: str) -> _Text:
    package = Package(data, name)
    main = main_part(package)
    root = package.xml(main)
    body = None if root is None else root.find(w("body"))
    if body is None:
        raise UnreadableDocument(
            name, "不是 Word 文档（docx），无法核对。请在 Word 或 WPS 中另存为 docx 后再上传。"
        )
    pieces: list[tuple[str, str | None]] = []
    for block in body:
        _gather(block, None, pieces)
        pieces.append(("\n", None))
    whole = "".join(words for words, _fact in pieces)
    figures, outside, place = [], [], 0
    for words, fact in pieces:
        if fact is None:
            outside.append(words)
        else:
            where = _around(whole, place, place + len(words))
            figures.append(_Found(fact, words.strip(), where))
            outside.append("\u241f")
        place += len(words)
    return _Text(tuple(figures), "".join(outside))


def _gather(element: Element, fact: str | None, pieces: list[tuple[str, str | None]]) -> None:
    """Words in reading order; those of one control are one piece, whatever runs they are in."""
    if element.tag in _GONE or element.tag == _FALLBACK:
        return
    if element.tag == w("sdt") and fact is None and (named := _fact_of(element)):
        inside: list[tuple[str, str | None]] = []
        for child in element:
            _gather(child, named, inside)
        pieces.append(("".join(words for words, _fact in inside), named))
        return
    if element.tag == w("t"):
        pieces.append((element.text or "", fact))
        return
    if element.tag in (w("tab"), w("br"), w("cr")):
        pieces.append((" ", fact))
        return
    for child in element:
        _gather(child, fact, pieces)
    if element.tag in (w("p"), w("tc")):
        pieces.append((" " if element.tag == w("tc") else "\n", fact))


def _fact_of(sdt: Element) -> str | None:
    tag = sdt.find(f"{w('sdtPr')}/{w('tag')}")
    words = "" if tag is None else tag.get(w("val"), "")
    return words.removeprefix(TAG) if words.startswith(TAG) and words != TAG else None


def _around(text: str, start: int, end: int) -> str:
    """The words of the line around a place, the place itself in 【】."""
    first = max(text.rfind("\n", 0, start) + 1, start - _AROUND)
    last = text.find("\n", end)
    last = min(len(text) if last < 0 else last, end + _AROUND)
    before, after = text[first:start], text[end:last]
    return f"{before}【{text[start:end]}】{after}".replace("\u241f", "…").strip()
