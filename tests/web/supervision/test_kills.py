"""kill -9 in mid-close, twenty times: a period is closed whole or not at all, and once."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from killing import Installation, kill_at_work

ROOT = Path(__file__).parents[3]
KILLS = 20
# Closed by the job, in chunks of a hundred.
PROJECTS = 1_000
JOB = "supervision.close"

pytestmark = pytest.mark.slow

FILL = """
import sys; sys.path.insert(0, sys.argv[1])
from guatu.cli.desk import prepared; prepared()
import close_many
from guatu.web.people import sample
close_many.make_library(sample.load(), int(sys.argv[2]))
"""
# A month reported, and its close asked for.
CLOSE = """
import sys; sys.path.insert(0, sys.argv[1])
import close_many
from guatu.web.people import sample
from guatu.web.supervision.actions import close_period
city = sample.load()
close_period(close_many.make_report(city, int(sys.argv[2])), by=city.clerk)
"""
LOOK = """
import json
from guatu.web.people.models import TrailEntry
from guatu.web.people.trail import seal_now, verify_trail
from guatu.web.projects.models import Project
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision.models import Close, ClosedProject, ClosedRollup, Light
from guatu.web.supervision.queries.closes import current_close, rollups
def told(close):
    seen = current_close(close.period)
    return {
        "key": close.key,
        "state": close.state,
        "number": close.number,
        "rows": ClosedProject.objects.filter(close=close).count(),
        "lights": Light.objects.filter(close=close).count(),
        "rollups": ClosedRollup.objects.filter(close=close).count(),
        "version": close.period.version,
        "seen": rollups(seen)[0].leaves if seen else None,
        "trail": TrailEntry.objects.filter(verb="period.closed", object_id=str(close.pk)).count(),
        "digest": close.digest,
    }
seal_now()
print(json.dumps({
    "closes": [told(close) for close in Close.objects.order_by("pk")],
    "shown": list(Project.objects.order_by().values_list("reached_period", flat=True).distinct()),
    "lit": Project.objects.exclude(light="").count(),
    "chain": verify_trail().broken is None,
}))
"""
AGAIN = """
import json
from guatu.web.supervision.actions.closing import worked_out
from guatu.web.supervision.models import Close
from guatu.web.supervision.working import digest_of
print(json.dumps({
    "digests": [digest_of(worked_out(close)) for close in Close.objects.order_by("pk")],
}))
"""


def test_twenty_kills_close_each_period_once_and_whole(installation: Installation) -> None:
    guatu = installation
    guatu.run(FILL, str(ROOT / "benchmarks"), str(PROJECTS))
    chance = random.Random(5)
    inside, half_way, month = 0, 0, 0
    while inside < KILLS:
        with guatu.watch() as watch:
            over = not watch.open_jobs([JOB])
        if over:
            month += 1
            guatu.run(CLOSE, str(ROOT / "benchmarks"), str(month))
        job = kill_at_work(guatu, chance, JOB)
        inside += job is not None
        found = guatu.look(LOOK)
        half_way += 0 < found["closes"][-1]["rows"] < PROJECTS
        _whole_or_not_at_all(found)
    guatu.work_to_the_end(JOB)
    found = guatu.look(LOOK)
    _whole_or_not_at_all(found)
    print(f"\n{month} periods closed; {half_way} of the kills left some rows laid ready")
    assert half_way >= KILLS // 4
    assert {close["state"] for close in found["closes"]} == {"current"}
    again = guatu.look(AGAIN)["digests"]
    assert [close["digest"] for close in found["closes"]] == again, "as if nobody had been killed"


def _whole_or_not_at_all(found: dict[str, Any]) -> None:
    closes = found["closes"]
    *earlier, last = closes
    assert all(close["state"] == "current" for close in earlier)
    assert len({close["key"] for close in closes}) == len(closes), "one version for each period"
    assert {close["number"] for close in closes} == {1}
    whole = [close for close in closes if close["state"] == "current"]
    for close in whole:
        laid = (close["rows"], close["lights"], close["seen"], close["version"], close["trail"])
        assert laid == (PROJECTS, PROJECTS, PROJECTS, 1, 1)
        assert close["rollups"] == whole[0]["rollups"] > 0
    if last not in whole:
        assert (last["state"], last["seen"], last["version"], last["trail"], last["digest"]) == (
            "writing", None, 0, 0, "",
        )  # fmt: skip
    # The library shows the last whole close, all of it.
    assert found["lit"] == (PROJECTS if whole else 0)
    assert found["shown"] == [whole[-1]["key"] if whole else ""]
    assert found["chain"]
