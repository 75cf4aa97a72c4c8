"""Every screen of the sample city: it answers, fits, asks nobody else, and axe finds nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
KNOWN = yaml.safe_load((HERE / "screens.yml").read_text("utf-8"))
SCREENS: dict[str, list[str]] = KNOWN["screens"]
NO_PAGE: dict[str, str] = KNOWN["no_page"]
LEADS: dict[str, str] = KNOWN["leads"]
PROJECTS = HERE.parents[1] / "samples" / "city" / "projects.xlsx"
PLAN = HERE / "plan.txt"

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# 1093×614 is 1366×768 at 125 %.
WINDOWS = ((1366, 768), (1440, 900), (1920, 1080), (1093, 614))
ROLES = ("linjiang", "linjiang-leader", "linjiang-system", "linjiang-security", "linjiang-audit")
# Name of each url pattern, and an address of it with 1 and x for what it takes.
_PATTERNS = """
import json, re
from guatu.cli.desk import prepared
prepared()
from django.urls import get_resolver
def walk(patterns, space, road):
    for each in patterns:
        here = road + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from walk(each.url_patterns, each.namespace or space, here)
        else:
            address = re.sub(r"<int:[^>]*>", "1", here)
            yield f"{space}:{each.name}", "/" + re.sub(r"<(str|slug):[^>]*>", "x", address)
print(json.dumps(dict(walk(get_resolver().url_patterns, "", ""))))
"""


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The URLconf, read where Django is set up: in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUATU_")}
    own = {
        "GUATU_DATA": str(tmp_path_factory.mktemp("urls")),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DJANGO_SETTINGS_MODULE": "guatu.web.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", _PATTERNS], env=kept | own, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def made(
    full_desk: Any, start_walk: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The drafts and staged sheets of ``screens.prepare``."""
    walk = start_walk(full_desk)
    walk.sign_in()
    yield prepare(walk, tmp_path_factory.mktemp("made"))
    walk.page.context.close()
    assert walk.complaints == []


def test_every_pattern_is_a_visited_screen_or_no_page(
    full_desk: Any,
    patterns: dict[str, str],
    made: dict[str, str],
    walk_on: Callable[..., Any],
) -> None:
    walk = walk_on(full_desk)
    walk.sign_in()
    get = walk.page.context.request.get
    asked = unanswered(patterns, made, lambda path: get(f"{full_desk.address}{path}"))
    assert asked == []
    assert sorted(set(SCREENS) - set(patterns)) == []


@pytest.mark.parametrize("who", ["nobody", *ROLES])
def test_every_screen(
    full_desk: Any, made: dict[str, str], walk_on: Callable[..., Any], who: str
) -> None:
    walk = walk_on(full_desk)
    if who != "nobody":
        walk.sign_in(who)
    for path in visits(made)[who]:
        walk.open(path)
        assert walk.page.url == walk.address + _quoted(path), f"{path} leads to {walk.page.url}"
        look(walk, path, who)


def look(walk: Any, path: str, who: str) -> None:
    """At each width it fits, also with text half as large again; axe at the narrowest and first."""
    name = re.sub(r"[/?&=]+", "-", path.strip("/")) or "workbench"
    name = name if who == "linjiang" else f"{who}-{name}"
    for width, height in WINDOWS:
        walk.page.set_viewport_size({"width": width, "height": height})
        walk.shot(f"{width}-{name}")
        _fits(walk, f"{path} at {width} px")
        if width in (1366, 1093):
            walk.accessible()
    walk.page.set_viewport_size({"width": 1366, "height": 768})
    walk.page.evaluate("document.documentElement.style.fontSize = '131.25%'")
    _fits(walk, f"{path} with text at 150 %")
    walk.shot(f"text150-{name}")


def _fits(walk: Any, where: str) -> None:
    element = "document.documentElement"
    over = walk.page.evaluate(f"{element}.scrollWidth - {element}.clientWidth")
    if over > 0:
        walk.complaints.append(f"{where} scrolls sideways by {over} px")


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?&=:")


# ---- what the sample city has not, made through the desk's own screens


def prepare(walk: Any, folder: Path) -> dict[str, str]:
    """As the clerk: the drafts and staged sheets, by their names in the list."""
    made = {
        "unit-sheet": _unit_sheet(walk, folder),
        "import-columns": _columns(walk),
        "import-staged": _staged(walk, folder),
        "annual-draft": _draft(walk),
        "node-edit": _detail(walk, "nodes", {"name": "主体封顶", "planned": "2026-12-20"}),
        "attachment": _attachment(walk, folder),
    }
    made["superior-form"] = _superior_form(walk, folder)
    _edited_final(walk, folder)
    made["problem-answer"] = _problem(walk)
    made["annual-sheet"] = _annual_sheet(walk, made["annual-draft"], folder)
    walk.open("/annual/targets/take/")
    made["take"] = _path(walk.page.locator("main .grid a.button").first.get_attribute("href"))
    walk.open("/plans/1/versions/1/")
    made["unit-docx"] = _path(
        walk.page.locator("main a[href$='/docx/']").first.get_attribute("href")
    )
    _read_again(walk)
    return made


