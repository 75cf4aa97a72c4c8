"""What the system knows of a project already, by which an item of a checklist is satisfied.

An app's ``desk.py`` names its own as ``KNOWN``. Two of the same key are two places where the same
thing may stand: either will do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from guatu.web.page import hooks
from guatu.web.page.formats import wan
from guatu.web.projects.models import Fund, Node, Project, Stage

# Words by which a node is one of the approvals (重要审批环节).
APPROVALS: Final = (
    "立项", "审批", "核准", "备案", "可研", "初步设计", "环评", "用地", "规划许可", "施工许可",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownThing:
    """A thing the system knows.

    ``where`` picks the projects of which it is known, ``words`` say what is known of one (empty
    where nothing is); both as of a day. ``fill`` is where one enters it: a field of the project
    (``edit``), its ``nodes`` or ``funds``.
    """

    key: str
    label: str
    where: Callable[[date], Q]
    words: Callable[[Project, date], str]
    fill: str = ""


@cache
def known_things() -> Mapping[str, tuple[KnownThing, ...]]:
    """All that the apps know, by key."""
    found: dict[str, tuple[KnownThing, ...]] = {}
    for named in hooks.gathered("KNOWN"):
        for each in named:
            found[each.key] = (*found.get(each.key, ()), each)
    return found


def condition(source: str, today: date) -> Q:
    """Which projects have what a source names; none where nothing is called so."""
    found = Q(pk__in=[])
    for each in known_things().get(source, ()):
        found |= each.where(today)
    return found


def words_of(source: str, project: Project, today: date) -> str:
    """What is known of the project by this source."""
    said = (each.words(project, today) for each in known_things().get(source, ()))
    return next((words for words in said if words), "")


def _column(key: str, label: str, name: str) -> KnownThing:
    """A field of words."""

    def where(_today: date) -> Q:
        return ~Q(**{name: ""})

    def words(project: Project, _today: date) -> str:
        return str(getattr(project, name))

    return KnownThing(key, label, where, words, "edit")


def _entry(project: Project, _today: date) -> str:
    if project.stage == Stage.REMOVED:
        return ""
    return project.code or _("已入库，未赋码")


def _nodes(_today: date) -> Q:
    return Q(Exists(Node.objects.filter(project=OuterRef("pk"), planned__isnull=False)))


def _nodes_words(project: Project, _today: date) -> str:
    count = sum(node.planned is not None for node in project.nodes.all())
    return _("%(n)d 个节点有计划日期") % {"n": count} if count else ""


def _approval_names() -> Q:
    found = Q()
    for word in APPROVALS:
        found |= Q(name__contains=word)
    return found


def _approvals(_today: date) -> Q:
    dated = Node.objects.filter(project=OuterRef("pk"), planned__isnull=False)
    return Q(Exists(dated.filter(_approval_names())))


def _approvals_words(project: Project, _today: date) -> str:
    found = [
        f"{node.name} {node.planned}"
        for node in project.nodes.all()
        if node.planned and any(word in node.name for word in APPROVALS)
    ]
    return "、".join(found)


def _funds(_today: date) -> Q:
    return Q(Exists(Fund.objects.filter(project=OuterRef("pk"), total__isnull=False)))


def _funds_words(project: Project, _today: date) -> str:
    sources = [fund.get_source_display() for fund in project.funds.all() if fund.total is not None]
    return "、".join(dict.fromkeys(sources))


def _investment_words(project: Project, _today: date) -> str:
    if project.year_investment is None:
        return ""
    return _("%(amount)s 万元") % {"amount": wan(project.year_investment)}


KNOWN: tuple[KnownThing, ...] = (
    KnownThing("entry", "项目已入库", lambda _today: ~Q(stage=Stage.REMOVED), _entry),
    _column("leader", "联系领导", "leader"),
    _column("unit", "责任单位", "unit_name"),
    _column("person", "责任人", "person"),
    _column("owner", "建设单位", "owner_name"),
    KnownThing("nodes", "节点计划", _nodes, _nodes_words, "nodes"),
    KnownThing("approvals", "审批节点的计划日期", _approvals, _approvals_words, "nodes"),
    KnownThing("funds", "资金来源", _funds, _funds_words, "funds"),
    _column("year-task", "年度建设任务", "year_content"),
    KnownThing(
        "year-investment",
        "年度计划投资",
        lambda _today: Q(year_investment__isnull=False),
        _investment_words,
        "edit",
    ),
)
