"""What the board hangs into the frame."""

from __future__ import annotations

from guatu.web.people.permissions import EVERYONE, Permission

PERMISSIONS: dict[str, Permission] = {
    "board.read": Permission("查看看板、作战图", EVERYONE),
}
