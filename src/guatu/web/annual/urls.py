"""Addresses of annual plans and of decomposed targets."""

from __future__ import annotations

from django.urls import path

from guatu.web.annual import node_views, target_views, views

app_name = "annual"
urlpatterns = [
    path("annual/", views.plans, name="plans"),
    path("annual/new/", views.year_new, name="year-new"),
    path("annual/<int:pk>/", views.plan, name="plan"),
    path("annual/<int:pk>/why/", views.why_total, name="why-total"),
    path("annual/<int:pk>/add/", views.add, name="add"),
    path("annual/<int:pk>/remove/", views.remove, name="remove"),
    path("annual/<int:pk>/paste/", views.paste, name="paste"),
    path("annual/<int:pk>/issue/", views.issue, name="issue"),
    path("annual/<int:pk>/adjust/", views.adjust, name="adjust"),
    path("annual/<int:pk>/history/", views.history, name="history"),
    path("annual/<int:pk>/sheet/", views.sheet_out, name="sheet-out"),
    path("annual/<int:pk>/sheet/back/", views.sheet_back, name="sheet-back"),
    path("annual/sheets/<int:pk>/", views.sheet, name="sheet"),
    path("annual/sheets/<int:pk>/apply/", views.sheet_apply, name="sheet-apply"),
    path("annual/sheets/<int:pk>/drop/", views.sheet_drop, name="sheet-drop"),
    path("annual/batches/<int:pk>/undo/", views.batch_undo, name="batch-undo"),
    path("annual/projects/<int:pk>/nodes/", node_views.project_nodes, name="project-nodes"),
    path("annual/lines/<int:pk>/cell/", views.cell, name="cell"),
    path("annual/lines/<int:pk>/why/", views.why_line, name="why-line"),
    path("annual/targets/", target_views.targets, name="targets"),
    path("annual/targets/take/", target_views.take_list, name="take-list"),
    path("annual/targets/take/<int:pk>/", target_views.take, name="take"),
    path("annual/targets/<int:pk>/", target_views.target, name="target"),
    path("annual/targets/<int:pk>/cell/", target_views.cell, name="share-cell"),
    path("annual/targets/<int:pk>/fill/", target_views.fill, name="fill"),
    path("annual/targets/<int:pk>/fill/undo/", target_views.fill_undo, name="fill-undo"),
    path("annual/targets/<int:pk>/over/", target_views.over, name="over"),
    path("annual/targets/<int:pk>/measure/", target_views.measure, name="measure"),
    path("annual/targets/<int:pk>/why/", target_views.why_whole, name="why-whole"),
    path("annual/shares/<int:pk>/why/", target_views.why_share, name="why-share"),
]
