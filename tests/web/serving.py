"""``guatu serve`` of an installation, a browser in which the sample's clerk works, and its end."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar

from killing import Installation, children_of, free_port, is_alive, wait_for

# What a server that is killed in mid-answer leaves its browser with.
NO_ANSWER = (OSError, http.client.HTTPException)


class Refused(AssertionError):
    """The server answered, and not as it should."""


@dataclass
class Serving:
    """``guatu serve`` with all its children, and a browser in which the sample's clerk works."""

    installation: Installation
    process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.port = free_port()
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._open = urllib.request.build_opener(jar).open

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.installation.start("serve", "--port", str(self.port), quiet=True)
        wait_for(self._answers)

    def _answers(self) -> bool:
        with contextlib.suppress(*NO_ANSWER):
            self.get("/healthz")
            return True
        return False

    def kill(self) -> None:
        """kill -9 for the parent first, so that it starts nothing again; then server and worker."""
        assert self.process is not None
        children = children_of(self.process.pid)
        for pid in (self.process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        wait_for(lambda: not any(map(is_alive, children)))

    def sign_in(self) -> None:
        self.post("/sign-in/", {"username": "linjiang", "password": "guatu-linjiang"})

    def get(self, path: str) -> str:
        return self._ask(path)[1]

    def _ask(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[str, str]:
        """The address that answered, and what it said; an answer of 400 or more fails the test."""
        headers = {"Content-Type": kind} if kind else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with self._open(request, timeout=60) as answer:
                return urllib.parse.urlsplit(answer.url).path, answer.read().decode()
        except urllib.error.HTTPError as fault:
            raise Refused(f"{path}: {fault.code}") from fault

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's form, as a browser would send them."""
        page = self.get(path)
        return {
            name: found[1]
            for name in ("csrfmiddlewaretoken", "form_token")
            if (found := re.search(rf'name="{name}" value="([^"]+)"', page))
        }

    def post(
        self,
        path: str,
        fields: dict[str, str],
        uploads: Sequence[tuple[str, str, bytes]] = (),
        page: str = "",
    ) -> str:
        """Send the form of ``page`` (else of the path itself); the address one is led to."""
        fields = self.form(page or path) | fields
        return self._ask(path, *multipart(fields, uploads))[0]


def multipart(
    fields: dict[str, str], uploads: Sequence[tuple[str, str, bytes]]
) -> tuple[bytes, str]:
    """A form with files (field, name, content) as a browser sends it, and its content type."""
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, file, content in uploads:
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"'
        parts.append(f"{head}\r\n\r\n".encode() + content + b"\r\n")
    body = b"".join((*parts, f"--{line}--\r\n".encode()))
    return body, f"multipart/form-data; boundary={line}"
