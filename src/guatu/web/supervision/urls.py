"""Addresses of closes and warnings."""

from __future__ import annotations

from django.urls import path

from guatu.web.supervision import approval_views, close_views, pack_views, views

app_name = "supervision"
urlpatterns = [
    path("supervision/", views.warnings, name="warnings"),
    path("supervision/rates/", views.rates, name="rates"),
    path("supervision/targets/", views.targets, name="targets"),
    path("supervision/projects/<int:pk>/", views.project, name="project"),
    path("supervision/closes/<int:pk>/<int:project>/light/", views.light_why, name="light-why"),
    path("supervision/closes/<int:pk>/<int:project>/<slug:name>/", views.why, name="why"),
    path(
        "supervision/closes/<int:pk>/rates/<slug:basis>/<slug:code>/",
        views.rate_why,
        name="rate-why",
    ),
    path("supervision/periods/<int:pk>/", close_views.close, name="close"),
    path("supervision/periods/<int:pk>/reopen/", close_views.reopen, name="reopen"),
    path("supervision/closes/<int:pk>/give-up/", close_views.give_up, name="give-up"),
    path("supervision/approvals/", approval_views.approvals, name="approvals"),
    path("supervision/projects/<int:pk>/pause/", approval_views.pause, name="pause"),
    path("supervision/projects/<int:pk>/exempt/", approval_views.exempt, name="exempt"),
    path("supervision/projects/<int:pk>/adjust/", approval_views.adjust, name="adjust"),
    path("supervision/pausings/<int:pk>/resume/", approval_views.resume, name="resume"),
    path("supervision/exemptions/<int:pk>/end/", approval_views.end_exemption, name="end"),
    path("supervision/adjustments/<int:pk>/withdraw/", approval_views.withdraw, name="withdraw"),
    path("supervision/packs/", pack_views.packs, name="packs"),
    path("supervision/packs/<slug:code>/", pack_views.pack, name="pack"),
    path("supervision/packs/<slug:code>/try/", pack_views.try_out, name="try"),
    path("supervision/packs/<slug:code>/change/", pack_views.change, name="pack-change"),
    path("supervision/packs/<slug:code>/switch/", pack_views.switch, name="switch"),
]
