"""Every screen of the sample city: it answers, fits, asks nobody else, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLERK = (
    "/",
    "/plans/",
    "/plans/upload/",
    "/plans/1/",
    "/plans/1/edit/",
    "/plans/1/review/",
    "/plans/1/names/",
    "/plans/1/publish/",
    "/plans/1/versions/1/",
    "/projects/",
    "/projects/new/",
    "/projects/ties/",
    "/projects/imports/",
    "/projects/imports/new/",
    "/projects/imports/1/",
    "/projects/13/",
    "/projects/47/",
    "/projects/47/edit/",
    "/projects/47/stage/",
    "/projects/47/ties/",
    "/annual/",
    "/annual/new/",
    "/annual/1/",
    "/annual/1/adjust/",
    "/annual/1/history/",
    "/annual/targets/",
    "/annual/targets/1/",
    "/annual/targets/take/",
    "/reporting/",
    "/reporting/cycles/new/",
    "/reporting/cycles/1/open/?key=2026-11",
    "/reporting/holidays/",
    "/reporting/periods/10/",
    "/reporting/periods/10/back/",
    "/reporting/periods/10/missing/",
    "/reporting/periods/10/projects/",
    "/reporting/periods/10/figures/",
    "/reporting/periods/10/unchanged/",
    "/reporting/units/172/enter/",
    "/reporting/units/180/exempt/",
    "/reporting/files/186/",
    "/reporting/projects/13/",
    "/reporting/reports/1132/why/reached_year/",
    "/units/",
    "/units/1/",
    "/units/new/",
    "/units/tree/",
    "/units/import/",
    "/units/resolve/",
    "/regions/",
    "/settings/",
    "/password/",
    "/search/?q=水库",
)
SYSTEM = ("/settings/", "/settings/users/", "/settings/users/new/", "/settings/jobs/")
OTHERS = {
    "linjiang-system": (*SYSTEM, "/developers/components/"),
    "linjiang-audit": ("/settings/trail/",),
    "linjiang-leader": ("/", "/projects/", "/annual/1/", "/plans/1/versions/1/"),
}


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-").replace("?q=", "-") or "workbench"


def _wider_than_window(page: Any) -> int:
    element = "document.documentElement"
    return int(page.evaluate(f"{element}.scrollWidth - {element}.clientWidth"))


def test_every_screen_of_the_clerk(full_desk: Any, walk_on: Callable[..., Any]) -> None:
    walk = walk_on(full_desk)
    walk.accessible()
    walk.sign_in()
    for path in CLERK:
        walk.open(path)
        walk.shot(f"1366-{_name(path)}")
        walk.accessible()
        if _wider_than_window(walk.page) > 0:
            walk.complaints.append(f"{path} scrolls sideways at 1366 px")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (1093, 614)])
def test_screens_fit_other_windows(
    full_desk: Any, walk_on: Callable[..., Any], width: int, height: int
) -> None:
    """1093×614 is 1366×768 at 125 %."""
    walk = walk_on(full_desk, width=width, height=height)
    walk.sign_in()
    for path in CLERK:
        walk.open(path)
        walk.shot(f"{width}-{_name(path)}")
        if _wider_than_window(walk.page) > 0:
            walk.complaints.append(f"{path} scrolls sideways at {width} px")


@pytest.mark.parametrize("name", OTHERS)
def test_screens_of_the_others(full_desk: Any, walk_on: Callable[..., Any], name: str) -> None:
    walk = walk_on(full_desk)
    walk.sign_in(name)
    for path in OTHERS[name]:
        walk.open(path)
        walk.shot(f"{name}-{_name(path)}")
        walk.accessible()
