"""Python's collector of cyclic garbage, at rest while a plan is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the collector off for the block, unless it is off already.

    A reading makes thousands of records and no cycle among them: every pass of the collector
    walks them all and frees nothing, the more so the more the program holds besides.  What is
    no longer used is freed by its count as ever.  Only who has switched the collector off
    switches it on again, so a caller who wants it off, or another thread that reads at the same
    time, is left alone.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
