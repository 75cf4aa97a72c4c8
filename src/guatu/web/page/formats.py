"""How figures and dates are written (LOOK: Figures): one way for pages, sheets and bulletins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils import timezone

MISSING: Final = "—"
MINUS: Final = "−"
WAN: Final = 10_000
YI: Final = 100_000_000


def number(value: Decimal | int | None, places: int = 0) -> str:
    """1234.5 → 1,235; missing is a dash, never a nought."""
    if value is None:
        return MISSING
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded + 0:,.{places}f}".replace("-", MINUS)


def wan(yuan: int | None) -> str:
    """Whole 元 as 万元 with thousands separators and no decimals."""
    if isinstance(yuan, int):
        # As number() does it; tables write thousands of them.
        whole = (abs(yuan) + WAN // 2) // WAN
        return f"{MINUS if yuan < 0 and whole else ''}{whole:,}"
    return number(None if yuan is None else Decimal(yuan) / WAN)


def yi(yuan: int | None) -> str:
    """Whole 元 as 亿元 with two decimals."""
    return number(None if yuan is None else Decimal(yuan) / YI, 2)


def percent(ratio: Decimal | float | None) -> str:
    """0.1234 → 12.3%."""
    return MISSING if ratio is None else number(Decimal(str(ratio)) * 100, 1) + "%"


def points(value: Decimal | float | None) -> str:
    """A difference in 百分点, with its sign: +1.2, −3.4."""
    if value is None:
        return MISSING
    text = number(Decimal(str(value)), 1)
    return text if text.startswith(MINUS) or text == "0.0" else f"+{text}"


def day(value: date | datetime | None) -> str:
    """2026-11-05, for tables."""
    if value is None:
        return MISSING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()


def moment(value: datetime | None) -> str:
    """2026-11-05 09:30."""
    return MISSING if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"


def day_in_prose(value: date | None) -> str:
    """2026年11月5日, for sentences."""
    return MISSING if value is None else f"{value.year}年{value.month}月{value.day}日"


def rounded_to_sum(parts: Sequence[Decimal], places: int) -> list[Decimal]:
    """Parts rounded so that they add up to the rounded total (largest remainder)."""
    step = Decimal(1).scaleb(-places)
    total = sum(parts, Decimal(0)).quantize(step, ROUND_HALF_UP)
    floors = [part // step * step if part >= 0 else -(-part // step * step) for part in parts]
    missing = int((total - sum(floors, Decimal(0))) / step)
    way = 1 if missing >= 0 else -1
    by_remainder = sorted(
        range(len(parts)), key=lambda i: (parts[i] - floors[i]) * way, reverse=True
    )
    for i in by_remainder[: abs(missing)]:
        floors[i] += step * way
    return floors
