"""Names of organisations (单位名称): telling them apart from other words, splitting lists of them.

The grammar is data (``lexicon/units.toml``): what a name ends in, what it begins with, what
only looks like one.  Nothing here knows a single city's offices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from guatu.reading.lexicon import load
from guatu.text.rare import Rare
from guatu.text.span import Span

_LONGEST = 40
# Longer pieces are prose; dividing them at every 和 would only cost time.
_LONGEST_PIECE = 90

# 等有关部门 closes a list or stands between two; 高等 belongs to names.
_PIECE = re.compile(
    r"(?P<rest>等+(?:(?:其他|各|有关|相关|[省市县区州]直|[省市县区州]级|成员|职能|主管)*(?:部门|单位)"
    r"|(?:有关|相关)(?:乡镇|镇街|县区|区县|县市区|街道|企业|地区|市县))?"
    r"(?:以?及|和|与)?)"
    r"|(?:高等|初等|中等|\([^()\n]{0,40}\)|[^、,;。:/|+\s()等])+"
)
_JOIN = re.compile(r"以及|会同|联合(?!会|社|国)|[和及与]")
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9·“”+()、-]{1,39}")
_TAIL_BRACKET = re.compile(r"\([^()]*\)$")
_OWN_ROLE = re.compile(r"\((?P<role>牵头|总牵头|牵头单位|主办|配合|协助|协办|参与)\)$")
_GENERIC = re.compile(
    r"(?:全?[省市县区州]?(?:直|级|属)|各级|各|其他|相关|有关|所有|涉及的?|等|具体|行业|主管|职能|责任"
    r"|牵头|配合|项目|建设|业主|参与|成员|地方)*"
    r"(?:部门|单位|企业|企事业单位|机构|地区|地方|方面|主体|各地|地|部门\(单位\))|责任(?:乡镇|镇街|街道|县区|区县)"
)
_BARE_COMMITTEE = re.compile(r"(?:中共)?[\u4e00-\u9fff]{0,6}(?:[省市县区州盟旗]委|党委|党工委)")
_GOVERNMENT_OFFICE = Rare(
    r"[\u4e00-\u9fff]{0,6}(?:[省市县区州盟旗](?:人民)?政府|管委会|行署)[\u4e00-\u9fff]{0,8}[室办局厅处组]"
)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _grammar() -> dict[str, Rare]:
    words = load("units")
    place = rf"(?:{_any(words['places'])})(?:\([^()]{{1,12}}\))?"
    return {
        "ending": Rare(rf"(?:{_any(words['endings'])})$"),
        "not": Rare(rf"(?:{_any(words['not_endings'])})$"),
        "yet": Rare(rf"(?:{_any(words['yet_endings'])})$"),
        "person": Rare(rf"(?:{_any(words['persons'])})$|同志"),
        "proper": Rare(
            rf"(?:{_any(words['levels'])})[\u4e00-\u9fff(“]|(?:{_any(words['organs'])})$"
            r"|各(?!级|项|类|种|行|方|司其)|[\u4e00-\u9fff]{1,5}[省市县区州盟旗镇乡](?![直级属])[\u4e00-\u9fff]"
            r"|团[省市县区州]委$"
        ),
        "owned": Rare(
            rf"(?:{_any(words['levels'])}|各)[\u4e00-\u9fff]|(?:{_any(words['organs'])})"
        ),
        "places": Rare(rf"(?:各(?:级|有关|相关)?)?{place}"),
        "more_places": Rare(
            rf"{place}(?:人民政府|政府|党委|党委和政府|党委政府|管委会|\(办事处\))?"
        ),
        "lead_in": Rare(rf"(?:{_any(words['lead_in'])})"),
    }


@cache
def _grammar_heads() -> frozenset[str]:
    return frozenset(word[0] for word in load("units")["lead_in"])


@cache
def _manner() -> re.Pattern[str]:
    """按职责分工, 分别, 共同 …: how they do it, behind the last name of a list."""
    return re.compile(rf"(?:{_any(load('units')['manner'])})+$")


def is_manner(text: str) -> bool:
    """True for words such as 按职责分工 between the names and what they do, and for none."""
    return not text or _manner().fullmatch(text) is not None


@lru_cache(maxsize=8192)
def is_unit(name: str) -> bool:
    """True for a name built like an organisation's (市教育局, 各县(市、区)政府, 发展改革委).

    ``name`` is in half width.  有关部门, 各单位 and offices of persons (副市长) are none.
    """
    if not 2 <= len(name) <= _LONGEST or _NAME.fullmatch(name) is None:
        return False
    core = _TAIL_BRACKET.sub("", name)
    if len(core) < 2 or _GENERIC.fullmatch(core) is not None:
        return False
    grammar = _grammar()
    return (
        grammar["ending"].search(core) is not None
        and (grammar["not"].search(core) is None or grammar["yet"].search(core) is not None)
        and grammar["person"].search(core) is None
    )


@lru_cache(maxsize=8192)
def is_proper(name: str) -> bool:
    """True for an organisation's name that says whose it is (市教育局, 农业农村部, 各区)."""
    return is_unit(name) and _grammar()["proper"].match(name) is not None


