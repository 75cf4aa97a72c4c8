"""Questions about annual plans: years, lines in groups, what was issued, what was adjusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.annual.adjustments import Movement, adjusted, movement
from guatu.delivery.annual.schedule import amount_due, progress_due, share_of_many
from guatu.delivery.annual.shares import percentages
from guatu.web.annual.cells import write_cell, write_money
from guatu.web.annual.facts import moves_of, schedule_of
from guatu.web.annual.models import (
    Adjustment,
    AnnualLine,
    AnnualPlan,
    Batch,
    IssuedLine,
    ReturnedSheet,
)
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.page.paging import Paged, paged
from guatu.web.page.search import Hit
from guatu.web.people.models import Office
from guatu.web.projects.models import Project, Stage

_AT_REST: Final = (Stage.PAUSED, Stage.REMOVED)
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year's plan in the list of years."""

    key: str
    url: str
    year: int
    state: str
    number: str
    issued_on: date | None
    projects: int
    issued: int | None
    investment: int
    adjustments: int
    source: str


def years(office: Office) -> list[YearRow]:
    """The office's annual plans, the latest first."""
    plans = list(AnnualPlan.objects.filter(office=office))
    live = Q(moved_out=False)
    now: dict[int, dict[str, Any]] = {
        row["plan"]: dict(row)
        for row in AnnualLine.objects.filter(live, plan__in=plans)
        .order_by()
        .values("plan")
        .annotate(n=Count("pk"), total=Sum("investment"))
    }
    issued = dict(
        IssuedLine.objects.filter(plan__in=plans)
        .order_by()
        .values_list("plan")
        .annotate(total=Sum("investment"))
    )
    moves = dict(
        Adjustment.objects.filter(plan__in=plans)
        .order_by()
        .values_list("plan")
        .annotate(n=Count("pk"))
    )
    return [
        YearRow(
            key=str(plan.pk),
            url=reverse("annual:plan", args=[plan.pk]),
            year=plan.year,
            state=plan.get_state_display(),
            number=plan.number,
            issued_on=plan.issued_on,
            projects=now.get(plan.pk, {}).get("n", 0),
            issued=issued.get(plan.pk),
            investment=now.get(plan.pk, {}).get("total") or 0,
            adjustments=moves.get(plan.pk, 0),
            source=reverse("annual:why-total", args=[plan.pk]),
        )
        for plan in plans
    ]


# ------------------------------------------------------------------- the plan's table

GROUPS: Final = {"region": "按县区", "unit": "按责任单位", "section": "按类别"}
_GROUP_ORDER: Final = {
    "region": ("project__region__position", "project__region_id"),
    "unit": ("project__unit__position", "project__unit__name", "project__unit_id"),
    "section": ("project__section",),
}
_GROUP_COLUMN: Final = {
    "region": "project__region__name",
    "unit": "project__unit__name",
    "section": "project__section",
}
_UNGROUPED: Final = {"region": "未填县区", "unit": "未定责任单位", "section": "未分类"}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A project's year in the table."""

    pk: int
    url: str
    name: str
    region: str
    unit: str
    section: str
    stage: str
    investment: int | None
    cells: dict[str, str]
    version: int
    part: Decimal | None
    due: Decimal | None
    due_amount: int | None
    issued: int | None
    difference: int | None
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The lines of one county, unit or section: totals over all of its pages."""

    name: str
    count: int
    investment: int
    issued: int
    part: Decimal
    due: Decimal | None
    lines: list[LineRow]


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A page of the plan's lines in groups, and the totals over all that fit the filters."""

    groups: list[GroupRow]
    page: Paged[int]
    count: int
    investment: int
    issued: int
    without: int
    due: Decimal | None
    due_amount: int


def found_lines(plan: AnnualPlan, chosen: Mapping[str, str]) -> QuerySet[AnnualLine]:
    """Lines that fit the filters; in a plan that was issued also those taken out since."""
    lines = plan.lines.all()
    if words := chosen.get("q"):
        lines = lines.filter(Q(project__name__icontains=words) | Q(project__code__icontains=words))
    if region := chosen.get("region"):
        lines = lines.filter(project__region_id=region)
    if unit := chosen.get("unit"):
        lines = lines.filter(project__unit_id=unit)
    if section := chosen.get("section"):
        lines = lines.filter(project__section=section)
    match chosen.get("state"):
        case "empty":
            lines = lines.filter(investment__isnull=True)
        case "no-nodes":
            lines = lines.filter(nodes=[])
        case "out":
            lines = lines.filter(moved_out=True)
    return lines


