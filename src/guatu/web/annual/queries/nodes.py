"""The nodes that a year's plan has for one project, each with the library's node of that name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.delivery.closing.nodes import OwnNode, ProjectNode, tied_nodes
from guatu.web.annual.facts import nodes_of
from guatu.web.annual.models import AnnualLine
from guatu.web.projects.models import Project


@dataclass(frozen=True, slots=True)
class YearNode:
    """A node of the year's plan as a project's page shows it; ``url`` is where its day is kept."""

    name: str
    due: date | None
    actual: date | None
    state: str
    words: str
    url: str


def year_nodes(project: Project, today: date) -> list[YearNode]:
    """The named nodes of this year's plan; two questions."""
    line = AnnualLine.objects.filter(
        project=project, plan__office=project.office_id, plan__year=today.year, moved_out=False
    ).first()
    if line is None:
        return []
    own = [OwnNode(node.name, node.planned, node.actual, node.pk) for node in project.nodes.all()]
    of_year = nodes_of(line.nodes)
    tied = tied_nodes(today.year, of_year, own)[: len(of_year)]
    return [_row(project, node, today) for node in tied if node.name]


def _row(project: Project, node: ProjectNode, today: date) -> YearNode:
    if node.actual is not None:
        state, words = "reached", _("已完成")
        if node.due is not None and node.actual > node.due:
            words = _("已完成（比计划晚）")
    elif node.by_investment:
        state, words = "coming", _("按投资进度评判")
    elif node.due is not None and node.due < today:
        state, words = "late", _("超期 %(n)d 天") % {"n": (today - node.due).days}
    else:
        state, words = "coming", _("未到期")
    return YearNode(node.name, node.due, node.actual, state, words, _url(project, node))


def _url(project: Project, node: ProjectNode) -> str:
    if node.key is not None:
        return reverse("projects:detail-edit", args=["nodes", node.key])
    known = urlencode({"name": node.name, "planned": node.due.isoformat() if node.due else ""})
    return reverse("projects:detail-new", args=[project.pk, "nodes"]) + f"?{known}"
