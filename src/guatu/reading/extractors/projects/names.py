"""What makes words the name of one project (项目名称): its ending and how uncommon it is."""

from __future__ import annotations

import re
from functools import lru_cache

from guatu.reading.extractors.projects.words import Endings, Wordbook, wordbook
from guatu.text.rare import Rare

LONGEST_NAME = 48
# How surely words name one thing: an uncommon word somewhere, one at the start, the form of a name.
INNER, INITIAL, FORMAL = 1, 2, 3
_FORM = re.compile(
    r"[GSXYC][0-9]{1,4}|[0-9]{2,4}(?:国道|省道|县道)|[0-9一二三四五六七八九十]号线|[0-9]{2,4}千伏|LNG"
    r"|(?:大道|大街|(?<![公铁道])路)(?:[东西南北中]段|[东西南北]延|[一二三四五]期)"
    r"|[\u4e00-\u9fff](?:[东西南北]|[一二三四五六七八九十]号)路$"
    r"|^国家(?!级)[^、]{6,24}(?:中心|实验室|博物馆|节点)$"
    r"|^引[\u4e00-\u9fff]{1,3}[入济补][\u4e00-\u9fff]{1,3}(?:工程|项目|[一二三]期|$)"
    r"|(?:国家|[省市县区]级?)[\u4e00-\u9fff]{0,8}(?:调度|指挥|质检|检验检测|救援|会展|青少年活动)中心$"
    r"|(?:年产|日产|[0-9]万?(?:吨|千瓦|兆瓦|头|只|套|台|辆|平方米|立方米))(?!级).{2,40}(?:项目|工程|生产线|期)$"
    r"|^[市县区州省](?:人民医院|委党校|政务(?!服务)|民族(?!事))|^[市县区]?[一二三四五六七八九十]{1,2}[中小]$"
    r"|第[一二三四五六七八九十]{1,2}(?:人民|医|中|小|实验|幼|初|高|职|水|污|自|净|热|社会|福利|敬老)"
    r"|^(?:市|县|区|州|省|自治区)(?:直|本级)?"
    r"(?![级域县区市场政民内外辖际容集乡道城镇、和及块间人委府直长])[\u4e00-\u9fff]"
)
# One of these stands in whatever has such a form.
_FORMAL_CHARS = frozenset(
    "GSXYC道号街路伏L引国产吨千兆头只套台辆米党医人政民第市县区州省自一二三四五六七八九十"
)
_LINK = Rare(r"(?<=[\u4e00-\u9fff]{2})[至-](?=[\u4e00-\u9fff]{2})")
_PHASE = re.compile(r"[一二三四五六0-9]期|PPP项目|\(.期\)")
# A place that the plan's readers know, and one thing there: 老城区…改造工程, 西部…发电厂.
_LOCATED = re.compile(
    r"(?:老城|主城|中心城|[城东西南北]|县)[东西南北中区部城]|[江河湖][东西南北](?!水|调)|沿[江河湖海]|滨[江河湖海]|环[湖库山城]"
    r"|(?:高新|经开|开发|化工园|新|园|港|库)区|大学城|高铁站|火车站|机场|口岸"
)
_ONE_THING = Rare(
    r"(?:厂|(?<!电)站|公园|大桥|医院|隧道|[业流]园|公寓|综合体|码头|枢纽|廊道|(?:备用|应急|过江|跨海)通道|水库|水厂|[试业]基地|管廊(?:\(.{1,10}\))?|水源地)"
    r"(?:(?:提标|升级|扩能|扩容)?(?:改造|扩建|改扩建|迁建|建设|新建)|提质扩容|扩容提质|提质升级|[一二三]期)?"
    r"(?:工程|项目)?$"
)
_SECTION = Rare(
    r"(?:路|铁|速|道|线|航道|管道|天然气|渠)[\u4e00-\u9fff]{2,8}(?<![路地])段(?:工程)?$"
)
_PLACE_SUFFIXES = frozenset("市县区镇乡州旗江河湖溪山岛湾峡港洲岭")
_PLACE_ENDS = _PLACE_SUFFIXES | {"村", "街"}
_SIZES = frozenset(("大型", "中型", "小型", "大中型", "中小型"))
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_BAD = re.compile(
    r"^每|^(?:剩余|其余|其他|现有|既有|存量|所有)|^(?:激发|调动|发挥|增强|规范|拓展|开拓|繁荣|激活|做强|做大|做优|壮大|提振|释放|促进|保障|强化|优化|服务|深化|各|对|把|将(?!军)|使|让)"
    r"|未改|的|体系|机制|制度|政策|行动|计划|活动(?!中心)|创建|改革|办法|方案|意见|战略|水平|能力$|产业链|转型升级|转变|作用"
    r"|事业|领域|方面|环节|问题|需求|地位|优势|标准$|服务$|开放$|成为|达到|至少|最[美优强大高]|之[城都乡]|整合|融入"
    r"|健全|构筑|构建|形成|织密|纳入|申报|探索|引导|鼓励|支持|实现|争创|成立|引进|建立|加强|面向|围绕|依托|情况|关系|模式|品牌|标杆"
    r"|人才(?!公寓|公园|大厦|小镇|社区|港)|资金|鉴定$|评[估价]$|行业|群众|棚户区|目标|支撑|标志性|战略性|[百千万]亿?级|以[上下内](?![0-9])|^以|为[主基依支]|[\"]"
    r"|[三四五六七八九十0-9]大|[0-9一二两三四五六七八九十]余?(?:[个座条所处家项]|公里|万?平方米|万?亩)$|^(?:项目|工程)?[一二三四五六]期(?:工程|项目)?$|^[0-9一二三四]{1,2}[号#](?:机组|楼|井|机)|^(?:前期|新开工|在建|竣工|续建|储备|收尾)项目$|^[^“]{0,4}“[^”]{1,16}”(?:工程|行动)$"
)
_QUANTITY = re.compile(
    r"一批|若干|多个|各类|[一两二三四五六七八九十][座条个所处家]"
    r"|[0-9][0-9.]{0,8}(?:-[0-9.]{1,8})?[万亿]?余?[个座条所处家张套户亩口台辆批项大]|[0-9][0-9.]{0,8}公里"
)
# Headings of boxes, what must not be done, whom or what works serve.
_NO_NAME = ("专栏", "专 栏", "附表", "附件", "不同步", "不得", "不予", "不再", "惠及", "受益")
AWARDED = re.compile(r"(?:国家|省|市)级.{0,12}(?:园区|示范[区园]|高新区|度假区|开发区|基地|平台)$")


