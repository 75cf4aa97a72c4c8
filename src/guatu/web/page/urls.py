"""Addresses of the frame."""

from __future__ import annotations

from django.urls import path

from guatu.web.page import views

app_name = "page"

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("healthz", views.healthz, name="healthz"),
    path("search/", views.search, name="search"),
    path("session/", views.session, name="session"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("developers/components/", views.components, name="components"),
    path("developers/components/source/", views.component_source, name="component-source"),
]
