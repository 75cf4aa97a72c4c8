"""Lights of closed periods: a project's history, what changed since the period before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour, Reason, reason_from_data
from guatu.web.projects.models import Project
from guatu.web.supervision.models import Close, CloseState, Light


@dataclass(frozen=True, slots=True)
class LightPoint:
    """A project's light in one closed period."""

    close: int
    period: Period
    version: int
    colour: Colour
    before: Colour | None
    since: str
    reasons: tuple[Reason, ...]
    pack: str
    pack_version: int

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before is not self.colour


def light_history(project: Project) -> list[LightPoint]:
    """The project's light in every closed period that stands, the latest first; one query."""
    found = (
        Light.objects.filter(project=project, close__state=CloseState.CURRENT)
        .select_related("close")
        .order_by("-close__period__end", "-close__pk")
    )
    return [
        LightPoint(
            close=light.close_id,
            period=Period.parse(light.close.key),
            version=light.close.number,
            colour=Colour(light.colour),
            before=Colour(light.before) if light.before else None,
            since=light.since,
            reasons=tuple(reason_from_data(reason) for reason in light.reasons),
            pack=light.pack,
            pack_version=light.pack_version,
        )
        for light in found
    ]


def changed_lights(close: Close) -> QuerySet[Light]:
    """Lights of leaf projects that differ from the period before (变灯); with their project."""
    found: QuerySet[Light] = Light.objects.filter(close=close, leaf=True, changed=True)
    return found.select_related("project__unit", "project__region").order_by(
        "project__position", "project_id"
    )
