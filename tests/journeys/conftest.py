"""A desk of its own for the journeys: server and worker as a user starts them, and a Chromium.

Where there is no Chromium, or no web system installed, the journeys say so and are skipped.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
SHOTS = Path(os.environ.get("GUATU_JOURNEY_SHOTS", ROOT / "out" / "journey"))
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
MAIN = "from guatu.cli.main import main; main()"
PEOPLE_ONLY = (
    "from guatu.cli.desk import prepared; prepared();"
    "from guatu.web.people import sample; sample.load()"
)
_START_SECONDS = 240

WHY_NOT = ""
if find_spec("django") is None or find_spec("waitress") is None:
    WHY_NOT = "the web system is not installed (pip install 'guatu[web]')"
elif find_spec("playwright") is None or find_spec("axe_playwright_python") is None:
    WHY_NOT = "playwright and axe-playwright-python are not installed"
elif not (shutil.which("chromium") or shutil.which("chromium-browser")):
    WHY_NOT = "there is no Chromium on this machine"


def pytest_report_header() -> str:
    """Says whether the journeys are walked."""
    return f"journeys: NOT RUN, {WHY_NOT}" if WHY_NOT else f"journeys: screenshots in {SHOTS}"


@pytest.fixture(autouse=True, scope="session")
def possible() -> None:
    """Skips with a plain sentence where there is no browser."""
    if WHY_NOT:
        pytest.skip(f"journeys are not walked: {WHY_NOT}")


@dataclass(slots=True)
class Desk:
    """A running desk."""

    address: str
    process: subprocess.Popen[bytes]
    data: Path
    # What the command that filled it said.
    said: str


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


# Found by every Python that the desk starts: its calendar stands on another day.
_OTHER_DAY = """
from datetime import date, timedelta
from django.utils import timezone
_now, _ahead = timezone.now, timedelta(days=(date({day}) - date.today()).days)
timezone.now = lambda: _now() + _ahead
"""


def _environment(data: Path, on: date | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUATU_")}
    clock = data / "clock"
    if on is not None:
        clock.mkdir()
        day = f"{on.year}, {on.month}, {on.day}"
        (clock / "sitecustomize.py").write_text(_OTHER_DAY.format(day=day), "utf-8")
    source = os.pathsep.join(filter(None, [str(clock), str(ROOT / "src"), kept.get("PYTHONPATH")]))
    own = {"GUATU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "guatu.web.settings"}
    return {**kept, **own, "PYTHONPATH": source}


def _filled(data: Path, fill: list[str], *, upon: Path | None = None) -> str:
    """A desk's folder filled by a command, upon another one's; gives what the command said."""
    if upon is not None:
        shutil.copytree(upon, data, dirs_exist_ok=True)
    command, env = [sys.executable, "-c", *fill], _environment(data)
    return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def _open_desk(data: Path, *, said: str = "", on: date | None = None) -> Iterator[Desk]:
    port = _free_port()
    serve = [sys.executable, "-c", MAIN, "serve", "--port", str(port)]
    process = subprocess.Popen(serve, env=_environment(data, on), stdout=subprocess.DEVNULL)
    desk = Desk(f"http://127.0.0.1:{port}", process, data, said)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(desk.address):
            assert process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.2)
        yield desk
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert not _answers(desk.address), "something still answers after Ctrl-C"


# Tables take long to make and the sample city longer: made once, every desk begins with a copy.
@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's folder with tables and nobody in them."""
    data = tmp_path_factory.mktemp("blank")
    _filled(data, ["from guatu.cli.desk import prepared; prepared()"])
    return data


