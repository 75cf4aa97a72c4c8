"""Lists of bulletins: issued ones, drafts, closed periods that wait for one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from guatu.delivery.bulletins.closed_month import Particulars
from guatu.web.bulletins.models import Bulletin, BulletinState
from guatu.web.page.paging import Paged, paged
from guatu.web.page.search import Hit
from guatu.web.page.waiting import Matter
from guatu.web.people.models import Office
from guatu.web.people.permissions import may
from guatu.web.reporting.models import PeriodState, ReportingPeriod
from guatu.web.supervision.models import Close, CloseState


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """A bulletin in the list."""

    key: str
    url: str
    period: str
    title: str
    number: str
    issued_on: date | None
    state: str
    version: int
    close: str
    by: str


def bulletins(office: Office, params: QueryDict) -> Paged[BulletinRow]:
    """The office's bulletins, the latest period first; drafts that gave way are left out."""
    found = (
        Bulletin.objects.filter(office=office)
        .exclude(state=BulletinState.REPLACED)
        .select_related("period__cycle", "close", "by", "issued_by")
        .defer("text")
    )
    page: Paged[Bulletin] = paged(found, params, size=36)
    rows = [_row(each) for each in page.rows]
    return Paged(rows, page.number, page.size, page.total, page.query)


def _row(each: Bulletin) -> BulletinRow:
    who = each.issued_by if each.issued_by is not None else each.by
    return BulletinRow(
        key=str(each.pk),
        url=reverse("bulletins:bulletin", args=[each.pk]),
        period=each.period.period.label,
        title=each.title,
        number=each.number,
        issued_on=each.issued_on,
        state=state_words(each),
        version=each.version,
        close=f"第 {each.close.number} 次",
        by=who.name,
    )


def state_words(each: Bulletin) -> str:
    """Where it stands; one whose close was opened again says so."""
    if each.is_live and each.close.state != CloseState.CURRENT:
        return "数已失效"
    return str(each.get_state_display())


@dataclass(frozen=True, slots=True)
class Ready:
    """A closed period that has no draft from the close that stands."""

    period: str
    url: str
    again: bool


def ready(office: Office) -> list[Ready]:
    """Closed periods to be drafted, the earliest first; ``again`` where an older draft is stale."""
    found = Close.objects.filter(
        office=office, state=CloseState.CURRENT, period__state=PeriodState.CLOSED
    ).select_related("period__cycle")
    live = dict(
        Bulletin.objects.filter(
            office=office, state__in=(BulletinState.DRAFT, BulletinState.FINAL)
        ).values_list("period_id", "close_id")
    )
    return [
        Ready(
            close.period.period.label,
            reverse("bulletins:draft", args=[close.period_id]),
            close.period_id in live,
        )
        for close in found.order_by("period__end")
        if live.get(close.period_id) != close.pk
    ]


def last_particulars(office: Office) -> Particulars:
    """What of the paper is no figure, as the office's last draft had it."""
    last = Bulletin.objects.filter(office=office).order_by("-pk").defer("text").first()
    if last is None:
        return Particulars(
            signature=office.name, red_head=f"{office.name}文件", printed_by=office.name
        )
    kept = {field.name for field in fields(Particulars)} - {"number", "signed_on", "printed_on"}
    return Particulars(**{name: getattr(last, name) for name in kept})


def draft_of(period: ReportingPeriod) -> Bulletin | None:
    """The period's bulletin: issued, or the draft that stands."""
    return (
        Bulletin.objects.filter(period=period)
        .exclude(state=BulletinState.REPLACED)
        .defer("text")
        .first()
    )


def waiting(by: Any) -> list[Matter]:
    """On the workbench: closed periods to be drafted, drafts to be issued."""
    if not may(by, "bulletins.draft"):
        return []
    found = []
    waiting_ones = ready(by.office)
    if waiting_ones:
        first = waiting_ones[0]
        words = f"{first.period}已{'重新' if first.again else ''}关账，通报待起草"
        found.append(Matter(words, first.url, len(waiting_ones), "去起草", "通报"))
    live = Bulletin.objects.filter(
        office=by.office,
        state__in=(BulletinState.DRAFT, BulletinState.FINAL),
        close__state=CloseState.CURRENT,
    ).select_related("period__cycle")
    for each in live.defer("text").order_by("period__end")[:2]:
        url = reverse("bulletins:bulletin", args=[each.pk])
        todo = "待印发" if each.state == BulletinState.FINAL else "待定稿"
        found.append(Matter(f"{each.period.period.label}通报{todo}", url, 1, "去办理", "通报"))
    return found


def search_bulletins(words: str, by: Any) -> list[Hit]:
    """Ctrl-K: by title, 文号 or period."""
    found = (
        Bulletin.objects.filter(office=by.office_id)
        .exclude(state=BulletinState.REPLACED)
        .defer("text")
        .order_by("-period__end")[:60]
    )
    return [
        Hit(each.title, "通报", reverse("bulletins:bulletin", args=[each.pk]), each.number)
        for each in found
        if words in each.title or words in each.number
    ]
