"""Uploads are whole or not there; what a killed process left half-written is no upload."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from guatu.web.page import jobs, uploads, worker


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.UPLOADS = tmp_path / "uploads"
    return tmp_path / "uploads"


def test_a_file_is_written_once_and_for_nobody_else(folder: Path) -> None:
    path = folder / "plans" / "ab" / "abc"
    uploads.write_once(path, b"first")
    uploads.write_once(path, b"second")
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert uploads.uploads() == [path]


def test_a_write_that_fails_leaves_nothing_under_the_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        uploads.write_once(folder / "abc", b"data")
    assert uploads.uploads() == []


def test_what_the_dead_left_is_swept_after_a_day(folder: Path, db: None) -> None:
    folder.mkdir()
    (folder / "kept").write_bytes(b"kept")
    fresh, old = folder / "fresh.1.part", folder / "old.2.part"
    for path in (fresh, old):
        path.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    os.utime(folder / "kept", (two_days_ago, two_days_ago))
    assert uploads.uploads() == [folder / "kept"]
    job = jobs.enqueue("page.tidy", "now")
    worker.work_off()
    job.refresh_from_db()
    assert job.result["halves"] == 1
    assert sorted(path.name for path in folder.iterdir()) == ["fresh.1.part", "kept"]
