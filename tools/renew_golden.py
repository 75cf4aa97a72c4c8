"""Renew the golden readings of the sample plans.

    python tools/renew_golden.py

For each Word sample ``tests/golden/<sample>/`` holds the text it was read from, its ledger and its
findings.  The difference is the review: read it before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path

from guatu.documents import open_document
from guatu.exports.exchange import to_json
from guatu.reading import read_plan

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
GOLDEN = ROOT / "tests" / "golden"


def golden_of(plan: Path) -> dict[str, str]:
    """The golden files of one plan: file name → content."""
    reading = read_plan(open_document(plan))
    ledger = to_json(reading)
    findings = ledger.pop("findings")
    return {
        "text.txt": reading.document.text,
        "ledger.json": as_json(ledger),
        "findings.json": as_json(findings),
    }


def as_json(value: object) -> str:
    """JSON that reads well in a difference: one field a line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    for plan in sorted(SAMPLES.glob("*.docx")):
        folder = GOLDEN / plan.stem
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in golden_of(plan).items():
            (folder / name).write_text(content, encoding="utf-8", newline="")
        print(folder.relative_to(ROOT))


if __name__ == "__main__":
    main()
