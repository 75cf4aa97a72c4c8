"""The frame as a Django app."""

from django.apps import AppConfig


class PageConfig(AppConfig):
    """页面框架。"""

    name = "guatu.web.page"
    label = "page"
    verbose_name = "页面框架"
