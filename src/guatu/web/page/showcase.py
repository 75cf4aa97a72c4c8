"""All components with invented figures, for developers/components/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict

from guatu.web.page.figures import Source, Step
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.models import Job, JobState
from guatu.web.page.paging import Paged
from guatu.web.page.tables import Column, Table


@dataclass(frozen=True, slots=True)
class Row:
    """A project of nowhere."""

    key: str
    url: str
    name: str
    light: str
    county: str
    total: int | None
    planned: int
    done: int
    ratio: Decimal
    behind: Decimal
    starts: date | None
    source: str


COLUMNS: Final = (
    Column("name", "项目名称", sort=True, link="url", width="l"),
    Column("light", "灯", "light"),
    Column("county", "县区"),
    Column("total", "总投资", "wan", "万元", sort=True),
    Column("planned", "年度计划投资", "wan", "万元", sort=True),
    Column("done", "本年累计完成", "wan", "万元", sort=True, link="source"),
    Column("ratio", "投资完成率", "percent"),
    Column("behind", "较序时", "points", "百分点"),
    Column("starts", "开工日期", "day"),
)

_WAN: Final = 10_000
_SOURCE: Final = "/developers/components/source/"


def _row(
    number: int,
    name: str,
    light: str,
    county: str,
    total: int | None,
    planned: int,
    done: int,
    behind: str,
    starts: date | None,
) -> Row:
    return Row(
        str(number),
        "/developers/components/#table",
        name,
        light,
        county,
        None if total is None else total * _WAN,
        planned * _WAN,
        done * _WAN,
        Decimal(done) / planned,
        Decimal(behind),
        starts,
        _SOURCE,
    )


ROWS: Final = (
    _row(
        1,
        "临江经开区北片区基础设施项目",
        "green",
        "临江经开区",
        128_600,
        42_000,
        39_480,
        "2.3",
        date(2026, 3, 1),
    ),
    _row(
        2,
        "望海县城乡供水一体化工程（二期）",
        "yellow",
        "望海县",
        64_300,
        21_500,
        15_910,
        "-17.7",
        date(2026, 5, 12),
    ),
    _row(
        3,
        "青川区老旧小区改造（2026年180个）",
        "red",
        "青川区",
        37_240,
        18_000,
        8_640,
        "-43.7",
        date(2026, 6, 30),
    ),
    _row(4, "石桥县至云溪县公路改建工程", "grey", "石桥县", None, 9_800, 0, "0", None),
    _row(
        5, "南浦区滨江文化中心", "paused", "南浦区", 52_000, 12_000, 3_000, "0", date(2025, 11, 8)
    ),
)

SOURCE: Final = Source(
    "望海县城乡供水一体化工程（二期）· 本年累计完成",
    "15,910",
    "万元",
    "调度数：项目单位按月填报的本年累计完成投资，不含设备预付款。",
    (
        Step(
            "2026年10月报表",
            ("望海县水务公司 王秀兰 2026-11-03 09:12 填报，县发改局 2026-11-03 16:40 审核",),
            (("上期累计", "13,620 万元"), ("本期完成", "2,290 万元"), ("本年累计", "15,910 万元")),
        ),
        Step("年度计划", ("临补办发〔2026〕4号，2026年3月28日下达，21,500 万元",)),
        Step(
            "方案原文",
            before="加快农村供水提质，",
            quote="到2028年，农村自来水普及率达到95%",
            after="，建成望海县城乡供水一体化工程。",
            link="/",
            link_words="在方案中打开",
        ),
    ),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="项目名称", help_text="与批复文件一致。")
    # A text box: a number box would throw away what was typed wrongly.
    amount = forms.DecimalField(
        label="年度计划投资（万元）", widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    kind = forms.ChoiceField(label="建设性质", choices=[("new", "新建"), ("more", "扩建")])
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label="批复文件", required=False, help_text="PDF 或图片。")
    active = forms.BooleanField(label="列入本年重点", required=False)


def context(params: QueryDict) -> dict[str, Any]:
    """Everything that the page of the components shows."""
    bar = FilterBar(
        params,
        (
            TextFilter("q", "名称", "项目名称或代码"),
            ChoiceFilter("light", "灯", [("red", "红"), ("yellow", "黄"), ("green", "绿")]),
            ChoiceFilter("county", "县区", [(r.county, r.county) for r in ROWS]),
        ),
    )
    chosen = bar.chosen()
    rows = [
        row
        for row in ROWS
        if chosen.get("q", "") in row.name
        and chosen.get("light", row.light) == row.light
        and chosen.get("county", row.county) == row.county
    ]
    totals = {
        "total": sum(row.total or 0 for row in rows),
        "planned": sum(row.planned for row in rows),
        "done": sum(row.done for row in rows),
    }
    wrong = SampleForm({"name": "滨江大道", "amount": "待定", "kind": "new"})
    return {
        "bar": bar,
        "page": Paged(rows, 2, 50, 438, params.urlencode()),
        "table": Table("sample", COLUMNS, rows, params, totals, pick=True, caption="示例项目"),
        "lights": ["red", "yellow", "green", "grey", "paused"],
        "source": SOURCE,
        "source_url": _SOURCE,
        "form": SampleForm(),
        "wrong": wrong,
        "jobs": [
            Job(pk=0, state=JobState.DONE, words="读好 109 条目标、86 项任务"),
            Job(pk=0, state=JobState.FAILED, error="文件第 3 页是扫描图片，没有文字可读。"),
        ],
        "sheet_errors": [
            "第 12 行“年度计划投资”填的是“待定”，应为数字（万元）。",
            "第 31 行“开工日期”填的是“2026年13月”，没有 13 月。",
        ],
    }
