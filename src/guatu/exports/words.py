"""The Chinese words for what the ledger keeps as codes, the same in every export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from guatu.ledger.records import Target

CHANGES: Final[Mapping[str, str]] = {"level": "达到", "increase": "增加", "decrease": "减少"}
TARGET_KINDS: Final[Mapping[str, str]] = {"target": "指标", "fact": "现状", "total": "总量"}
ROLES: Final[Mapping[str, str]] = {"lead": "牵头", "responsible": "责任", "support": "配合"}
STAGES: Final[Mapping[str, str]] = {
    "plan": "谋划",
    "prepare": "前期",
    "start": "开工",
    "build": "建设",
    "finish": "建成",
}
CADENCES: Final[Mapping[str, str]] = {
    "ten-day": "每旬",
    "month": "每月",
    "quarter": "每季度",
    "half-year": "每半年",
    "year": "每年",
    "once": "一次",
}
DAY_KINDS: Final[Mapping[str, str]] = {"workday": "个工作日", "calendar": "日"}
DUE_SOURCES: Final[Mapping[str, str]] = {
    "clause": "本分句",
    "sentence": "本句",
    "section": "本条或上级标题",
    "plan": "方案规划期",
}
STATUSES: Final[Mapping[str, str]] = {"issued": "印发", "draft": "征求意见稿"}
SEVERITIES: Final[Mapping[str, str]] = {"error": "错误", "question": "疑问", "note": "提示"}
SEVERITY_SHAPES: Final[Mapping[str, str]] = {"error": "■", "question": "▲", "note": "●"}

_COMPARATORS: Final[Mapping[str, tuple[str, str]]] = {
    "ge": ("不低于", "≥"),
    "le": ("不超过", "≤"),
    "approx": ("约", "≈"),
    "eq": ("等于", ""),
}
# 超过、不满不含本数(民法典第一千二百五十九条)。
_EXCLUSIVE: Final[Mapping[str, tuple[str, str]]] = {"ge": ("超过", ">"), "le": ("低于", "<")}


def comparator_word(target: Target) -> str:
    """不低于, 不超过, 约 or 等于; 超过 and 低于 where the number itself is not included."""
    return _comparator(target)[0]


def comparator_sign(target: Target) -> str:
    """The comparator as a sign (≥), empty where the target is the figure itself."""
    return _comparator(target)[1]


def _comparator(target: Target) -> tuple[str, str]:
    plain = _COMPARATORS[target.comparator]
    return _EXCLUSIVE.get(target.comparator, plain) if target.exclusive else plain


def day(value: date | None) -> str:
    """A date as tables show it, 2026-11-05, or nothing."""
    return value.isoformat() if value else ""


def days(count: int | None, kind: str | None) -> str:
    """A time allowed, such as 3个工作日, or nothing."""
    return "" if count is None else f"{count}{DAY_KINDS.get(kind or '', '日')}"


def years(start: int | None, end: int | None) -> str:
    """The years a plan covers, as far as it says: 2021—2025年, 至2020年."""
    if start is None or start == end:
        return "" if end is None else (f"{end}年" if start else f"至{end}年")
    return f"{start}年起" if end is None else f"{start}—{end}年"


def percent(share: float) -> str:
    """A share of one as a percentage with one decimal, never rounded up to 100.0%."""
    shown = round(share * 100, 1)
    return f"{99.9 if shown >= 100 > share * 100 else shown:.1f}%"


def number(value: Decimal) -> str:
    """A number with thousands separators and no digits that say nothing."""
    if not value.is_finite() or not -30 < value.adjusted() < 30:
        return str(value)
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
