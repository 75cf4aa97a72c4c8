"""A sentence taken apart: clauses at commas, parts at semicolons, brackets kept whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_PUNCTUATION = re.compile(r'[,;:()“”"\t|]')
# Longer runs between quotation marks are speech about the plan, not a name.
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """Bounds of a sentence's clauses; ``starts[i]`` to ``ends[i]`` is clause ``i``.

    ``parts[i]`` counts the ;-parts; ``inner`` are the spans inside brackets and ``quoted``
    those inside “…”, both without the marks themselves.
    """

    start: int
    end: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    parts: tuple[int, ...]
    inner: tuple[tuple[int, int], ...]
    quoted: tuple[tuple[int, int], ...]

    def clause_at(self, offset: int) -> int:
        """Index of the clause that holds ``offset``."""
        return (bisect_right(self.starts, offset) or 1) - 1

    def bracket_at(self, offset: int) -> tuple[int, int] | None:
        """The innermost bracket's inside that holds ``offset``."""
        if not self.inner:
            return None
        best = None
        for start, end in self.inner:
            if start <= offset < end and (best is None or start > best[0]):
                best = (start, end)
        return best

    def is_quoted(self, offset: int) -> bool:
        """True within “…”."""
        if not self.quoted:
            return False
        return any(start <= offset < end for start, end in self.quoted)


def laid_out(norm: str, start: int, end: int) -> Layout:
    """The layout of the sentence ``norm[start:end]``."""
    starts, ends, parts = [start], [], []
    inner: list[tuple[int, int]] = []
    quoted: list[tuple[int, int]] = []
    brackets: list[int] = []
    quote = -1
    part = 0
    for match in _PUNCTUATION.finditer(norm, start, end):
        at, mark = match.start(), match[0]
        if mark == "(":
            brackets.append(at + 1)
        elif mark == ")":
            if brackets:
                inner.append((brackets.pop(), at))
        elif mark == "“" or (mark == '"' and quote < 0):
            quote = at + 1
        elif mark in '”"':
            if quote >= 0 and at - quote <= _LONGEST_NAME:
                quoted.append((quote, at))
            quote = -1
        elif not brackets and (quote < 0 or mark != ":"):
            ends.append(at)
            parts.append(part)
            starts.append(at + 1)
            part += mark == ";"
    # A bracket that is never closed runs to the sentence's end (责任部门:… without its mark).
    inner.extend((opened, end) for opened in brackets)
    stop = end
    while stop > starts[-1] and norm[stop - 1] in "。!?\n\r \t":
        stop -= 1
    ends.append(stop)
    parts.append(part)
    return Layout(start, end, tuple(starts), tuple(ends), tuple(parts), tuple(inner), tuple(quoted))
