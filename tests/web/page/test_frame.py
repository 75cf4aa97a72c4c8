"""What every screen hangs in: menu, parts, errors, search, health, security."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from guatu.web.people.models import Role, Unit, User

SCREENS = [
    "/",
    "/units/",
    "/units/tree/",
    "/units/new/",
    "/units/resolve/",
    "/units/import/",
    "/regions/",
    "/settings/",
    "/password/",
    "/search/?q=市",
]


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_asks_no_other_host_and_has_no_inline_script(desk: Client, path: str) -> None:
    page = desk.get(path).content.decode()
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', page) == []
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", page) == []
    assert page.count("<h1>") == 1


def test_security_headers(desk: Client) -> None:
    headers = desk.get("/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert len(headers["X-Request-Id"]) == 16


def test_htmx_gets_the_part_and_caches_keep_both_apart(desk: Client) -> None:
    whole = desk.get("/units/")
    part = desk.get("/units/", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode() and "<html" not in part.content.decode()
    assert "HX-Request" in whole["Vary"] and "HX-Request" in part["Vary"]
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in desk.get("/units/", headers=restored).content.decode()


def test_the_menu_marks_where_one_is(desk: Client) -> None:
    page = desk.get("/units/new/").content.decode()
    (here,) = re.findall(r'<a href="([^"]+)" aria-current="page">', page)
    assert here == "/units/"


def test_a_message_reaches_a_page_of_which_only_a_part_was_asked(
    desk: Client, make_unit: Callable[..., Unit]
) -> None:
    unit = make_unit("市财政局")
    desk.post(f"/units/{unit.pk}/names/", {"name": "财政"})
    part = desk.get("/units/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="true"' in part and "别名已登记" in part
    assert "别名已登记" not in desk.get("/units/").content.decode()


def test_nobody_sees_a_screen_without_signing_in(db: None) -> None:
    answer = Client().get("/units/", {"q": "市"})
    assert answer.status_code == 302
    assert answer.url == "/sign-in/?next=/units/%3Fq%3D%25E5%25B8%2582"


def test_a_lost_session_leads_back_to_the_forms_page(db: None) -> None:
    answer = Client().post("/units/new/", headers={"Referer": "http://testserver/units/new/"})
    assert answer.status_code == 302 and answer.url == "/sign-in/?next=/units/new/"
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/units/"}
    part = Client().get("/units/", headers=headers)
    assert part.status_code == 401 and part["HX-Redirect"] == "/sign-in/?next=/units/"


def test_errors_are_told_in_chinese_with_a_way_on(desk: Client) -> None:
    page = desk.get("/nowhere/")
    assert page.status_code == 404
    assert "没有这个页面" in page.content.decode() and "回工作台" in page.content.decode()
    part = desk.get("/nowhere/", headers={"HX-Request": "true"})
    assert part["HX-Retarget"] == "#trouble" and "<html" not in part.content.decode()


def test_what_one_may_not_do_says_who_may(
    make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    answer = client_of(make_user(Role.LEADER)).post(
        "/units/new/", {"name": "某局", "kind": "other"}
    )
    assert answer.status_code == 403
    assert "由经办人员办理，您的角色是领导" in answer.content.decode()


def test_a_server_error_keeps_what_was_typed_in_the_browser(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("guatu.web.people.queries.unit_tree", fall)
    desk.raise_request_exception = False
    answer = desk.get("/units/tree/")
    assert answer.status_code == 500
    assert "已保存的数据没有受影响" in answer.content.decode()


def test_a_form_of_an_earlier_sign_in_is_told_how_to_go_on(clerk: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/units/new/", {"name": "某局"})
    assert answer.status_code == 403 and "内容会自动恢复" in answer.content.decode()


@override_settings(UPLOAD_LIMIT=1)
def test_a_file_too_large_is_refused_before_it_is_read(desk: Client) -> None:
    answer = desk.post("/units/import/", {"file": "x" * 1_100_000})
    assert answer.status_code == 413 and "文件太大" in answer.content.decode()


def test_health(db: None) -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database_answers"] is True
    assert answer.json()["worker_alive"] is False
    assert answer.json()["version"]


def test_search_finds_units_by_short_name_and_screens(
    desk: Client, make_unit: Callable[..., Unit]
) -> None:
    make_unit("临江市住房和城乡建设局")
    part = desk.get("/search/", {"q": "市住建"}, headers={"HX-Request": "true"}).content.decode()
    assert "临江市住房和城乡建设局" in part and "<html" not in part
    assert "行政区划" in desk.get("/search/", {"q": "县区"}).content.decode()
    assert "没有找到" in desk.get("/search/", {"q": "火星"}).content.decode()


@pytest.mark.parametrize(
    ("panel", "shown"), [("/x/", True), ("//evil.example/", False), ("https://e.example", False)]
)
def test_the_side_panel_opens_only_our_own_addresses(desk: Client, panel: str, shown: bool) -> None:
    page = desk.get("/units/", {"panel": panel}).content.decode()
    assert (f'data-address="{panel}"' in page) is shown


def test_the_components_are_for_those_who_look_after_the_system(
    desk: Client, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    assert desk.get("/developers/components/").status_code == 404
    system = client_of(make_user(Role.SYSTEM))
    page = system.get("/developers/components/").content.decode()
    for component in ("light red", "table-box", "filters", "pager", "empty", "errors", "progress"):
        assert f'class="{component}' in page or f"{component}" in page
    assert "<del" not in page
    assert "到2028年" in system.get("/developers/components/source/").content.decode()


def test_a_session_lives_while_it_is_used(desk: Client) -> None:
    assert "guatu_session" in desk.get("/").cookies  # renewed on first use
    assert "guatu_session" not in desk.get("/").cookies  # and not written again at each look
    answer = desk.post("/session/")  # 继续工作
    assert answer.status_code == 204 and "guatu_session" in answer.cookies
