"""Filters of a list: kept in the address, shown as chips that read as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TextFilter:
    """Words that must occur; ``/`` on the keyboard goes there."""

    name: str
    label: str
    hint: str = ""
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of several values, or several with ``many``."""

    name: str
    label: str
    choices: Choices
    many: bool = False
    # What stands in the box before one chooses.
    any: str = "不限"
    kind: str = field(default="choice", init=False)


Filter = TextFilter | ChoiceFilter


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in words, and the address of the list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Box:
    """A filter as it stands on the page."""

    filter: Filter
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


class FilterBar:
    """Reads the address; what it does not know or offer is left out, never an error."""

    def __init__(self, params: QueryDict, filters: Iterable[Filter]) -> None:
        self.params = params
        self.boxes = [Box(each, _values(each, params)) for each in filters]

    def chosen(self) -> dict[str, str]:
        """The value of every filter that is set (the first, where several are)."""
        return {box.filter.name: box.value for box in self.boxes if box.values}

    def all_chosen(self, name: str) -> tuple[str, ...]:
        """Every value of one filter."""
        return next(box.values for box in self.boxes if box.filter.name == name)

    @property
    def chips(self) -> list[Chip]:
        chips = []
        for box in self.boxes:
            words = dict(box.filter.choices) if isinstance(box.filter, ChoiceFilter) else {}
            for value in box.values:
                rest = self.params.copy()
                rest.pop("page", None)
                rest.setlist(box.filter.name, [v for v in box.values if v != value])
                label = box.filter.label
                chips.append(Chip(label, words.get(value, value), "?" + rest.urlencode()))
        return chips

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else stands in the address (the order of sorting): it stays when filters change."""
        known = {box.filter.name for box in self.boxes} | {"page"}
        return [(k, v) for k, vs in self.params.lists() if k not in known for v in vs]

    @property
    def cleared(self) -> str:
        """The address without any filter."""
        rest = QueryDict(mutable=True)
        for name, value in self.kept:
            rest.appendlist(name, value)
        return "?" + rest.urlencode()


def _values(wanted: Filter, params: QueryDict) -> tuple[str, ...]:
    given = [text.strip() for text in params.getlist(wanted.name) if text.strip()]
    if isinstance(wanted, TextFilter):
        return tuple(text[:100] for text in given[:1])
    offered = {value for value, _ in wanted.choices}
    known = [value for value in dict.fromkeys(given) if value in offered]
    return tuple(known if wanted.many else known[:1])
