"""Settings: typed, named when they are wrong, explained."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.web import env
from guatu.web.env import MIB, WrongSetting

NAME = "GUATU_TEST_VALUE"


@pytest.fixture
def value(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda text: monkeypatch.setenv(NAME, text)


@pytest.mark.parametrize(
    ("text", "meant"), [("1", True), ("是", True), ("OFF", False), ("0", False), ("", True)]
)
def test_flags(value: Any, text: str, meant: bool) -> None:
    value(text)
    assert env.env_flag(NAME, default=True) is meant


@pytest.mark.parametrize(
    ("text", "meant"), [("500KB", 500 * 1024), ("50 mb", 50 * MIB), ("1GB", 1024 * MIB)]
)
def test_sizes_carry_their_unit(value: Any, text: str, meant: int) -> None:
    value(text)
    assert env.env_size(NAME, default=1) == meant


def test_what_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert env.env_text(NAME, default="a") == "a"
    assert env.env_number(NAME, default=7, least=1, most=9) == 7
    assert env.env_list(NAME, default=("a", "b")) == ["a", "b"]


WRONG = [
    (lambda: env.env_flag(NAME, default=False), "maybe"),
    (lambda: env.env_size(NAME, default=1), "50"),
    (lambda: env.env_size(NAME, default=1), "0MB"),
    (lambda: env.env_number(NAME, default=1, least=1, most=9), "10"),
    (lambda: env.env_number(NAME, default=1, least=1, most=9), "-1"),
    (lambda: env.env_number(NAME, default=1, least=1, most=9), "²"),
    (lambda: env.env_origins(NAME), "guatu.example"),
    (lambda: env.env_database(NAME, default=""), "mysql://root:geheim@host/db"),
    (lambda: env.env_database(NAME, default=""), "postgres://user:geheim@host:port/db"),
    (lambda: env.env_folder(NAME, default=Path("x")), "/proc/none"),
]


@pytest.mark.parametrize(("read", "text"), WRONG)
def test_a_wrong_value_stops_the_start_and_names_itself(value: Any, read: Any, text: str) -> None:
    value(text)
    with pytest.raises(WrongSetting) as fault:
        read()
    assert NAME in str(fault.value) and "应为" in str(fault.value)
    assert "geheim" not in str(fault.value)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_understood_or_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    for read in (
        lambda: env.env_flag(NAME, default=False),
        lambda: env.env_size(NAME, default=1),
        lambda: env.env_number(NAME, default=1, least=1, most=9),
        lambda: env.env_origins(NAME),
        lambda: env.env_database(NAME, default="sqlite:///x.db"),
    ):
        try:
            read()
        except WrongSetting as fault:
            assert NAME in str(fault)


def test_sqlite_is_set_up_to_wait_and_to_last(value: Any) -> None:
    value("sqlite:////tmp/x.db")
    options: Any = env.env_database(NAME, default="")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE" and options["timeout"] == 30
    assert "journal_mode=WAL" in options["init_command"]


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = env.secret_key(tmp_path)
    assert env.secret_key(tmp_path) == key and len(key) >= 50
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    (tmp_path / "secret-key").write_text("short")
    with pytest.raises(WrongSetting, match="GUATU_DATA"):
        env.secret_key(tmp_path)


def test_every_setting_is_explained_and_none_besides(root: Path) -> None:
    web = root / "src" / "guatu"
    code = "".join(path.read_text("utf-8") for path in web.rglob("*.py"))
    page = (root / "docs" / "settings.md").read_text("utf-8")
    read = set(re.findall(r'env_\w+\(\s*"(GUATU_[A-Z_]+)"', code))
    explained = set(re.findall(r"^\| `(GUATU_[A-Z_]+)` \|", page, re.MULTILINE))
    assert read == explained
    stray = set(re.findall(r'environ\S*\(?\[?"(GUATU_[A-Z_]+)"', code)) - read
    assert stray == set(), "settings are read in settings.py, through web/env.py"
