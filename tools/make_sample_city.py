"""Make the sample city's workbooks (示例城市) from tools/sample_city/projects.txt.

Everything in them is made up and follows the sample plan, samples/linjiang-2026-investment.txt.
The same source gives the same bytes: nothing is drawn by chance, nothing is dated today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

ROOT = Path(__file__).parents[1]
SOURCE = Path(__file__).parent / "sample_city" / "projects.txt"
TARGET = ROOT / "samples" / "city"
YEAR = 2026

REGIONS = {
    "临江市": "970300",
    "青川区": "970302",
    "南浦区": "970303",
    "望海县": "970321",
    "石桥县": "970322",
    "云溪县": "970323",
    "临江经济技术开发区": "970371",
}

# Work of the plan: its name, the unit in charge, that unit's person, industry, programme tag.
WORKS = {
    1: ("工业强链工程", "市工业和信息化局", "高建平", "C", "千亿产业"),
    2: ("科技创新工程", "市科技局", "沈亦舟", "M73", "创新平台"),
    3: ("现代服务业提质工程", "市商务局", "段晓梅", "F", "服务业提质"),
    4: ("综合交通工程", "市交通运输局", "郭振海", "E48", "县县通高速"),
    5: ("能源保障工程", "市发展改革委", "唐克勤", "D44", "能源保供"),
    6: ("水利安全工程", "市水利局", "江怀清", "N76", "水网骨干"),
    7: ("新型基础设施工程", "市数据局", "程一诺", "I64", "数字底座"),
    8: ("城市更新工程", "市住房城乡建设局", "彭立新", "E50", "城市更新"),
    9: ("乡村振兴工程", "市农业农村局", "田丰年", "A05", "百村示范"),
    10: ("教育扩容工程", "市教育局", "许文惠", "P83", "学位扩容"),
    11: ("健康临江工程", "市卫生健康委", "白若谷", "Q84", "健康临江"),
    12: ("养老托育工程", "市民政局", "康乐民", "Q85", "一老一小"),
    13: ("蓝天碧水净土工程", "市生态环境局", "叶清源", "N77", "生态修复"),
}
# The chapters of the plan's 重点任务, and who of the city's leaders follows the great projects.
CHAPTERS = (
    ("一", "产业发展", (1, 2, 3), "林书衡"),
    ("二", "基础设施", (4, 5, 6, 7), "方文博"),
    ("三", "城乡融合", (8, 9), "郑立言"),
    ("四", "公共服务", (10, 11, 12), "苏静"),
    ("五", "生态环保", (13,), "郑立言"),
)
# Words in a name that put another unit in charge than the one of its work.
UNIT_BY_WORD = (
    ("古城", "市文化广电旅游局", "柳如松"),
    ("旅游", "市文化广电旅游局", "柳如松"),
    ("夜游", "市文化广电旅游局", "柳如松"),
    ("图书馆", "市文化广电旅游局", "柳如松"),
    ("档案馆", "市住房城乡建设局", "彭立新"),
    ("体育公园", "市住房城乡建设局", "彭立新"),
    ("健身中心", "市住房城乡建设局", "彭立新"),
    ("活动中心", "市教育局", "许文惠"),
    ("变电站", "国网临江供电公司", "马振电"),
    ("公共数据", "市数据局", "程一诺"),
    ("排水", "市城市管理局", "曹洁宇"),
    ("易涝点", "市城市管理局", "曹洁宇"),
    ("公园和绿道", "市城市管理局", "曹洁宇"),
    ("垃圾", "市城市管理局", "曹洁宇"),
    ("森林", "市林业局", "林长青"),
    ("营造林", "市林业局", "林长青"),
    ("湿地公园", "市林业局", "林长青"),
    ("矿山", "市自然资源局", "石守正"),
    ("实训基地", "市人力资源社会保障局", "任贤达"),
    ("青年人才", "市人力资源社会保障局", "任贤达"),
)
OWNERS = {
    4: "临江市交通投资集团有限公司",
    6: "临江市水务投资集团有限公司",
    8: "临江市城市建设投资集团有限公司",
    10: "临江市城市建设投资集团有限公司",
}
BRANDS = ("恒泰", "瑞丰", "华屹", "众联", "启元", "东岳", "锦程", "广源", "新禾", "中宇", "博川")
TRADES = {
    1: "新材料",
    2: "科创发展",
    3: "文旅商贸",
    4: "港航",
    5: "能源",
    7: "信息技术",
    8: "城市建设",
    9: "农业发展",
    12: "康养服务",
    13: "环保",
}
LEADER_FROM = 100_000  # 万元: 总投资10亿元以上的重大项目，一个项目一名市领导
FUNDS = ("中央预算内资金", "专项债券", "地方财政资金", "国内贷款", "自筹资金")
FUND_PARTS = {
    "国有": (15, 30, 15, 25, 15),
    "民间": (0, 0, 0, 40, 60),
    "外资": (0, 0, 0, 30, 70),
    "港澳台资": (0, 0, 0, 35, 65),
    "混合": (5, 20, 5, 40, 30),
}
WITHOUT_CODE = ("谋划",)
NO_MONEY_THIS_YEAR = ("谋划", "储备", "竣工", "投运", "停缓建", "出库")


@dataclass(slots=True)
class Project:
    """A line of the source; money in 万元."""

    work: int
    name: str
    region: str
    total: int
    start: str
    finish: str
    stage: str
    ownership: str
    scale: str
    shares: dict[str, int] = field(default_factory=dict)
    parts: list[Project] = field(default_factory=list)

    @property
    def leaves(self) -> list[Project]:
        return self.parts or [self]

    @property
    def sum(self) -> int:
        return sum(part.total for part in self.leaves)

    @property
    def year_sum(self) -> int:
        return sum(part.this_year for part in self.leaves)

    @property
    def this_year(self) -> int:
        """Investment of the year: the months that lie in it, in whole 100万元."""
        if self.parts or self.stage in NO_MONEY_THIS_YEAR:
            return 0
        first, last = _months(self.start), _months(self.finish)
        inside = max(0, min(last, YEAR * 12 + 11) - max(first, YEAR * 12) + 1)
        return round(self.total * inside / (last - first + 1) / 100) * 100

    @property
    def number(self) -> int:
        """A number that is always the same for this name."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:6], "big")


