"""Verbs of a period's figures: closed, reopened, given up, issued.

**How nothing is half closed.** Closing takes the period's reports off the table by one short
transaction (the period is no longer open, its close is ``writing``). Rows, lights and roll-ups
are then laid ready in chunks under that close, which nobody reads; one last short transaction
makes it current and sets the library's lights. Killed anywhere, the job goes on from its cursor
if what is known is still the same (``digest``), and lays everything anew if it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import CountedBy
from guatu.delivery.supervision.packs import pack_from_data, pack_to_data
from guatu.web.page.jobs import enqueue
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects.actions.state import keep_state
from guatu.web.projects.models import Project
from guatu.web.reporting.models import (
    Ask,
    CycleKind,
    FileState,
    PeriodState,
    ReportingPeriod,
)
from guatu.web.reporting.queries.closable import closable
from guatu.web.supervision.facts import Web, close_before
from guatu.web.supervision.models import (
    Close,
    ClosedProject,
    ClosedRollup,
    CloseState,
    Light,
    Reopening,
)
from guatu.web.supervision.queries.packs import pack_in_use
from guatu.web.supervision.rows import columns_of, light_columns, rollup_to_data
from guatu.web.supervision.working import WorkedOut, digest_of, rollups_of, work_out

# Up to so many projects a close is one transaction of about a second; more go to a job.
SMALL: Final = 600
# Of rows written in one transaction: others wait a tenth of a second, not longer.
CHUNK: Final = 100
_SWEEP: Final = 1000
JOB: Final = "supervision.close"


@transaction.atomic
def close_period(
    period: ReportingPeriod,
    *,
    by: User,
    factor: int | None = None,
    counted_by: CountedBy | None = None,
    basis: Basis | None = None,
    small: int = SMALL,
) -> Close:
    """Close a period (关账): its figures become version n + 1 and change no more.

    With few projects the close is current when this returns; with many it is ``writing`` and a
    job brings it about. A period that is being closed already gives that same close. What is
    left out of ``factor`` (T in per cent), ``counted_by`` and ``basis`` is as in the last close.
    """
    require(by, "supervision.close", office=period.office)
    period = _locked(period)
    running: Close | None = Close.objects.filter(period=period, state=CloseState.WRITING).first()
    if running is not None:
        return running
    _refuse(period)
    before = close_before(period)
    last = period.closes.exclude(state=CloseState.DROPPED).order_by("-number").first() or before
    like: Close | None = last
    pack = pack_in_use(period.office)
    made: Close = Close.objects.create(
        period=period,
        office=period.office,
        key=period.key,
        number=period.version + 1,
        previous=before,
        factor=factor if factor is not None else like.factor if like else 100,
        counted_by=counted_by or (like.counted_by if like else CountedBy.ANNUAL),
        basis=basis or (like.basis if like else Basis.ADJUSTED),
        pack_code=pack.code,
        pack_version=pack.version,
        pack=pack_to_data(pack),
        by=by,
    )
    period.state = PeriodState.CLOSED
    period.save(update_fields=["state"])
    if Ask.objects.filter(period=period).count() <= small:
        _close_at_once(made, by)
    else:
        enqueue(JOB, str(made.pk), {"close": made.pk, "by": by.pk}, by=by)
    return made


def _close_at_once(made: Close, by: User) -> None:
    worked = worked_out(made)
    for at in range(0, len(worked.rows), CHUNK):
        lay(rows_to_lay(made, worked, at))
    lay(rollups_to_lay(made, worked))
    make_current(made, by=by, digest=digest_of(worked), projects=len(worked.rows))


def _locked(period: ReportingPeriod) -> ReportingPeriod:
    found = ReportingPeriod.objects.select_for_update(of=("self",)).select_related(
        "cycle", "office"
    )
    return found.get(pk=period.pk)


def _refuse(period: ReportingPeriod) -> None:
    if words := blocks(period):
        raise CannotDo(" ".join(words))


def blocks(period: ReportingPeriod) -> list[str]:
    """What keeps a period from being closed, in Chinese with what to do; empty where nothing."""
    if period.cycle.kind == CycleKind.TEN_DAY:
        return [_("旬报不关账：开停工、问题已记入项目，数在月报、季报里关账。")]
    if not closable(ReportingPeriod.objects.filter(pk=period.pk)).exists():
        words = _("本办公室有更短的调度制度在用，%(kind)s不另关账，以月报等关账的数为准。")
        return [words % {"kind": period.cycle.get_kind_display()}]
    if not period.is_open:
        told = {"period": period, "state": period.get_state_display()}
        return [_("%(period)s%(state)s，不能再关账。") % told]
    found = []
    earlier = ReportingPeriod.objects.filter(
        cycle=period.cycle, end__lt=period.start, state=PeriodState.OPEN
    ).order_by("end")
    if (first := earlier.first()) is not None:
        found.append(_("%(period)s还没有关账，先关前面的期。") % {"period": first})
    files = period.files.filter(state__in=(FileState.STAGED, FileState.READING)).count()
    if files:
        found.append(_("还有 %(n)d 张交回的表没有处理，先收下或退回。") % {"n": files})
    return found


# ------------------------------------------------------------------ laying rows ready


def worked_out(made: Close) -> WorkedOut:
    """The period worked out by the pack that the close was begun with."""
    pack = pack_from_data(made.pack).pack
    assert pack is not None, "a close keeps only packs that were read before"
    return work_out(made.period, pack)


@dataclass(frozen=True, slots=True)
class Laid:
    """Some rows with their lights, or roll-ups, made outside the transaction that writes them."""

    rows: list[ClosedProject] = field(default_factory=list)
    lights: list[Light] = field(default_factory=list)
    rollups: list[ClosedRollup] = field(default_factory=list)


def rows_to_lay(made: Close, worked: WorkedOut, at: int) -> Laid:
    """The next rows and lights from ``at`` on; none at the end."""
    some = worked.rows[at : at + CHUNK]
    web, leaves = worked.gathered.web, worked.leaves
    return Laid(
        rows=[
            ClosedProject(
                close=made,
                **_beside(web[row.project], leaf=row.project in leaves),
                **columns_of(row),
            )
            for row in some
        ],
        lights=[
            Light(
                close=made,
                leaf=row.project in leaves,
                **light_columns(worked.lights[row.project]),
            )
            for row in some
        ],
    )


def rollups_to_lay(made: Close, worked: WorkedOut) -> Laid:
    """All roll-ups that are written."""
    return Laid(
        rollups=[
            ClosedRollup(close=made, by=by, data=rollup_to_data(each))
            for by, each in rollups_of(worked)
        ]
    )


def lay(some: Laid) -> None:
    """Write what was made; out of sight until the close is current. In the job's transaction."""
    ClosedProject.objects.bulk_create(some.rows)
    Light.objects.bulk_create(some.lights)
    ClosedRollup.objects.bulk_create(some.rollups)


