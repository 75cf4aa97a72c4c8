"""Names listed against the number that closes or opens their list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from guatu.checks.context import Case, count_of
from guatu.ledger.findings import Finding, Severity
from guatu.text.rare import Rare

CODE = "names-count"

_NUMBER = r"[0-9]{1,2}|[一二三四五六七八九十两]{1,3}"
# …、丁等3处; 等9座以上 leaves the count open.
_ET_CETERA = re.compile(
    rf"等(?P<count>{_NUMBER})(?P<measure>大类|[大个条项座处家类种所支只片块款])"
    r"(?!月|百分点|工作日|小时|季度|以上|多|余|左右|-)"
)
# …、丙三大机场; a “十大” by itself is a name.
_GREAT = re.compile(
    r"大(?<=[0-9二三四五六七八九十]大)(?=[\u4e00-\u9fff])(?!大?精神|大?以来|大?报告)"
)
_GREAT_COUNT = re.compile(r"[0-9二三四五六七八九十]{1,2}\Z")
_BEFORE_GREAT = re.compile(r"[\u4e00-\u9fffA-Za-z”)](?<![的届第等])")
# 五大行动(甲、乙、丙、丁、戊): found by its bracket, which is rarer than a number.
_OPENING = re.compile(r"\((?P<namely>即:?|包括:?|分别[为是]:?)?(?P<names>[^()\n]{6,160})\)")
_OPENED = re.compile(
    r"(?P<count>[0-9二两三四五六七八九十]{1,3})[大个条项座处家类所]"
    r"(?P<noun>[^0-9、,。;:()“”\n]{1,14})\Z"
)
_LONGEST_OPENED = 18
_NOT_BEFORE = frozenset("第.-+")
_NO_LIST = Rare(r"等|以上|含|除|或|:|[0-9]|牵头|负责|单位|配合|,|;")
_ENCLOSED = re.compile(r"“[^“”\n]{0,60}”|\([^()\n]{0,60}\)|《[^《》\n]{0,60}》")
_CLAUSE_EDGE = re.compile(r"[,;。:!?\n\t“”()《》]")
_AND_SO_ON = re.compile(r"(?<![高中初平同均优对])等(?![级效值])")
_JOIN = re.compile(r"以及|[和与及]")
# A verb inside a later name begins a new thought: 开展普查、建设滨江等2个公园.
_VERB = re.compile(
    r"打造|建设|推进|推动|实施|加快|开展|改造|新建|扩建|完善|编制|培育|支持|引进|创建|建成|启动"
    r"|完成|提升|发展|开工|组织|制定|出台|落实|做好|抓好|加强|申报|争创|统筹|构建|形成|覆盖"
)
_LOOK_BACK = 240
_FEWEST_FOR_MORE = 3


class _Names(NamedTuple):
    """How many names stand before a number: at least, and at most, as 和 may join two or not."""

    least: int
    most: int
    start: int


def check(case: Case) -> Iterator[Finding]:
    """列举的名称个数与所写数目不符。

    查什么：“甲、乙、丙、丁等3处”“甲、乙、丙四大平台”“三大行动（甲、乙、丙、丁）”中的名称数与数目。
    “等”后数目大于所列名称的，视为未列全，不提示。
    举例：“实施北渠、东渠、西渠、南渠等3处灌区改造”，列了4处。
    怎么改：补上或删去名称，或改正数目。
    """
    norm = case.norm
    for found in _ET_CETERA.finditer(norm):
        yield from _closing(case, found["count"], found.start(), found.end(), et_cetera=True)
    for great in _GREAT.finditer(norm):
        at = great.start()
        number = _GREAT_COUNT.search(norm, max(0, at - 2), at)
        if number and _BEFORE_GREAT.match(norm, max(0, number.start() - 1)):
            yield from _closing(case, number[0], number.start(), great.end(), et_cetera=False)
    for bracket in _OPENING.finditer(norm):
        yield from _opening(case, bracket)


def _closing(
    case: Case, number: str, start: int, end: int, *, et_cetera: bool
) -> Iterator[Finding]:
    """A list that its number closes: 甲、乙等2处, 甲、乙两大机场."""
    count = count_of(number)
    names = _names_before(case.norm, start)
    if not count or names is None:
        return
    if count < names.least:
        yield _finding(case, "error", names.least, names.start, end)
    elif not et_cetera and count == names.most + 1 and names.most >= _FEWEST_FOR_MORE:
        yield _finding(case, "question", names.most, names.start, end)


def _names_before(norm: str, end: int) -> _Names | None:
    """The list that ends at ``end``, or None where there is none."""
    low = max(0, end - _LOOK_BACK)
    if norm.find("、", low, end) < 0:
        return None
    clause = _ENCLOSED.sub(lambda hit: "○" * len(hit[0]), norm[low:end])
    edges = [edge.end() for edge in _CLAUSE_EDGE.finditer(clause)]
    if not edges and low:
        return None
    start = edges[-1] if edges else 0
    earlier = [so_on.end() for so_on in _AND_SO_ON.finditer(clause, start)]
    listed = clause[earlier[-1] if earlier else start :].split("、")
    most = len(listed) + sum(len(_JOIN.findall(name)) for name in listed)
    if len(listed) < 2:
        return None
    first = 0
    for index, name in enumerate(listed):
        # 平台和甲、乙: the list begins behind 和; behind an earlier 等 it begins with what follows.
        last = index + 1 == len(listed)
        if (index and _VERB.search(name)) or (not last and _JOIN.search(name)):
            first = index
        elif not index and earlier:
            first = 1
    least = len(listed) - first
    return _Names(least, most, low + (earlier[-1] if earlier else start))


def _opening(case: Case, bracket: re.Match[str]) -> Iterator[Finding]:
    """A list in brackets behind its number: 三大行动(甲、乙、丙)."""
    at = bracket.start()
    found = _OPENED.search(case.norm, max(0, at - _LONGEST_OPENED), at)
    if found is None:
        return
    count, names = count_of(found["count"]), bracket["names"]
    if not count or case.norm[found.start() - 1 : found.start()] in _NOT_BEFORE:
        return
    if _NO_LIST.search(names):
        return
    listed = _ENCLOSED.sub("○○○", names).split("、")
    if len(listed) < 2 or any(len(name) < 3 for name in listed):
        return
    least, most = len(listed), len(listed) + sum(len(_JOIN.findall(name)) for name in listed)
    if least <= count <= most:
        return
    if bracket["namely"]:
        yield _finding(case, "error", least, found.start(), bracket.end())
    elif least - 1 <= count <= most + 1:
        yield _finding(case, "question", least, found.start(), bracket.end())


def _finding(case: Case, severity: Severity, listed: int, start: int, end: int) -> Finding:
    words = case.quote(start, end)
    return Finding(
        CODE,
        severity,
        f"“{_tail(words.text)}”处列了{listed}个名称，与所写数目不符，请核对名称与数目。",
        (words,),
    )


def _tail(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 40 else "…" + line[-39:]
