"""The app of bulletins."""

from __future__ import annotations

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """通报和上报表."""

    name = "guatu.web.bulletins"
    label = "bulletins"
    verbose_name = "通报"
