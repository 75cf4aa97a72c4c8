"""Addresses: each app of the desk brings its own, written in full in its urls.py."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include(f"guatu.web.{name}.urls")) for name in settings.DESK_APPS]

handler400 = "guatu.web.page.errors.bad_request"
handler403 = "guatu.web.page.errors.forbidden"
handler404 = "guatu.web.page.errors.not_found"
handler500 = "guatu.web.page.errors.server_error"
