"""The components (see /developers/components/), and figures as they are written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect
from django.middleware.csrf import get_token
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from guatu.web.page import formats
from guatu.web.page.drawing import rows_html
from guatu.web.page.filters import FilterBar
from guatu.web.page.lights import LOOKS
from guatu.web.page.once import FIELD
from guatu.web.page.paging import Paged
from guatu.web.page.tables import Table

register = template.Library()

register.filter("number", formats.number)
register.filter("wan", formats.wan)
register.filter("yi", formats.yi)
register.filter("percent", formats.percent)
register.filter("points", formats.points)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("day_in_prose", formats.day_in_prose)


SCRIPTS = ("forms", "search", "table", "panel", "session")


@register.simple_tag
def frame_scripts() -> SafeString:
    """The frame's own scripts; each is small, stands alone and works by data attributes."""
    return format_html_join(
        "\n", '<script src="{}" defer></script>', ((static(f"page/{name}.js"),) for name in SCRIPTS)
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign of icons.svg; it says nothing that words do not say."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("page/icons.svg"),
        name,
    )


@register.inclusion_tag("page/_light.html")
def light(code: str, reason: str = "", url: str = "") -> dict[str, Any]:
    """A light with its letter; ``reason`` in words, ``url`` of the rule and clause behind it."""
    return {"look": LOOKS[code or "grey"], "reason": reason, "url": url}


@register.inclusion_tag("page/_figure.html")
def figure(text: Any, unit: str = "", source: str = "", label: str = "") -> dict[str, Any]:
    """A figure, already written; ``source`` is the address of what it rests on."""
    return {"text": text, "unit": unit, "source": source, "label": label}


@register.inclusion_tag("page/_table.html", takes_context=True)
def table(context: Context, shown: Table) -> dict[str, Any]:
    """A table with sticky head and first column, moved through by keyboard."""
    return {"table": shown, "request": context.get("request")}


@register.simple_tag(takes_context=True)
def table_rows(context: Context, shown: Table) -> SafeString:
    """The rows of a table's body."""
    return rows_html(shown, context)


@register.inclusion_tag("page/_filter_bar.html")
def filter_bar(bar: FilterBar, target: str = "#rows") -> dict[str, Any]:
    """Filters as boxes, and what is chosen as chips."""
    return {"bar": bar, "target": target}


@register.inclusion_tag("page/_pager.html")
def pager(page: Paged[Any], target: str = "#rows", noun: str = "条") -> dict[str, Any]:
    """Counts, and the way to the other pages."""
    return {"page": page, "target": target, "noun": noun}


@register.inclusion_tag("page/_empty.html")
def empty(title: str, text: str = "", action: str = "", url: str = "") -> dict[str, Any]:
    """Nothing here yet: what that means and the next step."""
    return {"title": title, "text": text, "action": action, "url": url}


@register.inclusion_tag("page/_errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """All errors of a form in one list, each leading to its field."""
    fields = [field for field in form.visible_fields() if field.errors]
    return {"form": form, "fields": fields}


@register.inclusion_tag("page/_error_list.html")
def error_list(title: str, items: Any) -> dict[str, Any]:
    """Errors of a sheet or an action: where, what, how to mend it."""
    return {"title": title, "items": items}


@register.inclusion_tag("page/_field.html")
def field(bound: BoundField, width: str = "") -> dict[str, Any]:
    """A field with its label, help and error, tied together for screen readers."""
    widget = bound.field.widget
    attrs: dict[str, str | bool] = {}
    described = []
    if bound.help_text:
        described.append(f"{bound.id_for_label}_help")
    if bound.errors:
        described.append(f"{bound.id_for_label}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    blank = "请选择" if bound.field.required else "（不填）"
    drawn = bound.as_widget(attrs=attrs).replace(">---------<", f">{blank}<")
    return {
        "bound": bound,
        "widget": SafeString(drawn),
        "check": isinstance(widget, CheckboxInput),
        "group": isinstance(widget, RadioSelect),
        "file": isinstance(widget, FileInput),
        "width": width,
    }


@register.inclusion_tag("page/_progress.html")
def progress(done: int, total: int, words: str = "") -> dict[str, Any]:
    """How far something is: 已核 63 / 109."""
    return {"done": done, "total": total, "words": words}


@register.inclusion_tag("page/_job.html")
def job(running: Any, then: str = "") -> dict[str, Any]:
    """A background job as it goes on; leads to ``then`` when it is done."""
    return {"job": running, "then": then}


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> SafeString:
    """The hidden fields of every form that writes: against forgery, and against a double submit."""
    request = context.get("request")
    parts = format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_hex(16))
    if request is not None:
        csrf = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
        )
        parts = csrf + parts
    return parts


@register.simple_tag
def upload_limit() -> str:
    """The largest file in words: 50 MB."""
    return f"{settings.UPLOAD_LIMIT // (1024 * 1024)} MB"


@register.filter
def at(rows: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has under this key; an empty string where it has nothing."""
    return rows.get(key, "")


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """The page's own address with some parameters changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
