"""kill -9 in mid-issue, twenty times: a bulletin is issued whole or not at all, and once."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
KILLS = 20
pytestmark = pytest.mark.slow

FILL = """
from guatu.cli.desk import prepared; prepared()
from guatu.web import sample
sample.load()
"""
ISSUE = """
from guatu.cli.desk import started; started()
from datetime import date
from guatu.web.bulletins import actions
from guatu.web.bulletins.models import Bulletin
from guatu.web.people.models import User
by = User.objects.get(username="linjiang")
made = Bulletin.objects.get(period__key="2026-10")
on, number = date(2026, 11, 9), "临补短板办〔2026〕14号"
docx = actions.printed_docx(made, number=number, on=on)
actions.issue(made, by=by, number=number, on=on, untouched=docx, today=on, pdf=False)
"""
LOOK = """
from guatu.cli.desk import started; started()
import json
from guatu.web.bulletins.models import Bulletin
from guatu.web.people.models import TrailEntry
made = Bulletin.objects.get(period__key="2026-10")
mine = TrailEntry.objects.filter(object_id=str(made.pk), verb="bulletin.issued")
print(json.dumps([made.state, made.period.state, made.files.filter(kind="final").count(),
    mine.count(), bool(made.number)]))
"""


def _python(env: dict[str, str], program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], env=env, check=True, capture_output=True, text=True
    )
    return run.stdout.splitlines()[-1] if run.stdout else ""


def test_twenty_kills_issue_a_bulletin_once_and_whole(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUATU_")}
    env = kept | {
        "GUATU_DATA": str(tmp_path / "data"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), kept.get("PYTHONPATH")])),
        "DJANGO_SETTINGS_MODULE": "guatu.web.settings",
    }
    _python(env, FILL)
    chance = random.Random(7)
    began = time.monotonic()
    _python(env, LOOK)
    start = time.monotonic() - began
    for _kill in range(KILLS):
        clerk = subprocess.Popen([sys.executable, "-c", ISSUE], env=env)
        # Anywhere from the start of the work to behind its end.
        time.sleep(start * (0.7 + chance.random() * 1.3))
        clerk.send_signal(signal.SIGKILL)
        clerk.wait()
        found: list[Any] = json.loads(_python(env, LOOK))
        whole = found[0] == "issued"
        assert found == (
            ["issued", "issued", 1, 1, True] if whole else ["draft", "closed", 0, 0, False]
        )
    _python(env, ISSUE)
    _python(env, ISSUE)
    assert json.loads(_python(env, LOOK)) == ["issued", "issued", 1, 1, True]
