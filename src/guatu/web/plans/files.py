"""Where the files of plans lie: under GUATU_DATA/uploads, named by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from guatu.web.page.uploads import write_once


def digest(content: bytes) -> str:
    """The file's sha256."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes, sha256: str) -> str:
    """Store a file once and give its place below the uploads folder."""
    stored = f"plans/{sha256[:2]}/{sha256}"
    write_once(path_of(stored), content)
    return stored


def path_of(stored: str) -> Path:
    """Where a stored file lies."""
    return Path(settings.UPLOADS) / stored