def _months(month: str) -> int:
    year, _dash, of_year = month.partition("-")
    return int(year) * 12 + int(of_year) - 1


def read_source(path: Path = SOURCE) -> list[Project]:
    """The projects in the order of the source, parts under their packages."""
    found: list[Project] = []
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        shares = {}
        if len(cells) == 10:
            for share in cells[9].removeprefix("@").split(","):
                region, _sign, amount = share.partition("=")
                shares[region] = int(amount)
        work, name, region, total, start, finish, stage, ownership, scale = cells[:9]
        project = Project(
            work=int(work),
            name=name,
            region=region,
            total=int(total or 0),
            start=start,
            finish=finish,
            stage=stage,
            ownership=ownership,
            scale=scale,
            shares=shares,
        )
        if shares and sum(shares.values()) != project.total:
            raise ValueError(f"shares of {project.name} do not make its total")
        (found[-1].parts if line.startswith("  ") else found).append(project)
    return found


# ------------------------------------------------------------- what an office would write


def unit_of(project: Project) -> tuple[str, str]:
    """The unit in charge and its person."""
    for word, unit, person in UNIT_BY_WORD:
        if word in project.name:
            return unit, person
    _name, unit, person, _industry, _tag = WORKS[project.work]
    return unit, person


def owner_of(project: Project) -> str:
    """Who builds it: a company of the city, a county's own, or the investor."""
    if project.ownership != "国有":
        place = "临江" if project.region.startswith("临江") else project.region[:2]
        brand = BRANDS[project.number % len(BRANDS)]
        return f"{place}{brand}{TRADES.get(project.work, '实业')}有限公司"
    if project.region == "临江市" or project.region.startswith("临江"):
        return OWNERS.get(project.work, "临江市重大项目服务中心")
    return OWNERS.get(project.work) or f"{project.region}产业投资开发有限公司"


