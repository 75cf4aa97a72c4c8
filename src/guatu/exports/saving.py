"""A file is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; it takes ``path``'s place when the block ends well.

    Missing folders are made.  When the block raises, what stood at ``path`` is untouched.
    """
    final = Path(os.path.realpath(path))
    final.parent.mkdir(parents=True, exist_ok=True)
    # The suffix stays last: writers that look at a file's name must find the one they know.
    draft = final.with_name(f".{final.stem[:60]}.{os.getpid()}.part{final.suffix}")
    try:
        yield draft
        if final.exists():
            shutil.copymode(final, draft)
        os.replace(draft, final)
    finally:
        draft.unlink(missing_ok=True)
