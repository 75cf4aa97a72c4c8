"""A whole month of the sample city by its screens: November from opening it to its wall chart.

What is clicked and typed is counted, and printed at the end with the minutes that a practised
person takes for it by the keystroke-level model (Card, Moran and Newell: 2.65 s a click with
pointing and thinking, 0.28 s a key); the desk's own seconds are measured.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Hand = Any


def test_a_whole_month_by_its_screens(
    december_desk: Any,
    walk_on: Callable[..., Any],
    hand_of: Callable[..., Hand],
    spoil: ModuleType,
    messy: ModuleType,
    tmp_path: Path,
) -> None:
    walk = walk_on(december_desk)
    walk.sign_in()
    hand = hand_of(walk, clicks=3, keys=len("linjiangguatu-linjiang"))
    told: list[str] = []

    def done(step: str) -> None:
        told.append(f"{step}: {hand.clicks} clicks, {hand.keys} keys, {hand.minutes:.1f} min")

    open_november(hand)
    sheets = download_sheets(hand, tmp_path)
    done("opened and sent")
    behind = sheet_of_october(december_desk.data, messy.A_MONTH_BEHIND)
    seconds = drop(hand, messy.twenty(spoil, sheets, behind), tmp_path / "收件")
    told.append(f"20 files dropped, read and compared in {seconds:.1f} s")
    each_is_told(walk.page, spoil, messy, sheets)
    answer_and_take(hand)
    bring_mended(hand, messy.mended(spoil, sheets), tmp_path / "重报")
    done("taken")
    enter_by_phone(hand, messy.TOLD_BY_PHONE)
    confirm_unchanged(hand, messy.SILENT)
    remind(hand, messy.SILENT)
    done("who has not reported")
    put_figures_side_by_side(hand)
    close(hand)
    look_at_lights(hand)
    done("closed")
    draft_bulletin(hand)
    issue_bulletin(hand, edited(hand, tmp_path))
    done("bulletin issued")
    look_at_board_and_chart(hand, tmp_path)
    done("board and wall chart")
    print("\n" + "\n".join(f"month: {line}" for line in told))
    assert hand.clicks < 90


def seen(hand: Hand, name: str) -> None:
    """Keep the screen, and hold it to axe."""
    hand.walk.shot(f"month-{name}")
    hand.walk.accessible()


def open_november(hand: Hand) -> None:
    page = hand.walk.page
    hand.click(page.get_by_role("link", name="调度", exact=True).first)
    seen(hand, "01-desk")
    hand.click(page.get_by_role("link", name="开 2026年11月"))
    seen(hand, "02-open")
    hand.click(page.get_by_role("button", name="开期"))
    page.wait_for_url(re.compile(r"/reporting/periods/\d+/$"))
    seen(hand, "03-opened")


def download_sheets(hand: Hand, folder: Path) -> dict[str, bytes]:
    """Each unit's sheet out of the zip."""
    button = hand.walk.page.get_by_role("button", name="下载全部填报表")
    package = zipfile.ZipFile(hand.download(button, folder / "all.zip"))
    sheets = {}
    for name in package.namelist():
        found = re.search(r"(\S+) 2026年11月", name)
        assert found, name
        sheets[found[1]] = package.read(name)
    assert len(sheets) == 19
    return sheets


# ------------------------------------------------------------------ what comes back


def sheet_of_october(data: Path, unit: str) -> bytes:
    """October's sheet of a unit as the desk has kept it when it came back."""
    import openpyxl

    for file in sorted((data / "uploads" / "projects" / "reporting").rglob("*")):
        if not file.is_file() or file.read_bytes()[:2] != b"PK":
            continue
        sheet = openpyxl.load_workbook(io.BytesIO(file.read_bytes())).active
        words = "".join(str(cell.value) for row in sheet.iter_rows(max_row=6) for cell in row)
        if "2026-10/" in words and unit in words:
            return file.read_bytes()
    raise AssertionError(f"no sheet of October from {unit}")


def drop(hand: Hand, files: dict[str, bytes], inbox: Path) -> float:
    """The folder dropped; gives the seconds until all stand compared on the screen."""
    inbox.mkdir()
    for name, data in files.items():
        (inbox / name).write_bytes(data)
    page = hand.walk.page
    hand.click(page.get_by_role("link", name="交表", exact=True))
    seen(hand, "04-before")
    hand.files(page.locator("input[name=sheets]"), [inbox / name for name in files])
    begun = time.monotonic()
    hand.click(page.get_by_role("button", name="读表"))
    page.locator("table td .told").first.wait_for(timeout=60_000)
    page.get_by_role("button", name=re.compile("收下没有问题的")).wait_for(timeout=60_000)
    seconds = time.monotonic() - begun
    seen(hand, "05-read")
    return seconds


