"""One cell of a sheet into a value: money, months, codes, words of a fixed list.

Each reader gives the value and perhaps a note, or raises ``CellFault`` whose words say what the
cell should hold. An empty cell is no value, never a nought.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

Cell = str | int | float | bool | date | datetime | None

UNITS: Final = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
MOST_MONEY: Final = 10**16

_NOTHING: Final = frozenset(
    {"", "-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "不涉及", "nan"}
)
_MONEY: Final = re.compile(
    r"(?:约|共|计|近|¥|人民币)*([-+−]?\d{1,20}(?:\.\d{1,12})?)(百万|千万|万|亿|千)?(元)?(?:左右|余)?"
)
_BY_WORD: Final = {
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}


class CellFault(ValueError):
    """The cell does not hold what its column asks for; ``args[0]`` says what it should be."""


@cache
def word_lists() -> dict[str, Any]:
    """Header names, labels and the words of fixed lists, from words.toml."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def text_of(cell: Cell) -> str:
    """The cell as one reads it: half width, ends trimmed, 12 instead of 12.0."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, str):
        plain = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
        return plain.strip()
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def money(cell: Cell, unit: str) -> int | None:
    """Whole 元; the column's unit holds where the cell names none: 1.2亿 is 120000000."""
    if isinstance(cell, (bool, date)):
        raise CellFault(f"应为数字（{unit}）")
    if isinstance(cell, (int, float)):
        try:
            amount = Decimal(repr(cell)) * UNITS[unit]
        except InvalidOperation:
            raise CellFault(f"应为数字（{unit}）") from None
        return _whole_yuan(amount, unit)
    text = "".join(text_of(cell).replace(",", "").split())
    if text.lower() in _NOTHING:
        return None
    found = _MONEY.fullmatch(text)
    if found is None:
        raise CellFault(f"应为数字（{unit}）")
    factor = UNITS[unit]
    if found[2]:
        factor = _BY_WORD[found[2]]
    elif found[3]:
        factor = 1
    return _whole_yuan(Decimal(found[1].replace("−", "-")) * factor, unit)


def _whole_yuan(amount: Decimal, unit: str) -> int:
    if not amount.is_finite():
        raise CellFault(f"应为数字（{unit}）")
    if amount < 0:
        raise CellFault("不能是负数")
    if amount > MOST_MONEY:
        raise CellFault(f"数额过大，请核对单位是不是{unit}")
    return int(amount.to_integral_value())


# ------------------------------------------------------------------------- months

_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_FULL: Final = re.compile(
    r"(?:预计|计划|拟|力争|约)?(?:于|在)?(?P<year>(?:20|19)\d\d|\d\d(?=年))?[年./\-]?"
    r"(?:(?P<month>1[0-2]|0?[1-9])(?:月份?|(?=[./\-]\d)|$)"
    r"(?:[./\-]?(?P<day>3[01]|[12]\d|0?[1-9])[日号]?|[上中下]旬|底|末|初|中)?"
    r"|第?(?P<quarter>[一二三四1-4])季度?(?:末|初)?"
    r"|(?P<half>[上下])半年"
    r"|(?P<edge>年?[底末初中]))?(?:前|之前|左右|开工|竣工|完工|建成)?"
)
_COMPACT: Final = re.compile(r"(20\d\d)(0[1-9]|1[0-2])(?:[0-3]\d)?")
_EPOCH: Final = date(1899, 12, 30)
_SPAN: Final = re.compile(r"\s*(?:[—–~～至到]|-{1,2}|——)\s*")


def month(cell: Cell, *, end: bool, year: int | None = None) -> tuple[date | None, str]:
    """The first day of the month meant, and a note where it had to be guessed.

    ``end`` asks for the last month of a quarter, half-year or year, as for a finish; ``year``
    is the one of a cell that names none (一季度).
    """
    if isinstance(cell, bool):
        raise CellFault(_MONTH_WORDS)
    if isinstance(cell, date):
        return _first(cell.year, cell.month), ""
    if isinstance(cell, (int, float)):
        return _month_of_number(cell, end)
    text = "".join(text_of(cell).split()).strip("()。")
    if text.lower() in _NOTHING:
        return None, ""
    return _month_of_text(text, end, year)


