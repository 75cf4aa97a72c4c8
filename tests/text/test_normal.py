"""One width for everything, character by character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guatu.text.normal import normal


def test_punctuation_figures_and_dashes() -> None:
    assert normal("２０２５—２０２７年，覆盖率达９５％（含）；［2016］12号「目标」") == (
        "2025-2027年,覆盖率达95%(含);〔2016〕12号“目标”"
    )


@given(st.text())
def test_length_is_kept_and_twice_is_once(text: str) -> None:
    once = normal(text)
    assert len(once) == len(text)
    assert normal(once) == once
    assert all(normal(char) == other for char, other in zip(text, once, strict=True))
