"""Reporting as a Django app."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """调度报送。"""

    name = "guatu.web.reporting"
    label = "reporting"
    verbose_name = "调度"
