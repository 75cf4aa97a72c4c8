"""Questions of the frame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from guatu import __version__
from guatu.web.page import hooks
from guatu.web.page.models import Job, JobState, Worker
from guatu.web.page.paging import Paged, paged

_ALIVE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Health:
    """How the system is: what /healthz answers."""

    version: str
    database: str
    database_answers: bool
    worker_seen: datetime | None
    jobs_waiting: int
    jobs_failed: int

    @property
    def worker_alive(self) -> bool:
        return self.worker_seen is not None and timezone.now() - self.worker_seen < _ALIVE


def health() -> Health:
    """Version, database, worker last seen."""
    try:
        worker = Worker.objects.order_by("-seen").values_list("seen", flat=True).first()
        waiting = Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).count()
        failed = Job.objects.filter(state=JobState.FAILED).count()
    except DatabaseError:
        return Health(__version__, connection.vendor, False, None, 0, 0)
    return Health(__version__, connection.vendor, True, worker, waiting, failed)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as the administrator's page shows it."""

    key: str
    kind: str
    name: str
    state: str
    how_far: str
    words: str
    attempts: int
    by: str
    created: datetime
    finished: datetime | None
    can_retry: bool


def jobs(chosen: dict[str, str], params: Any) -> Paged[JobRow]:
    """Background jobs, the newest first."""
    found = Job.objects.select_related("by").order_by("-created", "-pk")
    if state := chosen.get("state"):
        found = found.filter(state=state)
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    return paged(found, params, as_row=_job_row)


def _job_row(job: Job) -> JobRow:
    how_far = f"{job.done_steps} / {job.all_steps}" if job.all_steps else ""
    return JobRow(
        key=str(job.pk),
        kind=job_words(job.kind),
        name=job.key,
        state=job.get_state_display(),
        how_far=how_far,
        words=job.error or job.words,
        attempts=job.attempts,
        by=str(job.by) if job.by else "系统",
        created=job.created,
        finished=job.finished,
        can_retry=job.state == JobState.FAILED,
    )


def job_kinds() -> list[tuple[str, str]]:
    """The kinds that there have been, with their words."""
    kinds = Job.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, job_words(kind)) for kind in kinds]


@cache
def job_words(kind: str) -> str:
    """What a kind of job is called."""
    return next((named[kind] for named in hooks.gathered("JOB_WORDS") if kind in named), kind)
