"""What every extractor is given: the outline, the plan's own data, numbers and dates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from guatu.ledger.records import PlanInfo
from guatu.reading.outline import Outline
from guatu.reading.plan_info import plan_of, settled
from guatu.text.periods import Period, periods_in
from guatu.text.quantities import Quantity, quantities_in


@dataclass(frozen=True, slots=True)
class Material:
    """The plan laid out for the extractors; all offsets refer to ``outline.text``.

    ``quantities`` and ``periods`` are all numbers and dates of the text, in order, with their
    starts beside them for bisection.
    """

    outline: Outline
    plan: PlanInfo
    quantities: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    quantity_starts: tuple[int, ...]
    period_starts: tuple[int, ...]

    def periods_in(self, start: int, end: int) -> tuple[Period, ...]:
        """The periods that begin within ``[start, end)``."""
        starts = self.period_starts
        return self.periods[bisect_left(starts, start) : bisect_left(starts, end)]

    def quantities_in(self, start: int, end: int) -> tuple[Quantity, ...]:
        """The quantities that begin within ``[start, end)``."""
        starts = self.quantity_starts
        return self.quantities[bisect_left(starts, start) : bisect_left(starts, end)]

    def last_period(self, start: int, end: int) -> Period | None:
        """The last period that begins within ``[start, end)``, if any."""
        i = bisect_right(self.period_starts, end - 1) - 1
        return self.periods[i] if i >= 0 and self.periods[i].start >= start else None


def material_of(outline: Outline) -> Material:
    """The material of one plan: its own data, and every number and date of its text."""
    plan = plan_of(outline)
    stated = (plan.start, plan.end) if plan.start and plan.end else None
    periods = tuple(periods_in(outline.norm, issued=plan.issued, plan=stated))
    quantities = tuple(quantities_in(outline.norm))
    return Material(
        outline,
        settled(plan, periods),
        quantities,
        periods,
        tuple([quantity.start for quantity in quantities]),
        tuple([period.start for period in periods]),
    )
