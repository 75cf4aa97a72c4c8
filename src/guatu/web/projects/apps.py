"""The project library as a Django app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """项目库。"""

    name = "guatu.web.projects"
    label = "projects"
    verbose_name = "项目库"
