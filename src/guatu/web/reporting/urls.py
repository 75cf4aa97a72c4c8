"""Addresses of reporting."""

from __future__ import annotations

from django.urls import path

from guatu.web.reporting import figure_views, return_views, views

app_name = "reporting"
urlpatterns = [
    path("reporting/", views.desk, name="desk"),
    path("reporting/cycles/new/", views.cycle_new, name="cycle-new"),
    path("reporting/cycles/<int:pk>/open/", views.open_period, name="open"),
    path("reporting/cycles/<int:pk>/rest/", views.cycle_rest, name="cycle-rest"),
    path("reporting/holidays/", views.holidays, name="holidays"),
    path("reporting/holidays/<int:pk>/clear/", views.holiday_clear, name="holiday-clear"),
    path("reporting/periods/<int:pk>/", views.period, name="period"),
    path("reporting/periods/<int:pk>/projects/", views.projects, name="projects"),
    path("reporting/periods/<int:pk>/reached/", figure_views.reached, name="reached"),
    path("reporting/periods/<int:pk>/missing/", views.missing, name="missing"),
    path("reporting/periods/<int:pk>/sheets/", views.sheets_out, name="sheets-out"),
    path("reporting/periods/<int:pk>/ask-again/", views.ask_again, name="ask-again"),
    path("reporting/periods/<int:pk>/back/", return_views.back, name="back"),
    path("reporting/periods/<int:pk>/back/apply/", return_views.back_apply, name="back-apply"),
    path("reporting/periods/<int:pk>/back/drop/", return_views.back_drop, name="back-drop"),
    path("reporting/periods/<int:pk>/unchanged/", return_views.unchanged, name="unchanged"),
    path("reporting/periods/<int:pk>/figures/", figure_views.figures, name="figures"),
    path("reporting/periods/<int:pk>/undo/<uuid:act>/", return_views.undo, name="undo"),
    path("reporting/units/<int:pk>/sheet/", views.sheet_out, name="sheet-out"),
    path("reporting/units/<int:pk>/enter/", return_views.enter, name="enter"),
    path("reporting/units/<int:pk>/exempt/", views.exempt, name="exempt"),
    path("reporting/units/<int:pk>/exempt/end/", views.exempt_end, name="exempt-end"),
    path("reporting/files/<int:pk>/", return_views.file, name="file"),
    path("reporting/files/<int:pk>/apply/", return_views.file_apply, name="file-apply"),
    path("reporting/files/<int:pk>/drop/", return_views.file_drop, name="file-drop"),
    path("reporting/projects/<int:pk>/", views.project, name="project"),
    path("reporting/reports/<int:pk>/why/<slug:key>/", views.why, name="why"),
]
