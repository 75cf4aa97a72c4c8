"""The left rail: the working year in order. An entry shows once its address exists."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the desk: its words, the name of its address, its sign in icons.svg."""

    words: object
    view: str
    icon: str
    # How the paths begin that lie under it; where two entries fit, the longer one has it.
    under: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it stands on this page."""

    words: object
    url: str
    icon: str
    here: bool


MENU: tuple[Entry, ...] = (
    Entry(_("工作台"), "page:workbench", "bench", ("",)),
    Entry(_("方案"), "plans:plans", "plan", ("plans",)),
    Entry(_("项目库"), "projects:projects", "project", ("projects",)),
    Entry(_("年度计划"), "annual:plans", "annual", ("annual",)),
    Entry(_("调度"), "reporting:desk", "report", ("reporting", "supervision/periods")),
    Entry(_("预警"), "supervision:warnings", "light", ("supervision",)),
    Entry(_("看板"), "board:latest", "board", ("board",)),
    Entry(_("作战图"), "board:chart", "chart", ("chart",)),
    Entry(_("通报"), "bulletins:bulletins", "bulletin", ("bulletins",)),
    Entry(_("单位"), "people:units", "unit", ("units",)),
    Entry(_("设置"), "people:settings", "gear", ("settings", "password", "regions")),
)


def menu(path: str) -> list[Item]:
    """The entries that there are, the one we are under marked."""
    here = max(MENU, key=lambda entry: _depth(entry, path))
    items = []
    for entry in MENU:
        try:
            url = reverse(entry.view)
        except NoReverseMatch:
            continue
        is_here = entry is here and _depth(entry, path) > 0
        items.append(Item(entry.words, url, entry.icon, is_here))
    return items


def _depth(entry: Entry, path: str) -> int:
    """How much of the path an entry knows as its own; nought where it is none of its own."""
    if path == "/":
        return int("" in entry.under)
    fitting = (each for each in entry.under if each and path.startswith(f"/{each}/"))
    return max((len(each) for each in fitting), default=0)
