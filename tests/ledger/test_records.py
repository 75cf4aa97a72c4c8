"""The nouns of a plan: frozen, equal by value, and each pointing at its own words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from guatu.ledger import findings, ledger, records
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Coverage, Ledger
from guatu.ledger.records import Citation, Duty, PlanInfo, Section, Target
from guatu.text.span import Quote, Span

NOUNS = [
    noun
    for module in (records, ledger, findings)
    for noun in vars(module).values()
    if isinstance(noun, type) and is_dataclass(noun) and noun.__module__ == module.__name__
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_noun_is_frozen_and_slim(noun: type) -> None:
    thing: Any = object.__new__(noun)
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(thing, fields(noun)[0].name, None)
    assert not hasattr(thing, "__dict__")


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_noun_says_what_it_is(noun: type) -> None:
    said = noun.__doc__ or ""
    assert said and not said.startswith(f"{noun.__name__}(")


def test_a_quote_knows_its_place() -> None:
    text = "到2027年，建成公园20个。"
    quote = Quote(text.index("20个"), "20个")
    assert quote.span == Span(quote.start, quote.end)
    assert quote.span.of(text) == quote.text


def test_names_as_printed_come_from_the_quote() -> None:
    assert Duty("一/1", "lead", Quote(3, "市财政局")).unit == "市财政局"
    assert Citation(Quote(3, "政府投资条例"), None).title == "政府投资条例"
    assert Section("一", "目标", Quote(7, "一、目标"), 20).start == 7


def test_equal_values_are_equal_records() -> None:
    def target(value: str) -> Target:
        return Target(
            quote=Quote(0, "2.0万个"),
            subject="公园",
            comparator="eq",
            change="level",
            value=Decimal(value),
            high=None,
            unit="个",
            first=None,
            due=date(2028, 12, 31),
            due_from="plan",
            scope=None,
            aim=False,
            kind="target",
            section=None,
        )

    assert target("20000") == target("2E+4")
    assert hash(target("20000")) == hash(target("20000.0"))
    assert target("20000") != target("20001")


def test_an_empty_plan_has_an_empty_ledger() -> None:
    empty = Ledger(PlanInfo())
    assert empty.plan.status == "issued"
    assert not (empty.targets or empty.tasks or empty.duties or empty.sections)
    assert empty.coverage == Coverage(0.0, 0, 0, 0)


def test_a_finding_may_have_no_place() -> None:
    assert Finding("no-deadline", "note", "没有期限").places == ()
