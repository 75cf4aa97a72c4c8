"""Screens of rule packs: their rules in words, tried on past periods, changed, switched on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.delivery.supervision.packs import Pack
from guatu.web.page.once import once
from guatu.web.page.say import refuse, say
from guatu.web.people.permissions import may, require, user_of
from guatu.web.supervision import actions
from guatu.web.supervision.forms import PackForm, SwitchForm
from guatu.web.supervision.queries import packs as queries


def pack_of(request: HttpRequest, code: str) -> Pack:
    """A pack that the person's office may choose, by its code."""
    office = user_of(request).office
    found = next((pack for pack in queries.packs_of(office) if pack.code == code), None)
    if found is None:
        raise Http404
    return found


@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """规则包: those there are, the one that judges, and what was switched on when."""
    by = user_of(request)
    require(by, "supervision.read")
    context = {
        "tab": "packs",
        "packs": queries.packs_of(by.office),
        "in_use": queries.pack_in_use(by.office),
        "switches": queries.switches(by.office),
        "may_packs": may(by, "supervision.packs"),
    }
    return render(request, "supervision/packs.html", context)


@require_GET
def pack(request: HttpRequest, code: str) -> HttpResponse:
    """A pack's rules in words: 亮灯, 消灯, 依据, with its numbers."""
    by = user_of(request)
    found = pack_of(request, code)
    context = {
        "tab": "packs",
        "pack": found,
        "in_use": queries.pack_in_use(by.office) == found,
        "form": SwitchForm(),
        "may_packs": may(by, "supervision.packs"),
    }
    return render(request, "supervision/pack.html", context)


@require_GET
def try_out(request: HttpRequest, code: str) -> HttpResponse:
    """试算: the pack replayed over the closed periods, beside what was kept."""
    by = user_of(request)
    found = pack_of(request, code)
    context = {
        "tab": "packs",
        "pack": found,
        "in_use": queries.pack_in_use(by.office),
        "trials": queries.shown_trials(by.office, found),
        "too_many": queries.too_many(by.office),
        "form": SwitchForm(),
        "may_packs": may(by, "supervision.packs"),
    }
    return render(request, "supervision/try.html", context)


@once
def change(request: HttpRequest, code: str) -> HttpResponse:
    """A pack's numbers changed, kept as the office's own version."""
    by = user_of(request)
    require(by, "supervision.packs")
    found = pack_of(request, code)
    form = PackForm(request.POST or None, pack=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.keep_pack(form.data_of_pack, by=by)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已存为“%(pack)s”，先试算，再启用。") % {"pack": made})
            return redirect("supervision:try", code=made.code)
    context = {"tab": "packs", "pack": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "supervision/pack_form.html", context, status=status)


@require_POST
@once
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """启用规则包."""
    found = pack_of(request, code)
    form = SwitchForm(request.POST)
    if not form.is_valid():
        refuse(request, _("没有启用：请写明依据或原因。"))
        return redirect("supervision:pack", code=code)
    try:
        actions.switch_pack(found, by=user_of(request), reason=form.cleaned_data["reason"])
    except ValidationError as fault:
        refuse(request, " ".join(fault.messages))
    else:
        say(request, _("已启用“%(name)s”，从下一次关账起按它评判。") % {"name": found.name})
    return redirect("supervision:packs")
