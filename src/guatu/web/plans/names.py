"""Names of units in a ledger: which there are, and what each means."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from guatu.web.people.names import Ambiguous, Candidate, Directory, Resolved
from guatu.web.plans.models import Entry, Kind, Plan, PrintedName
from guatu.web.plans.rows import JsonObject


class NamesOf:
    """What the names printed in a plan mean: as a person said, else as the directory knows."""

    def __init__(self, plan: Plan) -> None:
        self.decided: dict[str, int | None] = dict(
            PrintedName.objects.filter(plan=plan).values_list("name", "means_id")
        )
        self._directory = Directory()

    def pending(self, name: str) -> bool:
        """Whether a person must still say what it means."""
        if name in self.decided:
            return False
        return not isinstance(self._directory.resolve(name), Resolved)

    def unit_id(self, name: str) -> int | None:
        """The unit, or None where the name names none."""
        if name in self.decided:
            return self.decided[name]
        found = self._directory.resolve(name)
        return found.unit_id if isinstance(found, Resolved) else None

    def unit_name(self, name: str) -> str:
        """The full name of the unit the directory takes it for, or nothing."""
        found = self._directory.resolve(name)
        return found.unit_name if isinstance(found, Resolved) else ""

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """Which units may be meant."""
        found = self._directory.resolve(name)
        return found.candidates if isinstance(found, Ambiguous) else ()


def printed_names(entries: Sequence[Entry]) -> Counter[str]:
    """How often each name is printed, in the order of the plan."""
    counts: Counter[str] = Counter()
    for entry in entries:
        if entry.kind == Kind.DUTY:
            counts[entry.quote] += 1
        elif entry.kind == Kind.TASK:
            counts.update(part["unit"] for part in entry.fields.get("units", ()))
    return counts


def pending_names(entries: Sequence[Entry], names: NamesOf) -> list[str]:
    """Names that a person must still settle."""
    return [name for name in printed_names(entries) if names.pending(name)]


def units_by_entry(entries: Sequence[Entry]) -> Iterator[tuple[Entry, list[JsonObject]]]:
    """Each entry with the units that answer for it.

    A task names its own; a target or project has those of its task, else those of its section or
    the nearest section above that names any; a duty is one itself.
    """
    tasks = {entry.pk: entry for entry in entries if entry.kind == Kind.TASK}
    sections: dict[str, list[JsonObject]] = defaultdict(list)
    for entry in entries:
        if entry.kind == Kind.DUTY:
            sections[entry.section].append({"unit": entry.quote, "role": entry.fields["role"]})
    for entry in entries:
        match entry.kind:
            case Kind.DUTY:
                yield entry, [{"unit": entry.quote, "role": entry.fields["role"]}]
            case Kind.TASK:
                yield entry, _once(entry.fields.get("units") or ())
            case Kind.TARGET | Kind.PROJECT:
                task = tasks.get(entry.part_of_id) if entry.part_of_id else None
                own = task.fields.get("units") if task else None
                yield entry, _once(own or _of_section(sections, entry.section))
            case _:
                continue


def _once(parts: Sequence[JsonObject]) -> list[JsonObject]:
    """Each unit once, with the first role it is named in."""
    seen: dict[str, JsonObject] = {}
    for part in parts:
        seen.setdefault(part["unit"], part)
    return list(seen.values())


def _of_section(sections: dict[str, list[JsonObject]], path: str) -> list[JsonObject]:
    while path:
        if path in sections:
            return sections[path]
        path = path.rpartition("/")[0]
    return []
