"""How well plans are read: scores against readings made by hand may only rise.

Two sets.  The sample plan of this repository is scored always where the scorer is at hand; the
published plans of ../shared where they are.  Both tests say that they were skipped elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from guatu.documents import open_document
from guatu.exports.exchange import to_json
from guatu.reading import read_plan

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "linjiang-2026-investment.txt"


class Floor(NamedTuple):
    """The least a score may be; ``measure`` is the scorer's ``f1`` or ``accuracy``."""

    part: str
    measure: str
    least: float


# What the reader has to reach on published plans, micro-average (the 'at least' column).
PUBLISHED = (
    Floor("target", "f1", 0.97),
    Floor("full", "f1", 0.88),
    Floor("section", "f1", 0.98),
    Floor("duty", "f1", 0.97),
    Floor("citation", "f1", 0.95),
    Floor("project", "f1", 0.75),
    Floor("p.stage", "accuracy", 0.85),
    Floor("routine", "f1", 0.8),
)
# The sample plan holds as many constructions as it could.  When these floors were set it was read
# at 0.995, 0.985, 1.0, 0.839, 1.0, 0.921, 0.897 and 0.923: a little below that, to be raised as
# the reader gets better and never to be lowered.
SAMPLE_FLOORS = (
    Floor("target", "f1", 0.98),
    Floor("full", "f1", 0.96),
    Floor("section", "f1", 0.98),
    Floor("duty", "f1", 0.82),
    Floor("citation", "f1", 0.95),
    Floor("project", "f1", 0.88),
    Floor("p.stage", "accuracy", 0.85),
    Floor("routine", "f1", 0.85),
)


@pytest.fixture(scope="module")
def published(scorer: ModuleType) -> dict[str, Any]:
    """The micro-average over the published plans that have a gold reading."""
    folder = Path(scorer.__file__ or "").parent
    counts = []
    for gold in sorted(folder.glob("*.json")):
        plan = folder.parent / "plans" / f"{gold.stem}.txt"
        if plan.is_file():
            counts.append(scored(scorer, plan, gold))
    if not counts:
        pytest.skip(f"没有已发布方案：{folder.parent / 'plans'} 中没有与标注同名的 txt")
    averaged: dict[str, Any] = scorer.figures(scorer.add(counts))
    return averaged


@pytest.fixture(scope="module")
def sample(scorer: ModuleType) -> dict[str, Any]:
    """The figures of the sample plan."""
    figures: dict[str, Any] = scorer.figures(
        scored(scorer, SAMPLE, SAMPLE.with_suffix(".gold.json"))
    )
    return figures


def scored(scorer: ModuleType, plan: Path, gold: Path) -> Any:
    """The scorer's counts for one plan, its reading in the form users get."""
    reading = to_json(read_plan(open_document(plan)))
    return scorer.score(reading, json.loads(gold.read_text(encoding="utf-8")))


@pytest.mark.parametrize("floor", PUBLISHED, ids=lambda floor: f"{floor.part}-{floor.measure}")
def test_published_plans_are_read_well_enough(floor: Floor, published: dict[str, Any]) -> None:
    assert published[floor.part][floor.measure] >= floor.least


@pytest.mark.parametrize("floor", SAMPLE_FLOORS, ids=lambda floor: f"{floor.part}-{floor.measure}")
def test_the_sample_plan_is_read_no_worse_than_before(floor: Floor, sample: dict[str, Any]) -> None:
    assert sample[floor.part][floor.measure] >= floor.least
