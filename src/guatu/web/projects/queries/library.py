"""Questions about projects: the list with its filters and columns, full text, totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.projects.checklist import Checklist
from guatu.web.page.filters import ChoiceFilter, Filter, TextFilter
from guatu.web.page.paging import Paged, paged
from guatu.web.page.search import Hit
from guatu.web.page.tables import Column, sort_of
from guatu.web.people.models import Office, Unit, User
from guatu.web.people.queries import region_choices
from guatu.web.projects.cells import name_cell
from guatu.web.projects.fields import CHOICES
from guatu.web.projects.models import CountyShare, Ownership, Project, SavedFilter, Stage
from guatu.web.projects.queries import checklists


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project as the list shows it."""

    key: str
    url: str
    light: str
    name: str
    code: str
    parent: str
    section: str
    region: str
    place: str
    unit: str
    owner: str
    person: str
    phone: str
    leader: str
    stage: str
    stage_since: date | None
    ownership: str
    nature: str
    procedure: str
    investment_kind: str
    industry: str
    tags: str
    scale: str
    investment: int | None
    year_investment: int | None
    reached_year: int | None
    reached_total: int | None
    reached_period: str
    year_content: str
    start: str
    finish: str
    open_problems: int
    parts: str
    remark: str
    checks: str


COLUMNS: Final = (
    Column("name", "项目名称", sort=True, link="url", width="l", draw=name_cell),
    Column("light", "灯", "light", sort=True),
    Column("stage", "阶段", sort=True),
    Column("region", "县区", sort=True),
    Column("unit", "责任单位", sort=True),
    Column("investment", "总投资", "wan", unit="万元", sort=True),
    Column("year_investment", "年度计划", "wan", unit="万元", sort=True),
    Column("reached_year", "本年完成", "wan", unit="万元", sort=True),
    Column("start", "计划开工", sort=True),
    Column("finish", "计划竣工", sort=True),
    Column("code", "项目代码", sort=True),
    Column("parent", "所属打捆项目", width="m"),
    Column("section", "所属类别", sort=True, width="m"),
    Column("place", "建设地点", width="m"),
    Column("owner", "建设单位", sort=True, width="m"),
    Column("person", "责任人", sort=True),
    Column("phone", "联系电话"),
    Column("leader", "联系领导", sort=True),
    Column("stage_since", "进入本阶段", "day", sort=True),
    Column("ownership", "所有制", sort=True),
    Column("nature", "建设性质"),
    Column("procedure", "审批类型"),
    Column("investment_kind", "投资类别"),
    Column("industry", "行业代码"),
    Column("tags", "工程标签", width="m"),
    Column("scale", "建设规模和内容", width="l"),
    Column("year_content", "年度建设内容", width="l"),
    Column("reached_total", "累计完成", "wan", unit="万元", sort=True),
    Column("reached_period", "最近报告期"),
    Column("open_problems", "未解决问题", "number", sort=True),
    Column("checks", "落实清单", width="l"),
    Column("remark", "备注", width="l"),
)
DEFAULT: Final = (
    "name", "light", "stage", "region", "unit", "investment", "year_investment", "reached_year",
    "start", "finish",
)  # fmt: skip

_ORDER: Final = {
    "region": "region__position",
    "unit": "unit__position",
    "owner": "owner_name",
}
# What may be missing comes last, whichever way one sorts.
_MISSING: Final = frozenset(
    {"investment", "year_investment", "reached_year", "reached_total", "start", "finish",
     "stage_since", "region", "unit"}
)  # fmt: skip


def filters(office: Office, lists: Sequence[Checklist]) -> tuple[Filter, ...]:
    """The boxes above the list; ``lists`` are the office's checklists."""
    theirs = Project.objects.filter(office=office, unit=OuterRef("pk"))
    known = Unit.objects.filter(Exists(theirs)).order_by("position", "name")
    held = [
        (str(pk), short or name)
        for pk, short, name in known.values_list("pk", "short_name", "name")
    ]
    found = Project.objects.filter(office=office).exclude(section="").order_by("section")
    sections = list(found.values_list("section", flat=True).distinct()[:200])
    return (
        TextFilter("q", "检索", "名称、代码、单位、人员"),
        ChoiceFilter("stage", "阶段", [(str(k), str(v)) for k, v in Stage.choices], many=True),
        ChoiceFilter("light", "灯", LIGHTS),
        ChoiceFilter("region", "县区", region_choices()),
        ChoiceFilter("unit", "责任单位", [("none", "（未填）"), *held]),
        ChoiceFilter("section", "类别", [(each, each) for each in sections]),
        ChoiceFilter("ownership", "所有制", [(str(k), str(v)) for k, v in Ownership.choices if k]),
        ChoiceFilter("form", "层级", FORMS),
        ChoiceFilter("lack", "缺项", LACKS),
        ChoiceFilter("check", "落实清单", checklists.choices(lists)),
    )


