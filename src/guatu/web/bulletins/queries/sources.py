"""点数见据 of a bulletin: figure → definition → projects → report → the plan's words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.closing.facts import ReportState
from guatu.delivery.supervision.colours import reason_from_data
from guatu.web.bulletins.models import Bulletin, BulletinFact
from guatu.web.bulletins.queries.issued import AsIssued, as_issued
from guatu.web.bulletins.queries.text import adjusted_facts, adjustments_of
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.page.paging import Paged, paged
from guatu.web.projects.models import Project, Tie, TieState
from guatu.web.reporting.queries.figures import report_source
from guatu.web.supervision.models import ClosedProject, Light

_SHOWN: Final = 8


def fact_source(fact: BulletinFact) -> Source:
    """What a printed figure rests on: definition, close, projects, and what came later."""
    bulletin, issued = fact.bulletin, as_issued(fact)
    steps = [_exact(fact, issued), *issued.steps(), _close(bulletin)]
    listed = _listed(fact)
    if len(listed) == 1:
        steps += _row_steps(_closed(bulletin, listed[0]))
    elif listed:
        steps.append(_projects_step(fact, listed))
    steps += _later(fact, listed)
    return Source(
        name=fact_name(fact),
        value=issued.words,
        unit=fact.unit,
        definition=fact.definition,
        steps=steps,
    )


def fact_name(fact: BulletinFact) -> str:
    """东湖区：本年累计完成投资; of a single project its name."""
    place = fact.fact.split("/")[1]
    what = fact.definition.split("（")[0].split(" = ")[0]
    kind, _sep, key = place.partition("=")
    if kind == "project":
        key = Project.objects.filter(pk=int(key)).values_list("name", flat=True).first() or ""
    return f"{key}：{what}" if key else what


def _exact(fact: BulletinFact, issued: AsIssued) -> Step:
    value = Fraction(fact.value) if fact.value else None
    rows: list[tuple[str, str]] = [("印出的数", f"{issued.words}{fact.unit}")]
    if issued.changes:
        rows.append(("原稿的数", f"{fact.words}{fact.unit}"))
    if value is None:
        rows.append(("准确值", "没有可比的数"))
    elif fact.unit in ("亿元", "万元"):
        rows.append(("准确值（元）", formats.number(int(value))))
    elif fact.unit == "%":
        rows.append(("准确值", f"{value.numerator:,} ÷ {value.denominator:,}（约分后）"))
    return Step("数", rows=rows)


def _close(bulletin: Bulletin) -> Step:
    close = bulletin.close
    lines = [
        f"{close}，{close.by.name}于 {formats.moment(close.at)} 关账，{close.projects} 个项目",
        f"{close.get_basis_display()}；开工率按{close.get_counted_by_display()}；"
        f"T = {close.factor}%",
    ]
    return Step("关账", lines)


def _listed(fact: BulletinFact) -> list[int]:
    return list(fact.projects.projects) if fact.projects is not None else []


def _projects_step(fact: BulletinFact, listed: list[int]) -> Step:
    found = ClosedProject.objects.filter(close=fact.bulletin.close_id, project__in=listed)
    rows = [
        (name, formats.wan(reached))
        for name, reached in found.order_by("position").values_list("name", "reached_year")[:_SHOWN]
    ]
    more = f"（前 {_SHOWN} 个）" if len(listed) > _SHOWN else ""
    return Step(
        f"汇总自 {len(listed)} 个项目{more}",
        ["右列是本年累计完成投资（万元）。"],
        rows,
        link=reverse("bulletins:fact-projects", args=[fact.bulletin_id, fact.pk]),
        link_words=f"查看全部 {len(listed)} 个项目和各自的报送",
    )


def _later(fact: BulletinFact, listed: list[int]) -> list[Step]:
    """后期已调整: what was put right after issue; the printed figure stands."""
    later = adjustments_of(fact.bulletin)
    if fact.fact not in adjusted_facts(fact.bulletin, later):
        return []
    lines = [
        f"{each.project.name} {formats.wan(each.amount)} 万元，记入{each.lands_in.period.label}："
        f"{each.reason}（{each.approver}批准）"
        for each in later
        if each.project_id in listed
    ]
    return [Step("后期已调整", ["通报的数不改，调整记入当期：", *lines])] if lines else []


# ------------------------------------------------------------------ projects behind a figure


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A closed project behind a figure."""

    key: str
    url: str
    name: str
    unit: str
    county: str
    planned: int | None
    reached: int
    source: str
    this_period: int
    part: Decimal | None
    light: str
    report: str


