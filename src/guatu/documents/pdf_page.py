"""What stands on one page of a pdf: characters with their boxes, and ruled lines."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

_MAX_PATHS = 4000
# Pdfium gives a hyphen at a line's end as one of these; in 75%-85% it must not be lost.
_LINE_END_HYPHEN = frozenset({0x02, 0xAD, 0xFFFE})
_MAX_RULINGS = 800
_THIN = 2.5
_SHORTEST_RULING = 8.0
_DIRECTION_SAMPLE = 400


class Glyph(NamedTuple):
    """A character and its box; y grows upwards from the bottom of the page as it is shown."""

    character: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """Half-way between bottom and top."""
        return (self.bottom + self.top) / 2


class Ruling(NamedTuple):
    """A ruled line: at ``at`` on the one axis, from ``start`` to ``end`` on the other."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size, its characters, its horizontal and vertical ruled lines."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    across: list[Ruling]
    down: list[Ruling]
    pictured: bool


class _Turn(NamedTuple):
    """Turns page coordinates so that the text stands upright."""

    quarter: int
    left: float
    bottom: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.quarter == 1:
            return y, self.width - x
        if self.quarter == 2:
            return self.width - x, self.height - y
        if self.quarter == 3:
            return self.height - y, x
        return x, y


def read_page(document: pypdfium2.PdfDocument, index: int) -> Page:
    """The page at ``index``, turned upright."""
    page = document[index]
    try:
        text = page.get_textpage()
        try:
            left, bottom, right, top = page.get_cropbox()
            # The way the characters run tells more than the page's own rotation mark: text
            # on a turned page has been written turned so that it stands upright.
            quarter = _direction(text)
            turn = _Turn(quarter, left, bottom, right - left, top - bottom)
            sides = (turn.width, turn.height)
            width, height = sides if quarter % 2 == 0 else sides[::-1]
            glyphs = list(_glyphs(text, turn))
            across, down, pictured = _rulings(page, turn)
            return Page(index + 1, width, height, glyphs, across, down, pictured)
        finally:
            text.close()
    finally:
        page.close()


def _direction(text: Any) -> int:
    """How many quarter turns clockwise make the lines run from left to right."""
    x, y = ctypes.c_double(), ctypes.c_double()
    turns: Counter[int] = Counter()
    before: tuple[float, float] | None = None
    for i in range(min(text.count_chars(), _DIRECTION_SAMPLE)):
        pdfium.FPDFText_GetCharOrigin(text, i, x, y)
        if before is not None:
            right, up = x.value - before[0], y.value - before[1]
            if abs(right) > abs(up):
                turns[0 if right > 0 else 2] += 1
            elif up:
                turns[1 if up > 0 else 3] += 1
        before = (x.value, y.value)
    return turns.most_common(1)[0][0] if turns else 0


def _glyphs(text: Any, turn: _Turn) -> Iterator[Glyph]:
    box = pdfium.FS_RECTF()
    pending = 0
    for i in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
        pending = 0
        character = _usual(code)
        if not character or character.isspace():
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text, i, box):
            continue
        x0, y0 = turn.point(box.left, box.bottom)
        x1, y1 = turn.point(box.right, box.top)
        if all(map(math.isfinite, (x0, y0, x1, y1))):
            yield Glyph(character, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _usual(code: int) -> str:
    """The ordinary character for a code point; "" for what is not printed.

    Some fonts give 一 as the radical ⼀ (U+2F00) or as a compatibility character.
    """
    if code in _LINE_END_HYPHEN:
        return "-"
    if code < 0x20 or 0xD800 <= code < 0xE000 or code == 0xFFFF:
        return ""
    character = chr(code)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", character)
    return character


def _rulings(page: Any, turn: _Turn) -> tuple[list[Ruling], list[Ruling], bool]:
    across: list[Ruling] = []
    down: list[Ruling] = []
    pictured = False
    for count, item in enumerate(page.get_objects(max_depth=2)):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictured = True
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH and count < _MAX_PATHS:
            for start, end in _strokes(item.raw):
                _sort_in(turn.point(*start), turn.point(*end), across, down)
    if len(across) + len(down) > _MAX_RULINGS:
        return [], [], pictured
    return across, down, pictured


def _sort_in(
    start: tuple[float, float],
    end: tuple[float, float],
    across: list[Ruling],
    down: list[Ruling],
) -> None:
    (x0, y0), (x1, y1) = start, end
    wide, high = abs(x1 - x0), abs(y1 - y0)
    if not (math.isfinite(wide) and math.isfinite(high)):
        return
    if high <= _THIN and wide >= _SHORTEST_RULING:
        across.append(Ruling((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif wide <= _THIN and high >= _SHORTEST_RULING:
        down.append(Ruling((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


_Point = tuple[float, float]


def _strokes(path: Any) -> Iterator[tuple[_Point, _Point]]:
    """The straight strokes of a path on the page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    first: _Point | None = None
    last: _Point | None = None
    for i in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_PATHS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            yield last, point
        if pdfium.FPDFPathSegment_GetClose(segment) and first is not None:
            yield point, first
        last = point
