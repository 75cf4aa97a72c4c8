"""Close two months of many projects, and see how long another writer waits meanwhile.

    python benchmarks/close_many.py [projects, 30000]

Works in a folder of its own (or on ``GUATU_DATABASE``) and prints seconds. The second month is
the one to look at: it has the first one's rows and lights to go on from.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from datetime import date
from typing import Any

_WAN = 10_000
_CHUNK = 500


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="guatu-close-") as folder:
        os.environ["GUATU_DATA"] = folder
        from guatu.cli.desk import prepared

        prepared()
        run(count)


def run(count: int) -> None:
    """Close two months where the settings point, and print."""
    from django.db import connection

    from guatu.web.board.queries.standings import groups_of
    from guatu.web.page.worker import work_off
    from guatu.web.people import sample
    from guatu.web.supervision.actions import close_period
    from guatu.web.supervision.models import Light
    from guatu.web.supervision.queries.closes import closed_month, current_close

    city = sample.load()
    _measured(f"{count} projects made", lambda: make_library(city, count))
    left = _pauses()
    for month in (1, 2):
        period = make_report(city, month)
        waits: list[float] = []
        stop = threading.Event()
        other = threading.Thread(target=_write, args=(stop, waits))
        close_period(period, by=city.clerk)
        other.start()
        left.clear()
        began, worked = time.monotonic(), time.process_time()
        work_off()
        print(
            f"{period.key}: closed in {time.monotonic() - began:.1f} s"
            f" ({time.process_time() - worked:.1f} s of process time,"
            f" {sum(left):.1f} s left free to others)"
        )
        stop.set()
        other.join()
        print(f"  another writer: {len(waits)} writes, longest wait {max(waits):.2f} s")
        close = current_close(period)
        assert close is not None and Light.objects.filter(close=close).count() == count
        _measured(
            "  closed_month, every row and light (a draft bulletin)",
            lambda period=period: closed_month(period),
        )
        _measured(
            "  groups_of, the roll-ups as they were written (the board)",
            lambda close=close: groups_of(close),
        )
    connection.close()


def _pauses() -> list[float]:
    """How long the job sleeps between two locks, from now on."""
    from guatu.web.page import jobs

    left: list[float] = []
    sleep = time.sleep

    def noted(seconds: float) -> None:
        left.append(seconds)
        sleep(seconds)

    jobs.sleep = noted
    return left


def _measured(words: str, do: Any) -> None:
    began = time.monotonic()
    do()
    print(f"{words}: {time.monotonic() - began:.3f} s")


def _write(stop: threading.Event, waits: list[float]) -> None:
    """Somebody who saves a form every tenth of a second."""
    from django.db import OperationalError, connection, transaction

    from guatu.web.page.models import SubmittedForm

    while not stop.is_set():
        began = time.monotonic()
        # One that gave up after its 30 seconds waited at least so long.
        with contextlib.suppress(OperationalError), transaction.atomic():
            SubmittedForm.objects.create(token=f"{began}")
        waits.append(time.monotonic() - began)
        time.sleep(0.1)
    connection.close()


def make_library(city: Any, count: int) -> None:
    """So many projects in an issued plan, and a monthly cycle."""
    from guatu.web.annual.models import AnnualPlan, IssuedLine, PlanState
    from guatu.web.projects.models import Project
    from guatu.web.reporting.models import Cycle, CycleKind, DueKind

    units, regions = list(city.units.values()), list(city.regions.values())
    Project.objects.bulk_create(
        [
            Project(
                office=city.office,
                name=f"第{number}号项目",
                position=number,
                section=f"类别{number % 12}",
                region=regions[number % len(regions)],
                unit=units[number % len(units)],
                investment=(number % 50 + 1) * 1000 * _WAN,
                start=date(2025 + number % 2, number % 12 + 1, 1),
                finish=date(2027, 12, 1),
                stage="building",
            )
            for number in range(count)
        ],
        batch_size=_CHUNK,
    )
    plan = AnnualPlan.objects.create(
        office=city.office, year=2026, state=PlanState.ISSUED, number="1号", issued_on="2026-01-01"
    )
    projects = Project.objects.filter(office=city.office).iterator()
    IssuedLine.objects.bulk_create(
        [
            IssuedLine(
                plan=plan,
                project=project,
                project_name=project.name,
                investment=(project.investment or 0) // 3,
                start=project.start,
                finish=project.finish,
            )
            for project in projects
        ],
        batch_size=_CHUNK,
    )
    Cycle.objects.create(
        office=city.office, name="月报", source_name="示例", kind=CycleKind.MONTH, due_count=5,
        due_kind=DueKind.WORKDAY, created_by=city.clerk,
    )  # fmt: skip


def make_report(city: Any, month: int) -> Any:
    """A month opened and reported; one project of twenty says nothing."""
    from guatu.delivery.periods import Period
    from guatu.web.projects.models import Project
    from guatu.web.reporting.models import Ask, Cycle, PeriodUnit, Report, ReportingPeriod

    period = Period.parse(f"2026-{month:02d}")
    made = ReportingPeriod.objects.create(
        cycle=Cycle.objects.get(), office=city.office, key=period.key, start=period.start,
        end=period.end, due=period.end, opened_by=city.clerk,
    )  # fmt: skip
    units = {
        unit.pk: PeriodUnit.objects.create(period=made, unit=unit) for unit in city.units.values()
    }
    asks, reports = [], []
    for project in Project.objects.filter(office=city.office):
        unit = units[project.unit_id]
        asks.append(Ask(period=made, period_unit=unit, project=project, fields=["reached_year"]))
        if project.position % 20 == 3:
            continue
        done = (project.investment or 0) // 3 * month * (project.position % 13) // 120
        reports.append(
            Report(
                period=made,
                period_unit=unit,
                project=project,
                reached_year=done,
                started_on=project.start if project.start.year < 2026 else None,
                stage="building",
                how="sheet",
                received_on=period.end,
                by=city.clerk,
            )
        )
    Ask.objects.bulk_create(asks, batch_size=_CHUNK)
    Report.objects.bulk_create(reports, batch_size=_CHUNK)
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
