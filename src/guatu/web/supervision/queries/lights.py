"""Lights of closed periods: a project's history, what changed since the period before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour, Figure, Reason, reason_from_data
from guatu.delivery.supervision.packs import Chosen, pack_from_data
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
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
    pack_name: str
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
            pack_name=light.close.pack["name"],
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


def light_source(close: Close, project: int) -> Source:
    """Why a light has its colour: each reason with its rule, figures, clause and 亮灯/消灯/依据."""
    light = Light.objects.select_related("project").get(close=close, project=project)
    pack = pack_from_data(close.pack).pack
    texts = {chosen.rule.code: chosen for chosen in pack.rules} if pack else {}
    reasons = [reason_from_data(reason) for reason in light.reasons]
    colour = Colour(light.colour)
    return Source(
        name=f"{light.project.name}：{Period.parse(close.key).label}",
        value=f"{colour.words}灯" if colour is not Colour.NONE else colour.words,
        unit="",
        definition=f"按规则包“{pack.name if pack else light.pack}”第{light.pack_version}版评判，"
        f"自{Period.parse(light.since).label}起为此灯色。",
        steps=[_reason_step(reason, texts.get(reason.rule)) for reason in reasons],
    )


def _reason_step(reason: Reason, chosen: Chosen | None) -> Step:
    lines = [reason.words, f"条款：{reason.clause}"]
    if chosen is not None:
        texts = chosen.texts
        lines += [f"亮灯：{texts.on}", f"消灯：{texts.off}", f"依据：{texts.basis}"]
    title = chosen.rule.name if chosen else "评判情形"
    return Step(
        f"{reason.colour.words}　{title}",
        lines,
        rows=[_shown(figure) for figure in reason.figures],
    )


def _shown(figure: Figure) -> tuple[str, str]:
    if figure.unit == "元" and not isinstance(figure.value, date):
        return f"{figure.name}（万元）", formats.wan(int(figure.value))
    return figure.name, figure.text
