"""点数见据: touch a figure, see what it rests on.

A view answers the figure's address with ``source_page``: a page of its own that can be sent to a
colleague, or the side panel when htmx asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from guatu.web.page.parts import page_or_part


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the road back from a figure: the rows, the report, the entry, the sentence."""

    title: str
    lines: Sequence[str] = ()
    # Pairs of words and figure, drawn as a small table.
    rows: Sequence[tuple[str, str]] = ()
    # The same with the address of what stands behind each: the panel goes on there.
    further: Sequence[tuple[str, str, str]] = ()
    # The plan's sentence, with the words that count between `before` and `after`.
    before: str = ""
    quote: str = ""
    after: str = ""
    link: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a figure rests on: its definition first, then the road back to the plan's words."""

    name: str
    value: str
    unit: str
    definition: str
    steps: Sequence[Step] = ()


def source_page(request: HttpRequest, source: Source) -> HttpResponse:
    """The figure's source as a page, or as the side panel."""
    return page_or_part(request, "page/source.html", part="panel", context={"source": source})
