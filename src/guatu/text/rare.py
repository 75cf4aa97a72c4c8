"""Patterns that few plans need, compiled when the first plan does."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator


class Rare:
    """A regular expression for what few plans hold: not compiled before it is asked.

    Compiling is most of what a reader costs to start.  Asked once, the object holds the compiled
    pattern's own methods in place of these, so that asking again costs what it costs there.
    """

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags
        self._pattern: re.Pattern[str] | None = None

    def _compiled(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = re.compile(self._source, self._flags)
            vars(self).update({how: getattr(self._pattern, how) for how in _ASKED})
        return self._pattern

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return self._compiled().search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.match``."""
        return self._compiled().match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.fullmatch``."""
        return self._compiled().fullmatch(text, start, end)

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return self._compiled().finditer(text, start, end)

    def split(self, text: str) -> list[str]:
        """As ``re.Pattern.split``, for a pattern without groups."""
        return self._compiled().split(text)

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """As ``re.Pattern.sub``."""
        return self._compiled().sub(by, text, count)


_ASKED = ("search", "match", "fullmatch", "finditer", "split", "sub")
