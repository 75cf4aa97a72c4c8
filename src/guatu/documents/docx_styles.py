"""Styles of a docx: what a paragraph inherits from its style and the styles below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset({"0", "false", "off", "none"})
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])\b", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题|標題|文档标题|公文标题)", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:toc|目录|目錄|contents)\s*(?:[1-9]|heading|标题)?|WPSOffice手动目录\s*[1-9]", re.IGNORECASE
)


@cache
def w(tag: str) -> str:
    """The tag or attribute name in the namespace of Word's markup."""
    return _W + tag


def value_of(parent: Element | None, tag: str) -> str | None:
    """The ``w:val`` of the child ``tag``, or None."""
    child = None if parent is None else parent.find(w(tag))
    return None if child is None else child.get(w("val"))


def switched_on(properties: Element | None, tag: str) -> bool | None:
    """Whether a yes-or-no property is on, off, or (None) not mentioned."""
    child = None if properties is None else properties.find(w(tag))
    return None if child is None else child.get(w("val"), "1").lower() not in _OFF


@dataclass(frozen=True, slots=True)
class NumberRef:
    """Which list and level a paragraph or a style names; None where it does not say."""

    list_id: str | None = None
    level: int | None = None

    def overridden_by(self, nearer: NumberRef) -> NumberRef:
        """What holds where a nearer place (the paragraph, the derived style) speaks too."""
        if nearer.list_id is not None:
            level = nearer.level
            # A list named anew without a level keeps the level only within the same list.
            if level is None and nearer.list_id == self.list_id:
                level = self.level
            return NumberRef(nearer.list_id, level)
        return NumberRef(self.list_id, nearer.level if nearer.level is not None else self.level)


def number_ref(properties: Element | None) -> NumberRef:
    """The list and level that paragraph properties name themselves."""
    numbering = None if properties is None else properties.find(w("numPr"))
    if numbering is None:
        return NumberRef()
    level = value_of(numbering, "ilvl")
    return NumberRef(
        value_of(numbering, "numId"), int(level) if level is not None and level.isdigit() else None
    )


class Styles:
    """The style sheet; every question is answered through the chain of base styles."""

    def __init__(self, part: Element | None) -> None:
        self._by_id: dict[str, Element] = {}
        self.default: str | None = None
        for style in () if part is None else part.iterfind(w("style")):
            identity = style.get(w("styleId"), "")
            self._by_id[identity] = style
            is_default = style.get(w("default"), "0").lower() not in _OFF
            if is_default and style.get(w("type")) == "paragraph":
                self.default = identity

    def number_ref(self, style: str | None) -> NumberRef:
        """The list and level a paragraph of this style is given."""
        ref = NumberRef()
        for element in reversed(list(self._chain(style))):
            ref = ref.overridden_by(number_ref(element.find(w("pPr"))))
        return ref

    def hidden(self, style: str | None) -> bool:
        """Whether text of this style is hidden (隐藏文字)."""
        for element in self._chain(style):
            on = switched_on(element.find(w("rPr")), "vanish")
            if on is not None:
                return on
        return False

    def heading_level(self, style: str | None) -> int | None:
        """1 for the highest heading style (标题 1), None where the style is no heading."""
        for element in self._chain(style):
            outline = value_of(element.find(w("pPr")), "outlineLvl")
            if outline is not None:
                return outline_level(outline)
            name = value_of(element, "name") or ""
            heading = _HEADING.fullmatch(name.strip())
            if heading:
                return int(heading.group(1))
            if _TITLE.fullmatch(name.strip()):
                return 1
        return None

    def in_contents(self, style: str | None) -> bool:
        """Whether the style is one of a table of contents (目录)."""
        return any(
            _CONTENTS.fullmatch((value_of(element, "name") or "").strip())
            for element in self._chain(style)
        )

    def ancestry(self, style: str | None) -> list[str]:
        """The style, the style it is based on, and so on down."""
        names: list[str] = []
        current = style
        while current is not None and current not in names and current in self._by_id:
            names.append(current)
            current = value_of(self._by_id[current], "basedOn")
        return names

    def _chain(self, style: str | None) -> Iterator[Element]:
        return (self._by_id[name] for name in self.ancestry(style))


def outline_level(printed: str) -> int | None:
    """Word's outline level 0-8 as a heading level 1-9; 9 is body text."""
    return int(printed) + 1 if printed in "012345678" and len(printed) == 1 else None
