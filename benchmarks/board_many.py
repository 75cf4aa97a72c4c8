"""Medians of board, list and chart on many closed projects.

    python benchmarks/board_many.py [projects, 30000] [months, 12]

Two months are closed by the desk's own verb; the further ones are copies of the second in the
tables, so that what is asked of one close is asked beside the rows of all. Works in a folder of
its own (or on ``GUATU_DATABASE``) and prints milliseconds of process time and of the clock.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 5
PAGES = (
    "/board/{key}/",
    "/board/{key}/projects/",
    "/board/{key}/projects/?light=red&sort=-planned",
    "/board/{key}/why/reached/",
    "/board/{key}/leaders/",
    "/chart/",
    "/chart/data/",
    "/chart/data/?light=red",
)


def main(count: int, months: int) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    with tempfile.TemporaryDirectory(prefix="guatu-board-") as folder:
        os.environ["GUATU_DATA"] = folder
        from guatu.cli.desk import prepared

        prepared()
        _run(count, months)


def _run(count: int, months: int) -> None:
    import close_many
    from django.core.management import call_command
    from django.test import Client

    from guatu.web.page.worker import work_off
    from guatu.web.people import sample
    from guatu.web.supervision.actions import close_period
    from guatu.web.supervision.models import Close

    city = sample.load()
    close_many.make_library(city, count)
    for month in (1, 2):
        close_period(close_many.make_report(city, month), by=city.clerk)
        work_off()
    call_command("collectstatic", verbosity=0, interactive=False)
    close = Close.objects.get(key="2026-02")
    _copy(close, months - 2)
    client = Client(headers={"host": "localhost"})
    client.force_login(city.clerk, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{count} projects × {months} closed months, medians of {ROUNDS}")
    for page in PAGES:
        path = page.format(key="2026-02")
        _measure(client, path)


def _measure(client: Any, path: str) -> None:
    worked, waited, size = [], [], 0
    for _round in range(ROUNDS):
        cpu, clock = time.process_time(), time.monotonic()
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        size = len(answer.content)
        worked.append(time.process_time() - cpu)
        waited.append(time.monotonic() - clock)
    print(
        f"{path:45} {statistics.median(worked) * 1000:8.0f} ms of process"
        f" {statistics.median(waited) * 1000:8.0f} ms {size / 1000:9.0f} kB"
    )


def _copy(close: Any, times: int) -> None:
    """Further closes with the same rows and lights, each of an earlier year's month."""
    from django.db import connection

    from guatu.web.reporting.models import ReportingPeriod
    from guatu.web.supervision.models import Close, ClosedProject, Light

    for number in range(times):
        year, month = 2025 - number // 12, 12 - number % 12
        period = ReportingPeriod.objects.create(
            cycle=close.period.cycle, office=close.office, key=f"{year}-{month:02d}",
            start=f"{year}-{month:02d}-01", end=f"{year}-{month:02d}-28",
            due=f"{year}-{month:02d}-28", opened_by=close.by, state="closed",
        )  # fmt: skip
        made = Close.objects.create(
            period=period, office=close.office, key=period.key, number=1, state="current",
            pack_code=close.pack_code, pack_version=1, pack=close.pack, by=close.by,
        )  # fmt: skip
        for model in (ClosedProject, Light):
            table = model._meta.db_table
            columns = [
                field.column
                for field in model._meta.concrete_fields
                if field.column not in ("id", "close_id")
            ]
            names = ", ".join(f'"{column}"' for column in columns)
            with connection.cursor() as cursor:
                cursor.execute(
                    f'INSERT INTO "{table}" ("close_id", {names})'
                    f' SELECT %s, {names} FROM "{table}" WHERE "close_id" = %s',
                    [made.pk, close.pk],
                )


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [30_000, 12][len(given) :]))
