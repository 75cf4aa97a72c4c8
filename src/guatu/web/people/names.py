"""Printed names of units resolved to the directory (单位名称归一)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from guatu.web.people.models import Unit, UnitAlias

How = Literal["exact", "alias", "abbreviation"]

_FILLING: Final = re.compile(r"[和与及、·\s()（）“”\"]")
_TAIL_ROLE: Final = re.compile(
    r"[(（](?:总?牵头(?:单位)?|主办|配合(?:单位)?|协助|协办|参与|责任单位)[)）]$"
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """One unit is meant."""

    name: str
    unit_id: int
    unit_name: str
    how: How


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be meant."""

    unit_id: int
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several units bear this name: a person must say which."""

    name: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No unit of the directory is called so."""

    name: str


Resolution = Resolved | Ambiguous | Unknown


def cleaned(name: str) -> str:
    """The name without blanks, width and the role in brackets behind it."""
    # Taking blanks away can bring an accent to its letter: composed once more.
    name = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    name = unicodedata.normalize("NFKC", name).strip("、，,;；。")
    return _TAIL_ROLE.sub("", name)


@cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    """The names of organs with their short forms, the same table that the plan check uses."""
    data = tomllib.loads(files("guatu.checks").joinpath("units.toml").read_text("utf-8"))
    short = {
        full: brief
        for table in ("names", "suffixes")
        for brief, fulls in data[table].items()
        for full in fulls
    }
    longest_first = sorted(short, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), short


def normal_form(name: str, place: str = "") -> str:
    """The shortest known form: 市发展和改革委员会, 市发展改革委 and 临江市发改委 are one.

    ``place`` is the city whose name a plan leaves out: 临江市财政局 is printed 市财政局.
    """
    name = cleaned(name)
    if place and name.startswith(place) and len(name) > len(place):
        name = place[-1] + name[len(place) :]
    pattern, short = _abbreviations()
    name = pattern.sub(lambda found: short[found[0]], name)
    return _FILLING.sub("", name)


class Directory:
    """All names of the directory in memory: resolves any number of names with two queries."""

    def __init__(self) -> None:
        units = list(
            Unit.objects.filter(merged_into__isnull=True)
            .select_related("region", "office__region")
            .order_by("position", "name")
        )
        self._units = {unit.pk: unit for unit in units}
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._alias: dict[str, set[int]] = defaultdict(set)
        self._normal: dict[str, set[int]] = defaultdict(set)
        for unit in units:
            self._exact[cleaned(unit.name)].add(unit.pk)
            if unit.short_name:
                self._alias[cleaned(unit.short_name)].add(unit.pk)
            for name in filter(None, (unit.name, unit.short_name)):
                self._normal[normal_form(name, _place(unit))].add(unit.pk)
        for name, pk in UnitAlias.objects.filter(unit__merged_into__isnull=True).values_list(
            "name", "unit_id"
        ):
            self._alias[cleaned(name)].add(pk)
            self._normal[normal_form(name, _place(self._units[pk]))].add(pk)
        places = {_place(unit) for unit in units} - {""}
        # One city keeps the directory as a rule; with several, names must carry theirs.
        self._place = places.pop() if len(places) == 1 else ""

    def resolve(self, name: str) -> Resolution:
        """Exact name first, then a learnt alias, then the abbreviations of organs."""
        wanted = cleaned(name)
        tries: tuple[tuple[How, set[int]], ...] = (
            ("exact", self._exact.get(wanted, set())),
            ("alias", self._alias.get(wanted, set())),
            ("abbreviation", self._normal.get(normal_form(wanted, self._place), set())),
        )
        for how, found in tries:
            if len(found) == 1:
                unit = self._units[next(iter(found))]
                return Resolved(name, unit.pk, unit.name, how)
            if found:
                return Ambiguous(name, tuple(self._candidates(found)))
        return Unknown(name)

    def matching(self, words: str) -> set[int]:
        """Units one of whose names holds these words once both are abbreviated: 市住建."""
        wanted = normal_form(words, self._place)
        return {pk for name, found in self._normal.items() if wanted in name for pk in found}

    def _candidates(self, found: set[int]) -> Iterable[Candidate]:
        for pk in self._units:
            if pk in found:
                unit = self._units[pk]
                yield Candidate(pk, unit.name, unit.region.name if unit.region else "")


def _place(unit: Unit) -> str:
    region = unit.office.region
    return region.name if region is not None else ""


def resolve_unit(name: str) -> Resolution:
    """One printed name; for many use ``Directory()`` once."""
    return Directory().resolve(name)


def resolve_units(names: Iterable[str]) -> dict[str, Resolution]:
    """Many printed names with two queries in all."""
    directory = Directory()
    return {name: directory.resolve(name) for name in names}


_BETWEEN: Final = re.compile(
    r"[、，,;；\n]|(?:(?:总?牵头|责任|配合|主管|协办)单位|责任部门|牵头)[:：]"
)


def split_names(text: str) -> list[str]:
    """The names of a list as it is printed: 市发展改革委、市财政局（牵头），各县（区）人民政府."""
    # Brackets hold what belongs to the name; a pair around the whole list does not.
    text = text.strip().strip("。（）()")
    names = (cleaned(part).strip("()。") if part else "" for part in _BETWEEN.split(text))
    return list(dict.fromkeys(name for name in names if name))
