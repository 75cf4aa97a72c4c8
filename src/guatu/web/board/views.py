"""Screens of the board: a closed period, the projects behind its numbers, a leader's sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.delivery.closing.rollups import Dimension
from guatu.web.board.queries import changes, periods, rows, standings
from guatu.web.board.queries import leaders as leader_queries
from guatu.web.board.queries.why import figure_source
from guatu.web.bulletins.queries.issued import issued_otherwise, printed_steps
from guatu.web.page.figures import source_page
from guatu.web.page.filters import FilterBar
from guatu.web.page.parts import page_or_part
from guatu.web.page.sheets import download, sheet_of
from guatu.web.page.tables import Table
from guatu.web.people.permissions import require, user_of
from guatu.web.supervision.models import Close
from guatu.web.supervision.queries.closes import is_first
from guatu.web.supervision.queries.targets import outlooks


def close_at(request: HttpRequest, key: str) -> tuple[Close, list[Close]]:
    """The close that the address names, and those one may turn to; 404 where there is none."""
    by = user_of(request)
    require(by, "board.read")
    closes = periods.closes_by_key(by.office, request.GET.get("cycle", ""))
    close = periods.close_for(closes, key)
    if close is None:
        raise Http404
    return close, closes


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """The latest closed board; before the first close, what is still missing."""
    by = user_of(request)
    require(by, "board.read")
    closes = periods.closes_by_key(by.office, request.GET.get("cycle", ""))
    if closes:
        return redirect(_address(closes[0], request))
    context = {"open": periods.open_periods(by.office), "choices": [], "label": ""}
    return render(request, "board/open.html", context)


def _address(close: Close, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse("board:board", args=[close.key]) + (f"?{query}" if query else "")


@require_GET
def board(request: HttpRequest, key: str) -> HttpResponse:
    """A closed period at one look; a period that is open says what it waits for."""
    by = user_of(request)
    require(by, "board.read")
    closes = periods.closes_by_key(by.office, request.GET.get("cycle", ""))
    close = periods.close_for(closes, key)
    if close is None:
        waiting = periods.open_periods(by.office, key)
        if not waiting:
            raise Http404
        context: dict[str, Any] = {
            "open": waiting,
            "choices": periods.choices(closes, None),
            "label": periods.label_of(key),
        }
        return render(request, "board/open.html", context)
    groups = standings.groups_of(close)
    county, unit = groups.standing(Dimension.COUNTY), groups.standing(Dimension.UNIT)
    first = is_first(close)
    context = {
        "close": close,
        "choices": periods.choices(closes, close),
        "open": periods.open_periods(by.office),
        "head": standings.head_of(groups, county, first=first),
        "lights": standings.light_counts(groups),
        "matrix": standings.matrix_of(groups),
        "counties": standings.standing_rows(close, county, first=first),
        "units": standings.standing_rows(close, unit, first=first),
        "notes": dict.fromkeys(note for note in (county.note, unit.note) if note),
        "shared": sum(line.rollup.shared for line in county.lines),
        "rates": standings.rates_of(groups),
        "basis": groups.basis.words,
        "compared": changes.compared(groups),
        "issued": issued_otherwise(close),
        "changes": changes.changes_of(close),
        "targets": outlooks(close),
        "waits": changes.waits_of(groups, timezone.localdate()),
        "why": {
            name: standings.why(close, name)
            for name in ("planned", "reached", "this_period", "rate", "schedule", "deviation",
                         "time")
        },
        "projects_url": standings.listed(close),
    }  # fmt: skip
    return render(request, "board/board.html", context)


@require_GET
def projects(request: HttpRequest, key: str) -> HttpResponse:
    """The projects behind a number."""
    close, closes = close_at(request, key)
    bar = FilterBar(request.GET, rows.filters(close))
    found = rows.listing(close, bar.chosen(), request.GET)
    totals: dict[str, Any] = {
        "name": _("合计 %(n)s 项") % {"n": found.page.total},
        "planned": found.planned,
        "reached_year": found.reached,
        "this_period": found.this_period,
    }
    table = Table(
        "closed-projects", rows.COLUMNS, found.page.rows, request.GET, totals=totals, dense=True,
        caption=_("关账时的项目"),
    )  # fmt: skip
    context = {
        "close": close,
        "choices": periods.choices(closes, close, "board:projects"),
        "bar": bar,
        "page": found.page,
        "table": table,
    }
    return page_or_part(request, "board/projects.html", part="rows", context=context)


@require_GET
def projects_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The same projects as a sheet."""
    close, _closes = close_at(request, key)
    bar = FilterBar(request.GET, rows.filters(close))
    found = rows.chosen_rows(close, bar.chosen()).order_by("position", "pk")
    title = f"{close.period.period.label}项目情况"
    body = sheet_of(title, rows.COLUMNS, rows.project_rows(close, found))
    return download(body, f"{title}.xlsx")


@require_GET
def why(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """What a figure of the board rests on."""
    close, _closes = close_at(request, key)
    where = {
        each: request.GET[each] for each in ("county", "unit", "sector") if each in request.GET
    }
    source = figure_source(close, name, where)
    if source is None:
        raise Http404
    place = next((f"{dimension}={group}" for dimension, group in where.items()), "all")
    printed = printed_steps(close, place, name)
    return source_page(request, replace(source, steps=[*printed, *source.steps]))


# ------------------------------------------------------------------------------ leaders


@require_GET
def leaders(request: HttpRequest, key: str) -> HttpResponse:
    """Leaders and how many projects are in their charge."""
    close, closes = close_at(request, key)
    found = leader_queries.leaders_of(close)
    mine = next((each for each in found if each.name == user_of(request).name), None)
    context = {
        "close": close,
        "choices": periods.choices(closes, close, "board:leaders"),
        "leaders": found,
        "mine": mine,
    }
    return render(request, "board/leaders.html", context)


_LEADER_COLUMNS = tuple(column for column in rows.COLUMNS if column.key != "report")


@require_GET
def leader(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The sheet of the projects in a leader's charge."""
    close, _closes = close_at(request, key)
    found = leader_queries.leader_rows(close, name)
    if not found:
        raise Http404
    context = {
        "close": close,
        "name": name,
        "rows": found,
        "table": Table("leader", _LEADER_COLUMNS, found, request.GET, caption=_("联系项目")),
        "leaders": leader_queries.leaders_of(close),
    }
    return render(request, "board/leader.html", context)
