"""Numbering that skips or repeats."""

from __future__ import annotations

from collections.abc import Iterator

from guatu.checks.context import Case, MarkerKind, excerpt
from guatu.ledger.findings import Finding
from guatu.ledger.records import Section

CODE = "numbering-broken"


def check(case: Case) -> Iterator[Finding]:
    """条目编号跳号、重号或倒序。

    查什么：同级条目的编号不连续。各章连续编号（1…31）和每章重新编号都视为正常。
    举例：“（三）”之后是“（五）”，缺“（四）”。
    怎么改：补上漏掉的条目，或改正编号。
    """
    last: dict[MarkerKind, int] = {}  # the number last printed of each kind, for runs across parts
    siblings: dict[tuple[int, MarkerKind], tuple[int, Section]] = {}
    for index, section in enumerate(case.ledger.sections):
        kind, number = case.markers[index]
        if not number:
            continue
        parent = case.parents[index]
        before = siblings.get((parent, kind))
        expected = {last.get(kind, 0) + 1, 1}
        if before is not None:
            expected.add(before[0] + 1)
        if number not in expected:
            yield _finding(section, number, before, last.get(kind, 0))
        siblings[parent, kind] = (number, section)
        last[kind] = number


def _finding(
    section: Section, number: int, before: tuple[int, Section] | None, last: int
) -> Finding:
    here = excerpt(section.quote.text)
    if before is None:
        wrong = f"“{here}”是本级第一项，编号却不是从1开始" + (
            f"，也不接前文的{last}" if last else ""
        )
        return Finding(CODE, "question", f"{wrong}，请核对编号。", (section.quote,))
    earlier, sibling = before
    there = excerpt(sibling.quote.text)
    if number == earlier:
        wrong = "编号重复"
    elif number > earlier:
        missing = number - earlier - 1
        wrong = f"缺第{earlier + 1}项" if missing == 1 else f"跳过{missing}项"
    else:
        wrong = "编号倒退"
    return Finding(
        CODE,
        "question",
        f"“{there}”之后是“{here}”，{wrong}，请核对编号或是否漏了条目。",
        (sibling.quote, section.quote),
    )
