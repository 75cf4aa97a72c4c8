"""Which rule packs there are, and which one judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.lights import LightState
from guatu.delivery.supervision.packs import DEFAULT, PACKS, Pack, pack_from_data
from guatu.delivery.supervision.replay import Trial, compare, replay
from guatu.web.people.models import Office
from guatu.web.projects.models import Project
from guatu.web.supervision.facts import exempted
from guatu.web.supervision.models import (
    Close,
    ClosedProject,
    Exemption,
    Light,
    PackSwitch,
    RulePack,
)
from guatu.web.supervision.queries.closes import current_closes
from guatu.web.supervision.rows import closed_rows, light_states


def pack_in_use(office: Office) -> Pack:
    """The pack that judges the office's projects from now on; the default before any choice."""
    chosen = PackSwitch.objects.filter(office=office).order_by("-pk").first()
    if chosen is None:
        return DEFAULT
    return pack_from_data(chosen.data).pack or DEFAULT


def packs_of(office: Office) -> list[Pack]:
    """Packs one may choose: shipped ones, and the newest version of each of the office's own."""
    found = dict(PACKS)
    for row in RulePack.objects.filter(office=office).order_by("version"):
        own = pack_from_data(row.data).pack
        if own is not None:
            found[own.code] = own
    return list(found.values())


def try_pack(office: Office, pack: Pack, *, periods: int = 12) -> list[Trial]:
    """What the pack would have said of the last closed periods, beside what was kept.

    The replay begins with the lights as they were kept before the first of these periods;
    nothing that was kept is changed. Five queries.
    """
    closes = list(current_closes(office)[:periods])[::-1]
    if not closes:
        return []
    first = closes[0].previous
    latest = _states(first) if first is not None else {}
    exemptions = [exempted(row) for row in Exemption.objects.filter(project__office=office)]
    rows = closed_rows(ClosedProject.objects.filter(close__in=closes))
    kept = light_states(Light.objects.filter(close__in=closes, leaf=True))
    return compare(kept, replay(rows, pack, exemptions, previous=latest))


def _states(close: Close) -> dict[str, LightState]:
    rows = Light.objects.filter(close=close, leaf=True)
    return {state.project: state for state in light_states(rows)}


# With more closed rows than this a replay takes longer than a page may.
TRY_MOST: Final = 60_000


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """A period of a trial as the page shows it."""

    label: str
    counts: list[tuple[str, int, int]]
    # (project, name, kept colour, tried colour, tried reason)
    differences: list[tuple[int, str, str, str, str]]


def too_many(office: Office, periods: int = 12) -> int:
    """How many of the last periods a page can replay; all asked for where they are few."""
    total = 0
    for count, close in enumerate(current_closes(office)[:periods]):
        total += close.projects
        if total > TRY_MOST:
            return count
    return periods


def shown_trials(office: Office, pack: Pack) -> list[ShownTrial]:
    """A pack's trial over as many past periods as a page can replay, the latest first."""
    trials = try_pack(office, pack, periods=too_many(office))
    wanted = {int(each.project) for trial in trials for each in trial.differences}
    names = dict(Project.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [_shown(trial, names) for trial in reversed(trials)]


def _shown(trial: Trial, names: Mapping[int, str]) -> ShownTrial:
    return ShownTrial(
        label=Period.parse(trial.period).label,
        counts=[
            (colour.value, trial.kept[colour], trial.tried[colour])
            for colour in Colour
            if trial.kept[colour] or trial.tried[colour]
        ],
        differences=[
            (
                int(each.project),
                names.get(int(each.project), each.project),
                each.kept.colour.value if each.kept else "",
                each.tried.colour.value if each.tried else "",
                each.tried.reasons[0].words if each.tried else "",
            )
            for each in trial.differences
        ],
    )


def switches(office: Office) -> list[PackSwitch]:
    """When which pack was switched on, the latest first."""
    return list(PackSwitch.objects.filter(office=office).select_related("by")[:50])
