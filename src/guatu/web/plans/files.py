"""Where the files of plans lie: under GUATU_DATA/uploads, named by their content."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from django.conf import settings


def digest(content: bytes) -> str:
    """The file's sha256."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes, sha256: str) -> str:
    """Store a file once and give its place below the uploads folder."""
    stored = f"plans/{sha256[:2]}/{sha256}"
    path = settings.UPLOADS / stored
    if path.exists():
        return stored
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return stored


def path_of(stored: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.UPLOADS) / stored
