"""Where a sheet's header is and which column holds what (表头识别).

Offices write titles above, join cells into groups, call the same thing by many names and put
columns in any order. The guess is shown on the screen and a clerk may change it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from guatu.delivery.projects.values import UNITS, Cell, text_of, word_lists

Rows = Sequence[Sequence[Cell]]
# First row, first column, last row, last column, both ends included.
Merge = tuple[int, int, int, int]

# One column for each source of money; its head may name the year.
FUND_FIELDS: Final = (
    *("fund_central", "fund_budget", "fund_special_bond", "fund_treasury_bond", "fund_bond"),
    *("fund_loan", "fund_foreign", "fund_own", "fund_ppp", "fund_other"),
)
MONEY_FIELDS: Final = ("investment", "year_investment", "shares", "share", "funds", *FUND_FIELDS)
# What several columns of a sheet may hold.
MANY: Final = ("share", *FUND_FIELDS)
_LOOK: Final = 40
_MOST_DEEP: Final = 3
_UNIT: Final = re.compile(r"[(（\[]?(?:单位[::])?(百万元|亿元|万元|千元|元)[)）\]]?")
_BRACKETS: Final = re.compile(r"[(（\[【][^()（）\[\]【】]{0,40}[)）\]】]")
_YEAR: Final = re.compile(r"(20\d\d)年")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which rows are the header and what each column holds."""

    first: int
    last: int
    heads: tuple[str, ...]
    fields: dict[int, str] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    # The year of dates that name none, from the title (2026年重点项目表).
    year: int | None = None

    @property
    def fingerprint(self) -> str:
        """The same for sheets with the same header, whatever stands below it."""
        return hashlib.sha256("\n".join(self.heads).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "first": self.first,
            "last": self.last,
            "heads": list(self.heads),
            "fields": {str(k): v for k, v in self.fields.items()},
            "units": {str(k): v for k, v in self.units.items()},
            "year": self.year,
        }

    @classmethod
    def from_json(cls, kept: MappingType[str, Any]) -> Mapping:
        """As it was kept."""
        return cls(
            first=int(kept["first"]),
            last=int(kept["last"]),
            heads=tuple(kept["heads"]),
            fields={int(k): str(v) for k, v in kept["fields"].items()},
            units={int(k): str(v) for k, v in kept["units"].items()},
            year=kept.get("year"),
        )


def labels() -> dict[str, str]:
    """Fields a column can hold, with their names."""
    named: dict[str, str] = word_lists()["labels"]
    return named


@cache
def _names() -> dict[str, str]:
    return {_plain(word): name for name, words in word_lists()["heads"].items() for word in words}


@cache
def _longest_first() -> list[str]:
    return sorted((name for name in _names() if len(name) >= 3), key=len, reverse=True)


def _plain(text: str) -> str:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[:：*※、。/]", "", text)


def _stripped(text: str) -> str:
    """Without brackets, units and years: 2026年计划投资（万元） → 年计划投资."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", text))
    text = re.sub(r"(?:百万元|亿元|万元|千元)$", "", re.sub(r"\s+", "", text))
    return _plain(re.sub(r"20\d\d(?=年)", "", text))


def field_of(head: str) -> tuple[str, int]:
    """The field a head names, and how surely (3 the whole, 2 its last level, 1 a part; 0 none)."""
    names = _names()
    parts = [part for part in head.split("/") if part]
    whole = "".join(parts)
    for tried in (_plain(whole), _stripped(whole)):
        if tried in names:
            return names[tried], 3
        for lead in ("年度", "本", "当", "今"):
            if tried.startswith("年") and lead == "年度" and "年度" + tried[1:] in names:
                return names["年度" + tried[1:]], 3
    if parts:
        for tried in (_plain(parts[-1]), _stripped(parts[-1])):
            if tried in names:
                return names[tried], 2
    bare = _stripped(whole)
    if len(bare) <= 24:
        for name in _longest_first():
            if name in bare:
                return names[name], 1
    return "", 0


def guess(rows: Rows, merges: Sequence[Merge] = (), regions: Sequence[str] = ()) -> Mapping:
    """The most likely header and what its columns hold; without any, an empty mapping."""
    found = _best_row(rows)
    if found is None:
        width = max((len(row) for row in rows[:_LOOK]), default=0)
        return Mapping(0, -1, tuple(f"第 {i + 1} 列" for i in range(width)))
    first, last = _band(rows, found, merges)
    heads = _joined(rows, first, last, merges)
    title = " ".join(text_of(c) for row in rows[:first] for c in row if c is not None)[:2000]
    unit = _unit_in(title)
    year = _YEAR.search(title)
    return choose(Mapping(first, last, heads, year=int(year[1]) if year else None), unit, regions)


def with_band(rows: Rows, merges: Sequence[Merge], first: int, last: int) -> Mapping:
    """The mapping where a person has said which rows are the header."""
    first = max(0, min(first, len(rows) - 1))
    last = max(first, min(last, first + _MOST_DEEP, len(rows) - 1))
    heads = _joined(rows, first, last, merges)
    title = " ".join(text_of(c) for row in rows[:first] for c in row if c is not None)[:2000]
    year = _YEAR.search(title)
    bare = Mapping(first, last, heads, year=int(year[1]) if year else None)
    return choose(bare, _unit_in(title), ())


def choose(bare: Mapping, unit: str | None, regions: Sequence[str]) -> Mapping:
    """Give each field to the head that names it most surely, the first of equals."""
    places = {_plain(place) for place in regions}
    fields: dict[int, str] = {}
    sure = []
    for column, head in enumerate(bare.heads):
        if _stripped(head.split("/")[-1]) in places:
            # 分县投资/青川区: the county's own column, whatever the group above it is called.
            fields[column] = "share"
            continue
        name, how = field_of(head)
        if name:
            sure.append((-how, column, name))
    taken: set[str] = set()
    for _how, column, name in sorted(sure):
        # 其他 alone is any column's head; under 资金来源 it is money.
        if name == "fund_other" and "资金" not in bare.heads[column]:
            continue
        once = f"{name}:{fund_year(bare.heads[column])}" if name in FUND_FIELDS else name
        if once not in taken:
            taken.add(once)
            fields[column] = name
    units = {
        column: _unit_in(bare.heads[column]) or unit or "万元"
        for column, name in fields.items()
        if name in MONEY_FIELDS
    }
    years = [int(y) for head in bare.heads for y in _YEAR.findall(head)]
    year = bare.year or (years[0] if years else None)
    return Mapping(bare.first, bare.last, bare.heads, dict(sorted(fields.items())), units, year)


def fund_year(head: str) -> int | None:
    """The year that a fund column's head names: 2026年专项债券."""
    found = _YEAR.search(unicodedata.normalize("NFKC", head))
    return int(found[1]) if found else None


