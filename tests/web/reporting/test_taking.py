"""Many files, large ones and those for LibreOffice are kept at once and read by a job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.web.page import worker
from guatu.web.page.models import Job, JobState
from guatu.web.people.models import User
from guatu.web.reporting import actions
from guatu.web.reporting.actions import taking
from guatu.web.reporting.models import FileState, PeriodState, ReportingPeriod, ReturnedFile

WATER, ROADS, HEALTH = "市水利局", "市交通运输局", "市卫生健康委"
pytestmark = pytest.mark.django_db

Drop = Callable[..., list[ReturnedFile]]


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files are already many."""
    monkeypatch.setattr(taking, "MOST_AT_ONCE", 1)


def states() -> dict[str, str]:
    return dict(ReturnedFile.objects.values_list("name", "state"))


@pytest.mark.parametrize(
    ("uploads", "long"),
    [
        ([("a.xlsx", 20_000)] * 30, False),
        ([("a.xlsx", 20_000)] * 31, True),
        ([("a.xlsx", 4_000_000)], True),
        ([("a.ET", 20_000)], True),
        ([("a.xls", 20_000)], False),
    ],
)
def test_what_takes_long(uploads: list[tuple[str, int]], long: bool) -> None:
    assert taking.takes_long(uploads) is long


def test_a_job_reads_what_a_request_would_have_read(
    heavy: None, sheets: dict[str, bytes], drop: Drop, spoil: ModuleType, clerk: User,
    october: ReportingPeriod, desk: Client,
) -> None:  # fmt: skip
    water = spoil.changed(sheets[WATER], spoil.fill(800, 2100, 560))
    files = {
        "水利.xlsx": water,
        # Saved anew: other bytes, the same rows.
        "水利另存.xlsx": spoil.changed(water, spoil.rename_head("形象进度", "形象进度")),
        "交通.xlsx": spoil.changed(sheets[ROADS], spoil.fill(1500, "待定")),
        "坏了.xlsx": sheets[HEALTH][:900],
    }
    drop(files)
    assert set(states().values()) == {FileState.READING}
    address = reverse("reporting:back", args=[october.pk])
    page = desk.get(address).text
    assert "正在读" in page and "data-job" in page
    # Nothing of them is to be seen as readable, and none is taken meanwhile.
    assert actions.apply_good_files(october, by=clerk) == (0, 0)
    worker.work_off()
    assert states() == {
        "水利.xlsx": FileState.STAGED,
        "水利另存.xlsx": FileState.DROPPED,
        "交通.xlsx": FileState.STAGED,
        "坏了.xlsx": FileState.REFUSED,
    }
    page = desk.get(address).text
    assert "data-job" not in page and "与“水利.xlsx”内容相同，没有重复读。" in page
    assert actions.apply_good_files(october, by=clerk) == (1, 3)


def test_the_same_drop_again_while_it_is_read(
    heavy: None, sheets: dict[str, bytes], drop: Drop, spoil: ModuleType
) -> None:
    files = {
        "1.xlsx": spoil.changed(sheets[WATER], spoil.fill(800)),
        "2.xlsx": spoil.changed(sheets[ROADS], spoil.fill(1500)),
    }
    assert len(drop(files)) == 2 and drop(files) == []
    assert Job.objects.filter(kind=taking.JOB).count() == 1


def test_a_file_sent_back_while_it_waits_is_not_read(
    heavy: None, sheets: dict[str, bytes], drop: Drop, clerk: User
) -> None:
    first, _second = drop({"1.xlsx": sheets[WATER], "2.xlsx": sheets[ROADS]})
    actions.drop_file(first, by=clerk)
    worker.work_off()
    assert states() == {"1.xlsx": FileState.DROPPED, "2.xlsx": FileState.STAGED}
    assert Job.objects.get(kind=taking.JOB).state == JobState.DONE


def test_a_period_closed_meanwhile_takes_nothing(
    heavy: None, sheets: dict[str, bytes], drop: Drop, october: ReportingPeriod
) -> None:
    drop({"1.xlsx": sheets[WATER], "2.xlsx": sheets[ROADS]})
    ReportingPeriod.objects.filter(pk=october.pk).update(state=PeriodState.CLOSED)
    worker.work_off()
    assert set(states().values()) == {FileState.REFUSED}
    assert "已经关账" in ReturnedFile.objects.first().fault  # type: ignore[union-attr]


def test_an_et_file_is_for_the_job(
    october: ReportingPeriod, desk: Client, sheets: dict[str, bytes]
) -> None:
    given = {
        "sheets": [SimpleUploadedFile("水利.et", b"\xd0\xcf\x11\xe0" + b"\0" * 2000)],
        "received_on": date(2026, 11, 4),
    }
    answer = desk.post(reverse("reporting:back", args=[october.pk]), given)
    assert answer.status_code == 302
    assert states() == {"水利.et": FileState.READING}
