"""``guatu`` itself: help, version, and commands that were called wrongly."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

import guatu

Run = Callable[..., Result]


def test_version(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"guatu {guatu.__version__}\n")


@pytest.mark.parametrize("words", [["--help"], ["read", "--help"], ["check", "-h"]])
def test_help_is_chinese(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 0
    assert result.output.startswith("用法：guatu")
    for english in ("Usage", "Options", "Commands", "Show this", "exit."):
        assert english not in result.output


def test_help_of_the_commands_tells_their_exit_statuses(run: Run) -> None:
    assert "退出状态" in run("read", "--help").output
    assert re.search(r"3 有文件没能读取", run("check", "--help").output)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "用法"),
        (["raed"], "没有“raed”这个命令"),
        (["read"], "没有给出文件"),
        (["read", "a.txt", "--frmat", "json"], "没有“--frmat”这个选项"),
        (["read", "a.txt", "-o"], "选项“-o”"),
        (["read", "a.txt", "--format", "docx"], "不认识格式“docx”"),
        (["check", "a.txt", "--format", "html"], "不认识格式“html”"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(run: Run, words: list[str], told: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Error" not in result.stderr
    assert result.stdout == ""


def test_starting_loads_no_library_but_click() -> None:
    script = "import sys, guatu.cli.main; print(*{m.split('.')[0] for m in sys.modules})"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {"rich", "xlsxwriter", "docx", "lxml", "pypdfium2", "selectolax"} & loaded == set()
    assert "click" in loaded
