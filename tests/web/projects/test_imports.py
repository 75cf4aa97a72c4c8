"""A sheet comes in whole or not at all, is undone as one, and survives kills."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guatu.delivery.projects import conversion
from guatu.delivery.projects.heads import Mapping
from guatu.web.page.jobs import Run
from guatu.web.page.models import Job
from guatu.web.page.worker import work_off
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import TrailEntry, User
from guatu.web.people.sample import SampleCity
from guatu.web.projects import files, jobs
from guatu.web.projects.actions import importing, library
from guatu.web.projects.models import Import, ImportState, Project

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = [
    *("序号", "项目名称", "总投资（万元）", "年度计划投资"),
    *("责任单位", "县区", "项目状态", "所属打捆项目"),
]


def workbook(*rows: list[Any]) -> bytes:
    data = BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet("项目")
    for number, row in enumerate([HEAD, *rows]):
        sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    book.close()
    return data.getvalue()


ROWS = (
    [1, "跨江大桥", 60000, 12000, "市交通运输局", "青川区", "续建", None],
    [2, "公交首末站（打捆）", 3000, 1000, "市交通运输局", None, "前期", None],
    [3, "东站", 2000, 600, "市交通运输局", "青川区", "前期", "公交首末站（打捆）"],
    [4, "西站", 1000, 400, "市交通运输局", "石桥县", "前期", "公交首末站（打捆）"],
)


@pytest.fixture
def bring(city: SampleCity) -> Callable[..., Import]:
    def make(*rows: list[Any], whole: bool = False, by: User = city.clerk) -> Import:
        data = workbook(*rows)
        sheets = importing.look_at(data, "项目.xlsx")
        stored = files.keep(data, "imports", "sheet")
        job = importing.hand_in(by=by, name="项目.xlsx", stored=stored, sheets=sheets)
        mapping = Mapping.from_json(job.mapping["chosen"])
        importing.stage(
            job, by=by, sheet=job.sheet, mapping=mapping, chosen=mapping.fields,
            units=mapping.units, year=2026, whole=whole,
        )  # fmt: skip
        work_off()
        job.refresh_from_db()
        return job

    return make


def apply(job: Import, by: User) -> Import:
    importing.apply(job, by=by)
    work_off()
    job.refresh_from_db()
    return job


def changes(job: Import) -> dict[str, str]:
    rows = job.rows.filter(staging=job.staging)
    return {row.name: row.change for row in rows}


def test_new_projects_arrive_with_package_units_and_trail(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    job = bring(*ROWS)
    assert job.state == ImportState.STAGED
    assert set(changes(job).values()) == {"new"}
    assert not Project.objects.exists()
    apply(job, city.clerk)
    assert job.state == ImportState.APPLIED
    package = Project.objects.get(name="公交首末站(打捆)")
    assert not package.leaf
    assert [p.name for p in Project.objects.filter(parent=package)] == ["东站", "西站"]
    bridge = Project.objects.get(name="跨江大桥")
    assert bridge.investment == 600_000_000
    assert bridge.unit == city.units["临江市交通运输局"]
    assert bridge.stage == "building"
    assert TrailEntry.objects.filter(verb="import.applied").count() == 1
    assert TrailEntry.objects.filter(verb="project.imported").count() == 4


def test_the_same_sheet_again_changes_nothing_and_a_changed_one_only_its_cells(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    apply(bring(*ROWS), city.clerk)
    again = bring(*ROWS, ["", "注：同上"])
    assert set(changes(again).values()) == {"same"}
    bridge = list(ROWS[0])
    bridge[2], bridge[6] = 65000, "竣工"
    job = bring(bridge, *ROWS[1:3], whole=True)
    assert changes(job) == {
        "跨江大桥": "changed", "公交首末站(打捆)": "same", "东站": "same", "西站": "gone",
    }  # fmt: skip
    row = job.rows.get(staging=job.staging, change="changed")
    assert row.difference == {"总投资": ["60,000", "65,000"], "阶段": ["在建", "竣工"]}
    apply(job, city.clerk)
    now = Project.objects.get(name="跨江大桥")
    assert (now.investment, now.stage, now.revision) == (650_000_000, "completed", 2)
    assert now.moves.get().to_stage == "completed"
    assert Project.everything.count() == Project.objects.count() == 4


def test_one_wrong_cell_holds_all_of_it_back(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    wrong = list(ROWS[0])
    wrong[3], wrong[5] = "待定", "火星区"
    job = bring(wrong, *ROWS[1:])
    row = job.rows.get(change="error")
    assert row.errors == [
        "第 2 行“年度计划投资”填的是“待定”，应为数字（万元）。",
        "第 2 行“县区”填的是“火星区”，行政区划里没有这个县区，请核对名称。",
    ]
    with pytest.raises(CannotDo, match="1 行有错"):
        importing.apply(job, by=city.clerk)
    assert not Project.everything.exists()


def test_undo_puts_everything_back(bring: Callable[..., Import], city: SampleCity) -> None:
    apply(bring(*ROWS[:1]), city.clerk)
    before = Project.objects.values("name", "investment", "stage", "leaf").get()
    bridge = list(ROWS[0])
    bridge[2] = 65000
    job = apply(bring(bridge, *ROWS[1:]), city.clerk)
    assert Project.objects.count() == 4
    importing.undo(job, by=city.clerk)
    work_off()
    job.refresh_from_db()
    assert job.state == ImportState.UNDONE
    assert Project.objects.values("name", "investment", "stage", "leaf").get() == before
    assert Project.everything.count() == 1


def test_no_undo_once_something_rests_on_it(bring: Callable[..., Import], city: SampleCity) -> None:
    job = apply(bring(*ROWS), city.clerk)
    bridge = Project.objects.get(name="跨江大桥")
    library.change_project(bridge, by=city.clerk, person="林小舟")
    with pytest.raises(CannotDo, match="1 个项目导入后又有改动"):
        importing.undo(job, by=city.clerk)


def take_back(job: Import, by: User) -> None:
    importing.undo(job, by=by)
    work_off()
    job.refresh_from_db()


def test_an_import_below_a_later_undone_one_is_undone_too(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    first = apply(bring(*ROWS), city.clerk)
    bridge = list(ROWS[0])
    bridge[2], bridge[6] = 65000, "竣工"
    second = apply(bring(bridge, *ROWS[1:]), city.clerk)
    bridge[2] = 70000
    third = apply(bring(bridge, *ROWS[1:]), city.clerk)
    for under in (first, second):
        with pytest.raises(CannotDo, match="1 个项目导入后又有改动"):
            importing.undo(under, by=city.clerk)
    take_back(third, city.clerk)
    assert Project.objects.get(name="跨江大桥").investment == 650_000_000
    take_back(second, city.clerk)
    now = Project.objects.get(name="跨江大桥")
    assert (now.investment, now.stage) == (600_000_000, "building")
    take_back(first, city.clerk)
    states = {job.state for job in (first, second, third)}
    assert states == {ImportState.UNDONE} and not Project.everything.exists()


def test_a_later_change_of_another_cell_stays_when_an_import_is_undone(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    apply(bring(*ROWS), city.clerk)
    bridge = list(ROWS[0])
    bridge[2] = 65000
    job = apply(bring(bridge), city.clerk)
    project = Project.objects.get(name="跨江大桥")
    library.change_project(project, by=city.clerk, person="林小舟")
    take_back(job, city.clerk)
    project.refresh_from_db()
    assert (project.investment, project.person) == (600_000_000, "林小舟")


def test_a_stage_moved_there_and_back_by_hand_rests_on_the_import(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    job = apply(bring(*ROWS), city.clerk)
    bridge = Project.objects.get(name="跨江大桥")
    for to in ("paused", "building"):
        library.move_stage(
            bridge, by=city.clerk, to=to, on=date(2026, 5, 1), reason="汛期", waive=True
        )
    with pytest.raises(CannotDo, match="1 个项目导入后又有改动"):
        importing.undo(job, by=city.clerk)


def test_a_change_while_the_undo_runs_stops_it_whole(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    job = apply(bring(*ROWS), city.clerk)
    importing.undo(job, by=city.clerk)
    real = jobs.what_rests

    def meanwhile(found: Import) -> list[str]:
        words = real(found)
        library.change_project(Project.objects.get(name="跨江大桥"), by=city.clerk, person="林小舟")
        return words

    with patch.object(jobs, "what_rests", meanwhile):
        work_off()
    job.refresh_from_db()
    assert job.state == ImportState.APPLIED and "又有改动" in job.summary["fault"]
    assert Project.objects.count() == 4 == Project.everything.count()


def test_a_project_changed_since_the_comparison_stops_it_whole(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    apply(bring(*ROWS[:1]), city.clerk)
    bridge = list(ROWS[0])
    bridge[2] = 65000
    job = bring(bridge, *ROWS[1:])
    project = Project.objects.get()
    library.change_project(project, by=city.clerk, person="林小舟")
    apply(job, city.clerk)
    assert job.state == ImportState.STAGED
    assert "重新核对" in job.summary["fault"]
    assert Project.everything.get().person == "林小舟"


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


@pytest.mark.parametrize("at", range(1, 9))
def test_killed_at_any_commit_it_is_all_there_or_nothing(
    bring: Callable[..., Import], city: SampleCity, at: int
) -> None:
    apply(bring(*ROWS[:1]), city.clerk)
    bridge = list(ROWS[0])
    bridge[2] = 65000
    with patch("guatu.web.projects.actions.staging.CHUNK", 1):
        job = bring(bridge, *ROWS[1:])
        importing.apply(job, by=city.clerk)
        seen = 0

        def killed(self: Any, **kwargs: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == at:
                raise Killed
            return real(self, **kwargs)

        real = Run.commit
        with patch.object(Run, "commit", killed), pytest.raises(Killed):
            work_off()
        names = set(Project.objects.values_list("name", flat=True))
        money = Project.objects.get(name="跨江大桥").investment
        assert (len(names), money) in ((1, 600_000_000), (4, 650_000_000))
        Job.objects.filter(kind="projects.apply").update(leased_until=None, state="waiting")
        work_off()
    job.refresh_from_db()
    assert job.state == ImportState.APPLIED
    assert Project.objects.get(name="跨江大桥").investment == 650_000_000
    assert Project.everything.count() == Project.objects.count() == 4
    assert TrailEntry.objects.filter(verb="import.applied").count() == 2
    assert TrailEntry.objects.filter(verb="project.imported").count() == 5


def test_a_header_is_remembered(bring: Callable[..., Import], city: SampleCity) -> None:
    data = workbook(*ROWS)
    sheets = importing.look_at(data, "项目.xlsx")
    stored = files.keep(data, "imports", "sheet")
    job = importing.hand_in(by=city.clerk, name="项目.xlsx", stored=stored, sheets=sheets)
    mapping = Mapping.from_json(job.mapping["chosen"])
    chosen = {**mapping.fields, 4: "owner"}
    importing.stage(job, by=city.clerk, sheet=job.sheet, mapping=mapping, chosen=chosen,
                    units={2: "亿元"}, year=None, whole=False)  # fmt: skip
    data = workbook(*ROWS[:2])
    sheets = importing.look_at(data, "下月.xlsx")
    stored = files.keep(data, "imports", "sheet")
    later = importing.hand_in(by=city.clerk, name="下月.xlsx", stored=stored, sheets=sheets)
    assert later.mapping["chosen"]["fields"]["4"] == "owner"
    assert later.mapping["chosen"]["units"]["2"] == "亿元"


@pytest.mark.parametrize("at", range(1, 6))
def test_staged_rows_are_not_doubled_by_a_kill(
    bring: Callable[..., Import], city: SampleCity, at: int
) -> None:
    seen = 0

    def killed(self: Any, **kwargs: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == at:
            raise Killed
        return real(self, **kwargs)

    real = Run.commit
    with patch("guatu.web.projects.actions.staging.CHUNK", 1):
        with patch.object(Run, "commit", killed), pytest.raises(Killed):
            bring(*ROWS)
        Job.objects.filter(kind="projects.stage").update(leased_until=None, state="waiting")
        work_off()
    job = Import.objects.get()
    assert job.state == ImportState.STAGED
    assert [row.number for row in job.rows.order_by("number")] == [2, 3, 4, 5]
    apply(job, city.clerk)
    assert Project.objects.count() == 4
    assert Project.objects.filter(parent__name="公交首末站(打捆)").count() == 2


@pytest.mark.parametrize("at", range(1, 8))
def test_an_undo_killed_at_any_commit_takes_all_of_it_back_or_nothing(
    bring: Callable[..., Import], city: SampleCity, at: int
) -> None:
    apply(bring(*ROWS[:1]), city.clerk)
    bridge = list(ROWS[0])
    bridge[2] = 65000
    job = apply(bring(bridge, *ROWS[1:]), city.clerk)
    seen = 0

    def killed(self: Any, **kwargs: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == at:
            raise Killed
        return real(self, **kwargs)

    real = Run.commit
    with patch("guatu.web.projects.actions.staging.CHUNK", 1):
        importing.undo(job, by=city.clerk)
        with patch.object(Run, "commit", killed), pytest.raises(Killed):
            work_off()
        money = Project.objects.get(name="跨江大桥").investment
        assert (Project.objects.count(), money) in ((4, 650_000_000), (1, 600_000_000))
        Job.objects.filter(kind="projects.undo").update(leased_until=None, state="waiting")
        work_off()
    job.refresh_from_db()
    assert job.state == ImportState.UNDONE
    assert Project.objects.get().investment == 600_000_000
    assert Project.everything.count() == 1
    assert TrailEntry.objects.filter(verb="project.import-undone").count() == 4


def test_an_import_is_noted_before_it_can_be_undone(
    bring: Callable[..., Import], city: SampleCity
) -> None:
    job = bring(*ROWS)
    importing.apply(job, by=city.clerk)
    with patch("guatu.web.projects.jobs._notes", side_effect=Killed), pytest.raises(Killed):
        work_off()
    job.refresh_from_db()
    assert job.state == ImportState.APPLIED and Project.objects.count() == 4
    with pytest.raises(CannotDo, match="登记完才能撤销"):
        importing.undo(job, by=city.clerk)
    Job.objects.filter(kind="projects.apply").update(leased_until=None, state="waiting")
    work_off()
    importing.undo(job, by=city.clerk)
    work_off()
    assert not Project.everything.exists()
    verbs = TrailEntry.objects.filter(verb__startswith="project.import").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == (
        ["project.imported"] * 4 + ["project.import-undone"] * 4
    )


def _funds(name: str) -> dict[str, int | None]:
    found = Project.objects.get(name=name).funds.values_list("source", "year", "total")
    return {f"{source}:{year}" if year else source: total for source, year, total in found}


def test_funds_come_in_change_and_go_back(
    bring: Callable[..., Import],
    city: SampleCity,
    client_of: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head = ["项目名称", "总投资（万元）", "2026年中央预算内（万元）", "自筹资金（万元）", "县区"]
    monkeypatch.setitem(globals(), "HEAD", head)
    apply(bring(["大桥", 100, 30, None, "青川区"], ["水厂", 50, None, None, None]), city.clerk)
    assert _funds("大桥") == {"central:2026": 300_000}
    assert _funds("水厂") == {}
    bridge = Project.objects.get(name="大桥")
    bridge.funds.update(issued=100_000)
    job = bring(["大桥", 100, 40, 60, "青川区"], ["水厂", 50, None, 50, None])
    assert job.rows.get(name="大桥").difference == {
        "资金": ["2026年中央预算内资金 30", "2026年中央预算内资金 40、自筹资金 60"]
    }
    apply(job, city.clerk)
    assert _funds("大桥") == {"central:2026": 400_000, "own": 600_000}
    assert _funds("水厂") == {"own": 500_000}
    page = client_of(city.clerk).get(f"/projects/{bridge.pk}/").content.decode()
    assert "2026年中央预算内资金 400000" in page
    assert bridge.funds.get(source="central").issued == 100_000
    importing.undo(job, by=city.clerk)
    work_off()
    assert _funds("大桥") == {"central:2026": 300_000}
    assert _funds("水厂") == {}
    assert bridge.funds.get().issued == 100_000
    assert Project.everything.count() == 2


def test_an_et_that_cannot_be_turned_says_so_on_the_page(
    city: SampleCity, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion.shutil, "which", lambda _name: None)
    broken = SimpleUploadedFile("项目表.et", b"\xd0\xcf\x11\xe0" + bytes(4000))
    page = client_of(city.clerk).post(reverse("projects:import-new"), {"file": broken})
    assert page.status_code == 422 and not Import.objects.exists()
    text = page.content.decode()
    assert "“项目表.et”不能直接读取" in text and "没有安装 LibreOffice" in text
    assert "类型选 .xlsx" in text
