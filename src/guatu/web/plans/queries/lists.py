"""The list of plans, one plan at a glance, search and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.web.page.search import MOST, Hit
from guatu.web.page.waiting import Matter
from guatu.web.people.models import Office, User
from guatu.web.people.permissions import may
from guatu.web.plans.models import (
    SETTLED,
    Entry,
    Plan,
    PlanStatus,
    PlanVersion,
    Reading,
    ReadingState,
    State,
    Upload,
)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list."""

    key: int
    url: str
    title: str
    number: str
    issuer: str
    years: str
    status: str
    settled: int
    total: int
    state: str
    version: int | None
    created: datetime

    @property
    def progress(self) -> str:
        return f"{self.settled} / {self.total}" if self.total else ""

    @property
    def published(self) -> str:
        return _("第%(number)d版") % {"number": self.version} if self.version else _("未发布")


def _plans(office: Office) -> QuerySet[Plan, Any]:
    newest = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
    readings = Reading.objects.filter(upload__plan=OuterRef("pk")).order_by("-pk")
    counted = ~Q(entries__state=State.WITHDRAWN)
    return Plan.objects.filter(office=office).annotate(
        total=Count("entries", filter=counted),
        settled=Count("entries", filter=Q(entries__state__in=SETTLED)),
        version=Subquery(newest.values("number")[:1]),
        reading_state=Subquery(readings.values("state")[:1]),
    )


def plans(office: Office, *, words: str = "", status: str = "", stage: str = "") -> Any:
    """The office's plans, newest first; ``stage`` is reading, review or published."""
    # The annotations are no fields of the model, so the filters below are not typed.
    found: Any = _plans(office).order_by("-created", "-pk")
    for word in words.split():
        found = found.filter(
            Q(title__icontains=word) | Q(number__icontains=word) | Q(issuer__icontains=word)
        )
    if status:
        found = found.filter(status=status)
    match stage:
        case "reading":
            found = found.filter(current_reading__isnull=True)
        case "review":
            found = found.filter(current_reading__isnull=False, version__isnull=True)
        case "published":
            found = found.filter(version__isnull=False)
    return found


def as_plan_row(plan: Any) -> PlanRow:
    """A plan of ``plans`` as its row."""
    return PlanRow(
        key=plan.pk,
        url=reverse("plans:plan", args=[plan.pk]),
        title=plan.title,
        number=plan.number,
        issuer=plan.issuer,
        years=years(plan.start_year, plan.end_year),
        status=str(PlanStatus(plan.status).label),
        settled=plan.settled,
        total=plan.total,
        state=_state(plan),
        version=plan.version,
        created=plan.created,
    )


def years(start: int | None, end: int | None) -> str:
    """2021—2023, as far as the plan says."""
    if start and end and start != end:
        return f"{start}—{end}"
    return str(end or start or "")


def _state(plan: Any) -> str:
    if plan.current_reading_id is None:
        failed = plan.reading_state == ReadingState.FAILED
        return str(ReadingState.FAILED.label) if failed else _("读取中")
    if plan.settled < plan.total:
        return _("核对中")
    return _("已发布") if plan.version else _("已核完，待发布")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version in its plan's list."""

    number: int
    url: str
    published: datetime
    by: str
    words: str
    entries: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan at a glance."""

    plan: Plan
    row: PlanRow
    upload: Upload
    reading: Reading
    versions: tuple[VersionRow, ...]


def plan_page(office: Office, pk: int) -> PlanPage | None:
    """The plan with its file, its last reading and its versions."""
    plan = _plans(office).select_related("created_by").filter(pk=pk).first()
    if plan is None:
        return None
    upload = plan.uploads.defer("text", "layout").select_related("uploaded_by").order_by("-pk")[0]
    reading = upload.readings.defer("data").order_by("-number")[0]
    versions = (
        PlanVersion.objects.filter(plan=plan)
        .select_related("published_by")
        .annotate(count=Count("entries"))
        .order_by("-number")
    )
    rows = tuple(
        VersionRow(
            v.number,
            reverse("plans:version", args=[plan.pk, v.number]),
            v.published,
            v.published_by.name,
            v.words,
            v.count,
        )
        for v in versions
    )
    return PlanPage(plan, as_plan_row(plan), upload, reading, rows)


def search_plans(words: str, by: User) -> list[Hit]:
    """Plans and published commitments for Ctrl-K."""
    if not may(by, "plans.read"):
        return []
    found = Plan.objects.filter(office=by.office).filter(
        Q(title__icontains=words) | Q(number__icontains=words)
    )
    hits = [
        Hit(p.title, _("方案"), reverse("plans:plan", args=[p.pk]), p.number) for p in found[:3]
    ]
    entries = (
        Entry.objects.filter(plan__office=by.office, subject__icontains=words)
        .exclude(state__in=(State.WITHDRAWN, State.REJECTED))
        .exclude(kind__in=("duty", "citation"))
        .select_related("plan")
        .order_by("kind", "position")
    )
    hits += [
        Hit(
            e.subject[:40],
            e.get_kind_display(),
            f"{reverse('plans:review', args=[e.plan_id])}#e-{e.pk}",
            e.plan.title,
        )
        for e in entries[: MOST - len(hits)]
    ]
    return hits


def waiting_plans(by: User) -> list[Matter]:
    """Plans that could not be read, are to be reviewed or to be published."""
    if not may(by, "plans.edit"):
        return []
    matters = []
    plans = list(_plans(by.office).order_by("pk"))
    if not plans:
        words = _("还没有方案：上传一份，读成台账，核对后发布")
        return [Matter(words, reverse("plans:upload"), 1, _("去上传"), _("方案"))]
    for plan in plans:
        row = as_plan_row(plan)
        review = reverse("plans:review", args=[plan.pk])
        if plan.current_reading_id is None:
            if plan.reading_state == ReadingState.FAILED:
                words = _("“%(title)s”没有读出来，请看原因") % {"title": row.title}
                matters.append(Matter(words, row.url, 1, _("查看"), _("方案"), urgent=True))
        elif row.settled < row.total:
            left = row.total - row.settled
            words = _("“%(title)s”台账待核 %(left)d 条") % {"title": row.title, "left": left}
            matters.append(Matter(words, review, left, _("去核对"), _("方案")))
        elif row.version is None:
            words = _("“%(title)s”台账已核完，可以发布") % {"title": row.title}
            url = reverse("plans:publish", args=[plan.pk])
            matters.append(Matter(words, url, 1, _("去发布"), _("方案")))
    return matters
