"""Words, clauses and signs that stand twice where once was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from guatu.checks.context import Case, excerpt
from guatu.ledger.findings import Finding
from guatu.text.span import Quote

CODE = "repeated-words"

_TWICE = re.compile(r"([\u4e00-\u9fff]{3,8}?)\1")
# 目的的, 标的的 are sound Chinese, and so is 的的确.
_DE_DE = re.compile(r"的的(?<![目标有]的的)(?!确|士)")
_SIGNS = re.compile(r"[,、;:。][,。;:、]")
# Only what says what is to be done; conditions and standards may well be said alike twice.
_CLAUSE = re.compile(
    r"(?:加快|推[进动]|探索|加强|加大|完善|建[设立]|实施|开展|健全|打造|提升|深化|优化|强化|积极|大力"
    r"|支持|鼓励|制定|出台|培育|引导|统筹|落实|构建)[^,。;:!?()\n\t]{9,80}"
)
# Who is responsible may well be said alike several times in one item.
_DUTY = re.compile(r"牵头|负责|配合|责任|部门|单位|[市县]?政府")
_SHOWN = 10


def check(case: Case) -> Iterator[Finding]:
    """字词、分句或标点重复。

    查什么：紧挨着重复的词语、同一条目内一字不差的两个分句、连用的标点。
    举例：“等有关单位等有关单位”“的的”“，，”。
    怎么改：删去多余的一处。
    """
    for pattern in (_TWICE, _DE_DE):
        for found in islice(pattern.finditer(case.norm), _SHOWN):
            words = case.quote(*found.span())
            message = f"“{excerpt(words.text, 26)}”疑有重复，请删去多余的字词。"
            yield Finding(CODE, "question", message, (words,))
    yield from _signs(case)
    yield from _clauses(case)


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
    seen: dict[str, list[int]] = {}
    for found in _CLAUSE.finditer(case.norm):
        seen.setdefault(found[0].rstrip(), []).append(found.start())
    for clause, starts in seen.items():
        if len(starts) > 1 and not _DUTY.search(clause):
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
