"""Sheets come back as people send them: twenty files at once, read, compared, taken or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from guatu.delivery.periods import Period
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.projects.models import Project
from guatu.web.reporting import actions
from guatu.web.reporting.models import (
    FileState,
    Immutable,
    Report,
    ReportingPeriod,
    ReturnedFile,
)
from guatu.web.reporting.queries.files import compared_file

WATER, ROADS, HEALTH = "市水利局", "市交通运输局", "市卫生健康委"
NOTHING: dict[str, int] = {}
pytestmark = pytest.mark.django_db

Drop = Callable[..., list[ReturnedFile]]
Reached = Callable[[], dict[str, int]]


def test_a_sheet_is_taken_as_a_whole_and_undone_as_a_whole(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, clerk: User,
    desk: Client, projects: dict[str, Project],
) -> None:  # fmt: skip
    [file] = drop({"1.xlsx": spoil.changed(sheets[WATER], spoil.fill(800, 2100, 560))})
    page = desk.get(reverse("reporting:file", args=[file.pk])).text
    assert "青川水厂" in page and "720" not in reached()
    assert actions.apply_file(file, by=clerk) == 3
    assert reached() == {"青川水厂": 800, "云溪水库": 2100, "望海海堤": 560}
    report = Report.objects.get(current=True, project=projects["青川水厂"], period=file.period)
    # What September told goes on: the start, the money of earlier years.
    assert report.started_on == date(2025, 3, 10)
    assert report.reached_total == (800 + 1200) * 10_000
    assert (report.row, report.how, report.late) == (6, "sheet", False)
    known = Project.objects.get(pk=projects["青川水厂"].pk)
    assert (known.reached_year, known.reached_period) == (8_000_000, "2026-10")
    actions.undo_act(file.period, report.act, by=clerk)
    assert reached() == NOTHING
    known.refresh_from_db()
    assert (known.reached_year, known.reached_period) == (7_200_000, "2026-09")
    file.refresh_from_db()
    assert file.state == FileState.UNDONE


def test_twenty_files_at_once(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, clerk: User,
    desk: Client, october: ReportingPeriod, september: ReportingPeriod,
) -> None:  # fmt: skip
    water, roads, health = sheets[WATER], sheets[ROADS], sheets[HEALTH]
    [(old, data)] = actions.send_sheets(september.units.filter(unit__name=ROADS), by=clerk)
    from guatu.web.reporting.sheets import sheet_file

    change, fill = spoil.changed, spoil.fill
    files = {
        "新建 Microsoft Excel 工作表(3).xlsx": change(roads, fill(1500, 300)),
        "新建 Microsoft Excel 工作表(3) - 副本.xlsx": change(roads, fill(1500, 300)),
        "9月表重发.xlsx": change(sheet_file(old, data)[1], fill(1111)),
        "加了列.xlsx": change(health, spoil.insert_columns, fill(1000)),
        "数字写成文字.xlsx": change(water, fill("待定", 2100)),
        "删了行.xlsx": change(water, fill(810, 2110, 570), spoil.delete_rows(1)),
        "老格式.xls": spoil.as_xls(change(water, fill(820, 2120, 580))),
        "倒着排.xlsx": change(water, fill(830, 2130, 590), spoil.turn_round),
        "加了抬头.xlsx": change(water, fill(840), spoil.add_title),
        "有合计和签名.xlsx": change(water, fill(850), spoil.add_notes),
        "自己加了项目.xlsx": change(water, fill(860), spoil.add_project("白河泵站")),
        "一个项目两行.xlsx": change(water, fill(870), spoil.twice),
        "表头改了字.xlsx": change(water, fill(880), spoil.rename_head("形象进度", "工程形象")),
        "删了一列.xlsx": change(water, fill(890), spoil.delete_column("竣工日期")),
        "在第二个表里.xlsx": spoil.second_sheet(change(water, fill(900))),
        "只粘了数值.xlsx": spoil.pasted_values(change(water, fill(910))),
        "没动过.xlsx": change(water, spoil.rename_head("形象进度", "形象进度")),
        "核减没说明.xlsx": change(water, fill(500)),
        "日期在以后.xlsx": change(water, fill(920), fill(date(2027, 1, 5), column="竣工日期")),
        "别的材料.xlsx": spoil.second_sheet(foreign()),
        "坏了.xlsx": water[: len(water) // 2],
        "照片.xlsx": b"\xff\xd8\xff\xe0" + b"\0" * 400,
    }
    made = {file.name: file for file in drop(files)}
    assert len(files) == 22 and len(made) == 21  # the copy is the same file
    seen = {name: compared_file(file) for name, file in made.items()}

    def values(name: str) -> list[int]:
        rows = seen[name].reporting
        return [int(row.row.values["reached_year"]) // 10_000 for row in rows]

    assert values("新建 Microsoft Excel 工作表(3).xlsx") == [1500, 300]
    assert values("加了列.xlsx") == [1000]
    assert made["加了列.xlsx"].remarks == ["多出的列没有读：排序、分管领导。"]
    assert values("删了行.xlsx") == [810, 570] and seen["删了行.xlsx"].missing == ["云溪水库"]
    assert values("老格式.xls") == [820, 2120, 580]
    assert values("倒着排.xlsx") == [590, 2130, 830]
    assert values("加了抬头.xlsx") == [840]
    assert values("有合计和签名.xlsx") == [850]
    assert values("表头改了字.xlsx") == [880]
    assert values("删了一列.xlsx") == [890]
    assert values("在第二个表里.xlsx") == [900]
    assert values("只粘了数值.xlsx") == [910]
    assert seen["没动过.xlsx"].words == "没有填新的数"
    assert seen["数字写成文字.xlsx"].faults == [
        "第 6 行“本年累计完成投资（万元）”填的是“待定”，应为数字（万元）。"
    ]
    [strange] = seen["自己加了项目.xlsx"].faults
    assert "第 9 行" in strange and "请先在项目库登记" in strange
    [double] = seen["一个项目两行.xlsx"].faults
    assert "第 9 行" in double and "有两行" in double
    [later] = seen["日期在以后.xlsx"].faults
    assert "第 6 行“青川水厂”：竣工日期填的 2027-01-05 还没有到" in later
    [asking] = seen["核减没说明.xlsx"].asking
    assert "少 220 万元，属于核减" in asking.asks[0].words
    for name, words in {
        "9月表重发.xlsx": "这是市交通运输局 2026年9月月报的表",
        "别的材料.xlsx": "不是从本系统发出的填报表",
        "坏了.xlsx": "不完整",
        "照片.xlsx": "不是 Excel 表格",
    }.items():
        assert made[name].state == FileState.REFUSED
        assert words in made[name].fault, name
    good = {name for name, each in seen.items() if each.good}
    assert good == {
        "新建 Microsoft Excel 工作表(3).xlsx", "加了列.xlsx", "删了行.xlsx", "老格式.xls",
        "倒着排.xlsx", "加了抬头.xlsx", "有合计和签名.xlsx", "表头改了字.xlsx", "删了一列.xlsx",
        "在第二个表里.xlsx", "只粘了数值.xlsx",
    }  # fmt: skip
    assert reached() == NOTHING

    answer = desk.post(reverse("reporting:back-apply", args=[october.pk]), follow=True)
    # Of one unit's nine good files the first is taken; the others now differ from what stands.
    assert "收下 3 份，5 个项目" in answer.text
    assert reached() == {
        "南浦大道": 1500, "望海港区": 300, "望海医院": 1000, "青川水厂": 810, "望海海堤": 570,
    }  # fmt: skip
    stale = compared_file(ReturnedFile.objects.get(name="老格式.xls")).stale
    assert [row.row.name for row in stale] == ["青川水厂", "望海海堤"]
    assert desk.get(reverse("reporting:back", args=[october.pk])).status_code == 200


def foreign() -> bytes:
    import io

    book = openpyxl.Workbook()
    book.active.append(["序号", "项目名称", "投资"])
    book.active.append([1, "青川水厂", 300])
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_one_wrong_cell_keeps_the_whole_file_out(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, desk: Client
) -> None:
    [file] = drop({"a.xlsx": spoil.changed(sheets[WATER], spoil.fill(800, "两千一百", 560))})
    page = desk.get(reverse("reporting:file", args=[file.pk])).text
    assert "第 7 行“本年累计完成投资（万元）”填的是“两千一百”，应为数字（万元）。" in page
    answer = desk.post(reverse("reporting:file-apply", args=[file.pk]))
    assert answer.status_code == 422 and "一行也没有收" in answer.text
    assert reached() == NOTHING


def test_useless_files_go_back_at_once_and_the_next_to_see_comes_by_itself(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, desk: Client,
    october: ReportingPeriod,
) -> None:  # fmt: skip
    water = sheets[WATER]
    made = {
        file.name: file
        for file in drop(
            {
                "没动过.xlsx": spoil.changed(water, spoil.rename_head("形象进度", "形象进度")),
                "坏了.xlsx": water[: len(water) // 2],
                "写错.xlsx": spoil.changed(water, spoil.fill("待定")),
                "核减.xlsx": spoil.changed(water, spoil.fill(500)),
                "好的.xlsx": spoil.changed(sheets[ROADS], spoil.fill(1500)),
            }
        )
    }
    page = desk.get(reverse("reporting:back", args=[october.pk])).text
    assert "退回收不了的 2 份" in page
    answer = desk.post(reverse("reporting:back-drop", args=[october.pk]), follow=True)
    assert "退回 2 份，数没有变" in answer.text
    states = dict(ReturnedFile.objects.values_list("name", "state"))
    assert {name for name, state in states.items() if state == FileState.DROPPED} == {
        "没动过.xlsx", "坏了.xlsx",
    }  # fmt: skip
    # The one to mend is sent back; the one that needs a word comes next, the good one waits.
    answer = desk.post(reverse("reporting:file-drop", args=[made["写错.xlsx"].pk]))
    assert answer.url == reverse("reporting:file", args=[made["核减.xlsx"].pk])
    answer = desk.post(reverse("reporting:file-drop", args=[made["核减.xlsx"].pk]))
    assert answer.url == reverse("reporting:back", args=[october.pk])
    assert reached() == NOTHING


def test_a_fall_needs_a_word_and_the_word_is_kept(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, desk: Client,
    projects: dict[str, Project],
) -> None:  # fmt: skip
    [file] = drop({"a.xlsx": spoil.changed(sheets[WATER], spoil.fill(700))})
    url = reverse("reporting:file-apply", args=[file.pk])
    assert "要写明原因" in desk.post(url).text
    assert reached() == NOTHING
    words = {f"words-{projects['青川水厂'].pk}": "审计核减设备款"}
    assert desk.post(url, words).status_code == 302
    assert reached() == {"青川水厂": 700}
    report = Report.objects.get(current=True, period=file.period)
    assert report.reason == "审计核减设备款"


@pytest.mark.parametrize(("side", "wan"), [("take", 800), ("keep", 790)])
def test_a_stale_row_is_shown_three_ways_and_decided(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, desk: Client,
    clerk: User, october: ReportingPeriod, projects: dict[str, Project], side: str, wan: int,
) -> None:  # fmt: skip
    pk = projects["青川水厂"].pk
    unit = october.units.get(unit__name=WATER)
    typed = {pk: {"reached_year": 7_900_000}}
    actions.enter(unit, typed, by=clerk, given_by="王建国", received_on=date(2026, 11, 3))
    [file] = drop({"a.xlsx": spoil.changed(sheets[WATER], spoil.fill(800, 2100))})
    [stale] = compared_file(file).stale
    [cell] = stale.row.cells
    assert (cell.sent, cell.returned, cell.now) == ("", "800", "790")
    url = reverse("reporting:file-apply", args=[file.pk])
    assert "请先选以哪边为准" in desk.post(url).text
    assert reached() == {"青川水厂": 790}
    desk.post(url, {f"stale-{pk}": side})
    assert reached() == {"青川水厂": wan, "云溪水库": 2100}


def test_unchanged_in_the_sheet_repeats_last_month(
    sheets: dict[str, bytes], drop: Drop, reached: Reached, spoil: ModuleType, clerk: User
) -> None:
    filled = spoil.changed(sheets[WATER], spoil.same_for_all("是", spoil.UNCHANGED))
    [file] = drop({"a.xlsx": filled})
    assert actions.apply_file(file, by=clerk) == 3
    assert reached() == {"青川水厂": 720, "云溪水库": 1800, "望海海堤": 480}
    assert set(Report.objects.filter(period=file.period).values_list("unchanged", flat=True)) == {
        True
    }


def test_what_rests_on_a_report_keeps_it(
    sheets: dict[str, bytes], drop: Drop, spoil: ModuleType, clerk: User, october: ReportingPeriod
) -> None:
    [file] = drop({"a.xlsx": spoil.changed(sheets[HEALTH], spoil.fill(1000))})
    actions.apply_file(file, by=clerk)
    act = file.reports.get().act
    november = actions.open_period(october.cycle, Period.parse("2026-11"), by=clerk)
    unit = november.units.get(unit__name=HEALTH)
    pk = file.reports.get().project_id
    later = actions.enter(
        unit, {pk: {"reached_year": 11_000_000}}, by=clerk, given_by="张医生",
        received_on=date(2026, 12, 3),
    )  # fmt: skip
    with pytest.raises(CannotDo, match="2026年11月月报的数是接着这一期报的"):
        actions.undo_act(october, act, by=clerk)
    assert later is not None
    actions.undo_act(november, later, by=clerk)
    assert actions.undo_act(october, act, by=clerk) == 1


def test_a_file_taken_twice_counts_once(
    sheets: dict[str, bytes], drop: Drop, spoil: ModuleType, clerk: User
) -> None:
    body = spoil.changed(sheets[HEALTH], spoil.fill(1000))
    [file] = drop({"a.xlsx": body, "b.xlsx": body})
    assert drop({"c.xlsx": body}) == []
    actions.apply_file(file, by=clerk)
    with pytest.raises(CannotDo, match="已收下"):
        actions.apply_file(file, by=clerk)
    assert Report.objects.filter(period=file.period).count() == 1


def test_a_file_that_was_sent_back_can_come_again(
    sheets: dict[str, bytes], drop: Drop, spoil: ModuleType, desk: Client
) -> None:
    body = spoil.changed(sheets[HEALTH], spoil.fill(1000))
    [file] = drop({"a.xlsx": body})
    desk.post(reverse("reporting:file-drop", args=[file.pk]))
    assert len(drop({"a.xlsx": body})) == 1


def test_a_sheet_that_came_late_says_so(
    sheets: dict[str, bytes], drop: Drop, spoil: ModuleType, clerk: User, october: ReportingPeriod
) -> None:
    assert october.due == date(2026, 11, 6)
    first, second = spoil.fill(1000), spoil.fill(2000)
    [on_time] = drop({"a.xlsx": spoil.changed(sheets[HEALTH], first)}, received="2026-11-06")
    [late] = drop({"b.xlsx": spoil.changed(sheets[ROADS], second)}, received="2026-11-09")
    actions.apply_file(on_time, by=clerk)
    actions.apply_file(late, by=clerk)
    assert [report.late for report in Report.objects.filter(period=october)] == [False, True]


def test_a_report_is_never_rewritten(september: ReportingPeriod) -> None:
    report = Report.objects.filter(period=september).first()
    assert report is not None
    with pytest.raises(Immutable):
        report.save()
    with pytest.raises(Immutable):
        report.delete()
    with pytest.raises(Immutable):
        Report.objects.update(reached_year=1)
    with pytest.raises(Immutable):
        Report.objects.all().delete()


def test_another_office_sees_nothing_of_it(
    sheets: dict[str, bytes], drop: Drop, spoil: ModuleType, make_user: Any, client_of: Any
) -> None:
    from guatu.web.people.models import Office

    other = Office.objects.create(name="望海县重大办", short_name="望海重大办")
    stranger = client_of(make_user(office=other))
    [file] = drop({"a.xlsx": spoil.changed(sheets[HEALTH], spoil.fill(1000))})
    for name, pk in (("file", file.pk), ("period", file.period_id), ("back", file.period_id)):
        assert stranger.get(reverse(f"reporting:{name}", args=[pk])).status_code == 404
    assert stranger.post(reverse("reporting:file-apply", args=[file.pk])).status_code == 404
