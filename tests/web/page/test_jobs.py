"""Background jobs: once by key, gone with their transaction, taken up after a kill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from guatu.web.page import hooks, jobs, worker
from guatu.web.page.jobs import JobFault, LostLease, Run, enqueue
from guatu.web.page.models import Job, JobState, SubmittedForm
from guatu.web.people.models import User

Handler = Callable[[Run], Any]


@pytest.fixture
def handle(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], None]:
    """``handle(function)``: what jobs of the kind "test" do."""

    def install(handler: Handler) -> None:
        monkeypatch.setattr(hooks, "gathered", lambda name: [{"test": handler}] * (name == "JOBS"))

    install(lambda run: {"seen": run.payload})
    return install


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_a_job_is_done_and_keeps_its_result(handle: object, clerk: User) -> None:
    job = enqueue("test", "a", {"plan": 7}, by=clerk)
    assert worker.work_off() == 1
    assert state(job) == JobState.DONE
    assert job.result == {"seen": {"plan": 7}} and job.finished and job.by == clerk
    assert worker.work_off() == 0


def test_the_same_key_is_the_same_job(handle: object) -> None:
    first = enqueue("test", "a", {"n": 1})
    worker.work_off()
    assert enqueue("test", "a", {"n": 2}) == first
    assert worker.work_off() == 0 and state(first) == JobState.DONE


def test_a_job_goes_with_its_transaction(handle: object) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("test", "a")
        raise ZeroDivisionError
    assert worker.work_off() == 0


def test_a_kind_that_nobody_handles_is_a_fault_of_the_program(handle: object) -> None:
    with pytest.raises(LookupError):
        enqueue("nobody", "a")


def test_a_delayed_job_waits(handle: object) -> None:
    job = enqueue("test", "a", delay=timedelta(hours=1))
    assert worker.work_off() == 0
    Job.objects.update(not_before=timezone.now())
    assert worker.work_off() == 1 and state(job) == JobState.DONE


def test_what_cannot_be_done_fails_at_once_with_its_words(
    handle: Callable[[Handler], None],
) -> None:
    def refuse(run: Run) -> None:
        raise JobFault("文件是扫描件，没有文字可读。")

    handle(refuse)
    job = enqueue("test", "a")
    worker.work_off()
    assert state(job) == JobState.FAILED and job.error == "文件是扫描件，没有文字可读。"
    handle(lambda run: None)
    assert enqueue("test", "a") == job
    worker.work_off()
    assert state(job) == JobState.DONE


def test_an_accident_is_tried_again_later_and_at_last_given_up(
    handle: Callable[[Handler], None],
) -> None:
    def fall(run: Run) -> None:
        raise OSError("网络断了")

    handle(fall)
    job = enqueue("test", "a")
    for _ in range(worker.MOST_FAILURES):
        assert worker.work_off() == 1
        Job.objects.update(not_before=timezone.now())
    assert state(job) == JobState.FAILED and "网络断了" in job.error
    assert worker.work_off() == 0


def test_a_killed_job_goes_on_from_its_last_commit(handle: Callable[[Handler], None]) -> None:
    """The handler dies in the midst of its second step; the step before is not done again."""
    steps: list[int] = []

    class Killed(BaseException):
        pass

    def climb(run: Run) -> None:
        while (at := run.cursor.get("at", 0)) < 3:
            with run.commit(done=at + 1, words="逐行写入"):
                SubmittedForm.objects.create(token=f"step-{at}")
                run.cursor["at"] = at + 1
                if at == 1 and not steps:
                    steps.append(at)
                    raise Killed

    handle(climb)
    job = enqueue("test", "a")
    with pytest.raises(Killed):
        worker.work_off()
    assert state(job) == JobState.RUNNING and job.cursor == {"at": 1} and job.done_steps == 1
    assert worker.work_off() == 0  # the dead one's lease runs
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert worker.work_off() == 1
    assert state(job) == JobState.DONE and job.attempts == 2
    assert SubmittedForm.objects.count() == 3


def test_who_lost_the_lease_writes_nothing(handle: Callable[[Handler], None]) -> None:
    def slow(run: Run) -> None:
        # Meanwhile another worker has taken the job over.
        Job.objects.update(worker="another", attempts=run.attempt + 1)
        with run.commit():
            SubmittedForm.objects.create(token="late")

    handle(slow)
    job = enqueue("test", "a")
    worker.work_off()
    assert state(job) == JobState.RUNNING and job.worker == "another"
    assert not SubmittedForm.objects.exists()
    with pytest.raises(LostLease):
        Run(job, "dead", 1).progress(1, 2)


def test_progress_is_seen_while_it_runs(handle: Callable[[Handler], None]) -> None:
    seen: list[tuple[int, int, str]] = []

    def tell(run: Run) -> None:
        run.progress(3, 12, "读取方案")
        job = Job.objects.get()
        seen.append((job.done_steps, job.all_steps, job.words))
        assert job.percent == 25 and job.open

    handle(tell)
    enqueue("test", "a")
    worker.work_off()
    assert seen == [(3, 12, "读取方案")]


def test_regular_jobs_are_queued_once_a_turn(db: None) -> None:
    worker.enqueue_regular()
    count = Job.objects.count()
    assert count >= 2
    worker.enqueue_regular()
    assert Job.objects.count() == count
    worker.work_off()
    assert not Job.objects.exclude(state=JobState.DONE).exists()


@pytest.fixture
def old_form(db: None) -> Iterator[SubmittedForm]:
    form = SubmittedForm.objects.create(token="old")
    SubmittedForm.objects.update(taken=timezone.now() - timedelta(days=8))
    yield form


def test_old_tokens_are_forgotten(old_form: SubmittedForm) -> None:
    SubmittedForm.objects.create(token="new")
    jobs.enqueue("page.tidy", "now")
    worker.work_off()
    assert [form.token for form in SubmittedForm.objects.all()] == ["new"]
