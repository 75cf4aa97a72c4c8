"""Numbers with their units in running text: 860亿元以上, 75%-85%, 3-5家 → Quantity (数量).

One regular expression walks the text; what it takes in without a group (dates, titles, slogans in
quotation marks, route and document numbers) is masked.  Units, idioms and comparator words are
data: ``units.toml``.  Every repetition is bounded and no position is entered twice, so that time
stays linear on any text.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from guatu.text.normal import normal
from guatu.text.numerals import added, chinese_number, power_of, quotient, shifted
from guatu.text.rare import Rare


class Quantity(NamedTuple):
    """A number with its unit as printed, and the words at it that say how it binds.

    ``start``/``end`` is the number with its unit, comparators outside (1450亿元, 75%-85%,
    11万户(套), 80.5 岁); ``outer_start``/``outer_end`` take in the comparators (不低于…以上).
    ``value`` and ``high`` (upper end of a range, else None) are in ``unit`` with 十百千万亿
    multiplied out; per cent stays per cent.  三分之一 has no unit and the value
    0.3333333333333333333333333333 (28 digits); 翻一番 is 1 番, 翻番 likewise.
    ``unit`` is as printed in half width without magnitudes, '' where there is none.
    ``comparator`` is ge, le, approx or eq; ``exclusive`` tells that the number itself does not
    count (超过, 不满; Civil Code art. 1259).  ``approximate_digits``: 100多家, 30余人.
    ``kind``: percent, money, count, measure, bare (no unit), duration (3年, 15个工作日),
    group (2大基地, 五大行动: mostly names, see the reading contract).
    """

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    unit: str
    comparator: str
    exclusive: bool
    outer_start: int
    outer_end: int
    approximate_digits: bool
    kind: str


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of ``text`` in order; names, dates and ordinals are left out.

    Spans are offsets into ``text`` as it stands, half width or full.
    """
    return quantities_in(normal(text))


def quantities_in(norm: str) -> list[Quantity]:
    """As ``find_quantities``, for a caller who holds the ``normal()`` text already."""
    found: list[Quantity] = []
    held: _Part | None = None
    # Every number of the plan comes by here: what one comparison can rule out, no call is made for.
    for match in _PATTERN.finditer(norm):
        last = match.lastindex
        if last is None or (last == _FIGURES and _is_of_a_list(norm, *match.span())):
            continue  # a date, a title, a name: masked; 1,2,3
        part = _part(norm, match)
        if part is None:
            continue
        start = part[0]
        if start and norm[start - 1] == "-" and _follows_a_code(norm, start, held):
            continue
        if held is not None:
            if 0 < start - held[1] <= _WIDEST_GAP:
                joined = _joined(norm, held, part)
                if joined is not None:
                    held = joined
                    continue
            _emit(norm, held, found)
        held = part
    if held is not None:
        _emit(norm, held, found)
    return found


def _is_of_a_list(norm: str, start: int, end: int) -> bool:
    """Whether a number without a unit only follows another, or a mark: 1,2,3, (3), +6."""
    return (
        start > 0
        and norm[start - 1] in _NEVER_BEFORE_BARE
        and norm[end : end + 1] not in _TO_THE_NEXT
    )


def _follows_a_code(norm: str, start: int, held: _Part | None) -> bool:
    """Whether a number behind a dash is the second half of a mask: 第1-3名, GB3095-2012."""
    if start < 2 or not norm[start - 2].isascii():
        return False
    return norm[start - 2].isalnum() and (held is None or held.end != start - 1)


# ------------------------------------------------------------------ the data


class _Class(NamedTuple):
    """What units.toml says of one class of units."""

    kind: str
    chinese: str


_DATA: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("units.toml").read_text(encoding="utf-8")
)
_ARABIC_CLASS: Final[dict[str, _Class]] = {}
_CHINESE_CLASS: Final[dict[str, frozenset[str]]] = {}


