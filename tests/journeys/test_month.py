"""A whole month of the sample city by its screens: November from opening it to its wall chart.

What is clicked and typed is counted, and printed at the end with the minutes that a practised
person takes for it by the keystroke-level model (Card, Moran and Newell: 2.65 s a click with
pointing and thinking, 0.28 s a key); the desk's own seconds are measured.
"""

from __future__ import annotations

import importlib.util
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SPOILING = Path(__file__).parents[1] / "web" / "reporting" / "spoiling.py"
CLICK_SECONDS, KEY_SECONDS = 2.65, 0.28
PLANNED, LAST = "年度计划投资（万元）", "上期累计（万元）"
# Left to be entered by the office, and never heard of in this month.
TOLD_BY_PHONE, SILENT = "市卫生健康委", "国网临江供电公司"
NOT_TOUCHED = "市林业局"


@dataclass(slots=True)
class Hand:
    """A person's hand on mouse and keyboard; what it does is counted."""

    walk: Any
    clicks: int = 0
    keys: int = 0
    waited: float = 0.0

    def click(self, what: Any) -> None:
        """Click, and wait until the desk has answered."""
        self.clicks += 1
        begun = time.monotonic()
        what.click()
        self.walk.page.wait_for_load_state()
        self.waited += time.monotonic() - begun

    def type(self, what: Any, words: str) -> None:
        """Click into a field and type."""
        self.clicks += 1
        self.keys += len(words)
        what.fill(words)

    def choose(self, what: Any, words: str) -> None:
        """Open a list and pick."""
        self.clicks += 2
        what.select_option(label=words)

    def files(self, what: Any, paths: list[Path]) -> None:
        """The button, all files of the folder, and 打开."""
        self.clicks += 3
        what.set_input_files(paths)

    def download(self, what: Any, target: Path) -> Path:
        """Click what gives a file."""
        with self.walk.page.expect_download() as waiting:
            self.click(what)
        waiting.value.save_as(target)
        return target

    @property
    def minutes(self) -> float:
        """Of a practised person, with what the desk takes."""
        return (self.clicks * CLICK_SECONDS + self.keys * KEY_SECONDS + self.waited) / 60


@pytest.fixture(scope="module")
def spoil() -> ModuleType:
    """The script that spoils sheets as people do."""
    spec = importlib.util.spec_from_file_location("spoiling", SPOILING)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_whole_month_by_its_screens(
    december_desk: Any, walk_on: Callable[..., Any], spoil: ModuleType, tmp_path: Path
) -> None:
    walk = walk_on(december_desk)
    walk.sign_in()
    hand = Hand(walk, clicks=3, keys=len("linjiangguatu-linjiang"))
    told: list[str] = []

    def done(step: str) -> None:
        told.append(f"{step}: {hand.clicks} clicks, {hand.keys} keys, {hand.minutes:.1f} min")

    open_november(hand)
    sheets = download_sheets(hand, tmp_path)
    done("opened and sent")
    seconds = drop_twenty(hand, spoil, sheets, tmp_path)
    told.append(f"20 files dropped, read and compared in {seconds:.1f} s")
    answer_and_take(hand, spoil, sheets, tmp_path)
    done("taken")
    enter_by_phone(hand)
    confirm_unchanged(hand)
    remind(hand)
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
    assert hand.clicks < 150


def seen(hand: Hand, name: str) -> None:
    """Keep the screen, and hold it to axe."""
    hand.walk.shot(f"month-{name}")
    hand.walk.accessible()


def tab(hand: Hand, name: str) -> None:
    hand.click(hand.walk.page.locator("nav.tabs").get_by_role("link", name=name, exact=True))


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


