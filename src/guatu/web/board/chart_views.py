"""The wall chart on screen and on paper: page, data, posters, battle sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guatu.delivery.wallchart.battle_sheet import SheetPress
from guatu.delivery.wallchart.poster import Heading, NoChineseType, Sheet, poster
from guatu.web.board.queries import chart as chart_queries
from guatu.web.board.queries import periods, sheets
from guatu.web.board.views import close_at
from guatu.web.page.filters import ChoiceFilter, FilterBar
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse
from guatu.web.page.sheets import download
from guatu.web.people.models import User
from guatu.web.people.permissions import require, user_of
from guatu.web.supervision.models import Close

_PDF = "application/pdf"
# More take minutes: the page then asks for a filter.
MOST_ON_PAPER = 2_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks, of which close (None: of today), with which filter."""

    by: User
    closes: list[Close]
    close: Close | None
    chosen: dict[str, str]


def _asked(request: HttpRequest) -> _Asked:
    by = user_of(request)
    require(by, "board.read")
    closes = periods.closes_by_key(by.office, request.GET.get("cycle", ""))
    given = {name: request.GET.get(name, "").strip()[:200] for name in chart_queries.NAMES}
    key = request.GET.get("period", "")
    close = None
    if key != chart_queries.LIVE and closes:
        close = periods.close_for(closes, key) or closes[0]
    return _Asked(by, closes, close, {name: value for name, value in given.items() if value})


def _wall(asked: _Asked) -> chart_queries.Wall:
    return chart_queries.wall_of(asked.by.office, asked.close, asked.chosen, timezone.localdate())


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """作战图: the page; its script asks for the rows."""
    asked = _asked(request)
    close = asked.close
    offered = [(each.key, each.period.period.label) for each in asked.closes]
    offered.append((chart_queries.LIVE, _("今天（项目库）")))
    period = ChoiceFilter("period", _("时点"), offered, any=_("最近一期"))
    bar = FilterBar(request.GET, (period, *chart_queries.chart_filters(asked.by.office)))
    query = request.GET.urlencode()
    context = {
        "close": close,
        "bar": bar,
        "query": query,
        "label": close.period.period.label if close else _("今天（项目库）"),
        "sheets": [sheet.value for sheet in Sheet],
        "board": reverse("board:board", args=[close.key]) if close else "",
    }
    return page_or_part(request, "board/chart.html", part="rows", context=context)


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """The chart's rows with their places."""
    wall = _wall(_asked(request))
    return JsonResponse(
        chart_queries.chart_data(wall), json_dumps_params={"separators": (",", ":")}
    )


# ------------------------------------------------------------------------------ paper


@require_GET
def poster_pdf(request: HttpRequest, sheet: str) -> HttpResponse:
    """The same chart as a poster."""
    if sheet not in {each.value for each in Sheet}:
        raise Http404
    asked = _asked(request)
    office = asked.by.office
    wall = _wall(asked)
    if len(wall.chart.rows) > MOST_ON_PAPER or wall.too_many:
        return _back(request, _too_many(wall.total))
    region = office.region.name if office.region else ""
    heading = Heading(
        title=_("%(region)s重大项目作战图") % {"region": region},
        period=wall.label,
        issuer=office.name,
        made_on=timezone.localdate(),
        line=_("期末") if asked.close else _("今日"),
    )
    try:
        body = poster(wall.chart, heading, Sheet(sheet))
    except NoChineseType as missing:
        return _back(request, str(missing))
    return download(body, f"作战图{wall.label}（{sheet}）.pdf", _PDF)


def _too_many(total: int) -> str:
    words = _("筛选后还有 %(n)d 个项目，一次最多印 %(most)d 个。")
    how = _("请再加筛选条件，如县区、责任单位、类别、灯。")
    return words % {"n": total, "most": MOST_ON_PAPER} + how


def _back(request: HttpRequest, words: str) -> HttpResponse:
    refuse(request, words)
    query = request.GET.urlencode()
    return redirect(reverse("board:chart") + (f"?{query}" if query else ""))


@require_GET
def battle_pdf(request: HttpRequest, project: int) -> HttpResponse:
    """作战单 of one project."""
    asked = _asked(request)
    today = timezone.localdate()
    found = sheets.battle_sheets(asked.by.office, asked.close, [project], today)
    one = next(found, None)
    if one is None:
        raise Http404
    try:
        body = SheetPress().battle_sheet(one[1])
    except NoChineseType as missing:
        return _back(request, str(missing))
    return download(body, f"作战单（{one[0].name}）.pdf", _PDF)


@require_GET
def battle_zip(request: HttpRequest) -> HttpResponseBase:
    """作战单 of all projects that the filter leaves, sent while they are made."""
    asked = _asked(request)
    wall = _wall(asked)
    rows = wall.chart.rows
    if len(rows) > MOST_ON_PAPER or wall.too_many:
        return _back(request, _too_many(wall.total))
    if not rows:
        return _back(request, _("没有符合条件的项目，没有作战单可印。"))
    try:
        press = SheetPress()
    except NoChineseType as missing:
        return _back(request, str(missing))
    pks = [int(row.project.id) for row in rows]
    found = sheets.battle_sheets(asked.by.office, asked.close, pks, timezone.localdate())
    printed = (
        (f"{number:04d} {_file_name(project.name)}.pdf", press.battle_sheet(sheet))
        for number, (project, sheet) in enumerate(found, start=1)
    )
    answer = StreamingHttpResponse(_zipped(printed), content_type="application/zip")
    name = f"作战单{wall.label}（{len(rows)}份）.zip"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _file_name(name: str) -> str:
    """A project's name as a file may be called on Windows, and not too long."""
    return "".join("_" if each in '\\/:*?"<>|' or each < " " else each for each in name)[:60]


class _Pipe(io.RawIOBase):
    """What is written stays until it is taken."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def _zipped(files: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as packed:
        for name, body in files:
            packed.writestr(name, body)
            yield pipe.taken()
    yield pipe.taken()


@require_GET
def leader_pdf(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The sheet of the projects in a leader's charge, on paper."""
    close, _closes = close_at(request, key)
    sheet = sheets.leader_sheet(close, name, timezone.localdate())
    if sheet is None:
        raise Http404
    try:
        body = SheetPress().leader_sheet(sheet)
    except NoChineseType as missing:
        refuse(request, str(missing))
        return redirect("board:leader", key=key, name=name)
    return download(body, f"{name}联系项目清单（{sheet.period}）.pdf", _PDF)
