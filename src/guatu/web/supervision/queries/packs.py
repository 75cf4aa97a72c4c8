"""Which rule packs there are, and which one judges."""

from __future__ import annotations

from guatu.delivery.supervision.lights import LightState
from guatu.delivery.supervision.packs import DEFAULT, PACKS, Pack, pack_from_data
from guatu.delivery.supervision.replay import Trial, compare, lights_of
from guatu.web.people.models import Office
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
    nothing that was kept is changed. Two queries for each period.
    """
    closes = list(current_closes(office)[:periods])[::-1]
    if not closes:
        return []
    first = closes[0].previous
    latest = _states(first) if first is not None else {}
    exemptions = [exempted(row) for row in Exemption.objects.filter(project__office=office)]
    kept, tried = [], []
    for close in closes:
        rows = closed_rows(ClosedProject.objects.filter(close=close))
        states = lights_of(rows, pack, exemptions, previous=latest)
        latest.update((state.project, state) for state in states)
        tried += states
        kept += list(_states(close).values())
    return compare(kept, tried)


def _states(close: Close) -> dict[str, LightState]:
    rows = Light.objects.filter(close=close, leaf=True)
    return {state.project: state for state in light_states(rows)}
