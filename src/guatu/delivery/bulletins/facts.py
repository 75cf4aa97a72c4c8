"""Facts (数据项): every figure of a bulletin or a board by its id, with what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from guatu.delivery.bulletins.paper import Figure


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of a closed period.

    ``id`` is the same for the same question of the same period, whatever is printed of it:
    ``2026-10/county=东湖区/reached``. ``value`` is exact (whole 元, a count, a part, 百分点),
    ``words`` is what is printed, ``unit`` what stands behind it, ``definition`` says what it is
    and whose projects it counts, ``projects`` are the rows that it was made from.
    """

    id: str
    value: Fraction | int | None
    words: str
    unit: str
    definition: str
    projects: tuple[str, ...] = ()


class FactBook:
    """The facts of one period as they are used; the same id never says two things."""

    def __init__(self, period: str) -> None:
        self._period = period
        self._facts: dict[str, Fact] = {}

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Id → fact, in the order of first use."""
        return MappingProxyType(self._facts)

    def figure(
        self,
        place: str,
        name: str,
        value: Fraction | int | None,
        words: str | Decimal | int,
        unit: str,
        definition: str,
        projects: Iterable[str] = (),
    ) -> Figure:
        """Note a fact and give what is printed; ``place`` is ``all`` or ``county=东湖区``.

        Raises ``ValueError`` where the id was used for another value: a paper that says two
        things of one fact is a fault of the program.
        """
        fact = Fact(
            f"{self._period}/{place}/{name}", value, str(words), unit, definition, tuple(projects)
        )
        known = self._facts.setdefault(fact.id, fact)
        if (known.value, known.words) != (fact.value, fact.words):
            raise ValueError(f"{fact.id} is {known.words} and {fact.words}")
        return Figure(fact.id, fact.words)
