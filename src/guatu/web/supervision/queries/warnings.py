"""The list of warnings of a close: colour, reasons, figures; and what each figure rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.closing.facts import ClosedRow
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.rules import RULES
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.page.filters import Choices
from guatu.web.page.paging import Paged, paged
from guatu.web.projects.models import Tie, TieState
from guatu.web.reporting.models import Report
from guatu.web.supervision.models import Close, ClosedProject, LaterAdjustment, Light
from guatu.web.supervision.rows import closed_rows

COLOURS: Final[Choices] = tuple((colour.value, colour.words) for colour in Colour)
RULE_NAMES: Final[Mapping[str, str]] = {
    **{rule.code: rule.name for rule in RULES},
    "no-report": "未报",
    "excused": "免报",
    "not-asked": "不需填报",
    "paused": "停缓建",
    "moved-out": "调出计划",
    "green": "没有亮灯情形",
    "package": "打捆项目",
}
_ORDER: Final = Case(
    *(
        When(colour=colour.value, then=Value(place))
        for place, colour in enumerate(
            (Colour.RED, Colour.YELLOW, Colour.GREY, Colour.GREEN, Colour.PAUSED, Colour.NONE)
        )
    ),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A project's light with what it was judged by."""

    key: str
    name: str
    url: str
    light: str
    words: str
    rule: str
    why: str
    since: str
    before: str
    unit: str
    county: str
    sector: str
    planned: int | None
    planned_why: str
    reached: int
    reached_why: str
    rate: Decimal | None
    rate_why: str
    due: Decimal
    deviation: Decimal | None


def warnings(close: Close, chosen: Mapping[str, str], params: QueryDict) -> Paged[WarningRow]:
    """Leaf projects by gravity of their light; three queries for a page."""
    found = lights_of(close, chosen).annotate(gravity=_ORDER)
    page: Paged[Light] = paged(found.order_by("gravity", "project__position", "project_id"), params)
    rows = _rows(close, [light.project_id for light in page.rows])
    shown = [_warning(close, light, rows[str(light.project_id)]) for light in page.rows]
    return Paged(shown, page.number, page.size, page.total, page.query)


def lights_of(close: Close, chosen: Mapping[str, str]) -> QuerySet[Light]:
    """Lights of the close that a filter leaves."""
    found: QuerySet[Light] = Light.objects.filter(close=close, leaf=True)
    if colour := chosen.get("light"):
        found = found.filter(colour=colour)
    if rule := chosen.get("rule"):
        found = found.filter(rule=rule)
    if chosen.get("changed"):
        found = found.filter(changed=True)
    columns = {name: chosen[name] for name in ("unit", "county", "sector") if name in chosen}
    words = chosen.get("q", "")
    if columns or words:
        rows = ClosedProject.objects.filter(close=close, **columns)
        if words:
            rows = rows.filter(name__icontains=words)
        found = found.filter(project__in=rows.values("project_id"))
    return found


def counts(close: Close, chosen: Mapping[str, str]) -> dict[str, int]:
    """How many of each colour the other filters leave."""
    rest = {name: value for name, value in chosen.items() if name != "light"}
    found = dict.fromkeys((colour.value for colour in Colour), 0)
    for colour in lights_of(close, rest).values_list("colour", flat=True):
        found[colour] += 1
    return found


def choices(close: Close) -> dict[str, Choices]:
    """Units, counties and sectors of a close, to filter by; one query."""
    seen: dict[str, dict[str, None]] = {"unit": {}, "county": {}, "sector": {}}
    rows = ClosedProject.objects.filter(close=close, leaf=True).order_by().distinct()
    for values in rows.values_list(*seen):
        for column, value in zip(seen.values(), values, strict=True):
            if value:
                column[value] = None
    return {name: [(value, value) for value in sorted(values)] for name, values in seen.items()}


def _rows(close: Close, projects: list[int]) -> dict[str, ClosedRow]:
    rows = closed_rows(ClosedProject.objects.filter(close=close, project__in=projects))
    return {row.project: row for row in rows}


def _warning(close: Close, light: Light, row: ClosedRow) -> WarningRow:
    def why(name: str) -> str:
        return reverse("supervision:why", args=[close.pk, light.project_id, name])

    return WarningRow(
        key=row.project,
        name=row.name,
        url=reverse("supervision:project", args=[light.project_id]),
        light=light.colour,
        words=light.words,
        rule=RULE_NAMES.get(light.rule, light.rule),
        why=reverse("supervision:light-why", args=[close.pk, light.project_id]),
        since=light.since,
        before=Colour(light.before).words if light.changed else "",
        unit=row.unit,
        county=row.county,
        sector=row.sector,
        planned=row.planned,
        planned_why=why("planned"),
        reached=row.reached_year,
        reached_why=why("reached_year"),
        rate=decimal(row.rate),
        rate_why=why("rate"),
        due=decimal(row.due_part) or Decimal(0),
        deviation=decimal(row.deviation),
    )


