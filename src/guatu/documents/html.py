"""Web pages (html): the article alone, its headings, lines and tables."""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Iterator

from guatu.documents.document import Document
from guatu.documents.draft import Draft, DraftCell, columns_of, one_line
from guatu.documents.errors import UnreadableDocument
from guatu.documents.html_content import find_content, is_furniture
from guatu.documents.html_lists import number_lists, whole
from guatu.documents.html_tree import Element, parse_page
from guatu.documents.plain import is_everyday_chinese

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936", "hz-gb-2312"})
_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul", "caption",
))  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_SPAN = 100
_MAX_GRID = 200_000
_TITLE_NAMES = re.compile(r"(?:^|[\s_-])(?:\w*title|\w*tit|bt|biaoti)(?=$|[\s_-])", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:发文字号|发文机关|发文机构|发布机构|制发机关|成文日期|发文日期|印发日期|发布日期|发布时间|文\s*号|有效性)"
    r"\s*[:：]?\s*\S"
)
_LONGEST_ABOUT = 200

_NO_CONTENT = (
    "里没有找到正文（可能由脚本另行载入）。"
    "请在浏览器中打开该网页，复制正文到 Word 存为 docx，或存为 txt 后读取。"
)
_UNKNOWN_ENCODING = (
    "的网页编码无法识别。请在浏览器中打开，复制正文到 Word 存为 docx，或存为 UTF-8 的 txt 后重试。"
)


def open_html(data: bytes, name: str) -> Document:
    """The article of the page as a document."""
    source, remarks = _decode(data, name)
    for with_hidden in (False, True):
        # Some sites hide the article until a script shows it.
        draft = Draft(name, "html")
        _write(draft, source, name, with_hidden)
        if not draft.empty:
            for remark in remarks:
                draft.remark(remark)
            return draft.document()
    raise UnreadableDocument(name, _NO_CONTENT)


def open_mhtml(data: bytes, name: str) -> Document:
    """The page inside a web archive (单个文件网页, mht)."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                return open_html(payload, name)
    raise UnreadableDocument(name, _NO_CONTENT)


def _write(draft: Draft, source: str, name: str, with_hidden: bool) -> None:
    body, title = parse_page(source, name, with_hidden=with_hidden)
    number_lists(body)
    headings = [el for el in body.descendants() if el.tag == "h1"]
    headings += [el for el in body.descendants() if _TITLE_NAMES.search(el.names)]
    candidates = [one_line(element.text()) for element in headings]
    candidates.append(one_line(re.split(r"[_|]|\s-\s|--", title)[0]))
    content = find_content(body)
    article = _Writer(Draft(name, "html"))
    article.write(content)
    if article.draft.empty:
        return
    opening = _bare(article.draft.document().text[:3000])
    heading = next((words for words in candidates if 6 <= len(words) <= 120), "")
    if heading and _bare(heading) not in opening:
        draft.add(heading, "heading", level=1)
    for line in _about(body, content, name):
        if _bare(line) not in opening:
            draft.add(line)
    _Writer(draft).write(content)


def _about(body: Element, content: Element, name: str) -> list[str]:
    """The lines above the article that give its number, its issuer and its dates."""
    if content is body:
        return []
    content.pruned = True
    outside = _Writer(Draft(name, "html"))
    outside.write(body)
    content.pruned = False
    lines = outside.draft.document().text.split("\n")
    found = [one_line(line) for line in lines]
    return [line for line in found if len(line) <= _LONGEST_ABOUT and _ABOUT.search(line)]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


class _Writer:
    """Writes an element down, a line for every block and every line break."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._words: list[str] = []
        self._level: int | None = None
        self._pre = 0
        self._marker = ""

    def write(self, root: Element) -> None:
        """Write ``root`` and everything below it."""
        waiting: list[tuple[Element | str, bool]] = [(root, True)]
        while waiting:
            node, entering = waiting.pop()
            if isinstance(node, str):
                self._text(node)
            elif not entering:
                self._leave(node)
            elif not node.pruned:
                if node.tag == "table" and is_data_table(node):
                    self._flush()
                    self.draft.add_table(cells_of(node))
                    continue
                self._enter(node)
                waiting.append((node, False))
                waiting.extend((child, True) for child in reversed(node.children))
        self._flush()

    def _text(self, words: str) -> None:
        if not self._pre:
            self._words.append(words)
            return
        first, *rest = words.split("\n")
        self._words.append(first)
        for line in rest:
            self._flush()
            self._words.append(line)

    def _enter(self, element: Element) -> None:
        tag = element.tag
        if tag == "br":
            self._flush()
        elif tag in _BLOCKS:
            self._flush()
            if tag in _HEADINGS:
                self._level = int(tag[1])
            elif tag == "pre":
                self._pre += 1
            elif tag == "li":
                self._marker = element.marker

    def _leave(self, element: Element) -> None:
        tag = element.tag
        if tag not in _BLOCKS:
            return
        self._flush()
        if tag == "pre":
            self._pre -= 1
        elif tag == "li":
            self._marker = ""
        elif tag in _HEADINGS:
            self._level = None

    def _flush(self) -> None:
        line = one_line("".join(self._words))
        self._words.clear()
        if not line or is_furniture(line):
            return
        line = self._marker + line
        self._marker = ""
        self.draft.add(line, "heading" if self._level else "paragraph", level=self._level)