def _beside(web: Web, *, leaf: bool) -> dict[str, Any]:
    return {
        "leaf": leaf,
        "position": web.position,
        "unit_now_id": web.unit,
        "region_id": web.region,
        "source_id": web.source,
    }


def sweep(made: Close) -> int:
    """Take away some of what a close laid ready that is not current; how many rows went."""
    state = Close.objects.values_list("state", flat=True).get(pk=made.pk)
    if state not in (CloseState.WRITING, CloseState.DROPPED):
        raise CannotDo(str(Close.frozen_words))
    gone = 0
    for model in (ClosedProject, Light, ClosedRollup):
        pks = list(model.everything.filter(close=made).values_list("pk", flat=True)[:_SWEEP])
        deleted, _each = model.everything.filter(pk__in=pks).delete()
        gone += deleted
    return gone


@transaction.atomic
def make_current(made: Close, *, by: User, digest: str, projects: int) -> Close:
    """The last, short step of a close: from now on its figures are the period's."""
    period = _locked(made.period)
    mine = Close.objects.filter(pk=made.pk, state=CloseState.WRITING)
    if not mine.update(
        state=CloseState.CURRENT, digest=digest, projects=projects, at=timezone.now()
    ):
        raise CannotDo(_("这次关账已经办完或者放弃了。"))
    period.version = made.number
    period.save(update_fields=["version"])
    made.refresh_from_db()
    show_lights(made)
    told = {"version": made.number, "projects": projects, "pack": made.pack_code, "digest": digest}
    record(by, "period.closed", made, after=told)
    return made