def report(spoil: ModuleType, *, part: int = 20) -> Any:
    """What a unit types: last period's figure and a part of the year's plan on top."""

    def change(sheet: Any, columns: dict[str, int]) -> None:
        for row in spoil.rows(sheet):
            planned = int(sheet.cell(row, columns[PLANNED]).value or 0)
            last = int(sheet.cell(row, columns[LAST]).value or 0)
            if not last:
                continue
            if last >= planned:
                sheet.cell(row, columns[spoil.UNCHANGED]).value = "是"
                continue
            now = min(planned, last + max(planned // part, 1))
            sheet.cell(row, columns[spoil.REACHED]).value = now
            sheet.cell(row, columns["形象进度"]).value = "按计划推进，本月主体和安装交叉施工"

    return change


def first(column: str, value: object) -> Any:
    """The first project's cell that has a figure."""

    def change(sheet: Any, columns: dict[str, int]) -> None:
        for cells in sheet.iter_rows(min_row=6):
            if isinstance(cells[columns[LAST] - 1].value, (int, float)):
                sheet.cell(cells[0].row, columns[column]).value = value
                return

    return change


def spoiled(spoil: ModuleType, sheets: dict[str, bytes]) -> dict[str, bytes]:
    """Twenty files as they lie in the clerk's folder after a week."""
    filled = {unit: spoil.changed(data, report(spoil)) for unit, data in sheets.items()}

    def more(unit: str, *changes: Any) -> bytes:
        data: bytes = spoil.changed(filled[unit], *changes)
        return data

    return {
        "新建 Microsoft Excel 工作表.xlsx": filled["市发展改革委"],
        "新建 Microsoft Excel 工作表(1).xlsx": filled["市发展改革委"],
        "教育局加了两列.xlsx": more("市教育局", spoil.insert_columns),
        "科技局（盖章）.xlsx": filled["市科技局"],
        "工信.xls": spoil.as_xls(filled["市工业和信息化局"]),
        "民政局11月.xlsx": more("市民政局", first(spoil.REACHED, "约三千万")),
        "人社删了一行.xlsx": more("市人力资源社会保障局", spoil.delete_rows(1)),
        "11月(2).xlsx": more("市自然资源局", spoil.turn_round),
        "环境局.xlsx": more("市生态环境局", spoil.add_title),
        "住建局最终版.xlsx": more("市住房城乡建设局", first(spoil.REACHED, 10)),
        "城管 合计.xlsx": more("市城市管理局", spoil.add_notes),
        "交通局报送件.xlsx": spoil.second_sheet(filled["市交通运输局"]),
        "水利.xlsx": spoil.pasted_values(filled["市水利局"]),
        "农业农村局改了表头.xlsx": more(
            "市农业农村局",
            first("存在问题", "大坝占用林地手续未批，需市林业局协调"),
            spoil.rename_head("形象进度", "工程形象"),
        ),
        "商务局.xlsx": filled["市商务局"],
        "文旅.xlsx": more("市文化广电旅游局", spoil.delete_column("竣工日期")),
        "林业局.xlsx": spoil.changed(
            sheets[NOT_TOUCHED], spoil.rename_head("形象进度", "形象进度")
        ),
        "数据局.xlsx": filled["市数据局"],
        "卫健委.xlsx": filled[TOLD_BY_PHONE][: len(filled[TOLD_BY_PHONE]) // 2],
        "电力.xlsx": b"\xff\xd8\xff\xe0" + b"\0" * 400,
    }


def drop_twenty(hand: Hand, spoil: ModuleType, sheets: dict[str, bytes], folder: Path) -> float:
    """The folder dropped; gives the seconds until all stand compared on the screen."""
    files = spoiled(spoil, sheets)
    assert len(files) == 20
    inbox = folder / "收件"
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


def answer_and_take(hand: Hand, spoil: ModuleType, sheets: dict[str, bytes], folder: Path) -> None:
    page = hand.walk.page
    hand.click(page.get_by_role("button", name=re.compile("收下没有问题的")))
    seen(hand, "06-taken")
    waiting = page.locator("tr[data-key]:has(.told.asks), tr[data-key]:has(.told.wrong)")
    for number in range(12):
        if not waiting.count():
            break
        row = waiting.first
        wrong = row.locator(".told.wrong").count()
        hand.click(row.locator("th a"))
        seen(hand, f"07-file-{number}")
        if wrong:
            hand.click(page.get_by_role("button", name="退回", exact=True))
        elif page.get_by_role("button", name="收下", exact=True).count():
            for box in page.locator("textarea[name^=words-]").all():
                hand.type(box, "经与单位核对，上月误把预付款计入，予以核减")
            hand.click(page.get_by_role("button", name="收下", exact=True))
        else:
            hand.click(page.get_by_role("button", name="退回", exact=True))
    assert waiting.count() == 0, page.locator("main").inner_text()
    mended = folder / "收件" / "民政局重报.xlsx"
    mended.write_bytes(spoil.changed(sheets["市民政局"], report(spoil)))
    hand.files(page.locator("input[name=sheets]"), [mended])
    hand.click(page.get_by_role("button", name="读表"))
    hand.click(page.get_by_role("button", name=re.compile("收下没有问题的 1 份")))
    seen(hand, "08-all-taken")


# ------------------------------------------------------------------ what does not


def enter_by_phone(hand: Hand) -> None:
    page = hand.walk.page
    tab(hand, "谁还没报")
    seen(hand, "09-missing")
    draft = page.locator(".drafts > li", has_text=TOLD_BY_PHONE)
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


def confirm_unchanged(hand: Hand) -> None:
    """All that have not reported but the silent unit's, in one act."""
    page = hand.walk.page
    hand.click(page.get_by_role("link", name="确认无变化", exact=True))
    hand.click(page.locator("[data-pick-all]"))
    for row in page.locator(f"tr:has-text('{SILENT}') input[name=pick]").all():
        hand.click(row)
    seen(hand, "12-unchanged")
    hand.click(page.get_by_role("button", name="选中的项目本期无变化"))
    page.get_by_text(re.compile(r"已确认 \d+ 个项目本期无变化")).wait_for()
    seen(hand, "13-confirmed")


def remind(hand: Hand) -> None:
    page = hand.walk.page
    tab(hand, "谁还没报")
    assert page.locator(".drafts > li").count() == 1
    assert SILENT in page.locator(".drafts textarea").input_value()
    hand.click(page.locator("[data-copy]").first)
    seen(hand, "14-remind")


def put_figures_side_by_side(hand: Hand) -> None:
    page = hand.walk.page
    tab(hand, "三数并列")
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
    tab(hand, "关账")
    seen(hand, "16-before-close")
    hand.click(page.get_by_label(re.compile("未报的按未报处理")))
    hand.click(page.get_by_role("button", name="关账", exact=True))
    page.get_by_text("已关账，第 1 版").wait_for(timeout=60_000)
    seen(hand, "17-closed")


def look_at_lights(hand: Hand) -> None:
    page = hand.walk.page
    hand.click(page.get_by_role("link", name="预警", exact=True).first)
    page.get_by_text("2026年11月").first.wait_for()
    seen(hand, "18-lights")
    silent = page.locator("main")
    assert "灰" in silent.inner_text()


# ------------------------------------------------------------------ bulletin, board, wall chart


def menu(hand: Hand, name: str) -> None:
    hand.click(hand.walk.page.locator("nav.rail").get_by_role("link", name=name, exact=True))


def draft_bulletin(hand: Hand) -> None:
    page = hand.walk.page
    menu(hand, "通报")
    seen(hand, "19-bulletins")
    hand.click(page.get_by_role("link", name="起草 2026年11月"))
    seen(hand, "20-draft")
    hand.click(page.get_by_role("button", name="生成初稿"))
    page.get_by_role("article", name="通报正文").wait_for(timeout=60_000)
    seen(hand, "21-drafted")


def edited(hand: Hand, folder: Path) -> Path:
    """The draft as it comes back from Word: words put in, one figure changed by hand."""
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
    hand.click(page.get_by_role("button", name="保存说明"))
    hand.click(page.get_by_role("link", name="印发", exact=True).first)
    hand.type(page.locator("main input[name=number]"), "临补短板办〔2026〕15号")
    hand.type(page.locator("main input[name=on]"), "2026-12-04")
    seen(hand, "23-issue")
    hand.click(page.get_by_role("button", name="印发", exact=True))
    page.get_by_text("这一期的数不再改变").wait_for(timeout=60_000)
    seen(hand, "24-issued")


def look_at_board_and_chart(hand: Hand, folder: Path) -> None:
    page = hand.walk.page
    menu(hand, "看板")
    page.get_by_role("heading", name="2026年11月看板").wait_for()
    assert re.search(r"没有答复的问题\s*\d+ 个", page.locator("main").inner_text())
    seen(hand, "25-board")
    menu(hand, "作战图")
    page.locator(".wall-wait").wait_for(state="detached", timeout=30_000)
    seen(hand, "26-chart")
    poster = hand.download(page.get_by_role("link", name="A3", exact=True), folder / "a3.pdf")
    assert poster.read_bytes().startswith(b"%PDF-")
