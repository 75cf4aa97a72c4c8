"""Which stage may follow which, and the conditions at each gate (分级储备、逐级审核)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from guatu.web.projects.models import Project, Stage

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
    """A condition for entering a stage: what it asks, whether it is met, what is missing."""

    words: str
    met: bool
    note: str = ""


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
    gates = [
        _gate(_("有责任单位"), bool(project.unit_id or project.unit_name), _("未填责任单位")),
        _gate(_("有建设规模和内容"), bool(project.scale), _("未填建设规模和内容")),
    ]
    place = _ROAD.index(Stage(to))
    if place >= _ROAD.index(Stage.EARLY):
        gates += [
            _gate(_("有总投资"), project.investment is not None, _("未填总投资")),
            _gate(_("有建设单位"), bool(project.owner_name), _("未填建设单位")),
        ]
    if place >= _ROAD.index(Stage.STARTING):
        gates += [
            _gate(_("有投资项目代码"), bool(project.code), _("未赋码")),
            _gate(
                _("有计划开工和竣工月份"),
                bool(project.start and project.finish),
                _("计划开工、计划竣工未填全"),
            ),
            _gate(_("有责任人"), bool(project.person), _("未填责任人")),
        ]
    return gates


def _gate(words: str, met: bool, note: str) -> Gate:
    return Gate(words, met, "" if met else note)
