"""Screens of sign-in, the directory and its names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from axes.helpers import get_client_ip_address
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import refuse, say
from guatu.web.page.sheets import UnreadableSheet, download, rows_of, sheet_of
from guatu.web.page.tables import Table
from guatu.web.people import actions, queries
from guatu.web.people.forms import (
    AliasForm,
    MergeForm,
    NamesForm,
    PasswordForm,
    SheetForm,
    SignInForm,
    UnitForm,
)
from guatu.web.people.models import Unit, UnitAlias, UnitKind, UnitSheet
from guatu.web.people.names import Resolution, Resolved, resolve_units, split_names
from guatu.web.people.permissions import may, require, user_of
from guatu.web.people.sheets import (
    REGION_HEADS,
    SHEET_COLUMNS,
    NoHead,
    read_regions,
    read_units,
)


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """登录."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if queries.tries_too_much(get_client_ip_address(request)):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many wrong passwords: how long to wait, and who can help."""
    return render(request, "people/locked_out.html", status=429)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """退出."""
    logout(request)
    return redirect("people:sign-in")


@sensitive_post_parameters()
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """修改口令."""
    form = PasswordForm(user_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(user_of(request), password=form.cleaned_data["new"])
        update_session_auth_hash(request, user_of(request))
        say(request, _("口令已修改，下次登录请用新口令。"))
        return redirect("page:workbench")
    status = 422 if form.is_bound else 200
    return render(request, "people/password.html", {"form": form}, status=status)


# ------------------------------------------------------------------ the directory


def _unit_filters(request: HttpRequest) -> FilterBar:
    return FilterBar(
        request.GET,
        (
            TextFilter("q", "名称", "全称、简称、别名或代码"),
            ChoiceFilter("kind", "类型", [(str(k), str(label)) for k, label in UnitKind.choices]),
            ChoiceFilter("region", "地区", queries.region_choices()),
            ChoiceFilter("state", "状态", [("active", "启用"), ("rest", "停用")]),
        ),
    )


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """单位名录."""
    bar = _unit_filters(request)
    page = queries.units(bar.chosen(), request.GET)
    table = Table("units", queries.UNIT_COLUMNS, page.rows, request.GET, caption="单位名录")
    context = {
        "bar": bar,
        "page": page,
        "table": table,
        "may_edit": queries.may_edit_units(user_of(request)),
    }
    return page_or_part(request, "people/units.html", part="rows", context=context)


@require_GET
def unit_tree(request: HttpRequest) -> HttpResponse:
    """单位名录 by kind and parent."""
    context = {
        "groups": queries.unit_tree(),
        "may_edit": queries.may_edit_units(user_of(request)),
    }
    return render(request, "people/unit_tree.html", context)


@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what it is, its names, who is under it, what was done to it."""
    found = get_object_or_404(
        Unit.objects.select_related("parent", "region", "office", "merged_into"), pk=pk
    )
    if found.merged_into_id:
        return redirect("people:unit", pk=found.merged_into_id)
    context = {
        "unit": queries.unit_page(found),
        "uses": queries.uses_of(found),
        "trail": queries.trail_of(found),
        "alias_form": AliasForm(),
        "may_edit": queries.may_edit_units(user_of(request)),
        "pk": pk,
    }
    return render(request, "people/unit.html", context)


@once
def unit_new(request: HttpRequest) -> HttpResponse:
    """新增单位."""
    form = UnitForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_unit(by=user_of(request), **actions.values_of(form.cleaned_data))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("“%(name)s”已列入单位名录。") % {"name": made.name})
            return redirect("people:unit", pk=made.pk)
    context = {"form": form, "back": reverse("people:units")}
    status = 422 if form.is_bound else 200
    return render(request, "people/unit_form.html", context, status=status)


@once
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改单位."""
    found = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_unit(found, by=user_of(request), **actions.values_of(form.cleaned_data))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say(request, _("已保存。"))
            return redirect("people:unit", pk=pk)
    context = {"form": form, "unit": found, "back": reverse("people:unit", args=[pk])}
    status = 422 if form.is_bound else 200
    return render(request, "people/unit_form.html", context, status=status)


@once
def unit_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """合并单位."""
    keep = get_object_or_404(Unit, pk=pk, merged_into__isnull=True)
    form = MergeForm(request.POST or None, keep=keep)
    if request.method == "POST" and form.is_valid():
        merge = form.cleaned_data["merge"]
        try:
            actions.merge_units(keep=keep, merge=merge, by=user_of(request))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            words = _("“%(merged)s”已并入“%(kept)s”。")
            say(request, words % {"merged": merge.name, "kept": keep.name})
            return redirect("people:unit", pk=pk)
    status = 422 if form.is_bound else 200
    return render(request, "people/unit_merge.html", {"form": form, "unit": keep}, status=status)


@require_POST
@once
def name_learn(request: HttpRequest, pk: int) -> HttpResponse:
    """登记别名."""
    found = get_object_or_404(Unit, pk=pk)
    # An undo sends the name in the address.
    form = AliasForm(request.POST if "name" in request.POST else request.GET)
    if form.is_valid():
        new = actions.learn_names(found, [form.cleaned_data["name"]], by=user_of(request))
        say(request, _("别名已登记。") if new else _("这个名称本来就登记在册。"))
    else:
        refuse(request, _("请填写别名。"))
    return redirect("people:unit", pk=pk)


@require_POST
@once
def name_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """删除别名, with the way back."""
    alias = get_object_or_404(UnitAlias.objects.select_related("unit"), pk=pk)
    name, unit_pk = alias.name, alias.unit_id
    actions.forget_name(alias, by=user_of(request))
    undo = reverse("people:name-learn", args=[unit_pk]) + "?" + urlencode({"name": name})
    say(request, _("别名“%(name)s”已删除。") % {"name": name}, undo=undo)
    return redirect("people:unit", pk=unit_pk)


# -------------------------------------------------------------------------- sheets


@require_GET
def unit_export(request: HttpRequest) -> HttpResponse:
    """The directory as an .xlsx, filtered as on the screen; it can be filled and sent back."""
    rows = queries.all_unit_rows(_unit_filters(request).chosen())
    name = _("单位名录") + f"-{timezone.localdate():%Y%m%d}.xlsx"
    return download(sheet_of(_("单位名录"), SHEET_COLUMNS, rows), name)


@once
def unit_import(request: HttpRequest) -> HttpResponse:
    """导入单位: a sheet comes in and is staged."""
    require(user_of(request), "units.edit")
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            cells = rows_of(file.read(), file.name)
            read_units(cells)
        except UnreadableSheet as fault:
            form.add_error("file", str(fault))
        except NoHead:
            words = _("前 10 行里没有找到表头。表头至少要有一列叫“全称”或“单位名称”。")
            form.add_error("file", words)
        else:
            sheet = actions.stage_units(by=user_of(request), name=file.name, cells=cells)
            return redirect("people:unit-sheet", pk=sheet.pk)
    status = 422 if form.is_bound else 200
    return render(request, "people/unit_import.html", {"form": form}, status=status)


@once
def unit_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """What a staged sheet would change; all of it or nothing."""
    sheet = get_object_or_404(UnitSheet, pk=pk, office=user_of(request).office)
    faults: list[str] = []
    if request.method == "POST":
        try:
            counts = actions.apply_units(sheet, by=user_of(request))
        except ValidationError as fault:
            faults = list(fault.messages)
        else:
            words = _("已导入：新增 %(new)d 个，修改 %(change)d 个，不变 %(same)d 个。")
            say(request, words % counts)
            return redirect("people:units")
    rows = read_units(sheet.cells)
    context = {
        "sheet": sheet,
        "rows": [row for row in rows if row.change != "same"],
        "errors": faults + [error for row in rows for error in row.errors],
        "counts": {kind: sum(row.change == kind for row in rows) for kind in _CHANGES},
    }
    return render(request, "people/unit_sheet.html", context, status=422 if faults else 200)


_CHANGES = ("new", "change", "same", "wrong")


@once
def regions(request: HttpRequest) -> HttpResponse:
    """行政区划: the dated code table, and a new one in."""
    form = SheetForm(request.POST or None, request.FILES or None)
    errors: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines, errors = read_regions(rows_of(file.read(), file.name))
        except UnreadableSheet as fault:
            lines, errors = [], [str(fault)]
        if not errors:
            new, changed = actions.import_regions(lines, by=user_of(request))
            words = _("行政区划已导入：新增 %(new)d 个，修改 %(changed)d 个。")
            say(request, words % {"new": new, "changed": changed})
            return redirect("people:regions")
    places, likely = queries.places_for_office()
    context = {
        "form": form,
        "errors": errors,
        "places": places,
        "here": user_of(request).office.region or likely,
        "table": Table(
            "regions", queries.REGION_COLUMNS, queries.region_rows(), caption="行政区划"
        ),
        "may_edit": may(user_of(request), "regions.edit"),
        "heads": "、".join(REGION_HEADS),
    }
    status = 422 if errors or form.errors else 200
    return render(request, "people/regions.html", context, status=status)


@require_POST
@once
def office_region(request: HttpRequest) -> HttpResponse:
    """指明本办公室所在地区."""
    by = user_of(request)
    places, _likely = queries.places_for_office()
    wanted = request.POST.get("region", "")
    region = next((each for each in places if str(each.pk) == wanted), None)
    if region is None:
        refuse(request, _("请在表里选一个地区。"))
    else:
        actions.place_office(by.office, region, by=by)
        words = _("本办公室在%(region)s：指标分解按它的县市区列，“市发改委”一类简称按它认。")
        say(request, words % {"region": region.name})
    return redirect("people:regions")


# --------------------------------------------------------------------------- names


@once
def resolve(request: HttpRequest) -> HttpResponse:
    """核对单位名称: printed names against the directory; what is not known is asked."""
    form = NamesForm(request.POST or None)
    found: list[Resolution] = []
    if request.method == "POST" and form.is_valid():
        names = split_names(form.cleaned_data["names"])
        found = list(resolve_units(names).values())
        learnt = _learn_chosen(request)
        if learnt:
            found = list(resolve_units(names).values())
            say(request, _("登记了 %(count)d 个别名。") % {"count": learnt})
    context = {
        "form": form,
        "known": [one for one in found if isinstance(one, Resolved)],
        "open": [one for one in found if not isinstance(one, Resolved)],
        "units": queries.unit_choices() if found else [],
        "may_edit": may(user_of(request), "units.edit"),
    }
    status = 422 if form.errors else 200
    return render(request, "people/resolve.html", context, status=status)


def _learn_chosen(request: HttpRequest) -> int:
    """Names for which a unit was chosen on the page."""
    learnt = 0
    for key in request.POST:
        value = request.POST.get(key, "")
        if key.startswith("unit:") and value.isascii() and value.isdigit():
            unit = Unit.objects.filter(pk=value, merged_into__isnull=True).first()
            if unit is not None:
                learnt += actions.learn_names(unit, [key[5:]], by=user_of(request))
    return learnt
