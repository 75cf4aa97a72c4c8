"""kill -9 in mid-issue, twenty times: a bulletin is issued whole or not at all, and once."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from typing import Any

import pytest
from killing import Installation, kill_at_work

from guatu.delivery.bulletins.pdf import can_convert

KILLS = 20
PDF = "bulletins.pdf"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is POSIX"),
]

# The sample city with January closed and its bulletin drafted.
FILL = """
from guatu.cli.desk import prepared; prepared()
from guatu.web import sample
from guatu.web.bulletins import actions
from guatu.web.bulletins.sample import particulars
from guatu.web.reporting.sample import report_month
from guatu.web.supervision.sample import close_month
city = sample.load_library()
close = close_month(city, report_month(city, "2026-01"))
actions.draft(close, by=city.clerk, particulars=particulars(city))
"""
# The clerk's form, sent to the view; the process kills itself at a given moment of the request.
# A moment is a statement to the database, or the time before or after a COMMIT.
ISSUE = """
import json, os, signal, sys
from datetime import date
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from guatu.web.bulletins.models import Bulletin
from guatu.web.people.models import User
settings.ALLOWED_HOSTS = ["testserver"]
timezone.localdate = lambda *given: date(2026, 2, 9)
at, token = sys.argv[1], sys.argv[2]
moment, first, wrote = 0, 0, []

def next_moment(what):
    global moment
    moment += 1
    if str(moment) == at or what == at:
        os.write(1, json.dumps([first, moment, len(wrote)]).encode())
        os.kill(os.getpid(), signal.SIGKILL)

def statement(execute, sql, params, many, context):
    global first
    next_moment("statement")
    if sql.startswith(("INSERT", "UPDATE")):
        first = first or moment
        wrote.append(sql)
    return execute(sql, params, many, context)

def commit(really=connection._commit):
    next_moment("before commit")
    really()
    next_moment("after commit")

bulletin = Bulletin.objects.get()
client = Client(SERVER_NAME="testserver")
client.force_login(User.objects.get(username="linjiang"),
                   backend="django.contrib.auth.backends.ModelBackend")
connection.execute_wrappers.append(statement)
connection._commit = commit
answer = client.post(f"/bulletins/{bulletin.pk}/issue/", {
    "number": "临补短板办〔2026〕5号", "on": "2026-02-09", "untouched": "1", "form_token": token})
assert answer.status_code == 302, answer.content.decode()
print(answer.url)
"""
LOOK = """
import hashlib, json
from guatu.web.bulletins.models import Bulletin
from guatu.web.page.models import Job, SubmittedForm
from guatu.web.people.models import TrailEntry
from guatu.web.people.trail import seal_now, verify_trail
from guatu.web.projects import files
seal_now()
made = Bulletin.objects.get()
finals = list(made.files.filter(kind="final"))
print(json.dumps({
    "state": made.state,
    "period": made.period.state,
    "number": made.number,
    "issued": bool(made.issued_on and made.issued_by and made.issued_at),
    "finals": len(finals),
    "trail": sorted(TrailEntry.objects.filter(verb__in=("bulletin.issued", "period.issued"))
                    .values_list("verb", flat=True)),
    "forms": SubmittedForm.objects.count(),
    "jobs": Job.objects.filter(kind="bulletins.pdf").count(),
    "pdfs": made.files.filter(kind="pdf").count(),
    "damaged": [file.name for file in made.files.all()
                if hashlib.sha256(files.read(file.stored)).hexdigest() != file.digest],
    "chain": verify_trail().broken is None,
}))
"""
BEFORE: dict[str, Any] = {
    "state": "draft", "period": "closed", "number": "", "issued": False, "finals": 0, "trail": [],
    "forms": 0, "jobs": 0, "pdfs": 0, "damaged": [], "chain": True,
}  # fmt: skip
AFTER: dict[str, Any] = BEFORE | {
    "state": "issued", "period": "issued", "number": "临补短板办〔2026〕5号", "issued": True,
    "finals": 1, "trail": ["bulletin.issued", "period.issued"], "forms": 1,
    "jobs": int(can_convert()),
}  # fmt: skip


def test_twenty_kills_issue_a_bulletin_once_and_whole(installation: Installation) -> None:
    guatu = installation
    guatu.run(FILL)
    assert guatu.look(LOOK) == BEFORE
    # The first kill finds out how long the transaction is.
    first, commit, _wrote = _killed(guatu, "before commit")
    assert guatu.look(LOOK) == BEFORE
    moments = [first + (commit - first) * n // (KILLS - 3) for n in range(KILLS - 2)]
    written = set()
    for moment in moments:
        written.add(_killed(guatu, str(moment))[2])
        assert guatu.look(LOOK) == BEFORE, moment
    assert max(written) > len(written) // 2 > 3, "the kills are spread over what is written"
    _killed(guatu, "after commit")
    assert guatu.look(LOOK) == AFTER
    # The same form again, as a browser's reload does, and a new one: both led to the bulletin.
    page = guatu.run(ISSUE, "never", "form")
    assert guatu.run(ISSUE, "never", "another form") == page
    assert guatu.look(LOOK) == AFTER


@pytest.mark.skipif(not can_convert(), reason="there is no LibreOffice to make a PDF")
def test_kills_in_mid_conversion_leave_one_pdf(installation: Installation) -> None:
    guatu = installation
    guatu.run(FILL)
    guatu.run(ISSUE, "never", "form")
    chance = random.Random(2)
    for _kill in range(3):
        assert kill_at_work(guatu, chance, PDF, most=0, within=0.5)
        assert guatu.look(LOOK) == AFTER
    guatu.work_to_the_end(PDF)
    assert guatu.look(LOOK) == AFTER | {"pdfs": 1}


def _killed(guatu: Installation, at: str) -> tuple[int, int, int]:
    """Send the form and die ``at`` a moment: which were the first write, the death; writes made."""
    clerk = subprocess.run(
        guatu.script(ISSUE, at, "form"), env=guatu.env, capture_output=True, timeout=240
    )
    assert clerk.returncode == -signal.SIGKILL, clerk.stderr.decode()
    first, moment, wrote = json.loads(clerk.stdout)
    return first, moment, wrote
