"""Addresses of bulletins."""

from __future__ import annotations

from django.urls import path

from guatu.web.bulletins import superior_views, views

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/periods/<int:pk>/draft/", views.draft, name="draft"),
    path("bulletins/units/", views.units, name="units"),
    path("bulletins/units/report/", views.unit_report, name="unit-report"),
    path("bulletins/superior/", superior_views.forms, name="superior"),
    path("bulletins/superior/new/", superior_views.form_new, name="superior-new"),
    path("bulletins/superior/<int:pk>/", superior_views.form, name="superior-form"),
    path("bulletins/superior/<int:pk>/drop/", superior_views.entry_drop, name="superior-drop"),
    path("bulletins/superior/<int:pk>/fill/", superior_views.fill, name="superior-fill"),
    path("bulletins/superior/<int:pk>/filled/", superior_views.filled, name="superior-filled"),
    path("bulletins/superior/<int:pk>/retire/", superior_views.retire, name="superior-retire"),
    path("bulletins/<int:pk>/", views.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/final/", views.final, name="final"),
    path("bulletins/<int:pk>/issue/", views.issue, name="issue"),
    path("bulletins/<int:pk>/pdf/", views.pdf, name="pdf"),
    path("bulletins/<int:pk>/files/<int:file>/", views.file, name="file"),
    path("bulletins/<int:pk>/facts/<int:fact>/", views.fact, name="fact"),
    path(
        "bulletins/<int:pk>/facts/<int:fact>/projects/", views.fact_projects, name="fact-projects"
    ),
    path("bulletins/<int:pk>/projects/<int:project>/", views.row, name="row"),
]  # fmt: skip
