"""Another clerk at work meanwhile: writes, or reads, every 50 ms and notes how long each waited.

``python -m benchmarks.desk.probes writer LOG`` runs until its standard input closes.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Final

PAUSE: Final = {"writer": 0.05, "reader": 0.25}


def write() -> None:
    """A small write of a clerk: a saved filter, in a transaction of its own."""
    from django.db import transaction

    from guatu.web.people.models import User
    from guatu.web.projects.models import SavedFilter

    by = User.objects.get(username="linjiang")
    with transaction.atomic():
        SavedFilter.objects.update_or_create(
            by=by, name="测量", defaults={"office_id": by.office_id, "query": str(time.time())}
        )


def read() -> None:
    """The list's first page and its totals, as a clerk opens it."""
    from django.http import QueryDict

    from guatu.web.people.models import User
    from guatu.web.projects.queries import library

    by = User.objects.select_related("office").get(username="linjiang")
    found = library.found_projects(by.office, {})
    library.projects(found, QueryDict(), library.sums(found).rows)


def main(kind: str, log: Path) -> None:
    """One line a turn: when it began (monotonic clock) and how many seconds it took."""
    from guatu.cli.desk import started

    started()
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    turn = {"writer": write, "reader": read}[kind]
    turn()
    print("ready", flush=True)
    with log.open("w") as notes:
        while not stop.wait(PAUSE[kind]):
            begun = time.monotonic()
            turn()
            notes.write(json.dumps([begun, time.monotonic() - begun]) + "\n")
            notes.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
