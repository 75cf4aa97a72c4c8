"""Words, clauses and signs that stand twice where once was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from guatu.checks.context import Case, excerpt
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare
from guatu.text.span import Quote

CODE = "repeated-words"

_TWICE = Rare(r"([\u4e00-\u9fff]{3,8}?)\1")
_LENGTHS = range(3, 9)
_WIDTH = 2  # bytes of a character
_DIFFERS = re.compile(rb"[^\0]")
# 目的的, 标的的 are sound Chinese, and so is 的的确.
_DE_DE = re.compile(r"的的(?<![目标有]的的)(?!确|士)")
_SIGNS = re.compile(r"[,、;:。][,。;:、]")
# Only what says what is to be done; conditions and standards may well be said alike twice.
_CLAUSE = re.compile(
    r"(?:加快|推[进动]|探索|加强|加大|完善|建[设立]|实施|开展|健全|打造|提升|深化|优化|强化|积极|大力"
    r"|支持|鼓励|制定|出台|培育|引导|统筹|落实|构建)[^,。;:!?()\n\t]{9,80}"
)
# Who is responsible may well be said alike several times in one item.
_DUTY = Rare(r"牵头|负责|配合|责任|部门|单位|[市县]?政府")
_SHOWN = 10


def check(case: Case) -> Iterator[Finding]:
    """字词、分句或标点重复。

    查什么：紧挨着重复的词语、同一条目内一字不差的两个分句、连用的标点。
    举例：“等有关单位等有关单位”“的的”“，，”。
    怎么改：删去多余的一处。
    """
    for said in (_twice(case.norm), _DE_DE.finditer(case.norm)):
        for found in islice(said, _SHOWN):
            words = case.quote(*found.span())
            message = f"“{excerpt(words.text, 26)}”疑有重复，请删去多余的字词。"
            yield Finding(CODE, "question", message, (words,))
    yield from _signs(case)
    yield from _clauses(case)


def _twice(norm: str) -> Iterator[re.Match[str]]:
    """Words said twice in a row; only where the text is its own echo is it looked at closely."""
    done = 0
    for start, end in _echoes(norm):
        for found in _TWICE.finditer(norm, max(start, done), end):
            yield found
            done = found.end()


def _echoes(norm: str) -> Iterator[tuple[int, int]]:
    """The stretches, in order and apart, that hold some ``n`` characters twice in a row.

    The text as one long number, laid over itself ``n`` characters on, is nought where both
    agree: that tells all such places of a plan in the time of a few scans.
    """
    raw = norm.encode("utf-16-le", "surrogatepass")
    if len(raw) != _WIDTH * len(norm):  # rare characters of four bytes
        yield 0, len(norm)
        return
    number = int.from_bytes(raw, "little")
    found: list[tuple[int, int]] = []
    for n in _LENGTHS:
        overlaid = (number ^ (number >> (8 * _WIDTH * n))).to_bytes(len(raw), "little")
        agreeing = bytes(_WIDTH * n)
        at = overlaid.find(agreeing)
        while at >= 0:
            start = -(-at // _WIDTH)
            differing = _DIFFERS.search(overlaid, at)
            end = differing.start() // _WIDTH if differing else len(norm)
            found.append((start, min(end + n, len(norm))))
            at = overlaid.find(agreeing, _WIDTH * end)
    found.sort()
    reach = 0
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if start < reach:
            joined[-1] = (joined[-1][0], max(reach, end))
        else:
            joined.append((start, end))
        reach = joined[-1][1]
    yield from joined


def _signs(case: Case) -> Iterator[Finding]:
    places = [case.quote(*found.span()) for found in _SIGNS.finditer(case.norm)]
    if not places:
        return
    shown = "、".join(f"“{place.text}”" for place in places[:3])
    yield Finding(
        CODE,
        "note",
        f"有{len(places)}处标点连用（{shown}），请核对。",
        tuple(places[:_SHOWN]),
    )


def _clauses(case: Case) -> Iterator[Finding]:
    """The same clause twice in one item."""
    said = Counter(map(str.rstrip, _CLAUSE.findall(case.norm)))
    again: dict[str, list[int]] = {
        clause: [] for clause, times in said.items() if times > 1 and not _DUTY.search(clause)
    }
    if not again:
        return
    for found in _CLAUSE.finditer(case.norm):
        starts = again.get(found[0].rstrip())
        if starts is not None:
            starts.append(found.start())
    for clause, starts in again.items():
        yield from _in_one_item(case, clause, starts)


def _in_one_item(case: Case, clause: str, starts: list[int]) -> Iterator[Finding]:
    places: dict[int, list[Quote]] = {}
    for start in starts:
        item = case.section_at(start)
        # A clause that takes up the item's title is no repetition.
        if item >= 0 and start >= case.ledger.sections[item].quote.end:
            places.setdefault(item, []).append(case.quote(start, start + len(clause)))
    for quotes in places.values():
        if len(quotes) > 1:
            message = f"“{excerpt(clause, 26)}”在同一条中出现{len(quotes)}次，请核对是否重复。"
            yield Finding(CODE, "note", message, tuple(quotes[:_SHOWN]))
