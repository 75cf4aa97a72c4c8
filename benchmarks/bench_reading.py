"""How fast a plan is read, outline to findings (``make bench`` ends with a table of MB/s).

The mark is set for published plans: those of ``../shared/plans`` (or ``$GUATU_SHARED``) where
they are, one pass over all of them; the sample plan, over and over, stands for them elsewhere.

Time must grow with length and with the number of entries, and with nothing else: the hostile texts
are to be read at no less than a third of the speed of the plan; those made of nothing but figures
may take as long as their entries do.  Machines differ and are shared, so beside each speed stands
what part it is of the speed at which plain ``re`` cuts the plan into tokens in the same run.
"""

from __future__ import annotations

import os
import re
import time
from functools import cache
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from guatu.documents import Document
from guatu.documents.document import Block
from guatu.reading import read_plan
from guatu.text.span import Span

# The machine's own time: other programs on it make a clock on the wall useless.
pytestmark = pytest.mark.benchmark(timer=time.process_time)

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE = PROJECT / "samples" / "linjiang-2026-investment.txt"
SHARED = Path(os.environ.get("GUATU_SHARED", PROJECT.parent / "shared"))
PLANS = sorted((SHARED / "plans").glob("*.txt"))
PLAN_BYTES = 200_000
HOSTILE_BYTES = 1_000_000

# Each of these has made some regular expression of some reader go quadratic.
HOSTILE = {
    "one-character": "的",
    "one-digit": "1",
    "open-brackets": "（",
    "nested-brackets": "（（））",
    "open-title-marks": "《",
    "open-quotation-marks": "“",
    "open-duty-notes": "（责任单位：",
    "numbering": "1.",
    "digits-and-commas": "1,",
    "enumeration": "市财政局、",
    "projects": "推进甲、",
    "clauses": "到2028年，",
    "figures": "100个公园、",
    "figures-without-a-stop": "达到3%，",
    "leads": "牵头",
    "routines": "每月报告，",
    "table-rows": "1\t2\n",
    "et-cetera": "等3处",
    "ranges": "3—",
    "blank-lines": "\n",
    "short-lines": "甲\n",
    "table-headers": "指标\n",
    "spaces": "　 ",
    "mixed-numerals": "一百二十万分之",
}
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[\u4e00-\u9fff]|\s+|.")


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


def nested(size: int) -> str:
    """All brackets open before the first closes, to about ``size`` bytes of UTF-8."""
    depth = size // 6
    return "（" * depth + "）" * depth


@cache
def tokenising() -> float:
    """MB/s of plain ``re`` on this machine: the measure for all other speeds."""
    text = repeated(SAMPLE.read_text(encoding="utf-8"), PLAN_BYTES)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _token in _TOKEN.finditer(text):
            pass
        best = min(best, time.process_time() - start)
    return len(text.encode()) / 1e6 / best


class Timer:
    """Measures the reading of texts and keeps the speed for the table."""

    def __init__(self, benchmark: BenchmarkFixture, speeds: dict[str, float]) -> None:
        self._benchmark = benchmark
        self._speeds = speeds

    def __call__(self, name: str, *texts: str, rounds: int = 5) -> None:
        """Read ``texts`` one after the other, ``rounds`` times."""
        documents = [document_of(text) for text in texts]
        size = sum(len(text.encode()) for text in texts) / 1e6
        info = self._benchmark.extra_info
        info["MB"] = round(size, 3)
        self._benchmark.pedantic(
            read_all, args=(documents,), rounds=rounds, warmup_rounds=rounds > 1
        )
        if self._benchmark.stats is not None:  # None when benchmarks run once, as tests
            speed = size / self._benchmark.stats.stats.min
            self._speeds[name] = speed
            info["MB/s"] = round(speed, 2)
            info["of tokenising"] = round(speed / tokenising(), 3)


def read_all(documents: list[Document]) -> None:
    """Read the documents, outline to findings."""
    for document in documents:
        read_plan(document)


@pytest.fixture
def timed(benchmark: BenchmarkFixture, speeds: dict[str, float]) -> Timer:
    """``timed(name, text, …)`` measures and puts the speed into the table."""
    return Timer(benchmark, speeds)


@pytest.mark.skipif(not PLANS, reason="no published plans beside the project")
def test_reading_the_plans(timed: Timer) -> None:
    timed("the plans", *(plan.read_text(encoding="utf-8") for plan in PLANS), rounds=9)


def test_reading_the_sample(timed: Timer) -> None:
    timed("the sample", SAMPLE.read_text(encoding="utf-8"))


def test_reading_a_long_plan(timed: Timer) -> None:
    timed("a long plan", repeated(SAMPLE.read_text(encoding="utf-8"), PLAN_BYTES))


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_hostile_text(name: str, timed: Timer) -> None:
    timed(name, repeated(HOSTILE[name], HOSTILE_BYTES), rounds=1)


def test_reading_deeply_nested_brackets(timed: Timer) -> None:
    timed("deeply-nested-brackets", nested(HOSTILE_BYTES), rounds=1)


@pytest.mark.parametrize("size", [250_000, 1_000_000])
def test_reading_a_plan_in_one_line(size: int, timed: Timer) -> None:
    line = "".join(SAMPLE.read_text(encoding="utf-8").split())
    timed(f"one-line-of-{size // 1000}-KB", repeated(line, size), rounds=1)


@pytest.mark.parametrize("size", [250_000, 1_000_000])
def test_reading_a_plan_without_full_stops(size: int, timed: Timer) -> None:
    line = "".join(SAMPLE.read_text(encoding="utf-8").split()).replace("。", "，")
    timed(f"no-full-stops-{size // 1000}-KB", repeated(line, size), rounds=1)