@lru_cache(maxsize=4096)
def is_refused(text: str) -> bool:
    """True for what is a class of things, a programme or a document rather than a name."""
    if not text or text[0] in ")”》" or text[-1] in "(“《":
        return True
    if (text[0] == "《" and text[-1] == "》") or text.startswith(_NO_NAME):
        return True
    return _QUANTITY.match(text) is not None or _BAD.search(_unbracketed(text)) is not None


@lru_cache(maxsize=4096)
def ending_of(text: str) -> str:
    """What a name ends with: ``works`` (a facility), ``action``, ``generic`` (项目), ``none``."""
    words = wordbook()
    text = _unbracketed(text)
    if text.endswith("”"):
        text = text[:-1]
    generic = text.endswith(("项目", "工程", "试点"))
    base = _unbracketed(text[:-2].removesuffix("建设")) if generic else text
    kind = word_at_end(base, words.names)
    if kind == "works" and not (generic and base.endswith(words.wide)):
        return "works"
    if "千伏" in text and text.endswith("变"):
        return "works"
    if generic:
        return "generic"
    if kind == "action" and not generic:
        # 某产业园提质扩容: what is done to one facility.
        done = words.names.at(base, 0, len(base))
        facility = base[: len(base) - len(done)]
        if word_at_end(facility, words.names) == "works" and not facility.endswith(words.wide):
            return "works"
    return "action" if kind or _PHASE.search(text[-4:]) else "none"


def _unbracketed(text: str) -> str:
    """The text without the bracket that closes it: 青川机场改扩建工程(民用部分)."""
    return text[: text.index("(")] if text.endswith(")") and "(" in text else text


def word_at_end(text: str, endings: Endings) -> str:
    """What the longest known word at the end means; nothing for the end of a common word."""
    word = endings.at(text, 0, len(text)) if text else ""
    longer = 4 if len(word) > 1 else 2
    if len(word) < longer <= len(text) and text[-longer:] in wordbook().common:
        longest = text[-longer:]
        return endings.meaning.get(longest, "") if word else ""
    return endings.meaning[word] if word else ""


