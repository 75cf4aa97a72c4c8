"""Whether a figure rises or falls (变化), and whether it is target, fact or total (种类)."""

from __future__ import annotations

import re
from datetime import date

from guatu.ledger.records import Change, TargetKind
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.extractors.targets.place import (
    BASIS_BEHIND,
    FROM_TO,
    OWN_VERB,
    TO,
    Last,
    Place,
    Reader,
)
from guatu.reading.extractors.targets.subjects import Left, verb_of
from guatu.reading.extractors.targets.timing import Timing
from guatu.reading.extractors.targets.words import (
    DELIVERED,
    PAST,
)
from guatu.reading.material import Material
from guatu.reading.outline import Sentence
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare
from guatu.text.span import Span

_RISING = re.compile(
    r"(?:新增|净增|增设|扩种)(?![和、及](?!恢复|改善)|的|建设用地|专项债|地方政府|债务)|(?:每年|年均)(?:扩大|增加|增长|提高)|扩大[\u4e00-\u9fff]{0,4}投资"
    r"|(?:^|[,;、\s年])(?:累计|再|力争|争取|预计)*增加(?![和、及到至])"
)
_FALLING = re.compile(
    r"(?:^|[,;、\s年])(?:累计|再|力争|争取|预计)*(?:压减|减少|削减|调减|缩减)(?![和、及到至])"
)
_TOTAL_NOUN = re.compile(
    r"(?:(?:重大|重点|补短板|攻坚|支撑|主要)[\u4e00-\u9fff]{0,12}?)?(?:工程|项目|行动|举措|事项)$"
)
_TOTAL_VERB = Rare(r"(?:共|总共|共计|谋划|安排|梳理|推进|实施)[\u4e00-\u9fff]{0,16}$")
_IN_ALL = Rare(r"[共总]")
_TOTAL_SECTION = re.compile(r"总体|思路|思想|要求|目标|原则")
_WHOLE_MONEY = re.compile(r"(?:总投资|[概估匡]算投资)[约达为]{0,2}(?:共计)?$")
_SINCE = re.compile(r"\s*(?:[一二三四五六七八九十两几0-9近]{1,2}年来|[^,;。:]{2,12}以来,)")
_NOW = re.compile(
    r"\s*(?:目前|截至|截止|近年来|现阶段|当前"
    r"|经(?:初步|全面|逐一|实地|前期)?(?:摸底|摸排|排查|普查|统计|调查|核查|核实|清查|梳理))"
)
_EXISTS = re.compile(r"\s*(?:现有|现存|现状为)")
# 共有…286个: what is there, but for the plan's own projects and tasks.
_THERE_ARE = re.compile(r"(?<!具)(?:共|现|总共)有$")
_IS_THERE = re.compile(r"[^。;]{0,4},(?:是|为|属于|位于)")
_ABOUT = re.compile(r"(?:约占|大约占|平均占|一般在|平均在|一般为)")
# 以每年2个百分点的速度增长
_AT_A_RATE = re.compile(
    r"的?(?:年均)?(?:速度|增速|幅度|速率)(增长|提升|提高|递增|上升|下降|递减|降低)"
)
_RISES = frozenset(["增长", "提升", "提高", "递增", "上升"])


def change_of(
    norm: str,
    q: Quantity,
    left: Left,
    place: Place,
    spans: tuple[Span, ...],
    last: Last | None,
    layout: Layout,
) -> Change:
    """Whether the figure rises by the number (升), falls by it (降) or is the number itself."""
    if q.unit == "番":
        return "increase"
    for role, word in zip(left.roles, left.words, strict=True):
        if role == "deliver" and word in ("新增", "增加", "扩大", "提升", "增设", "扩种", "扩繁"):
            return "increase"
        if role in ("increase", "decrease"):
            if word in ("增速", "增幅", "降幅"):
                return "level"
            return "increase" if role == "increase" else "decrease"
        if role in ("level", "deliver"):
            break
    speed = _AT_A_RATE.match(norm, q.outer_end, place.clause_end)
    if speed is not None:
        return "increase" if speed[1] in _RISES else "decrease"
    words = norm[place.start : q.outer_start]
    if verb_of(left) == "level" and left.words[0] not in DELIVERED:
        return "level"
    if _RISING.search(words):
        return "increase"
    if _FALLING.search("," + words):
        return "decrease"
    if last is None or last.change != "increase" or OWN_VERB.search(words):
        return "level"
    if (q.kind == "percent") != (last.quantity.kind == "percent"):
        return "level"  # 人均收入年均增长8%,到2028年突破2.4万元
    if spans == last.spans or norm[place.clause_start : place.clause_start + 2] == "其中":
        return last.change
    # 新增省级基地5个、孵化基地15个: the verb of the list governs all its members.
    kinds = ("count", "measure")
    same_list = layout.parts[place.clause] == last.part and (
        last.quantity.kind in kinds and q.kind in kinds
    )
    bare = norm[place.clause_start : q.outer_start].strip() == ""
    near = last.clause == place.clause or (last.clause == place.clause - 1 and bare)
    counted = verb_of(left) in (None, "deliver")
    return "increase" if same_list and near and counted else "level"


