"""The whole sample city (示例城市): its people, plan, projects, annual plan, ten months.

Everything goes through the verbs that the screens use, so that the sample holds nothing a clerk
could not have entered. Each step looks whether it is done already: a second call changes nothing,
and one that was stopped half-way goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.db import transaction

from guatu.delivery.projects.checklist import FIVE_CLEARS, FIVE_ONES
from guatu.delivery.projects.heads import Mapping
from guatu.delivery.projects.sheets import open_sheets
from guatu.web.annual.actions import plan as annual
from guatu.web.annual.actions import targets
from guatu.web.annual.models import Accrual, AnnualPlan, Decomposition, Measure
from guatu.web.annual.queries.targets import published_targets
from guatu.web.bulletins import sample as bulletins
from guatu.web.page.worker import work_off
from guatu.web.people import actions as directory
from guatu.web.people import sample as people
from guatu.web.people.models import Unit, UnitKind
from guatu.web.people.sample import PASSWORD, USERNAME, SampleCity, is_loaded
from guatu.web.plans import actions as plans
from guatu.web.plans.models import Entry, Plan, State
from guatu.web.plans.names import NamesOf, pending_names
from guatu.web.projects import files as project_files
from guatu.web.projects.actions import importing, ties
from guatu.web.projects.actions.checklists import record_item
from guatu.web.projects.models import Import, ImportState, ItemRecord, Project, Tie, TieState
from guatu.web.reporting import sample as reporting
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision import sample as supervision
from guatu.web.supervision.queries.closes import current_close

__all__ = ["PASSWORD", "USERNAME", "NoSamples", "folder", "is_loaded", "load"]

PLAN: Final = "linjiang-2026-investment.docx"
PROJECTS: Final = "projects.xlsx"
ANNUAL: Final = "annual-plan-2026.xlsx"
YEAR: Final = 2026

# Units that the plan names and the directory lacks: their full names.
_NEW_UNITS: Final = {
    "市政府督查室": ("临江市人民政府督查室", UnitKind.GOVERNMENT),
    "临江高新技术产业开发区管委会": ("临江高新技术产业开发区管理委员会", UnitKind.ZONE),
}
# A suggestion this near is confirmed, as a clerk would in bulk; the others wait for one.
_SURE: Final = 0.8
# 城镇老旧小区: as the plan gives them out, over three years and five counties.
_SHARED_TARGET: Final = "改造城镇老旧小区"
_YEARLY: Final = 140
_OLD_QUARTERS: Final = {"青川区": 60, "南浦区": 40, "望海县": 20, "石桥县": 12}


class NoSamples(Exception):
    """The installation came without its samples."""


def folder() -> Path:
    """Where the sample files are: inside the installed package, or in the checkout."""
    for place in (Path(str(files("guatu"))) / "samples", Path(__file__).parents[3] / "samples"):
        if (place / PLAN).is_file():
            return place
    raise NoSamples("安装包里没有示例文件，请用完整的安装包，或在源代码目录里运行。")


def load() -> SampleCity:
    """The sample city with all that is in it; a second call changes nothing."""
    city = load_library()
    load_months()
    return city


def load_library() -> SampleCity:
    """The sample city up to its annual plan: enough to begin with; the months come after."""
    city = people.load()
    _publish_plan(city)
    _import_projects(city)
    _confirm_ties(city)
    _issue_annual_plan(city)
    _give_out_target(city)
    _record_checklists(city)
    return city


def months_left() -> bool:
    """Whether some of the ten months are still to come; False where there is no sample city."""
    if not people.is_loaded():
        return False
    last = ReportingPeriod.objects.filter(key=reporting.MONTHS[-1]).first()
    return last is None or current_close(last) is None


def load_months() -> None:
    """Ten months as units report them, each closed and issued before the next is opened.

    The last is left as a draft.

    A month is there as a whole or not at all: what a kill has left out the next call brings.
    """
    city = people.load()
    for key in reporting.MONTHS:
        with transaction.atomic():
            close = supervision.close_month(city, reporting.report_month(city, key))
            bulletins.bulletin_of(city, close)


# ---------------------------------------------------------------------- the plan


def _publish_plan(city: SampleCity) -> None:
    """The sample plan read, its names settled, its ledger published as the first version."""
    content = (folder() / PLAN).read_bytes()
    plan = plans.upload_plan(by=city.clerk, name=PLAN, content=content).plan
    work_off()
    if plan.versions.exists():
        return
    plan = Plan.objects.get(pk=plan.pk)
    plans.accept_all(plan, by=city.clerk)
    plans.decide_names(plan, _decisions(plan, city), by=city.clerk)
    plans.publish(plan, by=city.clerk, words="首次发布", with_findings=True)


def _decisions(plan: Plan, city: SampleCity) -> Iterator[plans.Decision]:
    entries = list(Entry.objects.filter(plan=plan).exclude(state=State.WITHDRAWN))
    for name in pending_names(entries, NamesOf(plan)):
        unit = _new_unit(name, city) if name in _NEW_UNITS else None
        yield plans.Decision(name, unit_id=unit.pk if unit else None)


def _new_unit(name: str, city: SampleCity) -> Unit:
    full_name, kind = _NEW_UNITS[name]
    found = Unit.objects.filter(name=full_name).first()
    if found is not None:
        return found
    last = max(unit.position for unit in city.units.values())
    return directory.create_unit(
        by=city.clerk,
        name=full_name,
        short_name=name,
        kind=kind,
        region=city.regions["临江市"],
        position=last + 1 + list(_NEW_UNITS).index(name),
    )


# ------------------------------------------------------------------- the projects


def _import_projects(city: SampleCity) -> None:
    """The office's list brought in the way a clerk does: mapped as guessed, compared, applied."""
    content = (folder() / "city" / PROJECTS).read_bytes()
    stored = project_files.keep(content, "imports", "sheet")
    done = Import.objects.filter(office=city.office, digest=stored.digest)
    if done.filter(state__in=(ImportState.APPLIED, ImportState.UNDONE)).exists():
        return
    job = done.exclude(state=ImportState.DROPPED).order_by("-pk").first() or importing.hand_in(
        by=city.clerk,
        name=PROJECTS,
        stored=stored,
        sheets=importing.look_at(content, PROJECTS),
    )
    if job.state == ImportState.MAPPING:
        guessed = Mapping.from_json(job.mapping["chosen"])
        importing.stage(
            job,
            by=city.clerk,
            sheet=job.sheet,
            mapping=guessed,
            chosen=guessed.fields,
            units=guessed.units,
            year=guessed.year,
            whole=False,
        )
    work_off()
    job.refresh_from_db()
    if job.state == ImportState.STAGED:
        importing.apply(job, by=city.clerk)
    work_off()