def _read_classes() -> None:
    rules: dict[str, set[str]] = {}
    for entry in _DATA["class"].values():
        for word in entry["words"]:
            _ARABIC_CLASS.setdefault(word, _Class(entry["kind"], entry["chinese"]))
            rules.setdefault(word, set()).add(entry["chinese"])
    _CHINESE_CLASS.update({word: frozenset(kinds - {"never"}) for word, kinds in rules.items()})


_read_classes()


class _Trie(dict[str, "_Trie"]):
    """Words by their letters; ``ends`` where a word ends, ``tail`` what must (not) follow it."""

    ends = False
    tail = ""


def _alternation(words: dict[str, str]) -> str:
    """A pattern for the longest of ``words`` that fits; each with a condition on what follows.

    The engine looks at the first character of each branch before entering it, so a trie costs
    little where nothing fits.
    """
    root = _Trie()
    for word, tail in words.items():
        node = root
        for char in word:
            node = node.setdefault(char, _Trie())
        node.ends, node.tail = True, tail
    return _branches(root)


def _branches(node: _Trie) -> str:
    plain = [char for char, child in node.items() if not child and not child.tail]
    parts = [
        re.escape(char) + (_grouped(child) if child else child.tail)
        for char, child in node.items()
        if char not in plain
    ]
    if plain:
        parts.append(f"[{''.join(map(re.escape, plain))}]" if plain[1:] else re.escape(plain[0]))
    if node.ends:
        parts.append(node.tail)
    return "|".join(parts)


def _grouped(node: _Trie) -> str:
    """The rest of the words; bare where there is but one, since every group costs compiling."""
    one = len(node) + node.ends == 1
    return _branches(node) if one else f"(?:{_branches(node)})"


def _tail_of(word: str) -> str:
    """The condition on what follows ``word``."""
    forbidden = _DATA["not_before"].get(word, [])
    if forbidden == ["*"]:
        allowed = _DATA["only_before"].get(word) or _DATA["only_before"]["*"]
        end = r"|\Z" if word not in _DATA["only_before"] else ""
        return f"(?={_alternation(dict.fromkeys(allowed, ''))}{end})"
    tail = ""
    if forbidden:
        tail = f"(?!{_alternation(dict.fromkeys(forbidden, ''))})"
        if allowed := _DATA["unless"].get(word):
            tail = f"(?:(?={_alternation(dict.fromkeys(allowed, ''))})|{tail})"
    return tail


def _unit_pattern() -> str:
    """A unit with what may hang on it: 吨, 户(套), 微克/立方米, 件/万人, 台/套, 元/人·年."""
    circle = r"(?![^,。;:、\n]{0,10}圈)"  # 15分钟便民生活圈: a name
    letters = "(?![A-Za-z0-9])"
    above: dict[str, str] = {}
    below: dict[str, str] = dict.fromkeys(_DATA["below"]["words"], "")
    brackets: dict[str, str] = {}
    for name, entry in _DATA["class"].items():
        for word in entry["words"]:
            tail = letters if entry.get("latin") else _tail_of(word)
            if name == "duration":
                tail += circle
            above.setdefault(word, tail)
            if entry.get("over"):
                below.setdefault(word, letters if entry.get("latin") else "")
            if entry["kind"] == "count":
                brackets[word] = ""
    for word in ("s", "h", "d", "a", "min"):
        below[word] = letters
    return (
        f"(?:{_alternation(above)})"
        rf"(?:/(?:[十万亿]|{_HUNDREDS}){{0,2}}(?:{_alternation(below)})"
        rf"|\((?:{_alternation(brackets)})\))?"
    )


# 千瓦, 百分点 …: the character is the unit's, not a magnitude.
_HUNDREDS = "[百千](?![瓦伏米克卡帕焦赫分兆升])"
_YEAR = "(?:(?<=1)9|(?<=2)[01])[0-9]{2}"
_CHINESE = "一二两三四五六七八九十百千万亿〇零"
_STOP = r"[\s,。;:、)”》|]|\Z"
# 三个一, 五个一批 are slogans; 五个一体化平台, 三个一流学科 are counted things.
_ONES = "个一(?=[^体流级类站般])"


