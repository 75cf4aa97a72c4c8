"""Word's automatic numbering (自动编号): the marker each numbered paragraph is printed with.

A paragraph names a list (``numId``) and a level (``ilvl``), itself or through its style; the
list names an abstract list, may override levels of it and may start anew; the abstract list
says how each level looks and when it restarts.  Lists that share an abstract list count on
together, which is how a list goes on after paragraphs, or a whole section, in between.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from guatu.documents.docx_styles import NumberRef, Styles, value_of, w
from guatu.documents.numerals import numeral

LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_CLOSED = re.compile(r"[、，：；）)】〕》」]$")
_MAX_VALUE = 32767

# Bullets of the symbol fonts stand on private code points; what they look like on paper.
SYMBOLS = {
    0x6C: "●", 0x6E: "■", 0x75: "◆", 0x76: "❖", 0xA7: "▪", 0xA8: "◻", 0xB2: "✧", 0xD8: "➢",
    0xE0: "→", 0xF0: "⇨", 0xFC: "✓", 0xFE: "☑", 0xB7: "•", 0x71: "❑", 0x6F: "o",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how its number looks and when it begins again."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    follow: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None
    symbol_font: bool = False


@dataclass(slots=True)
class AbstractList:
    """A list's shape and, while the document is read, how far it has counted."""

    levels: dict[int, Level]
    style_link: str | None = None
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list as paragraphs name it: an abstract list with its overrides."""

    abstract: str
    starts: Mapping[int, int]
    levels: Mapping[int, Level]


class Numbering:
    """Gives each numbered paragraph, in document order, the marker it is printed with."""

    def __init__(self, part: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstracts: dict[str, AbstractList] = {}
        self._lists: dict[str, NumberedList] = {}
        self._started: set[tuple[str, int]] = set()
        if part is not None:
            for element in part.iter(w("abstractNum")):
                self._abstracts[element.get(w("abstractNumId"), "")] = _abstract_list(element)
            for element in part.iter(w("num")):
                self._lists[element.get(w("numId"), "")] = _numbered_list(element)

    def marker(self, own: NumberRef, style: str | None) -> str:
        """The marker of the next paragraph, what follows it included, or "" where it has none."""
        ref = self._styles.number_ref(style).overridden_by(own)
        numbered = self._lists.get(ref.list_id or "")
        if numbered is None:
            return ""
        abstract = self._shape_of(numbered)
        if abstract is None:
            return ""
        depth = ref.level if ref.level is not None else self._level_of_style(abstract, style)
        if not 0 <= depth < LEVELS:
            return ""
        levels = {**abstract.levels, **numbered.levels}
        self._count(ref.list_id or "", numbered, abstract.counts, levels, depth)
        return _printed(levels, abstract.counts, depth)

    def _shape_of(self, numbered: NumberedList) -> AbstractList | None:
        """The abstract list, through the list style it may only point to (numStyleLink)."""
        seen: set[str] = set()
        while numbered.abstract not in seen:
            seen.add(numbered.abstract)
            abstract = self._abstracts.get(numbered.abstract)
            if abstract is None or abstract.levels or abstract.style_link is None:
                return abstract
            linked = self._lists.get(self._styles.number_ref(abstract.style_link).list_id or "")
            if linked is None:
                return abstract
            numbered = linked
        return None

    def _level_of_style(self, abstract: AbstractList, style: str | None) -> int:
        """The level that names the paragraph's style or one below it, else the first."""
        named = {level.style: depth for depth, level in abstract.levels.items()}
        return next((named[name] for name in self._styles.ancestry(style) if name in named), 0)

    def _count(
        self,
        list_id: str,
        numbered: NumberedList,
        counts: list[int | None],
        levels: Mapping[int, Level],
        depth: int,
    ) -> None:
        for above in range(depth + 1):
            # A list with its own start begins there the first time one of its levels is met.
            if above in numbered.starts and (list_id, above) not in self._started:
                self._started.add((list_id, above))
                counts[above] = numbered.starts[above] - (above == depth)
            elif counts[above] is None:
                start = levels.get(above, Level()).start
                counts[above] = start - (above == depth)
        current = counts[depth]
        counts[depth] = min((current or 0) + 1, _MAX_VALUE)
        for below in range(depth + 1, LEVELS):
            restart = levels.get(below, Level()).restart
            # lvlRestart counts levels from 1; 0 means never, none means after any higher level.
            if restart is None or depth < restart:
                counts[below] = None


def _printed(levels: Mapping[int, Level], counts: list[int | None], depth: int) -> str:
    level = levels.get(depth)
    if level is None:
        return ""
    if level.form == "bullet":
        text = _bullet(level)
        return text + " " if text and level.follow != "nothing" else text

    def number(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        shown = levels.get(at, Level())
        form = shown.form
        if level.legal and form != "none":
            form = "decimal"
        count = counts[at]
        return numeral(shown.start if count is None else count, form)

    text = _PLACEHOLDER.sub(number, level.text)
    return text + _separator(text, level.follow)


def _separator(text: str, follow: str) -> str:
    if not text.strip() or follow == "nothing":
        return ""
    # After 一、 and （一） the tab is only room on paper; after 1. it must keep the marker
    # apart from a number that follows (1. 2025年 is not 1.2025).
    return "" if follow == "tab" and _CLOSED.search(text) else " "


def _bullet(level: Level) -> str:
    if not level.text.strip():
        return ""
    code = ord(level.text[0])
    if 0xF000 <= code <= 0xF0FF or (level.symbol_font and code < 0x100):
        return SYMBOLS.get(code & 0xFF, "•")
    return level.text.strip()


def _abstract_list(element: Element) -> AbstractList:
    levels = {}
    for lvl in element.iterfind(w("lvl")):
        depth = _integer(lvl.get(w("ilvl")), 0)
        if 0 <= depth < LEVELS:
            levels[depth] = _level(lvl)
    link = value_of(element, "numStyleLink")
    return AbstractList(levels, link)


def _numbered_list(element: Element) -> NumberedList:
    starts: dict[int, int] = {}
    levels: dict[int, Level] = {}
    for override in element.iterfind(w("lvlOverride")):
        depth = _integer(override.get(w("ilvl")), 0)
        start = value_of(override, "startOverride")
        if start is not None:
            starts[depth] = _integer(start, 1)
        lvl = override.find(w("lvl"))
        if lvl is not None:
            levels[depth] = _level(lvl)
    return NumberedList(value_of(element, "abstractNumId") or "", starts, levels)


def _level(element: Element) -> Level:
    # A custom format stands in mc:AlternateContent; its fallback, the last one, is the plain one.
    forms = [form.get(w("val"), "decimal") for form in element.iter(w("numFmt"))]
    restart = value_of(element, "lvlRestart")
    legal = element.find(w("isLgl"))
    fonts = [
        font.get(w(slot), "") for font in element.iter(w("rFonts")) for slot in ("ascii", "hAnsi")
    ]
    return Level(
        start=_integer(value_of(element, "start"), 0),
        form=forms[-1] if forms else "decimal",
        text=value_of(element, "lvlText") or "",
        follow=value_of(element, "suff") or "tab",
        restart=None if restart is None else _integer(restart, 0),
        legal=legal is not None and legal.get(w("val"), "1") not in ("0", "false", "off"),
        style=value_of(element, "pStyle"),
        symbol_font=any(font.startswith(("Wingdings", "Symbol", "Webdings")) for font in fonts),
    )


def _integer(text: str | None, default: int) -> int:
    try:
        return max(-1, min(int(text), _MAX_VALUE)) if text is not None else default
    except ValueError:
        return default