def fact_projects(fact: BulletinFact, params: QueryDict) -> Paged[ProjectRow]:
    """The projects that a figure was made from, in the order of the library."""
    bulletin = fact.bulletin
    found = ClosedProject.objects.filter(close=bulletin.close_id, project__in=_listed(fact))
    page: Paged[Any] = paged(found.order_by("position", "pk"), params)
    rows = list(page.rows)
    lights = dict(
        Light.objects.filter(
            close=bulletin.close_id, project__in=[row.project_id for row in rows]
        ).values_list("project_id", "colour")
    )
    shown = [
        ProjectRow(
            key=str(row.project_id),
            url=reverse("projects:project", args=[row.project_id]),
            name=row.name,
            unit=row.unit,
            county=row.county,
            planned=row.planned,
            reached=row.reached_year,
            source=reverse("bulletins:row", args=[bulletin.pk, row.project_id]),
            this_period=row.this_period,
            part=Decimal(row.reached_year) / row.planned if row.planned else None,
            light=lights.get(row.project_id, "none"),
            report=ReportState(row.report).words,
        )
        for row in rows
    ]
    return Paged(shown, page.number, page.size, page.total, page.query)


def row_source(bulletin: Bulletin, project: int) -> Source:
    """What a project's closed figure rests on: its report (who, when, file), light, plan."""
    row = _closed(bulletin, project)
    return Source(
        name=f"{row.name}：本年累计完成投资",
        value=formats.wan(row.reached_year),
        unit="万元",
        definition="关账时的本年累计完成投资（调度数）；本期 = 累计 − 上期累计。",
        steps=_row_steps(row),
    )


def _closed(bulletin: Bulletin, project: int) -> Any:
    found = ClosedProject.objects.select_related(
        "source__period__cycle", "source__by", "source__file", "source__project"
    )
    return found.get(close=bulletin.close_id, project=project)


def _row_steps(row: Any) -> list[Step]:
    money = [
        ("年度计划（万元）", formats.wan(row.planned)),
        ("本年累计（万元）", formats.wan(row.reached_year)),
        ("上期累计（万元）", formats.wan(row.previous)),
        ("本期（万元）", formats.wan(row.this_period)),
    ]
    if row.adjustment:
        money.append(("其中调整（万元）", formats.wan(row.adjustment)))
    lines = [f"{row.unit or '未填责任单位'}，{row.county}，{ReportState(row.report).words}"]
    if row.carried:
        lines.append("本期没有报数，沿用上次所报。")
    link = reverse("projects:project", args=[row.project_id])
    steps = [Step(f"项目：{row.name}", lines, money, link=link, link_words="打开项目")]
    if row.source is not None:
        steps += report_source(row.source, "reached_year").steps
    steps += _light_steps(row)
    ties = Tie.objects.filter(project=row.project_id, state=TieState.CONFIRMED)[:3]
    for tie in ties:
        place = [tie.section] if tie.section else []
        steps.append(
            Step(tie.plan_title, place, quote=tie.words, link=tie.url, link_words="打开方案")
        )
    if not ties:
        steps.append(Step("方案", ["这个项目还没有挂接到方案条目，依据是项目库登记和年度计划。"]))
    return steps


def _light_steps(row: Any) -> list[Step]:
    light = Light.objects.filter(close=row.close_id, project=row.project_id).first()
    if light is None:
        return []
    lines = []
    for data in light.reasons:
        reason = reason_from_data(data)
        lines.append(f"{reason.colour.words}灯：{reason.words}（依据：{reason.clause}）")
    return [Step("亮灯", lines)]
