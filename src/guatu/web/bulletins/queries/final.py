"""The final file beside its draft, as the page lists it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guatu.delivery.bulletins.changed import FigureState
from guatu.delivery.bulletins.final_text import read_final_text
from guatu.delivery.bulletins.marks import Mark, Marks, marks_of
from guatu.web.bulletins.models import Bulletin, BulletinFile, FileKind, FinalDifference
from guatu.web.page import formats
from guatu.web.projects import files

_TOLD: Mapping[str, str] = {
    FigureState.CHANGED.value: "定稿改了这个数",
    FigureState.STALE.value: "还是旧稿的数，重新关账后已变",
    FigureState.MISSING.value: "定稿里没有了",
    FigureState.UNBOUND.value: "数还在，标记丢了，以后不能自动核对",
    "typed": "手工写入，不是系统算的",
    Mark.PERIOD.value: "标题里的报告期与原稿不同",
    Mark.NUMBER.value: "纸面上的文号与登记的不同",
    Mark.DAY.value: "纸面上的成文日期与登记的不同",
    Mark.PRINTED.value: "版记里的印发日期早于成文日期",
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A difference with what it is, in words."""

    pk: int
    code: str
    state: str
    told: str
    fact: str
    name: str
    printing: int | None
    source: int | None
    drafted: str
    final: str
    now: str
    where: str
    reason: str
    by: str
    when: str


@dataclass(frozen=True, slots=True)
class FinalCheck:
    """The final file's check: what differs, how much has no word yet."""

    file: BulletinFile
    rows: tuple[DifferenceRow, ...]
    older: str

    @property
    def others(self) -> tuple[DifferenceRow, ...]:
        """What is no figure of the draft: numbers typed in or copied, 文号, period, dates."""
        return tuple(row for row in self.rows if row.printing is None)

    @property
    def left(self) -> int:
        """Differences without a word."""
        return sum(not row.reason for row in self.rows)


def final_of(bulletin: Bulletin) -> BulletinFile | None:
    """The final file that stands: the last one handed in."""
    found = bulletin.files.filter(kind=FileKind.FINAL).select_related("by", "came_from")
    last: BulletinFile | None = found.order_by("-pk").first()
    return last


def printed_marks(file: BulletinFile) -> Marks:
    """What a final file says of itself."""
    return marks_of(read_final_text(files.read(file.stored), file.name).lines)


def check_of(bulletin: Bulletin) -> FinalCheck | None:
    """The final file's differences in reading order; None where none was handed in."""
    file = final_of(bulletin)
    if file is None:
        return None
    rows = difference_rows(bulletin, file)
    older = file.came_from
    words = ""
    if older is not None and older.pk != bulletin.pk:
        words = f"这份文件是从第 {older.version} 稿改的，现在是第 {bulletin.version} 稿。"
    return FinalCheck(file, tuple(rows), words)


def difference_rows(bulletin: Bulletin, file: BulletinFile, fact: str = "") -> list[DifferenceRow]:
    """The differences of a final file in reading order, or those of one fact."""
    known, found = bulletin.facts.all(), file.differences.select_related("explained_by")
    if fact:
        known, found = known.filter(fact=fact), found.filter(fact=fact)
    facts = {
        name: (pk, _named(name, definition))
        for name, pk, definition in known.values_list("fact", "pk", "definition")
    }
    return [_row(each, *facts.get(each.fact, (None, each.fact))) for each in found]


def _named(fact: str, definition: str) -> str:
    """南浦区：投资完成率; of the whole and of a project what it is alone, its line says whose."""
    kind, _sep, key = fact.split("/")[1].partition("=")
    what = definition.split("（")[0].split(" = ")[0]
    return f"{key}：{what}" if key and kind != "project" else what


def _row(each: FinalDifference, source: int | None, name: str) -> DifferenceRow:
    who = each.explained_by
    return DifferenceRow(
        pk=each.pk,
        code=each.state,
        state=each.get_state_display(),
        told=_TOLD[each.state],
        fact=each.fact,
        name=name,
        printing=each.printing,
        source=source,
        drafted=each.drafted,
        final=each.final,
        now=each.now,
        where=each.where,
        reason=each.reason,
        by=who.name if who else "",
        when=formats.moment(each.explained_at) if who else "",
    )
