"""The fields of a reported row (填报字段): read from a cell, written into one, kept as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from guatu.delivery.projects.values import Cell, CellFault, money, text_of

Value = int | date | str | bool | None
Values = Mapping[str, Value]


class Kind(StrEnum):
    """What a field holds: money in whole 元, a day, text, or a tick (是)."""

    MONEY = "money"
    DAY = "day"
    TEXT = "text"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the period's sheet.

    A ``lasting`` field holds until somebody says otherwise (an actual start); the others are of
    one period only.
    """

    key: str
    head: str
    kind: Kind
    hint: str
    width: int
    lasting: bool = False


FIELDS: Final = (
    Field("reached_year", "本年累计完成投资（万元）", Kind.MONEY, "从1月1日起累计，单位万元", 13),
    Field(
        "reached_before",
        "以前年度完成投资（万元）",
        Kind.MONEY,
        "到上年底累计完成，只问一次",
        13,
        lasting=True,
    ),
    Field("started_on", "实际开工日期", Kind.DAY, "如 2026-09-01", 11, lasting=True),
    Field("stopped_on", "停工日期", Kind.DAY, "没有停工的不填", 11, lasting=True),
    Field("resumed_on", "复工日期", Kind.DAY, "没有复工的不填", 11, lasting=True),
    Field("finished_on", "竣工日期", Kind.DAY, "没有竣工的不填", 11, lasting=True),
    Field("in_statistics", "入统日期", Kind.DAY, "纳入统计联网直报的日期", 11, lasting=True),
    Field("progress", "形象进度", Kind.TEXT, "一两句话", 24),
    Field("problems", "存在问题", Kind.TEXT, "没有的不填", 18),
    Field("unchanged", "本期无变化", Kind.TICK, "与上期相同的填“是”，其他格不用填", 8),
    Field("reason", "情况说明", Kind.TEXT, "累计数减少、超计划等须说明", 18),
)
BY_KEY: Final = {field.key: field for field in FIELDS}
LASTING: Final = tuple(field.key for field in FIELDS if field.lasting)
DAYS: Final = tuple(field.key for field in FIELDS if field.kind is Kind.DAY)
MOST_WORDS: Final = 500

_EPOCH: Final = date(1899, 12, 30)
_FULL_DAY: Final = re.compile(
    r"(20\d\d|19\d\d)(?:[年./\-](\d{1,2})[月./\-](\d{1,2})日?|(\d\d)(\d\d))(?:T?\d{1,2}:\d.*)?"
)
_OF_YEAR: Final = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_YES: Final = frozenset({"是", "√", "✓", "✔", "v", "y", "yes", "1", "true", "无变化", "本期无变化"})
_NO: Final = frozenset({"", "否", "×", "x", "n", "no", "0", "false", "-", "—", "/", "有变化"})
_EMPTY: Final = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "未", "否"})
_DAY_WORDS: Final = "应为写到日的日期，如 2026-09-01"


def read(key: str, cell: Cell, year: int) -> Value:
    """The value that the cell of this field holds; raises ``CellFault`` with what it should be.

    Money comes as whole 元, 万元 unless the cell names another unit; a day that names no year is
    of ``year``; an empty cell is None (no value), an empty tick False.
    """
    match BY_KEY[key].kind:
        case Kind.MONEY:
            return money(cell, "万元")
        case Kind.DAY:
            return read_day(cell, year)
        case Kind.TICK:
            return _tick(cell)
        case Kind.TEXT:
            return _words(cell)


def read_day(cell: Cell, year: int) -> date | None:
    """2026-09-01, 2026年9月1日, 20260901, 9月1日 (of ``year``) or a spreadsheet's own date."""
    if isinstance(cell, datetime):
        return _sensible(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _sensible(cell.year, cell.month, cell.day)
    if isinstance(cell, bool):
        raise CellFault(_DAY_WORDS)
    if isinstance(cell, (int, float)) and 20_000 <= cell <= 80_000:
        # A date whose cell was turned into a number: days since the end of 1899.
        return _EPOCH + timedelta(days=int(cell))
    text = "".join(text_of(cell).split())
    if text.lower() in _EMPTY:
        return None
    if full := _FULL_DAY.fullmatch(text):
        return _sensible(int(full[1]), int(full[2] or full[4]), int(full[3] or full[5]))
    if short := _OF_YEAR.fullmatch(text):
        return _sensible(year, int(short[1]), int(short[2]))
    raise CellFault(_DAY_WORDS)


def _sensible(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellFault(f"没有 {year}-{month}-{day} 这一天，请核对") from None
    if not 1980 <= year <= 2099:
        raise CellFault(f"年份 {year} 不对，请核对")
    return found


def _tick(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = "".join(text_of(cell).split()).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise CellFault("应填“是”或空着")


def _words(cell: Cell) -> str | None:
    # As the unit wrote it: text_of would turn its ，into a half-width one.
    text = cell.strip() if isinstance(cell, str) else text_of(cell)
    if text in ("", "-", "—", "/"):
        return None
    if len(text) > MOST_WORDS:
        raise CellFault(f"超过 {MOST_WORDS} 个字，请写短些")
    return text


def written(key: str, value: Value) -> str:
    """The value in words, as a comparison shows it; empty for no value."""
    if value is None or value is False:
        return ""
    match BY_KEY[key].kind:
        case Kind.MONEY:
            return in_wan(int(str(value)))
        case Kind.DAY:
            assert isinstance(value, date)
            return value.isoformat()
        case Kind.TICK:
            return "是"
        case Kind.TEXT:
            return str(value)


def in_wan(yuan: int) -> str:
    """Whole 元 in 万元 to the last 元: 12,345,000 is 1,234.5."""
    whole, rest = divmod(abs(yuan), 10_000)
    sign = "-" if yuan < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:04d}".rstrip("0") if rest else "")


def to_json(values: Values) -> dict[str, Any]:
    """Values as JSON keeps them; ``from_json`` gives them back."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
    }


def from_json(kept: Mapping[str, Any]) -> dict[str, Value]:
    """Values as ``to_json`` kept them; keys that are no fields are left out."""
    return {
        key: date.fromisoformat(value) if key in DAYS and value else value
        for key, value in kept.items()
        if key in BY_KEY
    }
