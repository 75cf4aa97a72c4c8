"""An office's first month, from accounts with first passwords to bulletin, board and wall chart.

The plan is a published one with a regular duty of ten days and one of a month; it lies in
``../shared`` (or ``$GUATU_SHARED``), elsewhere this is skipped and says so. The city's projects are
the journey's own.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
import yaml

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("GUATU_SHARED", ROOT.parent / "shared"))
PLAN = SHARED / "plans" / "zunyi-2021-investment.txt"
PASSWORD = "di-yi-tian-2022"

Hand = Any

# What a page must never show: a value that is none, an error that went through.
WRONG = re.compile(r"\bNone\b|\bnan\b|\binf\b|Traceback|−0\.0\b|\{\{|\{%")

BROUGHT = yaml.safe_load(Path(__file__).with_name("first_month.yml").read_text("utf-8"))
PROJECTS = BROUGHT["项目"]
REGION_HEADS = ("代码", "名称", "级别", "上级代码", "启用日期", "停用日期")
HEADS = (
    "序号",
    "项目名称",
    "县区",
    "责任单位",
    "总投资（万元）",
    "2022年计划投资（万元）",
    "计划开工",
    "计划竣工",
    "阶段",
    "联系领导",
)
SILENT = "市教育体育局"
LATE = "红花岗供水管网"


@pytest.mark.skipif(not PLAN.exists(), reason=f"no plan at {PLAN}")
def test_the_first_month_of_a_new_office(
    new_desk: Any,
    walk_on: Callable[..., Any],
    hand_of: Callable[..., Hand],
    spoil: ModuleType,
    tmp_path: Path,
) -> None:
    hand = hand_of(walk_on(new_desk))
    told: list[str] = []

    def done(step: str) -> None:
        told.append(f"{step}: {hand.clicks} clicks, {hand.keys} keys, {hand.minutes:.1f} min")

    first_sign_in(hand, new_desk.said)
    look_round_an_empty_desk(hand)
    say_where_we_are(hand, tmp_path)
    done("signed in, regions")
    bring_plan_in(hand)
    done("plan published")
    bring_projects_in(hand, tmp_path)
    issue_annual_plan(hand)
    done("projects and annual plan")
    give_a_target_out(hand)
    make_cycles(hand)
    sheets = open_july(hand, tmp_path)
    done("first month opened")
    bring_sheets_back(hand, spoil, sheets, tmp_path / "收件")
    close(hand)
    done("closed")
    issue_bulletin(hand)
    look_at_board_and_chart(hand, tmp_path)
    done("bulletin, board, wall chart")
    print("\n" + "\n".join(f"first month: {line}" for line in told))


def seen(hand: Hand, name: str) -> str:
    """Keep the screen, hold it to axe; gives its words, in which nothing went wrong."""
    page = hand.walk.page
    hand.walk.shot(f"first-{name}")
    hand.walk.accessible()
    words: str = page.locator("body").inner_text()
    wrong = WRONG.search(words)
    assert wrong is None, f"{page.url} shows {wrong and wrong[0]}"
    return words


# ------------------------------------------------------------------ the first day


def first_sign_in(hand: Hand, said: str) -> None:
    """With the password that the command printed, which has to be changed at once."""
    page = hand.walk.page
    found = re.search(r"登录名 (jingban)\s+口令 (\S+)", said)
    assert found, said
    hand.walk.open("/")
    hand.type(page.get_by_label("登录名"), found[1])
    hand.type(page.get_by_label("口令"), found[2])
    hand.button("登录")
    page.wait_for_url(re.compile("/password/"))
    seen(hand, "01-password")
    old, new, again = page.locator("main input[type=password]").all()
    hand.type(old, found[2])
    hand.type(new, PASSWORD)
    hand.type(again, PASSWORD)
    hand.click(page.locator("main form button[type=submit]"))
    page.wait_for_url(re.compile(r"/(settings/)?$"))


def look_round_an_empty_desk(hand: Hand) -> None:
    """Every entry of the rail answers and says what comes first."""
    page = hand.walk.page
    for link in page.locator("nav.rail a").all():
        name = link.inner_text().strip()
        link.click()
        page.wait_for_load_state()
        seen(hand, f"02-empty-{name}")
        assert page.locator("h1").count() == 1


def say_where_we_are(hand: Hand, folder: Path) -> None:
    """Regions from a table, and which of them is ours."""
    page = hand.walk.page
    book = openpyxl.Workbook()
    for line in (REGION_HEADS, *BROUGHT["区划"]):
        book.active.append(line)
    book.save(folder / "区划.xlsx")
    hand.menu("设置")
    hand.click(page.locator("a.card", has_text="行政区划"))
    hand.files(page.locator("main input[type=file]"), [folder / "区划.xlsx"])
    hand.button("导入")
    page.locator("tbody th", has_text="播州区").wait_for()
    seen(hand, "03-regions")
    assert "还没有指明本办公室在哪个地区" in page.locator("main").inner_text()
    # The one city of the table is proposed.
    hand.button("就是这里")
    page.get_by_text("本办公室在遵义市").first.wait_for()


# ------------------------------------------------------------------ plan, projects, annual plan


def bring_plan_in(hand: Hand) -> None:
    page = hand.walk.page
    hand.menu("方案")
    hand.link("上传方案")
    hand.files(page.locator("input[type=file]"), [PLAN])
    hand.click(page.locator("#id_not_secret"))
    hand.button("上传并读取")
    page.wait_for_url(re.compile(r"/plans/\d+/review/"), timeout=120_000)
    page.locator(".entry.active").wait_for()
    hand.click(page.locator("[data-do=accept-all]"))
    bar = "document.querySelector('#review-progress progress')"
    hand.walk.until(f"{bar}.value === {bar}.max")
    seen(hand, "10-reviewed")
    hand.walk.open(page.url.split("/review/")[0].removeprefix(hand.walk.address) + "/names/")
    hand.click(page.locator("[data-fill-new]"))
    hand.button("确认所选")
    seen(hand, "11-names")
    hand.link("发布台账")
    seen(hand, "12-publish")
    confirm = page.get_by_label("带着未处理的对账发现发布")
    if confirm.count():
        hand.click(confirm)
    hand.button("发布")
    page.wait_for_url(lambda url: not url.endswith("/publish/"))
    seen(hand, "13-published")


def bring_projects_in(hand: Hand, folder: Path) -> None:
    page = hand.walk.page
    book = openpyxl.Workbook()
    book.active.append(["市扩大有效投资重点项目表"])
    book.active.append(HEADS)
    for number, line in enumerate(PROJECTS, start=1):
        book.active.append([number, *line, "张副市长" if number % 3 == 0 else ""])
    book.save(folder / "项目.xlsx")
    hand.menu("项目库")
    seen(hand, "20-empty")
    hand.link("导入项目表")
    hand.files(page.locator("main input[type=file]").first, [folder / "项目.xlsx"])
    hand.button("上传")
    page.get_by_role("heading", name="对应表头").wait_for()
    seen(hand, "21-columns")
    hand.button("读取并核对")
    bring_in = page.get_by_role("button", name=re.compile(f"导入这 {len(PROJECTS)} 个项目"))
    bring_in.wait_for(timeout=60_000)
    seen(hand, "22-difference")
    hand.click(bring_in)
    page.get_by_role("link", name="看项目库").wait_for(timeout=60_000)
    hand.link("看项目库")
    page.get_by_text("仁怀水库").first.wait_for()
    seen(hand, "23-library")


def issue_annual_plan(hand: Hand) -> None:
    page = hand.walk.page
    hand.menu("年度计划")
    hand.link("编制 2022 年计划")
    assert page.locator("main input[name=year]").input_value() == "2022"
    hand.button("建立")
    page.wait_for_url(re.compile(r"/annual/\d+/add/$"))
    seen(hand, "30-add")
    hand.button(re.compile("加入全部"))
    page.get_by_text(re.compile(rf"合计\s*{len(PROJECTS)}\s*项")).first.wait_for()
    words = seen(hand, "31-draft")
    assert "122,400" in words, "the year's investments of the twelve add up"
    hand.link("下达")
    hand.type(page.locator("main input[name=number]"), "市投资办〔2022〕1号")
    hand.type(page.locator("main input[name=on]"), "2022-07-01")
    hand.button("下达")
    page.get_by_text("市投资办〔2022〕1号").first.wait_for()
    seen(hand, "32-issued")


def give_a_target_out(hand: Hand) -> None:
    """A target of the plan by year and county, one county opened to its departments."""
    page = hand.walk.page
    hand.walk.open("/annual/targets/take/?q=固定资产投资")
    words = seen(hand, "33-take-list")
    assert "6,800" in words and "亿元" in words
    hand.click(page.locator("main .grid a.button").first)
    seen(hand, "34-take")
    hand.button("开始分解")
    page.wait_for_url(re.compile(r"/annual/targets/\d+/$"))
    words = seen(hand, "35-matrix")
    assert all(county in words for county in ("红花岗区", "汇川区", "播州区", "仁怀市"))
    hand.click(page.get_by_role("link", name=re.compile("^播州区")))
    page.get_by_text("播州区未分到部门").first.wait_for()
    seen(hand, "36-opened-row")


# ------------------------------------------------------------------ the month


def make_cycles(hand: Hand) -> None:
    """From the plan's own words: every ten days, every month."""
    page = hand.walk.page
    hand.menu("调度")
    seen(hand, "40-no-cycle")
    for words, name in (("按旬开展工作调度", "旬调度"), ("每月对工作完成情况进行通报", "月调度")):
        hand.link("建立调度制度")
        hand.click(page.locator("tr", has_text=words).get_by_role("link", name="按这条建立"))
        seen(hand, f"41-{name}")
        assert page.locator("main input[name=name]").input_value() == name
        hand.button("建立")
        page.get_by_text(f"“{name}”已建立").first.wait_for()
    seen(hand, "42-cycles")


