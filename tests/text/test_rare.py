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
