"""Characters on a page become lines; lines become paragraphs again (硬换行合并)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from guatu.documents.pdf_page import Glyph

_WIDE = re.compile("[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’—…·]")
_WORD_START = re.compile(r"[A-Za-z0-9.,%+/-]+")
_STARTS_ITEM = re.compile(
    r"(?:[一二三四五六七八九十百]+[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、．]|"
    r"\d{1,2}\.(?!\d)|第[一二三四五六七八九十百\d]+[章节条]|[①-⑳]|附件|专栏)"
)
_ENDS_SENTENCE = tuple("。！？；：:;!?”）)")

CELL_GAP = 1.8
_WORD_GAP = 0.2
_BLANK_GAP = 0.9


_FIRST_INDENT = (1.4, 4.5)
_RAGGED = 7.0
# 一、总体要求 and the like end where they end.
_SHORT_HEAD = re.compile(
    r"(?:第.{1,3}[章节]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、])"
    r"[^。；，：,]{0,30}$"
)


class Setting(NamedTuple):
    """How a document is set: the distance of its lines, and whether first lines are indented."""

    pitch: float
    indented: bool


@dataclass(slots=True)
class Line:
    """A printed line; ``em`` is the size of its characters, ``cells`` its parts set far apart."""

    cells: list[str]
    starts: list[float]
    left: float
    right: float
    bottom: float
    top: float
    em: float
    page: int
    margins: tuple[float, float] = (0.0, 0.0)

    @property
    def text(self) -> str:
        """The whole line, wide gaps as one space."""
        return " ".join(self.cells)

    @property
    def indent(self) -> float:
        """How far in from the left margin the line begins, in characters."""
        return (self.left - self.margins[0]) / self.em

    @property
    def slack(self) -> float:
        """How much room is left at the line's end."""
        return self.margins[1] - self.right

    @property
    def balanced(self) -> bool:
        """Whether as much room is left before the line as behind it."""
        before = self.left - self.margins[0]
        return before > 1.5 * self.em and abs(before - self.slack) < 0.7 * self.em

    @property
    def centred(self) -> bool:
        """Whether the line was put in the middle, and is not merely indented and ragged."""
        return self.balanced and max(self.indent * self.em, self.slack) > 2.6 * self.em


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """The lines the characters stand on, from the top down."""
    rows: list[list[Glyph]] = []
    anchor: Glyph | None = None
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.middle):
        if anchor is None or not _on_one_line(anchor, glyph):
            rows.append([])
            anchor = glyph
        elif glyph.top - glyph.bottom > 1.3 * (anchor.top - anchor.bottom):
            anchor = glyph
        rows[-1].append(glyph)
    return [_line(sorted(row, key=lambda glyph: glyph.left), page) for row in rows]


def set_margins(lines: Sequence[Line], width: float = 0.0) -> None:
    """Give lines of one column of text the margins they share; ``width`` is the page's."""
    full = [line for line in lines if line.right - line.left > 10 * line.em] or list(lines)
    if not full:
        return
    lefts = Counter(round(line.left / 3) for line in lines)
    common = max(lefts.values())
    # First lines are indented, the others are not: the margin is the leftmost common edge.
    left = 3.0 * min(edge for edge, count in lefts.items() if count >= 0.3 * common)
    rights = sorted(line.right for line in full)
    right = rights[int(0.9 * (len(rights) - 1))]
    if right < width - left - 0.15 * width:
        # All lines are short: they do not end where the margin is.
        right = width - left
    for line in lines:
        line.margins = (left, right)


def setting_of(lines: Sequence[Line]) -> Setting:
    """How the lines of the document are set."""
    drops = []
    starts = indented = 0
    for above, below in pairwise(lines):
        drop = above.bottom - below.bottom
        if above.page == below.page and 0 < drop < 4 * above.em:
            drops.append(drop)
        # A line that ends early with a full stop is the last of its paragraph for sure.
        if above.slack > 3 * above.em and above.text.endswith(_ENDS_SENTENCE):
            starts += 1
            indented += _FIRST_INDENT[0] <= below.indent <= _FIRST_INDENT[1]
    return Setting(median(drops) if drops else 0.0, starts > 0 and indented >= 0.6 * starts)


