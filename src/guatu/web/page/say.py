"""Messages at the top of the page: what was done, and how to take it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest


def say(request: HttpRequest, words: str, *, undo: str = "") -> None:
    """It was done; ``undo`` is an address that takes it back by POST."""
    messages.success(request, words, extra_tags=undo)


def warn(request: HttpRequest, words: str) -> None:
    """It was done, and something needs a look."""
    messages.warning(request, words)


def refuse(request: HttpRequest, words: str) -> None:
    """It was not done."""
    messages.error(request, words)
