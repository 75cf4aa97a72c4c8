"""Rules of the house that neither the type checker nor the import contracts can see."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args, get_origin

import pytest

from guatu import checks
from guatu.checks import CHECKS, Check
from guatu.ledger import records
from guatu.ledger.findings import Severity

HEAVY = {
    "chinese_calendar",
    "click",
    "docx",
    "lxml",
    "openpyxl",
    "pypdfium2",
    "rich",
    "selectolax",
    "trafilatura",
    "xlsxwriter",
}
LIGHT = ("guatu", "guatu.text", "guatu.ledger", "guatu.checks", "guatu.documents", "guatu.reading")


@pytest.mark.parametrize("name", LIGHT)
def test_importing_a_room_loads_no_heavy_library(name: str) -> None:
    script = f"import sys, {name}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert HEAVY & {module.split(".")[0] for module in run.stdout.split()} == set()


def test_importing_guatu_loads_none_of_its_rooms() -> None:
    script = "import sys, guatu; print(*[m for m in sys.modules if m.startswith('guatu')])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["guatu"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__module__.split(".")[-1])
def test_every_check_explains_itself(check: Check) -> None:
    assert all(part in (check.__doc__ or "") for part in ("查什么：", "举例：", "怎么改："))


def test_every_check_module_is_in_the_list() -> None:
    """A module of the room that has a ``check`` is run; nothing lies there unused."""
    names = (f"{checks.__name__}.{found.name}" for found in pkgutil.iter_modules(checks.__path__))
    with_check = {name for name in names if hasattr(importlib.import_module(name), "check")}
    assert with_check == {check.__module__ for check in CHECKS}


def test_the_page_of_the_checks_is_current(tool: Callable[[str], ModuleType], root: Path) -> None:
    written = (root / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == tool("write_checks_page").checks_page(), "make golden"


def test_codes_are_stable_words_and_belong_to_one_check(
    tool: Callable[[str], ModuleType],
) -> None:
    codes = [code for check in CHECKS for code in tool("write_checks_page").codes_of(check)]
    assert len(codes) == len(set(codes)) >= len(CHECKS)
    assert [code for code in codes if not re.fullmatch("[a-z]+(-[a-z]+)*", code)] == []


def nouns() -> list[str]:
    """The record classes of the ledger."""
    return [
        name
        for name, value in vars(records).items()
        if dataclasses.is_dataclass(value) and value.__module__ == records.__name__
    ]


def values() -> list[tuple[str, str]]:
    """Each fixed value that a field of a record or a finding can take, with its type's name."""
    types = {name: value for name, value in vars(records).items() if get_origin(value) is Literal}
    types["Severity"] = Severity
    return [(name, value) for name, of in types.items() for value in get_args(of)]


@pytest.fixture(scope="module")
def glossary(root: Path) -> str:
    return (root / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("noun", nouns())
def test_every_record_is_in_the_glossary(noun: str, glossary: str) -> None:
    assert f"`{noun}`" in glossary


@pytest.mark.parametrize(("of", "value"), values())
def test_every_fixed_value_is_in_the_glossary(of: str, value: str, glossary: str) -> None:
    section = glossary.partition(f"`{of}`")[2].partition("\n#")[0]
    assert f"`{value}`" in section, f"{of}: {value}"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_tells_of_every_command(page: str, root: Path) -> None:
    from guatu.cli.main import main

    text = (root / page).read_text(encoding="utf-8")
    assert [name for name in main.commands if f"guatu {name}" not in text] == []