_MONTH_WORDS: Final = "应为年月，如 2026年3月、2026.3 或 2026-03"


def _month_of_number(value: int | float, end: bool) -> tuple[date | None, str]:
    if value != value or value in (float("inf"), float("-inf")):
        raise CellFault(_MONTH_WORDS)
    if float(value).is_integer():
        whole = int(value)
        if 1990 <= whole <= 2099:
            return _first(whole, 12 if end else 1), ""
        if found := _COMPACT.fullmatch(str(whole)):
            return _first(int(found[1]), int(found[2])), ""
    if 20_000 <= value <= 80_000:
        day = _EPOCH + timedelta(days=int(value))
        return _first(day.year, day.month), ""
    return _month_of_text(repr(value), end, None)


@lru_cache(maxsize=4096)
def _month_of_text(text: str, end: bool, default: int | None) -> tuple[date | None, str]:
    if found := _COMPACT.fullmatch(text):
        return _first(int(found[1]), int(found[2])), ""
    if text.isdigit() and 20_000 <= int(text[:6]) <= 80_000 and len(text) == 5:
        return _month_of_number(int(text), end)
    if re.fullmatch(r"\d{4}-\d\d-\d\d[ T]?\d\d:\d\d(:\d\d)?", text):
        text = text[:10]
    found = _FULL.fullmatch(text)
    if found is None or not any(found.group("year", "month", "quarter", "half", "edge")):
        raise CellFault(_MONTH_WORDS)
    year = int(found["year"]) if found["year"] else default
    if year is None:
        raise CellFault("没有写年份，请写成 2026年3月 这样")
    if year < 100:
        year += 2000
    note = ""
    if found["month"]:
        wanted = int(found["month"])
        # Excel 把 2026.10 存成 2026.1，两者在表里分不清。
        if re.fullmatch(r"\d{4}\.1", text):
            note = f"“{text}”按 {year} 年 1 月读；若是 10 月，请写成 {year}年10月"
        return _first(year, wanted), note
    if found["quarter"]:
        quarter = _QUARTERS[found["quarter"]]
        return _first(year, quarter * 3 if end else quarter * 3 - 2), ""
    if found["half"]:
        first = 1 if found["half"] == "上" else 7
        return _first(year, first + 5 if end else first), ""
    edge = (found["edge"] or "")[-1:]
    at = {"底": 12, "末": 12, "初": 1, "中": 6}.get(edge, 12 if end else 1)
    return _first(year, at), ""


def _first(year: int, at: int) -> date:
    if not 1949 <= year <= 2149:
        raise CellFault("年份不对，请核对")
    return date(year, at, 1)


def months(cell: Cell) -> tuple[date | None, date | None]:
    """Start and finish of a column like 起止年限: 2025-2027, 2025.3—2027.6."""
    text = "".join(text_of(cell).split())
    if text.lower() in _NOTHING:
        return None, None
    plain = re.fullmatch(r"((?:20|19)\d\d)年?[-—–~～至到]+((?:20|19)\d\d)年?(?:底)?", text)
    parts = [plain[1], plain[2]] if plain else re.split(r"[—–~～至到]+|--", text)
    if len(parts) != 2:
        dashed = re.fullmatch(r"(\d{4}[./年]\d{1,2}月?)-(\d{4}[./年]\d{1,2}月?)", text)
        parts = [dashed[1], dashed[2]] if dashed else [text]
    if len(parts) == 1:
        first, _note = month(parts[0], end=False)
        # 只写年份的，起止都在这一年；写到月份的（2026年3月开工），只知道开工。
        whole_year = re.fullmatch(r"\d{4}年?(?:度|内)?", parts[0])
        return first, month(parts[0], end=True)[0] if whole_year else None
    first, _note = month(parts[0], end=False)
    year = first.year if first else None
    return first, month(parts[1], end=True, year=year)[0]


# -------------------------------------------------------------------- codes, words

# GB/T 40058-2021: time, region, guiding department, type, random and check.
_NATIONAL: Final = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")
_LEGACY: Final = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}-\d{3}")
_BARE: Final = re.compile(r"(\d{4})(\d{6})(\d{2})(\d{2})(\d{6})(\d{3})?")
_CODE_WORDS: Final = "应为 24 位投资项目代码，如 2601-970302-04-01-123456；没有代码可以空着"