def code_of(project: Project) -> str:
    """A national code of valid shape; every ninth is a legacy one, every eleventh is missing."""
    if project.stage in WITHOUT_CODE or project.parts or project.number % 11 == 0:
        return ""
    year, month = divmod(_months(project.start) - 9, 12)
    kind = "04" if project.ownership != "国有" else "01"
    guide = 10 + project.work
    tail = 100_000 + project.number % 900_000
    code = f"{year % 100:02}{month + 1:02}-{REGIONS[project.region]}-{guide:02}-{kind}-{tail}"
    return f"{code}-{project.number % 900 + 100}" if project.number % 9 == 0 else code


def procedure_of(project: Project) -> str:
    """审批 for public money, 核准 for energy and roads of others, 备案 for the rest."""
    if project.ownership == "国有":
        return "审批"
    return "核准" if project.work in (4, 5) else "备案"


def nature_of(project: Project) -> str:
    """建设性质, from the words of the name."""
    for words, nature in (
        (("迁建", "搬迁"), "迁建"),
        (("扩建", "二期", "三期", "扩容"), "扩建"),
        (("改造", "提升", "整治", "技改", "加固", "更新", "改建"), "改建和技术改造"),
        (("修复", "恢复"), "恢复"),
    ):
        if any(word in project.name for word in words):
            return nature
    return "新建"


def month_as_written(month: str, number: int) -> Any:
    """A month the ways clerks write it: 2026年6月, 2026.06, 2026-06, or a real date."""
    year, _dash, of_year = month.partition("-")
    return (
        f"{year}年{int(of_year)}月",
        f"{year}.{of_year}",
        datetime(int(year), int(of_year), 1),
        f"{year}年{int(of_year)}月",
        f"{year}-{of_year}",
    )[number % 5]


def money_as_written(amount: int, number: int) -> Any:
    """万元 as a number; here and there the cell names its own unit."""
    if amount >= 200_000 and amount % 1000 == 0 and number % 3 == 0:
        return f"{amount / 10_000:g}亿元"
    if number % 23 == 0:
        return f"{amount:,}万元"
    return amount


def funds_of(project: Project) -> list[int]:
    """The total over its sources; what rounding leaves goes to the last."""
    parts = FUND_PARTS[project.ownership]
    amounts = [project.total * part // 100 // 10 * 10 for part in parts]
    amounts[-1] += project.total - sum(amounts)
    return amounts


def content_of(project: Project) -> str:
    """What the year is for."""
    return {
        "前期": "完成可行性研究报告批复、用地预审和招标",
        "新开工": "完成施工许可，主体工程开工",
        "在建": "完成年度形象进度，主体工程全面推进",
    }.get(project.stage, "") or {
        "谋划": "开展项目策划和选址论证",
        "储备": "完成项目建议书批复",
        "竣工": "完成竣工验收和结算",
        "投运": "达产达效",
        "停缓建": "暂停实施，研究后续处置方案",
        "出库": "投资主体变更，不再实施",
    }[project.stage]


# ------------------------------------------------------------------------- the workbooks

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("序号", "", 6),
    ("项目名称", "", 32),
    ("项目代码", "", 27),
    ("所属类别", "", 18),
    ("所属县区", "", 14),
    ("建设性质", "", 12),
    ("审批类型", "", 9),
    ("所有制", "", 8),
    ("行业代码", "", 8),
    ("建设单位", "", 28),
    ("主要建设内容及规模", "", 36),
    ("建设起止年月", "开工时间", 12),
    ("建设起止年月", "竣工时间", 12),
    ("总投资（万元）", "", 13),
    *(("资金来源（万元）", source, 11) for source in FUNDS),
    *(("分县投资（万元）", region, 11) for region in list(REGIONS)[1:]),
    (f"{YEAR}年计划", f"{YEAR}年计划投资（万元）", 13),
    (f"{YEAR}年计划", "年度建设内容", 30),
    ("项目阶段", "", 9),
    ("责任单位", "牵头单位", 18),
    ("责任单位", "责任人", 9),
    ("责任单位", "联系电话", 14),
    ("联系市领导", "", 10),
    ("工程标签", "", 16),
    ("备注", "", 16),
)
HEADS = [below or above for above, below, _width in COLUMNS]
TOTAL_AT = HEADS.index("总投资（万元）")
YEAR_AT = HEADS.index(f"{YEAR}年计划投资（万元）")


