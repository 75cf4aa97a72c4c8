"""The numbers a browser prints before the items of numbered lists (``<ol>``)."""

from __future__ import annotations

import re

from guatu.documents.html_tree import Element
from guatu.documents.numerals import counting, numeral

_NUMBERED = re.compile(
    r"\s*(?:[\d０-９]|[一二三四五六七八九十]+[、．.]|[（(]|第[一二三四五六七八九十\d]|[①-⑳])"
)
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman",
          "I": "upper-roman"}  # fmt: skip
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*(?P<style>[^;]*)", re.IGNORECASE)
# What CSS calls a style, and what Word calls the same numbers.
_FORMS = {
    "decimal": "decimal", "decimal-leading-zero": "decimalZero", "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman", "cjk-decimal": "ideographDigital",
    "cjk-earthly-branch": "ideographZodiac", "cjk-heavenly-stem": "ideographTraditional",
    "simp-chinese-formal": "chineseLegalSimplified",
    "trad-chinese-formal": "ideographLegalTraditional",
}  # fmt: skip
_COUNTED = frozenset({"cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"})
_ALPHABETS = frozenset({"lower-alpha", "lower-latin", "upper-alpha", "upper-latin"})
_UNNUMBERED = frozenset({"none", "disc", "circle", "square", "inherit"})
_KNOWN = {*_FORMS, *_COUNTED, *_ALPHABETS, *_UNNUMBERED}
_LARGEST = 9999
_LARGEST_ROMAN = 3999


def number_lists(body: Element) -> None:
    """Give each item of a numbered list below ``body`` the number that stands before it.

    ``start``, ``reversed``, ``value``, ``type`` and the styles of lists count as they do in a
    browser.  An item whose words begin with a number of their own gets none, since pages
    that number by hand often leave the list's numbers out of sight.
    """
    for element in body.descendants():
        if element.tag == "ol":
            _number(element)


def _number(numbered: Element) -> None:
    items = [child for child in numbered.elements if child.tag == "li"]
    down = "reversed" in numbered.attributes
    step = -1 if down else 1
    value = whole(numbered.attributes.get("start"), len(items) if down else 1) - step
    style = _style_of(numbered, "decimal")
    for item in items:
        value = whole(item.attributes.get("value"), value + step)
        if not _NUMBERED.match(_opening(item)):
            item.marker = _marker(value, _style_of(item, style))


def _style_of(element: Element, default: str) -> str:
    """What a list or an item says of its numbers, by CSS's names of styles."""
    said = _STYLE.search(element.attributes.get("style", ""))
    if said is not None:
        for word in said["style"].lower().split():
            if word in _KNOWN:
                return default if word == "inherit" else word
    return _TYPES.get(element.attributes.get("type", "").strip(), default)


def _marker(value: int, style: str) -> str:
    if style in _UNNUMBERED:
        return ""
    if style in _ALPHABETS:
        letters = _letters(value)
        return f"{letters.upper() if style.startswith('upper') else letters}. "
    if style.endswith("roman") and not 0 < value <= _LARGEST_ROMAN:
        return f"{value}. "
    if style in _COUNTED:
        return f"{counting(value, '零一二三四五六七八九')}、"
    printed = numeral(value, _FORMS[style])
    return f"{printed}、" if "chinese" in style or style.startswith("cjk") else f"{printed}. "


def _letters(value: int) -> str:
    """A browser counts on from z with aa, ab, ac."""
    if value < 1:
        return str(value)
    printed = ""
    while value:
        value, digit = divmod(value - 1, 26)
        printed = chr(ord("a") + digit) + printed
    return printed


def _opening(item: Element) -> str:
    """The first words of an item."""
    waiting: list[Element | str] = [item]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            if node.strip():
                return node[:200]
        elif not node.pruned and (node is item or node.tag not in ("ol", "ul")):
            waiting.extend(reversed(node.children))
    return ""


def whole(text: str | None, default: int) -> int:
    """The whole number an attribute states, within bounds; ``default`` where it states none."""
    try:
        return max(-_LARGEST, min(int(text), _LARGEST)) if text else default
    except ValueError:
        return default
