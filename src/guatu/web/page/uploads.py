"""How uploads come to lie on the disk: whole, or not under their name at all."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

_HALF: Final = ".part"
_KEEP_HALVES: Final = timedelta(days=1)


def write_once(path: Path, content: bytes) -> None:
    """Write a file named by its content, unless it is there; safe on the disk when this returns."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{uuid.uuid4().hex}{_HALF}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def uploads() -> list[Path]:
    """All files that were uploaded, without those that are being written."""
    return [path for path in _files() if path.suffix != _HALF]


def sweep_halves() -> int:
    """Remove what processes were writing when they were killed; how many files that were."""
    old = time.time() - _KEEP_HALVES.total_seconds()
    count = 0
    for path in _files():
        # One that is just being finished has its other name by now.
        with contextlib.suppress(FileNotFoundError):
            if path.suffix == _HALF and path.stat().st_mtime < old:
                path.unlink()
                count += 1
    return count


def _files() -> list[Path]:
    return sorted(path for path in settings.UPLOADS.rglob("*") if path.is_file())
