"""Declared count of works or measures against the items listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from guatu.checks.context import Case, MarkerKind, count_of
from guatu.ledger.findings import Finding
from guatu.text.rare import Rare

CODE = "declared-count"

# Found by its measure word, which is rarer than a number.
_DECLARED = re.compile(
    r"(?P<measure>[个项大条类])(?<=[0-9二三四五六七八九十].)(?P<modifier>[\u4e00-\u9fff]{0,8})"
    r"(?P<noun>工程|行动计划|行动|任务|举措|措施|计划|工作|项目|方面)"
    r"(?![师库书组部包化性的\u4e00-\u9fff]{0,2}(?:师|库|书|化|清单|经费|类型))"
)
_COUNT = re.compile(r"[0-9二三四五六七八九十]{1,4}\Z")
_LONGEST_COUNT = 4
# Words that narrow nothing: 18个重大工程 are all the plan's works, 10项民生工程 some of them.
_GENERIC = re.compile(
    r"重大|重点|主要|关键|核心|专项|标志性|骨干|攻坚|具体|配套|政策|改革|行动|工作|建设|目标|任务"
    r"|工程|提升|类|大|的|等"
)
# 第三条, 1.2项, “1+6项”, 甲、乙等7大类: no declaration.  (Nothing before: the text begins here.)
_NOT_BEFORE = frozenset(".一百第等+-")
_FOLLOWING = Rare(r"以下|如下|下列")
_FEWEST_ITEMS = 3


def check(case: Case) -> Iterator[Finding]:
    """方案声明的工程（任务、措施）数目与实际所列条目不符。

    查什么：总体要求或章节导语中“实施N项工程”“N大行动”一类的数目，与以该名称为题的条目数，
    或与全文连续编号的条目数不同。
    举例：总体要求写“实施20项补短板工程”，重点任务连续编号却到31。
    怎么改：核对条目是否重复、遗漏或编号有误，再统一总数与所列条目。
    """
    for found in _DECLARED.finditer(case.norm):
        at = found.start()
        number = _COUNT.search(case.norm, max(0, at - _LONGEST_COUNT), at)
        if number is None or case.norm[number.start() - 1 : number.start()] in _NOT_BEFORE:
            continue
        start, count = number.start(), count_of(number[0])
        if count is None or count < _FEWEST_ITEMS:
            continue
        items = _items(case, found, start, count)
        if not items or len(items) == count:
            continue
        sections = case.ledger.sections
        yield Finding(
            CODE,
            "error",
            f"“{case.norm[start : found.end()]}”与所列{len(items)}项不符："
            f"从“{sections[items[0]].title}”到“{sections[items[-1]].title}”共列{len(items)}项，请核对总数或条目。",
            (
                case.quote(start, found.end()),
                sections[items[0]].quote,
                sections[items[-1]].quote,
            ),
        )


def _items(case: Case, found: re.Match[str], start: int, count: int) -> list[int]:
    """The sections that the declaration counts, or nothing where that cannot be told.

    The declaration begins with its number, at ``start``.
    """
    place = case.section_at(start)
    below = case.children.get(place, ()) if place >= 0 else ()
    heads_items = bool(below) and start < case.section_starts[below[0]]
    nearby = case.norm[max(0, start - 8) : found.end() + 4]
    if heads_items and _FOLLOWING.search(nearby):
        return list(below) if _near(len(below), count) else []
    if not _speaks_of_all(case, found["modifier"]):
        return []
    if heads_items:
        end = case.ledger.sections[place].end
        inside = range(place + 1, case.section_at(max(end - 1, 0)) + 1)
        if items := _titled(case, inside, found["noun"], count):
            return items
    if place < 0 or case.guidance[place]:
        later = range(place + 1, len(case.ledger.sections))
        return _titled(case, later, found["noun"], count) or _run_on(case, found, count)
    return []


def _speaks_of_all(case: Case, modifier: str) -> bool:
    """True where the modifier is generic or made of the words of the plan's own title."""
    rest = _GENERIC.sub("", modifier)
    return set(rest) <= set(case.ledger.plan.title or "")


def _near(listed: int, count: int) -> bool:
    """A count far from the items listed speaks of something else."""
    return listed >= _FEWEST_ITEMS and count <= 2 * listed and listed <= 2 * count


def _titled(case: Case, among: Iterable[int], noun: str, count: int) -> list[int]:
    """The items titled with ``noun``, of the level that has most of them."""
    levels: dict[MarkerKind, list[int]] = {}
    for index in among:
        section = case.ledger.sections[index]
        if section.title.rstrip("”』」 ").endswith((noun, noun + "计划")):
            levels.setdefault(case.markers[index][0], []).append(index)
    if not levels or any(len(items) == count for items in levels.values()):
        return []
    most = max(levels.values(), key=len)
    return most if _near(len(most), count) else []


def _run_on(case: Case, found: re.Match[str], count: int) -> list[int]:
    """The plan's one series of items that is numbered on across its chapters: 1 … 31.

    Only a bare count close to that series is taken to mean it; a name in quotation marks
    (“十大行动”) may be another plan's.
    """
    quoted = case.norm[found.end() : found.end() + 1] == "”"
    if quoted or found["measure"] not in "个项条" or found["noun"] in ("项目", "方面"):
        return []
    series = _series(case)
    if any(len(items) == count for items in series) or any(
        len(items) == count for items in case.children.values()
    ):
        return []
    running = [
        items for items in series if len({case.parents[index] for index in items}) > 1
    ]  # fmt: skip
    longest = max(running, key=len, default=[])
    return longest if abs(len(longest) - count) <= max(1, count // 10) else []


def _series(case: Case) -> list[list[int]]:
    """Runs of items of one kind of marker, each number one more than the last."""
    series: list[list[int]] = []
    running: dict[MarkerKind, tuple[int, list[int]]] = {}
    for index, (kind, number) in enumerate(case.markers):
        last, items = running.get(kind, (0, []))
        if number != last + 1 or not items:
            items = []
            series.append(items)
        items.append(index)
        running[kind] = (number, items)
    return series
