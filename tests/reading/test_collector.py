"""The collector of cyclic garbage rests while a plan is read, and there is nothing for it to do."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from guatu.documents.document import Document
from guatu.reading import read_plan
from guatu.reading.collector import collector_at_rest
from guatu.reading.outline import Outline, outline_of

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "linjiang-2026-investment.txt"


def plan(text: str = "到2028年，建成公园100个。") -> Document:
    return Document("方案.txt", "txt", text)


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """On before each test; put back as it was behind it."""
    was_on = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was_on else gc.disable)()


def test_a_plan_is_read_without_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def watched(document: Document) -> Outline:
        seen.append(gc.isenabled())
        return outline_of(document)

    monkeypatch.setattr("guatu.reading.pipeline.outline_of", watched)
    read_plan(plan())
    assert seen == [False]
    assert gc.isenabled()


def test_it_is_on_again_after_a_fault() -> None:
    with pytest.raises(ValueError, match="fault"), collector_at_rest():
        raise ValueError("fault")
    assert gc.isenabled()


def test_who_finds_it_off_leaves_it_off() -> None:
    with collector_at_rest():
        read_plan(plan())  # as when another thread reads at the same time
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize("times", [1, 3])
def test_a_reading_leaves_no_cycles(times: int) -> None:
    document = plan(SAMPLE.read_text(encoding="utf-8") * times)
    read_plan(document)  # what is made once for all plans
    gc.collect()
    gc.disable()
    reading = read_plan(document)
    assert gc.collect() == 0
    del reading
    assert gc.collect() == 0
