"""The frame in a real browser: nothing typed is lost, everything works by keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import pytest

from guatu.web.people.models import Role, Unit, User
from guatu.web.people.sample import PASSWORD, SampleCity

sync_api = pytest.importorskip("playwright.sync_api")
# Playwright's loop runs in this thread; the database is used between its calls, not inside.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("没有安装 Chromium")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, live_server: Any, transactional_db: None) -> Iterator[Any]:
    """A new browser window; complaints of scripts and requests to other hosts fail the test."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    opened = context.new_page()
    complaints: list[str] = []
    strangers: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if "Content Security" in message.text or message.type == "warning"
            else None
        ),
    )
    opened.on(
        "request",
        lambda request: (
            strangers.append(request.url)
            if not request.url.startswith((live_server.url, "data:", "blob:"))
            else None
        ),
    )
    yield opened
    context.close()
    assert complaints == [] and strangers == []


@pytest.fixture
def enter(page: Any) -> Callable[[User], Any]:
    """``enter(user)``: the window, with this person signed in."""

    def make(user: User, password: str = "correct-horse") -> Any:
        page.goto("/sign-in/")
        page.get_by_label("登录名").fill(user.username)
        page.get_by_label("口令").fill(password)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="工作台").wait_for()
        return page

    return make


def test_what_was_typed_survives_a_lost_session(enter: Any, clerk: User) -> None:
    page = enter(clerk)
    page.goto("/units/new/")
    page.get_by_label("全称").fill("临江市财政局")
    page.get_by_label("类型").select_option("government")
    page.context.clear_cookies()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("之前填写的内容还在").wait_for()
    page.get_by_label("登录名").fill(clerk.username)
    page.get_by_label("口令").fill("correct-horse")
    page.keyboard.press("Enter")
    page.get_by_text("已恢复上次没有提交的内容").wait_for()
    assert page.get_by_label("全称").input_value() == "临江市财政局"
    assert page.get_by_label("类型").input_value() == "government"
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已列入单位名录").wait_for()
    page.goto("/units/new/")
    assert page.get_by_label("全称").input_value() == ""
    assert page.get_by_text("已恢复").count() == 0
    assert Unit.objects.count() == 1


def test_what_was_typed_survives_a_form_of_an_earlier_sign_in(enter: Any, clerk: User) -> None:
    page = enter(clerk)
    page.goto("/units/new/")
    page.get_by_label("全称").fill("临江市财政局")
    page.get_by_label("类型").select_option("government")
    # In another window the person signs out and in again: this page's token is of yesterday.
    other = page.context.new_page()
    other.goto("/")
    other.locator("details.me summary").click()
    other.get_by_role("button", name="退出登录").click()
    other.get_by_label("登录名").fill(clerk.username)
    other.get_by_label("口令").fill("correct-horse")
    other.keyboard.press("Enter")
    other.get_by_role("heading", name="工作台").wait_for()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("页面已过期").wait_for()
    page.goto("/units/new/")
    assert page.get_by_label("全称").input_value() == "临江市财政局"


def test_the_sign_in_speaks_of_what_was_typed_only_where_something_was(page: Any, db: None) -> None:
    page.goto("/units/new/")
    page.get_by_label("登录名").wait_for()
    assert not page.get_by_text("之前填写的内容还在").is_visible()


def test_every_filter_works_and_the_order_stays(enter: Any, clerk: User, make_unit: Any) -> None:
    for number in range(3):
        make_unit(f"市第{number}局")
    make_unit("停用的局", active=False)
    page = enter(clerk)
    page.goto("/units/?sort=-name")
    # The last box, not only the first one.
    page.locator("select[name=state]").select_option("active")
    page.get_by_text("状态 是 启用").wait_for()
    assert "停用的局" not in page.locator("#rows").inner_text()
    # Sorted the other way on the page, then filtered on: the order is the one now shown.
    page.locator("#sort-name").click()
    page.locator("[aria-sort=ascending]").wait_for()
    assert page.evaluate("document.activeElement.id") == "sort-name"
    page.locator("select[name=kind]").select_option("government")
    page.get_by_text("类型 是").wait_for()
    query = page.url.partition("?")[2].split("&")
    assert sorted(query) == ["kind=government", "sort=name", "state=active"]


def test_several_stages_are_chosen_in_a_menu(enter: Any, clerk: User) -> None:
    page = enter(clerk)
    page.goto("/projects/")
    page.locator("details.many summary").focus()
    page.keyboard.press("Enter")
    for words in ("在建", "新开工"):
        page.get_by_role("checkbox", name=words).press("Space")
    page.wait_for_url(lambda url: url.count("stage=") == 2)
    page.keyboard.press("Escape")
    assert page.locator("details.many[open]").count() == 0
    assert page.locator("[data-many-words]").inner_text() == "新开工、在建"


def test_a_draft_can_be_thrown_away(enter: Any, clerk: User) -> None:
    page = enter(clerk)
    page.goto("/units/new/")
    page.get_by_label("全称").fill("不要了")
    page.reload()
    page.get_by_role("button", name="不要了").click()
    assert page.get_by_label("全称").input_value() == ""
    page.reload()
    assert page.get_by_text("已恢复").count() == 0


