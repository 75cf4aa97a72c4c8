"""Addresses of units, regions, accounts and the trail."""

from __future__ import annotations

from django.urls import path

from guatu.web.people import admin_views, views

app_name = "people"

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password, name="password"),
    path("units/", views.units, name="units"),
    path("units/tree/", views.unit_tree, name="unit-tree"),
    path("units/new/", views.unit_new, name="unit-new"),
    path("units/resolve/", views.resolve, name="resolve"),
    path("units/export/", views.unit_export, name="unit-export"),
    path("units/import/", views.unit_import, name="unit-import"),
    path("units/import/<int:pk>/", views.unit_sheet, name="unit-sheet"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("units/<int:pk>/edit/", views.unit_edit, name="unit-edit"),
    path("units/<int:pk>/merge/", views.unit_merge, name="unit-merge"),
    path("units/<int:pk>/names/", views.name_learn, name="name-learn"),
    path("units/names/<int:pk>/forget/", views.name_forget, name="name-forget"),
    path("regions/", views.regions, name="regions"),
    path("regions/office/", views.office_region, name="office-region"),
    path("settings/", admin_views.settings_page, name="settings"),
    path("settings/users/", admin_views.users, name="users"),
    path("settings/users/new/", admin_views.user_new, name="user-new"),
    path("settings/users/<int:pk>/", admin_views.user, name="user"),
    path("settings/users/<int:pk>/role/", admin_views.user_role, name="user-role"),
    path("settings/users/<int:pk>/password/", admin_views.user_password, name="user-password"),
    path("settings/users/<int:pk>/unlock/", admin_views.user_unlock, name="user-unlock"),
    path("settings/trail/", admin_views.trail, name="trail"),
    path("settings/jobs/", admin_views.jobs, name="jobs"),
    path("settings/jobs/<int:pk>/retry/", admin_views.job_retry, name="job-retry"),
]