def each_is_told(page: Any, spoil: ModuleType, messy: ModuleType, sheets: dict[str, bytes]) -> None:
    """Every one of the twenty: the right unit and number of rows, or why it cannot be taken."""
    rows = {
        row.locator("th a").inner_text(): [
            cell.inner_text() for cell in row.locator("td").all()[:2]
        ]
        for row in page.locator("table tr[data-key]").all()
    }
    assert set(rows) == {*messy.TOLD, *messy.REFUSED}
    for name, (unit, words) in messy.TOLD.items():
        wanted = words.format(messy.rows_filled(spoil, sheets[unit], name))
        assert rows[name] == [unit, wanted], name
    for name, words in messy.REFUSED.items():
        assert words in rows[name][1], (name, rows[name])
    said = page.locator("#messages").inner_text()
    assert f"“{messy.TWICE}”与“新建 Microsoft Excel 工作表.xlsx”内容相同" in said


def answer_and_take(hand: Hand) -> None:
    """The good ones at once, the useless ones at once; then what a person has to look at."""
    page = hand.walk.page
    hand.button(re.compile("收下没有问题的 12 份"))
    seen(hand, "06-taken")
    hand.button(re.compile("退回收不了的 4 份"))
    seen(hand, "06-useless")
    waiting = page.locator("tr[data-key]:has(.told.asks), tr[data-key]:has(.told.wrong)")
    assert waiting.count() == 3
    hand.click(waiting.first.locator("th a"))
    for number in range(3):
        seen(hand, f"07-file-{number}")
        if page.get_by_role("button", name="收下", exact=True).count():
            for box in page.locator("textarea[name^=words-]").all():
                hand.type(box, "经与单位核对，情况属实，说明附后")
            hand.button("收下")
        else:
            assert "填的是“约三千万”，应为数字（万元）" in page.locator("main").inner_text()
            hand.button("退回")
    assert page.url.endswith("/back/"), "after the last one stands the list"
    assert waiting.count() == 0, page.locator("main").inner_text()


def bring_mended(hand: Hand, files: dict[str, bytes], inbox: Path) -> None:
    """What was sent back comes again, right this time."""
    inbox.mkdir()
    for name, data in files.items():
        (inbox / name).write_bytes(data)
    page = hand.walk.page
    hand.files(page.locator("input[name=sheets]"), [inbox / name for name in files])
    hand.button("读表")
    hand.button(re.compile(f"收下没有问题的 {len(files)} 份"))
    seen(hand, "08-all-taken")


# ------------------------------------------------------------------ what does not


def enter_by_phone(hand: Hand, unit: str) -> None:
    page = hand.walk.page
    hand.tab("谁还没报")
    seen(hand, "09-missing")
    draft = page.locator(".drafts > li", has_text=unit)
    hand.click(draft.get_by_role("link", name=re.compile("代录")))
    hand.type(page.locator("[name=given_by]"), "市卫健委 周敏（电话）")
    for row in page.locator(".entering tbody tr").all():
        last = row.locator("td").nth(1).inner_text().replace(",", "").strip()
        box = row.locator("input[type=text]").first
        if last.replace(".", "").isdigit() and float(last):
            hand.type(box, str(int(float(last)) + 20))
            hand.type(row.locator("textarea").first, "电话核实，按进度施工")
        else:
            hand.type(box, "0")
    seen(hand, "10-entering")
    hand.click(page.get_by_role("button", name="报送", exact=True))
    page.get_by_text("代录").first.wait_for()
    assert page.url.endswith("/") and "enter" not in page.url, page.locator("main").inner_text()
    seen(hand, "11-entered")


def confirm_unchanged(hand: Hand, silent: str) -> None:
    """All that have not reported but the silent unit's, in one act."""
    page = hand.walk.page
    hand.click(page.get_by_role("link", name="确认无变化", exact=True))
    hand.click(page.locator("[data-pick-all]"))
    for row in page.locator(f"tr:has-text('{silent}') input[name=pick]").all():
        hand.click(row)
    seen(hand, "12-unchanged")
    hand.click(page.get_by_role("button", name="选中的项目本期无变化"))
    page.get_by_text(re.compile(r"已确认 \d+ 个项目本期无变化")).wait_for()
    seen(hand, "13-confirmed")


def remind(hand: Hand, silent: str) -> None:
    page = hand.walk.page
    hand.tab("谁还没报")
    assert page.locator(".drafts > li").count() == 1
    assert silent in page.locator(".drafts textarea").input_value()
    hand.click(page.locator("[data-copy]").first)
    seen(hand, "14-remind")


