"""Versions: names settled, numbered, frozen, out on paper."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from guatu.web.page.frozen import Immutable
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Unit, UnitAlias
from guatu.web.plans import actions, papers, queries
from guatu.web.plans.models import Entry, Kind, LedgerEntry, PlanVersion, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def units(make_unit: Callable[..., Unit]) -> dict[str, Unit]:
    names = ("住房和城乡建设局", "财政局", "自然资源和规划局", "水务局")
    return {name: make_unit(f"临江市{name}") for name in names}


@pytest.fixture
def settled(plan: Any, clerk: Any, units: dict[str, Unit]) -> Any:
    """All entries accepted and all names settled."""
    actions.accept_all(plan, by=clerk)
    known = {
        "住建": "住房和城乡建设局",
        "财政": "财政局",
        "自然": "自然资源和规划局",
        "水务": "水务局",
    }
    decisions = []
    for row in queries.names_page(plan):
        if row.how in ("ask", "unknown"):
            unit = next((units[full] for word, full in known.items() if word in row.name), None)
            decisions.append(actions.Decision(row.name, unit_id=unit.pk if unit else None))
    actions.decide_names(plan, decisions, by=clerk)
    return plan


def test_unseen_entries_and_open_names_hold_it_up(plan: Any, clerk: Any) -> None:
    with pytest.raises(CannotDo, match="待核"):
        actions.publish(plan, by=clerk)
    with pytest.raises(CannotDo, match="单位名称"):
        actions.publish(plan, by=clerk, with_unseen=True)


def test_names_are_learnt_and_unknown_ones_created(plan: Any, clerk: Any) -> None:
    actions.decide_names(plan, [actions.Decision("市水务局", kind="government")], by=clerk)
    unit = Unit.objects.get(name="市水务局")
    other = actions.Decision("市住建局", unit_id=unit.pk)
    actions.decide_names(plan, [other], by=clerk)
    assert UnitAlias.objects.filter(unit=unit, name="市住建局").exists()
    how = {row.name: row.how for row in queries.names_page(plan)}
    assert how["市水务局"] == "decided"


def test_the_same_name_of_two_units_is_asked(
    plan: Any, clerk: Any, make_unit: Callable[..., Unit]
) -> None:
    one = make_unit("甲县住建局", short_name="市住建局")
    make_unit("乙县住建局", short_name="市住建局")
    row = next(row for row in queries.names_page(plan) if row.name == "市住建局")
    assert row.how == "ask" and len(row.candidates) == 2
    decision = actions.Decision("市住建局", unit_id=one.pk, learn=False)
    actions.decide_names(plan, [decision], by=clerk)
    assert not UnitAlias.objects.filter(name="市住建局").exists()


def test_versions_are_numbered_and_never_change(settled: Any, clerk: Any) -> None:
    first = actions.publish(settled, by=clerk, words="首次发布")
    frozen = LedgerEntry.objects.filter(version=first)
    standing = Entry.objects.filter(plan=settled).exclude(state=State.WITHDRAWN)
    assert set(frozen.values_list("lineage", flat=True)) == set(
        standing.values_list("lineage", flat=True)
    )
    entry = frozen.first()
    assert entry is not None
    entry.subject = "改写历史"
    for attempt in (
        entry.save,
        entry.delete,
        first.delete,
        lambda: frozen.update(subject="改写历史"),
        PlanVersion.objects.all().delete,
    ):
        with pytest.raises(Immutable):
            attempt()
    target = Entry.objects.get(plan=settled, kind=Kind.TARGET, value=300)
    actions.change(
        settled,
        target.pk,
        version=target.version,
        by=clerk,
        words=target.quote,
        near=-1,
        fields={"value": 330},
    )
    second = actions.publish(settled, by=clerk)
    assert (first.number, second.number) == (1, 2)
    values = {e.version_id: e.value for e in LedgerEntry.objects.filter(lineage=target.lineage)}
    assert values == {first.pk: 300, second.pk: 330}
    assert first.sha256 != second.sha256


def test_others_ask_for_the_latest_version(settled: Any, clerk: Any, units: Any) -> None:
    assert queries.published_targets(settled.office) == ()
    actions.publish(settled, by=clerk)
    actions.publish(settled, by=clerk)
    targets = queries.published_targets(settled.office)
    assert {target.version for target in targets} == {2}
    target = next(target for target in targets if target.value == 300)
    assert (target.unit, target.plan) == ("个", settled.title)
    assert units["住房和城乡建设局"].pk in {unit.unit_id for unit in target.units}
    tasks = queries.published_tasks(settled.office)
    assert target.task in {task.lineage for task in tasks}


def test_rejected_entries_stay_out(settled: Any, clerk: Any) -> None:
    target = Entry.objects.get(plan=settled, kind=Kind.TARGET, value=180)
    actions.reject(settled, target.pk, version=target.version, by=clerk)
    actions.publish(settled, by=clerk)
    assert 180 not in {each.value for each in queries.published_targets(settled.office)}


# ------------------------------------------------------------------------- on paper


def test_the_ledger_goes_out_as_xlsx(settled: Any, clerk: Any, desk: Any) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    actions.add(
        settled,
        by=clerk,
        kind=Kind.PROJECT,
        words="滨江公园二期",
        near=0,
        source="list",
        source_name="《2026年项目清单》",
    )
    actions.publish(settled, by=clerk)
    answer = desk.get(f"/plans/{settled.pk}/versions/1/ledger.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    words = "".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    assert "滨江公园二期" in words and "《2026年项目清单》" in words


def test_unit_sheets_as_xlsx_and_docx(settled: Any, clerk: Any, units: Any) -> None:
    docx = pytest.importorskip("docx")
    openpyxl = pytest.importorskip("openpyxl")
    version = actions.publish(settled, by=clerk)
    sheets = {sheet.name: sheet for sheet in queries.unit_sheets(version)}
    water = sheets["临江市水务局"]
    assert water.tasks >= 1 and water.targets >= 1
    book = openpyxl.load_workbook(BytesIO(papers.sheet_xlsx(version, water)))
    page = book.active
    assert page["A1"].value == "临江市水务局责任单"
    assert page.print_title_rows == "$3:$3" and page.page_setup.orientation == "landscape"
    paper = docx.Document(BytesIO(papers.sheet_docx(version, water)))
    assert paper.paragraphs[0].text == "临江市水务局责任单"
    words = "".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert "供水管网" in words
    head = paper.tables[0].rows[0]._tr
    assert head.xpath("./w:trPr/w:tblHeader")
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)


def test_all_sheets_in_one_zip(settled: Any, clerk: Any, desk: Any, queries_of: Any) -> None:
    actions.publish(settled, by=clerk)
    with queries_of("plans:version"):
        page = desk.get(f"/plans/{settled.pk}/versions/1/").content.decode()
    assert "临江市水务局" in page
    answer = desk.get(f"/plans/{settled.pk}/versions/1/sheets.zip")
    names = zipfile.ZipFile(BytesIO(answer.content)).namelist()
    assert sum(name.endswith(".docx") for name in names) == len(names) / 2 >= 3


def test_the_screens_of_publication(plan: Any, desk: Any, queries_of: Any) -> None:
    with queries_of("plans:names"):
        page = desk.get(f"/plans/{plan.pk}/names/").content.decode()
    assert "名录里没有" in page
    data = {f"means-{row.name}": "new-government" for row in queries.names_page(plan)}
    assert desk.post(f"/plans/{plan.pk}/names/", data).status_code == 302
    desk.get(f"/plans/{plan.pk}/")  # shows the message, which is a write of its own
    with queries_of("plans:publish"):
        assert desk.get(f"/plans/{plan.pk}/publish/").status_code == 200
    refused = desk.post(f"/plans/{plan.pk}/publish/", {"words": ""})
    assert refused.status_code == 422 and "待核" in refused.content.decode()
    done = desk.post(f"/plans/{plan.pk}/publish/", {"words": "首次", "with_unseen": "on"})
    assert done.status_code == 302
    assert PlanVersion.objects.get(plan=plan).words == "首次"
