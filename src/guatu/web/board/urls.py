"""Addresses of the board and the wall chart."""

from __future__ import annotations

from django.urls import path

from guatu.web.board import chart_views, views

app_name = "board"
urlpatterns = [
    path("board/", views.latest, name="latest"),
    path("board/<slug:key>/", views.board, name="board"),
    path("board/<slug:key>/projects/", views.projects, name="projects"),
    path("board/<slug:key>/projects/xlsx/", views.projects_sheet, name="projects-sheet"),
    path("board/<slug:key>/why/<slug:name>/", views.why, name="why"),
    path("board/<slug:key>/leaders/", views.leaders, name="leaders"),
    path("board/<slug:key>/leaders/<str:name>/", views.leader, name="leader"),
    path("board/<slug:key>/leaders/<str:name>/pdf/", chart_views.leader_pdf, name="leader-pdf"),
    path("chart/", chart_views.chart, name="chart"),
    path("chart/data/", chart_views.data, name="chart-data"),
    path("chart/poster/<slug:sheet>/", chart_views.poster_pdf, name="poster"),
    path("chart/sheets/<int:project>/", chart_views.battle_pdf, name="battle-sheet"),
    path("chart/sheets.zip", chart_views.battle_zip, name="battle-zip"),
]
