"""Which periods are closed: those of the shortest cycle that the office runs, 旬 left out."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from guatu.web.reporting.models import Cycle, CycleKind, ReportingPeriod

# Shortest first. What happens in a 旬 goes into the month's figures.
CLOSED_KINDS: Final = (
    CycleKind.MONTH,
    CycleKind.QUARTER,
    CycleKind.HALF_YEAR,
    CycleKind.YEAR,
)


def shorter(kind: str) -> tuple[CycleKind, ...]:
    """The kinds of cycle that would be closed instead of this one; of a 旬 all are."""
    return CLOSED_KINDS[: CLOSED_KINDS.index(CycleKind(kind))] if kind in CLOSED_KINDS else ()


def closable(periods: QuerySet[ReportingPeriod]) -> QuerySet[ReportingPeriod]:
    """Those of ``periods`` that are closed: a quarter only where nothing shorter is running.

    One answer for the verb, the workbench and the board, in SQL.
    """
    running = Cycle.objects.filter(office=OuterRef("office"), active=True)
    return periods.filter(
        *(
            ~Q(cycle__kind=kind) | ~Exists(running.filter(kind__in=shorter(kind)))
            for kind in CLOSED_KINDS
        ),
        cycle__kind__in=CLOSED_KINDS,
    )
