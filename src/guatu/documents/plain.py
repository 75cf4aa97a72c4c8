"""Plain text (txt): the characters of the file exactly as they stand, a block a line."""

from __future__ import annotations

import re
from itertools import islice

from guatu.documents.document import Block, Document
from guatu.documents.errors import UnreadableDocument
from guatu.text.rare import Rare
from guatu.text.span import Span

_LINE = re.compile("[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_LINE_END = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANK = " \t\u3000\xa0\ufeff\u200b"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HANZI = Rare("[\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff]")
_SAMPLE = 4000
MAX_LINES = 500_000

_UNKNOWN_ENCODING = (
    "的文字编码无法识别。请用记事本打开，确认文字正常后“另存为”，编码选 UTF-8，再重新读取。"
)
_BINARY = (
    "不是文本文件（内容是二进制数据）。请确认文件没有选错；"
    "如是方案，请用原来的软件打开后另存为 docx、pdf 或 txt。"
)
_TOO_MANY_LINES = f"超过 {MAX_LINES // 10_000} 万行，不像是方案，未予读取。请只保留方案正文后重试。"


def open_plain(data: bytes, name: str) -> Document:
    """The text file as a document; for UTF-8 the text is the file's, character for character."""
    text, remarks = decode(data, name)
    if len(_LINE_END.findall(text)) > MAX_LINES:
        raise UnreadableDocument(name, _TOO_MANY_LINES)
    return Document(name, "txt", text, tuple(_blocks(text)), (), tuple(remarks))


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The characters ``data`` stands for, and remarks on how they were found.

    Strict UTF-8 comes first (a byte order mark is kept), then UTF-16 with its mark, then
    GB18030 where the result looks like Chinese, then UTF-8 with a few damaged bytes.
    """
    utf8 = _strict(data, "utf-8")
    if utf8 is not None:
        if _is_binary(utf8):
            raise UnreadableDocument(name, _BINARY)
        return utf8, []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        utf16 = _strict(data, "utf-16")
        if utf16 is not None and not _is_binary(utf16):
            return utf16, ["文字编码为 UTF-16，已转换"]
        raise UnreadableDocument(name, _UNKNOWN_ENCODING)
    if _is_binary(data.decode("latin-1")):
        raise UnreadableDocument(name, _BINARY)
    gb18030 = _strict(data, "gb18030")
    if gb18030 is not None and is_everyday_chinese(gb18030):
        return gb18030, ["文字编码为 GB18030，已转换"]
    for encoding in ("utf-8", "gb18030"):
        mended = data.decode(encoding, "replace")
        damaged = mended.count("\ufffd")
        if damaged <= max(1, len(mended) // 200) and is_everyday_chinese(mended):
            return mended, [f"文件中有 {damaged} 处字节损坏，已用“\ufffd”代替，请核对原文"]
    raise UnreadableDocument(name, _UNKNOWN_ENCODING)


def is_everyday_chinese(text: str) -> bool:
    """Whether most Chinese characters of ``text`` are among the 3,755 commonest.

    Text read in the wrong encoding turns into rare characters, so this tells
    GB18030 from everything that merely happens to decode.
    """
    sample = [match.group() for match in islice(_HANZI.finditer(text), _SAMPLE)]
    common = sum(1 for character in sample if _is_common(character))
    return bool(sample) and common >= 0.7 * len(sample)


def _is_common(character: str) -> bool:
    code = character.encode("gb2312", "ignore")
    # GB 2312 一级汉字: rows 16-55, lead bytes B0-D7.
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_binary(text: str) -> bool:
    """Whether there are more control characters than a damaged text would hold."""
    control = len(_CONTROL.findall(text))
    return "\x00" in text or control > len(text) // 200 + 2


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    for line in _LINE.finditer(text):
        words = line.group()
        start = line.start() + len(words) - len(words.lstrip(_BLANK))
        end = line.start() + len(words.rstrip(_BLANK))
        if start < end:
            blocks.append(Block("paragraph", Span(start, end), len(blocks) + 1))
    return blocks
