"""The app of closes and warnings."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """关账和预警."""

    name = "guatu.web.supervision"
    label = "supervision"
    verbose_name = "预警"