def total_of(plan: AnnualPlan, chosen: Mapping[str, str]) -> int:
    """The investment of all lines that fit the filters."""
    found = found_lines(plan, chosen).filter(moved_out=False).order_by()
    total: int | None = found.aggregate(total=Sum("investment"))["total"]
    return total or 0


def plan_table(
    plan: AnnualPlan, chosen: Mapping[str, str], params: QueryDict, group: str, on: date
) -> PlanTable:
    """The page that the address asks for; four queries whatever the plan's length."""
    found = found_lines(plan, chosen).order_by(*_GROUP_ORDER[group], "project__position", "pk")
    column = _GROUP_COLUMN[group]
    fields = ("investment", "start", "finish", "nodes", "moved_out", "project", "plan")
    light = list(found.only(*fields).annotate(group=F(column)))
    issued = dict(plan.issued_lines.values_list("project_id", "investment"))
    live = [0 if line.moved_out else line.investment or 0 for line in light]
    parts = dict(zip((line.pk for line in light), percentages(live), strict=True))
    page: Paged[int] = paged([line.pk for line in light], params, size=_PAGE)
    names = {line.pk: line.group or _UNGROUPED[group] for line in light}
    rows = _line_rows(plan, page.rows, parts, issued, on)
    by_group: dict[str, list[AnnualLine]] = {}
    for line in light:
        by_group.setdefault(names[line.pk], []).append(line)
    shown = dict.fromkeys(names[pk] for pk in page.rows)
    shares = _group_parts(by_group)
    groups = [
        _group_row(
            plan,
            name,
            by_group[name],
            shares[name],
            issued,
            on,
            [rows[pk] for pk in page.rows if names[pk] == name],
        )
        for name in shown
    ]
    standing = [line for line in light if not line.moved_out]
    due = _due(plan, standing, on)
    return PlanTable(
        groups=groups,
        page=page,
        count=len(standing),
        investment=sum(live),
        issued=sum(issued.get(line.project_id) or 0 for line in light),
        without=sum(line.investment is None for line in standing),
        due=_percent(due),
        due_amount=amount_due(sum(live), due) if due is not None else 0,
    )


def _group_parts(by_group: Mapping[str, list[AnnualLine]]) -> dict[str, Decimal]:
    sums = [sum(_live(line) for line in lines) for lines in by_group.values()]
    return dict(zip(by_group, percentages(sums), strict=True))


def _live(line: AnnualLine) -> int:
    return 0 if line.moved_out else line.investment or 0


def _group_row(
    plan: AnnualPlan,
    name: str,
    lines: Sequence[AnnualLine],
    part: Decimal,
    issued: Mapping[int, int | None],
    on: date,
    rows: list[LineRow],
) -> GroupRow:
    standing = [line for line in lines if not line.moved_out]
    return GroupRow(
        name=name,
        count=len(standing),
        investment=sum(map(_live, lines)),
        issued=sum(issued.get(line.project_id) or 0 for line in lines),
        part=part,
        due=_percent(_due(plan, standing, on)),
        lines=rows,
    )


def _due(plan: AnnualPlan, lines: Iterable[AnnualLine], on: date) -> Fraction | None:
    weighed = ((line.investment or 0, schedule_of(line, plan.year)) for line in lines)
    return share_of_many(weighed, on)


def _percent(part: Fraction | None) -> Decimal | None:
    return None if part is None else Decimal(part.numerator) / Decimal(part.denominator)


def _line_rows(
    plan: AnnualPlan,
    wanted: Sequence[int],
    parts: Mapping[int, Decimal],
    issued: Mapping[int, int | None],
    on: date,
) -> dict[int, LineRow]:
    found = AnnualLine.objects.filter(pk__in=list(wanted))
    found = found.select_related("project__region", "project__unit")
    return {line.pk: _line_row(plan, line, parts.get(line.pk), issued, on) for line in found}


