"""Units and users as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """单位与用户。"""

    name = "guatu.web.people"
    label = "people"
    verbose_name = "单位与用户"
