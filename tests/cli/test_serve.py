"""How the desk's processes are asked to end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from guatu.cli import serve


@pytest.fixture
def handlers_back() -> Iterator[None]:
    """The test run's own answers to SIGINT and SIGTERM, put back afterwards."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers_back")
@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="signals come to it alone"
)
def test_a_signal_while_the_events_lock_is_held_does_not_hang() -> None:
    """The main thread is asked to stop in the midst of ``Event.wait``, its lock in hand."""
    stopping = threading.Event()
    serve._on_stop(stopping.set)
    with stopping._cond:
        os.kill(os.getpid(), signal.SIGTERM)
        # The handler has run by now, and has come back.
        assert not stopping.is_set()
    assert stopping.wait(10)
