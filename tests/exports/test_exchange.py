"""JSON out and in again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Block, Document
from guatu.exports.exchange import SCHEMA, ExchangeError, from_json, to_json, write_json
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Coverage, Ledger
from guatu.ledger.records import (
    Citation,
    Duty,
    PlanInfo,
    Project,
    Routine,
    Section,
    Target,
    Task,
    UnitRole,
)
from guatu.reading.reading import Reading
from guatu.text.span import Quote, Span


def through_text(reading: Reading) -> Any:
    return json.loads(json.dumps(to_json(reading), ensure_ascii=False))


def test_what_goes_out_comes_back(reading: Reading) -> None:
    back = from_json(through_text(reading), reading.document.text)
    assert back.ledger == reading.ledger
    assert back.findings == reading.findings


def test_a_target_has_the_contracts_fields_and_its_place(reading: Reading) -> None:
    first = to_json(reading)["targets"][0]
    assert first["quote"] == "120.5亿元"
    assert (first["value"], first["high"], first["unit"]) == (12_050_000_000, None, "元")
    assert (first["from"], first["due"]) == ("2026-01-01", "2028-12-31")
    assert (first["comparator"], first["exclusive"], first["aim"]) == ("ge", True, True)
    # The eighth line of the example, on its first page.
    assert (first["page"], first["paragraph"]) == (1, 8)


def test_the_parts_stand_in_the_order_of_the_contract(reading: Reading) -> None:
    assert list(to_json(reading)) == [
        "schema",
        "file",
        "plan",
        "sections",
        "targets",
        "tasks",
        "duties",
        "projects",
        "routines",
        "citations",
        "coverage",
        "findings",
        "remarks",
    ]


def test_whole_values_are_ints_and_others_floats_that_come_back() -> None:
    def value_of(number: str) -> object:
        return to_json(_with_value(Decimal(number)))["targets"][0]["value"]

    assert value_of("1450E8") == 145_000_000_000 and isinstance(value_of("1450E8"), int)
    assert value_of("0.5") == 0.5
    assert value_of("96.40") == 96.4
    # More digits than a float holds: as text, so that none is lost.
    assert value_of("0.12345678901234567890123") == "0.12345678901234567890123"
    # More digits than json takes for an int, as damaged text may have them.
    assert Decimal(str(value_of("9" * 5000))) == Decimal("9" * 5000)


def _with_value(value: Decimal) -> Reading:
    target = Target(
        Quote(0, "数"), "数", "eq", "level", value, None, "个", None, None, None, None, False,
        "target", None,
    )  # fmt: skip
    return Reading(Document("a.txt", "txt", "数"), Ledger(PlanInfo(), targets=(target,)))


def test_the_file_is_utf8_as_it_is_read(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "新" / "台账.json"
    write_json(reading, path)
    text = path.read_text(encoding="utf-8")
    assert "港口吞吐量" in text
    assert json.loads(text)["schema"] == SCHEMA
    assert [p.name for p in path.parent.iterdir()] == ["台账.json"]


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(schema="guatu.reading/9"), "格式版本"),
        (lambda d: d.pop("schema"), "缺少“schema”"),
        (lambda d: d.pop("tasks"), "缺少“tasks”"),
        (lambda d: d.update(targets={}), "列表"),
        (lambda d: d["targets"][1].pop("unit"), "“targets”第 2 条缺少“unit”"),
        (lambda d: d["targets"][1].update(quote="41%"), "不符"),
        (lambda d: d["targets"][1].update(start=-1), "不符"),
        (lambda d: d["targets"][1].update(start="5"), "整数"),
        (lambda d: d["targets"][1].update(value="很多"), "数字"),
        (lambda d: d["targets"][1].update(value=True), "数字"),
        (lambda d: d["targets"][1].update(due="2028年底"), "日期"),
        (lambda d: d["targets"][1].update(comparator="gt"), "ge、le、eq、approx 之一"),
        (lambda d: d["targets"][1].update(subject_spans=[[1]]), "[起, 止]"),
        (lambda d: d["targets"].append(3), "对象"),
        (lambda d: d["findings"][0].update(severity="fatal"), "之一"),
        (lambda d: d["coverage"].update(share="多"), "小数"),
    ],
)
def test_a_wrong_file_is_refused_in_chinese(reading: Reading, change: Change, told: str) -> None:
    data = through_text(reading)
    change(data)
    with pytest.raises(ExchangeError) as refused:
        from_json(data, reading.document.text)
    assert told in str(refused.value)


@pytest.mark.parametrize("data", [None, [], "{}", 3])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(ExchangeError):
        from_json(data, "")


# ---------------------------------------------------------------- any reading at all

_TEXT = st.text(max_size=60)
_MAYBE = st.none() | _TEXT
_DAYS = st.none() | st.dates(date(1949, 10, 1), date(2100, 1, 1))
_NUMBERS = st.decimals(allow_nan=False, allow_infinity=False)
_DUE_FROM = st.sampled_from(["clause", "sentence", "section", "plan", None])


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """A reading with any text at all, whose quotes stand in it."""
    text = draw(_TEXT)

    def quotes() -> st.SearchStrategy[Quote]:
        return st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(
            lambda pair: Quote(min(pair), text[min(pair) : max(pair)])
        )

    def some(strategy: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(strategy, max_size=3)))

    units = st.builds(UnitRole, _TEXT, st.sampled_from(["lead", "responsible", "support"]))
    indexes = st.lists(st.integers(0, 9), max_size=3).map(tuple)
    ledger = Ledger(
        plan=draw(st.builds(PlanInfo, _MAYBE, _MAYBE, _MAYBE, _DAYS, st.none() | st.integers())),
        sections=some(st.builds(Section, _TEXT, _TEXT, quotes(), st.integers(0, 99))),
        targets=some(
            st.builds(
                Target,
                quotes(),
                _TEXT,
                st.sampled_from(["ge", "le", "eq", "approx"]),
                st.sampled_from(["level", "increase", "decrease"]),
                _NUMBERS,
                st.none() | _NUMBERS,
                _TEXT,
                _DAYS,
                _DAYS,
                _DUE_FROM,
                _MAYBE,
                st.booleans(),
                st.sampled_from(["target", "fact", "total"]),
                _MAYBE,
                st.just((Span(0, 1),)),
                st.booleans(),
            )
        ),
        tasks=some(
            st.builds(
                Task,
                quotes(),
                _MAYBE,
                _MAYBE,
                _DAYS,
                _DUE_FROM,
                st.lists(units, max_size=2).map(tuple),
                indexes,
                indexes,
            )
        ),
        duties=some(st.builds(Duty, _MAYBE, st.just("lead"), quotes())),
        projects=some(st.builds(Project, quotes(), st.just("build"), _DAYS, _MAYBE)),
        routines=some(
            st.builds(
                Routine,
                quotes(),
                st.just("month"),
                st.none() | st.integers(),
                st.sampled_from(["workday", "calendar", None]),
                _MAYBE,
                _MAYBE,
            )
        ),
        citations=some(st.builds(Citation, quotes(), _MAYBE)),
        coverage=Coverage(draw(st.floats(0, 1)), 9, 8, 1, some(quotes()), some(quotes())),
    )
    findings = some(
        st.builds(
            Finding,
            _TEXT,
            st.sampled_from(["error", "question", "note"]),
            _TEXT,
            st.lists(quotes(), max_size=3).map(tuple),
        )
    )
    blocks = (Block("paragraph", Span(0, len(text)), 1),) if draw(st.booleans()) else ()
    return Reading(Document(draw(_TEXT), "txt", text, blocks), ledger, findings)


@given(readings())
def test_any_reading_goes_out_and_comes_back(reading: Reading) -> None:
    back = from_json(through_text(reading), reading.document.text)
    assert back.ledger == reading.ledger
    assert back.findings == reading.findings


def test_every_field_of_every_record_is_in_the_json(reading: Reading) -> None:
    """A field that is added to a record and forgotten here would be lost without a word."""
    data = to_json(reading)
    renamed = {"first": "from", "quote": "start"}
    ledger = reading.ledger
    for name in ("sections", "targets", "tasks", "duties", "projects", "routines", "citations"):
        record = getattr(ledger, name)[0]
        assert is_dataclass(record)
        wanted = {renamed.get(field.name, field.name) for field in fields(record)}
        assert wanted <= data[name][0].keys()
