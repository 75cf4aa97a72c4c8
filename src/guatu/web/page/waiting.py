"""What waits for a person (工作台)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from guatu.web.page import hooks


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to do: 3 个单位名称待确认, and where one does it."""

    words: str
    url: str
    count: int = 0
    action: str = "去办理"
    # The app's part of the working year: 方案, 项目库.
    place: str = ""
    urgent: bool = False


Waiting = Callable[[Any], list[Matter]]


def matters(by: Any) -> list[Matter]:
    """All that waits for this person, urgent things first."""
    tellers: tuple[Waiting, ...] = tuple(chain.from_iterable(hooks.gathered("WAITING")))
    found = [matter for tell in tellers for matter in tell(by)]
    return sorted(found, key=lambda matter: not matter.urgent)
