"""A first password is changed before anything else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.web.page.say import warn


class OwnPasswordFirst:
    """Leads whoever signs in with a password that others know to the page that changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and user.must_change_password:
            open_pages = (reverse("people:password"), reverse("people:sign-out"))
            if request.path not in open_pages:
                warn(request, _("首次登录请先修改口令。"))
                return HttpResponseRedirect(open_pages[0])
        return self.get_response(request)
