"""Every plan in ``../shared`` (or ``$GUATU_SHARED``) from its file to ledger and 责任单.

Elsewhere this is skipped and says so.
"""

from __future__ import annotations

import io
import os
import re
import statistics
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PLANS = Path(os.environ.get("GUATU_SHARED", ROOT.parent / "shared")) / "plans"
FILES = {file.stem: file for file in sorted(PLANS.glob("*.txt"))}
# A key pressed and its row lit; a person feels it as one from about a tenth of a second on.
SMOOTH_SECONDS = 0.25


@pytest.mark.skipif(not FILES, reason=f"no plans in {PLANS}")
@pytest.mark.parametrize("name", FILES)
def test_from_the_file_to_the_sheets_of_its_units(
    empty_desk: Any, walk_on: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    walk = walk_on(empty_desk)
    walk.sign_in()
    plan = read(walk, FILES[name])
    look_at_review(walk, name)
    accept_all(walk, name)
    settle_names(walk, plan, name)
    publish(walk, plan, name)
    take_papers(walk, tmp_path)


def read(walk: Any, file: Path) -> str:
    """Upload and reading; gives the plan's own address, at its review stands the page."""
    page = walk.page
    walk.open("/plans/upload/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#id_not_secret").check()
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url(re.compile(r"/plans/\d+/review/"), timeout=120_000)
    page.locator(".entry.active").wait_for()
    return str(page.url.removeprefix(walk.address).removesuffix("review/"))


def look_at_review(walk: Any, name: str) -> None:
    """Clean, smooth by keyboard, and nothing runs out of the window."""
    page = walk.page
    walk.shot(f"review-{name}")
    walk.accessible()
    steps = []
    for _ in range(30):
        begun = time.perf_counter()
        page.keyboard.press("j")
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        steps.append(time.perf_counter() - begun)
    assert statistics.median(steps) < SMOOTH_SECONDS, f"{name}: {statistics.median(steps):.3f} s"
    walk.shot(f"review-{name}-30")
    for width, height in ((1920, 1080), (1093, 614), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        walk.shot(f"review-{name}-{width}")
        over = page.evaluate("document.body.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{name} scrolls sideways at {width} px"


def accept_all(walk: Any, name: str) -> None:
    walk.page.locator("[data-do=accept-all]").click()
    bar = "document.querySelector('#review-progress progress')"
    walk.until(f"{bar}.value === {bar}.max", seconds=120)
    walk.shot(f"review-{name}-accepted")
    walk.accessible()


def settle_names(walk: Any, plan: str, name: str) -> None:
    """Unknown names become units; one that several units bear is left for later."""
    page = walk.page
    walk.open(f"{plan}names/")
    walk.shot(f"names-{name}")
    walk.accessible()
    if page.locator("[data-fill-new]").count():
        page.locator("[data-fill-new]").click()
        page.get_by_role("button", name="确认所选").click()
        page.wait_for_load_state()
    walk.open(f"{plan}names/")
    assert page.locator("select[name^=means-]").count() <= 2


def publish(walk: Any, plan: str, name: str) -> None:
    page = walk.page
    walk.open(f"{plan}publish/")
    walk.shot(f"publish-{name}")
    walk.accessible()
    confirm = page.get_by_label("带着未处理的对账发现发布")
    if confirm.count():
        confirm.check()
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile(r"/versions/1/$"), timeout=60_000)
    walk.shot(f"version-{name}")
    walk.accessible()


def take_papers(walk: Any, folder: Path) -> None:
    """The ledger as xlsx, and one docx and one xlsx for every unit that is listed."""
    page = walk.page
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("link", name="台账 xlsx").click()
    waiting.value.save_as(folder / "ledger.xlsx")
    book = openpyxl.load_workbook(folder / "ledger.xlsx", read_only=True)
    assert "指标" in "".join(book.sheetnames)
    units = page.locator("main tbody tr").count()
    if not units:
        # A plan that makes nobody responsible by name: said, not passed over.
        assert "没有责任单" in page.locator("main").inner_text()
        return
    with page.expect_download(timeout=120_000) as waiting:
        page.get_by_role("link", name="全部责任单（zip）").click()
    waiting.value.save_as(folder / "sheets.zip")
    package = zipfile.ZipFile(io.BytesIO((folder / "sheets.zip").read_bytes()))
    kinds = [Path(each).suffix for each in package.namelist()]
    assert kinds.count(".docx") == units