def open_july(hand: Hand, folder: Path) -> dict[str, bytes]:
    """The first ten days are looked at; July is opened and sent out."""
    page = hand.walk.page
    hand.link(re.compile(r"^开 2022年7月下旬"))
    seen(hand, "43-ten-days")
    page.go_back()
    hand.link("开 2022年7月")
    words = seen(hand, "44-open")
    assert "2022年8月" in words
    hand.button("开期")
    page.wait_for_url(re.compile(r"/reporting/periods/\d+/$"))
    seen(hand, "45-opened")
    button = page.get_by_role("button", name="下载全部填报表")
    package = zipfile.ZipFile(hand.download(button, folder / "all.zip"))
    sheets = {}
    for name in package.namelist():
        found = re.search(r"(\S+) 2022年7月", name)
        assert found, name
        sheets[found[1]] = package.read(name)
    assert set(sheets) == {line[2] for line in PROJECTS}
    return sheets


def first_report(spoil: ModuleType) -> Any:
    """What a unit types the first time: what was done before the year, the start, the figure."""

    def change(sheet: Any, columns: dict[str, int]) -> None:
        years = {line[0]: (line[4], line[5], line[3]) for line in PROJECTS}
        for row in spoil.rows(sheet):
            name = sheet.cell(row, columns["项目名称"]).value
            planned, start, total = years[name]
            year, month = (int(part) for part in re.findall(r"\d+", start))
            if name == LATE or (year, month) > (2022, 7):
                sheet.cell(row, columns[spoil.REACHED]).value = 0
                sheet.cell(row, columns["形象进度"]).value = "办理前期手续"
                continue
            if "以前年度完成投资（万元）" in columns and year < 2022:
                sheet.cell(row, columns["以前年度完成投资（万元）"]).value = total // 5
            sheet.cell(row, columns["实际开工日期"]).value = f"{year}-{month:02d}-10"
            sheet.cell(row, columns[spoil.REACHED]).value = planned * 6 // 10
            sheet.cell(row, columns["形象进度"]).value = "主体施工"

    return change


