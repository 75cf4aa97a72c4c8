"""Looks at what a file holds, whatever its name says, and picks the opener."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from guatu.documents.document import Document
from guatu.documents.errors import UnreadableDocument

MAX_FILE = 64 * 1024 * 1024

Opener = Callable[[bytes, str], Document]

_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|div|p|table|span|article|section|h[1-6])\b",
    re.IGNORECASE,
)
_MHTML = re.compile(rb"\A(?:From:|MIME-Version:)[^\0]{0,2000}?multipart/related", re.IGNORECASE)

_PICTURES = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"),
)  # fmt: skip
_ARCHIVES = ((b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"))


class Kind(NamedTuple):
    """What a file was found to be: its name in a sentence, the suffixes that fit, its opener."""

    title: str
    suffixes: frozenset[str]
    open: Opener


def open_document(path: str | os.PathLike[str], *, name: str | None = None) -> Document:
    """The file at ``path`` as a document; UnreadableDocument says why it cannot be one."""
    shown = name or os.path.basename(os.fspath(path)) or os.fspath(path)
    return read_document(_content(path, shown), shown)


def read_document(data: bytes, name: str) -> Document:
    """The bytes of a file as a document; ``name`` is only used to speak of it."""
    if not data:
        raise UnreadableDocument(name, "是空文件（0 字节）。请重新下载或重新导出后再试。")
    if len(data) > MAX_FILE:
        raise UnreadableDocument(name, _too_large(len(data)))
    kind = _kind_of(data, name)
    try:
        document = kind.open(data, name)
    except RecursionError as error:
        raise UnreadableDocument(
            name, "的内容层层嵌套过深，未予读取。请另存为 docx 或 txt 后重试。"
        ) from error
    suffix = Path(name).suffix.lower()
    if suffix and suffix not in kind.suffixes and suffix in _KNOWN_SUFFIXES:
        remark = f"文件名后缀是 {suffix}，内容实为 {kind.title}，已按 {kind.title} 读取"
        return _with_remark(document, remark)
    return document


def _content(path: str | os.PathLike[str], name: str) -> bytes:
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableDocument(name, "是文件夹，不是文件。请给出其中的文件。")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableDocument(name, "不是普通文件。请给出 docx、pdf、html 或 txt 文件。")
        if status.st_size > MAX_FILE:
            raise UnreadableDocument(name, _too_large(status.st_size))
        with open(path, "rb") as file:
            return file.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        raise UnreadableDocument(name, "找不到。请检查路径和文件名。") from error
    except PermissionError as error:
        raise UnreadableDocument(name, "没有读取权限。请检查文件权限，或复制一份再试。") from error
    except (OSError, ValueError) as error:
        raise UnreadableDocument(name, "读取失败。请检查路径、磁盘或网络位置是否可用。") from error


def _too_large(size: int) -> str:
    mib = 1024 * 1024
    return (
        f"有 {size // mib} MB，超过 {MAX_FILE // mib} MB 的上限。"
        "请删去图片和附件，或另存为 txt 后重试。"
    )


def _kind_of(data: bytes, name: str) -> Kind:
    head = data[:4096]
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data, name)
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(data, name)
    if head.startswith(b"{\\rtf"):
        return RTF
    _refuse_other_media(head, name)
    if _MHTML.match(head):
        return MHTML
    if _is_word_xml(head):
        return WORD_XML
    return HTML if _is_html(head, name) else PLAIN


def _kind_of_zip(data: bytes, name: str) -> Kind:
    from guatu.documents.package import Package

    names = Package(data, name).names
    if "OFD.xml" in names:
        raise UnreadableDocument(
            name, "是 OFD 版式文件，暂不能直接读取。请用 OFD 阅读器导出 pdf 或 docx 后重试。"
        )
    if any(part.startswith("xl/") for part in names):
        raise UnreadableDocument(name, "是 Excel 表格，不是方案文档。请给出 docx、pdf 或 txt。")
    if any(part.startswith("ppt/") for part in names):
        raise UnreadableDocument(name, "是演示文稿，不是方案文档。请给出 docx、pdf 或 txt。")
    if "[Content_Types].xml" in names or any(part.startswith("word/") for part in names):
        return DOCX
    if "content.xml" in names:
        return ODT
    raise UnreadableDocument(name, "是压缩包。请先解压，再读取其中的方案文件。")


def _kind_of_ole(data: bytes, name: str) -> Kind:
    if _stream(data, "EncryptedPackage"):
        raise UnreadableDocument(
            name, "已加密，需要密码才能打开。请在 Word 或 WPS 中取消密码，另存为 docx 后重试。"
        )
    if _stream(data, "WordDocument"):
        return DOC
    if _stream(data, "Workbook") or _stream(data, "PowerPoint Document"):
        raise UnreadableDocument(name, "是表格或演示文稿，不是方案文档。请给出 docx、pdf 或 txt。")
    return DOC


def _stream(data: bytes, stream: str) -> bool:
    """Whether an OLE file names a stream so; its directory is written in UTF-16."""
    return stream.encode("utf-16-le") in data


def _refuse_other_media(head: bytes, name: str) -> None:
    for magic, title in _PICTURES:
        if head.startswith(magic) and (magic != b"BM" or b"\0\0" in head[:16]):
            raise UnreadableDocument(
                name,
                f"是图片（{title}），没有可读的文字。请先做文字识别（OCR），另存为 docx 后再读取。",
            )
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise UnreadableDocument(
            name, "是图片（WebP），没有可读的文字。请先做文字识别（OCR），另存为 docx 后再读取。"
        )
    for magic, title in _ARCHIVES:
        if head.startswith(magic):
            raise UnreadableDocument(name, f"是压缩包（{title}）。请先解压，再读取其中的方案文件。")
    if head.startswith(b"PK"):
        raise UnreadableDocument(name, "是空的或已损坏的压缩包。请重新取得文件。")


def _is_word_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") and (
        b"Word.Document" in head or b"w:wordDocument" in head or b"pkg:package" in head
    )


def _is_html(head: bytes, name: str) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:].replace(b"\0", b"")
    tagged = _HTML.search(head) is not None
    starts = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    return tagged and (starts or Path(name).suffix.lower() in HTML.suffixes)


def _with_remark(document: Document, remark: str) -> Document:
    return replace(document, remarks=(remark, *document.remarks))


# The openers import their libraries; each is loaded when the first such file comes.


def _open_plain(data: bytes, name: str) -> Document:
    from guatu.documents.plain import open_plain

    return open_plain(data, name)


def _open_html(data: bytes, name: str) -> Document:
    from guatu.documents.html import open_html

    return open_html(data, name)


def _open_mhtml(data: bytes, name: str) -> Document:
    from guatu.documents.html import open_mhtml

    return open_mhtml(data, name)


def _open_docx(data: bytes, name: str) -> Document:
    from guatu.documents.docx import open_docx

    return open_docx(data, name)


def _open_pdf(data: bytes, name: str) -> Document:
    from guatu.documents.pdf import open_pdf

    return open_pdf(data, name)


def _by_office(suffix: str) -> Opener:
    def open_legacy(data: bytes, name: str) -> Document:
        from guatu.documents.legacy import open_legacy as opener

        return opener(data, name, suffix)

    return open_legacy


PLAIN = Kind("纯文本", frozenset({".txt", ".text", ".md"}), _open_plain)
HTML = Kind("网页", frozenset({".html", ".htm", ".xhtml", ".shtml"}), _open_html)
MHTML = Kind("网页", frozenset({".mht", ".mhtml"}), _open_mhtml)
DOCX = Kind("docx", frozenset({".docx", ".docm", ".dotx"}), _open_docx)
PDF = Kind("pdf", frozenset({".pdf"}), _open_pdf)
DOC = Kind("doc", frozenset({".doc", ".wps", ".dot"}), _by_office(".doc"))
RTF = Kind("rtf", frozenset({".rtf", ".doc"}), _by_office(".rtf"))
ODT = Kind("odt", frozenset({".odt"}), _by_office(".odt"))
WORD_XML = Kind("Word XML", frozenset({".xml", ".doc"}), _by_office(".xml"))

_KINDS = (PLAIN, HTML, MHTML, DOCX, PDF, DOC, RTF, ODT, WORD_XML)
_KNOWN_SUFFIXES = frozenset(suffix for kind in _KINDS for suffix in kind.suffixes) | {
    ".png", ".jpg", ".jpeg", ".xlsx", ".xls", ".pptx", ".zip",
}  # fmt: skip
