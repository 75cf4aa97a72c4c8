"""Brackets and quotation marks that do not close, or stand on the wrong side of a comma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guatu.checks.context import Case, excerpt
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare
from guatu.text.span import Quote

CODE = "unbalanced-brackets"
MISPLACED_CODE = "misplaced-quote"

_SIGN = Rare(r"[()“”《》〔〕]")
_INSIDE = r"[^()“”《》〔〕]{0,200}"
_PAIR = re.compile(rf"\({_INSIDE}\)|“{_INSIDE}”|《{_INSIDE}》|〔{_INSIDE}〕")
_DEEPEST = 3
_PARTNER = {")": "(", "”": "“", "》": "《", "〕": "〔"}
_SIGNS = (*_PARTNER, *_PARTNER.values())
_KINDS = {"(": "括号", "“": "引号", "《": "书名号", "〔": "方括号"}
_LIST_MARKER = Rare(r"(?:^|\n)[ \t]{0,8}[0-9A-Za-z一二三四五六七八九十]{1,3}$")
# …动力“,一次办成”: the mark belongs behind the comma.
_MISPLACED = re.compile(r"“[,。;、](?<=[\u4e00-\u9fff0-9]“.)")
# Corner brackets nest (『』 within 「」), and come out as the same marks in half width.
_CORNER = Rare("[「『＂]")
# A pair may straddle a broken line, not a page.
_FARTHEST = 300
_SHOWN = 10


def check(case: Case) -> Iterator[Finding]:
    """括号、引号、书名号不成对或位置有误。

    查什么：只有前半或后半的括号、引号、书名号；写在标点前面的前引号。
    举例：“（责任单位：市教育局、市财政局”缺“）”；“动力“，一次办成””。
    怎么改：补上或移动符号。
    """
    single: dict[str, list[int]] = {}
    for kind, at in sorted(_unpaired(case), key=lambda pair: pair[1]):
        single.setdefault(kind, []).append(at)
    for kind, offsets in single.items():
        places = tuple(_around(case, at) for at in offsets[:_SHOWN])
        where = f"有{len(offsets)}处" if len(offsets) > 1 else ""
        yield Finding(
            CODE,
            "question",
            f"{_KINDS[kind]}{where}不成对：“{excerpt(places[0].text, 24)}”，请补全。",
            places,
        )
    misplaced = [case.quote(*found.span()) for found in _MISPLACED.finditer(case.norm)]
    if misplaced:
        first = misplaced[0]
        words = case.text[max(0, first.start - 8) : first.end + 8]
        yield Finding(
            MISPLACED_CODE,
            "note",
            f"有{len(misplaced)}处前引号在标点之前（如“{excerpt(words, 24)}”），请移到标点之后。",
            tuple(misplaced[:_SHOWN]),
        )


def _all_paired(norm: str) -> bool:
    """A quick look that settles it for most plans: pairs within pairs, and nothing left."""
    for _ in range(_DEEPEST):
        norm = _PAIR.sub("", norm)
        if not any(sign in norm for sign in _SIGNS):
            return True
    return False


def _unpaired(case: Case) -> Iterator[tuple[str, int]]:
    """Every sign without its other half: the kind (its opening sign) and where it stands."""
    norm = case.norm
    if _all_paired(norm):
        return
    nests = bool(_CORNER.search(case.text))
    open_: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for found in _SIGN.finditer(norm):
        sign, at = found[0], found.start()
        kind = _PARTNER.get(sign, sign)
        waiting = open_[kind]
        while waiting and at - waiting[-1] > _FARTHEST:
            yield kind, waiting.pop()
        if sign == kind:
            # A second opening mark on a later line, or a second “ at all: the first never closed.
            while waiting and ((kind == "“" and not nests) or "\n" in norm[waiting[-1] : at]):
                yield kind, waiting.pop()
            waiting.append(at)
        elif waiting:
            waiting.pop()
        elif not (sign == ")" and _LIST_MARKER.search(norm[max(0, at - 12) : at])):
            yield kind, at
    for kind, waiting in open_.items():
        for at in waiting:
            yield kind, at


def _around(case: Case, at: int) -> Quote:
    """The sign with the words on its inner side, without leaving its line."""
    opening = case.norm[at] in _KINDS
    line_start = case.norm.rfind("\n", 0, at) + 1
    line_end = case.norm.find("\n", at)
    line_end = len(case.norm) if line_end < 0 else line_end
    if opening:
        return case.quote(at, min(at + 14, line_end))
    return case.quote(max(at - 13, line_start), at + 1)
