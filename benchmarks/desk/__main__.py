"""``make bench-desk``: import, list, close and board at scale, on SQLite and PostgreSQL.

    python -m benchmarks.desk --rows 50000 --projects 30000 --database sqlite --port 8110

Each part has a database and a data folder of its own and is gone afterwards. Figures of a machine
that does other things as well are to be read as ratios: to the baseline of the same run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTGRES = os.environ.get("GUATU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/guatu")
MONTHS = 60


def main() -> None:
    """Every part on every database that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--projects", type=int, default=30_000)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--parts", default="baseline,import,sample,pages,close,months")
    parser.add_argument("--port", type=int, default=8110)
    parser.add_argument("--part", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        _part(given.part, given.rows, given.projects, given.port)
        return
    for database in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        for part in given.parts.split(","):
            print(f"== {part} on {database} (load {os.getloadavg()[0]:.1f})", flush=True)
            with _room(database) as env:
                command = [sys.executable, "-m", "benchmarks.desk", "--part", part]
                command += ["--rows", str(given.rows), "--projects", str(given.projects)]
                subprocess.run([*command, "--port", str(given.port)], env=env, check=True)


@contextmanager
def _room(database: str) -> Iterator[dict[str, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUATU_")}
    with tempfile.TemporaryDirectory(prefix="guatu-bench-") as folder:
        env = {**kept, "GUATU_DATA": folder, "DJANGO_SETTINGS_MODULE": "guatu.web.settings"}
        if database == "sqlite":
            yield env
            return
        import psycopg

        server, name = POSTGRES.rsplit("/", 1)[0], f"bench_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            try:
                yield {**env, "GUATU_DATABASE": f"{server}/{name}"}
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _part(part: str, rows: int, projects: int, port: int) -> None:
    from guatu.cli.desk import prepared

    prepared()
    if part in ("close", "months"):
        _years(part, projects)
        return
    from guatu.web.people import sample as people

    folder = Path(os.environ["GUATU_DATA"])
    if part == "sample":
        from guatu.web.sample import load

        load()
        _pages(port)
        return
    people.load()
    from benchmarks.desk import importing, sheets

    files = [folder / f"round-{number}.xlsx" for number in (0, 1)]
    for number, file in enumerate(files):
        sheets.workbook(file, projects if part == "pages" else rows, round_=number)
    if part == "baseline":
        for name, seconds in importing.baseline(files[0]).items():
            print(f"  {name}: {seconds:.1f} s")
    elif part == "import":
        _import(files, folder)
    else:
        importing.Course().bring(files[0], "fill")
        _pages(port)


def _years(part: str, projects: int) -> None:
    """Two closes with a writer beside them; pages on five years of closed months."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if part == "close":
        import close_many

        close_many.run(projects)
        return
    import board_many

    board_many.fill(projects, MONTHS)
    board_many.measure()


def _import(files: list[Path], folder: Path) -> None:
    from benchmarks.desk import importing

    course = importing.Course()
    with importing.others(folder) as logs:
        course.undo(course.bring(files[0], "new"), "new")
        course.bring(files[0], "again")
        course.undo(course.bring(files[1], "every row changed"), "every row changed")
    print("  waits of others, seconds (turns, median, longest) and the longest lock we held")
    for phase in course.phases:
        seen = {kind: importing.waits(log, phase) for kind, log in logs.items()}
        told = "; ".join(
            f"{kind} {w.turns}, {w.median:.3f}, {w.longest:.2f}" for kind, w in seen.items()
        )
        print(f"  {phase.name}: {told}; lock {phase.held:.2f} (busy {phase.held_busy:.2f})")


def _pages(port: int) -> None:
    from benchmarks.desk import pages
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    inside, outside = pages.in_process(), pages.over_http(port)
    for name, seconds in inside.items():
        print(f"  {name}: {seconds * 1000:.0f} ms computing, {outside[name] * 1000:.0f} ms by HTTP")


if __name__ == "__main__":
    main()
