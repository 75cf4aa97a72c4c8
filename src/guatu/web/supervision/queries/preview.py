"""The page of a period's close: what blocks, what to look at, what it would give, versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from guatu.delivery.supervision.colours import Colour
from guatu.delivery.supervision.rules import not_in_statistics
from guatu.web.page import formats
from guatu.web.page.models import Job
from guatu.web.page.waiting import Matter
from guatu.web.people.permissions import may
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting.models import Ask, PeriodState, Report, ReportingPeriod
from guatu.web.reporting.queries.closable import closable
from guatu.web.reporting.queries.reports import Missing, not_reported
from guatu.web.supervision.models import Close, CloseState, LaterAdjustment, Light, Pausing
from guatu.web.supervision.queries.closes import closes_of
from guatu.web.supervision.queries.packs import pack_in_use
from guatu.web.supervision.working import work_out

# With more projects than this a preview takes longer than a page may.
PREVIEW_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """Something to look at before closing; it does not block."""

    words: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A project whose light would change."""

    name: str
    url: str
    before: str
    light: str
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The lights as closing now would give them."""

    counts: list[tuple[str, int]]
    changes: list[Change]
    projects: int
    # Judged for the first time, and already 未入统: as a rule nobody has told the date yet.
    unlisted: int


@dataclass(frozen=True, slots=True)
class Version:
    """One close of the period."""

    pk: int
    number: int
    state: str
    current: bool
    at: str
    by: str
    pack: str
    projects: int
    digest: str
    reopened: str
    url: str
    counts: list[tuple[str, int]] = field(default_factory=list)


def versions(period: ReportingPeriod) -> list[Version]:
    """All closes of a period, the newest first, each with its lights; two queries."""
    found = list(closes_of(period))
    lights: dict[int, dict[str, int]] = {}
    rows = Light.objects.filter(close__in=found, leaf=True).order_by()
    for close, colour, count in rows.values_list("close_id", "colour").annotate(n=Count("pk")):
        lights.setdefault(close, {})[colour] = count
    return [_version(close, lights.get(close.pk, {})) for close in found]


def _version(close: Close, lights: dict[str, int]) -> Version:
    again = getattr(close, "reopening", None)
    return Version(
        pk=close.pk,
        number=close.number,
        state=close.get_state_display(),
        current=close.state == CloseState.CURRENT,
        at=formats.moment(close.at),
        by=close.by.name,
        pack=f"{close.pack['name']} 第{close.pack_version}版",
        projects=close.projects,
        digest=close.digest[:12],
        reopened=f"{formats.moment(again.at)} {again.by.name}：{again.reason}" if again else "",
        url=reverse("supervision:warnings") + f"?close={close.pk}",
        counts=_in_order(lights),
    )


def _in_order(lights: dict[str, int]) -> list[tuple[str, int]]:
    return [(colour.value, lights[colour.value]) for colour in Colour if lights.get(colour.value)]


def writing(period: ReportingPeriod) -> tuple[Close, Job | None] | None:
    """The close that is being brought about, and its job."""
    close = Close.objects.filter(period=period, state=CloseState.WRITING).first()
    if close is None:
        return None
    return close, Job.objects.filter(kind="supervision.close", key=str(close.pk)).first()


def missing(period: ReportingPeriod) -> list[Missing]:
    """谁还没报; they will stand as 未报 (灰)."""
    return not_reported(period) if period.is_open else []


def questions(period: ReportingPeriod) -> list[Question]:
    """What a careful clerk looks at before closing; five queries."""
    found: list[Question] = []
    reports = Report.objects.filter(period=period, current=True)
    unasked = reports.exclude(
        project__in=Ask.objects.filter(period=period).values("project")
    ).count()
    if unasked:
        found.append(Question(f"{unasked} 个没有要求填报的项目也有报送数，请看是否算在本期。"))
    approved = Pausing.objects.filter(resumed_on__isnull=True).values("project")
    paused = (
        Project.objects.filter(
            office=period.office_id, stage=Stage.PAUSED, annual_lines__isnull=False
        )
        .exclude(pk__in=approved)
        .distinct()
    )
    if names := [project.name for project in paused[:3]]:
        found.append(
            Question(
                f"项目库里已转停缓建、但没有登记批准文号：{'、'.join(names)}等。"
                "没有批准的不退出进度，要退出的先登记。",
                reverse("supervision:approvals"),
                "登记停缓建",
            )
        )
    for each in LaterAdjustment.objects.filter(lands_in=period, withdrawn=False).select_related(
        "project", "of_period__cycle"
    ):
        found.append(
            Question(
                f"“{each.project.name}”有{each.of_period}的调整 {formats.wan(each.amount)} 万元"
                "记入本期，请核对本期填报的累计数已含调整。",
                reverse("reporting:project", args=[each.project_id]),
                "看报送数",
            )
        )
    fallen = [
        report.project.name
        for report in reports.filter(replaces__isnull=False).select_related("project", "replaces")
        if report.replaces
        and report.reached_year is not None
        and report.replaces.reached_year is not None
        and report.reached_year < report.replaces.reached_year
    ]
    if fallen:
        found.append(Question(f"更正后累计数变小：{'、'.join(fallen[:5])}。"))
    return found


def preview(period: ReportingPeriod) -> Preview | None:
    """What closing now would give; None where it is not open or too large for a page."""
    if not period.is_open or Ask.objects.filter(period=period).count() > PREVIEW_MOST:
        return None
    worked = work_out(period, pack_in_use(period.office))
    counts: dict[str, int] = {}
    changes = []
    unlisted = 0
    for row in worked.rows:
        if row.project not in worked.leaves:
            continue
        state = worked.lights[row.project]
        counts[state.colour.value] = counts.get(state.colour.value, 0) + 1
        if state.before is None:
            unlisted += any(each.rule == not_in_statistics.RULE.code for each in state.reasons)
        if state.changed and state.before is not None:
            changes.append(
                Change(
                    row.name,
                    reverse("supervision:project", args=[int(row.project)]),
                    state.before.value,
                    state.colour.value,
                    state.reasons[0].words,
                )
            )
    return Preview(_in_order(counts), changes, len(worked.leaves), unlisted)


def waiting(by: Any) -> list[Matter]:
    """Periods that are due and may be closed, on the workbench."""
    if not may(by, "supervision.close"):
        return []
    due = closable(
        ReportingPeriod.objects.filter(
            office=by.office_id, state=PeriodState.OPEN, due__lt=timezone.localdate()
        )
    ).select_related("cycle")
    return [
        Matter(
            f"{period}报送期限已过，可以关账",
            reverse("supervision:close", args=[period.pk]),
            action="去关账",
            place="预警",
        )
        for period in due.order_by("end")
    ]