def _confirm_ties(city: SampleCity) -> None:
    """Ties to the plan suggested by the machine; the sure ones confirmed."""
    if Tie.objects.filter(project__office=city.office).exists():
        return
    ties.ask_for_suggestions(by=city.clerk)
    work_off()
    sure = Tie.objects.filter(project__office=city.office, score__gte=_SURE)
    ties.decide(list(sure.values_list("pk", flat=True)), by=city.clerk, state=TieState.CONFIRMED)


# ---------------------------------------------------------------- the annual plan


def _issue_annual_plan(city: SampleCity) -> None:
    """Every project with money this year, its nodes as the sheet has them, issued."""
    plan = AnnualPlan.objects.filter(office=city.office, year=YEAR).first()
    if plan is None:
        plan = annual.open_year(office=city.office, year=YEAR, by=city.clerk)
    if plan.is_issued:
        return
    wanted = Project.objects.filter(
        office=city.office, leaf=True, year_investment__gt=0
    ).select_related("region", "unit")
    annual.add_projects(plan, wanted, by=city.clerk)
    nodes = _nodes_by_name()
    cells = [
        (line.pk, "nodes", nodes[line.project.name])
        for line in plan.lines.select_related("project")
        if line.project.name in nodes and not line.nodes
    ]
    annual.paste(plan, cells, by=city.clerk)
    annual.issue(plan, number="临补短板办〔2026〕3号", on=date(YEAR, 4, 10), by=city.clerk)


def _record_checklists(city: SampleCity) -> None:
    """What is settled of the leaders' projects: some lists whole, some not, one not applying."""
    if ItemRecord.objects.filter(project__office=city.office).exists():
        return
    led = Project.objects.filter(office=city.office, leaf=True).exclude(leader="")
    _project, _leader, team, _body, _chart = FIVE_ONES.items
    _funds, approvals, land, _task, _investment = FIVE_CLEARS.items
    with transaction.atomic():
        for number, project in enumerate(led.order_by("position")):
            if number % 3:
                words = f"项目工作专班，组长{project.leader}"
                record_item(project, team, by=city.clerk, words=words, on=date(YEAR, 3, 16))
            if number % 2:
                words = "可研、初步设计、施工许可办理时限已列表明确"
                record_item(project, approvals, by=city.clerk, words=words, on=date(YEAR, 3, 27))
            if number % 4 == 1:
                words = "在现有用地内建设，不占用耕地"
                record_item(project, land, by=city.clerk, words=words, not_applicable=True)
            elif number % 4 == 3:
                words = "耕地占补平衡方案已经市自然资源和规划局审核"
                record_item(project, land, by=city.clerk, words=words, on=date(YEAR, 4, 2))


def _nodes_by_name() -> dict[str, str]:
    path = folder() / "city" / ANNUAL
    rows = open_sheets(path.read_bytes(), path.name)[0].rows
    heads = next(row for row in rows if "项目名称" in row)
    name, nodes = heads.index("项目名称"), heads.index("节点")
    return {str(row[name]): str(row[nodes]) for row in rows if row[name] and row[nodes]}


def _give_out_target(city: SampleCity) -> None:
    """One target of the plan over years and counties; the last county's part is left to give."""
    if Decomposition.objects.filter(office=city.office).exists():
        return
    entry = published_targets(city.office, _SHARED_TARGET).filter(value=3 * _YEARLY).first()
    if entry is None:
        return
    found = targets.decompose(
        entry,
        accrual=Accrual.SUM,
        measured_by=Measure.REPORTED,
        start_year=YEAR,
        end_year=YEAR + 2,
        by=city.clerk,
        source_name="临江市补短板扩投资三年行动方案",
    )
    for year in range(YEAR, YEAR + 3):
        targets.set_share(found, year=year, value=Decimal(_YEARLY), by=city.clerk)
    for name, value in _OLD_QUARTERS.items():
        region = city.regions[name]
        targets.set_share(
            found, year=YEAR, value=Decimal(value), region_id=region.pk, by=city.clerk
        )
