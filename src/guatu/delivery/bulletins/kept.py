"""A paper as JSON and back, so that what was drafted can be shown and written again unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from guatu.delivery.bulletins.paper import (
    Align,
    Block,
    Column,
    Figure,
    Level,
    Paper,
    Paragraph,
    Picture,
    Piece,
    Table,
)

_WORDS: Final = (
    "title", "signature", "red_head", "number", "addressee", "remark", "copies_to", "printed_by",
)  # fmt: skip
_DAYS: Final = ("signed_on", "printed_on")


def paper_to_data(paper: Paper) -> dict[str, Any]:
    """The paper as JSON takes it; of pictures the words alone, ``pictures_of`` has the rest."""
    data: dict[str, Any] = {name: getattr(paper, name) for name in _WORDS}
    for name in _DAYS:
        day = getattr(paper, name)
        data[name] = day.isoformat() if day else None
    data["attachments"] = list(paper.attachments)
    data["body"] = [_block_out(block) for block in paper.body]
    data["annexes"] = [
        [title, [_block_out(block) for block in blocks]] for title, blocks in paper.annexes
    ]
    return data


def paper_from_data(data: Mapping[str, Any], pictures: Sequence[bytes] = ()) -> Paper:
    """The paper again; ``pictures`` are the PNG files in reading order."""
    files = iter(pictures)
    signed, printed = (date.fromisoformat(data[name]) if data[name] else None for name in _DAYS)
    return Paper(
        **{name: data[name] for name in _WORDS},
        signed_on=signed,
        printed_on=printed,
        attachments=tuple(data["attachments"]),
        body=tuple(_block_in(block, files) for block in data["body"]),
        annexes=tuple(
            (title, tuple(_block_in(block, files) for block in blocks))
            for title, blocks in data["annexes"]
        ),
    )


def pictures_of(paper: Paper) -> list[bytes]:
    """The PNG files of the paper in reading order."""
    blocks = [*paper.body, *(block for _title, within in paper.annexes for block in within)]
    return [block.png for block in blocks if isinstance(block, Picture)]


def figures_in(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fact and words of each figure of a kept paper, in reading order."""
    for block in [*data["body"], *(each for _title, within in data["annexes"] for each in within)]:
        for pieces in [block["pieces"]] if block["is"] == "paragraph" else block.get("rows", []):
            for piece in pieces:
                if not isinstance(piece, str):
                    fact, words = piece
                    yield fact, words


def _block_out(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "level": block.level.value, "pieces": _pieces_out(block.pieces)}
    if isinstance(block, Table):
        return {
            "is": "table",
            "columns": [[c.head, c.width, c.align.value] for c in block.columns],
            "rows": [_pieces_out(row) for row in block.rows],
            "caption": block.caption,
            "note": block.note,
            "bold_rows": block.bold_rows,
        }
    return {"is": "picture", "caption": block.caption, "described": block.described}


def _block_in(data: Mapping[str, Any], files: Iterable[bytes]) -> Block:
    if data["is"] == "paragraph":
        return Paragraph(_pieces_in(data["pieces"]), Level(data["level"]))
    if data["is"] == "table":
        return Table(
            tuple(Column(head, width, Align(align)) for head, width, align in data["columns"]),
            tuple(_pieces_in(row) for row in data["rows"]),
            data["caption"],
            data["note"],
            data["bold_rows"],
        )
    return Picture(next(iter(files)), data["caption"], data["described"])


def _pieces_out(pieces: Iterable[Piece]) -> list[Any]:
    """Words stand as they are, a figure as [fact, words]."""
    return [[each.fact, each.words] if isinstance(each, Figure) else each for each in pieces]


def _pieces_in(data: Iterable[Any]) -> tuple[Piece, ...]:
    return tuple(each if isinstance(each, str) else Figure(*each) for each in data)
