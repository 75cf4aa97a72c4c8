"""Older formats (doc, wps, rtf, odt): turned into docx by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from guatu.documents.document import Document
from guatu.documents.errors import UnreadableDocument

TIMEOUT = 90.0
MAX_RESULT = 64 * 1024 * 1024

_NO_OFFICE = (
    "是旧格式文档（{form}），本机没有安装 LibreOffice，无法转换。"
    "请用 Word 或 WPS 打开，选“另存为”，类型选 docx，再重新读取。"
)
_FAILED = "转换失败（{form}），文件可能已损坏或已加密。请用 Word 或 WPS 打开并另存为 docx 后重试。"
_SLOW = "转换超过 {seconds:.0f} 秒仍未完成，已停止。请用 Word 或 WPS 打开并另存为 docx 后重试。"

# A profile of its own, so that a running office is left alone; in it macros are off and
# nothing is fetched from links inside the document.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def open_legacy(data: bytes, name: str, suffix: str) -> Document:
    """The older document by way of LibreOffice; a message on how to save it where there is none."""
    from guatu.documents.docx import open_docx

    converted = convert_to_docx(data, name, suffix)
    document = open_docx(converted, name)
    remark = f"原为 {suffix.lstrip('.')} 格式，经 LibreOffice 转换后读取，请留意与原件的出入"
    return replace(document, remarks=(remark, *document.remarks))


def office() -> str | None:
    """The LibreOffice program of this machine, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert_to_docx(data: bytes, name: str, suffix: str) -> bytes:
    """The document as docx, converted apart from any office that may be running."""
    program = office()
    form = suffix.lstrip(".")
    if program is None:
        raise UnreadableDocument(name, _NO_OFFICE.format(form=form))
    with tempfile.TemporaryDirectory(prefix="guatu-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        source = room / ("source" + suffix)
        source.write_bytes(data)
        profile = room / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        command = [
            program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--nodefault", "--convert-to", "docx:MS Word 2007 XML",
            "--outdir", str(room / "out"), str(source),
        ]  # fmt: skip
        if not _run(command, room):
            raise UnreadableDocument(name, _SLOW.format(seconds=TIMEOUT))
        result = room / "out" / "source.docx"
        if not result.is_file() or not 0 < result.stat().st_size <= MAX_RESULT:
            raise UnreadableDocument(name, _FAILED.format(form=form))
        return result.read_bytes()


def _run(command: list[str], room: Path) -> bool:
    """Run to the end or to the time limit; False where the limit came first."""
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
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        # soffice starts a process of its own: the whole group must go.
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