def _idioms() -> str:
    by_first: dict[str, dict[str, str]] = {}
    for word in _DATA["idioms"]["words"]:
        by_first.setdefault(word[0], {})[word[1:]] = ""
    return "|".join(f"(?<={first})(?:{_alternation(rest)})" for first, rest in by_first.items())


def _masks_of_figures() -> str:
    """What makes figures a date, a number of something, or a part of a name."""
    return rf"""
        [0-9]?\.(?=(?:19|20)[0-9]{{2}}\ ?年)
        |{_YEAR}(?:\ {{0,2}}年|〕|[-./][01]?[0-9][-./][0-3]?[0-9](?![0-9])
            |(?:-{{1,2}}|[至到、和/])(?:19|20|21)?[0-9]{{2}}(?:\ ?年|(?={_STOP})))
        |(?<=2)\ 0\ [0-9]\ [0-9]\ ?年
        |[0-9]?(?:(?:-{{1,2}}|[至到、和])[01]?[0-9])?\ ?月(?:份|[0-3]?[0-9]\ ?日)?
        |[0-9]?\ ?日(?!内|以内|之内|历)
        |[0-9]{{0,5}}(?:
            \ ?[号级室届版型]|省道|国道|县道|乡道|强(?![度化制])|世纪|年代|周年
            |年一遇|路公交|高速|线
            |时(?![间长期代段效])|点(?=[0-9整半前至到-])|:[0-9]{{1,3}}(?::[0-9]{{2}})?
            |\+[0-9A-Za-z]{{0,4}}|[°′″#]|期(?=工程|项目)|{_ONES}
            |[×*][0-9]{{1,6}}(?:\.[0-9]{{1,3}})?[^\W\d]{{0,3}})
    """


def _pattern() -> re.Pattern[str]:
    """The whole grammar; its first item is a set of characters, so the engine skips fast."""
    number_of_digits = r"""
        (?:\ [0-9](?![0-9.,])){2,12}(?=\ ?[^\W\d_a-zA-Z]|%)
        |(?:[0-9]{0,2}(?:,[0-9]{3}(?![0-9])){1,7}|[0-9]{0,23})(?:\.[0-9]{1,12})?(?![0-9]|\.[0-9])
    """
    return re.compile(
        rf"""[0-9一二两三四五六七八九十百千万半翻“《](?:
        (?<=《)[^《》\n]{{0,120}}(?:《[^《》\n]{{0,60}}》[^《》\n]{{0,120}}){{0,2}}》
        |(?<=“)[^“”\n,。;:!?]{{1,16}}”
        |(?<=[0-9])(?<![0-9].)(?<![0-9]\..)(?:
            [0-9]{{24}}[0-9]*
            |{_masks_of_figures()}
            |(?P<ratio>[0-9]{{0,2}}/[0-9]{{1,3}}(?=以上|以下|左右|的|{_STOP})))
        |(?<=[{_CHINESE}])(?<![{_CHINESE}].)(?:
            {_idioms()}
            |(?:(?<=二)[〇零]|(?<=一)九)[〇零一二三四五六七八九]{{2}}\ ?年
            |(?<=一)[^\W个]一[^\W体流级类站般批]
            |[{_CHINESE}]{{0,2}}{_ONES}
            |(?P<fraction>[{_CHINESE}]{{0,4}}分之
                (?:[{_CHINESE}点]{{1,9}}|[0-9]{{1,3}}(?:\.[0-9]{{1,4}})?)))
        |(?<=翻)(?P<doubling>番)
        |(?<=半)(?P<half>年|个月|小时|天)(?![^,。;:、\n]{{0,10}}圈)
        |(?:(?<=[0-9])(?<![0-9].)(?<![0-9]\..)(?P<figures>{number_of_digits})
                (?:\ {{0,2}}(?P<magnitude>[多余]?(?:{_HUNDREDS}|[十万亿]){{1,3}}[多余]?|[多余])
                    (?P<tail>(?<=[万亿])[0-9]{{1,4}}[千万]?(?![0-9年.]))?)?
            |(?<=[{_CHINESE}])(?<![{_CHINESE}].)(?:(?<!万)|(?=亿))
                (?P<words>(?:[一二两三四五六七八九十万亿〇零]|{_HUNDREDS}){{0,15}})(?P<vague>[多余]?))
            (?:\ {{0,2}}(?P<unit>{_unit_pattern()})
                |(?(figures)|(?=(?:-{{1,2}}|[至到])[{_CHINESE}]
                    |(?<=[万亿])(?:{_STOP}|以上|以下|以内|左右))))
        )""",
        re.VERBOSE,
    )


