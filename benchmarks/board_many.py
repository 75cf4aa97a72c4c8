"""Medians of the pages a clerk opens daily, on many projects with years of closed months.

    python benchmarks/board_many.py [projects, 30000] [months, 60]

Two months are closed by the desk's own verb; the further ones are copied in the tables (see
``months``), so that what is asked of one close is asked beside the rows of all. Works in a folder
of its own (or on ``GUATU_DATABASE``) and prints queries, milliseconds of process time and of the
clock, and the size of the answer.
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
KEY = "2026-02"
PAGES = (
    "/",
    "/projects/",
    "/projects/?light=red&sort=-investment",
    "/projects/{project}/",
    "/annual/{plan}/",
    "/reporting/",
    "/reporting/periods/{period}/",
    "/reporting/periods/{period}/projects/",
    "/reporting/periods/{period}/missing/",
    "/supervision/",
    "/supervision/rates/",
    "/supervision/targets/",
    "/supervision/projects/{project}/",
    "/board/{key}/",
    "/board/{key}/projects/",
    "/board/{key}/projects/?light=red&sort=-planned",
    "/board/{key}/projects/?event=worse",
    "/board/{key}/projects/?county=%E9%9D%92%E5%B7%9D%E5%8C%BA",
    "/board/{key}/why/reached/",
    "/board/{key}/leaders/",
    "/bulletins/",
    "/chart/",
    "/chart/data/",
    "/chart/data/?light=red",
    "/chart/data/?period=now",
)


def main(count: int, months: int) -> None:
    """Fill a folder of its own and measure there."""
    sys.path.insert(0, str(Path(__file__).parent))
    with tempfile.TemporaryDirectory(prefix="guatu-board-") as folder:
        os.environ["GUATU_DATA"] = folder
        from guatu.cli.desk import prepared

        prepared()
        fill(count, months)
        print(f"{count} projects × {months} closed months, medians of {ROUNDS}")
        measure()


def fill(count: int, months: int) -> None:
    """The sample city's library with so many more projects and closed months."""
    import close_many
    from django.core.management import call_command
    from months import earlier_months

    from guatu.web.page.worker import work_off
    from guatu.web.people import sample
    from guatu.web.supervision.actions import close_period
    from guatu.web.supervision.models import Close

    city = sample.load()
    close_many.make_library(city, count)
    for month in (1, 2):
        close_period(close_many.make_report(city, month), by=city.clerk)
        work_off()
    # The month that the office is at: reports come in, nothing is closed.
    close_many.make_report(city, 3)
    call_command("collectstatic", verbosity=0, interactive=False)
    earlier_months(Close.objects.get(key=KEY), months - 2)


def measure() -> None:
    """Print a line for each page."""
    from django.test import Client

    from guatu.web.annual.models import AnnualPlan
    from guatu.web.people.models import User
    from guatu.web.projects.models import Project
    from guatu.web.reporting.models import ReportingPeriod

    client = Client(headers={"host": "localhost"})
    client.force_login(
        User.objects.get(username="linjiang"), backend="django.contrib.auth.backends.ModelBackend"
    )
    known = {
        "key": KEY,
        "period": ReportingPeriod.objects.get(key="2026-03").pk,
        "plan": AnnualPlan.objects.get(year=2026).pk,
        "project": Project.objects.filter(leaf=True, position=50).values_list("pk")[0][0],
    }
    for page in PAGES:
        _measure(client, page.format(**known))


def _measure(client: Any, path: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    queries = len(asked)
    worked, waited = [], []
    for _round in range(ROUNDS):
        cpu, clock = time.process_time(), time.monotonic()
        client.get(path)
        worked.append(time.process_time() - cpu)
        waited.append(time.monotonic() - clock)
    print(
        f"{path:45} {queries:3} queries {statistics.median(worked) * 1000:8.0f} ms of process"
        f" {statistics.median(waited) * 1000:8.0f} ms {len(answer.content) / 1000:9.0f} kB",
        flush=True,
    )


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [30_000, 60][len(given) :]))
