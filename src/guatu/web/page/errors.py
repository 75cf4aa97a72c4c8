"""Pages for when something went wrong: what happened, and how to go on."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error page: its title, what happened, what to do."""

    status: int
    title: str
    what: str
    how: str


def _page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    from guatu.web.page.middleware import current_request_id

    part = bool(request.headers.get("HX-Request"))
    template = "page/_trouble.html" if part else "page/error.html"
    context = {"trouble": trouble, "request_id": current_request_id()}
    body = render_to_string(template, context, request=None)
    response = HttpResponse(body, status=trouble.status)
    if part:
        # Shown above the page, which stays as it is with all that was typed.
        response["HX-Retarget"] = "#trouble"
        response["HX-Reswap"] = "innerHTML"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(
        request,
        Trouble(
            400,
            _("这个请求看不懂"),
            _("地址或提交的内容不完整，可能是链接被截断了。"),
            _("请从菜单重新进入；仍不行，把下面的编号告诉管理员。"),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the reason that the action gave."""
    what = str(exception) or _("您的账号没有办理这件事的权限。")
    how = _("需要办理的，请联系本办公室管理员调整权限。")
    return _page(request, Trouble(403, _("没有权限"), what, how))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(
        request,
        Trouble(
            404,
            _("没有这个页面"),
            _("要找的内容不存在，可能已被合并或撤回。"),
            _("可以按 Ctrl+K 搜索，或从左侧菜单进入。"),
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing was half-done, since every write is one transaction."""
    return _page(
        request,
        Trouble(
            500,
            _("系统出错了"),
            _("这一步没有办成，已保存的数据没有受影响，填写的内容仍在浏览器里。"),
            _("请返回上一页重试；仍不行，把下面的编号告诉管理员。"),
        ),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    limit = settings.UPLOAD_LIMIT // (1024 * 1024)
    what = _("单个文件不能超过 %(limit)s MB。") % {"limit": limit}
    how = _("请压缩图片或拆分后再传；确需放宽，请管理员调整 GUATU_UPLOAD_LIMIT。")
    return _page(request, Trouble(413, _("文件太大"), what, how))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's safety mark is from an earlier sign-in: what was typed is still there."""
    from guatu.web.page.middleware import to_sign_in

    if not request.user.is_authenticated:
        return to_sign_in(request)
    return _page(
        request,
        Trouble(
            403,
            _("页面已过期"),
            _("这个页面是上次登录时打开的，为安全起见没有提交。"),
            _("请返回该页面并刷新，填写的内容会自动恢复，再提交一次即可。"),
        ),
    )
