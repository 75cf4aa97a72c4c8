"""A reading made by hand, of a short plan of our own about a county that does not exist."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from guatu.documents.document import Block, Cell, Document, Table
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Coverage, Ledger
from guatu.ledger.records import (
    Citation,
    Duty,
    PlanInfo,
    Project,
    Routine,
    Section,
    Target,
    Task,
    UnitRole,
)
from guatu.reading.reading import Reading
from guatu.text.span import Quote, Span

TEXT = """\
望海县港城融合三年行动方案
(2026-2028年)
望政发〔2026〕7号
一、总体要求
坚持以港兴城，以城促港。
二、主要任务
(一)壮大临港产业
到2028年，临港产业产值力争超过120.5亿元；建成望海大桥，开工潮汐路北延工程。落实《望海县港口管理办法》（望政发〔2024〕3号）。（县发展改革局牵头，县交通运输局、县财政局配合）
(二)改善人居环境
到2028年底，城区绿地率提高到40%以上，新建口袋公园12个。加快老旧小区改造。
三、保障措施
各责任单位每季度结束后5个工作日内向县领导小组办公室报送进展。
指标\t2025年\t2028年
港口吞吐量\t900万吨\t1200万吨
"""


def quote(words: str, after: str = "") -> Quote:
    """The first place of the words in the example, behind the words ``after``."""
    behind = TEXT.index(after) + len(after)
    return Quote(TEXT.index(words, behind), words)


def _section(path: str, line: str, end: int) -> Section:
    words = quote(line)
    return Section(path, line.rpartition(")")[2].rpartition("、")[2], words, end)


def _target(words: Quote, subject: str, value: str, unit: str, **rest: object) -> Target:
    fields: dict[str, object] = {
        "comparator": "eq",
        "change": "level",
        "high": None,
        "first": None,
        "due": date(2028, 12, 31),
        "due_from": "sentence",
        "scope": None,
        "aim": False,
        "kind": "target",
        "section": "二/(二)",
        **rest,
    }
    return Target(
        quote=words,
        subject=subject,
        value=Decimal(value),
        unit=unit,
        subject_spans=(quote(subject).span,),
        **fields,  # type: ignore[arg-type]
    )


def _document() -> Document:
    blocks = []
    table_start = TEXT.index("指标\t")
    for line in re.finditer(r"[^\n]+", TEXT[:table_start]):
        blocks.append(Block("paragraph", Span(*line.span()), len(blocks) + 1, page=1))
    table = Span(table_start, len(TEXT) - 1)
    blocks.append(Block("table", table, len(blocks) + 1, page=2))
    cells = []
    for row, line in enumerate(re.finditer(r"[^\n]+", TEXT[table_start:])):
        for column, cell in enumerate(re.finditer(r"[^\t]+", line.group())):
            start = table_start + line.start() + cell.start()
            cells.append(Cell(Span(start, start + len(cell.group())), row, column))
    return Document(
        "望海.docx", "docx", TEXT, tuple(blocks), (Table(table, tuple(cells)),), ("修订已接受。",)
    )


@pytest.fixture
def reading() -> Reading:
    """The reading a careful clerk would make of the example."""
    end = len(TEXT)
    third = TEXT.index("三、保障")
    sections = (
        _section("一", "一、总体要求", TEXT.index("二、主要")),
        _section("二", "二、主要任务", third),
        _section("二/(一)", "(一)壮大临港产业", TEXT.index("(二)改善")),
        _section("二/(二)", "(二)改善人居环境", third),
        _section("三", "三、保障措施", end),
    )
    targets = (
        _target(
            quote("120.5亿元"),
            "临港产业产值",
            "12050000000",
            "元",
            comparator="ge",
            exclusive=True,
            aim=True,
            first=date(2026, 1, 1),
            section="二/(一)",
        ),
        _target(quote("40%"), "城区绿地率", "40", "%", comparator="ge", scope="城区"),
        _target(quote("12个"), "口袋公园", "12", "个"),
        _target(quote("900万吨"), "港口吞吐量", "9000000", "吨", kind="fact", section="三"),
        _target(quote("1200万吨"), "港口吞吐量", "12000000", "吨", section="三"),
    )
    lead = (UnitRole("县发展改革局", "lead"), UnitRole("县交通运输局", "support"))
    tasks = (
        Task(
            quote("到2028年，临港产业产值力争超过120.5亿元；"),
            "二/(一)",
            None,
            date(2028, 12, 31),
            "clause",
            lead,
            (0,),
        ),
        Task(
            quote("建成望海大桥，开工潮汐路北延工程。"),
            "二/(一)",
            "建成",
            None,
            None,
            lead,
            (),
            (0, 1),
        ),
        Task(
            quote("到2028年底，城区绿地率提高到40%以上，新建口袋公园12个。"),
            "二/(二)",
            "提高",
            date(2028, 12, 31),
            "clause",
            (),
            (1, 2),
        ),
    )
    duties = (
        Duty("二/(一)", "lead", quote("县发展改革局")),
        Duty("二/(一)", "support", quote("县交通运输局")),
        Duty("二/(一)", "support", quote("县财政局")),
    )
    projects = (
        Project(quote("望海大桥"), "finish", None, "二/(一)"),
        Project(quote("潮汐路北延工程"), "start", date(2028, 12, 31), "二/(一)"),
    )
    routine = Routine(
        quote("每季度结束后5个工作日内向县领导小组办公室报送进展"),
        "quarter",
        5,
        "workday",
        "各责任单位",
        "县领导小组办公室",
    )
    left_out = quote("加快老旧小区改造。")
    ledger = Ledger(
        plan=PlanInfo(
            title="望海县港城融合三年行动方案(2026-2028年)",
            number="望政发〔2026〕7号",
            issuer="望海县人民政府",
            issued=date(2026, 3, 2),
            start=2026,
            end=2028,
            region="望海县",
        ),
        sections=sections,
        targets=targets,
        tasks=tasks,
        duties=duties,
        projects=projects,
        routines=(routine,),
        citations=(Citation(quote("望海县港口管理办法"), "望政发〔2024〕3号"),),
        coverage=Coverage(0.9625, 240, 219, 12, (quote("坚持以港兴城，以城促港。"),), (left_out,)),
    )
    findings = (
        Finding(
            "same-indicator-two-values",
            "error",
            "“港口吞吐量”有两个数：900万吨、1200万吨，请核对。",
            (quote("900万吨"), quote("1200万吨")),
        ),
        Finding("task-without-unit", "question", "这一任务没有写责任单位。", (tasks[2].quote,)),
        Finding("no-annex", "note", "正文提到附件，文件里没有附件。"),
    )
    return Reading(_document(), ledger, findings)
