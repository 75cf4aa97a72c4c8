"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from guatu.exports.saving import replacing


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "台账.json"
    path.write_text("旧", encoding="utf-8")
    with pytest.raises(RuntimeError), replacing(path) as draft:
        draft.write_text("写了一半", encoding="utf-8")
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "旧"
    assert list(tmp_path.iterdir()) == [path]


def test_the_files_mode_stays_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path = tmp_path / "台账.json"
    path.write_text("旧", encoding="utf-8")
    path.chmod(0o640)
    link = tmp_path / "最新.json"
    link.symlink_to(path)
    with replacing(link) as draft:
        draft.write_text("新", encoding="utf-8")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "新"
    assert path.stat().st_mode & 0o777 == 0o640
