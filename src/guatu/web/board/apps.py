"""The app of the board and the wall chart."""

from __future__ import annotations

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """看板、作战图."""

    name = "guatu.web.board"
    label = "board"
    verbose_name = "看板"
