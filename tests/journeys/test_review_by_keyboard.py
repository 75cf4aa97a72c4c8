"""A real plan of 109 targets from the file to the published ledger without the mouse.

The plans lie in ``../shared`` (or ``$GUATU_SHARED``); elsewhere this is skipped and says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PLANS = Path(os.environ.get("GUATU_SHARED", ROOT.parent / "shared")) / "plans"
FILES = {file.stem: file for file in sorted(PLANS.glob("*.txt"))}
ZUNYI = "zunyi-2021-investment"

needs_plans = pytest.mark.skipif(not FILES, reason=f"no plans in {PLANS}")


def tab_to(page: Any, what: Any, most: int = 80) -> None:
    """Press Tab until it has the focus: it can be reached by keyboard."""
    for _ in range(most):
        if what.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{what} is not reached with {most} Tabs")


def upload(page: Any, walk: Any, file: Path) -> None:
    """The upload form with Tab, Space and Enter; the reading leads on to the review."""
    walk.open("/plans/upload/")
    tab_to(page, page.locator("input[type=file]"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    tab_to(page, page.locator("#id_not_secret"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="上传并读取"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/plans/\d+/review/"), timeout=120_000)
    page.locator(".entry.active").wait_for()


def settled(page: Any) -> tuple[int, int]:
    words = page.locator("#review-progress").inner_text()
    found = re.search(r"(\d+)\s*/\s*(\d+)", words)
    assert found, words
    return int(found[1]), int(found[2])


BAR = "document.querySelector('#review-progress progress')"
OPEN_FINDINGS = "document.querySelectorAll('[data-finding]:not([data-settled])').length"


def wait_settled(walk: Any, count: int) -> None:
    walk.until(f"count => {BAR}.value === count", count)


@needs_plans
def test_from_the_file_to_the_published_ledger_by_keyboard(
    empty_desk: Any, walk_on: Callable[..., Any]
) -> None:
    walk = walk_on(empty_desk)
    page = walk.page
    walk.sign_in()
    upload(page, walk, FILES[ZUNYI])
    walk.shot("keyboard-1-review")
    show_help(page, walk)
    change_reject_undo_add(page, walk)
    accept_targets_one_by_one(page, walk)
    accept_the_rest(page, walk)
    settle_findings(page, walk)
    settle_names(page, walk)
    publish(page, walk)


def show_help(page: Any, walk: Any) -> None:
    page.keyboard.press("?")
    page.locator("#review-help[open]").wait_for()
    walk.shot("keyboard-2-help")
    walk.accessible()
    page.keyboard.press("Escape")
    page.locator("#review-help").wait_for(state="hidden")


def change_reject_undo_add(page: Any, walk: Any) -> None:
    press = page.keyboard.press
    press("2")
    assert page.locator("#kinds [aria-pressed=true]").get_attribute("data-kind") == "target"
    first = page.locator(".entry.active").get_attribute("id")
    press("j")
    press("k")
    assert page.locator(".entry.active").get_attribute("id") == first
    # E: the form has the focus, Escape leaves it, Ctrl+Enter keeps what was changed.
    press("e")
    page.locator(".entry-form").wait_for()
    walk.shot("keyboard-3-change")
    walk.accessible()
    press("Escape")
    page.locator(".entry-form").wait_for(state="detached")
    page.locator(f"#{first}.active").wait_for()
    press("e")
    subject = page.locator(".entry-form [name=subject]")
    subject.wait_for()
    tab_to(page, subject)
    press("End")
    page.keyboard.type("（核对）")
    press("Control+Enter")
    page.locator(f"#{first}[data-state=changed]").wait_for()
    wait_settled(walk, 1)
    # X and U: rejected and taken back.
    press("j")
    second = page.locator(".entry.active").get_attribute("id")
    press("x")
    page.locator(f"#{second}[data-state=rejected]").wait_for()
    press("u")
    page.locator(f"#{second}[data-state=new]").wait_for()
    # A: words of the plan typed in.
    total = settled(page)[1]
    quote = page.locator(f"#{second} .help").first.inner_text()
    words = re.search(r"原文“([^”]+)”", quote)
    press("a")
    form = page.locator(".add-form")
    form.wait_for()
    walk.shot("keyboard-4-add")
    walk.accessible()
    field = form.locator("[name=words]")
    tab_to(page, field)
    press("Control+A")
    page.keyboard.type(words[1] if words else page.locator("#plan-text .title").first.inner_text())
    press("Control+Enter")
    walk.until(f"total => {BAR}.max === total", total + 1)
    press("u")
    walk.until(f"total => {BAR}.max === total", total)


def accept_targets_one_by_one(page: Any, walk: Any) -> None:
    targets = page.locator(".entry[data-kind=target]")
    waiting = page.locator(".entry[data-kind=target][data-state=new]")
    assert targets.count() >= 100
    done = settled(page)[0]
    page.keyboard.press("2")
    page.keyboard.press("n")
    for left in range(waiting.count(), 0, -1):
        assert page.locator(".entry.active[data-kind=target][data-state=new]").count() == 1
        page.keyboard.press("Enter")
        done += 1
        if left % 20 == 0:
            wait_settled(walk, done)
    wait_settled(walk, done)
    assert waiting.count() == 0
    walk.shot("keyboard-5-targets")
    walk.accessible()


def accept_the_rest(page: Any, walk: Any) -> None:
    total = settled(page)[1]
    page.keyboard.press("1")
    tab_to(page, page.locator("[data-do=accept-all]"))
    page.keyboard.press("Enter")
    wait_settled(walk, total)
    # The focus comes back to the row in hand.
    walk.until("document.activeElement.matches('.entry.active .entry-line')")
    walk.shot("keyboard-6-all")


def settle_findings(page: Any, walk: Any) -> None:
    open_ones = page.locator("[data-finding]:not([data-settled])")
    page.keyboard.press("f")
    if open_ones.count() > 1:
        left = open_ones.count()
        page.keyboard.press("b")
        page.keyboard.type("原文如此，已与起草单位核实")
        page.keyboard.press("Enter")
        walk.until(f"n => {OPEN_FINDINGS} === n", left - 1)
        page.locator(".finding.on:focus").wait_for()
        page.keyboard.press("d")
        walk.until(f"n => {OPEN_FINDINGS} === n", left - 2)
    walk.shot("keyboard-7-findings")
    walk.accessible()


def settle_names(page: Any, walk: Any) -> None:
    walk.open("/plans/1/names/")
    walk.accessible()
    button = page.locator("[data-fill-new]")
    if button.count():
        tab_to(page, button, 400)
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    walk.shot("keyboard-8-names")


def publish(page: Any, walk: Any) -> None:
    walk.open("/plans/1/publish/")
    walk.accessible()
    walk.shot("keyboard-9-publish")
    confirm = page.get_by_label("带着未处理的对账发现发布")
    if confirm.count():
        tab_to(page, confirm)
        page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="发布", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/publish/"))
    walk.open("/plans/1/versions/1/")
    walk.accessible()
    walk.shot("keyboard-10-version")
