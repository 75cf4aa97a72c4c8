"""A web page as a small tree: what is shown, without scripts, controls and hidden parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guatu.documents.errors import UnreadableDocument

MAX_NESTING = 512
MAX_TAGS = 600_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>?")
# Elements that close themselves or are closed by their neighbours do not nest.
_FLAT = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody",
    "tfoot", "option", "colgroup", "html", "head", "body",
))  # fmt: skip
_UNSEEN = frozenset((
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg",
    "canvas", "audio", "video", "map", "head", "button", "select", "textarea", "input",
    "nav", "footer", "aside", "-comment",
))  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_KEPT_ATTRIBUTES = frozenset(
    {"class", "id", "href", "colspan", "rowspan", "start", "value", "type", "reversed"}
)


class Element:
    """An element of the page with its children in order, words as plain strings.

    ``marker`` is the number that stands before an item of a numbered list, else empty.
    """

    __slots__ = ("attributes", "children", "marker", "parent", "pruned", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []
        self.pruned = False
        self.marker = ""

    @property
    def elements(self) -> Iterator[Element]:
        """The child elements that have not been pruned."""
        return (child for child in self.children if isinstance(child, Element) and not child.pruned)

    @property
    def names(self) -> str:
        """Class and id, in one string, for what a page's author calls this part."""
        return f"{self.attributes.get('class', '')} {self.attributes.get('id', '')}".strip()

    def descendants(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if not element.pruned:
                yield element
                waiting.extend(reversed(list(element.elements)))

    def text(self) -> str:
        """All words below, in order."""
        parts: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                parts.append(node)
            elif not node.pruned:
                if node.tag in ("br", "p", "div", "li", "tr", "td"):
                    parts.append(" " + node.marker)
                waiting.extend(reversed(node.children))
        return "".join(parts)


def parse_page(source: str, name: str, *, with_hidden: bool = False) -> tuple[Element, str]:
    """The body of the page, and the title its head gives it."""
    from selectolax.lexbor import LexborHTMLParser

    # A parser of HTML must look through all open elements at each new one: what nests
    # without end would keep it busy for hours.
    if source.count("<") > MAX_TAGS:
        raise UnreadableDocument(
            name, "的网页标签多得异常，未予读取。请把正文复制到 Word 中，存为 docx 后重试。"
        )
    if _nesting(source) > MAX_NESTING:
        raise UnreadableDocument(
            name, "的网页标签层层嵌套过深，未予读取。请把正文复制到 Word 中，存为 docx 后重试。"
        )
    parser = LexborHTMLParser(source)
    heading = parser.css_first("head > title")
    title = heading.text() if heading is not None else ""
    meta = parser.css_first('meta[name="ArticleTitle"], meta[name="articletitle"]')
    if meta is not None:
        title = meta.attributes.get("content") or title
    body = Element("body", {}, None)
    root = parser.body
    if root is None:
        return body, title
    made: dict[int, Element] = {root.mem_id: body}
    for node in root.traverse(include_text=True):
        above = node.parent
        parent = made.get(above.mem_id) if above is not None else None
        if parent is None or node.mem_id in made:
            continue
        if node.tag == "-text":
            parent.children.append(node.text_content or "")
            continue
        tag = node.tag or ""
        if tag in _UNSEEN:
            continue
        attributes = node.attributes
        if not with_hidden and _is_hidden(attributes):
            continue
        kept = {key: value or "" for key, value in attributes.items() if key in _KEPT_ATTRIBUTES}
        if tag in ("ol", "li") and (style := attributes.get("style")):
            kept["style"] = style
        element = Element(tag, kept, parent)
        parent.children.append(element)
        made[node.mem_id] = element
    return body, title


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _nesting(source: str) -> int:
    """How deep the page's elements nest, counted roughly and quickly."""
    depth = deepest = 0
    for match in _TAG.finditer(source):
        if match.group(2).lower() in _FLAT or match.group(3).endswith("/"):
            continue
        if match.group(1):
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