@pytest.fixture(scope="session")
def sample_city(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's folder as ``make run`` sets it up."""
    data = tmp_path_factory.mktemp("sample")
    _filled(data, [MAIN, "setup-desk", "--sample"], upon=blank)
    return data


@pytest.fixture(scope="module")
def empty_desk(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Units and sign-ins of the sample city; no plan, no project yet."""
    data = tmp_path_factory.mktemp("empty")
    yield from _open_desk(data, said=_filled(data, [PEOPLE_ONLY], upon=blank))


@pytest.fixture(scope="module")
def full_desk(sample_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sample city."""
    yield from _open_desk(shutil.copytree(sample_city, tmp_path_factory.mktemp("full") / "data"))


@pytest.fixture(scope="module")
def december_desk(sample_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sample city on 4 December 2026: November is over, its reports are due tomorrow."""
    data = shutil.copytree(sample_city, tmp_path_factory.mktemp("month") / "data")
    yield from _open_desk(data, on=date(2026, 12, 4))


@pytest.fixture(scope="module")
def new_desk(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An office's first day, 4 August 2022: four accounts with first passwords, nothing else."""
    data = tmp_path_factory.mktemp("new")
    fill = [MAIN, "setup-desk", "--office", "市扩大投资领导小组办公室", "--short", "市投资办"]
    yield from _open_desk(data, said=_filled(data, fill, upon=blank), on=date(2022, 8, 4))


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def spoil() -> ModuleType:
    """The script that spoils sheets as people do."""
    return _module(ROOT / "tests" / "web" / "reporting" / "spoiling.py")


@pytest.fixture(scope="session")
def messy() -> ModuleType:
    """The twenty files of a month, and what is to be told of each."""
    return _module(ROOT / "tests" / "journeys" / "messy.py")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield running
        running.close()


@dataclass(slots=True)
class Walk:
    """A person at the browser; complaints of the page are gathered and fail the journey."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address of the desk."""
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    def sign_in(self, name: str = "linjiang") -> None:
        """As one of the sample city's people."""
        self.open("/")
        self.page.get_by_label("登录名").fill(name)
        self.page.get_by_label("口令").fill("guatu-linjiang")
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.address}/")

    def shot(self, name: str) -> None:
        """Keep what is on the screen."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def until(self, script: str, arg: Any = None, seconds: float = 60) -> None:
        """Wait until the script says yes; asked from outside, for pages may not evaluate words."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(script, arg):
            assert time.monotonic() < deadline, f"still not: {script}"
            time.sleep(0.05)

    def accessible(self) -> None:
        """axe-core finds nothing on this screen."""
        for fault in axe_faults(self.page):
            self.complaints.append(f"{self.page.url}: {fault}")


CLICK_SECONDS, KEY_SECONDS = 2.65, 0.28


@dataclass(slots=True)
class Hand:
    """A person's hand on mouse and keyboard; what it does is counted."""

    walk: Walk
    clicks: int = 0
    keys: int = 0
    waited: float = 0.0

    def click(self, what: Any) -> None:
        """Click, and wait until the desk has answered."""
        self.clicks += 1
        begun = time.monotonic()
        what.click()
        self.walk.page.wait_for_load_state()
        self.waited += time.monotonic() - begun

    def type(self, what: Any, words: str) -> None:
        """Click into a field and type."""
        self.clicks += 1
        self.keys += len(words)
        what.fill(words)

    def choose(self, what: Any, words: str) -> None:
        """Open a list and pick."""
        self.clicks += 2
        what.select_option(label=words)

    def files(self, what: Any, paths: list[Path]) -> None:
        """The button, all files of the folder, and 打开."""
        self.clicks += 3
        what.set_input_files(paths)

    def download(self, what: Any, target: Path) -> Path:
        """Click what gives a file."""
        with self.walk.page.expect_download() as waiting:
            self.click(what)
        waiting.value.save_as(target)
        return target

    def tab(self, name: str) -> None:
        """A tab of the page."""
        self.click(self.walk.page.locator("nav.tabs").get_by_role("link", name=name, exact=True))

    def menu(self, name: str) -> None:
        """An entry of the left rail."""
        self.click(self.walk.page.locator("nav.rail").get_by_role("link", name=name, exact=True))

    def button(self, name: Any) -> None:
        """A button by its words, or by a pattern of them."""
        self.click(self.walk.page.get_by_role("button", name=name, exact=True))

    def link(self, name: Any) -> None:
        """The first link of these words."""
        self.click(self.walk.page.get_by_role("link", name=name, exact=True).first)

    @property
    def minutes(self) -> float:
        """Of a practised person by the keystroke-level model, with what the desk takes."""
        return (self.clicks * CLICK_SECONDS + self.keys * KEY_SECONDS + self.waited) / 60


@pytest.fixture
def hand_of() -> Callable[..., Hand]:
    """``hand_of(walk, clicks=3)``: a hand that counts from here."""
    return Hand


def axe_faults(page: Any) -> list[str]:
    """What axe-core finds, one sentence each."""
    import axe_playwright_python

    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]}"
        for each in found["violations"]
        for node in each["nodes"][:3]
    ]


@pytest.fixture(scope="session")
def start_walk(chromium: Any) -> Callable[..., Walk]:
    """``start_walk(desk, width=1366, height=768)``: a fresh window under the desk's own policy."""

    def start(desk: Desk, width: int = 1366, height: int = 768) -> Walk:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        walk = Walk(page, desk.address)
        page.on("pageerror", lambda error: walk.complaints.append(f"script: {error}"))
        page.on("console", lambda said: _listen(walk, said))
        page.on("request", lambda request: _foreign(walk, request.url))
        return walk

    return start


@pytest.fixture
def walk_on(start_walk: Callable[..., Walk]) -> Iterator[Callable[..., Walk]]:
    """``start_walk``, closed at the end of the test; what the pages complained of fails it."""
    walks: list[Walk] = []

    def start(desk: Desk, width: int = 1366, height: int = 768) -> Walk:
        walks.append(start_walk(desk, width, height))
        return walks[-1]

    yield start
    for walk in walks:
        walk.page.context.close()
    complaints = [each for walk in walks for each in walk.complaints]
    assert not complaints, "\n".join(complaints)


def _listen(walk: Walk, said: Any) -> None:
    if said.type in ("error", "warning"):
        walk.complaints.append(f"console: {said.text} at {walk.page.url}")


def _foreign(walk: Walk, url: str) -> None:
    if not url.startswith((walk.address, "data:", "blob:")):
        walk.complaints.append(f"asks another host: {url}")
