"""Patterns compiled on first use answer as compiled ones do."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guatu.text.rare import Rare

_SOURCE = r"第[一二三]?(?P<what>章|节)"
_PLACES = st.integers(0, 12)


@pytest.mark.parametrize("how", ["search", "match", "fullmatch"])
@given(text=st.text("第一二章节 ", max_size=10), start=_PLACES, end=_PLACES)
def test_answers_as_a_compiled_pattern(how: str, text: str, start: int, end: int) -> None:
    ours = getattr(Rare(_SOURCE), how)(text, start, end)
    theirs = getattr(re.compile(_SOURCE), how)(text, start, end)
    assert (ours and (ours.span(), ours["what"])) == (theirs and (theirs.span(), theirs["what"]))


def test_flags_count() -> None:
    assert Rare("a b", re.VERBOSE).fullmatch("ab") is not None


def test_a_faulty_pattern_is_told_when_it_is_asked() -> None:
    rare = Rare("(")
    with pytest.raises(re.error):
        rare.search("")


def test_finds_divides_and_replaces_as_a_compiled_pattern() -> None:
    text = "第一章 第二节 附则"
    compiled = re.compile(_SOURCE)
    assert [found.span() for found in Rare(_SOURCE).finditer(text, 1)] == [
        found.span() for found in compiled.finditer(text, 1)
    ]
    assert Rare(" +").split(text) == ["第一章", "第二节", "附则"]
    assert Rare(" +").sub("", text, count=1) == "第一章第二节 附则"


def test_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compiling = re.compile

    def watched(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return compiling(source, flags)

    monkeypatch.setattr(re, "compile", watched)
    rare = Rare("章")
    held = rare.search  # asked for before, as a loop does
    assert not compiled
    assert held("第一章") and held("第二章") and rare.search("第三章") and rare.match("章")
    assert compiled == ["章"]
