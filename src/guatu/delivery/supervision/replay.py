"""Replay (回放): lights of many closed periods in order, to try a pack before it is switched on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from guatu.delivery.closing.facts import ClosedRow, facts_of
from guatu.delivery.closing.rollups import leaves
from guatu.delivery.periods import Period
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.lights import Exemption, LightState, next_light
from guatu.delivery.supervision.packs import Pack

NO_STATES: Final[Mapping[str, LightState]] = {}


def lights_of(
    rows: Iterable[ClosedRow],
    pack: Pack,
    exemptions: Iterable[Exemption] = (),
    *,
    previous: Mapping[str, LightState] = NO_STATES,
) -> list[LightState]:
    """The lights of one period's leaf projects, in the order of the rows.

    ``previous`` is project → its latest state before. Packages whose parts have rows get none
    here: ``package_light`` makes theirs from their parts.
    """
    by_project: defaultdict[str, list[Exemption]] = defaultdict(list)
    for exemption in exemptions:
        by_project[exemption.project].append(exemption)
    return [
        next_light(previous.get(row.project), facts_of(row), pack, by_project.get(row.project, ()))
        for row in leaves(list(rows))
    ]


def replay(
    rows: Iterable[ClosedRow],
    pack: Pack,
    exemptions: Iterable[Exemption] = (),
    *,
    previous: Mapping[str, LightState] = NO_STATES,
) -> list[LightState]:
    """The lights of rows of many periods, in order of time; rows may come in any order.

    Nothing that was kept is changed: this is what the pack would have said. It is the same as
    asking ``lights_of`` for one period after the other.
    """
    given = list(exemptions)
    periods: defaultdict[Period, list[ClosedRow]] = defaultdict(list)
    parsed: dict[str, Period] = {}
    for row in rows:
        if row.period not in parsed:
            parsed[row.period] = Period.parse(row.period)
        periods[parsed[row.period]].append(row)
    latest = dict(previous)
    found: list[LightState] = []
    for period in sorted(periods, key=lambda each: (each.end, each.start)):
        states = lights_of(periods[period], pack, given, previous=latest)
        latest.update((state.project, state) for state in states)
        found += states
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A project whose light would have been another."""

    project: str
    kept: LightState | None
    tried: LightState | None


@dataclass(frozen=True, slots=True)
class Trial:
    """A pack tried on a period: how many of each colour were kept and would have been."""

    period: str
    kept: Mapping[Colour, int]
    tried: Mapping[Colour, int]
    differences: tuple[Difference, ...]


def compare(kept: Iterable[LightState], tried: Iterable[LightState]) -> list[Trial]:
    """Kept lights against replayed ones, a trial for each period, in order of time."""
    by_period: defaultdict[str, dict[str, list[LightState | None]]] = defaultdict(dict)
    for place, states in enumerate((kept, tried)):
        for state in states:
            pair = by_period[state.period].setdefault(state.project, [None, None])
            pair[place] = state
    trials = []
    for key in sorted(by_period, key=lambda each: Period.parse(each)):
        pairs = by_period[key]
        different = tuple(
            Difference(project, was, would)
            for project, (was, would) in pairs.items()
            if (was.colour if was else None) is not (would.colour if would else None)
        )
        counts = [_counts(pair[place] for pair in pairs.values()) for place in (0, 1)]
        trials.append(Trial(key, counts[0], counts[1], different))
    return trials


def _counts(states: Iterable[LightState | None]) -> dict[Colour, int]:
    counts = dict.fromkeys(Colour, 0)
    for state in states:
        if state is not None:
            counts[state.colour] += 1
    return counts
