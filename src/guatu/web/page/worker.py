"""The worker: leases jobs, runs them one after the other, leaves signs of life."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.web.page import hooks
from guatu.web.page.jobs import JobFault, LostLease, Run, enqueue, handlers
from guatu.web.page.models import Job, JobState, Worker

log = logging.getLogger("guatu.jobs")

MOST_FAILURES: Final = 5
# Kills are no fault of the job, as a rule; one that kills its worker every time is stopped.
MOST_ATTEMPTS: Final = 100
_IDLE_SECONDS: Final = 0.5
_SEEN_EVERY: Final = 5.0
_PLAN_EVERY: Final = 30.0


class AnotherWorker(Exception):
    """SQLite has one worker, and it is running."""


class Lane:
    """A worker: takes jobs one after the other until it is told to stop."""

    def __init__(self, name: str = "") -> None:
        self.name = name or f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"
        self.stopping = threading.Event()
        self._current: Run | None = None

    def run(self) -> None:
        """Work until ``stopping`` is set; the job in hand is finished first."""
        self.seen(new=True)
        heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        heart.start()
        planned = 0.0
        while not self.stopping.is_set():
            close_old_connections()
            try:
                if not planned or time.monotonic() - planned > _PLAN_EVERY:
                    enqueue_regular()
                    planned = time.monotonic()
                idle = not self.work_once()
            except OperationalError:
                # The database is away or busy for longer than we wait: look again in a while.
                log.exception("worker")
                connection.close()
                idle = True
            if idle:
                self.stopping.wait(_IDLE_SECONDS)
        Worker.objects.filter(name=self.name).delete()

    def work_once(self) -> bool:
        """Do one job that is due; False when there was none."""
        job = self.take()
        if job is None:
            return False
        self.do(job)
        return True

    def take(self) -> Job | None:
        """Lease the oldest job that is due, or whose worker has gone."""
        now = timezone.now()
        due = Q(state=JobState.WAITING, not_before__lte=now)
        orphaned = Q(state=JobState.RUNNING, leased_until__lt=now)
        # Looking costs no lock: only a job in sight is worth a write transaction.
        if not Job.objects.filter(due | orphaned).exists():
            return None
        with transaction.atomic():
            found = Job.objects.filter(due | orphaned).order_by("not_before", "pk")
            if connection.features.has_select_for_update_skip_locked:
                found = found.select_for_update(skip_locked=True)
            job = found.first()
            if job is None:
                return None
            job.state = JobState.RUNNING
            job.worker = self.name
            job.attempts = F("attempts") + 1
            job.leased_until = now + lease()
            job.save(update_fields=["state", "worker", "attempts", "leased_until"])
        job.refresh_from_db()
        return job

    def do(self, job: Job) -> None:
        """Run the job's handler and note how it ended."""
        run = Run(job, self.name, job.attempts, dict(job.cursor))
        if job.attempts > MOST_ATTEMPTS:
            words = _("执行 %(count)d 次都没有完成，已停止。请管理员查看记录后重试。")
            self._end(run, JobState.FAILED, error=words % {"count": MOST_ATTEMPTS})
            return
        self._current = run
        try:
            result = handlers()[job.kind](run)
        except LostLease:
            log.warning("job %s was taken over by another worker", job)
        except JobFault as fault:
            self._end(run, JobState.FAILED, error=str(fault))
        except Exception as fault:
            log.exception("job %s", job)
            self._put_back(run, fault)
        else:
            self._end(run, JobState.DONE, result=dict(result or {}))
        finally:
            self._current = None

    def _end(self, run: Run, state: str, **how: Any) -> None:
        run.mine().update(state=state, finished=timezone.now(), leased_until=None, **how)

    def _put_back(self, run: Run, fault: Exception) -> None:
        """Again in a while, each time a little later; after the last attempt it has failed."""
        error = "".join(traceback.format_exception_only(fault)).strip()[:2000]
        failures = run.job.failures + 1
        if failures >= MOST_FAILURES:
            self._end(run, JobState.FAILED, error=error, failures=failures)
            return
        later = timezone.now() + timedelta(seconds=2**failures)
        run.mine().update(
            state=JobState.WAITING,
            not_before=later,
            leased_until=None,
            error=error,
            failures=failures,
        )

    def seen(self, *, new: bool = False) -> None:
        """Leave a sign of life, for /healthz and the page of the jobs."""
        now = timezone.now()
        started = {"started": now} if new else {}
        Worker.objects.update_or_create(
            name=self.name,
            defaults={"seen": now, **started},
            create_defaults={"seen": now, "started": now},
        )

    def _beat(self) -> None:
        """Renew the lease and leave signs of life, from a thread with its own connection."""
        pause = min(_SEEN_EVERY, lease().total_seconds() / 4)
        seen = time.monotonic()
        while not self.stopping.wait(pause):
            try:
                run = self._current
                if run is not None:
                    run.mine().update(leased_until=timezone.now() + lease())
                if time.monotonic() - seen >= _SEEN_EVERY:
                    self.seen()
                    seen = time.monotonic()
            except Exception:
                # A database that is away for a moment must not end the heartbeat.
                log.exception("heartbeat")
                connection.close()


def lease() -> timedelta:
    """How long a job stays with a worker that gives no sign."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def run(lane: Lane) -> None:
    """Work until told to stop. On SQLite one process at a time, made sure of by a lock file."""
    if connection.vendor != "sqlite":
        lane.run()
        return
    with _alone(settings.DATA / "worker.lock"):
        # Nobody else lives, so what is still marked as running was killed.
        Job.objects.filter(state=JobState.RUNNING).update(leased_until=timezone.now())
        Worker.objects.all().delete()
        lane.run()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock file; the system lets it go when the process dies, however it dies."""
    with path.open("a") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AnotherWorker("后台任务进程已在运行；SQLite 数据库只用一个。") from None
        yield


def enqueue_regular() -> None:
    """Queue what is due regularly (``EVERY`` in the apps' desk.py); each time once for all."""
    for named in hooks.gathered("EVERY"):
        for kind, pause in named.items():
            turn = int(timezone.now().timestamp() // pause.total_seconds())
            enqueue(kind, f"regular-{turn}")


def work_off(most: int = 1000) -> int:
    """Do what is due, here and now, and say how many; for tests and ``guatu work --once``."""
    lane = Lane()
    count = 0
    while count < most and lane.work_once():
        count += 1
    return count
