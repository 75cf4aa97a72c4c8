"""Signing in, passwords, and the three administrators who stay three."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from guatu.web.people import actions, sample
from guatu.web.people.models import Office, Role, TrailEntry, User
from guatu.web.people.permissions import may, permissions, require
from guatu.web.people.sample import SampleCity
from guatu.web.people.setup import AlreadySetUp, set_up_desk

PASSWORD = "correct-horse"
NEW = {"old": PASSWORD, "new": "battery-staple-7", "again": "battery-staple-7"}


def sign_in(client: Client, username: str, password: str, then: str = "/") -> Any:
    form = {"username": username, "password": password, "next": then}
    return client.post("/sign-in/", form)


def test_signing_in_leads_to_where_one_wanted_to_go(clerk: User) -> None:
    assert sign_in(Client(), clerk.username, PASSWORD, "/units/?q=a").url == "/units/?q=a"
    assert sign_in(Client(), clerk.username, PASSWORD, "https://evil.example/").url == "/"


def test_a_wrong_password_says_what_to_check(clerk: User) -> None:
    answer = sign_in(Client(), clerk.username, "wrong")
    assert answer.status_code == 422 and "登录名或口令不对" in answer.content.decode()


def test_a_closed_account_does_not_open(clerk: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(Client(), clerk.username, PASSWORD).status_code == 422


@pytest.fixture
def axes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(django_settings, "AXES_ENABLED", True)
    yield


def test_five_wrong_passwords_lock_until_the_security_administrator_opens(
    axes: None, clerk: User, make_user: Callable[..., User]
) -> None:
    client = Client()
    for _ in range(4):
        assert sign_in(client, clerk.username, "wrong").status_code == 422
    locked = sign_in(client, clerk.username, "wrong")
    assert locked.status_code == 429 and "15 分钟" in locked.content.decode()
    assert sign_in(client, clerk.username, PASSWORD).status_code == 429
    actions.unlock(clerk, by=make_user(Role.SECURITY))
    assert sign_in(client, clerk.username, PASSWORD).status_code == 302


def test_an_address_that_tries_many_names_waits(axes: None, clerk: User) -> None:
    client = Client()
    for number in range(30):
        assert sign_in(client, f"name{number}", "password123").status_code == 422
    assert sign_in(client, clerk.username, PASSWORD).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), clerk.username, PASSWORD).status_code == 302


def test_signing_out(desk: Client) -> None:
    assert desk.get("/sign-out/").status_code == 405
    assert desk.post("/sign-out/").url == "/sign-in/"
    assert desk.get("/").status_code == 302


def test_changing_ones_password(desk: Client, clerk: User) -> None:
    page = desk.post("/password/", NEW, follow=True).content.decode()
    assert "口令已修改" in page  # and still signed in
    clerk.refresh_from_db()
    assert clerk.check_password("battery-staple-7")
    (entry,) = TrailEntry.objects.all()
    assert entry.verb == "user.password-changed" and "battery" not in str(entry.after)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"old": "wrong"}, "现口令不对"),
        ({"again": "other-words-9"}, "两次输入的新口令不一样"),
        ({"new": "password123", "again": "password123"}, "太常见"),
        ({"new": "clerk1-1-1", "again": "clerk1-1-1"}, "与登录名或姓名太像"),
        ({"new": "short1", "again": "short1"}, "口令至少 10 位"),
        ({"new": "1234567890123", "again": "1234567890123"}, "口令不能全是数字"),
    ],
)
def test_a_password_that_will_not_do(desk: Client, change: dict[str, str], words: str) -> None:
    answer = desk.post("/password/", {**NEW, **change})
    assert answer.status_code == 422 and words in answer.content.decode()


def test_a_first_password_is_changed_before_anything_else(
    make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    user = make_user(Role.CLERK, must_change_password=True)
    client = client_of(user)
    assert client.get("/units/").url == "/password/"
    client.post("/password/", NEW)
    assert client.get("/units/").status_code == 200


def test_the_desk_is_set_up_with_a_clerk_and_three_administrators(db: None) -> None:
    made = set_up_desk("某市发展和改革委员会投资科", "投资科")
    roles = list(User.objects.order_by("pk").values_list("role", flat=True))
    assert roles == [Role.CLERK, Role.SYSTEM, Role.SECURITY, Role.AUDITOR]
    assert len({account.password for account in made}) == 4
    user = User.objects.get(username=made[0].username)
    assert user.check_password(made[0].password) and user.must_change_password
    with pytest.raises(AlreadySetUp):
        set_up_desk("另一个办公室", "另")


def test_each_administrator_does_their_part_and_no_other(
    make_user: Callable[..., User], office: Office
) -> None:
    system, security, auditor = (
        make_user(role) for role in (Role.SYSTEM, Role.SECURITY, Role.AUDITOR)
    )
    user = actions.create_user(
        by=system, username="wang", name="王芳", password="x" * 12, office=office, role=Role.CLERK
    )
    for other in (security, auditor):
        with pytest.raises(PermissionDenied):
            actions.change_user(user, by=other, name="王芳", unit=None, active=False)
    for other in (system, auditor):
        with pytest.raises(PermissionDenied):
            actions.grant_role(user, by=other, role=Role.LEADER)
        with pytest.raises(PermissionDenied):
            actions.reset_password(user, by=other, password="y" * 12)
    actions.grant_role(user, by=security, role=Role.LEADER)
    assert user.role == Role.LEADER
    with pytest.raises(ValidationError, match="不能更改自己的角色"):
        actions.grant_role(security, by=security, role=Role.CLERK)
    assert may(auditor, "trail.read")
    assert not may(system, "trail.read") and not may(security, "trail.read")


def test_no_role_holds_the_powers_of_two_administrators() -> None:
    apart = ("users.edit", "users.secure", "trail.read")
    for role in Role:
        assert sum(role in permissions()[name].roles for name in apart) <= 1


def test_another_office_is_only_looked_at(clerk: User) -> None:
    other = Office.objects.create(name="另一个办公室", short_name="另")
    assert may(clerk, "units.edit", office=clerk.office)
    with pytest.raises(PermissionDenied, match="属于其他办公室"):
        require(clerk, "units.edit", office=other)


def test_every_permission_has_words_and_somebody() -> None:
    assert all(held.words and held.roles for held in permissions().values())


def test_accounts_on_the_screen(
    make_user: Callable[..., User], client_of: Callable[[User], Client], office: Office
) -> None:
    system, security = (client_of(make_user(r)) for r in (Role.SYSTEM, Role.SECURITY))
    form = {"username": "wang.fang", "name": "王芳", "role": "clerk", "office": office.pk}
    page = system.post("/settings/users/new/", form, follow=True).content.decode()
    assert "账号已开通，首次口令：" in page and "wang.fang" in page
    user = User.objects.get(username="wang.fang")
    assert user.check_password(page.partition("首次口令：")[2][:14])
    page = security.post(f"/settings/users/{user.pk}/role/", {"role": "leader"}, follow=True)
    assert "“王芳”的角色现在是领导" in page.content.decode()
    page = security.post(f"/settings/users/{user.pk}/password/", follow=True).content.decode()
    assert "新口令：" in page
    form = {"name": "王芳芳", "is_active": ""}
    page = system.post(f"/settings/users/{user.pk}/", form, follow=True).content.decode()
    assert "王芳芳" in page and "已停用" in page
    assert system.post("/settings/users/new/", {"username": "王"}).status_code == 422
    assert "王芳芳" in security.get("/settings/users/").content.decode()


def test_those_who_do_not_look_after_accounts_do_not_see_them(desk: Client, clerk: User) -> None:
    for path in ("/settings/users/", f"/settings/users/{clerk.pk}/", "/settings/jobs/"):
        assert desk.get(path).status_code == 403


def test_the_jobs_on_the_screen(
    make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    from guatu.web.page.models import Job

    Job.objects.create(kind="page.tidy", key="a", state="failed", error="磁盘满了")
    system = client_of(make_user(Role.SYSTEM))
    page = system.get("/settings/jobs/").content.decode()
    assert "磁盘满了" in page and "重试" in page and "没有响应" in page
    system.post(f"/settings/jobs/{Job.objects.get().pk}/retry/")
    assert Job.objects.get().state == "waiting"


def test_the_sample_city_is_loaded_once(city: SampleCity) -> None:
    count = TrailEntry.objects.count()
    again = sample.load()
    assert again.clerk == city.clerk and TrailEntry.objects.count() == count
    assert len(city.units) >= 30
    assert sum(unit.kind in ("county", "zone") for unit in city.units.values()) == 6