LIGHTS: Final = (
    ("red", "红"),
    ("yellow", "黄"),
    ("green", "绿"),
    ("paused", "停"),
    ("grey", "灰（未报）"),
)
FORMS: Final = (("leaf", "只看末级项目"), ("top", "只看顶层项目"), ("package", "只看打捆项目"))
LACKS: Final = (
    ("code", "没有项目代码"),
    ("unit", "没有责任单位"),
    ("person", "没有责任人"),
    ("investment", "没有总投资"),
    ("months", "没有开竣工月份"),
    ("tie", "没有挂接方案"),
    ("problem", "有未解决问题"),
)
_LACKING: Final = {
    "code": Q(code=""),
    "unit": Q(unit_name=""),
    "person": Q(person=""),
    "investment": Q(investment__isnull=True),
    "months": Q(start__isnull=True) | Q(finish__isnull=True),
    "tie": ~Q(ties__state="confirmed"),
    "problem": Q(open_problems__gt=0),
}


def found_projects(
    office: Office,
    chosen: Mapping[str, str],
    stages: Sequence[str] = (),
    lists: Sequence[Checklist] = (),
) -> QuerySet[Project]:
    """Projects of an office that fit the filters; several words must all occur."""
    found = Project.objects.filter(office=office)
    for word in chosen.get("q", "").lower().split()[:6]:
        found = found.filter(search__contains=word)
    if stages:
        found = found.filter(stage__in=stages)
    if light := chosen.get("light"):
        found = found.filter(light__in=("", "grey") if light == "grey" else (light,))
    if region := chosen.get("region"):
        found = found.filter(Q(region_id=region) | Q(pk__in=_with_share(region)))
    if unit := chosen.get("unit"):
        found = found.filter(unit__isnull=True) if unit == "none" else found.filter(unit_id=unit)
    for name in ("section", "ownership"):
        if value := chosen.get(name):
            found = found.filter(**{name: value})
    if form := chosen.get("form"):
        held = {"leaf": Q(leaf=True), "top": Q(parent__isnull=True), "package": Q(leaf=False)}
        found = found.filter(held[form])
    if lack := chosen.get("lack"):
        found = found.filter(_LACKING[lack])
    if check := chosen.get("check"):
        found = checklists.chosen(found, check, lists)
    return found


def _with_share(region: str) -> Any:
    return CountyShare.objects.filter(region_id=region).values("project_id")


def in_order(found: QuerySet[Project], params: QueryDict) -> QuerySet[Project]:
    """In the order that the address asks for; the sheet's own order where it asks for none."""
    name, down = sort_of(params, COLUMNS)
    if not name:
        return found.order_by("position", "pk")
    column = F(_ORDER.get(name, name))
    last = {"nulls_last": True} if name in _MISSING else {}
    ordered = column.desc(**last) if down else column.asc(**last)
    return found.order_by(ordered, "position", "pk")


_WITH: Final = ("region", "unit", "parent")


@dataclass(frozen=True, slots=True)
class _Counted:
    """Rows whose number is known already: one question less."""

    rows: QuerySet[Project]
    total: int
    lists: Sequence[Checklist]

    def __getitem__(self, part: slice) -> list[Project]:
        # Their numbers first: 30,000 wide rows need not be sorted to show fifty.
        pks = list(self.rows.values_list("pk", flat=True)[part])
        wide = checklists.with_states(Project.objects.select_related(*_WITH), self.lists)
        found = wide.in_bulk(pks)
        return [found[pk] for pk in pks if pk in found]

    def count(self) -> int:
        """How many there are."""
        return self.total


def projects(
    found: QuerySet[Project], params: QueryDict, total: int, lists: Sequence[Checklist] = ()
) -> Paged[ProjectRow]:
    """A page of the list, of which ``sums`` has told the length; ``lists`` if they are shown."""
    return paged(
        _Counted(in_order(found, params), total, lists),
        params,
        as_row=lambda project: project_row(project, lists),
    )


