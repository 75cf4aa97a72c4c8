"""A paper's docx turned into PDF by LibreOffice where it is installed (转 PDF)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

TIMEOUT: Final = 120.0
BY_HAND: Final = "请用 Word 或 WPS 打开定稿，选“另存为”，类型选 PDF。"


class CannotConvert(ValueError):
    """No PDF came about; the words say how to make it by hand."""


def can_convert() -> bool:
    """Whether this machine has LibreOffice."""
    return _program() is not None


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(docx: bytes) -> bytes:
    """The docx as PDF, made in a profile of its own and under a time limit.

    Raises ``CannotConvert`` where there is no LibreOffice, where it takes longer than ``TIMEOUT``
    seconds, or where nothing came of it.
    """
    program = _program()
    if program is None:
        raise CannotConvert(f"本机没有安装 LibreOffice，不能转成 PDF。{BY_HAND}")
    with tempfile.TemporaryDirectory(prefix="guatu-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        (room / "paper.docx").write_bytes(docx)
        command = [
            program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless",
            "--norestore", "--nolockcheck", "--nodefault", "--convert-to", "pdf:writer_pdf_Export",
            "--outdir", str(room / "out"), str(room / "paper.docx"),
        ]  # fmt: skip
        _run(command, room)
        result = room / "out" / "paper.pdf"
        if not result.is_file():
            raise CannotConvert(f"LibreOffice 没有转成 PDF，文件可能已加密。{BY_HAND}")
        return result.read_bytes()


def _run(command: list[str], room: Path) -> None:
    process = subprocess.Popen(
        command,
        cwd=room,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        raise CannotConvert(f"转 PDF 超过 {TIMEOUT:.0f} 秒。{BY_HAND}") from None
    finally:
        # soffice starts a process of its own: the whole group must go.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