def bring_sheets_back(hand: Hand, spoil: ModuleType, sheets: dict[str, bytes], inbox: Path) -> None:
    page = hand.walk.page
    inbox.mkdir()
    files = []
    for unit, data in sheets.items():
        if unit != SILENT:
            files.append(inbox / f"{unit}.xlsx")
            files[-1].write_bytes(spoil.changed(data, first_report(spoil)))
    hand.click(page.get_by_role("link", name="交表", exact=True))
    hand.files(page.locator("input[name=sheets]"), files)
    hand.button("读表")
    seen(hand, "50-read")
    take = page.get_by_role("button", name=re.compile(f"收下没有问题的 {len(files)} 份"))
    assert take.count() == 1, page.locator("main").inner_text()
    hand.click(take)
    seen(hand, "51-taken")
    hand.tab("谁还没报")
    words = seen(hand, "52-missing")
    assert SILENT in words
    hand.tab("各项目的数")
    seen(hand, "53-projects")
    hand.tab("三数并列")
    seen(hand, "54-figures")
    # Nobody has reported before: nothing can be confirmed as unchanged.
    hand.tab("单位")
    hand.link("确认无变化")
    assert "没有可以确认的项目" in seen(hand, "55-unchanged")
    page.go_back()


def close(hand: Hand) -> None:
    page = hand.walk.page
    hand.tab("关账")
    words = seen(hand, "60-before-close")
    assert SILENT in words
    hand.click(page.get_by_label(re.compile("未报的按未报处理")))
    hand.button("关账")
    page.get_by_text("已关账，第 1 版").wait_for(timeout=60_000)
    seen(hand, "61-closed")
    hand.link("看预警")
    seen(hand, "62-lights")
    # 1 of 12 did not report; 供水管网 should have started in July and has not: yellow.
    row = page.locator("tr", has_text=LATE)
    assert "黄" in row.inner_text(), row.inner_text()
    assert "灰" in page.locator("tr", has_text="市职业教育实训基地").inner_text()
    for name in ("各项率", "目标测算", "停缓建、豁免、调整", "规则包"):
        hand.walk.page.locator("nav.tabs").get_by_role("link", name=name, exact=True).click()
        page.wait_for_load_state()
        seen(hand, f"63-{name}")


