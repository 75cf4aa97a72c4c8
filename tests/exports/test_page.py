"""The page, parsed as a browser would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from guatu.documents.document import Document
from guatu.exports.marks import Mark, MarkedText
from guatu.exports.page import page_html, write_page
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Coverage, Ledger
from guatu.ledger.records import Citation, Duty, PlanInfo, Section
from guatu.reading.reading import Reading
from guatu.text.span import Quote, Span

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    "</title></style></textarea>]]>-->&lt;b&gt;$title ${style}\u202e\x00\x1b[2J"
)


def parsed(reading: Reading) -> LexborHTMLParser:
    return LexborHTMLParser(page_html(reading))


def words_of(page: LexborHTMLParser, key: str) -> str:
    """The words that are marked as the entry's, put together."""
    pieces = page.css(f"#plan span.m[data-e~='{key}']")
    return "".join(piece.text() for piece in pieces)


def quotes(reading: Reading) -> Iterator[tuple[str, Quote]]:
    ledger = reading.ledger
    for letter, entries in (
        ("t", ledger.targets),
        ("k", ledger.tasks),
        ("d", ledger.duties),
        ("p", ledger.projects),
        ("r", ledger.routines),
        ("c", ledger.citations),
    ):
        for i, entry in enumerate(entries, start=1):
            yield f"{letter}{i}", entry.quote
    for i, quote in enumerate(ledger.coverage.left_out, start=1):
        yield f"o{i}", quote


def test_every_entrys_marks_are_its_quote(reading: Reading) -> None:
    page = parsed(reading)
    for key, quote in quotes(reading):
        assert words_of(page, key) == quote.text, key


def test_every_entry_has_a_row_and_each_leads_to_the_other(reading: Reading) -> None:
    page = parsed(reading)
    for key, _ in quotes(reading):
        assert page.css_first(f"#r-{key}[data-e='{key}'] a[href='#m-{key}']"), key
        assert page.css_first(f"#plan #m-{key}[data-e='{key}']"), key


def test_a_finding_leads_to_each_of_its_places(reading: Reading) -> None:
    page = parsed(reading)
    assert words_of(page, "f1") == "900万吨1200万吨"
    places = page.css("#r-f1 .places a")
    assert [place.attributes["href"] for place in places] == ["#m-f1", "#m-f1-2"]
    assert page.css_first("#plan #m-f1-2")
    assert "错误" in page.css_first("#r-f1").text()
    # A finding about nothing in particular has a row, and no link that leads nowhere.
    assert not page.css("#r-f3 a")


def test_no_id_is_given_twice(reading: Reading) -> None:
    ids = [node.attributes["id"] for node in parsed(reading).css("[id]")]
    assert len(ids) == len(set(ids))


def test_all_of_the_text_is_there_in_its_order(reading: Reading) -> None:
    shown = "".join(parsed(reading).css_first("#plan article").text().split())
    assert shown == "".join(reading.document.text.split())


def test_headings_title_and_table_look_like_themselves(reading: Reading) -> None:
    page = parsed(reading)
    title = [node.text() for node in page.css("#plan p.title")]
    assert title == ["望海县港城融合三年行动方案", "(2026-2028年)"]
    assert [n.text() for n in page.css("#plan p.h1")] == [
        "一、总体要求",
        "二、主要任务",
        "三、保障措施",
    ]
    assert [n.text() for n in page.css("#plan p.h2")] == ["(一)壮大临港产业", "(二)改善人居环境"]
    cells = [[c.text() for c in row.css("td, th")] for row in page.css("#plan .tb tr")]
    assert cells == [["指标", "2025年", "2028年"], ["港口吞吐量", "900万吨", "1200万吨"]]


def test_tabs_tell_how_many(reading: Reading) -> None:
    tabs = {
        tab.attributes["data-open"]: tab.css_first("b").text()
        for tab in parsed(reading).css(".tabs a")
    }
    assert tabs == {"t": "5", "k": "3", "d": "3", "p": "2", "r": "1", "c": "1", "f": "3", "o": "1"}


def test_the_page_asks_nobody_for_anything(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "台账.html"
    write_page(reading, path)
    html = path.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|action)\s*=|url\(|@import|https?://""", html)
    page = LexborHTMLParser(html)
    assert all(str(a.attributes["href"]).startswith("#") for a in page.css("[href]"))
    policy = page.css_first("meta[http-equiv]").attributes["content"] or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not page.css("[style], [onclick], [onload]")


def hostile_reading() -> Reading:
    text = f"{HOSTILE}\n一、{HOSTILE}\n{HOSTILE}"
    quote = Quote(text.rindex(HOSTILE), HOSTILE)
    ledger = Ledger(
        PlanInfo(title=HOSTILE, number=HOSTILE, issuer=HOSTILE, region=HOSTILE),
        sections=(Section(HOSTILE, HOSTILE, Quote(len(HOSTILE) + 1, f"一、{HOSTILE}"), len(text)),),
        duties=(Duty(HOSTILE, "lead", quote),),
        citations=(Citation(quote, HOSTILE),),
        coverage=Coverage(0.5, 9, 9, 9, (), (quote,)),
    )
    finding = Finding(HOSTILE, "error", HOSTILE, (quote,))
    document = Document(HOSTILE, "txt", text, remarks=(HOSTILE,))
    return Reading(document, ledger, (finding,))


def test_hostile_text_stays_text() -> None:
    page = parsed(hostile_reading())
    plain = parsed(replace(hostile_reading(), document=Document("a", "txt", "")))
    assert len(page.css("script")) == len(plain.css("script")) == 2
    assert not page.css("img, textarea, b b")
    assert not any(name.startswith("on") for n in page.css("*") for name in n.attributes)
    told = page.css_first("title").text()
    assert told.startswith("<script>alert(1)</script>")
    assert "${style}" in told
    assert "\x00" not in page_html(hostile_reading())
    # Control characters are shown as one sign each, so that places stay what they are.
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert words_of(page, "c1") == shown


@pytest.mark.parametrize("text", ["", "\n", " \u3000 ", "\ufeff一、总则", "一\r\n二\r三"])
def test_any_small_text_makes_a_page(text: str) -> None:
    reading = Reading(Document("a.txt", "txt", text), Ledger(PlanInfo()))
    shown = "".join(parsed(reading).css_first("#plan article").text().split())
    assert shown == "".join(text.replace("\ufeff", "").split())


spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda p: Span(min(p), max(p)))


@given(
    st.text(alphabet="甲乙丙<&>\"'", min_size=30, max_size=30),
    st.lists(spans, max_size=8),
    spans,
)
def test_marks_may_overlap_as_they_like(text: str, places: list[Span], shown: Span) -> None:
    marks = [Mark(span, f"t{i}", "t", f"t{i}") for i, span in enumerate(places)]
    html = MarkedText(text, marks).html(shown)
    page = LexborHTMLParser(f"<p>{html}</p>")
    assert page.css_first("p").text() == shown.of(text)
    for i, span in enumerate(places):
        held = Span(max(span.start, shown.start), min(span.end, shown.end))
        pieces = page.css(f"span[data-e~='t{i}']")
        assert "".join(piece.text() for piece in pieces) == (
            held.of(text) if held.start < held.end else ""
        )


def test_words_held_by_several_entries_name_the_shortest_first() -> None:
    marks = [Mark(Span(0, 9), "k1", "k"), Mark(Span(2, 4), "t1", "t"), Mark(Span(1, 6), "p1", "p")]
    html = MarkedText("一二三四五六七八九", marks).html(Span(0, 9))
    assert 'data-e="t1 p1 k1">三四</span>' in html
