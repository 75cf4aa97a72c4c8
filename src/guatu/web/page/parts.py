"""A page, or the part of it that htmx asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """htmx asks, and it will not put the answer in place of the whole page."""
    headers = request.headers
    restoring = headers.get("HX-History-Restore-Request")
    return bool(headers.get("HX-Request") and not headers.get("HX-Boosted") and not restoring)


def page_or_part(
    request: HttpRequest,
    template: str,
    *,
    part: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """``template`` in full, or its partial ``template#part`` for htmx; caches keep both apart."""
    name = f"{template}#{part}" if wants_part(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