def show_lights(close: Close | None) -> None:
    """Set the library's lights and figures to those of a close, by one statement."""
    if close is None:
        return
    light = Light.objects.filter(close=close, project=OuterRef("pk"))
    row = ClosedProject.objects.filter(close=close, project=OuterRef("pk"))
    keep_state(
        _projects_of(close),
        {
            "light": Subquery(light.values("colour")[:1]),
            "light_reason": Subquery(light.values("words")[:1]),
            "reached_year": Subquery(row.values("reached_year")[:1]),
            "reached_total": Subquery(row.values("reached_total")[:1]),
            "reached_period": close.key,
        },
    )


def _projects_of(close: Close) -> QuerySet[Project]:
    rows = ClosedProject.objects.filter(close=close).values("project_id")
    return Project.objects.filter(pk__in=rows)


# ------------------------------------------------------------------ taken back, given up, issued


@transaction.atomic
def reopen(period: ReportingPeriod, *, by: User, reason: str) -> Reopening:
    """Open a closed period again (重新打开) before it is issued; its close stays as it was."""
    require(by, "supervision.close", office=period.office)
    period = _locked(period)
    if not reason.strip():
        raise CannotDo({"reason": _("请写明重新打开的原因。")})
    if period.state == PeriodState.ISSUED:
        raise CannotDo(
            _("%(period)s已经通报，数不再改；更正请在当期办理调整。") % {"period": period}
        )
    close = Close.objects.filter(period=period, state=CloseState.CURRENT).first()
    if close is None:
        raise CannotDo(_("%(period)s没有关账，不用重新打开。") % {"period": period})
    if (next_one := closed_after(period)) is not None:
        words = _("%(later)s已经接着这一期关账，要先把后面的期重新打开。")
        raise CannotDo(words % {"later": next_one.period})
    Close.objects.filter(pk=close.pk).update(state=CloseState.REOPENED)
    period.state = PeriodState.OPEN
    period.save(update_fields=["state"])
    made = Reopening.objects.create(close=close, reason=reason.strip(), by=by)
    show_lights(close.previous)
    record(by, "period.reopened", close, after={"version": close.number, "reason": made.reason})
    return made


def closed_after(period: ReportingPeriod) -> Close | None:
    """The next close of the cycle that goes on from this period: while it stands, so does this."""
    later = Close.objects.filter(
        period__cycle=period.cycle_id,
        period__start__gt=period.end,
        state__in=(CloseState.CURRENT, CloseState.WRITING),
    )
    return later.select_related("period__cycle").order_by("period__end").first()


@transaction.atomic
def give_up(close: Close, *, by: User) -> None:
    """Give a close up that did not come about; its period takes reports again."""
    require(by, "supervision.close", office=close.office)
    period = _locked(close.period)
    if not Close.objects.filter(pk=close.pk, state=CloseState.WRITING).update(
        state=CloseState.DROPPED
    ):
        raise CannotDo(_("这次关账已经办完或者放弃了。"))
    period.state = PeriodState.OPEN
    period.save(update_fields=["state"])
    record(by, "period.close-given-up", close)


@transaction.atomic
def mark_issued(close: Close, *, by: User) -> ReportingPeriod:
    """The bulletin made from this close is issued: its period's figures stand for ever.

    For the bulletin's own verb, within its transaction; refused unless the close is current.
    """
    require(by, "supervision.close", office=close.office)
    period = _locked(close.period)
    standing = Close.objects.filter(pk=close.pk, state=CloseState.CURRENT).exists()
    if not standing or period.state not in (PeriodState.CLOSED, PeriodState.ISSUED):
        words = _("%(close)s不是这一期现在有效的关账，不能据以通报。")
        raise CannotDo(words % {"close": close})
    if period.state == PeriodState.CLOSED:
        period.state = PeriodState.ISSUED
        period.save(update_fields=["state"])
        record(by, "period.issued", close, after={"version": close.number})
    return period
