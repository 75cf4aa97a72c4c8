"""Score the reader on published plans with the scorer that stands beside their gold readings.

    python tools/measure.py [--keep FOLDER]

Takes the plans and gold readings of ../shared (or of $GUATU_SHARED) and the sample plan, reads
each plan the way a user does (``guatu read PLAN -o PLAN.json``), and prints the scorer's table.
``--keep`` leaves the readings in a folder of yours, to look into.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("GUATU_SHARED", ROOT.parent / "shared"))
GUATU = [sys.executable, "-c", "from guatu.cli.main import main; main()"]


def read_into(plan: Path, folder: Path) -> float:
    """Read one plan with the command line; the seconds the whole process took."""
    began = time.perf_counter()
    command = [*GUATU, "read", str(plan), "-o", str(folder / f"{plan.stem}.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        print(f"{plan.name}: exit {result.returncode}\n{result.stderr}", file=sys.stderr)
    return time.perf_counter() - began


def collect_gold(folder: Path) -> list[Path]:
    """Copy every gold reading into one folder; the plans that they read."""
    plans = []
    for gold in sorted((SHARED / "gold").glob("*.json")):
        shutil.copy(gold, folder / gold.name)
        plans.append(SHARED / "plans" / f"{gold.stem}.txt")
    for gold in sorted((ROOT / "samples").glob("*.gold.json")):
        name = gold.name.removesuffix(".gold.json")
        shutil.copy(gold, folder / f"{name}.json")
        plans.append(gold.with_name(f"{name}.txt"))
    return plans


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the reader on published plans.")
    parser.add_argument("--keep", type=Path, help="folder in which to leave the readings")
    keep: Path | None = parser.parse_args().keep
    scorer = SHARED / "gold" / "score.py"
    if not scorer.is_file():
        print(f"没有评分程序 {scorer}；用环境变量 GUATU_SHARED 指明其上级目录。", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        readings = keep or Path(scratch) / "readings"
        gold = Path(scratch) / "gold"
        for folder in (readings, gold):
            folder.mkdir(parents=True, exist_ok=True)
        for plan in collect_gold(gold):
            print(f"{plan.stem:32} {read_into(plan, readings):5.2f} s")
        command = [sys.executable, str(scorer), "--pairs", str(readings), str(gold)]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