@lru_cache(maxsize=4096)
def evidence_of(text: str) -> int:
    """How surely the words name one thing, see ``INNER``, ``INITIAL``, ``FORMAL``."""
    if clear := clear_evidence_of(text):
        return clear
    return INNER if _has_uncommon(text, wordbook()) else 0


@lru_cache(maxsize=4096)
def clear_evidence_of(text: str) -> int:
    """As ``evidence_of``, but 0 for ``INNER`` unless that is free: many times as fast."""
    words = wordbook()
    opening = _common_at(text, 0)
    if _placed(text, opening, words):
        return FORMAL
    if not _FORMAL_CHARS.isdisjoint(text) and (
        _FORM.search(text) or (text[-1] == ")" and _FORM.search(_unbracketed(text)))
    ):
        return FORMAL
    if ("至" in text or "-" in text) and _LINK.search(text):
        return FORMAL
    if "”" in text:
        behind = text.rpartition("”")[2]
        if behind in words.works and behind not in words.wide:
            return FORMAL
    best = 0
    if not opening or not text[:3].isalnum():
        for run in _RUN.finditer(text, 0, LONGEST_NAME):
            if run.start() > 2:
                break
            best = max(best, _run_evidence(run[0], True, words))
    if ("期" in text or "PPP" in text) and _PHASE.search(text):
        return FORMAL if best >= INITIAL else INITIAL
    if "段" in text and _SECTION.search(text):
        return FORMAL if best or _has_uncommon(text, words) else 0
    if best < INITIAL and len(text) >= 7 and _LOCATED.match(text):
        single = _ONE_THING.search(text) or (len(text) >= 9 and text.endswith(("工程", "项目")))
        return INITIAL if single else best
    return best


def _has_uncommon(text: str, words: Wordbook) -> bool:
    """Whether an uncommon word stands anywhere in the text."""
    return any(_run_evidence(r[0], False, words) for r in _RUN.finditer(text, 0, LONGEST_NAME))


def _placed(text: str, opening: int, words: Wordbook) -> bool:
    """Whether the text begins with a place: 临江…, 青川县…, 澜江….

    ``opening`` is the length of the common word that begins the text.
    """
    places = words.places
    if (
        text[:2] in places or text[1:3] in places or text[2:4] in places or text[3:5] in places
        or text[4:6] in places or text[5:7] in places or text[:3] in places or text[:4] in places
    ):  # fmt: skip
        return True
    if opening or _PLACE_ENDS.isdisjoint(text[1:5]):
        return False
    for size in range(1, min(5, len(text))):
        if text[size] in _PLACE_SUFFIXES:
            stem = text[:size]
            if stem in words.not_stems or stem[-1] in words.not_stems:
                continue
            if not _common_at(text, size - 1):
                return True
        elif size > 1 and (text[size] == "村" or text.startswith("街道", size)):
            common = _common_at(text, size - 1) or _common_at(text, size - 2)
            if not common and _uncommon(text[:size]):
                return True
    return False


def _run_evidence(run: str, first: bool, words: Wordbook) -> int:
    """What the first uncommon stretch of a run of characters is worth: later ones add nothing."""
    common, sizes_of, length = words.common, words.common_sizes, len(run)
    at = begun = 0
    while at < length:
        for size in sizes_of.get(run[at], ()):
            if run[at : at + size] in common:
                break
        else:
            at += 1
            continue
        if at - begun > 1 and _uncommon(run[begun:at]):
            if not first or begun:
                return INNER
            if run[at : at + size] in _SIZES:  # 甲中型灌区
                at += size
                size = _common_at(run, at) if at < length else 0
            facility = words.names.at(run, at, min(at + size, length))
            follows = words.names.meaning.get(facility) == "works" and facility not in words.wide
            return FORMAL if follows else INITIAL
        begun = at = at + size
    if length - begun > 1 and _uncommon(run[begun:]):
        return INITIAL if first and not begun else INNER
    return 0


def _uncommon(stretch: str) -> bool:
    words = wordbook()
    if len(stretch) < 2 or stretch.isascii():
        return False
    return not all(c in words.singles or c.isascii() for c in stretch)


def _common_at(run: str, at: int) -> int:
    """Length of the longest common word that stands at ``at``, 0 if none."""
    words = wordbook()
    for size in words.common_sizes.get(run[at], ()):
        if at + size <= len(run) and run[at : at + size] in words.common:
            return size
    return 0