_PATTERN: Final = _pattern()
_GROUP: Final = _PATTERN.groupindex
_FIGURES: Final = _GROUP["figures"]
_MAGNITUDE: Final = _GROUP["magnitude"]
_TAIL: Final = _GROUP["tail"]
_WORDS: Final = _GROUP["words"]
_VAGUE: Final = _GROUP["vague"]
_UNIT: Final = _GROUP["unit"]
_RATIO: Final = _GROUP["ratio"]
_DOUBLING: Final = _GROUP["doubling"]
_HALF: Final = _GROUP["half"]


# ------------------------------------------------------------ one number read


class _Part(NamedTuple):
    """One end of a range, or a whole quantity, before the words around it are looked at."""

    start: int
    end: int
    number: str  # plain digits, still without the magnitude; '' where it was in words
    power: int
    value: Decimal
    unit: str
    kind: str
    more: bool  # 多, 余 stand in the number
    chinese: bool
    high: Decimal | None = None


@lru_cache(maxsize=8192)
def _figure(number: str, magnitude: str, tail: str) -> tuple[str, int, Decimal]:
    """(plain digits, power of ten, value) of a printed number and its magnitude words."""
    plain = number.replace(",", "").replace(" ", "")
    power = power_of(magnitude.strip("多余"))
    value = shifted(plain, power)
    if tail:
        small = shifted(tail.rstrip("千万"), power_of(tail.lstrip("0123456789")))
        value = added(value, small)
    return plain, power, value


@lru_cache(maxsize=1024)
def _class_of(unit: str) -> _Class:
    """The class of a unit, that of its first member for 户(套) and 吨/日."""
    base = unit.partition("/")[0].partition("(")[0]
    found = _ARABIC_CLASS[base]
    if "/" in unit and found.kind == "count" and unit.partition("/")[2] not in _ARABIC_CLASS:
        return _Class("measure", found.chinese)
    return found


def _part(norm: str, match: re.Match[str]) -> _Part | None:
    """The number of ``match``, or None where it turns out to be part of a name."""
    if match.end(_FIGURES) >= 0:
        return _figures_part(norm, match)
    if match.end(_WORDS) >= 0:
        return _words_part(norm, match)
    return _special_part(norm, match)


def _figures_part(norm: str, match: re.Match[str]) -> _Part | None:
    start, end = match.span()
    before = norm[start - 1] if start else "\n"
    if before in _NOT_AFTER_FIGURES or (before == " " and norm[start - 2 : start - 1] == "第"):
        return None
    magnitude, tail, unit = match.group(_MAGNITUDE, _TAIL, _UNIT)
    unit = unit or ""
    number = norm[start : match.end(_FIGURES)]
    kind = _class_of(unit).kind if unit else "bare"
    if "." in number and kind == "count" and not magnitude and _opens_line(norm, start):
        # 2.100家: the second item, of a hundred
        marker, _, number = number.partition(".")
        start += len(marker) + 1
    elif (unit == "年" and len(number) > 3) or (unit == "方" and not magnitude):
        return None
    if before.isascii() and before.isalpha() and not (magnitude or kind in ("percent", "money")):
        return None  # G75, PM2.5, T3; but GDP2500亿元, COD10%
    plain, power, value = _figure(number, magnitude or "", tail or "")
    more = bool(magnitude) and (magnitude[0] in "多余" or magnitude[-1] in "多余")
    # Every number of the plan comes by here: half the price of ``_Part(…)``.
    return tuple.__new__(_Part, (start, end, plain, power, value, unit, kind, more, False, None))


