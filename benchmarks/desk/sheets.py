"""A large project sheet (项目表) as a province's export has it: 20 columns, packages, no faults."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HEADS: Final = (
    "序号", "项目名称", "项目代码", "所属打捆项目", "所属类别", "县区", "建设地点", "建设单位",
    "责任单位", "责任人", "联系电话", "联系领导", "所有制", "建设性质", "项目状态",
    "建设规模和内容", "总投资（万元）", "2026年计划投资（万元）", "开工时间", "竣工时间",
)  # fmt: skip
# A package of ten parts follows every hundred projects.
PACKAGE_EVERY: Final = 100
PARTS: Final = 10

_COUNTIES: Final = ("青川区", "南浦区", "望海县", "石桥县", "云溪县")
_UNITS: Final = (
    "市交通运输局", "市水利局", "市教育局", "市住房城乡建设局", "市卫生健康委", "市农业农村局",
    "市工信局", "市城市管理局", "市文化广电旅游局", "市生态环境局",
)  # fmt: skip
_KINDS: Final = ("交通", "水利", "教育", "城建", "卫生", "农业", "工业", "市政", "文旅", "环保")
_WORKS: Final = ("道路", "水厂", "学校", "管网", "医院", "粮库", "厂房", "停车场", "展馆", "泵站")
_STAGES: Final = ("谋划", "储备", "前期", "新开工", "续建", "竣工")
_NATURES: Final = ("新建", "扩建", "改建", "迁建")
_OWNERS: Final = ("国有", "民间", "外资", "混合")


def lines(count: int, *, round_: int = 0) -> list[list[str | int]]:
    """``count`` rows; in another round each project has another plan for the year and stage."""
    made: list[list[str | int]] = []
    package = ""
    for n in range(1, count + 1):
        kind, place = n % 10, n % 5
        within = n % PACKAGE_EVERY
        name = f"{_COUNTIES[place]}第{n}号{_WORKS[kind]}工程"
        if within == 0:
            name = package = f"{_KINDS[kind]}补短板{n}（打捆）"
        total = 500 + n * 37 % 90_000
        start, finish = 2024 + n % 3, 2026 + n % 3
        made.append(
            [
                n,
                name,
                f"26{n % 12 + 1:02d}-970{300 + place:03d}-04-01-{n:06d}",
                package if 0 < within <= PARTS else "",
                _KINDS[kind],
                _COUNTIES[place],
                f"{_COUNTIES[place]}{n % 40 + 1}号片区",
                f"临江第{n % 300}建设有限公司",
                _UNITS[kind],
                f"经办{n % 200}",
                f"0970-{n % 10_000:04d}",
                f"领导{n % 20}",
                _OWNERS[n % 4],
                _NATURES[n % 4],
                _STAGES[(n + round_) % 6],
                f"新建{_WORKS[kind]}{n % 90 + 1}处，建筑面积{n % 9000 + 100}平方米及配套设施",
                total,
                total * (3 + round_) // 10,
                f"{start}年{n % 12 + 1}月",
                f"{finish}.{n % 9 + 3 if finish == start else n % 9 + 1}"
                if finish > start
                else f"{finish}年12月",
            ]
        )
    return made


def workbook(path: Path, count: int, *, round_: int = 0) -> None:
    """The rows as xlsx under a title and their header."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("项目")
    sheet.write(0, 0, "临江市2026年项目表")
    sheet.write_row(1, 0, HEADS)
    for number, line in enumerate(lines(count, round_=round_), start=2):
        sheet.write_row(number, 0, line)
    book.close()
