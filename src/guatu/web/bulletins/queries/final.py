"""The final file beside its draft, as the page lists it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guatu.delivery.bulletins.changed import FigureState
from guatu.web.bulletins.models import Bulletin, BulletinFile, FileKind

_TOLD: Mapping[str, str] = {
    FigureState.CHANGED.value: "定稿改了这个数",
    FigureState.STALE.value: "还是旧稿的数，重新关账后已变",
    FigureState.MISSING.value: "定稿里没有了",
    FigureState.UNBOUND.value: "数还在，标记丢了，以后不能自动核对",
    "typed": "手工写入，不是系统算的",
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A difference with what it is, in words."""

    pk: int
    code: str
    state: str
    told: str
    fact: str
    source: int | None
    drafted: str
    final: str
    now: str
    where: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class FinalCheck:
    """The final file's check: what differs, how much has no word yet."""

    file: BulletinFile
    rows: tuple[DifferenceRow, ...]
    older: str

    @property
    def left(self) -> int:
        """Differences without a word."""
        return sum(not row.reason for row in self.rows)


def final_of(bulletin: Bulletin) -> BulletinFile | None:
    """The final file that stands: the last one handed in."""
    found = bulletin.files.filter(kind=FileKind.FINAL).select_related("by", "came_from")
    last: BulletinFile | None = found.order_by("-pk").first()
    return last


def check_of(bulletin: Bulletin) -> FinalCheck | None:
    """The final file's differences in reading order; None where none was handed in."""
    file = final_of(bulletin)
    if file is None:
        return None
    facts = {
        fact: (pk, definition.split("（")[0])
        for fact, pk, definition in bulletin.facts.values_list("fact", "pk", "definition")
    }
    rows = []
    for each in file.differences.select_related("explained_by"):
        pk, definition = facts.get(each.fact, (None, each.fact))
        rows.append(
            DifferenceRow(
                pk=each.pk,
                code=each.state,
                state=each.get_state_display(),
                told=_TOLD[each.state],
                fact=definition,
                source=pk,
                drafted=each.drafted,
                final=each.final,
                now=each.now,
                where=each.where,
                reason=each.reason,
                by=each.explained_by.name if each.explained_by else "",
            )
        )
    older = file.came_from
    words = ""
    if older is not None and older.pk != bulletin.pk:
        words = f"这份文件是从第 {older.version} 稿改的，现在是第 {bulletin.version} 稿。"
    return FinalCheck(file, tuple(rows), words)