def kind_of(
    reader: Reader,
    sentence: Sentence,
    q: Quantity,
    place: Place,
    left: Left,
    spans: tuple[Span, ...],
    timing: Timing,
    last: Last | None,
) -> TargetKind:
    """A target (指标), a state reached before (事实) or the plan's own size (总数)."""
    material = reader.material
    norm, plan = material.outline.norm, material.plan
    begins = plan.start or (plan.issued.year if plan.issued else None)
    if begins is None and plan.end:
        begins = plan.end - 4  # plans look five years ahead at most
    future = False
    if timing.due_from in ("clause", "sentence") and timing.due and begins:
        if timing.due < date(begins, 1, 1):
            return "fact"
        future = timing.due >= date(begins, 12, 31)
    if _SINCE.match(norm, sentence.start, q.start):
        return "fact"
    led = norm[place.clause_start : q.outer_start]
    raised = bool(left.words) and left.words[0][-1] in "到至"
    if FROM_TO.search(led):
        if TO.match(norm, q.outer_end, place.clause_end) and not raised:
            return "fact"
        future = True
    if BASIS_BEHIND.match(norm, q.outer_end, place.clause_end):
        return "fact"
    if _EXISTS.match(norm, place.clause_start, q.start):
        return "fact"
    if not future and (
        _NOW.match(norm, sentence.start, q.start)
        or (
            _THERE_ARE.search(led) and not _TOTAL_NOUN.search(norm[spans[-1].start : spans[-1].end])
        )
    ):
        return "fact"
    stands = verb_of(left) is None and _IS_THERE.match(norm, q.outer_end, place.clause_end + 3)
    if stands or _ABOUT.search(norm, place.clause_start, q.start):
        return "fact"
    if _part_of_fact(norm, place, last) and timing.due_from != "clause":
        return "fact"
    if not future:
        if sentence.section >= 0 and reader.past[sentence.section]:
            return "fact"
        if PAST.search(norm, place.clause_start, q.start):
            return "fact"
        goes_on = last is not None and last.kind == "fact" and last.clause >= place.clause - 1
        if goes_on and not left.words and timing.due_from in (None, "section", "plan"):
            return "fact"  # 现有学校64所,在校生4万人
    return "total" if _is_total(norm, material, sentence, q, place, spans) else "target"


def _part_of_fact(norm: str, place: Place, last: Last | None) -> bool:
    """现有户厕2.6万座,其中无害化厕所9600座: a part of what is there."""
    near = last is not None and last.kind == "fact" and last.clause == place.clause - 1
    return near and norm.startswith("其中", place.clause_start)


def _is_total(
    norm: str,
    material: Material,
    sentence: Sentence,
    q: Quantity,
    place: Place,
    spans: tuple[Span, ...],
) -> bool:
    """18个重大工程, 总投资2140亿元 where the plan speaks of itself as a whole."""
    last = norm[spans[-1].start : spans[-1].end]
    if q.kind == "money" and _WHOLE_MONEY.search(norm[place.start : q.outer_start]):
        return True
    section = sentence.section
    led = norm[place.clause_start : q.outer_start]
    if section < 0 and not _IN_ALL.search(led):
        return False
    if section >= 0:
        title = material.outline.sections[section].title
        if not (section == 0 or _TOTAL_SECTION.search(title)):
            return False
    if norm[place.clause_start : place.clause_start + 2] == "全年":
        return False
    if q.kind != "count" or len(last) > 20 or not _TOTAL_NOUN.search(last):
        return False
    return _TOTAL_VERB.search(led) is not None