def _path(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def _upload(walk: Any, path: str, file: Path, button: str, then: str) -> str:
    walk.open(path)
    walk.page.locator("main input[type=file]").first.set_input_files(file)
    walk.page.get_by_role("button", name=button, exact=True).click()
    walk.page.wait_for_url(re.compile(then))
    return _path(walk.page.url)


def _unit_sheet(walk: Any, folder: Path) -> str:
    import openpyxl

    book = openpyxl.Workbook()
    for line in [
        ("单位名称", "简称", "类型", "别名"),
        ("临江市数据资源管理局", "市数据局", "政府部门", "市大数据局"),
        ("临江市财政局", "市财政", "政府部门", ""),
        ("临江市低空经济专班", "", "什么类型", ""),
    ]:
        book.active.append(line)
    book.save(folder / "单位.xlsx")
    return _upload(walk, "/units/import/", folder / "单位.xlsx", "上传并看差异", r"/import/\d+/")


def _columns(walk: Any) -> str:
    return _upload(walk, "/projects/imports/new/", PROJECTS, "上传", r"/columns/")


def _staged(walk: Any, folder: Path) -> str:
    """A sheet with a row that is new, one that the library has, and one to be mended."""
    import openpyxl

    book = openpyxl.Workbook()
    for line in [
        ("序号", "项目名称", "总投资（万元）", "责任单位", "开工时间"),
        (1, "龙湾水库引水工程", 88000, "市水利局", "2025年3月"),
        (2, "城东变电站增容工程", 5600, "市发改委", "2026年7月"),
        (3, "西郊公共停车场", "待定", "市住建局", "2026年9月"),
    ]:
        book.active.append(line)
    book.save(folder / "项目.xlsx")
    _upload(walk, "/projects/imports/new/", folder / "项目.xlsx", "上传", r"/columns/")
    walk.page.get_by_role("button", name="读取并核对").click()
    walk.page.get_by_role("heading", name="读到什么").wait_for(timeout=60_000)
    return _path(walk.page.url).split("?")[0]


def _draft(walk: Any) -> str:
    page = walk.page
    walk.open("/annual/new/")
    page.locator("main input[name=year]").fill("2027")
    page.get_by_role("button", name="建立").click()
    page.wait_for_url(re.compile(r"/annual/\d+/add/$"))
    path = _path(page.url).removesuffix("add/")
    walk.open(f"{path}add/?stage=building")
    page.get_by_role("button", name=re.compile("加入全部")).click()
    page.get_by_text(re.compile(r"合计\s*\d+\s*项")).first.wait_for()
    return path


def _annual_sheet(walk: Any, draft: str, folder: Path) -> str:
    import openpyxl

    walk.open(draft)
    with walk.page.expect_download() as waiting:
        walk.page.get_by_role("button", name="导出表格").click()
    file = folder / "年度计划.xlsx"
    waiting.value.save_as(file)
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    head = next(
        row for row in sheet.iter_rows() if any("年度计划投资" in str(c.value) for c in row)
    )
    column = next(c.column for c in head if "年度计划投资" in str(c.value))
    rows = [r for r in range(head[0].row + 1, sheet.max_row + 1) if sheet.cell(r, column).value]
    sheet.cell(rows[-2], column).value = 12345
    sheet.cell(rows[-1], column).value = "待定"
    book.save(file)
    return _upload(walk, f"{draft}sheet/back/", file, "上传并对照", r"/annual/sheets/\d+/")


def _detail(walk: Any, kind: str, values: dict[str, str]) -> str:
    walk.open(f"/projects/47/{kind}/new/")
    for name, value in values.items():
        walk.page.locator(f"main [name={name}]").fill(value)
    walk.page.get_by_role("button", name="保存").click()
    walk.page.wait_for_url(re.compile(r"/projects/47/"))
    link = walk.page.locator(f"main a[href*='/projects/{kind}/']").first
    return _path(link.get_attribute("href"))


def _superior_form(walk: Any, folder: Path) -> str:
    """A superior's blank form with one column that is filled by county."""
    import openpyxl

    book = openpyxl.Workbook()
    for line in [("县区", "本年完成投资（亿元）"), ("合计", None), ("青川区", None)]:
        book.active.append(line)
    book.save(folder / "上报表.xlsx")
    walk.open("/bulletins/superior/new/")
    walk.page.locator("main input[name=name]").fill("省重点项目月报")
    path = _path_after(walk, folder / "上报表.xlsx")
    walk.open(f"{path}?cell=B3")
    walk.page.locator("main select[name=scope]").select_option("county")
    walk.page.locator("main select[name=fact]").select_option("county:reached")
    walk.page.locator("main select[name=unit]").select_option("亿元")
    walk.page.locator("main input[name=names]").fill("A")
    walk.page.get_by_role("button", name="设好").click()
    walk.page.get_by_role("link", name="填表下载").wait_for()
    return path


def _edited_final(walk: Any, folder: Path) -> None:
    """The last month's draft as it comes back from Word, one figure and one number otherwise."""
    import docx
    from docx.oxml.ns import qn

    walk.open("/bulletins/10/")
    with walk.page.expect_download() as got:
        walk.page.get_by_role("link", name="下载原稿").click()
    got.value.save_as(folder / "定稿.docx")
    paper = docx.Document(str(folder / "定稿.docx"))
    control = next(paper.element.body.iter(qn("w:sdt")))
    next(control.iter(qn("w:t"))).text = "999"
    next(each for each in paper.paragraphs if len(each.text) > 40).add_run("另有5个项目待开工。")
    paper.save(str(folder / "定稿.docx"))
    path = "/bulletins/10/final/"
    _upload(walk, path, folder / "定稿.docx", "上传并核对", re.escape(path))
    walk.page.locator("input[name^=reason-]").first.wait_for()


def _path_after(walk: Any, file: Path) -> str:
    walk.page.locator("main input[type=file]").set_input_files(file)
    walk.page.get_by_role("button", name="上传", exact=True).click()
    walk.page.wait_for_url(re.compile(r"/superior/\d+/$"))
    return _path(walk.page.url)


def _problem(walk: Any) -> str:
    words = "征地补偿资金未到位，2 户未签协议。"
    edit = _detail(walk, "problems", {"words": words, "raised": "2026-11-01"})
    return edit.replace("/edit/", "/answer/")


def _attachment(walk: Any, folder: Path) -> str:
    file = folder / "批复.pdf"
    file.write_bytes(b"%PDF-1.4\n%%EOF\n")
    walk.open("/projects/47/")
    walk.page.locator("form.attach input[type=file]").set_input_files(file)
    walk.page.get_by_role("button", name="上传附件").click()
    link = walk.page.get_by_role("link", name="批复.pdf")
    link.wait_for()
    return _path(link.get_attribute("href"))


def _read_again(walk: Any) -> None:
    page = walk.page
    walk.open("/plans/upload/")
    page.locator("input[type=file]").set_input_files(PLAN)
    page.locator("main input[type=checkbox]").first.check()
    page.get_by_role("button", name="上传并读取").click()
    # Reading leads on by itself: to the review, the second time to the differences.
    page.wait_for_url(re.compile(r"/plans/2/review/"), timeout=60_000)
    walk.open("/plans/2/")
    page.get_by_role("button", name="重新读取").click()
    page.wait_for_url(re.compile(r"/plans/2/readings/2/"), timeout=60_000)


def visits(made: dict[str, str]) -> dict[str, list[str]]:
    """Paths by the sign-in that goes there; ``nobody`` is not signed in."""
    found: dict[str, list[str]] = {}
    for paths in SCREENS.values():
        for each in paths:
            who, _, path = each.rpartition(" ")
            found.setdefault(who or "linjiang", []).append(filled(path, made))
    return found


def filled(path: str, made: dict[str, str]) -> str:
    """The address with what ``prepare`` made put in."""
    return re.sub(r"\{([a-z-]+)\}", lambda name: made[name[1]], path)


def unanswered(
    patterns: dict[str, str], made: dict[str, str], get: Callable[[str], Any]
) -> list[str]:
    """Patterns that show a page, or nothing at all, and are not in the list."""
    found = []
    for name, address in sorted(patterns.items()):
        if name in SCREENS:
            continue
        path = filled(NO_PAGE.get(name, address), made)
        answer = get(path)
        if answer.status == 405:
            continue
        if name in LEADS:
            if not answer.url.endswith(LEADS[name]):
                found.append(f"{name}: {path} leads to {answer.url}")
            continue
        whole = "text/html" in answer.headers.get("content-type", "") and "<html" in answer.text()
        if whole or answer.status != 200:
            found.append(f"{name}: {path} answers {answer.status}{' a page' if whole else ''}")
    return found
