"""A large sheet staged, applied, brought in again with every row changed, and undone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Phase:
    """A step of the import: seconds, what this process computed, the longest lock it held."""

    name: str
    began: float
    seconds: float
    busy: float
    held: float
    held_busy: float


@dataclass(frozen=True, slots=True)
class Waits:
    """How another clerk fared during a phase: turns, the usual and the longest wait in seconds."""

    turns: int
    median: float
    longest: float


def baseline(path: Path) -> dict[str, float]:
    """calamine and one bulk_create, nothing else: the least that an import could cost."""
    import python_calamine
    from django.db import transaction

    from guatu.web.people.models import Office
    from guatu.web.projects.models import Project

    begun = time.monotonic()
    rows = python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()[2:]
    opened = time.monotonic()
    office = Office.objects.get()
    with transaction.atomic():
        Project.objects.bulk_create(
            [
                Project(
                    office=office, name=row[1], code=row[2], section=row[4], place=row[6],
                    owner_name=row[7], unit_name=row[8], person=row[9], phone=row[10],
                    leader=row[11], scale=row[15], investment=int(row[16]) * 10_000,
                    year_investment=int(row[17]) * 10_000, stage="building",
                )
                for row in rows
            ],
            batch_size=500,
        )  # fmt: skip
    busy = time.process_time()
    return {
        "calamine": opened - begun,
        "bulk_create": time.monotonic() - opened,
        "both, busy since Python started": busy,
    }


@contextmanager
def others(folder: Path) -> Iterator[dict[str, Path]]:
    """A writer and a reader beside us, each a process of its own."""
    logs = {kind: folder / f"{kind}.jsonl" for kind in ("writer", "reader")}
    running = []
    for kind, log in logs.items():
        command = [sys.executable, "-m", "benchmarks.desk.probes", kind, str(log)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdin is not None and child.stdout is not None
        child.stdout.readline()
        running.append(child)
    try:
        yield logs
    finally:
        for child in running:
            assert child.stdin is not None
            child.stdin.close()
            child.wait(60)


def waits(log: Path, phase: Phase) -> Waits:
    """The turns that touched the phase."""
    ends = phase.began + phase.seconds
    turns = [json.loads(line) for line in log.read_text().splitlines()]
    took = sorted(t for at, t in turns if at + t >= phase.began and at <= ends)
    if not took:
        return Waits(0, 0.0, 0.0)
    return Waits(len(took), took[len(took) // 2], took[-1])


class Course:
    """One office's import from the file to the undo, each step timed."""

    def __init__(self) -> None:
        from guatu.web.people.models import User

        self.by = User.objects.get(username="linjiang")
        self.phases: list[Phase] = []
        self.locks: list[tuple[float, float]] = []
        self._watch_locks()

    def _watch_locks(self) -> None:
        from guatu.web.page.jobs import Run

        real = Run.commit

        @contextmanager
        def commit(run: Run, **words: Any) -> Iterator[None]:
            with real(run, **words):
                begun, busy = time.monotonic(), time.process_time()
                yield
            self.locks.append((time.monotonic() - begun, time.process_time() - busy))

        Run.commit = commit  # type: ignore[method-assign]

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        self.locks = []
        began, busy = time.monotonic(), time.process_time()
        yield
        seconds, computed = time.monotonic() - began, time.process_time() - busy
        held = [max(each) for each in zip(*self.locks, strict=True)] or [0.0, 0.0]
        took = Phase(name, began, seconds, computed, *held)
        self.phases.append(took)
        print(f"    {name}: {took.seconds:.1f} s (busy {took.busy:.1f})", flush=True)

    def bring(self, path: Path, what: str) -> Any:
        """Hand in, stage and apply a sheet; the import."""
        from guatu.delivery.projects.heads import Mapping
        from guatu.web.page.worker import work_off
        from guatu.web.projects import files
        from guatu.web.projects.actions import importing

        with self.timed(f"{what}: look at the file"):
            data = path.read_bytes()
            sheets = importing.look_at(data, path.name)
            stored = files.keep(data, "imports", "sheet")
            job = importing.hand_in(by=self.by, name=path.name, stored=stored, sheets=sheets)
        mapping = Mapping.from_json(job.mapping["chosen"])
        with self.timed(f"{what}: stage"):
            importing.stage(
                job, by=self.by, sheet=job.sheet, mapping=mapping, chosen=mapping.fields,
                units=mapping.units, year=mapping.year, whole=False,
            )  # fmt: skip
            work_off()
        job.refresh_from_db()
        print("     ", job.state, job.summary.get("counts"), flush=True)
        with self.timed(f"{what}: apply"):
            importing.apply(job, by=self.by)
            work_off()
        job.refresh_from_db()
        assert job.state == "applied", job.summary
        return job

    def undo(self, job: Any, what: str) -> None:
        """Take it back."""
        from guatu.web.page.worker import work_off
        from guatu.web.projects.actions import importing

        with self.timed(f"{what}: undo"):
            importing.undo(job, by=self.by)
            work_off()
        job.refresh_from_db()
        assert job.state == "undone", job.summary