def sheet_rows(
    found: QuerySet[Project], params: QueryDict, lists: Sequence[Checklist] = ()
) -> Iterator[ProjectRow]:
    """All rows of the list, for the sheet that goes out; ``lists`` if they are shown."""
    rows = checklists.with_states(in_order(found, params).select_related(*_WITH), lists)
    for project in rows.iterator(chunk_size=2000):
        yield project_row(project, lists)


@cache
def labels(name: str) -> dict[str, str]:
    """The words of a field's values; ``get_…_display`` works them out for each row anew."""
    return {value: str(words) for value, words in CHOICES[name].items()}


def project_row(project: Project, lists: Sequence[Checklist] = ()) -> ProjectRow:
    """The row of a project; asks nothing of the database. With ``lists`` it came with states."""
    region, unit, parent = project.region, project.unit, project.parent
    return ProjectRow(
        key=str(project.pk),
        url=reverse("projects:project", args=[project.pk]),
        light="paused" if project.stage == Stage.PAUSED else project.light or "grey",
        name=project.name,
        code=project.code,
        parent=parent.name if parent else "",
        section=project.section,
        region=region.name if region else "",
        place=project.place,
        unit=str(unit) if unit else project.unit_name,
        owner=project.owner_name,
        person=project.person,
        phone=project.phone,
        leader=project.leader,
        stage=labels("stage")[project.stage],
        stage_since=project.stage_since,
        ownership=labels("ownership")[project.ownership] if project.ownership else "",
        nature=labels("nature")[project.nature] if project.nature else "",
        procedure=labels("procedure")[project.procedure] if project.procedure else "",
        investment_kind=project.investment_kind,
        industry=project.industry,
        tags=project.tags.strip("、"),
        scale=project.scale,
        investment=project.investment,
        year_investment=project.year_investment,
        reached_year=project.reached_year,
        reached_total=project.reached_total,
        reached_period=project.reached_period,
        year_content=project.year_content,
        start=month(project.start),
        finish=month(project.finish),
        open_problems=project.open_problems,
        parts="打捆" if not project.leaf else ("子项" if project.parent_id else ""),
        remark=project.remark,
        checks=checklists.listed(project, lists),
    )


def month(day: date | None) -> str:
    """2026-03, as tables write a month."""
    return f"{day:%Y-%m}" if day else "—"


def chosen_columns(params: QueryDict) -> list[Column]:
    """The columns that the address names, or the usual ones; the name always stands first."""
    wanted = [name for name in params.get("cols", "").split(".") if name]
    known = {column.key: column for column in COLUMNS}
    names = [name for name in wanted if name in known] or list(DEFAULT)
    return [known[name] for name in dict.fromkeys(["name", *names])]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a list adds up to: leaves once, both ways of counting."""

    rows: int
    projects: int
    leaves: int
    investment: int | None
    year_investment: int | None
    reached_year: int | None


def sums(found: QuerySet[Project]) -> Sums:
    """Totals over leaves (packages are the sum of their parts), and both counts; one query."""
    leaf = Q(leaf=True)
    got = found.aggregate(
        rows=Count("pk"),
        projects=Count("pk", filter=Q(parent__isnull=True)),
        leaves=Count("pk", filter=leaf),
        investment=Sum("investment", filter=leaf),
        year_investment=Sum("year_investment", filter=leaf),
        reached_year=Sum("reached_year", filter=leaf),
    )
    whole = {k: None if v is None else int(v) for k, v in got.items()}
    return Sums(
        whole["rows"] or 0,
        whole["projects"] or 0,
        whole["leaves"] or 0,
        whole["investment"],
        whole["year_investment"],
        whole["reached_year"],
    )


def saved_filters(by: User) -> list[SavedFilter]:
    """One's own saved filters, and those shared in the office."""
    mine = Q(by=by) | Q(office=by.office_id, shared=True)
    return list(SavedFilter.objects.filter(mine).order_by("name"))


def search_projects(words: str, by: Any) -> list[Hit]:
    """Ctrl-K over the library."""
    found = found_projects(by.office, {"q": words}).select_related("region", "unit")
    return [
        Hit(
            each.name,
            "项目",
            reverse("projects:project", args=[each.pk]),
            " · ".join([each.get_stage_display(), *([each.region.name] if each.region else [])]),
        )
        for each in found.order_by("position", "pk")[:8]
    ]
