"""What every check is given: the ledger, the text, and the few questions that many checks ask."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import Section, Target
from guatu.text.normal import normal
from guatu.text.numerals import parse_numeral
from guatu.text.span import Quote, Span

MarkerKind = Literal["chapter", "article", "cn", "pc", "ar", "pa", "ap", "ci", "other"]

_SENTENCE_END = "。!?\n"
# A sentence of a plan may run long; beyond this an offset's sentence is cut.
_LONGEST_SENTENCE = 600
_REGION_WIDE = re.compile(
    r"(?:全[国省市县区州盟旗域]|我[省市县区州]|力争|努力|争取|确保|计划|预计|累计|共|完成|实现)+"
)
_UNCOUNTABLE = re.compile(r"[%‰/]|百分点|倍|番|成|岁|[分小]时|分钟|工作日|^[年月天日]$|^$")
_GUIDANCE = re.compile(
    r"总体|指导思想|(?:要求|思路|思想|目标|原则|意义|背景|形势)$|^(?:发展|工作|现实)基础$"
)
_MARKER = re.compile(
    r"(?P<chapter>第[一二三四五六七八九十百0-9]{1,4}[编篇章节])"
    r"|(?P<article>第[一二三四五六七八九十百0-9]{1,4}条)"
    r"|\((?:(?P<pc>[一二三四五六七八九十]{1,3})|(?P<pa>[0-9]{1,2}))\)"
    r"|(?P<cn>[一二三四五六七八九十]{1,3})$|(?P<ar>[0-9]{1,2})$|(?P<ap>[0-9]{1,2})\)|(?P<ci>[①-⑳])"
)
_MARKER_KINDS: dict[str, MarkerKind] = {
    "chapter": "chapter", "article": "article",
    "cn": "cn", "pc": "pc", "ar": "ar", "pa": "pa", "ap": "ap", "ci": "ci",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One plan before the checks; build it with ``Case.of``.

    ``norm`` is the text in half width, of the text's length.  Of section ``i``, ``markers[i]`` is
    the kind and number of its marker ((十二) → pc, 12); ``guidance[i]`` tells whether it stands in
    总体要求, 主要目标 and the like, where what is said speaks of the whole plan; ``parents[i]`` is
    the index of its parent or -1; ``children`` lists the sub-items of each index (-1: the top).
    """

    ledger: Ledger
    text: str
    norm: str
    section_starts: tuple[int, ...]
    target_starts: tuple[int, ...]
    markers: tuple[tuple[MarkerKind, int], ...]
    guidance: tuple[bool, ...]
    parents: tuple[int, ...]
    children: dict[int, tuple[int, ...]]

    @classmethod
    def of(cls, ledger: Ledger, text: str, norm: str | None = None) -> Case:
        """The case of a ledger and the text its quotes stand in."""
        sections = ledger.sections
        parents = _parents(sections)
        guidance: list[bool] = []
        for section, parent in zip(sections, parents, strict=True):
            above = parent >= 0 and guidance[parent]
            guidance.append(above or _GUIDANCE.search(section.title) is not None)
        children: dict[int, list[int]] = {}
        for index, parent in enumerate(parents):
            children.setdefault(parent, []).append(index)
        return cls(
            ledger=ledger,
            text=text,
            norm=normal(text) if norm is None else norm,
            section_starts=tuple(section.start for section in sections),
            target_starts=tuple(target.quote.start for target in ledger.targets),
            markers=tuple(_marker_of(section.path.rpartition("/")[2]) for section in sections),
            guidance=tuple(guidance),
            parents=parents,
            children={parent: tuple(found) for parent, found in children.items()},
        )

    # ------------------------------------------------------------- places
    def quote(self, start: int, end: int) -> Quote:
        """The plan's own words at ``[start, end)``."""
        return Quote(start, self.text[start:end])

    def sentence(self, offset: int) -> Span:
        """The run of text around ``offset`` up to 。！？ or a line end on both sides."""
        norm = self.norm
        low = max(0, offset - _LONGEST_SENTENCE)
        high = min(len(norm), offset + _LONGEST_SENTENCE)
        start = max(norm.rfind(mark, low, offset) for mark in _SENTENCE_END) + 1
        ends = [end for mark in _SENTENCE_END if (end := norm.find(mark, offset, high)) >= 0]
        return Span(max(start, low), min(ends, default=high))

    # ----------------------------------------------------------- sections
    def section_at(self, offset: int) -> int:
        """Index of the innermost section that has begun at ``offset``; -1 before the first."""
        return bisect_right(self.section_starts, offset) - 1

    def ancestors(self, index: int) -> Iterator[int]:
        """``index`` itself, then its parents up to the top."""
        while index >= 0:
            yield index
            index = self.parents[index]

    def own_text(self, index: int) -> Span:
        """The matter of a section behind its title and before its first sub-item."""
        section = self.ledger.sections[index]
        below = self.children.get(index)
        end = self.section_starts[below[0]] if below else section.end
        return Span(section.quote.end, max(section.quote.end, end))

    # ------------------------------------------------------------ targets
    def targets_in(self, start: int, end: int) -> tuple[Target, ...]:
        """The targets (facts and totals too) whose number begins within ``[start, end)``."""
        starts = self.target_starts
        return self.ledger.targets[bisect_left(starts, start) : bisect_left(starts, end)]


