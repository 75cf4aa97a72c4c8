"""How fast a plan is read, outline to findings (``make bench``; MB/s stands in extra_info).

Time must grow with length and with nothing else: the hostile texts are to be read at no less
than a third of the speed of the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from guatu.documents import Document
from guatu.documents.document import Block
from guatu.reading import read_plan
from guatu.text.span import Span

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "linjiang-2026-investment.txt"
PLAN_BYTES = 200_000
HOSTILE_BYTES = 1_000_000

# Each of these has made some regular expression of some reader go quadratic.
HOSTILE = {
    "one-character": "的",
    "one-digit": "1",
    "open-brackets": "（",
    "nested-brackets": "（（））",
    "open-title-marks": "《",
    "numbering": "1.",
    "enumeration": "市财政局、",
    "clauses": "到2028年，",
    "ranges": "3—",
    "blank-lines": "\n",
    "spaces": "　 ",
    "mixed-numerals": "一百二十万分之",
}


def document_of(text: str) -> Document:
    """A text as a document, a paragraph a line."""
    blocks = []
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block("paragraph", Span(at, at + len(line)), len(blocks) + 1))
        at += len(line)
    return Document("方案.txt", "txt", text, tuple(blocks))


def repeated(piece: str, size: int) -> str:
    """The piece over and over, to about ``size`` bytes of UTF-8."""
    return piece * max(1, size // len(piece.encode()))


def timed(benchmark: BenchmarkFixture, text: str, read: Callable[[Document], Any]) -> None:
    """Measure and put the speed beside the time."""
    document = document_of(text)
    size = len(text.encode()) / 1e6
    benchmark.extra_info["MB"] = round(size, 3)
    benchmark.pedantic(read, args=(document,), rounds=5, warmup_rounds=1)
    if benchmark.stats is not None:  # None when benchmarks run once, as tests
        benchmark.extra_info["MB/s"] = round(size / benchmark.stats.stats.min, 2)


def test_reading_the_sample(benchmark: BenchmarkFixture) -> None:
    timed(benchmark, SAMPLE.read_text(encoding="utf-8"), read_plan)


def test_reading_a_long_plan(benchmark: BenchmarkFixture) -> None:
    timed(benchmark, repeated(SAMPLE.read_text(encoding="utf-8"), PLAN_BYTES), read_plan)


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_hostile_text(name: str, benchmark: BenchmarkFixture) -> None:
    timed(benchmark, repeated(HOSTILE[name], HOSTILE_BYTES), read_plan)