def without_lead_in(norm: str, start: int, end: int) -> int:
    """The offset where the name in ``[start, end)`` begins behind 由, 建立由, 会同 …"""
    lead_in = _grammar()["lead_in"]
    while start < end:
        match = lead_in.match(norm, start, end)
        if match is None:
            break
        start = match.end()
    return start


def own_role(name: str) -> tuple[str, str | None]:
    """A name without the role that a list gives it in brackets: 市发改委(牵头) → 市发改委, 牵头."""
    match = _OWN_ROLE.search(name)
    return (name[: match.start()], match["role"]) if match else (name, None)


def units_in(norm: str, start: int, end: int) -> tuple[Span, ...]:
    """The organisations listed in ``norm[start:end]``, in order.

    Splits at 、 , ; and at 和, 及, 会同 where names stand on both sides (市住房和城乡建设局
    stays one name); leaves out 等有关部门 and whatever is not built like a name.
    """
    # 各县〔市、区〕政府 and 各县(市、区)政府 are built alike.
    words = norm[start:end].replace("〔", "(").replace("〕", ")")
    return tuple(Span(start + a, start + b) for a, b in _units(words))


@lru_cache(maxsize=2048)
def _units(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for match in _PIECE.finditer(text):
        if match["rest"] is None and match.end() - match.start() <= _LONGEST_PIECE:
            found.extend(_parts(text, match.start(), match.end()))
    return tuple(
        (a, b)
        for a, b in _joined(text, found)
        if is_unit(own_role(text[a:b])[0]) or "、" in text[a:b]
    )


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """One piece between commas, divided at 和, 及, 会同 where both sides are names."""
    if not is_unit(text[start:end]) and (manner := _manner().search(text, start, end)):
        end = manner.start()
    start = _name_start(text, start, end)
    parts: list[tuple[int, int]] = []
    for join in _JOIN.finditer(text, start, end):
        left, right = text[start : join.start()], text[join.end() : end]
        if is_unit(left) and (_begins_with_unit(right) or _GENERIC.fullmatch(right)):
            parts.append((start, join.start()))
            start = join.end()
        elif _GENERIC.fullmatch(left) and _begins_with_unit(right):
            start = join.end()
    if start < end:
        parts.append((start, end))
    return parts


def _name_start(text: str, start: int, end: int) -> int:
    """Where a piece's name begins: behind 由, 会同 … unless they are part of the name."""
    if is_unit(text[start:end]) and text[start] not in _grammar_heads():
        return start
    bare = without_lead_in(text, start, end)
    if bare == start or (
        is_unit(text[start:end]) and not _grammar()["owned"].match(text, bare, end)
    ):
        return start
    return bare


def _begins_with_unit(text: str) -> bool:
    """True if ``text``, or what stands before a further 和 in it, is a name."""
    return is_unit(text) or any(is_unit(text[: join.start()]) for join in _JOIN.finditer(text))


def _joined(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of one name put together: 市委、市政府督查室; 各省、自治区、直辖市人民政府."""
    whole: list[tuple[int, int]] = []
    for part in parts:
        if whole and _belongs(text, whole[-1], part):
            whole[-1] = (whole[-1][0], part[1])
        else:
            whole.append(part)
    return whole


def _belongs(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    gap = text[first[1] : second[0]]
    if gap not in ("、", "和", "及"):
        return False
    left, right = text[slice(*first)], text[slice(*second)]
    if right in ("政府", "人民政府"):
        return left.startswith("各") and left.endswith(("党委", "党工委"))
    if _BARE_COMMITTEE.fullmatch(left):
        return _GOVERNMENT_OFFICE.fullmatch(right) is not None
    grammar = _grammar()
    last = re.split("[、和及]", left)[-1]
    return (
        grammar["places"].fullmatch(last) is not None
        and (left.startswith("各") or len(left) == 1)
        and grammar["more_places"].fullmatch(right) is not None
    )
