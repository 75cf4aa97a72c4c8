"""Screens of the three administrators (三员): accounts, trail, background jobs."""

from __future__ import annotations

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guatu.web.page import jobs as page_jobs
from guatu.web.page import queries as page_queries
from guatu.web.page.filters import ChoiceFilter, FilterBar, TextFilter
from guatu.web.page.models import Job, JobState
from guatu.web.page.once import once
from guatu.web.page.parts import page_or_part
from guatu.web.page.say import say
from guatu.web.page.tables import Column, Table
from guatu.web.people import actions, queries
from guatu.web.people.forms import NewUserForm, RoleForm, UserForm
from guatu.web.people.models import User
from guatu.web.people.permissions import may, permissions, require, user_of

_JOB_COLUMNS = (
    Column("kind", "种类"),
    Column("state", "状态", template="people/_job_state.html"),
    Column("how_far", "进度"),
    Column("words", "进展或错误", width="l"),
    Column("attempts", "次数", "number"),
    Column("by", "发起人"),
    Column("created", "提交时间", "moment"),
    Column("finished", "结束时间", "moment"),
    Column("key", "", template="people/_job_cell.html"),
)


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """账号."""
    if not (may(user_of(request), "users.edit") or may(user_of(request), "users.secure")):
        require(user_of(request), "users.edit")
    page = queries.users(request.GET)
    context = {
        "page": page,
        "table": Table("users", queries.USER_COLUMNS, page.rows, request.GET, caption="账号"),
        "may_edit": may(user_of(request), "users.edit"),
    }
    return page_or_part(request, "people/users.html", part="rows", context=context)


@once
def user_new(request: HttpRequest) -> HttpResponse:
    """开通账号: the first password is shown once, on the account's page."""
    require(user_of(request), "users.edit")
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = _first_password()
        try:
            made = actions.create_user(by=user_of(request), password=password, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            words = _(
                "“%(name)s”的账号已开通，首次口令：%(password)s（只显示这一次，请当面交给本人）。"
            )
            say(request, words % {"name": made.name, "password": password})
            return redirect("people:user", pk=made.pk)
    context = {"form": form}
    return render(request, "people/user_new.html", context, status=422 if form.is_bound else 200)


@once
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: who it is (系统管理员), what it may and its password (安全管理员)."""
    found = get_object_or_404(User.objects.select_related("office", "unit"), pk=pk)
    edits, secures = may(user_of(request), "users.edit"), may(user_of(request), "users.secure")
    if not (edits or secures):
        raise PermissionDenied(_("账号由系统管理员和安全管理员管理。"))
    form = UserForm(request.POST or None, instance=found) if edits else None
    if request.method == "POST" and form is not None and form.is_valid():
        values = form.cleaned_data
        actions.change_user(
            found,
            by=user_of(request),
            name=values["name"],
            unit=values["unit"],
            active=values["is_active"],
        )
        say(request, _("已保存。"))
        return redirect("people:user", pk=pk)
    found.refresh_from_db(fields=["name"])
    context = {
        "account": found,
        "form": form,
        "role_form": RoleForm(initial={"role": found.role}) if secures else None,
        "locked": found.username in queries.locked_names(),
        "trail": queries.trail_of(found),
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "people/user.html", context, status=status)


@require_POST
@once
def user_role(request: HttpRequest, pk: int) -> HttpResponse:
    """授予角色."""
    found = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        actions.grant_role(found, by=user_of(request), role=form.cleaned_data["role"])
        words = _("“%(name)s”的角色现在是%(role)s。")
        say(request, words % {"name": found.name, "role": found.get_role_display()})
    return redirect("people:user", pk=pk)


@require_POST
@once
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """重置口令."""
    found = get_object_or_404(User, pk=pk)
    password = _first_password()
    actions.reset_password(found, by=user_of(request), password=password)
    words = _("“%(name)s”的新口令：%(password)s（只显示这一次，本人登录后须修改）。")
    say(request, words % {"name": found.name, "password": password})
    return redirect("people:user", pk=pk)


@require_POST
@once
def user_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """解除锁定."""
    found = get_object_or_404(User, pk=pk)
    actions.unlock(found, by=user_of(request))
    say(request, _("已解除锁定，可以重新登录。"))
    return redirect("people:user", pk=pk)


def _first_password() -> str:
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _n in range(4)) for _m in range(3))


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """操作记录."""
    require(user_of(request), "trail.read")
    kinds = [(kind, queries.kind_words(kind)) for kind in queries.trail_kinds()]
    bar = FilterBar(
        request.GET,
        (TextFilter("q", "内容", "对象名称、操作人"), ChoiceFilter("kind", "对象", kinds)),
    )
    page = queries.trail(bar.chosen(), request.GET)
    context = {"bar": bar, "page": page, "seal": queries.seal_state()}
    return page_or_part(request, "people/trail.html", part="rows", context=context)


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """后台任务."""
    require(user_of(request), "jobs.manage")
    states = [(str(value), str(label)) for value, label in JobState.choices]
    bar = FilterBar(
        request.GET,
        (
            ChoiceFilter("state", "状态", states),
            ChoiceFilter("kind", "种类", page_queries.job_kinds()),
        ),
    )
    page = page_queries.jobs(bar.chosen(), request.GET)
    context = {
        "bar": bar,
        "page": page,
        "table": Table("jobs", _JOB_COLUMNS, page.rows, request.GET, caption="后台任务"),
        "health": page_queries.health(),
    }
    return page_or_part(request, "people/jobs.html", part="rows", context=context)


@require_POST
@once
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """重试 a job that failed."""
    require(user_of(request), "jobs.manage")
    found = get_object_or_404(Job, pk=pk)
    page_jobs.retry(found)
    say(request, _("已重新排队。"))
    return redirect(reverse("people:jobs"))


@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """设置: what each role finds here, and who may do what."""
    user = user_of(request)
    context = {
        "health": page_queries.health(),
        "may_users": may(user, "users.edit") or may(user, "users.secure"),
        "may_trail": may(user, "trail.read"),
        "may_jobs": may(user, "jobs.manage"),
        "own": sorted(p.words for p in permissions().values() if user.role in p.roles),
    }
    return render(request, "people/settings.html", context)
