"""``guatu check``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
Plan = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "status"), [("方案。", 0), ("有疑有提。", 0), ("有错。", 1), ("有错有疑。", 1)]
)
def test_only_errors_make_it_fail(run: Run, plan: Plan, text: str, status: int) -> None:
    assert run("check", plan(text=text)).exit_code == status


def test_the_gravest_come_first_each_with_its_place(run: Run, plan: Plan) -> None:
    lines = run("check", plan(text="提疑错。")).stdout.splitlines()
    assert lines == [
        "方案.txt：错误 1、疑问 1、提示 1",
        "  ■ 错误 有“错”字 [has-error]",
        "      第1段 “错”",
        "  ▲ 疑问 有“疑”字 [has-question]",
        "      第1段 “疑”",
        "  ● 提示 有“提”字 [has-note]",
        "      第1段 “提”",
    ]


def test_json(run: Run, plan: Plan) -> None:
    result = run("check", plan("甲.txt", "错"), plan("乙.txt"), "--format", "json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["schema"] == "guatu.check/1"
    assert [(file["file"], file["errors"]) for file in data["files"]] == [
        ("甲.txt", 1),
        ("乙.txt", 0),
    ]
    assert data["files"][0]["findings"][0]["places"] == [
        {"start": 0, "quote": "错", "page": None, "paragraph": 1}
    ]


def test_a_file_that_cannot_be_read_has_its_own_status(run: Run, plan: Plan) -> None:
    result = run("check", plan("甲.txt", "错"), plan("空.txt", ""))
    assert result.exit_code == 3
    assert "空.txt" in result.stderr
    assert "甲.txt：错误 1" in result.stdout
