"""Background jobs (后台任务): durable, taken up again after a kill, done once by their key.

A job is a row. A worker leases it, renews the lease while it works, and whoever finds a lease
that ran out takes the job over. What a handler writes it commits together with the job's cursor
(``Run.commit``), and only while it still holds the lease: a job killed at any moment goes on
where its last commit left it, and no effect happens twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from time import sleep
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from guatu.web.page import hooks
from guatu.web.page.models import Job, JobState, SubmittedForm, Worker
from guatu.web.page.uploads import sweep_halves

_KEEP_FORMS: Final = timedelta(days=7)
_KEEP_REGULAR: Final = timedelta(days=3)
_KEEP_WORKERS: Final = timedelta(days=1)

Handler = Callable[["Run"], Mapping[str, Any] | None]


class LostLease(Exception):
    """Another worker has taken the job over; this one stops and writes nothing."""


class JobFault(Exception):
    """The job cannot be done and trying again will not help: the words are for its starter."""


def enqueue(
    kind: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    *,
    by: Any = None,
    delay: timedelta = timedelta(0),
) -> Job:
    """The job of this kind and key: new, or as it stands; one that failed is queued again.

    It belongs to the caller's transaction: rolled back, there is no job.
    """
    if kind not in handlers():
        raise LookupError(f"no app's desk.py names a handler for {kind!r} under JOBS")
    defaults = {
        "payload": dict(payload or {}),
        "by": by,
        "not_before": timezone.now() + delay,
    }
    job, new = Job.objects.get_or_create(kind=kind, key=key, defaults=defaults)
    if not new and job.state == JobState.FAILED:
        retry(job)
    return job


def retry(job: Job) -> None:
    """Queue a failed job again; it goes on from its cursor."""
    Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.WAITING, failures=0, error="", not_before=timezone.now(), finished=None
    )
    job.refresh_from_db()


def handlers() -> dict[str, Handler]:
    """What to do for each kind of job."""
    return {kind: run for named in hooks.gathered("JOBS") for kind, run in named.items()}


@dataclass(slots=True)
class Run:
    """One attempt at a job, as its handler sees it."""

    job: Job
    worker: str
    attempt: int
    cursor: dict[str, Any] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.job.payload
        return payload

    @contextmanager
    def commit(self, *, done: int | None = None, words: str | None = None) -> Iterator[None]:
        """One transaction of the handler's writes together with ``self.cursor`` and the progress.

        Raises LostLease, and writes nothing, when another worker has taken the job over.
        """
        with transaction.atomic():
            mine = self.mine().select_for_update().first()
            if mine is None:
                raise LostLease
            yield
            changes: dict[str, Any] = {"cursor": self.cursor}
            if done is not None:
                changes["done_steps"] = done
            if words is not None:
                changes["words"] = words[:200]
            self.mine().update(**changes)

    def progress(self, done: int, total: int, words: str = "") -> None:
        """Tell how far it is; writes at once, outside any work of the handler."""
        if not self.mine().update(done_steps=done, all_steps=total, words=words[:200]):
            raise LostLease

    def mine(self) -> Any:
        """The job's row while this attempt holds it; empty once another has taken it over."""
        return Job.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, worker=self.worker, attempts=self.attempt
        )


class Pace:
    """Leaves SQLite's waiting writers, who only look now and then, ``gap`` seconds to find free.

    What is worked out between two locks counts towards the gap.
    """

    def __init__(self, gap: float) -> None:
        self.gap = gap
        self.freed = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A transaction's turn."""
        if connection.vendor == "sqlite":
            sleep(max(0.0, self.freed + self.gap - time.monotonic()))
        yield
        self.freed = time.monotonic()


def _sessions() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def tidy(run: Run) -> dict[str, int]:
    """Forget ended sessions, old forms' tokens, regular jobs gone well, what the dead left."""
    with run.commit():
        regular, _each = Job.objects.filter(
            key__startswith="regular-",
            state=JobState.DONE,
            finished__lt=timezone.now() - _KEEP_REGULAR,
        ).delete()
        forms, _each = SubmittedForm.objects.filter(taken__lt=timezone.now() - _KEEP_FORMS).delete()
        _sessions().clear_expired()
        workers, _each = Worker.objects.filter(seen__lt=timezone.now() - _KEEP_WORKERS).delete()
    return {"forms": forms, "regular": regular, "workers": workers, "halves": sweep_halves()}
