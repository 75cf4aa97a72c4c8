"""Files of the library, kept under the uploads folder and checked by what they hold."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from guatu.web.page.uploads import write_once

# First bytes of what may be attached; zip packages are looked into.
_STARTS: Final = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PK\x03\x04", "zip"),
)
_OLE: Final = {"doc", "xls", "ppt", "wps", "et"}
_INSIDE: Final = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_SAME: Final = {"jpeg": "jpg", "ofd": "ofd"}
ALLOWED: Final = "pdf、ofd、docx、doc、wps、xlsx、xls、et、jpg、png"


class RefusedFile(ValueError):
    """The file may not come in; the words say why and what would help."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file is kept, and what it is."""

    path: str
    kind: str
    size: int
    digest: str


def kind_of(data: bytes, name: str) -> str:
    """What the file is by its content; its name must say the same."""
    said = Path(name).suffix.lower().lstrip(".")
    said = _SAME.get(said, said)
    start = next((kind for magic, kind in _STARTS if data.startswith(magic)), "")
    if start == "ole" and said in _OLE:
        return said
    if start == "zip":
        start = _package(data)
    if not start or start == "ole":
        raise RefusedFile(_("“%(name)s”不在可上传的类型之内（%(kinds)s）。") % {
            "name": name, "kinds": ALLOWED,
        })  # fmt: skip
    if start != said:
        words = _("“%(name)s”的内容是 %(kind)s，与扩展名不符，请改正扩展名或重新导出。")
        raise RefusedFile(words % {"name": name, "kind": start})
    return start


def _package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
    except zipfile.BadZipFile:
        return ""
    if "OFD.xml" in names:
        return "ofd"
    if any("vbaproject" in name.lower() for name in names):
        raise RefusedFile(_("文件带有宏，请另存为不带宏的 docx 或 xlsx 后再上传。"))
    return next((k for part, k in _INSIDE.items() if any(n.startswith(part) for n in names)), "")


def keep(data: bytes, folder: str, kind: str) -> Stored:
    """Write a file under the uploads folder by its digest; whole or not at all."""
    if not data:
        raise RefusedFile(_("文件是空的。"))
    if len(data) > settings.UPLOAD_LIMIT:
        raise RefusedFile(
            _("文件超过 %(limit)d MB。") % {"limit": settings.UPLOAD_LIMIT // (1024 * 1024)}
        )
    digest = hashlib.sha256(data).hexdigest()
    path = f"projects/{folder}/{digest[:2]}/{digest}"
    write_once(Path(settings.UPLOADS) / path, data)
    return Stored(path, kind, len(data), digest)


def read(path: str) -> bytes:
    """A stored file; the path comes from the database, never from an address."""
    return (Path(settings.UPLOADS) / path).read_bytes()