def issue_bulletin(hand: Hand) -> None:
    page = hand.walk.page
    hand.menu("通报")
    seen(hand, "70-bulletins")
    hand.link("起草 2022年7月")
    seen(hand, "71-draft")
    hand.button("生成初稿")
    page.get_by_role("article", name="通报正文").wait_for(timeout=60_000)
    words = seen(hand, "72-drafted")
    # The twelve plan 122,400万元; ten report six tenths, the two not yet started nothing.
    assert "12个" in words.replace(" ", "")
    assert "较上期" not in words and "比上期" not in words
    hand.link("印发")
    hand.type(page.locator("main input[name=number]"), "市投资办〔2022〕2号")
    hand.click(page.locator("input[name=untouched]"))
    hand.button("印发")
    page.get_by_text("这一期的数不再改变").wait_for(timeout=60_000)
    seen(hand, "73-issued")


def look_at_board_and_chart(hand: Hand, folder: Path) -> None:
    page = hand.walk.page
    hand.link("看板")
    words = seen(hand, "80-board")
    assert "这是第一期，没有上期可比" in words
    page.screenshot(path=folder / "board.png", full_page=True)
    hand.link("领导联系项目")
    seen(hand, "81-leaders")
    hand.link(re.compile("张副市长"))
    seen(hand, "82-leader")
    hand.menu("作战图")
    page.locator(".wall-wait").wait_for(state="detached", timeout=30_000)
    seen(hand, "83-chart")
    assert page.locator(".wall-body [role=row]").count() >= len(PROJECTS)
    paper = hand.download(page.get_by_role("link", name="A3", exact=True), folder / "a3.pdf")
    assert paper.read_bytes().startswith(b"%PDF-")
    hand.walk.open("/")
    seen(hand, "84-workbench")
    hand.menu("项目库")
    hand.link("仁怀水库")
    seen(hand, "85-project")
