"""What this year's annual plan knows of a project, for the items of a checklist."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from guatu.web.annual.cells import write_cell
from guatu.web.annual.models import AnnualLine
from guatu.web.page.formats import wan
from guatu.web.projects.known import KnownThing
from guatu.web.projects.models import Project


def _lines(today: date) -> QuerySet[AnnualLine]:
    """Lines of the year's plan in a subquery over projects."""
    return AnnualLine.objects.filter(project=OuterRef("pk"), plan__year=today.year, moved_out=False)


def _line(project: Project, today: date) -> AnnualLine | None:
    return project.annual_lines.filter(plan__year=today.year, moved_out=False).first()


def _nodes(project: Project, today: date) -> str:
    line = _line(project, today)
    words = write_cell("nodes", line.nodes) if line else ""
    return _("年度计划节点：%(nodes)s") % {"nodes": words} if words else ""


def _content(project: Project, today: date) -> str:
    line = _line(project, today)
    return line.content if line else ""


def _investment(project: Project, today: date) -> str:
    line = _line(project, today)
    if line is None or line.investment is None:
        return ""
    words = _("%(year)d年度计划 %(amount)s 万元")
    return words % {"year": today.year, "amount": wan(line.investment)}


KNOWN: tuple[KnownThing, ...] = (
    KnownThing(
        "nodes", "节点计划", lambda today: Q(Exists(_lines(today).exclude(nodes=[]))), _nodes
    ),
    KnownThing(
        "year-task",
        "年度建设任务",
        lambda today: Q(Exists(_lines(today).exclude(content=""))),
        _content,
    ),
    KnownThing(
        "year-investment",
        "年度计划投资",
        lambda today: Q(Exists(_lines(today).filter(investment__isnull=False))),
        _investment,
    ),
)