def put_figures_side_by_side(hand: Hand) -> None:
    page = hand.walk.page
    hand.tab("三数并列")
    for kind, value, source in (
        ("统计数", "880000", "市统计局11月固定资产投资快报"),
        ("财务数", "610000", "市财政局支付台账"),
    ):
        hand.choose(page.locator("[name=kind]"), kind)
        hand.type(page.locator("[name=value]"), value)
        hand.type(page.locator("[name=source]"), source)
        hand.click(page.get_by_role("button", name="录入", exact=True))
        page.get_by_text("不合并。").first.wait_for()
    seen(hand, "15-figures")


# ------------------------------------------------------------------ closed


def close(hand: Hand) -> None:
    page = hand.walk.page
    hand.tab("关账")
    seen(hand, "16-before-close")
    hand.click(page.get_by_label(re.compile("未报的按未报处理")))
    hand.click(page.get_by_role("button", name="关账", exact=True))
    page.get_by_text("已关账，第 1 版").wait_for(timeout=60_000)
    seen(hand, "17-closed")


def look_at_lights(hand: Hand) -> None:
    page = hand.walk.page
    hand.link("看预警")
    page.get_by_text("2026年11月").first.wait_for()
    seen(hand, "18-lights")
    silent = page.locator("main")
    assert "灰" in silent.inner_text()


# ------------------------------------------------------------------ bulletin, board, wall chart


def draft_bulletin(hand: Hand) -> None:
    page = hand.walk.page
    hand.link("看这次关账")
    seen(hand, "19-closed")
    hand.link("起草通报")
    seen(hand, "20-draft")
    hand.click(page.get_by_role("button", name="生成初稿"))
    page.get_by_role("article", name="通报正文").wait_for(timeout=60_000)
    seen(hand, "21-drafted")


def edited(hand: Hand, folder: Path) -> Path:
    """The draft as it comes back from Word: number, day and words put in, one figure changed."""
    import docx
    from docx.oxml.ns import qn

    link = hand.walk.page.get_by_role("link", name="下载原稿")
    path = hand.download(link, folder / "通报定稿.docx")
    paper = docx.Document(str(path))
    body = [each for each in paper.paragraphs if len(each.text) > 40]
    body[0].add_run("各级各部门要高度重视。")
    texts = [
        text
        for control in paper.element.body.iter(qn("w:sdt"))
        for text in control.iter(qn("w:t"))
        if re.fullmatch(r"\d+\.\d\d", text.text or "")
    ]
    old = texts[0].text
    texts[0].text = f"{float(old) + 1:.2f}"
    number = next(each for each in paper.paragraphs if each._p.xpath("w:pPr/w:pBdr"))
    number.add_run("临补短板办〔2026〕15号")
    day = next(each for each in paper.paragraphs if each.text.strip() == "年　月　日")
    day.runs[0].text = "2026年12月4日"
    paper.save(str(path))
    return path


def issue_bulletin(hand: Hand, final: Path) -> None:
    page = hand.walk.page
    hand.click(page.get_by_role("link", name="上传定稿"))
    hand.files(page.locator("input[type=file]"), [final])
    hand.click(page.get_by_role("button", name="上传并核对"))
    page.locator("table[class=grid] tbody tr").first.wait_for()
    seen(hand, "22-compared")
    reasons = page.locator("input[name^=reason-]")
    assert reasons.count() >= 1, "the figure that was changed by hand is listed"
    for box in reasons.all():
        hand.type(box, "按市统计局更正数填写")
    hand.button("保存说明")
    asked = {name: page.locator(f"main input[name={name}]") for name in ("number", "on")}
    for box in asked.values():
        box.wait_for()
    # Both stand in the paper: nobody types them again.
    assert asked["number"].input_value() == "临补短板办〔2026〕15号"
    assert asked["on"].input_value() == "2026-12-04"
    seen(hand, "23-issue")
    hand.click(page.get_by_role("button", name="印发", exact=True))
    page.get_by_text("这一期的数不再改变").wait_for(timeout=60_000)
    seen(hand, "24-issued")


def look_at_board_and_chart(hand: Hand, folder: Path) -> None:
    page = hand.walk.page
    hand.link("看板")
    page.get_by_role("heading", name="2026年11月看板").wait_for()
    assert re.search(r"没有答复的问题\s*\d+ 个", page.locator("main").inner_text())
    seen(hand, "25-board")
    hand.menu("作战图")
    page.locator(".wall-wait").wait_for(state="detached", timeout=30_000)
    seen(hand, "26-chart")
    poster = hand.download(page.get_by_role("link", name="A3", exact=True), folder / "a3.pdf")
    assert poster.read_bytes().startswith(b"%PDF-")
