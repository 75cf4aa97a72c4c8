"""Addresses of the plans."""

from __future__ import annotations

from django.urls import path

from guatu.web.plans import views

app_name = "plans"

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/upload/", views.upload, name="upload"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/edit/", views.plan_edit, name="edit"),
    path("plans/<int:pk>/file/", views.plan_file, name="file"),
    path("plans/<int:pk>/review/", views.review, name="review"),
    path("plans/<int:pk>/review/add/", views.entry_add, name="add"),
    path("plans/<int:pk>/review/undo/", views.entry_undo, name="undo"),
    path("plans/<int:pk>/review/merge/", views.entry_merge, name="merge"),
    path("plans/<int:pk>/review/accept-all/", views.accept_all, name="accept-all"),
    path("plans/<int:pk>/review/finding/", views.finding_settle, name="finding"),
    path("plans/<int:pk>/review/<int:entry>/", views.entry, name="entry"),
    path("plans/<int:pk>/review/<int:entry>/accept/", views.entry_accept, name="accept"),
    path("plans/<int:pk>/review/<int:entry>/reject/", views.entry_reject, name="reject"),
    path("plans/<int:pk>/review/<int:entry>/change/", views.entry_change, name="change"),
    path("plans/<int:pk>/review/<int:entry>/split/", views.entry_split, name="split"),
    path("plans/<int:pk>/read-again/", views.read_again, name="read-again"),
    path("plans/<int:pk>/readings/<int:number>/", views.reading, name="reading"),
    path("plans/<int:pk>/names/", views.names, name="names"),
    path("plans/<int:pk>/publish/", views.publish, name="publish"),
    path("plans/<int:pk>/versions/<int:number>/", views.version, name="version"),
    path("plans/<int:pk>/versions/<int:number>/ledger.xlsx", views.version_ledger, name="ledger"),
    path("plans/<int:pk>/versions/<int:number>/sheets.zip", views.version_sheets, name="sheets"),
    path(
        "plans/<int:pk>/versions/<int:number>/units/<int:unit>/<str:form>/",
        views.version_sheet,
        name="sheet",
    ),
]
