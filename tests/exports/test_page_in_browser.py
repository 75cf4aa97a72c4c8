"""The page in a real browser: clicks, keys, filter, and hostile text that must stay text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guatu.exports.page import write_page
from guatu.ledger.findings import Finding
from guatu.reading.reading import Reading

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("没有安装 Chromium")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield running
        running.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said and the page's scripts failed at."""
    return []


@pytest.fixture
def page(browser: Any, reading: Reading, tmp_path: Path, complaints: list[str]) -> Iterator[Any]:
    yield from _opened(browser, reading, tmp_path / "台账.html", complaints)


def _opened(browser: Any, reading: Reading, path: Path, complaints: list[str]) -> Iterator[Any]:
    write_page(reading, path)
    opened = browser.new_page(viewport={"width": 1024, "height": 768})
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append("dialog") or dialog.dismiss())
    opened.goto(path.as_uri())
    yield opened
    opened.close()
    assert complaints == []


def active(page: Any) -> list[str]:
    return [row.get_attribute("data-e") for row in page.query_selector_all("tr.on")]


def test_a_click_leads_from_the_words_to_the_row(page: Any) -> None:
    page.click("#plan .m[data-e~=p1]")
    assert active(page) == ["p1"]
    assert page.get_attribute("#tab-p", "aria-selected") == "true"
    assert page.is_visible("#r-p1")


def test_a_second_click_on_the_same_words_takes_the_next_entry(page: Any) -> None:
    words = page.query_selector("#plan .m[data-e~=t2]")
    words.click()
    first = active(page)
    words.click()
    assert first == ["t2"]
    assert active(page) != first


def test_a_click_leads_from_the_row_to_the_words(page: Any) -> None:
    page.click("#r-t5 td:nth-child(2)")
    lit = page.query_selector_all("#plan span.m.on")
    assert "".join(piece.text_content() for piece in lit) == "1200万吨"
    assert page.evaluate("location.hash") == "#r-t5"


def test_a_findings_places_are_links(page: Any) -> None:
    page.click("#tab-f")
    page.click("#r-f1 .places li:nth-child(2) a")
    assert active(page) == ["f1"]


def test_the_keyboard_alone_is_enough(page: Any) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert active(page) == ["t2"]
    page.keyboard.press("k")
    assert active(page) == ["t1"]
    page.keyboard.press("/")
    page.keyboard.type("吞吐量 1200")
    assert [row.get_attribute("id") for row in page.query_selector_all("#p-t tr:visible")][1:] == [
        "r-t5"
    ]
    assert page.text_content("#matched") == "1 / 5"
    page.keyboard.press("Enter")
    assert active(page) == ["t5"]
    page.keyboard.press("Escape")
    assert page.input_value("#filter") == ""
    page.keyboard.press("Escape")
    assert active(page) == []
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")
    page.keyboard.press("7")
    assert page.get_attribute("#tab-f", "aria-selected") == "true"


def test_a_kind_can_be_hidden_and_is_then_not_clicked(page: Any) -> None:
    page.click("[data-kind=t]")
    assert page.get_attribute("[data-kind=t]", "aria-pressed") == "false"
    page.click("#plan .m[data-e~=t2]")
    assert active(page)[0][0] != "t"


def test_an_address_with_an_entry_opens_on_it(page: Any) -> None:
    page.goto(page.url.partition("#")[0] + "#r-c1")
    page.reload()
    assert active(page) == ["c1"]


@pytest.mark.parametrize("width", [1440, 1024, 700])
def test_nothing_is_wider_than_the_window(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('#lists').scrollWidth") <= width


def test_hostile_text_runs_nothing(
    browser: Any, reading: Reading, tmp_path: Path, complaints: list[str]
) -> None:
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"' onclick=alert(3)"
    hostile = replace(
        reading,
        document=replace(reading.document, name=attack, remarks=(attack,)),
        findings=(Finding(attack, "error", attack, reading.findings[0].places),),
    )
    for page in _opened(browser, hostile, tmp_path / "台账.html", complaints):
        page.click("#tab-f")
        page.click("#r-f1 td:nth-child(3)")
        assert attack in page.text_content("#r-f1")