def line_row(line: AnnualLine, on: date) -> LineRow:
    """One line as the table shows it; its part of the whole is left to the table."""
    issued = dict(
        line.plan.issued_lines.filter(project=line.project_id).values_list(
            "project_id", "investment"
        )
    )
    return _line_row(line.plan, line, None, issued, on)


def _line_row(
    plan: AnnualPlan,
    line: AnnualLine,
    part: Decimal | None,
    issued: Mapping[int, int | None],
    on: date,
) -> LineRow:
    project = line.project
    values = line.values
    due = progress_due(schedule_of(line, plan.year), on)
    before = issued.get(project.pk)
    now = None if line.moved_out else line.investment
    difference = (now or 0) - (before or 0) if plan.is_issued else None
    return LineRow(
        pk=line.pk,
        url=_project_url(project),
        name=project.name,
        region=project.region.name if project.region else "",
        unit=str(project.unit) if project.unit else project.unit_name,
        section=project.section,
        stage=project.get_stage_display(),
        investment=now,
        cells={key: write_cell(key, value) for key, value in values.items()},
        version=line.version,
        part=part if now else None,
        due=None if line.moved_out else _percent(due),
        due_amount=amount_due(now, due) if now is not None else None,
        issued=before,
        difference=difference,
        mark=_mark(line, before, project.pk in issued, plan.is_issued),
        source=reverse("annual:why-line", args=[line.pk]),
    )


def _mark(line: AnnualLine, before: int | None, was_issued: bool, plan_issued: bool) -> str:
    if not plan_issued:
        return ""
    if line.moved_out:
        return "调出"
    if not was_issued:
        return "调入"
    return "调整" if line.version > 1 and before != line.investment else ""


def _project_url(project: Project) -> str:
    return reverse("projects:project", args=[project.pk])


def sections_of(plan: AnnualPlan) -> list[tuple[str, str]]:
    """Sections that occur, to filter by."""
    names = plan.lines.exclude(project__section="").order_by("project__section")
    return [(n, n) for n in names.values_list("project__section", flat=True).distinct()]


def regions_of(plan: AnnualPlan) -> list[tuple[str, str]]:
    """Counties that occur, to filter by."""
    found = plan.lines.exclude(project__region=None).order_by("project__region__position")
    pairs = found.values_list("project__region_id", "project__region__name").distinct()
    return [(str(pk), name) for pk, name in pairs]


def units_of(plan: AnnualPlan) -> list[tuple[str, str]]:
    """Responsible units that occur, to filter by."""
    found = plan.lines.exclude(project__unit=None).order_by("project__unit__position")
    pairs = found.values_list(
        "project__unit_id", "project__unit__name", "project__unit__position"
    ).distinct()
    return [(str(pk), name) for pk, name, _position in pairs]


# ---------------------------------------------------------------------- coming in


@dataclass(frozen=True, slots=True)
class AddableRow:
    """A project of the library that could come into the plan."""

    key: str
    url: str
    name: str
    region: str
    unit: str
    stage: str
    start: str
    finish: str
    investment: int | None
    year_investment: int | None


def addable(plan: AnnualPlan, words: str = "", stage: str = "") -> QuerySet[Project]:
    """Projects of the office that are not in the plan: leaves only, none paused or removed."""
    taken = plan.lines.filter(moved_out=False).values("project_id")
    found = Project.objects.filter(office=plan.office_id, leaf=True).exclude(pk__in=taken)
    found = found.exclude(stage__in=_AT_REST)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__icontains=words))
    if stage:
        found = found.filter(stage=stage)
    return found.select_related("region", "unit").order_by("position", "pk")


def addable_page(
    plan: AnnualPlan, chosen: Mapping[str, str], params: QueryDict
) -> Paged[AddableRow]:
    """A page of them."""
    found = addable(plan, chosen.get("q", ""), chosen.get("stage", ""))
    return paged(found, params, as_row=_addable_row, size=_PAGE)


def _addable_row(project: Project) -> AddableRow:
    return AddableRow(
        key=str(project.pk),
        url=_project_url(project),
        name=project.name,
        region=project.region.name if project.region else "",
        unit=str(project.unit) if project.unit else project.unit_name,
        stage=project.get_stage_display(),
        start=project.start.isoformat()[:7] if project.start else "",
        finish=project.finish.isoformat()[:7] if project.finish else "",
        investment=project.investment,
        year_investment=project.year_investment,
    )


