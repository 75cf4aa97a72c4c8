"""The plans as a Django app."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """方案。"""

    name = "guatu.web.plans"
    label = "plans"
    verbose_name = "方案"
