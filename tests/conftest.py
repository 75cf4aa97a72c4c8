"""What all tests share: where the plans are, and how many random inputs Hypothesis tries.

Published plans and their gold readings are not part of this repository.  Tests that ask for
``published_plan`` or ``scorer`` run where ``../shared`` (or ``$GUATU_SHARED``) holds them and
say that they were skipped everywhere else.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("GUATU_SHARED", ROOT.parent / "shared"))
PLANS = SHARED / "plans"
GOLD = SHARED / "gold"

# The machine is shared and its speed says nothing about the code: no deadlines.
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", parent=settings.get_profile("ci"), derandomize=False, max_examples=1000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class PublishedPlan(NamedTuple):
    """A plan that was published, and the gold reading of it where there is one."""

    name: str
    path: Path
    gold: Path | None


def published_plans() -> list[PublishedPlan]:
    """All plans of ../shared, none where it is absent."""
    plans = []
    for path in sorted(PLANS.glob("*.txt")):
        gold = GOLD / f"{path.stem}.json"
        plans.append(PublishedPlan(path.stem, path, gold if gold.is_file() else None))
    return plans


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``published_plan`` runs once for each of them."""
    if "published_plan" not in metafunc.fixturenames:
        return
    absent = pytest.param(
        None, id="absent", marks=pytest.mark.skip(f"没有已发布方案：{PLANS} 不存在")
    )
    plans = [pytest.param(plan, id=plan.name) for plan in published_plans()]
    metafunc.parametrize("published_plan", plans or [absent])


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the sample plan."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def scorer() -> ModuleType:
    """The scorer that stands beside the gold readings: ``scorer.score(reading, gold)``."""
    path = GOLD / "score.py"
    if not path.is_file():
        pytest.skip(f"没有评分程序：{path} 不存在")
    return load_module(path)


@pytest.fixture(scope="session")
def tool() -> object:
    """A script of tools/ as a module: ``tool("renew_golden").golden_of(path)``."""

    def load(name: str) -> ModuleType:
        return load_module(ROOT / "tools" / f"{name}.py")

    return load


def load_module(path: Path) -> ModuleType:
    """A Python file that is in no package, imported."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
