"""Posters: the wall chart as vector PDF for A0, A1 and A3, as many sheets as it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from guatu.delivery.bulletins.paper import printed
from guatu.delivery.closing.rounding import percent
from guatu.delivery.wallchart.layout import Band, Bar, Chart, Row

# What a row needs in millimetres to be read, and never more than this many rows a sheet.
_MOST_ROWS: Final = 100
# How wide “12月” is in millimetres for each point of a row's type.
_MONTH_MM: Final = 0.72
LETTERS: Final = {
    "red": "红", "yellow": "黄", "green": "绿", "grey": "灰", "paused": "停", "none": "－",
}  # fmt: skip


class Sheet(StrEnum):
    """A sheet of paper, lying."""

    A0 = "A0"
    A1 = "A1"
    A3 = "A3"


@dataclass(frozen=True, slots=True)
class _Form:
    """A sheet's measures in millimetres; ``text`` is a row's largest type in points."""

    width: float
    height: float
    margin: float
    head: float
    foot: float
    row: float
    text: float
    # Number, light, name, unit, person, leader, done.
    columns: tuple[float, ...]


_FORMS: Final = {
    Sheet.A0: _Form(1189, 841, 25, 92, 48, 6.6, 14, (14, 14, 150, 62, 34, 34, 26)),
    Sheet.A1: _Form(841, 594, 18, 70, 36, 6.2, 12, (11, 11, 112, 48, 26, 26, 21)),
    Sheet.A3: _Form(420, 297, 10, 40, 20, 6.0, 7.5, (7, 7, 62, 28, 16, 16, 13)),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands around the chart: title, 报告期, who signs."""

    title: str
    period: str
    issuer: str
    signatures: tuple[str, ...] = ("组长", "副组长", "办公室主任")
    made_on: date | None = None
    # What the line through the chart is called: 今日, or 期末 of a closed period.
    line: str = "今日"


def rows_per_sheet(sheet: Sheet) -> int:
    """How many rows, band headings among them, stand on one sheet of this size."""
    form = _FORMS[sheet]
    room = form.height - 2 * form.margin - form.head - form.foot
    return min(_MOST_ROWS, int(room / form.row))


def poster(chart: Chart, heading: Heading, sheet: Sheet) -> bytes:
    """The chart as PDF, its text as text and its bars as lines; one page a sheet.

    The typefaces are those of the machine: without a Chinese one ``NoChineseType`` says so.
    """
    import typst

    data = {**_data(chart, heading, sheet), "fonts": typefaces(typst)}
    source = files("guatu.delivery.wallchart").joinpath("poster.typ").read_bytes()
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return bytes(typst.compile(source, format="pdf", sys_inputs=inputs))


class NoChineseType(Exception):
    """The machine has no Chinese typeface; the words say in Chinese what to install."""


# The first that is there sets the chart, the others what it lacks (堃, 喆, 甪).
_CHINESE: Final = (
    "Source Han Sans SC", "Noto Sans CJK SC", "SimHei", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "LXGW WenKai",
    "Noto Serif CJK SC", "SimSun",
)  # fmt: skip


def typefaces(typst: Any) -> list[str]:
    """Chinese typefaces of this machine, the one that sets the text first; ``NoChineseType``."""
    there = {family.casefold(): family for family in typst.Fonts().families()}
    found = [there[name.casefold()] for name in _CHINESE if name.casefold() in there]
    if not found:
        raise NoChineseType(
            "服务器上没有中文字体，印出来会是空白方框。请管理员安装一种中文字体（如思源黑体："
            "Debian、Ubuntu 上安装 fonts-noto-cjk），重新启动后再印。"
        )
    return found


# ------------------------------------------------------------------------------- what is drawn


def _data(chart: Chart, heading: Heading, sheet: Sheet) -> dict[str, Any]:
    form = _FORMS[sheet]
    scale_mm = form.width - 2 * form.margin - sum(form.columns)
    pages = list(_pages(chart.bands, rows_per_sheet(sheet)))
    # Months too close together to be named one by one are named by the quarter or half-year.
    step = 1
    while len(chart.months) / step * _MONTH_MM * form.text > scale_mm:
        step *= 3 if step == 1 else 2
    named = [tick for tick in chart.months if (int(tick.label[:-1]) - 1) % step == 0]
    return {
        "width": form.width,
        "height": form.height,
        "margin": form.margin,
        "head": form.head,
        "foot": form.foot,
        "row": form.row,
        "text": form.text,
        "columns": form.columns,
        "title": heading.title,
        "period": heading.period,
        "issuer": heading.issuer,
        "made": printed(heading.made_on or chart.today),
        "signatures": heading.signatures,
        "count": len(chart.rows),
        "now": chart.now,
        "line": heading.line,
        "today": printed(chart.today),
        "years": [(tick.label, tick.start, tick.end) for tick in chart.years],
        "months": [(tick.label, tick.start, tick.end) for tick in named],
        "edges": [tick.start for tick in chart.months],
        "light_counts": _light_counts(chart.rows),
        "pages": pages,
    }


def _light_counts(rows: Sequence[Row]) -> list[tuple[str, str, int]]:
    counts = [
        (colour, letter, sum(row.project.light == colour for row in rows))
        for colour, letter in LETTERS.items()
    ]
    return [each for each in counts if each[2]]


def _pages(bands: Sequence[Band], most: int) -> Iterator[list[dict[str, Any]]]:
    """Lines page by page; a heading goes with its first row and stands again on a new page."""
    page: list[dict[str, Any]] = []
    for band in bands:
        for place, row in enumerate(band.rows):
            fresh = place == 0
            if len(page) + (2 if fresh else 1) > most:
                yield page
                page = []
            if fresh or not page:
                words = band.title if fresh else f"{band.title}（续）"
                page.append({"band": words, "count": len(band.rows)})
            page.append(_line(row))
    if page or not bands:
        yield page


def _line(row: Row) -> dict[str, Any]:
    project = row.project
    return {
        "number": row.number,
        "light": project.light,
        "letter": LETTERS.get(project.light, ""),
        "cells": [
            project.name,
            project.unit,
            project.person,
            project.leader,
            "—" if project.done is None else f"{percent(project.done)}%",
        ],
        "planned": _bar(row.planned),
        "base": _bar(row.base),
        "real": _bar(row.real),
        "flags": [(flag.at, flag.state.value) for flag in row.flags],
    }


def _bar(bar: Bar | None) -> dict[str, Any] | None:
    if bar is None:
        return None
    return {"start": bar.start, "end": bar.end, "before": bar.before, "after": bar.after}
