"""How long the list and a project's page take: in this process, and over HTTP."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Final
from urllib.parse import quote

TURNS: Final = 15


def addresses() -> dict[str, str]:
    """What is asked for, by what it shows."""
    from guatu.web.projects.models import Project

    one = Project.objects.filter(leaf=True).values_list("pk", flat=True)[50:51].get()
    stages = "stage=building&sort=-investment"
    return {
        "list, first page": "/projects/",
        "list, page 300": "/projects/?page=300",
        "list, one stage by investment": f"/projects/?{stages}",
        "list, full text": f"/projects/?q={quote('停车场 交通')}",
        "project page": f"/projects/{one}/",
    }


def _median(ask: Callable[[], object], clock: Callable[[], float]) -> float:
    ask()
    took = []
    for _turn in range(TURNS):
        begun = clock()
        ask()
        took.append(clock() - begun)
    return statistics.median(took)


def in_process() -> dict[str, float]:
    """Median seconds of computing a turn (process time), by Django's test client."""
    from django.conf import settings
    from django.test import Client

    from guatu.web.people.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    by = User.objects.get(username="linjiang")
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")

    def asking(address: str) -> Callable[[], object]:
        def ask() -> None:
            response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)

        return ask

    return {
        name: _median(asking(address), time.process_time) for name, address in addresses().items()
    }


def over_http(port: int) -> dict[str, float]:
    """Median seconds of waiting, from a server of its own on this machine."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from guatu.web.people.models import User

    by = User.objects.get(username="linjiang")
    session = SessionStore()
    session["_auth_user_id"] = str(by.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = by.get_session_auth_hash()
    session.create()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    program = "from guatu.cli.main import main; main()"
    command = [sys.executable, "-c", program, "serve", "--only-web", "--port", str(port)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.addheaders = [("Cookie", cookie)]
    root = f"http://127.0.0.1:{port}"

    def asking(address: str) -> Callable[[], object]:
        return lambda: opener.open(root + address, timeout=60).read()

    try:
        _wait_for(asking("/healthz"))
        return {
            name: _median(asking(address), time.monotonic) for name, address in addresses().items()
        }
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)


def _wait_for(ask: Callable[[], object]) -> None:
    for _try in range(120):
        try:
            ask()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError("the server did not answer")
