"""How an automatic number is printed: 一 ① IV 甲 1st, by the name Word gives the format."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_UNITS = ("", "十", "百", "千")
_LEGAL_UNITS = ("", "拾", "佰", "仟")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def numeral(value: int, form: str) -> str:
    """``value`` as Word prints it in the number format ``form`` (decimal where unknown)."""
    printer = _FORMS.get(form)
    return str(value) if printer is None or value < 0 else printer(value)


def counting(value: int, digits: str = _DIGITS, units: tuple[str, ...] = _UNITS) -> str:
    """``value`` in Chinese counting: 十, 十二, 二十, 一百〇五; above 9999 in Arabic digits."""
    if not 0 < value <= 9999:
        return digits[0] if value == 0 else str(value)
    printed = ""
    for power in range(3, -1, -1):
        digit = value // 10**power % 10
        if digit:
            printed += digits[digit] + units[power]
        elif printed and value % 10**power and not printed.endswith(digits[0]):
            printed += digits[0]
    # 十二, not 一十二; the legal numerals keep 壹拾贰.
    return printed[1:] if printed.startswith("一十") else printed


def _short_counting(value: int) -> str:
    """Word's plain counting: 九十九, and from a hundred on digit by digit with a ring."""
    return counting(value) if value < 100 else _by_digit(value, "○一二三四五六七八九")


def _by_digit(value: int, digits: str) -> str:
    return "".join(digits[int(digit)] for digit in str(value))


def _roman(value: int) -> str:
    if not 0 < value < 32768:
        return str(value)
    printed = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        printed += letters * count
    return printed


def _letters(value: int) -> str:
    """A … Z, then AA, BB … as Word counts on."""
    if not 0 < value <= 780:
        return str(value)
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _series(characters: str) -> Callable[[int], str]:
    """One character a number, decimal where the series has ended."""
    return lambda value: characters[value - 1] if 0 < value <= len(characters) else str(value)


def _run(first: str, count: int) -> str:
    return "".join(chr(ord(first) + i) for i in range(count))


def _ordinal(value: int) -> str:
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10)
    return f"{value}{ending or 'th'}"


_circled = _series(_run("①", 20) + _run("㉑", 15) + _run("㊱", 15))
_stems = _series(_STEMS)
_branches = _series(_BRANCHES)


_FORMS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "decimalZero": lambda value: f"{value:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "ordinal": _ordinal,
    "hex": lambda value: f"{value:X}",
    "numberInDash": lambda value: f"- {value} -",
    "chineseCounting": _short_counting,
    "chineseCountingThousand": counting,
    "taiwaneseCounting": _short_counting,
    "taiwaneseCountingThousand": counting,
    "japaneseCounting": counting,
    "koreanDigital2": lambda value: _by_digit(value, _DIGITS),
    "ideographDigital": lambda value: _by_digit(value, _DIGITS),
    "japaneseDigitalTenThousand": lambda value: _by_digit(value, _DIGITS),
    "taiwaneseDigital": lambda value: _by_digit(value, "○一二三四五六七八九"),
    "chineseLegalSimplified": lambda value: counting(value, _LEGAL_DIGITS, _LEGAL_UNITS),
    "ideographLegalTraditional": lambda value: counting(
        value, "零壹貳參肆伍陸柒捌玖", ("", "拾", "佰", "仟")
    ),
    "ideographTraditional": _stems,
    "ideographZodiac": _branches,
    "ideographEnclosedCircle": _series(_run("㊀", 10)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _series(_run("⑴", 20)),
    "decimalEnclosedFullstop": _series(_run("⒈", 20)),
    "decimalFullWidth": lambda value: _by_digit(value, _run("０", 10)),
    "decimalFullWidth2": lambda value: _by_digit(value, _run("０", 10)),
}
