"""The sample plan: text, Word file, gold reading and golden results belong together."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guatu.documents import open_document

NAME = "linjiang-2026-investment"
ENTRIES = {
    "targets": "quote",
    "duties": "unit",
    "projects": "quote",
    "routines": "quote",
    "citations": "title",
}


@pytest.fixture(scope="module")
def text(samples: Path) -> str:
    return (samples / f"{NAME}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def gold(samples: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((samples / f"{NAME}.gold.json").read_text("utf-8"))
    return loaded


def members(archive: bytes) -> dict[str, bytes]:
    """The unpacked files of a zip: how hard they were packed depends on the machine's zlib."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_the_word_sample_is_the_one_its_tool_makes(
    tool: Callable[[str], ModuleType], samples: Path, text: str
) -> None:
    made = tool("make_sample_plan").plan_as_docx(text)
    assert members(made) == members((samples / f"{NAME}.docx").read_bytes())


def test_word_and_text_have_the_same_words_line_by_line(samples: Path, text: str) -> None:
    document = open_document(samples / f"{NAME}.docx")
    assert document.text.splitlines() == text.splitlines()


@pytest.mark.parametrize("part", ENTRIES)
def test_gold_entries_stand_where_they_say(part: str, gold: dict[str, Any], text: str) -> None:
    for entry in gold[part]:
        words = entry[ENTRIES[part]]
        assert text.startswith(words, entry["start"]), words


def test_gold_sections_start_at_their_markers(gold: dict[str, Any], text: str) -> None:
    marker = re.compile(r"（?(?:[一二三四五六七八九十]+|\d+)(?:）|、|\.)")
    for section in gold["sections"]:
        found = marker.match(text, section["start"])
        assert found, section["path"]
        assert text.startswith(section["title"], found.end()), section["path"]


def test_every_planted_inconsistency_is_in_the_plan(samples: Path, text: str) -> None:
    readme = (samples / "README.md").read_text(encoding="utf-8")
    planted = [re.findall("「(.+?)」", row) for row in readme.splitlines() if row.startswith("| ")]
    quotes = [quote for row in planted for quote in row]
    assert len(quotes) >= 12
    assert [quote for quote in quotes if quote not in text] == []


def test_reading_the_sample_gives_the_golden_results(
    tool: Callable[[str], ModuleType], samples: Path, root: Path
) -> None:
    golden = root / "tests" / "golden" / NAME
    for name, content in tool("renew_golden").golden_of(samples / f"{NAME}.docx").items():
        assert content == (golden / name).read_bytes().decode("utf-8"), f"{name}: make golden"