def is_data_table(table: Element) -> bool:
    """Whether a table holds rows of data, and not (as on old sites) the layout of the page."""
    if any(element.tag == "table" for element in table.descendants() if element is not table):
        return False
    cells = cells_of(table)
    if not cells or columns_of(cells) <= 1:
        return False
    rows = len({cell.row for cell in cells})
    everything = sum(len(cell.text) for cell in cells)
    return not (rows <= 3 and max(len(cell.text) for cell in cells) > max(500, 0.6 * everything))


def cells_of(table: Element) -> list[DraftCell]:
    """The cells of a table on their grid; a spanning cell stands once."""
    cells: list[DraftCell] = []
    taken: set[tuple[int, int]] = set()
    for row, tr in enumerate(_rows(table)):
        column = 0
        for cell in tr.elements:
            if cell.tag not in ("td", "th"):
                continue
            while (row, column) in taken:
                column += 1
            width = min(max(1, whole(cell.attributes.get("colspan"), 1)), _MAX_SPAN)
            height = min(max(1, whole(cell.attributes.get("rowspan"), 1)), _MAX_SPAN)
            if len(taken) > _MAX_GRID:
                width = height = 1
            for down in range(height):
                taken.update((row + down, column + right) for right in range(width))
            cells.append(DraftCell(one_line(cell.text()), row, column, height, width))
            column += width
    return cells


def _rows(table: Element) -> Iterator[Element]:
    for child in table.elements:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.elements if row.tag == "tr")


def _decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The page's source by byte order mark, by UTF-8 itself, by its own word, then GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), []
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    declared = _declared(data)
    for encoding in (declared, "gb18030"):
        try:
            source = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == declared or is_everyday_chinese(source):
            return source, []
    for encoding in (declared, "gb18030"):
        source = data.decode(encoding, "replace")
        damaged = source.count("\ufffd")
        if damaged <= max(1, len(source) // 100):
            return source, [f"网页中有 {damaged} 处字节损坏，已用“\ufffd”代替，请核对原文"]
    raise UnreadableDocument(name, _UNKNOWN_ENCODING)


def _declared(data: bytes) -> str:
    match = _CHARSET.search(data[:8192])
    label = match.group(1).decode("ascii").lower() if match else "utf-8"
    if label in _CHINESE:
        return "gb18030"
    try:
        codec = codecs.lookup(label)
    except LookupError:
        return "utf-8"
    # Only encodings of text: Python also knows rot13, zip and the like.
    return codec.name if getattr(codec, "_is_text_encoding", True) else "utf-8"
