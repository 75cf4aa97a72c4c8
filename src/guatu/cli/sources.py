"""The files a command was given, and the readings of them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guatu.reading.reading import Reading


def expand(names: Iterable[str]) -> list[Path]:
    """The files named, each once; wildcards that the shell left alone (Windows) are expanded."""
    found: dict[str, Path] = {}
    for name in names:
        matches = [name]
        if glob.has_magic(name) and not os.path.exists(name):
            # Nothing matched: the name stays, and reading it says that there is no such file.
            matches = sorted(glob.glob(name)) or [name]
        for match in matches:
            found.setdefault(os.path.realpath(match), Path(match))
    return list(found.values())


def read_file(path: Path) -> Reading:
    """The reading of the file; UnreadableDocument, in Chinese, where it cannot be read."""
    from guatu.documents import open_document
    from guatu.reading import read_plan

    return read_plan(open_document(path))