def row_of(project: Project, seq: str, leader: str) -> list[Any]:
    """A project as a row of the office's list."""
    work, _unit, _person, industry, tag = WORKS[project.work]
    unit, person = unit_of(project)
    number = project.number
    package = bool(project.parts)
    total = project.sum
    cells: dict[str, Any] = {
        "序号": seq,
        "项目名称": project.name,
        "项目代码": code_of(project),
        "所属类别": work,
        "所属县区": project.region,
        "建设性质": nature_of(project),
        "审批类型": "" if package else procedure_of(project),
        "所有制": "" if package else project.ownership,
        "行业代码": industry if len(industry) > 1 else "",
        "建设单位": "" if package else owner_of(project),
        "主要建设内容及规模": project.scale,
        "总投资（万元）": total if package else money_as_written(total, number),
        f"{YEAR}年计划投资（万元）": project.year_sum or "",
        "年度建设内容": "" if package else content_of(project),
        "项目阶段": "" if package else project.stage,
        "牵头单位": unit,
        "责任人": person,
        "联系电话": f"0970-6{number % 900_000 + 100_000}",
        "联系市领导": leader if total >= LEADER_FROM else "",
        "工程标签": f"{tag}、省重点" if total >= 2 * LEADER_FROM else tag,
        "备注": "打捆项目，投资为子项之和" if package else "",
    }
    if not package:
        cells["开工时间"] = month_as_written(project.start, number)
        cells["竣工时间"] = month_as_written(project.finish, number // 5)
        cells |= {name: amount or "" for name, amount in zip(FUNDS, funds_of(project), strict=True)}
        cells |= project.shares
    return [cells.get(head, "") for head in HEADS]


def _book(name: str) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(TARGET / name, {"default_date_format": "yyyy/m/d"})
    book.set_properties(
        {"title": name, "author": "挂图示例", "created": datetime(2026, 1, 5, tzinfo=UTC)}
    )
    return book


def _head(
    book: Any, sheet: Any, title: str, line: str, columns: Sequence[tuple[str, str, int]]
) -> int:
    """Title, unit line and the two-level header; the number of rows they take."""
    big = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format(
        {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
    )
    last = len(columns) - 1
    sheet.merge_range(0, 0, 0, last, title, big)
    sheet.set_row(0, 30)
    sheet.merge_range(1, 0, 1, last, line)
    at = 0
    while at <= last:
        above, below, _width = columns[at]
        end = at
        while below and end < last and columns[end + 1][0] == above and columns[end + 1][1]:
            end += 1
        if not below:
            sheet.merge_range(2, at, 3, at, above, head)
        else:
            sheet.merge_range(2, at, 2, end, above, head)
            for column in range(at, end + 1):
                sheet.write(3, column, columns[column][1], head)
        at = end + 1
    for column, (_above, _below, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(4, 2)
    return 4


def _write(book: Any, sheet: Any, at: int, row: Iterable[Any], bold: bool = False) -> None:
    plain = book.add_format({"border": 1, "bold": bold, "valign": "vcenter"})
    day = book.add_format({"border": 1, "num_format": "yyyy/m/d", "valign": "vcenter"})
    for column, value in enumerate(row):
        if isinstance(value, datetime):
            sheet.write_datetime(at, column, value, day)
        elif isinstance(value, str):
            sheet.write_string(at, column, value, plain)
        else:
            sheet.write(at, column, value, plain)


def _sum_row(label: str, seq: str, projects: Sequence[Project]) -> list[Any]:
    row: list[Any] = [""] * len(COLUMNS)
    row[0], row[1] = seq, label
    row[TOTAL_AT] = sum(project.sum for project in projects)
    row[YEAR_AT] = sum(project.year_sum for project in projects)
    return row


def _in_chapters(projects: list[Project]) -> Iterator[tuple[str, str, str, list[Project]]]:
    for numeral, name, works, leader in CHAPTERS:
        yield numeral, name, leader, [p for p in projects if p.work in works]


def write_projects(projects: list[Project]) -> None:
    """projects.xlsx: the list of great projects as an office keeps it."""
    with _book("projects.xlsx") as book:
        sheet = book.add_worksheet("重大项目清单")
        at = _head(
            book,
            sheet,
            f"临江市补短板扩投资{YEAR}年重大项目清单",
            "填报单位：市补短板扩投资工作领导小组办公室　　单位：万元　　时间：2026年4月",
            COLUMNS,
        )
        _write(book, sheet, at, _sum_row("合计", "", projects), bold=True)
        at += 1
        seq = 0
        for numeral, name, leader, chapter in _in_chapters(projects):
            leaves = sum(len(project.leaves) for project in chapter)
            label = f"{name}（{len(chapter)}个，含子项{leaves}个）"
            _write(book, sheet, at, _sum_row(label, numeral, chapter), bold=True)
            at += 1
            for project in chapter:
                seq += 1
                _write(book, sheet, at, row_of(project, str(seq), leader))
                at += 1
                for part_number, part in enumerate(project.parts, start=1):
                    _write(book, sheet, at, row_of(part, f"{seq}.{part_number}", leader))
                    at += 1
        sheet.merge_range(
            at,
            0,
            at,
            12,
            "注：1.打捆项目的投资为各子项之和，合计不重复计算。2.总投资含已完成投资。",
        )


ANNUAL = (
    ("序号", "", 6),
    ("项目名称", "", 34),
    ("项目代码", "", 27),
    ("责任单位", "", 18),
    ("所属县区", "", 14),
    (f"{YEAR}年计划投资（万元）", "", 14),
    ("开工月份", "", 12),
    ("竣工月份", "", 12),
    ("节点", "", 52),
    ("年度建设内容", "", 36),
)


def nodes_of(project: Project) -> str:
    """The year's nodes: how much of the year's investment is due by the end of which month."""
    first = max(_months(project.start), YEAR * 12)
    last = min(_months(project.finish), YEAR * 12 + 11)
    nodes = []
    begins = {_months(project.start)} & {first}
    for month in sorted({*(YEAR * 12 + at for at in (2, 5, 8, 11)), *begins, last}):
        if not first <= month <= last:
            continue
        name = "施工"
        if month == _months(project.start):
            name = "开工"
        elif month == _months(project.finish):
            name = "竣工"
        due = round((month - first + 1) / (last - first + 1) * 100)
        nodes.append(f"{month % 12 + 1}月 {name} {due}%")
    return "；".join(nodes)


def write_annual_plan(projects: list[Project]) -> None:
    """annual-plan-2026.xlsx: every project with money this year, with its quarters."""
    wanted = [leaf for project in projects for leaf in project.leaves if leaf.this_year]
    with _book(f"annual-plan-{YEAR}.xlsx") as book:
        sheet = book.add_worksheet("年度计划")
        at = _head(
            book,
            sheet,
            f"临江市{YEAR}年重大项目年度投资计划",
            "单位：万元　　下达文号：临补短板办〔2026〕3号　　下达日期：2026年4月10日",
            ANNUAL,
        )
        total = sum(leaf.this_year for leaf in wanted)
        _write(book, sheet, at, ["", "合计", "", "", "", total, *[""] * 4], bold=True)
        for seq, leaf in enumerate(wanted, start=1):
            row = [
                seq,
                leaf.name,
                code_of(leaf),
                unit_of(leaf)[0],
                leaf.region,
                leaf.this_year,
                f"{leaf.start[:4]}年{int(leaf.start[5:])}月",
                f"{leaf.finish[:4]}年{int(leaf.finish[5:])}月",
                nodes_of(leaf),
                content_of(leaf),
            ]
            _write(book, sheet, at + seq, row)


def main() -> None:
    """Write all of samples/city/."""
    TARGET.mkdir(exist_ok=True)
    projects = read_source()
    write_projects(projects)
    write_annual_plan(projects)
    leaves = [leaf for project in projects for leaf in project.leaves]
    print(
        f"{len(leaves)} projects in {len(projects)} entries,"
        f" {sum(p.total for p in leaves) / 10_000:.2f} 亿元,"
        f" {YEAR}: {sum(p.this_year for p in leaves) / 10_000:.2f} 亿元"
    )


if __name__ == "__main__":
    main()