def _opens_line(norm: str, start: int) -> bool:
    line = norm.rfind("\n", max(0, start - 8), start)
    return not norm[line + 1 if line >= 0 else max(0, start - 8) : start].strip() and (
        line >= 0 or start < 8
    )


def _words_part(norm: str, match: re.Match[str]) -> _Part | None:
    start, end = match.span()
    before = norm[start - 1] if start else "\n"
    if before in _NOT_AFTER_WORDS:
        return None
    words = norm[start : match.end(_WORDS)]
    value = chinese_number(words)
    if value is None:
        return None
    unit = match[_UNIT] or ""
    if unit and not _counts(words, unit):
        return None
    more = bool(match[_VAGUE])
    kind = _class_of(unit).kind if unit else "bare"
    if kind == "group" and (value > 12 or value < 2):
        return None  # 党的二十大
    if unit == "番" and before not in "翻了":
        return None
    stem = words.rstrip("万亿")
    power = power_of(words[len(stem) :])
    number = str(chinese_number(stem) or "") if stem else ""
    return _Part(start, end, number, power, value, unit, kind, more, True)


_COMPOUND: Final = frozenset("十百千万亿")


def _counts(words: str, unit: str) -> bool:
    """Whether ``words`` before ``unit`` count something, rather than being a turn of phrase."""
    classes = _CHINESE_CLASS[unit.partition("/")[0].partition("(")[0]]
    compound = words == "十" or (len(words) > 1 and not _COMPOUND.isdisjoint(words))
    if words[0] in "百千" and not ("万" in words or "亿" in words):
        return False  # 百家, 千户: round and rhetorical
    return (
        "any" in classes
        or ("compound" in classes and compound)
        or ("plural" in classes and words != "一")
    )


def _special_part(norm: str, match: re.Match[str]) -> _Part | None:
    """Fractions, 翻番 and 半年."""
    start, end = match.span()
    words = match[0]
    if match.end(_DOUBLING) >= 0:
        return _Part(start, end, "", 0, Decimal(1), "番", "measure", False, True)
    if match.end(_HALF) >= 0:
        if start and norm[start - 1] in "一上下前后大多每个":
            return None
        return _Part(start, end, "", 0, Decimal("0.5"), words[1:], "duration", False, True)
    if match.end(_RATIO) >= 0:
        return _ratio_part(norm, match)
    below, _, above = words.partition("分之")
    numerator = Decimal(above) if above[0].isascii() else chinese_number(above)
    if numerator is None:
        return None
    if unit := {"百": "%", "一百": "%", "千": "‰", "一千": "‰"}.get(below):
        return _Part(start, end, "", 0, numerator, unit, "percent", False, True)
    denominator = chinese_number(below)
    value = quotient(numerator, denominator) if denominator is not None else None
    return None if value is None else _Part(start, end, "", 0, value, "", "bare", False, True)


def _ratio_part(norm: str, match: re.Match[str]) -> _Part | None:
    """2/3以上: a share, where the figures cannot be a date or a running number."""
    start, end = match.span()
    numerator, _, denominator = match[0].partition("/")
    before = norm[start - 1] if start else "\n"
    if before in "第-/.+" or (before.isascii() and before.isalnum()):
        return None
    if not 0 < int(numerator) < int(denominator) <= 100:
        return None
    value = quotient(Decimal(numerator), Decimal(denominator))
    return None if value is None else _Part(start, end, "", 0, value, "", "bare", False, True)