def stage_choices() -> list[tuple[str, str]]:
    """Stages from which a project can come into a plan."""
    return [(str(s), str(label)) for s, label in Stage.choices if s not in _AT_REST]


# ----------------------------------------------------------- history and adjustments


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """An approved adjustment."""

    pk: int
    kind: str
    project: str
    project_url: str
    before: int | None
    after: int | None
    changes: list[tuple[str, str, str]]
    reference: str
    approved_on: date
    approver: str
    reason: str
    by: str
    at: datetime


def adjustments(plan: AnnualPlan, project: Project | None = None) -> list[AdjustmentRow]:
    """Approved adjustments, the latest first."""
    found = plan.adjustments.select_related("project", "by").order_by("-pk")
    if project is not None:
        found = found.filter(project=project)
    return [_adjustment_row(each) for each in found]


_HEADS: Final = {
    "investment": "年度计划投资（万元）",
    "start": "开工月",
    "finish": "竣工月",
    "content": "年度建设内容",
    "nodes": "节点",
}


def _adjustment_row(each: Adjustment) -> AdjustmentRow:
    before, after = each.before or {}, each.after or {}
    changes = [
        (head, write_cell(key, before.get(key)), write_cell(key, after.get(key)))
        for key, head in _HEADS.items()
        if before.get(key) != after.get(key) and each.before is not None and each.after is not None
    ]
    return AdjustmentRow(
        pk=each.pk,
        kind=each.get_kind_display(),
        project=each.project.name,
        project_url=_project_url(each.project),
        before=before.get("investment"),
        after=after.get("investment"),
        changes=changes,
        reference=each.reference,
        approved_on=each.approved_on,
        approver=each.approver,
        reason=each.reason,
        by=each.by.name,
        at=each.at,
    )


def movement_of(plan: AnnualPlan) -> Movement:
    """下达 + 调入 − 调出 ± 调整 = 调整后."""
    return movement(_issued_amounts(plan), moves_of(plan.adjustments.all()))


def replayed(plan: AnnualPlan) -> dict[str, int]:
    """The plan as it follows from what was issued and adjusted; must equal what stands."""
    return adjusted(_issued_amounts(plan), moves_of(plan.adjustments.all())).amounts


def _issued_amounts(plan: AnnualPlan) -> dict[str, int]:
    pairs = plan.issued_lines.values_list("project_id", "investment")
    return {str(pk): amount or 0 for pk, amount in pairs}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """Many cells changed at once."""

    pk: int
    words: str
    lines: int
    by: str
    at: datetime
    undone: bool


def batches(plan: AnnualPlan) -> list[BatchRow]:
    """Batches, the latest first."""
    return [
        BatchRow(b.pk, b.words, len(b.before), b.by.name, b.at, b.undone)
        for b in Batch.objects.filter(plan=plan).select_related("by")[:50]
    ]


def sheets(plan: AnnualPlan) -> QuerySet[ReturnedSheet]:
    """Sheets that came back, the latest first."""
    return plan.returned_sheets.select_related("by")[:20]


# ------------------------------------------------------------------ 点数见据


def line_source(line: AnnualLine, on: date) -> Source:
    """What a project's year rests on: how it is counted, how it was issued, what adjusted it."""
    plan = line.plan
    row = line_row(line, on)
    values = [
        ("开工月", row.cells["start"] or formats.MISSING),
        ("竣工月", row.cells["finish"] or formats.MISSING),
        ("节点", row.cells["nodes"] or "没有节点，按起止月平均"),
        (f"到 {on} 应完成", formats.percent(row.due)),
        ("应完成投资（万元）", formats.wan(row.due_amount)),
    ]
    steps = [Step("序时进度", ["有节点的按节点，没有节点的在开工月至竣工月之间平均。"], values)]
    if plan.is_issued:
        issued = "下达计划里没有这个项目。" if row.issued is None else ""
        steps.append(
            Step(
                "下达",
                [f"{plan.number}，{formats.day_in_prose(plan.issued_on)}", *filter(None, [issued])],
                [("下达数（万元）", formats.wan(row.issued))],
            )
        )
    for each in reversed(adjustments(plan, line.project)):
        steps.append(
            Step(
                each.kind,
                [
                    f"{each.reference}，{each.approver}，{formats.day_in_prose(each.approved_on)}批准",
                    f"原因：{each.reason}",
                ],
                [
                    ("调整前（万元）", formats.wan(each.before)),
                    ("调整后（万元）", formats.wan(each.after)),
                ],
            )
        )
    return Source(
        name=f"{line.project.name}：{plan.year}年计划投资",
        value=write_money(line.investment) if line.investment is not None else formats.MISSING,
        unit="万元",
        definition="本项目当年计划完成的投资额；打捆项目按子项目分别列，不重复计算。",
        steps=[*steps, Step("项目库", [row.name], link=row.url, link_words="打开项目")],
    )


