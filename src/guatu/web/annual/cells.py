"""What is typed or pasted into a cell of the plan, read into a value, and written back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

WAN: Final = 10_000
_MOST: Final = 10**15  # 1,000,000 亿元: more is a slip of the pen
_YEARS: Final = range(1990, 2100)


class CellFault(Exception):
    """A cell that cannot be read; its words say what was expected."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a clerk fills."""

    key: str
    head: str
    hint: str


FIELDS: Final = (
    Field("investment", "年度计划投资（万元）", "数字，单位万元"),
    Field("start", "开工月", "年-月，如 2026-09"),
    Field("finish", "竣工月", "年-月，如 2027-06"),
    Field("content", "年度建设内容", "文字"),
    Field("nodes", "节点", "如“6月 主体封顶 40%；12月 竣工 100%”"),
)
BY_KEY: Final = {field.key: field for field in FIELDS}


def read_cell(key: str, text: object, year: int) -> Any:
    """The value of a cell, as ``AnnualLine.values`` has it; raises ``CellFault``."""
    words = _plain(text)
    match key:
        case "investment":
            return read_money(words)
        case "start" | "finish":
            return read_month(words, year)
        case "nodes":
            return read_nodes(words)
        case "content":
            return words
    raise KeyError(key)


def _plain(text: object) -> str:
    """As people mean it: half width, no blanks at the ends."""
    if text is None:
        return ""
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    if isinstance(text, date):
        text = f"{text.year}-{text.month}"
    return unicodedata.normalize("NFKC", str(text)).strip()


_MONEY: Final = re.compile(r"([-+]?[\d,]*\.?\d+)\s*(亿元|亿|万元|万|元)?")
_UNITS: Final = {"": WAN, "万": WAN, "万元": WAN, "亿": WAN * WAN, "亿元": WAN * WAN, "元": 1}


def read_money(words: str) -> int | None:
    """万元 unless it names another unit, as whole 元; blank is not known."""
    if words in ("", "-", "—", "/"):
        return None
    found = _MONEY.fullmatch(words)
    if found is None:
        raise CellFault("应为数字（万元）")
    try:
        yuan = Decimal(found[1].replace(",", "")) * _UNITS[found[2] or ""]
    except InvalidOperation:
        raise CellFault("应为数字（万元）") from None
    if yuan < 0:
        raise CellFault("不能是负数")
    if yuan != yuan.to_integral_value():
        raise CellFault("最多写到小数点后四位（一元）")
    if yuan > _MOST:
        raise CellFault("大得不合常理，请核对单位是不是万元")
    return int(yuan)


_MONTH: Final = re.compile(
    r"(?:(\d{4})\s*(?:年|[-./])\s*)?(\d{1,2})\s*月?(?:\s*[-./]?\s*\d{1,2}日?)?(?:\s+[\d:]+)?|"
    r"(\d{4})(\d{2})"
)


def read_month(words: str, year: int) -> str | None:
    """2026-09, 2026年9月, 202609 or (of the plan's year) 9月, as the month's first day."""
    if words in ("", "-", "—", "/"):
        return None
    found = _MONTH.fullmatch(words)
    if found is None:
        raise CellFault(f"应为年月，如 {year}-09")
    given, month = int(found[1] or found[3] or year), int(found[2] or found[4])
    if not 1 <= month <= 12 or given not in _YEARS:
        raise CellFault(f"应为年月，如 {year}-09")
    return date(given, month, 1).isoformat()


_QUARTERS: Final = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_NODE: Final = re.compile(
    r"(?:(\d{1,2})\s*月[底末]?|第?([一二三四1-4])\s*季度[底末]?|(上半年|年中|年底|年末))\s*前?[::,,]?\s*"
    r"(.*?)\s*(?:(\d{1,3}(?:\.\d{1,2})?)\s*%)?"
)
_HALF: Final = {"上半年": 6, "年中": 6, "年底": 12, "年末": 12}


def read_nodes(words: str) -> list[dict[str, Any]]:
    """“6月 主体封顶 40%；四季度 竣工 100%” as nodes in the order of their months."""
    nodes: list[dict[str, Any]] = []
    for piece in filter(None, (part.strip() for part in re.split(r"[;\n]", words))):
        found = _NODE.fullmatch(piece)
        month = 0
        if found is not None:
            month = int(found[1] or 0) or _QUARTERS.get(found[2] or "", 0) or _HALF.get(found[3], 0)
        if found is None or not 1 <= month <= 12:
            raise CellFault(f"“{piece[:20]}”应以月份或季度开头，如“6月 主体封顶 40%”")
        node: dict[str, Any] = {"month": month, "name": found[4][:60]}
        if found[5]:
            part = int(Decimal(found[5]) * 100)
            if part > 10_000:
                raise CellFault(f"“{piece[:20]}”的比例超过了 100%")
            node["part"] = part
        elif not node["name"]:
            raise CellFault(f"“{piece[:20]}”应写明节点名称或应完成的比例")
        nodes.append(node)
    nodes.sort(key=lambda node: node["month"])
    parts = [node["part"] for node in nodes if "part" in node]
    if parts != sorted(parts):
        raise CellFault("后面的节点应完成比例不能比前面的小")
    return nodes


def write_cell(key: str, value: Any) -> str:
    """The value as it stands in its cell; ``read_cell`` gives it back."""
    if value is None or value == "":
        return ""
    match key:
        case "investment":
            return write_money(value)
        case "start" | "finish":
            return str(value)[:7]
        case "nodes":
            return "；".join(map(_write_node, value))
    return str(value)


def write_money(yuan: int) -> str:
    """Whole 元 in 万元, to the last 元: 1,234.5."""
    whole, rest = divmod(yuan, WAN)
    return f"{whole:,}" + (f".{rest:04d}".rstrip("0") if rest else "")


def _write_node(node: Mapping[str, Any]) -> str:
    words = [f"{node['month']}月", node.get("name", "")]
    if "part" in node:
        percent = Decimal(node["part"]) / 100
        words.append(
            f"{percent:f}".rstrip("0").rstrip(".") + "%" if percent % 1 else f"{percent:.0f}%"
        )
    return " ".join(filter(None, words))


def misfit(values: Mapping[str, Any]) -> str:
    """What is wrong with a line as a whole; empty where nothing is."""
    start, finish = values.get("start"), values.get("finish")
    if start and finish and finish < start:
        return f"竣工月 {finish[:7]} 早于开工月 {start[:7]}"
    return ""
