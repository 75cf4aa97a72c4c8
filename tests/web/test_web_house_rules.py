"""Rules of the web ring that imports cannot see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

WEB = Path(import_module("guatu.web").__path__[0])
APPS = [WEB / name for name in settings.DESK_APPS]
# What shows and asks; it never writes.
READERS = re.compile(
    r"(^|_)(views|forms|queries|api)(\.py$|/)|/(views|forms|queries|api)/|templatetags/"
)
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
# dict.update and the like are no writes; these names hold no rows.
HARMLESS = {"context", "values", "params", "query", "attrs", "kwargs", "fields", "counts", "rest"}


def sources() -> list[Path]:
    return sorted(
        path for app in APPS for path in app.rglob("*.py") if "migrations" not in path.parts
    )


def calls(path: Path) -> Iterator[tuple[int, ast.Attribute]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func


def name_of(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_views_forms_and_queries_do_not_write(path: Path) -> None:
    if not READERS.search(name_of(path)):
        return
    found = [
        f"line {line}: .{call.attr}("
        for line, call in calls(path)
        if call.attr in WRITES and getattr(call.value, "id", "") not in {*HARMLESS, "actions"}
    ]
    assert found == [], "a write is a verb in actions.py"


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_nobody_listens_to_signals(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "django.dispatch" not in text and "django.db.models.signals" not in text


def templates() -> list[Path]:
    return sorted(path for app in APPS for path in app.rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text) == []
    assert re.findall(r"<style|\sstyle=|\son(?:click|change|submit|load|input)=", text) == []
    assert re.findall(r"hx-on|hx-vals=['\"]js:", text) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_every_form_that_writes_carries_its_token(path: Path) -> None:
    text = path.read_text("utf-8")
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert "{% form_token %}" in form or "{% csrf_token %}" in form, form[:120]


def test_no_script_or_style_of_ours_names_another_host() -> None:
    for app in APPS:
        for path in app.rglob("static/**/*"):
            if path.suffix in {".js", ".css", ".svg"}:
                text = path.read_text("utf-8").replace("http://www.w3.org/", "")
                assert not re.search(r"https?://|@import|url\(\s*['\"]?//", text), name_of(path)


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("guatu.")]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_money_is_never_a_float(model: type[models.Model]) -> None:
    floats = {f.name for f in model._meta.fields if isinstance(f, models.FloatField)}
    assert floats <= {"score"}  # how near two names are


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_unit_is_never_deleted_with_its_rows(model: type[models.Model]) -> None:
    kept = {"people.unit", "people.region"}
    fragile = [
        field.name
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.label_lower in kept
        and field.remote_field.on_delete is models.CASCADE
        and model._meta.label_lower != "people.unitalias"
    ]
    assert fragile == []


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def test_only_these_pages_are_open_without_signing_in() -> None:
    every = list(patterns(get_resolver()))
    free = {p.name for p in every if not getattr(p.callback, "login_required", True)}
    assert free == {"healthz", "sign-in"}


@pytest.mark.parametrize("app", settings.DESK_APPS)
def test_every_app_says_what_it_answers_for(app: str) -> None:
    assert len((import_module(f"guatu.web.{app}").__doc__ or "").split()) >= 8
