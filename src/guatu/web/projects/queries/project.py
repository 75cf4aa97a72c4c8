"""Questions about one project: all that its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.page.figures import Source, Step
from guatu.web.page.formats import day, wan
from guatu.web.people.models import Office
from guatu.web.projects.models import (
    Attachment,
    Fund,
    Node,
    Problem,
    Project,
    Stage,
    StageMove,
    TieState,
)
from guatu.web.projects.queries.library import ProjectRow, project_row
from guatu.web.projects.queries.ties import TieRow, tie_row


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node and how it stands today: reached, late, coming."""

    pk: int
    name: str
    planned: date | None
    forecast: date | None
    actual: date | None
    remark: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A sub-project, or a county's share."""

    name: str
    url: str
    region: str
    stage: str
    investment: int | None
    year_investment: int | None


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A project at one look."""

    row: ProjectRow
    parent_url: str
    unit_url: str
    moves: list[StageMove]
    nodes: list[NodeRow]
    funds: list[Fund]
    fund_total: int | None
    problems: list[Problem]
    attachments: list[Attachment]
    ties: list[TieRow]
    suggested: int
    parts: list[PartRow]
    parts_investment: int | None
    shares: list[tuple[str, int]]
    stages: list[tuple[str, str]]
    changed: Any


_ROAD = tuple(s for s in Stage if s not in (Stage.PAUSED, Stage.REMOVED))


def project_page(project: Project) -> ProjectPage:
    """All that the page shows: eight questions, whatever hangs on the project."""
    today = timezone.localdate()
    # The checklists beside it ask for the same.
    prefetch_related_objects([project], "nodes", "funds")
    funds = list(project.funds.all())
    parts = [
        PartRow(
            part.name,
            reverse("projects:project", args=[part.pk]),
            part.region.name if part.region else "",
            part.get_stage_display(),
            part.investment,
            part.year_investment,
        )
        for part in Project.objects.filter(parent=project).select_related("region")[:500]
    ] if not project.leaf else []  # fmt: skip
    ties = list(project.ties.select_related("project").exclude(state=TieState.REJECTED))
    shares = project.shares.select_related("region").order_by("region__position")
    here = Stage(project.stage)
    place = _ROAD.index(here) if here in _ROAD else -1
    known = [part.investment for part in parts if part.investment is not None]
    return ProjectPage(
        row=project_row(project),
        parent_url=reverse("projects:project", args=[project.parent_id])
        if project.parent_id
        else "",
        unit_url=reverse("people:unit", args=[project.unit_id]) if project.unit_id else "",
        moves=list(project.moves.select_related("by")[:30]),
        nodes=[_node(node, today) for node in project.nodes.all()],
        funds=funds,
        fund_total=sum(fund.total for fund in funds if fund.total is not None) if funds else None,
        problems=list(project.problems.select_related("to_unit")),
        attachments=list(project.attachments.filter(removed=False).select_related("by")),
        ties=[tie_row(tie) for tie in ties if tie.state == TieState.CONFIRMED],
        suggested=sum(1 for tie in ties if tie.state == TieState.SUGGESTED),
        parts=parts,
        parts_investment=sum(known) if known else None,
        shares=[(share.region.name, share.amount) for share in shares],
        stages=[
            (str(stage.label), "here" if i == place else "past" if i < place else "ahead")
            for i, stage in enumerate(_ROAD)
        ],
        changed=project.changed,
    )


def _node(node: Node, today: date) -> NodeRow:
    if node.actual:
        late = node.planned is not None and node.actual > node.planned
        state, words = "reached", _("已完成（比计划晚）") if late else _("已完成")
    elif node.planned and node.planned < today:
        state = "late"
        words = _("超期 %(n)d 天") % {"n": (today - node.planned).days}
    else:
        state, words = "coming", _("未到期") if node.planned else _("未定日期")
    return NodeRow(
        node.pk, node.name, node.planned, node.forecast, node.actual, node.remark, state, words
    )


_DEFINITIONS = {
    "investment": (
        "项目经批准或估算的总投资。打捆项目另列各子项目之和，汇总时只计末级项目，不重复。"
    ),
    "year_investment": (
        "本年度计划完成的投资，来自责任单位报送的项目表；年度计划下达后以下达数为准。"
    ),
    "reached_year": "本年 1 月至最近报告期的累计完成投资（调度数）。",
}


def figure_source(project: Project, name: str) -> Source:
    """What a figure of the project rests on: who entered it when, and the plan's words."""
    field = Project._meta.get_field(name)
    steps = []
    if not project.leaf and name != "reached_year":
        got = Project.objects.filter(parent=project).aggregate(total=Sum(name))
        words = [
            (_("子项目之和"), wan(got["total"])),
            (_("打捆项目所填"), wan(getattr(project, name))),
        ]
        steps.append(Step(_("子项目"), rows=words))
    row = (
        project.import_rows.filter(job__state="applied", values__has_key=name)
        .select_related("job__by")
        .order_by("-job__at")
        .first()
    )
    if row is not None:
        told = {"name": row.job.name, "n": row.number, "by": row.job.by.name}
        line = _("“%(name)s”第 %(n)d 行，%(by)s 导入") % told
        steps.append(
            Step(
                _("表格"),
                lines=[line, day(row.job.applied)],
                link=reverse("projects:import", args=[row.job_id]),
                link_words=_("查看这次导入"),
            )
        )
    for tie in project.ties.filter(state=TieState.CONFIRMED)[:3]:
        steps.append(Step(tie.plan_title, quote=tie.words, link=tie.url, link_words=_("打开方案")))
    if not steps:
        steps.append(Step(_("登记"), lines=[_("在项目页登记，最近修改 %s") % day(project.changed)]))
    definition = _DEFINITIONS[name]
    label = str(getattr(field, "verbose_name", name))
    return Source(label, wan(getattr(project, name)), _("万元"), definition, steps)


def parents_for(office: Office, words: str = "") -> list[tuple[int, str]]:
    """Projects that can be packages, to choose from."""
    found = Project.objects.filter(office=office, parent__isnull=True)
    if words:
        found = found.filter(search__contains=words.lower())
    return list(found.order_by("leaf", "position").values_list("pk", "name")[:300])
