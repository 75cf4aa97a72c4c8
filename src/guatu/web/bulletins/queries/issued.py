"""Figures as issued (印发的数): what the final file has otherwise than the draft, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from guatu.delivery.bulletins.changed import FigureState
from guatu.delivery.bulletins.kept import figures_in
from guatu.web.bulletins.models import Bulletin, BulletinFact, BulletinState
from guatu.web.bulletins.queries.final import DifferenceRow, difference_rows, final_of
from guatu.web.page.figures import Step
from guatu.web.supervision.models import Close

_OTHERWISE = (FigureState.CHANGED, FigureState.STALE, FigureState.MISSING)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that the final file has otherwise; ``issued`` is empty where it was taken out.

    ``printing`` counts the draft's printings of the fact from 0, None for one that the draft has
    not.
    """

    fact: str
    printing: int | None
    drafted: str
    issued: str
    reason: str
    by: str
    when: str

    @property
    def words(self) -> str:
        """What was done and why, in one sentence."""
        if not self.drafted:
            done = f"定稿增写 {self.issued}"
        elif not self.issued:
            done = f"定稿删去原稿的 {self.drafted}"
        else:
            done = f"原稿 {self.drafted}，定稿改为 {self.issued}"
        return f"{done}：{self.reason}（{self.by}）" if self.reason else f"{done}，还没有说明原因"


class Changes:
    """The changes of one final file, by figure."""

    def __init__(self, found: Iterable[Change] = ()) -> None:
        self._found = list(found)
        self._by_place = {(each.fact, each.printing): each for each in self._found}

    def __len__(self) -> int:
        return len(self._found)

    def at(self, fact: str, printing: int) -> Change | None:
        """The change of this printing of the fact."""
        return self._by_place.get((fact, printing))

    def of(self, fact: str) -> list[Change]:
        """All changes of a fact, in reading order."""
        return [each for each in self._found if each.fact == fact]


def changes_in(rows: Iterable[DifferenceRow]) -> Changes:
    """Those of a final file's differences that are other figures than the draft's."""
    return Changes(
        Change(row.fact, row.printing, row.drafted, row.final, row.reason, row.by, row.when)
        for row in rows
        if row.code in _OTHERWISE
    )


@dataclass(frozen=True, slots=True)
class AsIssued:
    """A fact as the final file prints it, and what was changed; where printings differ, each."""

    words: str
    changes: Sequence[Change] = ()

    def steps(self) -> list[Step]:
        """The step of the road that tells of the changes; none where there are none."""
        if not self.changes:
            return []
        lines = [f"{each.words}，{each.when}" if each.when else each.words for each in self.changes]
        return [Step("定稿改动", [*lines, "关账的数没有变，改的只是印出的数。"])]


def as_issued(fact: BulletinFact) -> AsIssued:
    """The fact's words as issued; ``—`` where the final file has taken it out."""
    if fact.bulletin.state == BulletinState.DRAFT:
        return AsIssued(fact.words)
    file = final_of(fact.bulletin)
    changes = changes_in(difference_rows(fact.bulletin, file, fact.fact) if file else ())
    if not len(changes):
        return AsIssued(fact.words)
    printed = [words for name, words in figures_in(fact.bulletin.text) if name == fact.fact]
    seen: dict[str, None] = {}
    for number, words in enumerate(printed):
        change = changes.at(fact.fact, number)
        seen[words if change is None else change.issued] = None
    seen |= {each.issued: None for each in changes.of(fact.fact) if each.printing is None}
    return AsIssued("、".join(filter(None, seen)) or "—", changes.of(fact.fact))


@dataclass(frozen=True, slots=True)
class IssuedOtherwise:
    """A close's bulletin that was issued with other figures than the close has: how many."""

    url: str
    number: str
    count: int


def issued_otherwise(close: Close) -> IssuedOtherwise | None:
    """For who shows a close's figures as those of its bulletin; None where they agree."""
    bulletin = _issued_of(close)
    file = final_of(bulletin) if bulletin else None
    if bulletin is None or file is None:
        return None
    count = file.differences.filter(state__in=_OTHERWISE).count()
    if not count:
        return None
    return IssuedOtherwise(_address(bulletin), bulletin.number, count)


def printed_steps(close: Close, place: str, name: str) -> list[Step]:
    """What the close's issued bulletin prints of a figure otherwise; none where it agrees."""
    bulletin = _issued_of(close)
    if bulletin is None:
        return []
    fact = bulletin.facts.filter(fact=f"{close.period.key}/{place}/{name}").first()
    if fact is None:
        return []
    issued = as_issued(fact)
    if not issued.changes:
        return []
    lines = [f"{bulletin.number}印作 {issued.words}{fact.unit}", *(c.words for c in issued.changes)]
    return [Step("通报印发的数", lines, link=_address(bulletin), link_words="打开通报")]


def _issued_of(close: Close) -> Bulletin | None:
    found: Bulletin | None = Bulletin.objects.filter(
        close=close, state=BulletinState.ISSUED
    ).first()
    return found


def _address(bulletin: Bulletin) -> str:
    return reverse("bulletins:bulletin", args=[bulletin.pk])