def code(cell: Cell) -> tuple[str, str]:
    """The national code and its kind: national, legacy or none. Shape and region are checked."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise CellFault("被表格当成了数字，后几位已丢失，请把该列设为文本后重填")
    text = "".join(text_of(cell).split())
    if text.lower() in _NOTHING or text in ("待赋码", "未赋码", "办理中"):
        return "", "none"
    text = re.sub(r"[‐‑‒–—−_]", "-", text)
    if bare := _BARE.fullmatch(text):
        text = "-".join(filter(None, bare.groups()))
    kind = "national" if _NATIONAL.fullmatch(text) else "legacy"
    if kind == "legacy" and not _LEGACY.fullmatch(text):
        raise CellFault(_CODE_WORDS)
    if text[5:7] < "11":
        raise CellFault(f"的地区段“{text[5:11]}”不是行政区划代码")
    return text, kind


@cache
def _choices(field: str) -> dict[str, str]:
    table = word_lists()["choices"][field]
    return {word: value for value, words in table.items() for word in words}


@lru_cache(maxsize=4096)
def choice(text: str, field: str) -> str:
    """The value of a fixed list (阶段, 所有制, 建设性质, 审批类型) that the words mean."""
    plain = re.sub(r"[\s()（）]", "", text)
    if plain.lower() in _NOTHING:
        return ""
    known = _choices(field)
    if plain in known:
        return known[plain]
    short = plain.removesuffix("项目").removesuffix("阶段").removesuffix("类")
    if short in known:
        return known[short]
    first = [words[0] for words in word_lists()["choices"][field].values()]
    raise CellFault(f"应为{'、'.join(first)}之一")


_SHARE: Final = re.compile(r"([一-鿿]{2,20}?)[::]?(\d[\d.,]*(?:百万|千万|万|亿|千)?元?)")


def shares(cell: Cell, unit: str) -> dict[str, int]:
    """County → 元 from a cell such as 青川区3000万元、望海县2000."""
    text = "".join(text_of(cell).split())
    if text.lower() in _NOTHING:
        return {}
    found: dict[str, int] = {}
    for part in re.split(r"[、;,；，]", text):
        if not part:
            continue
        one = _SHARE.fullmatch(part)
        amount = money(one[2], unit) if one else None
        if one is None or amount is None:
            raise CellFault(f"“{part}”应写成“县区名+数字”，如 青川区3000")
        found[one[1]] = found.get(one[1], 0) + amount
    return found


_FUND: Final = re.compile(
    r"(?:(20\d\d)年)?([一-鿿]{2,16}?)(?:资金|投资)?[::]?(?:(\d[\d.,]*(?:百万|千万|万|亿|千)?元?))?"
)


@cache
def _fund_names() -> dict[str, str]:
    heads = word_lists()["heads"]
    return {
        word.removesuffix("资金").removesuffix("投资"): name.removeprefix("fund_")
        for name, words in heads.items()
        if name.startswith("fund_")
        for word in words
    }


def funds(cell: Cell, unit: str) -> tuple[dict[str, int | None], str]:
    """Source → 元 from a cell such as 中央预算内500万元、自筹1500, and a note on what is none.

    A source without a figure is one whose amount is not known. A year that stands before the
    source belongs to it: 2026年专项债券300 is ``special_bond:2026``.
    """
    text = "".join(text_of(cell).split())
    if text.lower() in _NOTHING:
        return {}, ""
    found: dict[str, int | None] = {}
    strange = []
    for part in re.split(r"[、;,；，/+]|(?<=\d)和", text):
        one = _FUND.fullmatch(part)
        source = _fund_names().get(one[2]) if one else None
        if one is None or source is None:
            strange.append(part)
            continue
        key = f"{source}:{one[1]}" if one[1] else source
        amount = money(one[3], unit) if one[3] else None
        found[key] = amount if found.get(key) is None else (found[key] or 0) + (amount or 0)
    note = f"资金来源“{'、'.join(strange)[:40]}”没有认出，未登记" if any(strange) else ""
    return found, note
