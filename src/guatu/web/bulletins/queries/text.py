"""A bulletin's text as the page shows it: words, and figures that lead to what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from guatu.web.bulletins.models import Bulletin, BulletinFile
from guatu.web.bulletins.queries.issued import Change, Changes
from guatu.web.supervision.models import LaterAdjustment

# What a later ± adjustment of a period changes: 累计, 本期 and what is worked out from them.
_MOVED: Final = frozenset(
    {"reached", "this_period", "rate", "deviation", "gap", "reached-original"}
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Some words, or a figure as issued with the address of its source.

    ``change`` where the final file has it otherwise than the draft, ``adjusted``: put right later.
    """

    words: str
    source: str = ""
    adjusted: bool = False
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A paragraph, table or picture of the text, with what the final file changed in it."""

    kind: str
    level: str = ""
    pieces: tuple[Shown, ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[tuple[str, tuple[Shown, ...]], ...], ...] = ()
    bold_rows: int = 0
    caption: str = ""
    note: str = ""
    picture: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownText:
    """The whole text; ``adjusted`` says how many figures have been put right later, ``changed``
    how many the final file has otherwise."""

    body: tuple[ShownBlock, ...]
    annexes: tuple[tuple[str, tuple[ShownBlock, ...]], ...]
    adjusted: int
    changed: int


def text_of(
    bulletin: Bulletin,
    charts: Sequence[BulletinFile],
    later: Sequence[LaterAdjustment],
    changes: Changes,
) -> ShownText:
    """The text with a source for every figure; one query, three where figures were adjusted."""
    moved = adjusted_facts(bulletin, later)
    reader = _Reader(bulletin, moved, changes, charts)
    body = tuple(reader.blocks(bulletin.text["body"]))
    annexes = tuple((title, tuple(reader.blocks(of))) for title, of in bulletin.text["annexes"])
    return ShownText(body, annexes, len(moved), reader.changed)


def adjustments_of(bulletin: Bulletin) -> list[LaterAdjustment]:
    """± adjustments of the bulletin's period that stand, the latest first."""
    found = LaterAdjustment.objects.filter(of_period=bulletin.period_id, withdrawn=False)
    return list(found.select_related("project", "lands_in__cycle", "by"))


def adjusted_facts(bulletin: Bulletin, later: Sequence[LaterAdjustment]) -> frozenset[str]:
    """Facts whose figure a later adjustment concerns; the printed figure itself stands."""
    projects = {each.project_id for each in later}
    if not projects:
        return frozenset()
    lists = {
        pk
        for pk, listed in bulletin.project_lists.values_list("pk", "projects")
        if not projects.isdisjoint(listed)
    }
    found = bulletin.facts.filter(projects__in=lists).values_list("fact", flat=True)
    return frozenset(fact for fact in found if fact.rsplit("/", 1)[-1] in _MOVED)


class _Reader:
    """Reads a kept text from its beginning, once."""

    def __init__(
        self,
        bulletin: Bulletin,
        moved: frozenset[str],
        changes: Changes,
        charts: Sequence[BulletinFile],
    ) -> None:
        self.changed = 0
        self._moved = moved
        self._changes = changes
        self._printings: Counter[str] = Counter()
        self._pks = dict(bulletin.facts.values_list("fact", "pk"))
        self._address = reverse("bulletins:fact", args=[bulletin.pk, 0])
        self._charts = iter(
            [reverse("bulletins:file", args=[bulletin.pk, chart.pk]) for chart in charts]
        )

    def blocks(self, data: Iterable[dict[str, Any]]) -> Iterable[ShownBlock]:
        for block in data:
            match block["is"]:
                case "paragraph":
                    pieces = self._pieces(block["pieces"])
                    yield ShownBlock(
                        "paragraph", block["level"], pieces, changes=_changes_in(pieces)
                    )
                case "table":
                    yield self._table(block)
                case _:
                    yield ShownBlock(
                        "picture",
                        caption=block["caption"],
                        note=block["described"],
                        picture=next(self._charts, ""),
                    )

    def _table(self, block: dict[str, Any]) -> ShownBlock:
        aligns = [align for _head, _width, align in block["columns"]]
        rows = [self._pieces(row) for row in block["rows"]]
        return ShownBlock(
            "table",
            heads=tuple((align, head) for head, _width, align in block["columns"]),
            rows=tuple(
                tuple((align, (cell,)) for align, cell in zip(aligns, row, strict=True))
                for row in rows
            ),
            bold_rows=block["bold_rows"],
            caption=block["caption"],
            note=block["note"],
            changes=_changes_in(piece for row in rows for piece in row),
        )

    def _pieces(self, data: Iterable[Any]) -> tuple[Shown, ...]:
        return tuple(
            Shown(piece) if isinstance(piece, str) else self._figure(*piece) for piece in data
        )

    def _figure(self, fact: str, words: str) -> Shown:
        change = self._changes.at(fact, self._printings[fact])
        self._printings[fact] += 1
        if change is not None:
            self.changed += 1
            words = change.issued
        pk = self._pks.get(fact)
        source = "" if pk is None else self._address.replace("/0/", f"/{pk}/")
        return Shown(words, source, fact in self._moved, change)


def _changes_in(pieces: Iterable[Shown]) -> tuple[Change, ...]:
    return tuple(piece.change for piece in pieces if piece.change is not None)
