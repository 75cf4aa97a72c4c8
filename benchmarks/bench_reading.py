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
    "one-letter": "a",
    "one-digit": "1",
    "all-digits": "1234567890",
    "grouped-digits": "1,234",
    "decimal-points": "1.",
    "chinese-digits": "一二三四五",
    "magnitudes": "十百千万亿",
    "mixed-numerals": "一百二十万分之",
    "ranges": "3—",
    "open-brackets": "（",
    "closed-brackets": "）",
    "paired-brackets": "（（））",
    "open-title-marks": "《",
    "titles": "《方案》",
    "open-quotes": "“",
    "headings": "\n一、",
    "items": "\n1.",
    "enumeration": "市财政局、",
    "duty-notes": "（市财政局牵头，",
    "clauses": "到2028年，",
    "years": "2028年",
    "targets": "新增公园20个，",
    "respectively": "分别达到95%、",
    "parts": "其中新建20个、",
    "projects": "推进一号线工程、",
    "routines": "每月5日前报送，",
    "commas": "，",
    "pauses": "、",
    "stops": "。",
    "colons": "：",
    "blank-lines": "\n",
    "spaces": "　 ",
    "tabs": "\t",
    "cells": "指标\t1\n",
    "header-lines": "指标\n",
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


def nested(size: int) -> str:
    """All brackets open before the first closes, to about ``size`` bytes of UTF-8."""
    depth = size // 6
    return "（" * depth + "）" * depth


def timed(
    benchmark: BenchmarkFixture, text: str, read: Callable[[Document], Any], rounds: int = 5
) -> None:
    """Measure and put the speed beside the time."""
    document = document_of(text)
    size = len(text.encode()) / 1e6
    benchmark.extra_info["MB"] = round(size, 3)
    benchmark.pedantic(read, args=(document,), rounds=rounds, warmup_rounds=1 if rounds > 1 else 0)
    if benchmark.stats is not None:  # None when benchmarks run once, as tests
        benchmark.extra_info["MB/s"] = round(size / benchmark.stats.stats.min, 2)


def test_reading_the_sample(benchmark: BenchmarkFixture) -> None:
    timed(benchmark, SAMPLE.read_text(encoding="utf-8"), read_plan)


def test_reading_a_long_plan(benchmark: BenchmarkFixture) -> None:
    timed(benchmark, repeated(SAMPLE.read_text(encoding="utf-8"), PLAN_BYTES), read_plan)


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_hostile_text(name: str, benchmark: BenchmarkFixture) -> None:
    timed(benchmark, repeated(HOSTILE[name], HOSTILE_BYTES), read_plan, rounds=1)


def test_reading_deeply_nested_brackets(benchmark: BenchmarkFixture) -> None:
    timed(benchmark, nested(HOSTILE_BYTES), read_plan, rounds=1)


@pytest.mark.parametrize("size", [250_000, 1_000_000])
def test_reading_a_plan_in_one_line(size: int, benchmark: BenchmarkFixture) -> None:
    line = "".join(SAMPLE.read_text(encoding="utf-8").split())
    timed(benchmark, repeated(line, size), read_plan, rounds=1)


@pytest.mark.parametrize("size", [250_000, 1_000_000])
def test_reading_a_plan_without_full_stops(size: int, benchmark: BenchmarkFixture) -> None:
    line = "".join(SAMPLE.read_text(encoding="utf-8").split()).replace("。", "，")
    timed(benchmark, repeated(line, size), read_plan, rounds=1)
