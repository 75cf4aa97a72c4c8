"""The command line with a reader whose findings a test can choose by the words of the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guatu.cli import sources
from guatu.cli.main import main
from guatu.documents import open_document
from guatu.ledger.findings import Finding
from guatu.ledger.ledger import Ledger
from guatu.ledger.records import Citation, PlanInfo
from guatu.reading.reading import Reading
from guatu.text.span import Quote

Run = Callable[..., Result]


def read_simply(path: Path) -> Reading:
    """A reading with a finding for each 错, 疑 and 提 in the file, and a fault for 崩."""
    document = open_document(path)
    if "崩" in document.text:
        raise ZeroDivisionError("程序自己的错")
    findings = tuple(
        Finding(f"has-{severity}", severity, f"有“{word}”字", (Quote(place, word),))
        for severity, word in (("error", "错"), ("question", "疑"), ("note", "提"))
        if (place := document.text.find(word)) >= 0
    )
    ledger = Ledger(PlanInfo(title="测试方案"), citations=(Citation(Quote(0, "方"), None),))
    return Reading(document, ledger, findings)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run ``guatu`` with these words, in an empty folder, with the simple reader."""
    monkeypatch.setattr(sources, "read_file", read_simply)
    monkeypatch.chdir(tmp_path)

    def invoke(*words: str | Sequence[str]) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], prog_name="guatu")

    return invoke


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Path]:
    """Write a txt file with these words."""

    def write(name: str = "方案.txt", text: str = "方案。") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
