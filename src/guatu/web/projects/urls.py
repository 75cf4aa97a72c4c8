"""Addresses of the project library."""

from __future__ import annotations

from django.urls import path

from guatu.web.projects import checklist_views, import_views, views

app_name = "projects"

urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/xlsx/", views.sheet, name="sheet"),
    path("projects/new/", views.project_new, name="new"),
    path("projects/bulk/", views.bulk, name="bulk"),
    path("projects/bulk/<int:pk>/undo/", views.bulk_undo, name="bulk-undo"),
    path("projects/filters/", views.filter_save, name="filter-save"),
    path("projects/filters/<int:pk>/forget/", views.filter_forget, name="filter-forget"),
    path("projects/ties/", views.ties, name="ties"),
    path("projects/ties/suggest/", views.ties_suggest, name="ties-suggest"),
    path("projects/ties/decide/", views.ties_decide, name="ties-decide"),
    path("projects/ties/decided/<int:pk>/undo/", views.ties_undo, name="ties-undo"),
    path("projects/ties/<int:pk>/undo/<str:state>/", views.tie_back, name="tie-back"),
    path("projects/imports/", import_views.imports, name="imports"),
    path("projects/imports/new/", import_views.import_new, name="import-new"),
    path("projects/imports/<int:pk>/", import_views.import_page, name="import"),
    path("projects/imports/<int:pk>/columns/", import_views.columns, name="columns"),
    path("projects/imports/<int:pk>/apply/", import_views.apply, name="import-apply"),
    path("projects/imports/<int:pk>/undo/", import_views.undo, name="import-undo"),
    path("projects/imports/<int:pk>/drop/", import_views.drop, name="import-drop"),
    path("projects/checklists/", checklist_views.checklists, name="checklists"),
    path("projects/checklists/<slug:key>/", checklist_views.checklist, name="checklist"),
    path("projects/<int:pk>/items/<str:key>/", checklist_views.item, name="item"),
    path(
        "projects/<int:pk>/items/<str:key>/forget/", checklist_views.item_forget, name="item-forget"
    ),
    path("projects/<int:pk>/", views.project, name="project"),
    path("projects/<int:pk>/edit/", views.project_edit, name="edit"),
    path("projects/<int:pk>/stage/", views.stage, name="stage"),
    path("projects/<int:pk>/figures/<str:name>/", views.figure, name="figure"),
    path("projects/<int:pk>/ties/", views.project_ties, name="project-ties"),
    path("projects/<int:pk>/<str:kind>/new/", views.detail_new, name="detail-new"),
    path("projects/<str:kind>/<int:pk>/edit/", views.detail_edit, name="detail-edit"),
    path("projects/<str:kind>/<int:pk>/remove/", views.detail_remove, name="detail-remove"),
    path("projects/problems/<int:pk>/answer/", views.problem_answer, name="answer"),
    path("projects/<int:pk>/attach/", views.attach, name="attach"),
    path("projects/attachments/<int:pk>/", views.attachment, name="attachment"),
    path("projects/attachments/<int:pk>/<str:way>/", views.detach, name="detach"),
]
