"""Verbs of a draft (起草): made from the period's close, kept with every figure in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.delivery.bulletins.chart import rates_chart
from guatu.delivery.bulletins.closed_month import Particulars
from guatu.delivery.bulletins.kept import paper_to_data, pictures_of
from guatu.delivery.bulletins.month import Bulletin as Made
from guatu.delivery.bulletins.month import month_bulletin
from guatu.delivery.bulletins.official import official_docx
from guatu.web.bulletins.models import (
    Bulletin,
    BulletinFact,
    BulletinFile,
    BulletinState,
    FactProjects,
    FileKind,
)
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects import files
from guatu.web.reporting.models import PeriodState, ReportingPeriod
from guatu.web.supervision.models import Close, CloseState
from guatu.web.supervision.queries.closes import closed_month

_KEPT: Final = (
    "signature", "area", "counties", "red_head", "addressee", "copies_to", "printed_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft worked out but not kept yet: what it says, and its docx."""

    close: Close
    particulars: Particulars
    made: Made
    docx: bytes


def prepare(close: Close, particulars: Particulars) -> Drafted:
    """The draft of a close, worked out outside any transaction; nothing is written."""
    month = closed_month(close)
    made = month_bulletin(month, particulars)
    caption = f"图1　各{particulars.counties}投资完成率与序时进度"
    chart = rates_chart(made.counties, caption=caption)
    if chart is not None:
        made = month_bulletin(month, particulars, chart=chart)
    return Drafted(close, particulars, made, official_docx(made.paper))


def draft(close: Close, *, by: User, particulars: Particulars) -> Bulletin:
    """Draft a period's bulletin (起草) and keep it."""
    require(by, "bulletins.draft", office=close.office)
    return keep_draft(prepare(close, particulars), by=by)


@transaction.atomic
def keep_draft(drafted: Drafted, *, by: User) -> Bulletin:
    """Keep a draft; an earlier one of the period that is not issued gives way to it.

    Raises ``CannotDo`` where the close no longer stands or the period is issued.
    """
    close = drafted.close
    require(by, "bulletins.draft", office=close.office)
    period = ReportingPeriod.objects.select_for_update().get(pk=close.period_id)
    if period.state == PeriodState.ISSUED:
        raise CannotDo(_("%(period)s的通报已经印发，不再起草。") % {"period": period})
    if not Close.objects.filter(pk=close.pk, state=CloseState.CURRENT).exists():
        raise CannotDo(
            _("%(close)s已被重新打开，数不再有效。请重新关账后再起草。") % {"close": close}
        )
    earlier = Bulletin.objects.filter(period=period)
    earlier.filter(state__in=(BulletinState.DRAFT, BulletinState.FINAL)).update(
        state=BulletinState.REPLACED
    )
    last = earlier.order_by("-version").values_list("version", flat=True).first() or 0
    paper = drafted.made.paper
    made: Bulletin = Bulletin.objects.create(
        office=close.office,
        period=period,
        close=close,
        version=last + 1,
        title=paper.title,
        text=paper_to_data(paper),
        by=by,
        **{name: getattr(drafted.particulars, name) for name in _KEPT},
    )
    _keep_facts(made, drafted.made)
    name = f"{paper.title}（第{made.version}稿）.docx"
    keep_file(made, FileKind.DRAFT, name, drafted.docx, by)
    for number, png in enumerate(pictures_of(paper), start=1):
        keep_file(made, FileKind.CHART, f"图{number}.png", png, by)
    record(
        by, "bulletin.drafted", made, after={"version": made.version, "close_number": close.number}
    )
    return made


def _keep_facts(bulletin: Bulletin, made: Made) -> None:
    lists: dict[tuple[str, ...], FactProjects | None] = {(): None}
    for fact in made.facts.values():
        if fact.projects not in lists:
            lists[fact.projects] = FactProjects(
                bulletin=bulletin, projects=[int(pk) for pk in fact.projects]
            )
    FactProjects.objects.bulk_create([each for each in lists.values() if each], batch_size=200)
    BulletinFact.objects.bulk_create(
        [
            BulletinFact(
                bulletin=bulletin,
                position=position,
                fact=fact.id,
                value="" if fact.value is None else str(fact.value),
                words=fact.words,
                unit=fact.unit,
                definition=fact.definition,
                projects=lists[fact.projects],
            )
            for position, fact in enumerate(made.facts.values())
        ],
        batch_size=500,
    )


def keep_file(
    bulletin: Bulletin, kind: str, name: str, data: bytes, by: User | None, **more: Any
) -> BulletinFile:
    """A file of the bulletin, stored by its digest outside the web root."""
    stored = files.keep(data, "bulletins", kind)
    made: BulletinFile = BulletinFile.objects.create(
        bulletin=bulletin,
        kind=kind,
        name=name[:200],
        stored=stored.path,
        digest=stored.digest,
        size=stored.size,
        by=by,
        **more,
    )
    return made
