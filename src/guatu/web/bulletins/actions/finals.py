"""Verbs of the final file (定稿): read beside its draft, each change of a figure explained."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.delivery.bulletins.changed import Compared, FigureState, compare
from guatu.documents.errors import UnreadableDocument
from guatu.web.bulletins.actions.drafting import keep_file
from guatu.web.bulletins.models import (
    Bulletin,
    BulletinFile,
    BulletinState,
    FileKind,
    FinalDifference,
)
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.projects import files
from guatu.web.supervision.models import CloseState


@dataclass(frozen=True, slots=True)
class ReadFinal:
    """A final file as it was read: the draft that it came from, and what became of the figures."""

    name: str
    data: bytes
    came_from: Bulletin
    compared: Compared


def read_final(bulletin: Bulletin, *, name: str, data: bytes) -> ReadFinal:
    """The final file beside its draft; nothing is written.

    A file that was made from an earlier draft of the period is known by its figures, so that what
    it kept from then shows as 旧数. Raises ``CannotDo`` where it is no docx.
    """
    now = dict(bulletin.facts.values_list("fact", "words"))
    found: ReadFinal | None = None
    for each in _drafts(bulletin):
        draft = each.files.filter(kind=FileKind.DRAFT).first()
        if draft is None:
            continue
        try:
            compared = compare(files.read(draft.stored), data, name, now)
        except UnreadableDocument as fault:
            raise CannotDo(str(fault)) from fault
        if found is None or _changed(compared) < _changed(found.compared):
            found = ReadFinal(name, data, each, compared)
        if not _changed(found.compared):
            break
    assert found is not None, "a bulletin has its draft"
    return found


def _drafts(bulletin: Bulletin) -> list[Bulletin]:
    """This draft first, then the period's earlier ones, the newest first."""
    earlier = Bulletin.objects.filter(period=bulletin.period_id, version__lt=bulletin.version)
    return [bulletin, *earlier.order_by("-version")]


def _changed(compared: Compared) -> int:
    return sum(one.state is FigureState.CHANGED for one in compared.figures)


@transaction.atomic
def take_final(bulletin: Bulletin, read: ReadFinal, *, by: User) -> BulletinFile:
    """Keep a final file with its differences; the same file twice is taken once."""
    require(by, "bulletins.draft", office=bulletin.office)
    bulletin = _locked(bulletin)
    known: BulletinFile | None = bulletin.files.filter(kind=FileKind.FINAL).order_by("-pk").first()
    if known is not None and known.digest == hashlib.sha256(read.data).hexdigest():
        return known
    compared = read.compared
    made = keep_file(
        bulletin,
        FileKind.FINAL,
        read.name,
        read.data,
        by,
        came_from=read.came_from,
        same=sum(one.state is FigureState.SAME for one in compared.figures),
        controls_lost=compared.controls_lost,
    )
    rows = _differences(compared)
    for position, row in enumerate(rows):
        row.file, row.position = made, position
    FinalDifference.objects.bulk_create(rows, batch_size=500)
    Bulletin.objects.filter(pk=bulletin.pk).update(state=BulletinState.FINAL)
    record(by, "bulletin.final-taken", bulletin, after={"file": read.name, "changed": len(rows)})
    return made


def _differences(compared: Compared) -> list[FinalDifference]:
    """What a person must look at: the period first, then figures, then numbers typed in."""
    rows = [
        FinalDifference(
            state=one.state.value,
            fact=one.fact,
            printing=one.printing,
            drafted=one.drafted[:60],
            final=(one.final or "")[:60],
            now=(one.now or "")[:60],
            where=one.where[:120],
        )
        for one in compared.matters
    ]
    rows += [
        FinalDifference(state="typed", final=one.words[:60], where=one.where[:120])
        for one in compared.typed
    ]
    period = compared.period
    if period is not None:
        given = {"drafted": period.expected, "final": period.printed, "now": period.expected}
        rows.insert(0, FinalDifference(state=period.mark.value, where=_("标题"), **given))
    return rows


@transaction.atomic
def explain(file: BulletinFile, *, by: User, words: Mapping[int, str]) -> int:
    """Say why figures of the final file differ; gives how many words were written or changed."""
    require(by, "bulletins.draft", office=file.bulletin.office)
    bulletin = _locked(file.bulletin)
    count = 0
    for row in FinalDifference.objects.filter(file=file, pk__in=list(words)):
        said = words[row.pk].strip()[:200]
        if said == row.reason:
            continue
        count += FinalDifference.objects.filter(pk=row.pk).update(
            reason=said, explained_by=by, explained_at=timezone.now()
        )
    if count:
        record(by, "bulletin.explained", bulletin, after={"changed": count})
    return count


def _locked(bulletin: Bulletin) -> Bulletin:
    """The bulletin, still to be issued and from a close that stands; locked."""
    found: Bulletin = (
        Bulletin.objects.select_for_update(of=("self",))
        .select_related("close", "office")
        .get(pk=bulletin.pk)
    )
    if found.state == BulletinState.ISSUED:
        raise CannotDo(_("通报已经印发，不再改动；更正请在当期办理调整。"))
    if found.state == BulletinState.REPLACED:
        raise CannotDo(_("这一稿已被新的一稿代替，请到新的一稿办理。"))
    if found.close.state != CloseState.CURRENT:
        raise CannotDo(
            _("%(close)s已被重新打开，这一稿的数不再有效。请重新关账后再起草。")
            % {"close": found.close}
        )
    return found
