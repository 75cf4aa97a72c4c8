"""Search for everything (Ctrl-K)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from guatu.web.page import hooks

MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its name, what kind of thing it is, a word that tells it apart."""

    title: str
    kind: str
    url: str
    note: str = ""


# Given the words and the person who asks; at most MOST hits, best first.
Search = Callable[[str, Any], list[Hit]]


def searches() -> tuple[Search, ...]:
    """All searches, in the order of the apps."""
    return tuple(chain.from_iterable(hooks.gathered("SEARCHES")))


def find(words: str, by: Any) -> list[Hit]:
    """Hits of all apps for these words; none for no words."""
    words = words.strip()[:100]
    return [hit for search in searches() for hit in search(words, by)[:MOST]] if words else []
