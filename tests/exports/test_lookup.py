"""What surrounds an entry."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from guatu.documents.document import Document
from guatu.exports.lookup import Lookup
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import PlanInfo, UnitRole
from guatu.reading.reading import Reading
from guatu.text.span import Quote


def lookup_of(text: str) -> Lookup:
    return Lookup(Reading(Document("a.txt", "txt", text), Ledger(PlanInfo())))


def test_the_sentence_runs_from_stop_to_stop() -> None:
    text = "前一句。建成口袋公园12个，绿道30公里。后一句。"
    quote = Quote(text.index("12个"), "12个")
    assert lookup_of(text).sentence(quote).text == "建成口袋公园12个，绿道30公里。"


def test_a_sentence_that_is_the_entry_stays_itself() -> None:
    text = "甲。\n  乙丙。丁。"
    assert lookup_of(text).sentence(Quote(5, "乙丙。")) == Quote(5, "乙丙。")


@given(st.text(alphabet="甲乙。！\n ", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_the_sentence_always_holds_its_quote(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    sentence = lookup_of(text).sentence(Quote(start, text[start:end]))
    assert sentence.span.of(text) == sentence.text
    assert sentence.start <= start and end <= sentence.end


def test_a_target_has_the_units_of_its_task_else_of_its_section(reading: Reading) -> None:
    lookup = Lookup(reading)
    lead = UnitRole("县发展改革局", "lead")
    assert lookup.units_of_target(0) == (lead, UnitRole("县交通运输局", "support"))
    assert lookup.units_of_target(3) == ()
    below = lookup.units_of_section("二/(一)/1/(2)")
    assert below == lookup.units_of_section("二/(一)")
    assert below[0] == lead
    assert lookup.units_of_section("二/(二)") == ()
    assert lookup.units_of_section(None) == ()


def test_places_are_named_as_on_paper(reading: Reading) -> None:
    lookup = Lookup(reading)
    assert lookup.place(reading.ledger.targets[0].quote.start) == "第1页第8段"
    bare = replace(reading, document=Document("a.txt", "txt", reading.document.text))
    assert Lookup(bare).place(0) == ""
