"""Twenty files as they lie in a clerk's folder after a week, and what has to be told of each.

``spoil`` is the module of ``tests/web/reporting/spoiling.py``; ``sheets`` are the units' sheets as
they went out, by unit.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import openpyxl

PLANNED, LAST = "年度计划投资（万元）", "上期累计（万元）"
# Left to be entered by the office, and never heard of in this month.
TOLD_BY_PHONE, SILENT = "市卫生健康委", "国网临江供电公司"
# Sends last month's sheet once more.
A_MONTH_BEHIND = "市商务局"

# What the list of files says of each: its unit, and its state; {} is how many rows were filled.
TOLD = {
    # One of its projects stands still since July and yet brings money.
    "新建 Microsoft Excel 工作表.xlsx": ("市发展改革委", "1 行要说明"),
    "教育局加了两列.xlsx": ("市教育局", "可收 {} 行"),
    "科技局（盖章）.xlsx": ("市科技局", "可收 {} 行"),
    "工信.xls": ("市工业和信息化局", "可收 {} 行"),
    "民政局11月.xlsx": ("市民政局", "1 处要改"),
    "人社删了一行.xlsx": ("市人力资源社会保障局", "可收 {} 行"),
    "11月(2).xlsx": ("市自然资源局", "可收 {} 行"),
    "环境局.xlsx": ("市生态环境局", "可收 {} 行"),
    "住建局最终版.xlsx": ("市住房城乡建设局", "1 行要说明"),
    "城管 合计.xlsx": ("市城市管理局", "可收 {} 行"),
    "交通局报送件.xlsx": ("市交通运输局", "可收 {} 行"),
    "水利.xlsx": ("市水利局", "可收 {} 行"),
    "农业农村局改了表头.xlsx": ("市农业农村局", "可收 {} 行"),
    "文旅.xlsx": ("市文化广电旅游局", "可收 {} 行"),
    "林业局.xlsx": ("市林业局", "没有填新的数"),
    "数据局.xlsx": ("市数据局", "可收 {} 行"),
}
# Files that cannot be taken at all, and why.
REFUSED = {
    "商务局10月.xlsx": "这是市商务局 2026年10月月报的表，不是2026年11月月报的",
    "卫健委.xlsx": "不完整",
    "电力.xlsx": "内容不是 Excel 表格",
}
# The same sheet once more: told when it is dropped, not listed again.
TWICE = "新建 Microsoft Excel 工作表(1).xlsx"


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


def twenty(spoil: ModuleType, sheets: Mapping[str, bytes], last_month: bytes) -> dict[str, bytes]:
    """The files by name: filled, renamed, sent twice, spoiled; ``last_month`` is October's."""
    filled = {unit: spoil.changed(data, report(spoil)) for unit, data in sheets.items()}

    def more(unit: str, *changes: Any) -> bytes:
        data: bytes = spoil.changed(filled[unit], *changes)
        return data

    return {
        "新建 Microsoft Excel 工作表.xlsx": filled["市发展改革委"],
        TWICE: filled["市发展改革委"],
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
        "商务局10月.xlsx": last_month,
        "文旅.xlsx": more("市文化广电旅游局", spoil.delete_column("竣工日期")),
        "林业局.xlsx": sheets["市林业局"],
        "数据局.xlsx": filled["市数据局"],
        "卫健委.xlsx": filled[TOLD_BY_PHONE][: len(filled[TOLD_BY_PHONE]) // 2],
        "电力.xlsx": b"\xff\xd8\xff\xe0" + b"\0" * 400,
    }


def rows_filled(spoil: ModuleType, data: bytes, name: str) -> int:
    """How many rows of a unit's sheet say something once it is filled; from one a row is gone."""
    sheet = openpyxl.load_workbook(io.BytesIO(spoil.changed(data, report(spoil)))).active
    columns = spoil.heads(sheet)
    rows = spoil.rows(sheet)
    if "删了一行" in name:
        del rows[1]
    wanted = (columns[spoil.REACHED], columns[spoil.UNCHANGED])
    return sum(any(sheet.cell(row, column).value for column in wanted) for row in rows)


def mended(spoil: ModuleType, sheets: Mapping[str, bytes]) -> dict[str, bytes]:
    """What comes after a word with the two units: numbers, and this month's sheet."""
    again = {"民政局重报.xlsx": "市民政局", "商务局11月.xlsx": A_MONTH_BEHIND}
    return {name: spoil.changed(sheets[unit], report(spoil)) for name, unit in again.items()}
