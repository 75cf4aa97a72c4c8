"""Which stage may follow which, and the conditions at each gate (分级储备、逐级审核)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from guatu.delivery.projects.checklist import completeness
from guatu.web.projects.models import Project, Stage
from guatu.web.projects.queries.checklists import lists_before, standing

_ROAD: Final = (
    Stage.IDEA,
    Stage.RESERVE,
    Stage.EARLY,
    Stage.STARTING,
    Stage.BUILDING,
    Stage.COMPLETED,
    Stage.OPERATING,
)


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition for entering a stage and those after it: what it asks, whether it is met."""

    words: str
    met: bool
    # What is missing, where it is not met.
    note: str
    since: Stage


def next_stages(stage: str) -> list[str]:
    """Where a project of this stage can go: any other stage of the road, a pause, or out."""
    if stage == Stage.REMOVED:
        return [Stage.IDEA, Stage.RESERVE, Stage.EARLY]
    return [each for each in (*_ROAD, Stage.PAUSED, Stage.REMOVED) if each != stage]


def likely_stage(stage: str) -> str:
    """Where a project of this stage goes as a rule: one step on; back to work after a pause."""
    if stage == Stage.PAUSED:
        return Stage.BUILDING
    if stage not in _ROAD:
        return next_stages(stage)[0]
    place = _ROAD.index(Stage(stage)) + 1
    return _ROAD[place] if place < len(_ROAD) else next_stages(stage)[0]


def gates_of(project: Project, to: str) -> list[Gate]:
    """The conditions for entering ``to``; those of the stages before it hold as well."""
    if to in (Stage.PAUSED, Stage.REMOVED, Stage.IDEA):
        return []
    entered = _ROAD[1 : _ROAD.index(Stage(to)) + 1]
    gates = [gate for gate in _field_gates(project) if gate.since in entered]
    return [*gates, *_list_gates(project, entered)]


def _field_gates(project: Project) -> list[Gate]:
    return [
        Gate(words, bool(met), "" if met else note, since)
        for since, words, met, note in (
            (
                Stage.RESERVE, _("有责任单位"), project.unit_id or project.unit_name,
                _("未填责任单位"),
            ),
            (Stage.RESERVE, _("有建设规模和内容"), project.scale, _("未填建设规模和内容")),
            (Stage.EARLY, _("有总投资"), project.investment is not None, _("未填总投资")),
            (Stage.EARLY, _("有建设单位"), project.owner_name, _("未填建设单位")),
            (Stage.STARTING, _("有投资项目代码"), project.code, _("未赋码")),
            (
                Stage.STARTING, _("有计划开工和竣工月份"), project.start and project.finish,
                _("计划开工、计划竣工未填全"),
            ),
            (Stage.STARTING, _("有责任人"), project.person, _("未填责任人")),
        )
    ]  # fmt: skip


def _list_gates(project: Project, entered: Sequence[Stage]) -> list[Gate]:
    """The office's checklists that must be whole by then."""
    lists = lists_before(project.office, entered)
    if not lists:
        return []
    states = standing(project, lists)
    found = []
    for each in lists:
        so_far = completeness(each, states)
        note = "" if so_far.whole else _("%(part)s，缺%(what)s") % {
            "part": so_far.part, "what": "、".join(so_far.missing),
        }  # fmt: skip
        words = _("“%(list)s”齐全") % {"list": each.name}
        found.append(Gate(words, so_far.whole, note, Stage(each.gate)))
    return found
