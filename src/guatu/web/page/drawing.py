"""Rows of a table as HTML: what ``{% table %}`` draws hundreds of, put together in Python.

A template asks of each cell what its column is; here each column is asked once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from guatu.web.page.lights import LOOKS
from guatu.web.page.tables import Cell, Column, Table

Inside = Callable[[Any, Cell], str]

_PICK: Final = (
    '<td class="pick"><input type="checkbox" name="pick" value="{}" aria-label="选择本行"></td>'
)


@cache
def light_html(code: str) -> SafeString:
    """A light with its letter, without a reason."""
    look = LOOKS[code or "grey"]
    return format_html(
        '<span class="light {}"><b aria-hidden="true">{}</b><span class="spoken">{}</span></span>',
        look.code,
        look.letter,
        look.words,
    )


def rows_html(table: Table, context: Context) -> SafeString:
    """All rows of the table's body; the first one takes the keyboard's focus."""
    ways = [_way(column, context) for column in table.columns]
    frames = [_frame(column, first=at == 0) for at, column in enumerate(table.columns)]
    parts: list[str] = []
    tab = "0"
    for line in table.lines:
        key = conditional_escape(line.key)
        address = f' data-address="{conditional_escape(line.address)}"' if line.address else ""
        parts.append(f'<tr data-key="{key}"{address} tabindex="{tab}">')
        tab = "-1"
        if table.pick:
            parts.append(_PICK.format(key))
        parts += _cells(line.row, line.cells, ways, frames)
        parts.append("</tr>\n")
    # Every value went through conditional_escape or came as HTML from a template.
    return mark_safe("".join(parts))


def _cells(
    row: Any, cells: Sequence[Cell], ways: Sequence[Inside], frames: Sequence[tuple[str, str]]
) -> list[str]:
    return [
        f"{before}{way(row, cell)}{after}"
        for cell, way, (before, after) in zip(cells, ways, frames, strict=True)
    ]


def _frame(column: Column, *, first: bool) -> tuple[str, str]:
    tag, scope = ("th", ' scope="row"') if first else ("td", "")
    names = [f"k-{column.kind}"]
    if column.figure:
        names.append("num")
    if column.width:
        names.append(f"w-{column.width}")
    return f'<{tag}{scope} class="{" ".join(names)}">', f"</{tag}>"


def _way(column: Column, context: Context) -> Inside:
    """How the inside of this column's cells is drawn."""
    if column.draw is not None:
        draw = column.draw
        return lambda row, cell: draw(row)
    if column.template:
        return _by_template(column, context)
    if column.kind == "light":
        return lambda row, cell: light_html(cell.value)
    return _figure(column) if column.figure else _text


def _text(row: Any, cell: Cell) -> str:
    text = conditional_escape(cell.text)
    return f'<a href="{conditional_escape(cell.link)}">{text}</a>' if cell.link else text


def _figure(column: Column) -> Inside:
    head = conditional_escape(column.head)

    def inside(row: Any, cell: Cell) -> str:
        text = conditional_escape(cell.text)
        if not cell.link:
            return text
        link = conditional_escape(cell.link)
        said = f"{head} {text}，查看依据"
        return f'<a class="figure" href="{link}" data-panel aria-label="{said}">{text}</a>'

    return inside


def _by_template(column: Column, context: Context) -> Inside:
    template = getattr(get_template(column.template), "template")  # noqa: B009

    def inside(row: Any, cell: Cell) -> str:
        with context.push(row=row, value=cell.value, column=column):
            return str(template.render(context))

    return inside
