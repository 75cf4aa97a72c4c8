"""The wall chart in a browser: rows, filter, folding, keyboard, and its papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _drawn(page: Any) -> int:
    page.wait_for_selector("[data-drawn]")
    return int(page.locator("[data-wall]").get_attribute("data-drawn"))


def _active(page: Any) -> Any:
    place = page.locator("[data-wall]").get_attribute("aria-activedescendant")
    return page.locator(f"#{place}")


def test_the_chart_by_keyboard(full_desk: Any, walk_on: Callable[..., Any]) -> None:
    walk = walk_on(full_desk)
    walk.sign_in()
    walk.open("/chart/")
    page = walk.page
    all_rows = _drawn(page)
    assert all_rows > 100
    # Only what is in sight is in the page, and all of it is counted.
    assert page.locator(".wall-body [role=row]").count() < 40
    wall = page.locator("[data-wall]")
    headings = int(wall.get_attribute("aria-rowcount")) - all_rows - 1
    assert headings > 5
    walk.accessible()

    wall.focus()
    page.keyboard.press("ArrowDown")
    name = _active(page).locator(".name").inner_text()
    assert name in page.locator("[data-wall-told]").inner_text()
    # Space folds the group one stands in and goes to its heading; once more opens it.
    page.keyboard.press(" ")
    assert _active(page).get_attribute("aria-expanded") == "false"
    assert int(wall.get_attribute("aria-rowcount")) < all_rows + headings + 1
    page.keyboard.press("ArrowRight")
    assert _active(page).get_attribute("aria-expanded") == "true"
    page.keyboard.press("End")
    assert _active(page).get_attribute("aria-rowindex") == wall.get_attribute("aria-rowcount")
    assert _active(page).is_visible()
    last = _active(page).locator(".number").inner_text()
    assert last == str(all_rows)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/*/")
    assert name in page.locator("h1").inner_text()


def test_the_filter_stands_in_the_address_and_goes_to_paper(
    full_desk: Any, walk_on: Callable[..., Any]
) -> None:
    walk = walk_on(full_desk)
    walk.sign_in()
    walk.open("/chart/")
    page = walk.page
    all_rows = _drawn(page)
    page.locator("select[name=light]").select_option("red")
    page.wait_for_url("**light=red**")
    walk.until(
        "all => Number(document.querySelector('[data-drawn]')?.dataset.drawn ?? all) < all",
        all_rows,
    )
    reds = _drawn(page)
    assert 0 < reds < all_rows
    signs = page.locator(".wall-row .light-cell .light")
    colours = {signs.nth(n).get_attribute("class") for n in range(signs.count())}
    assert colours == {"light red"}
    assert "灯" in page.locator(".chips").inner_text()
    with page.expect_download() as got:
        page.get_by_role("link", name="A3", exact=True).click()
    assert "A3" in got.value.suggested_filename
    # / goes to the box of words from anywhere.
    page.locator("body").press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_from_a_number_of_the_board_to_its_report(
    full_desk: Any, walk_on: Callable[..., Any]
) -> None:
    """Two clicks: figure, project; the report and the plan's words stand there."""
    walk = walk_on(full_desk)
    walk.sign_in()
    walk.open("/board/")
    page = walk.page
    page.get_by_role("link", name="本年累计完成投资").first.click()
    panel = page.locator("#panel")
    panel.locator(".pairs a").first.click()
    panel.get_by_text("报送", exact=True).wait_for()
    assert "panel=" in page.url
    walk.accessible()