Check = Callable[[Case], Iterator[Finding]]


def _parents(sections: tuple[Section, ...]) -> tuple[int, ...]:
    parents: list[int] = []
    open_: list[int] = []
    for index, section in enumerate(sections):
        while open_ and not section.path.startswith(sections[open_[-1]].path + "/"):
            open_.pop()
        parents.append(open_[-1] if open_ else -1)
        open_.append(index)
    return tuple(parents)


# ------------------------------------------------------------------ numbers
@lru_cache(maxsize=1024)
def count_of(words: str) -> int | None:
    """A small whole number as printed (12, 十二, 两), None for what is no exact number."""
    value = parse_numeral(words)
    return int(value) if value is not None and value == int(value) else None


@lru_cache(maxsize=1024)
def _marker_of(token: str) -> tuple[MarkerKind, int]:
    """The kind of a marker and its number: (十二) → pc, 12."""
    found = _MARKER.match(token)
    if found is None or found.lastgroup is None:
        return "other", 0
    kind = _MARKER_KINDS[found.lastgroup]
    inner = found[kind]
    if kind == "ci":
        return kind, ord(inner) - ord("①") + 1
    return kind, count_of(inner[1:-1] if kind == "chapter" else inner) or 0


def printed(value: Decimal, unit: str = "") -> str:
    """A number as an official text prints it: 644700000000, 元 → 6,447亿元."""
    for power, word in ((8, "亿"), (4, "万")):
        if value >= 10**power and value == round(value, 4 - power):
            return f"{_digits(value.scaleb(-power))}{word}{unit}"
    return f"{_digits(value)}{unit}"


def _digits(value: Decimal) -> str:
    digits = f"{value:,f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@lru_cache(maxsize=512)
def is_countable(unit: str) -> bool:
    """True for units whose numbers may be added up: 元, 公里, 个; not %, 岁, 微克/立方米."""
    return _UNCOUNTABLE.search(unit) is None


# -------------------------------------------------------------------- words
@lru_cache(maxsize=4096)
def plain_subject(subject: str) -> str:
    """A subject without the words that only say 'of the whole city' or 'altogether'."""
    return _REGION_WIDE.sub("", subject.replace(" ", ""), count=1).lstrip("的、")


def excerpt(words: str, limit: int = 18) -> str:
    """``words`` on one line, cut to ``limit`` characters, for a message."""
    line = " ".join(words.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
