"""A form is taken once, however often it is sent."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from guatu.web.page.models import SubmittedForm

FIELD = "form_token"
TAKEN = "taken_forms"

P = ParamSpec("P")


def once(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Guard a view's POST by its form's token (``{% form_token %}``).

    The view and the note that the form was taken are one transaction: the same form sent twice
    (a double click, a reload, a second try after a lost line) takes effect once, and the second
    is led where the first went. An answer of 400 or more, such as a form with errors, undoes
    both and can be sent again. No slow work in such a view: it holds the write lock.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        token = request.POST.get(FIELD, "")[:64]
        if request.method != "POST" or not token:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                taken = SubmittedForm.objects.create(token=token, by=_user_of(request))
                response = view(request, *args, **kwargs)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
                else:
                    taken.answer = _address(response)
                    taken.save(update_fields=["answer"])
        except IntegrityError:
            earlier = SubmittedForm.objects.filter(token=token).first()
            if earlier is None:
                raise  # it was about something else
            return _again(request, earlier)
        if response.status_code < 400:
            request.session[TAKEN] = [*request.session.get(TAKEN, []), token][-20:]
        return response

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def _user_of(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _address(response: HttpResponse) -> str:
    if isinstance(response, HttpResponseRedirect):
        return response.url[:500]
    return response.headers.get("HX-Redirect", "")[:500]


def _again(request: HttpRequest, earlier: SubmittedForm) -> HttpResponse:
    messages.info(request, _("这份表单已经提交过，没有重复办理。"))
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        if earlier.answer:
            response["HX-Redirect"] = earlier.answer
        else:
            response["HX-Refresh"] = "true"
        return response
    return HttpResponseRedirect(earlier.answer or request.headers.get("Referer", "/"))