# --------------------------------------------------------------------- ranges

# Between the two ends of a range: a sign with spaces around it.
_WIDEST_GAP: Final = 4
_RANGE_SIGNS: Final = frozenset(("-", "--", "至", "到"))


def _joined(norm: str, low: _Part, high: _Part) -> _Part | None:
    """3-5家, 75%-85%, 5万至8万元 as one part, or None where the two do not belong together."""
    sign = norm[low.end : high.start].strip()
    if sign not in _RANGE_SIGNS or low.chinese != high.chinese:
        return None
    if low.unit not in ("", high.unit) or low.more or high.more:
        return None
    # 由10个到20个 is a rise from one figure to another
    if sign in "至到" and norm[low.start - 1 : low.start] in _RISES:
        return None
    value = low.value
    shares = bool(low.number and high.number and high.power and not (low.power or low.unit))
    if shares and Decimal(low.number) < Decimal(high.number):
        # 500-1000万元: the magnitude stands once for both ends; in 8000-1万元 it does not
        value = shifted(low.number, high.power)
    if value > high.value:
        return None
    return _Part(
        low.start, high.end, high.number, high.power, value, high.unit, high.kind, False,
        high.chinese, high.value,
    )  # fmt: skip


# ----------------------------------------------------- the words around a number


class _Binding(NamedTuple):
    """A comparator word: what it says, and where its words end on the far side."""

    comparator: str
    exclusive: bool
    at: int


def _comparator_words(side: str) -> dict[str, tuple[str, bool]]:
    return {
        word: (name.partition("_")[0], name.endswith("_exclusive"))
        for name, words in _DATA["comparator"][side].items()
        for word in words
    }


_BEFORE: Final[dict[str, list[tuple[str, str, bool, str]]]] = {}
for _word, (_says, _excludes) in sorted(
    _comparator_words("before").items(), key=lambda item: -len(item[0])
):
    _BEFORE.setdefault(_word[-1], []).append(
        (_word, _says, _excludes, _DATA["comparator"]["not_after"].get(_word, ""))
    )
_AFTER_WORDS: Final = _comparator_words("after")


def _after_pattern() -> re.Pattern[str]:
    guards = _DATA["comparator"]["not_before"]
    stops = rf"(?=的|以|而|{_STOP})"
    words = {
        word: stops if guards.get(word) == ["*"] else
        f"(?!{_alternation(dict.fromkeys(guards[word], ''))})" if word in guards else ""
        for word in _AFTER_WORDS
    }  # fmt: skip
    return re.compile(rf"[ )”]{{0,2}}(?:\(含[^()\n]{{0,10}}\) ?)?({_alternation(words)})")


_AFTER: Final = _after_pattern()
_AFTER_FIRST: Final = frozenset(" )”(" + "".join(word[0] for word in _AFTER_WORDS))
_TO_THE_NEXT: Final = frozenset(("-", "至", "到", ""))
_NEVER_BEFORE_BARE: Final = frozenset(",;.(+/、")
_NOT_AFTER_FIGURES: Final = frozenset(_DATA["not_after"]["arabic"])
_NOT_AFTER_WORDS: Final = frozenset(_DATA["not_after"]["chinese"])
_RISES: Final = frozenset("由从自")
_BETWEEN: Final = Rare(r"[^,。;:、()0-9\n]{0,6}\Z")


def _before(norm: str, start: int) -> _Binding | None:
    """The comparator word that ends at ``start``, spaces aside."""
    while start and norm[start - 1] == " ":
        start -= 1
    if not start:
        return None
    for word, says, excludes, blocked in _BEFORE.get(norm[start - 1], ()):
        at = start - len(word)
        if at >= 0 and norm.startswith(word, at) and not (at and norm[at - 1] in blocked):
            return _Binding(says, excludes, at)
    return None


