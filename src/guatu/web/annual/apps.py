"""The annual plan as a Django app."""

from django.apps import AppConfig


class AnnualConfig(AppConfig):
    """年度计划。"""

    name = "guatu.web.annual"
    label = "annual"
    verbose_name = "年度计划"
