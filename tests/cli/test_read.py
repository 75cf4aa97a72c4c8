"""``guatu read``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import is_zipfile

import pytest
from click.testing import Result

from guatu.exports import workbook

Run = Callable[..., Result]
Plan = Callable[..., Path]


def test_one_file_gives_its_summary(run: Run, plan: Plan) -> None:
    result = run("read", plan())
    assert result.exit_code == 0
    assert result.stdout.startswith("测试方案\n")


@pytest.mark.parametrize("suffix", ["xlsx", "json", "html", "JSON"])
def test_the_outputs_suffix_picks_the_format(
    run: Run, plan: Plan, tmp_path: Path, suffix: str
) -> None:
    result = run("read", plan(), "-o", f"新/年/台账.{suffix}")
    assert result.exit_code == 0, result.output
    path = tmp_path / "新" / "年" / f"台账.{suffix}"
    content = path.read_bytes()
    assert {
        "xlsx": is_zipfile(path),
        "json": content.startswith(b'{\n  "schema": "guatu.reading/1"'),
        "html": content.startswith(b"<!doctype html>"),
    }[suffix.lower()]
    assert "台账" in result.stdout


def test_a_folder_takes_one_file_a_format(run: Run, plan: Plan, tmp_path: Path) -> None:
    result = run("read", plan("甲.txt"), plan("乙.txt"), "-o", "out", "--format", "json,html")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["乙.html", "乙.json", "甲.html", "甲.json"]
    assert len([line for line in result.stdout.splitlines() if "入账" in line]) == 2


@pytest.mark.parametrize("output", ["out/", "out"])
def test_a_folder_without_a_format_gets_workbooks(
    run: Run, plan: Plan, tmp_path: Path, output: str
) -> None:
    (tmp_path / "out").mkdir()
    assert run("read", plan(), "-o", output).exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["方案.xlsx"]


def test_files_of_one_name_do_not_take_each_others_place(
    run: Run, plan: Plan, tmp_path: Path
) -> None:
    files = [plan("方案.txt"), plan("方案.html", "<p>方案。</p>"), plan("旧/方案.txt")]
    assert run("read", *files, "-o", "out/", "--format", "json").exit_code == 0
    held = {p.name: json.loads(p.read_text("utf-8"))["file"] for p in (tmp_path / "out").iterdir()}
    assert held == {
        "方案.txt.json": "方案.txt",
        "方案.html.json": "方案.html",
        "方案.txt-2.json": "方案.txt",
    }


def test_a_plan_is_never_overwritten(run: Run, plan: Plan, tmp_path: Path) -> None:
    path = plan("方案.html", "<p>方案。</p>")
    refused = run("read", path, "-o", path)
    assert refused.exit_code == 2
    assert "覆盖" in refused.stderr
    assert run("read", path, "-o", tmp_path, "--format", "html").exit_code == 0
    assert path.read_text(encoding="utf-8") == "<p>方案。</p>"
    assert (tmp_path / "方案-2.html").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["甲.txt", "-o", "台账"], ".xlsx、.json 或 .html"),
        (["甲.txt", "-o", "台账.docx"], ".xlsx、.json 或 .html"),
        (["甲.txt", "乙.txt", "-o", "台账.xlsx"], "同一个文件"),
        (["甲.txt", "-o", "台账.xlsx", "--format", "json"], "不一致"),
        (["甲.txt", "--format", "xlsx"], "-o"),
        (["甲.txt", "乙.txt", "--format", "json"], "-o"),
    ],
)
def test_outputs_that_cannot_be_meant(run: Run, plan: Plan, words: list[str], told: str) -> None:
    plan("甲.txt")
    plan("乙.txt")
    result = run("read", *words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_json_of_one_file_may_go_to_the_terminal(run: Run, plan: Plan) -> None:
    result = run("read", plan(), "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["file"] == "方案.txt"


def test_a_bad_file_never_stops_the_rest(run: Run, plan: Plan, tmp_path: Path) -> None:
    files = [plan("甲.txt"), plan("空.txt", ""), tmp_path / "没有.txt", plan("乙.txt")]
    result = run("read", *files, "-o", "out/", "--format", "json")
    assert result.exit_code == 1
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["乙.json", "甲.json"]
    assert "空.txt" in result.stderr
    assert "没有.txt" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_of_the_program_shows_itself_but_stops_nothing_of_many(
    run: Run, plan: Plan, tmp_path: Path
) -> None:
    bad, good = plan("崩.txt", "崩"), plan("好.txt")
    assert isinstance(run("read", bad).exception, ZeroDivisionError)
    result = run("read", bad, good, "-o", "out/", "--format", "json")
    assert result.exit_code == 1
    assert "“崩.txt”读取时程序出错" in result.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["好.json"]


def test_wildcards_the_shell_left_alone_are_expanded(run: Run, plan: Plan) -> None:
    plan("甲.txt")
    plan("乙.txt")
    result = run("read", "*.txt", "甲.txt")
    assert result.exit_code == 0
    assert sorted(line.partition("：")[0] for line in result.stdout.splitlines()) == [
        "乙.txt",
        "甲.txt",
    ]
    assert "*.pdf" in run("read", "*.pdf").stderr


def test_an_output_that_cannot_be_written_is_told(
    run: Run, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(workbook, "replacing", locked)
        result = run("read", plan(), "-o", "台账.xlsx")
    assert result.exit_code == 1
    assert "无法写入“台账.xlsx”" in result.stderr
    assert "Excel" in result.stderr
    plan("挡住")
    result = run("read", plan(), "-o", "挡住/台账.json")
    assert result.exit_code == 1
    assert "不是文件夹" in result.stderr


def test_many_files_are_read_in_several_processes(plan: Plan, tmp_path: Path) -> None:
    """The real reader, the real processes: one line a file, in the order given."""
    names = [f"方案{i}.txt" for i in range(5)]
    for name in names:
        plan(name, "望海县方案\n一、目标\n到2028年，新建口袋公园12个。\n")
    plan("空.txt", "")
    script = "from guatu.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "read", *names, "空.txt", "-o", "out/", "--format", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1
    told = [line.partition("：")[0] for line in done.stdout.splitlines() if "入账" in line]
    assert told == names
    assert "空.txt" in done.stderr
    assert len(list((tmp_path / "out").iterdir())) == 5