def _after(norm: str, end: int) -> _Binding | None:
    """The comparator word that begins at ``end``, a closing bracket or quote aside."""
    found = _AFTER.match(norm, end)
    if found is None:
        return None
    says, excludes = _AFTER_WORDS[found[1]]
    return _Binding(says, excludes, found.end())


def _at_least(norm: str, start: int) -> _Binding | None:
    """至少建成1个: the word stands a verb away."""
    low = max(0, start - 8)
    at = norm.rfind("少", low, start)
    if at < 1 or norm[at - 1] not in "至最" or not _BETWEEN.match(norm, at + 1, start):
        return None
    return _Binding("ge", False, at - 1)


def _emit(norm: str, part: _Part, found: list[Quantity]) -> None:
    """Look at the words around ``part`` and add it to ``found``, if it is a quantity at all."""
    start, end = part.start, part.end
    last = norm[start - 1] if start else ""
    before = _before(norm, start) if last in _BEFORE or last == " " else None
    after = _after(norm, end) if norm[end : end + 1] in _AFTER_FIRST else None
    if part.kind == "duration" and before is not None and last == "近":
        before = None  # 近三年: the years past
    if part.kind == "duration" and after is None and norm.startswith("内", end):
        after = _Binding("le", False, end + 1)  # 15日内报送: here 内 needs no stop behind it
    if part.kind == "bare" and not _stands_alone(norm, part, before or after):
        return
    outer_start = before.at if before else start
    outer_end = after.at if after else end
    binding = before if before and before.comparator != "approx" else after or before
    if binding is None and (binding := _at_least(norm, start)) is not None:
        outer_start = binding.at
    if after and not before and norm.endswith(("控制在", "控制到"), 0, start):
        outer_start = start - 3
    comparator, exclusive = (binding.comparator, binding.exclusive) if binding else ("eq", False)
    if part.more and comparator in ("eq", "approx"):
        comparator, exclusive = "ge", True
    low, high = part.value, part.high
    found.append(
        tuple.__new__(  # half the price of ``Quantity(…)``
            Quantity,
            (
                start, end, low, high, part.unit, comparator, exclusive,
                outer_start, outer_end, part.more, part.kind,
            ),
        )
    )  # fmt: skip


# --------------------------------------------------------------- bare numbers

_MAY_FOLLOW: Final = re.compile(rf"{_STOP}|〕|以上|以下|以内|之内|左右|上下|的|和|与|及|!|\?")
_CUES: Final = frozenset("达为至到于过超是约近共计在升降低高增减长前率数值度量额逾满破:")
_NOT_CUES: Final = frozenset("编码话真第号图表件栏例步式型款章节条页楼栋幢届级期版")


def _stands_alone(norm: str, part: _Part, bound: _Binding | None) -> bool:
    """Whether a number without a unit is a figure (指数达到118左右), not part of a name or list."""
    number, end = part.number, part.end
    if part.chinese and not number:  # 三分之一
        return True
    if part.power:
        return norm[end : end + 1] not in _AFTER_MAGNITUDE
    if not _MAY_FOLLOW.match(norm, end):
        return False
    if number[0] == "0" and number[1:2] not in ("", "."):
        return False
    if len(number) >= 7 or (len(number) == 4 and number[:2] in ("19", "20")):
        return bound is not None
    before = norm[max(0, part.start - 8) : part.start].rstrip(" ")[-1:]
    behind = norm[end : end + 8].lstrip(" ")[:1]
    if before == "〔":  # 〔5000〕 alone in its cell: a figure added up over the years
        outside = norm[max(0, part.start - 2) : part.start - 1] + norm[end + 1 : end + 2]
        return behind == "〕" and not outside.strip(" \n\t|")
    if before in _CELL_ENDS:
        return behind in _CELL_ENDS
    if before in _CUES or bound is not None:
        return True
    return before >= "一" and before not in _NOT_CUES and len(number) > 1


_CELL_ENDS: Final = frozenset(("", "\n", "\t", "|"))
_AFTER_MAGNITUDE: Final = frozenset("级")
