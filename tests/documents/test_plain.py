"""Text files: the characters as they stand, whatever encoding they came in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.documents import UnreadableDocument, open_document, read_document

PLAN = (
    "\u3000\u3000一、总体要求\r\n\r\n"
    "到2025年，全市新建公共充电桩１２０个。\n\t（责任单位：市发展改革委）\n"
)


@pytest.mark.parametrize("text", [PLAN, "\ufeff" + PLAN, "只有一行", "旧\r式\r换行"])
def test_utf8_text_is_what_open_would_give(text: str, tmp_path: Path) -> None:
    path = tmp_path / "方案.txt"
    path.write_bytes(text.encode())
    document = open_document(path)
    with open(path, encoding="utf-8", newline="") as file:
        assert document.text == file.read()
    assert document.format == "txt"
    assert document.remarks == ()


def test_each_line_with_words_is_a_block() -> None:
    document = read_document(("\ufeff" + PLAN).encode(), "方案.txt")
    assert [block.span.of(document.text) for block in document.blocks] == [
        "一、总体要求",
        "到2025年，全市新建公共充电桩１２０个。",
        "（责任单位：市发展改革委）",
    ]
    assert [block.number for block in document.blocks] == [1, 2, 3]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("gb18030", "GB18030"), ("gbk", "GB18030"), ("utf-16", "UTF-16")],
)
def test_other_encodings_are_told_apart(encoding: str, told: str) -> None:
    document = read_document(PLAN.encode(encoding), "方案.txt")
    assert document.text == PLAN
    assert told in document.remarks[0]


def test_a_few_damaged_bytes_do_not_lose_the_plan() -> None:
    data = (PLAN * 20).encode()
    document = read_document(data[:100] + b"\xff" + data[101:], "方案.txt")
    assert "总体要求" in document.text
    assert "损坏" in document.remarks[0]


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 40, b"\x00\x01\x02 plan", "方案".encode("utf-16-le") + b"\0\0"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"方案\.txt"):
        read_document(data, "方案.txt")


@given(st.text())
def test_any_utf8_keeps_its_characters(text: str) -> None:
    try:
        document = read_document(("一" + text).encode(), "方案.txt")
    except UnreadableDocument:
        return  # control characters make it binary
    assert document.text == "一" + text
    for block in document.blocks:
        assert block.span.of(text="一" + text).strip()