def _unit_in(text: str) -> str | None:
    found = _UNIT.search(unicodedata.normalize("NFKC", text))
    return found[1] if found and found[1] in UNITS else None


def _score(row: Sequence[Cell]) -> int:
    return sum(
        1
        for cell in row
        if isinstance(cell, str) and 0 < len(cell) <= 40 and field_of(cell)[1] >= 2
    )


def _best_row(rows: Rows) -> int | None:
    scores = [_score(row) for row in rows[:_LOOK]]
    best = max(scores, default=0)
    return scores.index(best) if best >= 2 else None


def _filled(row: Sequence[Cell]) -> list[str]:
    return [text for cell in row if (text := text_of(cell))]


def _is_text(row: Sequence[Cell]) -> bool:
    """A header row holds short words, no figures, and more than one of them."""
    words = _filled(row)
    numbers = any(isinstance(c, (int, float, date)) and c is not True for c in row)
    return bool(words) and not numbers and all(len(word) <= 40 for word in words)


def _band(rows: Rows, best: int, merges: Sequence[Merge]) -> tuple[int, int]:
    first = last = best
    for top, _left, bottom, _right in merges:
        if top <= best <= bottom and bottom - top < _MOST_DEEP and bottom < len(rows):
            first, last = min(first, top), max(last, bottom)
    if not merges:
        above = rows[best - 1] if best else ()
        if len(set(_filled(above))) >= 2 and _is_text(above) and _score(above):
            first = best - 1
    while last + 1 < len(rows) and last - first < _MOST_DEEP - 1 and _under(rows, first, last):
        last += 1
    return first, last


def _under(rows: Rows, first: int, last: int) -> bool:
    """Whether the next row is a second level: only words, most under blanks of this level."""
    below, this = rows[last + 1], rows[last]
    if not _is_text(below):
        return False
    known = sum(1 for cell in below if field_of(text_of(cell))[1] >= 2)
    under_blank = under_word = 0
    for column, cell in enumerate(below):
        if text_of(cell):
            above = text_of(this[column]) if column < len(this) else ""
            under_word, under_blank = under_word + bool(above), under_blank + (not above)
    return under_blank >= 1 and under_blank + known >= under_word


def _joined(rows: Rows, first: int, last: int, merges: Sequence[Merge]) -> tuple[str, ...]:
    band = [list(row) for row in rows[first : last + 1]]
    width = max((len(row) for row in band), default=0)
    for row in band:
        row.extend([None] * (width - len(row)))
    texts = [[" ".join(text_of(cell).split()) for cell in row] for row in band]
    for top, left, bottom, right in merges:
        if first <= top and bottom <= last and right < width:
            words = texts[top - first][left]
            for r in range(top - first, bottom - first + 1):
                for c in range(left, right + 1):
                    texts[r][c] = words
    if not merges:
        _fill_groups(texts)
    heads = []
    for column in range(width):
        parts: list[str] = []
        for level in texts:
            word = level[column].replace("/", "、")
            if word and word not in parts:
                parts.append(word)
        heads.append("/".join(parts))
    while heads and not heads[-1]:
        heads.pop()
    return tuple(heads)


def _fill_groups(texts: list[list[str]]) -> None:
    """Without marks of joined cells: a group's name holds on over blanks with a lower level."""
    for level in range(len(texts) - 1):
        group = ""
        for column, word in enumerate(texts[level]):
            if word:
                group = word
            elif texts[level + 1][column]:
                texts[level][column] = group
            else:
                group = ""