def test_a_double_click_is_one_unit(enter: Any, clerk: User) -> None:
    page = enter(clerk)
    page.goto("/units/new/")
    page.get_by_label("全称").fill("临江市财政局")
    page.get_by_label("类型").select_option("government")
    page.get_by_role("button", name="保存").dblclick()
    page.get_by_text("已列入单位名录").wait_for()
    assert Unit.objects.count() == 1


def test_errors_lead_to_their_fields(enter: Any, clerk: User, make_unit: Any) -> None:
    make_unit("临江市财政局")
    page = enter(clerk)
    page.goto("/units/new/")
    page.get_by_label("全称").fill("临江市财政局")
    page.get_by_label("类型").select_option("government")
    page.get_by_role("button", name="保存").click()
    alert = page.get_by_role("alert")
    alert.get_by_text("已有同名单位").wait_for()
    assert page.evaluate("document.activeElement.matches('[data-errors]')")
    assert page.get_by_label("全称").input_value() == "临江市财政局"


def test_a_table_by_keyboard(enter: Any, clerk: User, make_unit: Any) -> None:
    for number in range(1, 5):
        make_unit(f"第{number}局", position=number)
    page = enter(clerk)
    page.goto("/units/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("局")
    page.get_by_label("当前筛选条件").wait_for()
    assert "q=%E5%B1%80" in page.url and "kind" not in page.url
    page.locator("tbody tr").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Home", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="第2局").wait_for()
    page.go_back()
    page.get_by_label("当前筛选条件").wait_for()
    assert page.locator("tbody tr").count() == 4


def test_search_by_keyboard(enter: Any, clerk: User, make_unit: Any) -> None:
    make_unit("临江市住房和城乡建设局")
    page = enter(clerk)
    page.keyboard.press("Control+k")
    page.keyboard.type("市住建")
    page.get_by_role("option", name="临江市住房和城乡建设局").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="临江市住房和城乡建设局").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    assert not page.locator("#search").is_visible()


def test_density_stays(enter: Any, clerk: User, make_unit: Any) -> None:
    make_unit("甲局")
    page = enter(clerk)
    page.goto("/units/")
    page.get_by_role("button", name="紧凑").click()
    assert page.get_by_role("button", name="紧凑").get_attribute("aria-pressed") == "true"
    page.goto("/units/")
    assert page.get_by_role("button", name="紧凑").get_attribute("aria-pressed") == "true"


def test_a_figure_shows_what_it_rests_on_and_the_panel_has_an_address(
    enter: Any, make_user: Any
) -> None:
    page = enter(make_user(Role.SYSTEM))
    page.goto("/developers/components/")
    page.get_by_role("link", name="投资完成率 74.0%，查看依据").click()
    panel = page.get_by_label("点数见据")
    panel.get_by_text("到2028年，农村自来水普及率达到95%").wait_for()
    address = page.url
    assert "panel=" in address
    page.keyboard.press("Escape")
    assert not panel.is_visible() and "panel=" not in page.url
    page.goto(address)
    panel.get_by_text("到2028年，农村自来水普及率达到95%").wait_for()


def test_picking_rows(enter: Any, make_user: Any) -> None:
    page = enter(make_user(Role.SYSTEM))
    page.goto("/developers/components/")
    page.locator("tbody tr").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.get_by_text("已选 2 个项目").wait_for()
    page.get_by_label("全选本页").check()
    page.get_by_text("已选 5 个项目").wait_for()


SIZES = [(1366, 768, 1.0), (1920, 1080, 1.0), (1093, 614, 1.25)]  # the last: 1366 at 125 %
SCREENS = {
    "linjiang": [
        "/",
        "/units/",
        "/units/tree/",
        "/units/1/",
        "/units/new/",
        "/units/resolve/",
        "/units/import/",
        "/regions/",
        "/settings/",
        "/password/",
        "/search/?q=%E5%B8%82",
    ],
    "linjiang-system": [
        "/developers/components/",
        "/settings/users/",
        "/settings/users/new/",
        "/settings/jobs/",
    ],
    "linjiang-audit": ["/settings/trail/"],
}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("axe_playwright_python") is None, reason="axe is not installed")
@pytest.mark.parametrize("username", SCREENS)
def test_screens_are_accessible_and_fit(enter: Any, city: SampleCity, username: str) -> None:
    page = enter(User.objects.get(username=username), PASSWORD)
    axe = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    unit = Unit.objects.earliest("pk").pk
    wrong = []
    for path in SCREENS[username]:
        page.goto(path.replace("/units/1/", f"/units/{unit}/"))
        for width, height, _zoom in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{path} at {width}: wider than the window")
        page.evaluate(axe)
        for found in page.evaluate("axe.run()")["violations"]:
            places = [node["html"][:120] for node in found["nodes"][:3]]
            wrong.append(f"{path}: {found['id']} {places}")
    assert wrong == []
