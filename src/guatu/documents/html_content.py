"""Finds the article of a web page: what is left when menus, side bars and footers are gone.

The plan's words must never be lost, so the search goes inward only while what it leaves
outside is plainly not the article; single lines of page furniture are dropped afterwards.
"""

from __future__ import annotations

import re

from guatu.documents.html_tree import Element

# Names that page systems of Chinese governments give the element that holds the article.
_CONTENT_NAMES = re.compile(
    r"trs_editor|trs_ueditor|ucap-?content|pages_content|\bzoom(?:con)?\b|article[-_]?con|"
    r"\bvsb_content|\bnews_?con|conTxt|xxgk_?con|wzcon|content_?body|\bcontent-?text",
    re.IGNORECASE,
)
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|crumbs?|breadcrumbs?|foot\w*|header|share\w*|bdshare\w*|"
    r"side\w*|aside|related?|recommend\w*|copyright\w*|print\w*|toolbar|pag(?:er|ination)|qrcode|"
    r"ewm\w*|erweima\w*|comments?|search\w*|login\w*|banner\w*|logo\w*|prev\w*|next\w*|location|"
    r"position|dqwz|wzdh|top-?bar|friend-?links?|tjxw|xgxw|hot\w*|rank\w*)(?=$|[\s_-])",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|rar|zip|7z|pptx?|txt)(?:$|[?#])", re.I)

_FURNITURE_LINE = re.compile(
    r"(?:上|下|前|后)一?(?:篇|条|则|页)\s*[:：>»]?|扫一扫|扫码|【?打印本?页?面?】?$|【?关闭(?:窗口|本页)?】?$|"
    r"【?(?:字体|字号)\s*[:：+]|分享(?:到|至)?\s*[:：]?\s*(?:微信|微博|QQ|$)|"
    r"您?(?:现|当前)?(?:的)?(?:所在|当前)?位置\s*[:：是]|"
    r"您好[!！,，]?\s*今天是|今天是\s*\d{4}|(?:责任)?编辑\s*[:：]|[（(]责任编辑|信息来源\s*[:：]\s*$|"
    r"(?:浏览|点击|阅读)(?:次数|量|数)?\s*[:：]|版权所有|主办(?:单位)?\s*[:：]|承办(?:单位)?\s*[:：]\s*|"
    r"网站标识码|.{0,12}公网安备|.{0,12}ICP备|技术支持\s*[:：]|地址\s*[:：].{0,40}邮编|"
    r"(?:返回|回到)(?:顶部|首页|上页)|设为首页|加入收藏|网站地图|相关(?:链接|阅读|文章|新闻|稿件|文件|解读)\s*[:：]?$|"
    r"(?:首页|主页)\s*[>»›]|无障碍|长者模式|Copyright|政策解读\s*[:：]?\s*$|"
    r"(?:大|中|小)(?:\s+(?:大|中|小)){1,2}$|\[?\s*(?:收藏|纠错|微信|微博|QQ空间)\s*\]?$",
    re.IGNORECASE,
)  # fmt: skip
_LONGEST_FURNITURE = 90
_LONGEST_LEAD = 150
_CONTAINERS = frozenset(
    {"div", "section", "article", "main", "form", "center", "table", "tbody", "tr", "td", "span"}
)
_PROSE = re.compile(
    r"[。；]|^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]|第.{1,3}[章节条])"
)


class Scores:
    """How many characters of the article's own words and of links stand below each element."""

    def __init__(self, body: Element) -> None:
        self._own: dict[int, int] = {}
        self._linked: dict[int, int] = {}
        self._links: dict[int, int] = {}
        self._prose: dict[int, int] = {}
        for element in reversed(list(body.descendants())):
            self._score(element)
        self.total = max(1, self.own(body))

    def own(self, element: Element) -> int:
        """Characters outside links and lines of page furniture."""
        return self._own.get(id(element), 0)

    def prose(self, element: Element) -> int:
        """Characters of whole sentences and numbered headings: surely the article's."""
        return self._prose.get(id(element), 0)

    def is_list_of_links(self, element: Element) -> bool:
        """Whether the element is mostly links to other pages."""
        linked = self._linked.get(id(element), 0)
        everything = linked + self.own(element)
        return self._links.get(id(element), 0) >= 3 and linked >= 0.6 * everything

    def _score(self, element: Element) -> None:
        own = linked = links = prose = 0
        for child in element.children:
            if isinstance(child, Element):
                own += self._own.get(id(child), 0)
                linked += self._linked.get(id(child), 0)
                links += self._links.get(id(child), 0)
                prose += self._prose.get(id(child), 0)
                continue
            words = child.strip()
            if words and not is_furniture(words):
                own += len(words)
                prose += len(words) if _PROSE.search(words) else 0
        if element.tag == "a" and _leads_away(element.attributes.get("href", "")):
            own, linked, links, prose = 0, own, 1, 0
        self._own[id(element)] = own
        self._linked[id(element)] = linked
        self._links[id(element)] = links
        self._prose[id(element)] = prose


def find_content(body: Element) -> Element:
    """The element that holds the article; furniture inside it is pruned."""
    _prune(body, Scores(body))
    scores = Scores(body)
    content = _descend(body, scores)
    for element in content.descendants():
        if (
            _CONTENT_NAMES.search(element.names)
            and scores.own(element) >= 0.85 * scores.own(content)
            and scores.prose(element) >= 0.98 * scores.prose(content)
        ):
            return element
    return content


def is_furniture(line: str) -> bool:
    """Whether a whole line belongs to the page, not to the article (上一篇, 扫一扫, 版权所有)."""
    return len(line) <= _LONGEST_FURNITURE and _FURNITURE_LINE.match(line.strip()) is not None


def _prune(body: Element, scores: Scores) -> None:
    for element in body.descendants():
        if element is body or element.tag in ("a", "td", "tr", "tbody"):
            continue
        own = scores.own(element)
        named = _FURNITURE_NAMES.search(element.names) and not _CONTENT_NAMES.search(element.names)
        if (named and own < min(400, 0.1 * scores.total)) or (
            own < 0.05 * scores.total and scores.is_list_of_links(element)
        ):
            element.pruned = True


def _descend(body: Element, scores: Scores) -> Element:
    """Inward as long as one child holds the article and the others only lead up to it."""
    content = body
    while True:
        children = list(content.elements)
        best = max(children, key=scores.own, default=None)
        if best is None or best.tag not in _CONTAINERS:
            return content
        loose = sum(len(words.strip()) for words in content.children if isinstance(words, str))
        at = children.index(best)
        before = sum(scores.own(child) for child in children[:at])
        prose = sum(scores.prose(child) for child in children[:at])
        after = sum(scores.own(child) for child in children[at + 1 :])
        # What follows may be a table or the attachments; only what goes before, the title
        # and the dates, is found again by other means.
        if loose or after or prose or before > min(_LONGEST_LEAD, scores.own(best)):
            return content
        content = best


def _leads_away(href: str) -> bool:
    """Whether a link goes to another page rather than to an attachment or a place on this one."""
    return bool(href) and not href.startswith("#") and not _ATTACHED.search(href)
