"""A file handed in, read in the background, whatever happens to the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from guatu.web.page.models import Job, JobState
from guatu.web.page.worker import Lane, work_off
from guatu.web.people.models import Office, TrailEntry
from guatu.web.plans import actions
from guatu.web.plans.models import Entry, Kind, Plan, Reading, ReadingState, Upload

pytestmark = pytest.mark.django_db


def test_a_plan_becomes_a_ledger_under_review(plan: Any) -> None:
    assert plan.title.startswith("临江市城市更新攻坚行动方案")
    assert (plan.start_year, plan.end_year) == (2026, 2027)
    figures = {(e.subject, e.value, e.unit) for e in plan.entries.filter(kind=Kind.TARGET)}
    assert any(value == 12_000_000_000 and unit == "元" for _s, value, unit in figures)
    assert plan.entries.filter(kind=Kind.TASK).exists()
    assert TrailEntry.objects.filter(verb="plan.read").count() == 1


def test_every_entry_stands_at_its_words(plan: Any) -> None:
    text = plan.uploads.get().text
    for entry in plan.entries.all():
        assert text[entry.start : entry.end] == entry.quote


def test_targets_know_the_task_they_lie_in(plan: Any) -> None:
    target = plan.entries.get(kind=Kind.TARGET, value=300)
    assert target.part_of.kind == Kind.TASK
    assert target.part_of.start <= target.start


def test_the_file_lies_outside_any_address(plan: Any) -> None:
    upload = plan.uploads.get()
    assert (settings.UPLOADS / upload.stored).read_bytes().decode() == upload.text
    assert settings.MEDIA_URL in ("", "/")


def test_the_same_file_again_leads_to_the_same_plan(read_in: Callable[..., Any]) -> None:
    assert read_in().pk == read_in(name="另一个名字.txt").pk
    assert Upload.objects.count() == 1


def test_two_offices_may_have_the_same_file(
    read_in: Callable[..., Any], make_user: Callable[..., Any]
) -> None:
    other = Office.objects.create(name="望海县重大项目办公室", short_name="县重大办")
    first = read_in()
    assert read_in(by=make_user("clerk", office=other)).pk != first.pk


def test_what_cannot_be_read_says_why_and_how_to_mend_it(read_in: Callable[..., Any]) -> None:
    plan = read_in("GIF89a", name="方案.png")
    reading = Reading.objects.get()
    assert plan.current_reading is None
    assert reading.state == ReadingState.FAILED
    assert Job.objects.get(kind="plans.read").state == JobState.FAILED
    assert "方案.png" in reading.error


def test_characters_that_no_database_takes_do_no_harm(read_in: Callable[..., Any]) -> None:
    plan = read_in("方案\x00第一条\n1.到2027年建成10个公园。\n")
    assert "\x00" not in plan.uploads.get().text


@pytest.mark.parametrize("killed_after", range(1, 6))
def test_a_killed_worker_leaves_nothing_half_done(
    clerk: Any, plan_text: str, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    """The worker dies at one of its steps; another finishes, and nothing is there twice."""
    from guatu.web.page.jobs import Run

    class Killed(BaseException):
        pass

    steps = 0
    commit, progress = Run.commit, Run.progress

    def counted(step: Any) -> Any:
        def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == killed_after:
                raise Killed
            return step(self, *args, **kwargs)

        return run

    monkeypatch.setattr(Run, "commit", counted(commit))
    monkeypatch.setattr(Run, "progress", counted(progress))
    actions.upload_plan(by=clerk, name="方案.txt", content=plan_text.encode())
    try:
        Lane("first").work_once()
    except Killed:
        assert not Entry.objects.exists()
        assert Plan.objects.get().current_reading is None
    monkeypatch.undo()
    Job.objects.filter(state=JobState.RUNNING).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )
    work_off()
    assert Job.objects.get(kind="plans.read").state == JobState.DONE
    assert Reading.objects.get().state == ReadingState.DONE
    places = list(Entry.objects.values_list("kind", "start", "quote"))
    assert places and len(places) == len(set(places))


def test_upload_screen_asks_about_secrecy(desk: Any, plan_text: str) -> None:
    file = SimpleUploadedFile("方案.txt", plan_text.encode())
    answer = desk.post("/plans/upload/", {"file": file})
    assert answer.status_code == 422
    assert "涉密" in answer.content.decode()
    assert not Plan.objects.exists()


def test_upload_leads_to_the_plan_with_its_progress(desk: Any, plan_text: str) -> None:
    file = SimpleUploadedFile("方案.txt", plan_text.encode())
    answer = desk.post("/plans/upload/", {"file": file, "not_secret": "on"}, follow=True)
    assert answer.status_code == 200
    assert "正在读取" in answer.content.decode()
    work_off()
    assert "核对台账" in desk.get(answer.request["PATH_INFO"]).content.decode()


def test_old_formats_without_libreoffice_are_told_how(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guatu.web.plans.forms.libreoffice", lambda: None)
    file = SimpleUploadedFile("方案.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old")
    answer = desk.post("/plans/upload/", {"file": file, "not_secret": "on"})
    assert answer.status_code == 422
    assert "另存为" in answer.content.decode()


def test_leaders_may_look_but_not_upload(
    plan: Any, make_user: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    leader = client_of(make_user("leader"))
    assert leader.get(f"/plans/{plan.pk}/review/").status_code == 200
    assert leader.get("/plans/upload/").status_code == 403


def test_other_offices_do_not_see_the_plan(
    plan: Any, make_user: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    other = Office.objects.create(name="望海县重大项目办公室", short_name="县重大办")
    assert client_of(make_user("clerk", office=other)).get(f"/plans/{plan.pk}/").status_code == 404