def decimal(value: Fraction | None) -> Decimal | None:
    """A part or 百分点 with digits enough to be rounded for the page."""
    if value is None:
        return None
    return Decimal(value.numerator) / Decimal(value.denominator)


# ------------------------------------------------------------------ 点数见据


_NAMES: Final = {
    "planned": ("年度计划投资（调整后）", "万元"),
    "issued": ("年度计划投资（下达）", "万元"),
    "reached_year": ("本年累计完成投资", "万元"),
    "this_period": ("本期完成投资", "万元"),
    "rate": ("投资完成率", ""),
    "deviation": ("偏差", "百分点"),
}
_DEFINITIONS: Final = {
    "planned": "年度计划下达数，加上截至期末批准的调入、调出、调整。",
    "issued": "年度计划下达时的数，以后不变。",
    "reached_year": "年初到期末累计完成的投资（调度数）＝上期累计＋通报后调整＋本期实际完成。",
    "this_period": "本期＝本年累计−上期累计；通报后的调整记在其中，另行列出。",
    "rate": "投资完成率＝本年累计完成投资÷本年计划投资（调整后口径）。",
    "deviation": "偏差＝投资完成率−序时进度；序时进度按节点，没有节点的按计划起止月平均。",
}


def figure_names() -> frozenset[str]:
    """Figures of a row that open into what they rest on."""
    return frozenset(_NAMES)


def row_source(close: Close, project: int, name: str) -> Source:
    """What a closed figure of a project rests on: definition → row → report → the plan's words."""
    found = ClosedProject.objects.filter(close=close, project=project)
    row = closed_rows(found)[0]
    report = (
        Report.objects.filter(pk__in=found.values("source"))
        .select_related("period__cycle", "file", "by")
        .first()
    )
    label, unit = _NAMES[name]
    return Source(
        name=f"{row.name}：{label}",
        value=_written(row, name),
        unit=unit,
        definition=_DEFINITIONS[name],
        steps=[
            _row_step(close, row),
            *_adjusted(close, project, row),
            _report_step(row, report),
            *_plan_steps(project),
        ],
    )


def _written(row: ClosedRow, name: str) -> str:
    match name:
        case "rate":
            return formats.percent(decimal(row.rate))
        case "deviation":
            return formats.points(decimal(row.deviation))
        case _:
            return formats.wan(getattr(row, name))


def _row_step(close: Close, row: ClosedRow) -> Step:
    rows = [
        ("下达数（万元）", formats.wan(row.issued)),
        ("调整后计划（万元）", formats.wan(row.planned)),
        ("序时进度", formats.percent(decimal(row.due_part))),
        ("上期累计（万元）", formats.wan(row.previous)),
        ("本期完成（万元）", formats.wan(row.this_period)),
        ("本年累计（万元）", formats.wan(row.reached_year)),
        ("投资完成率", formats.percent(decimal(row.rate))),
        ("偏差（百分点）", formats.points(decimal(row.deviation))),
    ]
    if row.adjustment:
        rows.insert(4, ("其中通报后调整（万元）", formats.wan(row.adjustment)))
    if row.reduction:
        rows.insert(5, ("核减（万元）", formats.wan(row.reduction)))
    lines = [f"{formats.moment(close.at)} 关账"]
    if row.moved_words:
        lines.append(row.moved_words)
    if row.pause_words:
        lines.append(row.pause_words)
    return Step(f"{close}的数", lines, rows=rows)


def _adjusted(close: Close, project: int, row: ClosedRow) -> list[Step]:
    if not row.adjustment and not row.adjustment_earlier_years:
        return []
    found = LaterAdjustment.objects.filter(
        lands_in=close.period_id, project=project, withdrawn=False
    ).select_related("of_period__cycle", "by")
    lines = [
        f"{each.of_period}的数调整 {formats.wan(each.amount)} 万元：{each.reason}"
        f"（{each.approver}批准，{each.by.name}办理）"
        for each in found
    ]
    return [Step("通报后调整", lines)]


def _report_step(row: ClosedRow, report: Report | None) -> Step:
    if report is None:
        words = f"本期{row.report.words}"
        if row.carried:
            words += "，累计数沿用上次填报"
        return Step("报送", [words + (f"：{row.excuse}" if row.excuse else "")])
    file = f"，来自“{report.file.name}”第 {report.row} 行" if report.file else ""
    return Step(
        "报送",
        [
            f"{report.period}第 {report.version} 版，{report.get_how_display()}{file}",
            f"{report.by.name}于 {formats.moment(report.at)} 办理"
            + ("，逾期" if report.late else "")
            + ("，本期无变化" if report.unchanged else ""),
            *([f"情况说明：{report.reason}"] if report.reason else []),
        ],
        link=reverse("reporting:why", args=[report.pk, "reached_year"]),
        link_words="这份报送的依据",
    )


def _plan_steps(project: int) -> list[Step]:
    ties = Tie.objects.filter(project=project, state=TieState.CONFIRMED)[:3]
    return [
        Step(tie.plan_title or "方案", [tie.section], quote=tie.words, link=tie.url,
             link_words="打开方案")
        for tie in ties
    ]  # fmt: skip