def continues(line: Line, following: Line, setting: Setting) -> bool:
    """Whether ``following`` is the rest of the paragraph that ``line`` belongs to."""
    new_page = line.page != following.page
    drop = line.bottom - following.bottom
    if abs(line.em - following.em) >= 0.15 * line.em:
        return False
    if not new_page and drop > 1.45 * max(setting.pitch, line.em):
        return False
    if line.balanced and following.balanced and (line.centred or following.centred):
        return not new_page and line.right - line.left > 8 * line.em and not _finished(line)
    if abs(following.indent) > _FIRST_INDENT[0]:
        return False
    if _STARTS_ITEM.match(following.text) and line.text.endswith(_ENDS_SENTENCE):
        return False
    room = _first_word_width(following) + 1.3 * line.em
    goes_on = setting.indented or not line.text.endswith(_ENDS_SENTENCE)
    if goes_on and not (line.centred or _SHORT_HEAD.match(line.text)):
        # A ragged end: either no full stop was reached, or this line would be indented if
        # it began a paragraph.
        room += _RAGGED * line.em
    return line.slack <= room


def joined(parts: Iterable[str]) -> str:
    """Lines put together: a space only between words of Latin letters."""
    text = ""
    for part in parts:
        if text and part and _needs_space(text[-1], part[0]):
            text += " "
        text += part
    return text


def _on_one_line(anchor: Glyph, glyph: Glyph) -> bool:
    height = max(anchor.top - anchor.bottom, glyph.top - glyph.bottom, 1.0)
    return anchor.middle - glyph.middle < 0.45 * height


def _line(glyphs: list[Glyph], page: int) -> Line:
    em = _em(glyphs)
    gaps = [b.left - a.right for a, b in pairwise(glyphs)]
    # Headings may be spread out; then the usual gap is wide and means nothing.
    usual = max(0.0, median(gaps)) if len(gaps) > 2 else 0.0
    cells = [glyphs[0].character]
    starts = [glyphs[0].left]
    before = glyphs[0]
    for glyph in glyphs[1:]:
        if glyph.character == before.character and glyph.left - before.left < 0.3 * em:
            continue  # bold made by printing the character twice
        gap = glyph.left - before.right - usual
        if gap >= CELL_GAP * em:
            cells.append("")
            starts.append(glyph.left)
        elif gap >= _BLANK_GAP * em or (
            gap >= _WORD_GAP * em and not _is_wide(before) and not _is_wide(glyph)
        ):
            cells[-1] += " "
        cells[-1] += glyph.character
        before = glyph
    return Line(
        cells, starts, glyphs[0].left, max(glyph.right for glyph in glyphs),
        min(glyph.bottom for glyph in glyphs), max(glyph.top for glyph in glyphs), em, page,
    )  # fmt: skip


def _em(glyphs: Sequence[Glyph]) -> float:
    widths = [glyph.right - glyph.left for glyph in glyphs if _is_wide(glyph)]
    heights = [glyph.top - glyph.bottom for glyph in glyphs]
    return max(median(widths) if widths else median(heights), 1.0)


def _is_wide(glyph: Glyph) -> bool:
    return _WIDE.match(glyph.character) is not None


def _first_word_width(line: Line) -> float:
    """The room the first unbreakable word of a line would have needed on the line before."""
    word = _WORD_START.match(line.text)
    return 0.55 * line.em * len(word.group()) if word else 0.0


def _finished(line: Line) -> bool:
    return line.text.endswith(("。", "：", ":", "）", ")"))


def _needs_space(before: str, after: str) -> bool:
    if not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum()):
        return False
    return not (before.isdigit() and after.isdigit())
