"""The five steps of the desk, walked by a clerk on an empty desk with the sample's files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAN = Path(__file__).with_name("plan.txt")
PROJECTS = Path(__file__).parents[2] / "samples" / "city" / "projects.xlsx"


def test_a_clerk_brings_everything_in(
    empty_desk: Any, walk_on: Callable[..., Any], tmp_path: Path
) -> None:
    walk = walk_on(empty_desk)
    walk.sign_in()
    bring_plan_in(walk)
    settle_names(walk)
    publish(walk)
    import_projects(walk)
    issue_annual_plan(walk)
    find_and_export(walk, tmp_path)


def bring_plan_in(walk: Any) -> None:
    page = walk.page
    walk.open("/plans/upload/")
    page.locator("input[type=file]").set_input_files(PLAN)
    page.locator("main input[type=checkbox]").first.check()
    walk.shot("1-upload")
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url(re.compile(r"/plans/\d+/"))
    page.get_by_text("临江市智慧水务提升行动方案").first.wait_for(timeout=30_000)
    walk.open("/plans/1/review/")
    review_by_keyboard(walk)


def review_by_keyboard(walk: Any) -> None:
    """J to the first entry, then Enter for each until none is left; the mouse is not touched."""
    from playwright.sync_api import expect

    page = walk.page
    waiting = page.locator(".entry[data-state=new], li[data-state=new], tr[data-state=new]")
    waiting.first.wait_for()
    walk.shot("1-review")
    walk.accessible()
    left = waiting.count()
    assert left > 5
    page.keyboard.press("j")
    for expected in range(left - 1, -1, -1):
        page.keyboard.press("Enter")
        expect(waiting).to_have_count(expected)
    # What the server took, not only what the page shows.
    all_done = re.compile(rf"已核\s*{left}\s*/\s*{left}")
    expect(page.locator("main")).to_contain_text(all_done, timeout=10_000)
    walk.open("/plans/1/review/")
    expect(page.locator("main")).to_contain_text(all_done)
    expect(waiting).to_have_count(0)
    walk.shot("1-reviewed")


def settle_names(walk: Any) -> None:
    page = walk.page
    walk.open("/plans/1/names/")
    row = page.get_by_label("市智慧水务专班")
    row.select_option("new-government")
    for other in page.locator("select[name^=means-]").all():
        if other.input_value() == "":
            other.select_option("none")
    walk.shot("2-names")
    page.get_by_role("button", name="确认所选").click()
    page.get_by_text("单位名称都已确认").first.wait_for()
    walk.open("/units/?q=智慧水务")
    page.get_by_role("link", name="市智慧水务专班").first.wait_for()
    walk.shot("2-units")


def publish(walk: Any) -> None:
    page = walk.page
    walk.open("/plans/1/publish/")
    confirm = page.get_by_label("带着未处理的对账发现发布")
    if confirm.count():
        confirm.check()
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/publish/"))
    walk.open("/plans/1/versions/1/")
    walk.shot("2-published")


def import_projects(walk: Any) -> None:
    page = walk.page
    walk.open("/projects/imports/new/")
    page.locator("input[type=file]").set_input_files(PROJECTS)
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_role("heading", name="对应表头").wait_for()
    walk.shot("3-columns")
    walk.accessible()
    page.get_by_role("button", name="读取并核对").click()
    bring_in = page.get_by_role("button", name=re.compile("导入这 157 个项目"))
    bring_in.wait_for(timeout=30_000)
    walk.shot("3-difference")
    walk.accessible()
    bring_in.click()
    page.get_by_role("link", name="看项目库").wait_for(timeout=30_000)
    page.get_by_role("link", name="看项目库").click()
    page.get_by_text("1,247.99").first.wait_for()
    walk.shot("3-library")


def issue_annual_plan(walk: Any) -> None:
    page = walk.page
    walk.open("/annual/new/")
    page.locator("main input[name=year]").fill("2026")
    page.get_by_role("button", name="建立").click()
    walk.open("/annual/1/add/?stage=building")
    page.get_by_role("button", name=re.compile("加入全部")).click()
    page.get_by_text(re.compile(r"合计\s*\d+\s*项")).first.wait_for()
    walk.shot("4-draft")
    empty = page.locator("main").get_by_text(re.compile(r"还有 \d+ 个项目没有填投资"))
    assert empty.count() == 0
    walk.open("/annual/1/issue/")
    page.locator("main input[name=number]").fill("临补短板办〔2026〕3号")
    page.locator("main input[name=on]").fill("2026-04-10")
    page.get_by_role("button", name="下达", exact=True).click()
    page.get_by_text("临补短板办〔2026〕3号").first.wait_for()
    walk.shot("4-issued")


def find_and_export(walk: Any, folder: Path) -> None:
    import openpyxl

    page = walk.page
    walk.open("/projects/?q=水库")
    page.get_by_role("link", name="龙湾水库引水工程").first.wait_for()
    page.get_by_text("存为常用").click()
    page.get_by_label("名称", exact=True).fill("水库")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="水库", exact=True).first.wait_for()
    walk.open("/projects/?q=水库")
    walk.shot("5-found")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 Excel").click()
    waiting.value.save_as(folder / "out.xlsx")
    cells = [
        str(cell)
        for row in openpyxl.load_workbook(folder / "out.xlsx").worksheets[0].values
        for cell in row
        if cell
    ]
    assert any("龙湾水库引水工程" in cell for cell in cells)
    assert not any("图书馆" in cell for cell in cells)
    page.get_by_role("link", name="龙湾水库引水工程").first.click()
    page.get_by_role("heading", name="龙湾水库引水工程").wait_for()
    walk.shot("5-project")
    walk.accessible()
