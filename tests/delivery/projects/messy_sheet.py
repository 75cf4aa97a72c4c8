"""A project sheet with all that offices do to them, as xlsx, xls and csv (made here, not kept).

Titles above, a header of two joined rows, units of money in heads and in cells, groups with their
counts, a package with numbered parts, 小计 and 合计 rows, dates in every spelling, codes new,
legacy and none, a hidden row, a repeated header, blank rows and notes below.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any, Final

TITLES: Final[list[list[Any]]] = [
    ["附件2"],
    ["临江市2026年重点项目计划表"],
    ["填报单位：市重大办", None, None, None, None, None, None, None, None, "单位：万元"],
]
HEADS: Final[list[list[Any]]] = [
    ["序号", "项 目\n名 称", "项目代码", "建设规模\n及内容", "投 资", None, "资金来源", None,
     "建设期限", None, "责任\n单位", "县（市、区）", "备注"],
    [None, None, None, None, "总投资\n（亿元）", "2026年计划投资", "2026年中央预算内", "企业自筹",
     "开工月份", "竣工月份", None, None, None],
]  # fmt: skip
JOINED: Final = (
    (3, 0, 4, 0), (3, 1, 4, 1), (3, 2, 4, 2), (3, 3, 4, 3), (3, 4, 3, 5), (3, 6, 3, 7),
    (3, 8, 3, 9), (3, 10, 4, 10), (3, 11, 4, 11), (3, 12, 4, 12),
)  # fmt: skip
_N: Final = None
ROWS: Final[list[list[Any]]] = [
    [_N, "合计（5项）", _N, _N, 4.1, 11600, 900, 2000],
    ["一", "交通（2项）", _N, _N, 3.3, 8600],
    [1, "青川大桥", "2601-970302-04-01-123456", "桥长800米", 2.5, "6000万元", 500, _N,
     "2026年3月", "2027.12", "市交通运输局", "青川区", _N],
    [2, "公交首末站（打捆）", _N, "两座", 0.8, 2600, _N, _N, "2026.4", "2026年底", "市交通运输局"],
    [2.1, "东站", "2016-970302-04-01-123456-001", _N, "0.5亿元", 1600, _N, _N, 202604, "2026/12",
     "市交通运输局", "青川区", _N],
    [2.2, "西站", "待赋码", _N, 0.3, 1000, _N, _N, date(2026, 4, 1), date(2026, 11, 1),
     "市交通运输局", "石桥县", "隐藏的行也算"],
    [_N, "小计", _N, _N, 3.3, 8600],
    [],
    ["二", "水利（3项）", _N, _N, 0.8, 3000],
    ["序号", "项 目\n名 称", "项目代码", "建设规模\n及内容", "总投资\n（亿元）"],
    [3, "水厂扩建", "—", "日供水2万吨", 0.4, "1,500", 400, _N, "一季度", "2027年上半年", "市水利局",
     "望海县", _N],
    [4, "泵站更新", "无", _N, "3000万", 1000, _N, 2000, "已开工", _N, "市水利局、市财政局",
     "云溪县"],
    [5, "渠系修复", _N, _N, 0.1, 500, _N, _N, "2026年三季度", 2026, "市水利局", "云溪县", _N],
    [_N, "小计", _N, _N, 0.8, 3000],
    [],
    ["注：1.本表数据截至2026年3月底；2.投资均为估算。"],
    ["填表人：", _N, _N, "审核人："],
]  # fmt: skip
HIDDEN: Final = 10  # 西站


def grid() -> list[list[Any]]:
    """The whole sheet as rows of one width."""
    rows = [*TITLES, *HEADS, *ROWS]
    width = max(map(len, rows))
    return [[*row, *[None] * (width - len(row))] for row in rows]


def as_xlsx() -> bytes:
    """With joined cells, a hidden row, real dates."""
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet("计划表")
    day = book.add_format({"num_format": "yyyy年m月"})
    for number, row in enumerate(grid()):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write(number, column, cell)
    for top, left, bottom, right in JOINED:
        words = grid()[top][left]
        sheet.merge_range(top, left, bottom, right, words)
    sheet.merge_range(1, 0, 1, 12, TITLES[1][0])
    sheet.set_row(HIDDEN, None, None, {"hidden": True})
    book.add_worksheet("说明").write(0, 0, "填报说明见通知")
    book.close()
    return data.getvalue()


def as_csv(coding: str) -> bytes:
    """As Excel (gb18030) or WPS (utf-8-sig) saves it: no joined cells, dates as shown."""
    text = io.StringIO()
    out = csv.writer(text)
    for row in grid():
        shown = [f"{c.year}年{c.month}月" if isinstance(c, date) else c for c in row]
        out.writerow(["" if cell is None else cell for cell in shown])
    return text.getvalue().encode(coding)


def as_xls(folder: Path) -> bytes | None:
    """By way of LibreOffice; None where it is not installed."""
    program = shutil.which("soffice")
    if program is None:
        return None
    (folder / "sheet.xlsx").write_bytes(as_xlsx())
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "xls:MS Excel 97"]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "sheet.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "out" / "sheet.xls").read_bytes()
