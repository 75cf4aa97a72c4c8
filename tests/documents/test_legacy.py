"""Older formats: through LibreOffice where it is, else a message on how to save as docx."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from guatu.documents import UnreadableDocument, legacy, read_document

RTF = (
    rb"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0 SimSun;}}\f0 "
    + "".join(f"\\u{ord(c)}?" for c in "到二〇二五年，新建学校十二所。").encode()
    + rb"\par}"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "WordDocument".encode("utf-16-le")


@pytest.mark.parametrize(("data", "form"), [(RTF, "rtf"), (OLE, "doc")])
def test_without_an_office_the_message_says_what_to_do(
    data: bytes, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legacy, "office", lambda: None)
    with pytest.raises(UnreadableDocument, match="另存为") as caught:
        read_document(data, f"方案.{form}")
    assert form in str(caught.value)
    assert "docx" in str(caught.value)


@pytest.mark.slow
@pytest.mark.skipif(legacy.office() is None, reason="LibreOffice 未安装")
def test_with_an_office_the_text_is_read() -> None:
    document = read_document(RTF, "方案.rtf")
    assert document.text == "到二〇二五年，新建学校十二所。\n"
    assert "LibreOffice" in document.remarks[0]


def test_an_office_that_hangs_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "child"
    fake = tmp_path / "soffice"
    fake.write_text(f"#!/bin/sh\nsleep 97 &\necho $! > {mark}\nwait\n")
    fake.chmod(0o755)
    monkeypatch.setattr(legacy, "office", lambda: str(fake))
    monkeypatch.setattr(legacy, "TIMEOUT", 1.0)
    with pytest.raises(UnreadableDocument, match="未完成"):
        read_document(RTF, "方案.rtf")
    child = mark.read_text().strip()
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True)
        if not state.stdout.strip() or state.stdout.strip().startswith("Z"):
            return
        time.sleep(0.05)
    pytest.fail("转换程序的子进程仍在运行")


def test_an_office_that_gives_nothing_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "soffice"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(legacy, "office", lambda: str(fake))
    with pytest.raises(UnreadableDocument, match="转换失败"):
        read_document(RTF, "方案.rtf")
