"""Places in an immutable text: a run of characters, and the words that stand there."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open run of characters ``[start, end)`` in one document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words that stand at this span in ``text``."""
        return text[self.start : self.end]


class Quote(NamedTuple):
    """Words of a document together with the offset at which they stand (原文).

    ``text`` is always the document's own text at ``[start, end)``, never a reworded copy.
    """

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset just behind the last character."""
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        """The quote's place without its words."""
        return Span(self.start, self.start + len(self.text))