def total_source(plan: AnnualPlan) -> Source:
    """What the plan's total is made of."""
    rows = plan.lines.filter(moved_out=False).order_by()
    by_region = rows.values_list("project__region__name").annotate(total=Sum("investment"))
    pairs = [(name or "未填县区", formats.wan(total)) for name, total in by_region]
    now = rows.aggregate(total=Sum("investment"))["total"] or 0
    steps = [Step("各县区（万元）", rows=sorted(pairs))]
    if plan.is_issued:
        moved = movement_of(plan)
        steps.append(
            Step(
                "从下达到调整后（万元）",
                [f"{plan.number}，{formats.day_in_prose(plan.issued_on)}下达"],
                [
                    ("下达", formats.wan(moved.issued)),
                    ("调入", "+" + formats.wan(moved.moved_in)),
                    ("调出", formats.MINUS + formats.wan(moved.moved_out)),
                    ("调整", formats.wan(moved.changed)),
                    ("调整后", formats.wan(moved.now)),
                ],
                link=reverse("annual:history", args=[plan.pk]),
                link_words="调整记录",
            )
        )
    return Source(
        name=f"{plan.year}年计划投资合计",
        value=formats.wan(now),
        unit="万元",
        definition="计划内各项目当年计划投资之和；只加末级项目，调出的不计。",
        steps=steps,
    )


def search_plans(words: str, by: Any) -> list[Hit]:
    """Ctrl-K: 2026, 年度计划."""
    found = AnnualPlan.objects.filter(office=by.office_id)
    return [
        Hit(str(plan), "年度计划", reverse("annual:plan", args=[plan.pk]), plan.get_state_display())
        for plan in found
        if words in str(plan)
    ]


# ------------------------------------------------------------------ returned sheets


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A cell three ways: as it was sent, as it came back, as it stands now."""

    head: str
    sent: str
    returned: str
    now: str
    stale: bool


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row of a returned sheet beside the plan."""

    row: int
    name: str
    change: str
    cells: list[ComparedCell]


@dataclass(frozen=True, slots=True)
class Compared:
    """A returned sheet: what is wrong, what was changed on both sides, what it changes."""

    errors: list[str]
    stale: list[ComparedRow]
    changed: list[ComparedRow]
    same: int

    @property
    def nothing(self) -> bool:
        return not (self.errors or self.stale or self.changed)


def compared(sheet: ReturnedSheet) -> Compared:
    """A returned sheet as its page shows it, against what stands now."""
    lines = {line.pk: line for line in sheet.plan.lines.select_related("project")}
    stale: list[ComparedRow] = []
    changed: list[ComparedRow] = []
    for row in sheet.rows:
        line = lines.get(row["line"]) if row["line"] else None
        if line is None or row["errors"] or not row["changed"]:
            continue
        fresh = line.version == row["version"]
        cells = [_compared_cell(key, row, line) for key in row["changed"]]
        shown = ComparedRow(row["row"], line.project.name, row["change"], cells)
        (changed if fresh else stale).append(shown)
    return Compared(
        errors=[words for row in sheet.rows for words in row["errors"]],
        stale=stale,
        changed=changed,
        same=sum(not row["changed"] and not row["errors"] for row in sheet.rows),
    )


def _compared_cell(key: str, row: Mapping[str, Any], line: AnnualLine) -> ComparedCell:
    sent, returned, now = row["sent"].get(key), row["values"][key], line.values[key]
    return ComparedCell(
        _HEADS[key],
        write_cell(key, sent) or "空",
        write_cell(key, returned) or "空",
        write_cell(key, now) or "空",
        now != sent,
    )
