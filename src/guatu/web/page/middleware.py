"""What happens around every request."""

from __future__ import annotations

import contextvars
import re
import uuid
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import timezone

from guatu.web.page import errors

Handler = Callable[[HttpRequest], HttpResponseBase]

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_LIVES: Final = "lives_since"


def current_request_id() -> str:
    """The id of the request that is being answered; empty outside one."""
    return _request_id.get()


class RequestId:
    """Gives every request an id: it stands in the trail, in the answer and on the error page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _request_id.set(uuid.uuid4().hex[:16])
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = _request_id.get()
        finally:
            _request_id.reset(token)
        return response


class UploadLimit:
    """Refuses what is larger than the limit before it is read."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # A form has some words beside its file.
        if length.isdigit() and int(length) > settings.UPLOAD_LIMIT + 1_000_000:
            return errors.too_large(request)
        return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Every screen asks for a sign-in unless its view says otherwise; a part says so to htmx."""

    def handle_no_permission(  # type: ignore[override]  # htmx is told by a 401
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        return to_sign_in(request)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back to the page that one was on."""
    login = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        here = _path_of(request.headers.get("HX-Current-URL", ""))
        answer["HX-Redirect"] = redirect_to_login(here, login).url
        return answer
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path(), login)
    if request.path == login:
        return redirect_to_login(request.POST.get("next") or "/", login)
    # The form's own page, where the browser puts back what was typed.
    return redirect_to_login(_path_of(request.headers.get("Referer", "")), login)


def _path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url) or "/"


class LivingSession:
    """Keeps a session alive while it is used, at the price of one write in a twentieth of it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            if now - request.session.get(_LIVES, 0) > settings.SESSION_COOKIE_AGE // 20:
                request.session[_LIVES] = now
        return self.get_response(request)


class MessagesForParts:
    """Brings messages to the page when only a part of it was asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.headers.get("HX-Request")
            and isinstance(response, HttpResponse)
            and not {"HX-Redirect", "HX-Refresh", "HX-Location"} & set(response.headers)
            and response.get("Content-Type", "").startswith("text/html")
            and not 300 <= response.status_code < 400
            and response.status_code != 204
            and b'id="messages"' not in response.content
        ):
            waiting = messages.get_messages(request)
            if len(waiting):
                part = render_to_string(
                    "page/_messages.html", {"messages": waiting, "out_of_band": True}, request
                )
                response.content += part.encode()
                if response.has_header("Content-Length"):
                    response["Content-Length"] = str(len(response.content))
        return response
