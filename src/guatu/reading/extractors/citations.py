"""Documents a plan cites (引用文件): 《title》 with the number beside it.

The plan's own title is not a citation, nor are an alias (以下简称《纲要》), works of art or
newspapers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from guatu.ledger.records import Citation
from guatu.reading.lexicon import load
from guatu.reading.outline import Outline
from guatu.text.rare import Rare
from guatu.text.span import Span

_TITLE = re.compile(r"《(?P<title>[^《》]{1,160}+(?:《[^《》]{1,120}+》[^《》]{0,60}+){0,2})》")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_WORDS = load("citations")
# Behind the word for the kind of document: (试行), (2021—2025年), (2017本), 第二版, 2.0.
_DOCUMENT = re.compile(
    rf"(?:{_alternatives(_WORDS['endings'])})(?:\([^()]{{1,20}}\)|〔[^〔〕]{{1,12}}〕|[0-9.]{{1,4}}版?"
    r"|(?:\d{4}年?)?(?:修订|修正|试行|征求意见|送审|报批)?[版稿本])*$"
)
_NO_DOCUMENT = re.compile(rf"(?:{_alternatives(_WORDS['not_endings'])})$")
_SPACE = re.compile(r"\s+")

# ------------------------------------------------------------------ numbers
_STANDARD = (
    rf"(?:{_alternatives(_WORDS['standards'])})(?:[0-9]{{2}})?(?:/[A-Z]{{1,6}})?\s?"
    r"[0-9]{1,6}(?:\.[0-9]{1,3})?(?:\s?-\s?[0-9]{2,4})?"
)
_BRACKETED_YEAR = r"[〔(](?:19|20)[0-9]{2}[〕)]"
_ORDINAL = r"[0-9〇零一二三四五六七八九十百]{1,8}"
_OF_YEAR = r"(?:(?:19|20)[0-9]{2}年\s?)?"
_SERIAL = rf"{_BRACKETED_YEAR}\s?第?\s?[0-9]{{1,5}}(?:-[0-9]{{1,3}})?\s?号"
_CODE = rf"[\u4e00-\u9fffA-Za-z]{{1,14}}(?:\([\u4e00-\u9fff]{{1,4}}\))?\s?{_SERIAL}"
_ORDER = (
    rf"[\u4e00-\u9fff]{{0,24}}(?:令|公告)\s?{_OF_YEAR}第\s?{_ORDINAL}\s?号(?:令|公告)?"
    rf"|[\u4e00-\u9fff]{{0,20}}{_OF_YEAR}第\s?{_ORDINAL}\s?号(?:主席|国务院|总理)?(?:令|公告)?"
)
_NUMBER = re.compile(rf"{_CODE}|{_SERIAL}|{_ORDER}|{_STANDARD}")
_SERIAL_RE, _CODE_RE = Rare(_SERIAL), re.compile(_CODE)
_BEHIND = re.compile(
    r"[ \t]*(?:(?:等|的|中|规定的?|要求|[一二三]级){0,2}(?=[(〔]?[A-Z])|)[ \t]*"
    r"(?P<open>[(〔])?[ \t]*"
)
_BEFORE = Rare(
    rf"(?P<number>{_CODE}|{_SERIAL}|[\u4e00-\u9fff]{{0,14}}令\s?(?:[0-9]{{4}}年)?第\s?{_ORDINAL}\s?号"
    rf"|[\u4e00-\u9fff]{{0,14}}第\s?{_ORDINAL}\s?号令|{_STANDARD})"
    r"(?:文件?|号文件?)?(?:印发|发布|公布|下发)?的?[ \t,]*$"
)
# Words of the sentence that run on into the issuer's code: 根据国发〔2018〕42号.
_LEADING = Rare(
    r".*(?:根据|按照|依据|依照|落实|贯彻|执行|参照|遵照|结合|通过|符合|达到|关于|围绕|对照|印发|发布|公布"
    r"|(?:人民政府|办公[厅室]|委员会|国务院|党中央)(?=[\u4e00-\u9fff]{2,14}[〔(])|以及|我[省市县区]|[本全][省市县区](?=[\u4e00-\u9fff]{2})|[按和与及将](?=[\u4e00-\u9fff]{2}))"
)


def extract(outline: Outline) -> tuple[Citation, ...]:
    """The documents cited in the plan, in reading order, each time they are named."""
    norm = outline.norm
    titles = [match.span("title") for match in _TITLE.finditer(norm)]
    if not titles:
        return ()
    own = _own(outline, titles)
    return tuple(
        Citation(outline.quote(start, end), number)
        for start, end in titles
        if _squeezed(norm, start, end) not in own
        and ((number := _number(outline, start - 1, end + 1)) or _is_document(norm, start, end))
    )


def _squeezed(norm: str, start: int, end: int) -> str:
    """A title without spaces and line breaks, to compare it with others."""
    return _SPACE.sub("", norm[start:end])


def _is_document(norm: str, start: int, end: int) -> bool:
    title = _squeezed(norm, start, end).rstrip("》〉>")
    if title.startswith("关于"):
        return True
    return _DOCUMENT.search(title) is not None and _NO_DOCUMENT.search(title) is None


# ------------------------------------------------------------- the plan itself
_SENDS = Rare(
    r"(?:现将|现印发|现发布|现公布|制定了?本?|起草了?本?|拟定了?本?|编制了?本?|形成了?本?)[^《》。\n]{0,16}$"
)
_ALIAS = re.compile(r"(?:简称|统称|下称)[为:“]{0,2}$")
_OURSELVES = re.compile(r"(?<![基成资版文样课剧日标根书])本$")
_NOTICE = Rare(
    r"(?:关于|^|\n)[^《》。\n]{0,24}(?:印发|征求|公布|发布|下发|转发|批转|实施)[^《》。\n]{0,12}$"
)
_NOTICE_END = Rare(r"[^《》。,\n]{0,24}(?:通知|公告|函|通告|启事|决定|意见)")
_APPROVED = re.compile(
    r"\s*(?:\([^()]{0,30}\))?\s*(?:、《[^《》]{1,120}》)?(?:已|业|经|现)[^。\n]{0,60}(?:同意|审议|通过|批准|研究|印发)"
)
_ATTACHED = re.compile(r"附\s?件[^。\n]{0,12}$")
_NOW = Rare(r"[^。\n]{0,60}现(?:予)?(?:印发|发布|公布|征求|向社会)")


def _own(outline: Outline, titles: list[tuple[int, int]]) -> frozenset[str]:
    """Titles by which the document names itself, and aliases it defines for others."""
    norm = outline.norm
    heading = {_SPACE.sub("", line) for line in _title_lines(outline)}
    own: set[str] = set()
    sent_to = -1
    for start, end in titles:
        before = norm[max(0, start - 41) : start - 1]
        title = _squeezed(norm, start, end)
        named = bool(_ALIAS.search(before) or _OURSELVES.search(before)) or title in heading
        # 现将《A方案》《B方案》印发给你们: the second is sent out with the first.
        listed = sent_to >= 0 and not norm[sent_to : start - 1].strip("、和及 \n")
        if _in_front(outline, start) and (listed or _is_sent(norm, before, end + 1)):
            named, sent_to = True, end + 1
        if named:
            own.add(title)
    return frozenset(own)


def _in_front(outline: Outline, start: int) -> bool:
    return start < outline.body_start or start >= outline.body_end


def _is_sent(norm: str, before: str, behind: int) -> bool:
    """True where a letter sends out the title: 现将《…》印发给你们, 关于印发《…》的通知."""
    if _ATTACHED.search(before) or _APPROVED.match(norm, behind):
        return True
    if _SENDS.search(before):
        return "现将" in before or _NOW.match(norm, behind) is not None
    return _NOTICE.search(before) is not None and _NOTICE_END.match(norm, behind) is not None


def _title_lines(outline: Outline) -> Iterator[str]:
    """Lines above the body, singly and two or three together, since titles run over lines."""
    head = outline.norm[: min(outline.body_start, 4000)]
    lines = [line for line in head.split("\n") if line.strip() and "《" not in line][:60]
    for i in range(len(lines)):
        for many in (1, 2, 3):
            yield "".join(lines[i : i + many])


# ------------------------------------------------------------------- numbers
def _number(outline: Outline, start: int, end: int) -> str | None:
    """The number beside the title whose 《 and 》 enclose ``[start, end)``."""
    span = _number_behind(outline.norm, end) or _number_before(outline.norm, start)
    return outline.text[span.start : span.end].strip() if span else None


def _number_behind(norm: str, end: int) -> Span | None:
    """The number in the bracket behind a title, or right behind it."""
    behind = _BEHIND.match(norm, end)
    at = behind.end() if behind else end
    if behind is None or behind["open"] is None:
        return (
            _matched(_NUMBER.match(norm, at)) if norm[at : at + 1].isascii() else _serial(norm, at)
        )
    if behind["open"] == "〔" and (serial := _SERIAL_RE.match(norm, behind.start("open"))):
        return Span(*serial.span())
    limit = min(len(norm), at + 80)
    while at < limit:
        match = _NUMBER.match(norm, at, limit)
        if match:
            return _matched(match)
        stop = _PART.search(norm, at, limit)
        if stop is None or stop[0] in ")〕":
            return None
        at = stop.end()
    return None


_PART = Rare(r"[,;、:)〕 ]")


def _serial(norm: str, at: int) -> Span | None:
    """A 文号 without brackets right behind the title: 《…》国发〔2018〕42号."""
    return _matched(_CODE_RE.match(norm, at, at + 32))


def _number_before(norm: str, start: int) -> Span | None:
    """The number before a title: 根据国发〔2018〕42号《…》."""
    low = max(0, start - 40)
    low = max(low, norm.rfind("》", low, start) + 1, norm.rfind("。", low, start) + 1)
    window = norm[low:start]
    if not window or ("号" not in window and not window.rstrip()[-1:].isdigit()):
        return None
    match = _BEFORE.search(window)
    if match is None:
        return None
    leading = _LEADING.match(match["number"])
    skip = leading.end() if leading else 0
    return Span(low + match.start("number") + skip, low + match.end("number"))


def _matched(match: re.Match[str] | None) -> Span | None:
    return Span(*match.span()) if match else None
