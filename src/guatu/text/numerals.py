"""Numbers as plans write them: 12.5万, 1,500, 一百二十万, 三分之一, 百分之八十五 → Decimal.

Every function answers ``None`` for words that are no exact number (数十, 几百, 七八), never
a guess, and never raises.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache

from guatu.text.normal import normal

DIGITS = {
    "〇": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
# The power of ten behind each magnitude word.
POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}

# Sums are exact and quotients have 28 digits, whatever context the caller has set.
_EXACT = Context(prec=100)
_QUOTIENT = Context(prec=28)
# 一万亿亿 is already beyond any budget; longer runs are no numbers.
_LONGEST = 48
_ARABIC = re.compile(
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3}){1,7}(?:\.[0-9]{1,12})?|[0-9]{1,24}(?:\.[0-9]{1,12})?)"
    r" ?(?P<magnitude>[十百千万亿]{0,3})(?:(?P<tail>[0-9]{1,4})(?P<small>[百千万]?))?\Z"
)


def power_of(magnitudes: str) -> int:
    """The power of ten of a run of magnitude words: 万 → 4, 百万 → 6, 万亿 → 12."""
    return sum(POWERS[char] for char in magnitudes)


def shifted(number: str, power: int) -> Decimal:
    """``number`` (plain digits, perhaps a point) times ten to ``power``, exact: 2.5, 4 → 25000.

    Worked on the digits, so that no decimal context can round and 25000 never prints as 2.5E+4.
    """
    if not power:
        return Decimal(number)
    whole, _, fraction = number.partition(".")
    fraction = fraction.ljust(power, "0")
    rest = fraction[power:].rstrip("0")
    return Decimal(f"{whole}{fraction[:power]}.{rest}" if rest else f"{whole}{fraction[:power]}")


def _section(words: str) -> int | None:
    """A number below 10,000 in words (三千零五十, 十二, 两百), or None."""
    total, digit, last = 0, -1, 10_000
    for place, char in enumerate(words):
        if char in "〇零":
            if digit > 0:
                return None
            digit = 0
            continue
        if (value := DIGITS.get(char)) is not None:
            if digit > 0:
                return None
            digit = value
            continue
        unit = 10 ** POWERS[char]
        if unit >= last or (digit <= 0 and unit != 10 and place):
            return None
        total += max(digit, 1) * unit
        digit, last = -1, unit
    # 一百二 says 120 in speech; in a plan a bare last digit behind 百 or 千 is a slip of the pen.
    if digit > 0 and last in (100, 1000) and words[-2] not in "〇零":
        return None
    return total + max(digit, 0)


def _positional(words: str) -> int | None:
    """Digits read out one by one (二〇三五, 一二〇), or None."""
    if not ("〇" in words or "零" in words or len(words) > 2):
        return None  # 七八, 三五: about so many, not seventy-eight
    number = 0
    for char in words:
        if char not in DIGITS or char == "两":
            return None
        number = number * 10 + DIGITS[char]
    return number


def _whole(words: str) -> int | None:
    """A whole number in words, or None."""
    for big in "亿万":
        head, found, rest = words.rpartition(big)
        if not found:
            continue
        front = _whole(head) if head else (1 if big == "万" and not rest else None)
        back = (_whole(rest.removeprefix("零")) if rest else 0) if rest != "零" else None
        if front is None or back is None or back >= 10 ** POWERS[big]:
            return None
        unit: int = 10 ** POWERS[big]
        return front * unit + back
    if not words:
        return None
    if not any(char in POWERS for char in words):
        return DIGITS[words] if len(words) == 1 else _positional(words)
    return _section(words)


@lru_cache(maxsize=4096)
def chinese_number(words: str) -> Decimal | None:
    """The value of a number in Chinese words (一百二十万, 两, 三点五, 二〇三五), or None."""
    if not words or len(words) > _LONGEST:
        return None
    whole, point, fraction = words.partition("点")
    if any(char not in DIGITS and char not in POWERS for char in whole):
        return None
    if whole == "万亿":  # 突破万亿元
        return Decimal(10**12)
    if not point:
        number = _whole(whole)
        return None if number is None else Decimal(number)
    power = 0
    while fraction and fraction[-1] in "万亿":
        power += POWERS[fraction[-1]]
        fraction = fraction[:-1]
    number = _whole(whole)
    if number is None or not fraction or any(char not in DIGITS for char in fraction):
        return None
    return shifted(f"{number}.{''.join(str(DIGITS[char]) for char in fraction)}", power)


def _plain(words: str) -> Decimal | None:
    """A number without 分之, in figures, words, or figures with 万 and 亿."""
    if (found := _ARABIC.match(words)) is None:
        return chinese_number(words)
    power = power_of(found["magnitude"])
    value = shifted(found["number"].replace(",", ""), power)
    if not found["tail"]:
        return value
    tail = shifted(found["tail"], power_of(found["small"]))
    return added(value, tail) if power >= 4 and tail < 10**power else None


def added(one: Decimal, other: Decimal) -> Decimal:
    """The exact sum: 1亿 and 5000万."""
    return _EXACT.add(one, other)


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """``numerator`` by ``denominator`` to 28 digits, or None for a denominator of nought."""
    return _QUOTIENT.divide(numerator, denominator) if denominator else None


def parse_numeral(text: str) -> Decimal | None:
    """The value of one number standing alone, in any of the ways plans write it, or None.

    三分之一 gives 0.3333333333333333333333333333 (28 digits), 百分之八十五 gives 0.85, 半 0.5.
    """
    words = normal(text).strip()
    if len(words) > _LONGEST:
        return None
    if words == "半":
        return Decimal("0.5")
    below, found, above = words.partition("分之")
    if not found:
        return _plain(words)
    denominator, numerator = _plain(below), _plain(above)
    if numerator is None or denominator is None:
        # 百分之 and 千分之 leave out the 一.
        denominator = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000)}.get(below)
        if numerator is None or denominator is None:
            return None
    return quotient(numerator, denominator)
