"""What base.html needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from guatu import __version__
from guatu.web.page.menu import menu
from guatu.web.page.once import TAKEN


def frame(request: HttpRequest) -> dict[str, Any]:
    """Menu, the panel's address, forms that were taken, and when the session ends."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    panel = request.GET.get("panel", "")
    return {
        "version": __version__,
        "menu": menu(request.path) if signed_in else [],
        # Only an address of our own, never //elsewhere.
        "panel": panel if panel.startswith("/") and not panel.startswith(("//", "/\\")) else "",
        "taken_forms": request.session.pop(TAKEN, []) if _has_taken(request) else [],
        "upload_bytes": settings.UPLOAD_LIMIT,
        "session_minutes": settings.SESSION_MINUTES if signed_in else 0,
    }


def _has_taken(request: HttpRequest) -> bool:
    whole_page = not request.headers.get("HX-Request")
    return whole_page and hasattr(request, "session") and TAKEN in request.session
