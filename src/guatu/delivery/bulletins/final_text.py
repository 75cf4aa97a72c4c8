"""The text of a docx as it came back from Word or WPS: its lines, its figures by their controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from guatu.delivery.bulletins.official import TAG
from guatu.documents.docx import main_part
from guatu.documents.docx_styles import w
from guatu.documents.errors import UnreadableDocument
from guatu.documents.package import Package

_AROUND: Final = 18
_HEAD: Final = 12
_GAP: Final = "\u241f"
# Text that is not there: deleted or moved away under tracked changes (修订), field codes,
# and the second voice of an alternative.
_GONE: Final = frozenset(
    w(tag) for tag in ("del", "moveFrom", "delText", "instrText", "rPr", "pPr", "sdtPr")
)
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """One printing of a figure; ``where`` are the words of its line around it, it in 【】."""

    fact: str
    words: str
    where: str

    @property
    def setting(self) -> str:
        """The words around it without its own."""
        return self.where.partition("【")[0] + self.where.rpartition("】")[2]


@dataclass(frozen=True, slots=True)
class FinalText:
    """The text in reading order; in ``outside`` a gap stands for each control."""

    figures: tuple[FoundFigure, ...]
    outside: str
    lines: tuple[str, ...]


def read_final_text(data: bytes, name: str) -> FinalText:
    """The text of the docx. Raises ``UnreadableDocument`` with words for the clerk."""
    package = Package(data, name)
    root = package.xml(main_part(package))
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
            where = around(whole, place, place + len(words))
            figures.append(FoundFigure(fact, words.strip(), where))
            outside.append(_GAP)
        place += len(words)
    lines = tuple(line for each in whole.split("\n") if (line := each.strip()))
    return FinalText(tuple(figures), "".join(outside), lines)


def _gather(element: Element, fact: str | None, pieces: list[tuple[str, str | None]]) -> None:
    """Words in reading order; those of one control are one piece, whatever runs they are in."""
    if element.tag in _GONE or element.tag == _FALLBACK:
        return
    inside: list[tuple[str, str | None]] = []
    if element.tag == w("sdt") and fact is None and (named := _fact_of(element)):
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
    if element.tag == w("tr"):
        # A row of a table is a line: its first cells say whose figures they are.
        for child in element:
            _gather(child, fact, inside)
        pieces += [(words.replace("\n", " "), named) for words, named in inside]
        pieces.append(("\n", fact))
        return
    for child in element:
        _gather(child, fact, pieces)
    if element.tag == w("p"):
        pieces.append(("\n", fact))


def _fact_of(sdt: Element) -> str | None:
    tag = sdt.find(f"{w('sdtPr')}/{w('tag')}")
    words = "" if tag is None else tag.get(w("val"), "")
    return words.removeprefix(TAG) if words.startswith(TAG) and words != TAG else None


def around(text: str, start: int, end: int) -> str:
    """The words of the line around a place, the place itself in 【】; its first words as well."""
    line = text.rfind("\n", 0, start) + 1
    first = max(line, start - _AROUND)
    last = text.find("\n", end)
    last = min(len(text) if last < 0 else last, end + _AROUND)
    head = text[line : min(first, line + _HEAD)]
    before = f"{head}…{text[first:start]}" if head and line + _HEAD < first else text[line:start]
    return f"{before}【{text[start:end]}】{text[end:last]}".replace(_GAP, "…").strip()
