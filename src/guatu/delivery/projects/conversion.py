"""WPS workbooks (.et) turned into xlsx by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

TIMEOUT: Final = 90.0


class CannotConvert(ValueError):
    """It could not be turned; the words say how to save it by hand."""


def to_xlsx(data: bytes, suffix: str) -> bytes:
    """The workbook as xlsx, in a profile of its own and under a time limit."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise CannotConvert(
            "不能直接读取，要由 LibreOffice 转换，而服务器没有安装 LibreOffice。"
            "请用 WPS 打开，选“另存为”，类型选 .xlsx，再上传。"
        )
    with tempfile.TemporaryDirectory(prefix="guatu-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        source = room / f"source{suffix}"
        source.write_bytes(data)
        command = [
            program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless",
            "--norestore", "--nolockcheck", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
            "--outdir", str(room / "out"), str(source),
        ]  # fmt: skip
        _run(command, room)
        result = room / "out" / "source.xlsx"
        if not result.is_file():
            raise CannotConvert("转换失败，文件可能已损坏或加密。请用 WPS 另存为 .xlsx 后再上传。")
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
        raise CannotConvert("转换超时。请用 WPS 打开，另存为 .xlsx 后再上传。") from None
    finally:
        # soffice starts a process of its own: the whole group must go.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
