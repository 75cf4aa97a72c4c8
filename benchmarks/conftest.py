"""The speeds of a run in one table at its end: MB/s, and how that compares with real plans."""

from __future__ import annotations

import pytest

# What the hostile texts are held against: the plans where they are, else the sample.
NORMAL = ("the plans", "a long plan")
SPEEDS = pytest.StashKey[dict[str, float]]()


def pytest_configure(config: pytest.Config) -> None:
    """A place for the speeds of this run, MB/s under the name of what was read."""
    config.stash[SPEEDS] = {}


@pytest.fixture
def speeds(request: pytest.FixtureRequest) -> dict[str, float]:
    """The speeds measured so far, to be added to."""
    return request.config.stash[SPEEDS]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the speeds, the slowest last."""
    speeds = terminalreporter.config.stash[SPEEDS]
    normal = next((speeds[name] for name in NORMAL if name in speeds), None)
    if not speeds:
        return
    terminalreporter.section("MB/s of UTF-8 on one core, outline to findings")
    for name, speed in sorted(speeds.items(), key=lambda item: -item[1]):
        share = f"{speed / normal:6.2f} of the plans'" if normal else ""
        slow = "  slower than a third" if normal and speed * 3 < normal else ""
        terminalreporter.write_line(f"{speed:8.2f}  {name:32s}{share}{slow}")
