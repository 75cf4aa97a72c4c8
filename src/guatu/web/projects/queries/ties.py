"""What of the published plans a project may rest on: suggestions from names and sections."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.web.page.paging import Paged, paged
from guatu.web.people.models import Office
from guatu.web.plans.models import Kind, LedgerEntry
from guatu.web.plans.queries.published import published_targets, published_tasks
from guatu.web.projects.models import Project, Tie, TieKind, TieState

_NOISE: Final = re.compile(
    r"[\s()（）“”\"'、，,。.；;:：·—\-\d%]|项目|工程|建设|推进|加快|实施|完成|全市"
)
_ENOUGH: Final = 0.34
_BEST: Final = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a published plan that projects can be tied to."""

    kind: str
    lineage: str
    words: str
    subject: str
    section: str
    plan: str
    url: str
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry for a project, how near it is and why."""

    project_id: int
    entry: Entry
    score: float
    why: str


def plan_entries(office: Office) -> list[Entry]:
    """Targets, tasks and listed projects of the latest version of the office's plans."""
    entries = [
        Entry(
            TieKind.TASK,
            str(task.lineage),
            task.quote,
            task.subject,
            task.section_title,
            task.plan,
            _address(task.plan_id),
            frozenset(unit.unit_id for unit in task.units if unit.unit_id is not None),
        )
        for task in published_tasks(office)
    ]
    entries += [
        Entry(
            TieKind.TARGET,
            str(target.lineage),
            target.quote,
            target.subject,
            target.section_title,
            target.plan,
            _address(target.plan_id),
            frozenset(),
        )
        for target in published_targets(office)
    ]
    return entries + _listed_projects(office)


def _listed_projects(office: Office) -> list[Entry]:
    """Projects that the plans name one by one, of the newest version of each."""
    rows = LedgerEntry.objects.filter(office=office, kind=Kind.PROJECT)
    newest: dict[str, LedgerEntry] = {}
    for row in rows.select_related("version__plan").order_by("version__number"):
        newest[str(row.lineage)] = row
    return [
        Entry(
            TieKind.PROJECT,
            lineage,
            row.quote,
            row.subject,
            row.section_title,
            row.version.plan.title,
            _address(row.version.plan_id),
            frozenset(),
        )
        for lineage, row in newest.items()
    ]


def _address(plan: int) -> str:
    return reverse("plans:plan", args=[plan])


def _pairs(text: str) -> frozenset[str]:
    plain = _NOISE.sub("", text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def suggestions(projects: Iterable[Project], entries: Sequence[Entry]) -> list[Suggestion]:
    """The nearest entries of each project: shared pairs of characters, unit and section."""
    pairs = [_pairs(entry.subject) for entry in entries]
    sections = [_pairs(entry.section) for entry in entries]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, some in enumerate(pairs):
        for pair in some:
            holders[pair].append(place)
    found = []
    for project in projects:
        found += _nearest(project, entries, pairs, sections, holders)
    return found


def _nearest(
    project: Project,
    entries: Sequence[Entry],
    pairs: Sequence[frozenset[str]],
    sections: Sequence[frozenset[str]],
    holders: dict[str, list[int]],
) -> list[Suggestion]:
    mine = _pairs(project.name)
    if not mine:
        return []
    shared: dict[int, int] = defaultdict(int)
    for pair in mine:
        for place in holders.get(pair, ()):
            shared[place] += 1
    section = _pairs(project.section)
    scored = []
    for place, count in shared.items():
        if count < 2:
            continue
        entry = entries[place]
        near = count / min(len(mine), len(pairs[place]))
        reasons = [_("名称相近 %(p)d%%") % {"p": round(100 * near)}]
        score = 0.75 * near
        if project.unit_id is not None and project.unit_id in entry.units:
            score += 0.15
            reasons.append(_("责任单位相同"))
        if section and len(section & sections[place]) * 2 >= len(section):
            score += 0.15
            reasons.append(_("类别与章节相近"))
        if score >= _ENOUGH:
            scored.append(
                Suggestion(project.pk, entry, round(min(score, 1.0), 3), "、".join(reasons))
            )
    scored.sort(key=lambda each: (-each.score, each.entry.lineage))
    return scored[:_BEST]


@dataclass(frozen=True, slots=True)
class TieRow:
    """A suggestion or a tie as the list shows it."""

    pk: int
    project: str
    project_url: str
    kind: str
    words: str
    section: str
    plan: str
    url: str
    why: str
    state: str
    sure: bool


def waiting_ties(office: Office, params: QueryDict) -> Paged[TieRow]:
    """Suggestions that a person has not yet looked at, the surest first."""
    found = Tie.objects.filter(
        project__office=office, project__arrival__isnull=True, state=TieState.SUGGESTED
    )
    return paged(found.select_related("project").order_by("-score", "pk"), params, as_row=tie_row)


def tie_row(tie: Tie) -> TieRow:
    """The row of a tie."""
    return TieRow(
        tie.pk,
        tie.project.name,
        reverse("projects:project", args=[tie.project_id]),
        tie.get_kind_display(),
        tie.words,
        tie.section,
        tie.plan_title,
        tie.url,
        tie.why,
        tie.get_state_display(),
        tie.score >= 0.6,
    )


def tie_counts(office: Office) -> tuple[int, int]:
    """(projects with a confirmed tie, suggestions that wait)."""
    mine = Tie.objects.filter(project__office=office, project__arrival__isnull=True)
    confirmed = mine.filter(state=TieState.CONFIRMED).values("project_id").distinct().count()
    return confirmed, mine.filter(state=TieState.SUGGESTED).count()
