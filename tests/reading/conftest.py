"""How the clerk's cases of targets (指标) are written and compared: see cases/targets.yml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from guatu.documents.document import Document
from guatu.ledger.records import PlanInfo, Target
from guatu.reading.material import Material
from guatu.reading.outline import outline_of
from guatu.reading.plan_info import settled
from guatu.text.periods import periods_in
from guatu.text.quantities import quantities_in

COMPARATORS = {
    "以上": ("ge", False),
    "超过": ("ge", True),
    "以下": ("le", False),
    "不满": ("le", True),
    "约": ("approx", False),
}
CHANGES = {"升": "increase", "降": "decrease"}
KINDS = {"事实": "fact", "总数": "total"}
READ_IN = {"子句": "clause", "本句": "sentence", "上文": "section", "方案": "plan"}
MAGNITUDES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}
AIMING = re.compile("力争|争取|努力")
PLAN = (2026, 2028)


class Row(NamedTuple):
    """One wanted target; what is None is not compared."""

    subjects: tuple[str, ...]
    value: Decimal
    high: Decimal | None
    unit: str
    comparator: str
    exclusive: bool
    change: str
    kind: str
    due: tuple[date | None] | None
    first: tuple[date | None] | None
    due_from: str | None
    aim: bool
    scope: str | None


def plain(words: str) -> str:
    """Words in one width, without spaces and without the marks of quotation."""
    return re.sub(r"[\s“”\"]", "", unicodedata.normalize("NFKC", words))


def number_of(words: str) -> Decimal:
    """1450亿 → 145000000000."""
    match = re.fullmatch(r"([0-9.]+)(百|千|万亿|万|亿)?", words)
    assert match, f"数“{words}”写法不对"
    return Decimal(match[1]) * MAGNITUDES[match[2] or ""]


def day_of(words: str, edge: str) -> date | None:
    """2027 → that year's first or last day, 2027-06-30 → that day."""
    if not words:
        return None
    return date.fromisoformat(words if len(words) > 4 else f"{words}-{edge}")


def row_of(wanted: Sequence[str], plan: tuple[int, int] | None) -> Row:
    """A row as the clerk wrote it, the rules for what is left out applied."""
    subjects, number, unit, *words = wanted
    value, _, high = number.partition("~")
    comparator, exclusive = "eq", False
    change, kind, due_from, aim, scope = "level", "target", None, False, None
    due: tuple[date | None] | None = None
    first: tuple[date | None] | None = None
    for word in words:
        if word in COMPARATORS:
            comparator, exclusive = COMPARATORS[word]
        elif word in CHANGES:
            change = CHANGES[word]
        elif word in KINDS:
            kind = KINDS[word]
        elif word in READ_IN:
            due_from = READ_IN[word]
        elif word == "力争":
            aim = True
        elif word == "无期":
            due = first = (None,)
        elif word.startswith("范围="):
            scope = word.removeprefix("范围=")
        else:
            begin, _, last = word.rpartition("~")
            first, due = (day_of(begin, "01-01"),), (day_of(last, "12-31"),)
    if due is None and kind == "target":
        due = (date(plan[1], 12, 31) if plan else None,)
    return Row(
        tuple(plain(subject) for subject in subjects.split(" 或 ")),
        number_of(value),
        number_of(high) if high else None,
        "" if unit == "无" else plain(unit),
        comparator,
        exclusive,
        change,
        kind,
        due,
        None if kind != "target" else first,
        due_from,
        aim,
        scope,
    )


def faults(row: Row, found: Target, text: str) -> list[str]:
    """What differs between a wanted target and the one that was read."""
    pairs: list[tuple[str, object, object]] = [
        ("数", (row.value, row.high), (found.value, found.high)),
        ("单位", row.unit, plain(found.unit)),
        ("比较", row.comparator, found.comparator),
        ("不含本数", row.exclusive, found.exclusive),
        ("变化", row.change, found.change),
        ("种类", row.kind, found.kind),
        ("期限", row.due, (found.due,) if row.due else None),
        ("起始", row.first, (found.first,) if row.first else None),
        ("出处", row.due_from, found.due_from if row.due_from else None),
        ("范围", True, row.scope is None or row.scope in f"{found.scope}{found.subject}"),
        ("力争", row.aim, found.aim if row.aim or not AIMING.search(text) else row.aim),
    ]
    wrong = [f"{name}应为{want}，读出{got}" for name, want, got in pairs if want != got]
    if plain(found.subject) not in row.subjects:
        wrong.append(f"主体应为{' 或 '.join(row.subjects)}，读出{found.subject}")
    return wrong


def compared(case: dict[str, Any], found: Sequence[Target]) -> list[str]:
    """All differences between a case's 得 and what was read, in words; [] where it holds."""
    text, plan = case["文"], plan_years(case)
    rows = [row_of(wanted, plan) for wanted in case["得"]]
    free = [plain(words) for words in case.get("可", [])]
    left = [target for target in found if plain(target.quote.text) not in free]
    wrong = []
    for row in rows:
        same = [target for target in left if (target.value, target.high) == row[1:3]]
        same.sort(key=lambda target: len(faults(row, target, text)))
        name = f"{row.subjects[0]} {row.value}"
        if not same:
            wrong.append(f"没有读出：{name}")
            continue
        left.remove(same[0])
        wrong += [f"{name}：{fault}" for fault in faults(row, same[0], text)]
    wrong += [f"多读：{target.subject} {target.quote.text}（{target.kind}）" for target in left]
    return wrong


def plan_years(case: dict[str, Any]) -> tuple[int, int] | None:
    """The years of the plan a case supposes."""
    words = case.get("期")
    if words is None:
        return PLAN
    if words == "无":
        return None
    first, _, last = words.partition("~")
    return int(first), int(last)


def material_for(case: dict[str, Any]) -> Material:
    """What the extractors get for a case: its text, read as part of a plan of those years."""
    outline = outline_of(Document("方案.txt", "txt", case["文"]))
    years = plan_years(case)
    issued = date.fromisoformat(case.get("印发", "2026-03-18"))
    plan = PlanInfo(issued=issued, start=years[0], end=years[1]) if years else PlanInfo()
    periods = tuple(periods_in(outline.norm, issued=plan.issued, plan=years))
    quantities = tuple(quantities_in(outline.norm))
    return Material(
        outline,
        settled(plan, periods),
        quantities,
        periods,
        tuple(quantity.start for quantity in quantities),
        tuple(period.start for period in periods),
    )


@pytest.fixture(scope="session")
def supposed() -> Callable[[dict[str, Any]], Material]:
    """``supposed(case)``: the material of a case's text, in a plan of the case's years."""
    return material_for


@pytest.fixture(scope="session")
def differences() -> Callable[[dict[str, Any], Sequence[Target]], list[str]]:
    """``differences(case, targets)``: where the targets are not the case's 得, in words."""
    return compared
