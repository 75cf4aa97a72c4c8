"""A period worked out: rows, lights, packages, roll-ups; nothing is written here."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from guatu.delivery.closing.close import close
from guatu.delivery.closing.facts import ClosedRow
from guatu.delivery.closing.rollups import Dimension, Rollup, leaves, roll_up, whole
from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.lights import LightState, package_light
from guatu.delivery.supervision.packs import Pack
from guatu.delivery.supervision.replay import lights_of
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision.facts import Gathered, gather
from guatu.web.supervision.rows import columns_of, light_columns

# What is written at the close and read by boards: every other grouping is asked of the rows.
GROUPINGS: Final[tuple[tuple[Dimension, ...], ...]] = (
    (),
    (Dimension.COUNTY,),
    (Dimension.UNIT,),
    (Dimension.SECTOR,),
    (Dimension.SECTOR, Dimension.COUNTY),
)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A period as its close would have it, in the library's order."""

    gathered: Gathered
    rows: list[ClosedRow]
    # Project → its light; packages have that of their gravest part.
    lights: dict[str, LightState]
    # Projects that are summed.
    leaves: frozenset[str]

    @property
    def colours(self) -> dict[str, str]:
        return {pk: state.colour.value for pk, state in self.lights.items() if pk in self.leaves}


def work_out(period: ReportingPeriod, pack: Pack) -> WorkedOut:
    """What closing the period now would give."""
    gathered = gather(period)
    rows = close(gathered.knowns)
    states = lights_of(rows, pack, gathered.exemptions, previous=gathered.lights)
    lights = {state.project: state for state in states}
    summed = frozenset(row.project for row in leaves(rows))
    packages = [row for row in rows if row.project not in summed]
    lights |= _packages(packages, rows, lights, gathered.lights, pack)
    return WorkedOut(gathered, rows, lights, summed)


def _packages(
    packages: Sequence[ClosedRow],
    rows: Sequence[ClosedRow],
    lights: dict[str, LightState],
    before: dict[str, LightState],
    pack: Pack,
) -> dict[str, LightState]:
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.parent is not None:
            parts[row.parent].append(row.project)
    return {
        row.project: _package(row, _leaves_under(row.project, parts, lights), before, pack)
        for row in packages
    }


def _leaves_under(
    project: str, parts: dict[str, list[str]], lights: dict[str, LightState]
) -> list[LightState]:
    found, open_ones, seen = [], [project], {project}
    while open_ones:
        for part in parts.get(open_ones.pop(), ()):
            if part in lights:
                found.append(lights[part])
            elif part not in seen:
                seen.add(part)
                open_ones.append(part)
    return found


def _package(
    row: ClosedRow, parts: Sequence[LightState], before: dict[str, LightState], pack: Pack
) -> LightState:
    colour, reason = package_light(parts)
    previous = before.get(row.project)
    same = previous is not None and previous.colour is colour
    judged = colour in (Colour.RED, Colour.YELLOW, Colour.GREEN)
    return LightState(
        project=row.project,
        period=row.period,
        colour=colour,
        reasons=(reason,),
        before=previous.colour if previous else None,
        since=previous.since if previous is not None and same else row.period,
        judged=colour if judged else (previous.judged if previous else None),
        open_reds=(),
        pack=pack.code,
        pack_version=pack.version,
    )


def rollups_of(worked: WorkedOut) -> Iterator[tuple[str, Rollup]]:
    """The roll-ups that are written at the close: (by, roll-up)."""
    for by in GROUPINGS:
        name = grouping(by)
        if not by:
            yield name, whole(worked.rows, lights=worked.colours)
            continue
        for each in roll_up(worked.rows, by, lights=worked.colours):
            yield name, each


def grouping(by: Sequence[Dimension]) -> str:
    """A grouping's name: "sector,county"."""
    return ",".join(dimension.value for dimension in by)


def digest_of(worked: WorkedOut) -> str:
    """One number of all rows and lights, to tell whether two workings-out are the same."""
    found = hashlib.sha256()
    for row in worked.rows:
        found.update(_text(columns_of(row)))
        found.update(_text(light_columns(worked.lights[row.project])))
    return found.hexdigest()


def _text(values: dict[str, Any]) -> bytes:
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True).encode()
