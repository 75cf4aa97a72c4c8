"""Office packages (a zip of XML parts), read within bounds so that no bomb goes off."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from xml.etree import ElementTree

from guatu.documents.errors import UnreadableDocument

MIB = 1024 * 1024
MAX_ENTRIES = 20_000
MAX_PART = 48 * MIB
MAX_RATIO = 400
RATIO_MATTERS_FROM = 4 * MIB
MAX_TAGS = 2_000_000
MAX_DEPTH = 200

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# The strict variant of the format differs in its namespaces only.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)  # fmt: skip

_BROKEN = "已损坏，无法打开。请用 Word 或 WPS 打开并另存为 docx 后重试；打不开的，请重新取得文件。"
_BOMB = (
    "解压后的内容异常庞大，疑似恶意文件，未予读取。"
    "请确认来源，并用 Word 或 WPS 另存为 docx 后重试。"
)
_NESTED = "的内容层层嵌套过深，未予读取。请用 Word 或 WPS 另存为 docx 后重试。"
_DOCTYPE = (
    "含有不允许的 XML 文档类型声明（DTD），疑似恶意文件，未予读取。"
    "请用 Word 或 WPS 另存为 docx 后重试。"
)


class Package:
    """The parts of an office file; reading one never takes more memory than the limits allow."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise UnreadableDocument(name, _BROKEN) from error
        if len(entries) > MAX_ENTRIES:
            raise UnreadableDocument(name, _BOMB)
        self._entries = {entry.filename.lstrip("/"): entry for entry in entries}

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self._entries)

    def read(self, part: str) -> bytes | None:
        """The bytes of a part, or None where there is no such part."""
        entry = self._entries.get(part)
        if entry is None:
            return None
        if entry.flag_bits & 0x1:
            raise UnreadableDocument(self._name, "已加密。请取消密码后另存为 docx，再重新读取。")
        self._refuse_bomb(entry.file_size, entry.compress_size)
        try:
            with self._zip.open(entry) as stream:
                # The size in the directory may lie: what counts is what comes out.
                data = stream.read(MAX_PART + 1)
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
        ) as error:  # fmt: skip
            raise UnreadableDocument(self._name, _BROKEN) from error
        self._refuse_bomb(len(data), entry.compress_size)
        return data

    def xml(self, part: str) -> ElementTree.Element | None:
        """The root of an XML part, or None where there is no such part."""
        data = self.read(part)
        return None if data is None else parse_xml(data, self._name)

    def related(self, part: str) -> dict[str, list[str]]:
        """The parts that ``part`` names as related to it, by the last word of the relation."""
        folder, base = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", base + ".rels"))
        found: dict[str, list[str]] = {}
        for relation in () if root is None else root.iter(_RELATIONSHIP):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = relation.get("Type", "").rpartition("/")[2]
            found.setdefault(kind, []).append(path)
        return found

    def _refuse_bomb(self, size: int, packed: int) -> None:
        if size > MAX_PART or (size > RATIO_MATTERS_FROM and size > MAX_RATIO * max(packed, 1)):
            raise UnreadableDocument(self._name, _BOMB)


def parse_xml(data: bytes, name: str) -> ElementTree.Element:
    """The root element of ``data``; a document type declaration is refused, depth is bounded."""
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    if data.count(b"<") > MAX_TAGS:
        raise UnreadableDocument(name, _BOMB)
    # Entities can only be declared in a DTD, and no office file needs one.
    if any(mark in data for mark in _DOCTYPE_MARKS):
        raise UnreadableDocument(name, _DOCTYPE)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise UnreadableDocument(name, _BROKEN) from error
    if _deeper_than(root, MAX_DEPTH):
        raise UnreadableDocument(name, _NESTED)
    return root


_DOCTYPE_MARKS = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


def _deeper_than(root: ElementTree.Element, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True
