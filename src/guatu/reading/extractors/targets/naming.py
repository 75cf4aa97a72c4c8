"""The words that name what a number counts (指标名称), chosen by the grammar of its clause."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guatu.reading.extractors.targets import subjects
from guatu.reading.extractors.targets.fallback import delivering
from guatu.reading.extractors.targets.place import BASIS_BEHIND, OWN_VERB, Last, Place
from guatu.reading.extractors.targets.subjects import Left, verb_of
from guatu.reading.extractors.targets.words import (
    CHANGES,
    DELIVER_WORD,
    DELIVERED,
    PREDICATE,
    WHOLE,
)
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare
from guatu.text.span import Span

_REACHING = frozenset(["覆盖", "支持", "占"])
_THRESHOLD_ALONE = re.compile(r"超?[0-9.]*[百千万亿]*元(?:及?以上|以下)?")
_OF_A_WHOLE = re.compile(r"不(?:低于|少于|超过|高于)[^,;。]{2,16}的$")
_COMPARED = frozenset(["倍", "个百分点", "百分点"])
_COMPARISON = Rare(
    r"(?:达到?|相当于|高于|高出|低于|快于|提高到|提升至|为|是|超过)[^,;。、]{2,16}"
    r"(?:的|水平|平均|均值|全[国省市县区]|增速|增幅)$"
)
_TREATMENT = re.compile(
    r"[\u4e00-\u9fff]{2,14}(?:改造|治理|整治|建设|升级|更新|修缮|搬迁|提升|加固|修复|处理|处置)"
)
_BECOMES = re.compile(r"(?:培育|建设|打造|创建|发展|提升|建|转型|评定|认定)(?:成为|成|为)")


def subject_of(
    norm: str,
    q: Quantity,
    left: Left,
    right_start: int,
    right: str,
    place: Place,
    last: Last | None,
    earlier: Mapping[str, Last],
) -> tuple[tuple[Span, ...], Span | None]:
    """The spans that name what is counted, and the scope they are limited to."""
    share = q.kind == "percent" or (q.kind == "bare" and q.value < 1 and right.startswith("的"))
    verb = verb_of(left)
    predicated = verb in ("level", "increase", "decrease")
    if q.kind == "percent" and (far := _OF_A_WHOLE.search(norm, place.start, q.outer_start)):
        # 交流轮岗教师不低于符合条件教师的10%
        whole = subjects.named_before(norm, place.start, far.start(), predicated=True)
        if whole.end - whole.start >= 2:
            return (whole,), None
    if q.unit in _COMPARED and not predicated:
        # 增速达到全省平均水平的1.2倍, 增速高于全省平均水平2个百分点
        compared = _COMPARISON.search(norm, place.start, q.outer_start)
        if compared is not None:
            whole = subjects.named_before(norm, place.start, compared.start(), predicated=True)
            if whole.end - whole.start >= 2:
                return (whole,), None
    before = subjects.named_before(norm, left.start, left.end, predicated=predicated)
    named = norm[before.start : before.end]
    basis = BASIS_BEHIND.match(norm, q.outer_end, place.clause_end)
    if basis is not None and right:
        stop = max(right_start, norm.find("基", right_start, basis.end()))
        behind = subjects.trimmed(norm, right_start, stop)
        if behind.end - behind.start >= 2:
            return (behind,), None  # 在现有12个特色小镇的基础上
    if right.startswith("的"):
        right, right_start = right[1:], right_start + 1
    becomes = _BECOMES.match(right)
    if becomes and not share:
        start = right_start + becomes.end()
        return (subjects.named_behind(norm, start, place.end, share=False),), None
    is_verb = bool(right) and (PREDICATE.match(right) or CHANGES.match(right)) is not None
    listed = place.end < place.clause_end
    if right and not is_verb:
        strict = predicated and left.words[0] not in DELIVERED
        if not (strict and len(named) >= 3 and not subjects.is_place(norm, before)):
            end = place.end if place.end > right_start else place.clause_end
            behind = subjects.named_behind(norm, right_start, end, share=share, listed=listed)
            if named.endswith(("规模", "总量", "总额", "面积", "投资", "资金", "里程")) and (
                subjects.is_general(named) and not share
            ):
                return (behind, before), None  # 总规模50亿元的发展基金
            if share and named and left.words and left.words[0] in _REACHING:
                # 电商服务站点覆盖80%以上的行政村: the verb ties the two.
                end = norm.find(left.words[0], left.end, q.outer_start) + len(left.words[0])
                return (Span(before.start, max(before.end, end)), behind), None
            if behind.end - behind.start >= 2:
                return _behind(norm, before, named, behind, share)
            if share and behind.end > behind.start and named:
                return (before, behind), None
    if last is not None and _same_of(norm, before, q, last.quantity, place, predicated=predicated):
        if named.endswith("级") and q.kind == "count":
            return (before, *(s for s in last.spans if norm[s.end - 1] != "级")), None
        return last.spans, before
    if not predicated and verb == "deliver" and left.end - left.start >= 2:
        # 国家储备林建设45万亩: the verb closes the name where nothing follows the number.
        whole = subjects.named_before(norm, left.start, _verb_end(norm, left, q), predicated=False)
        if whole.end - whole.start > before.end - before.start >= 2:
            before, named = whole, norm[whole.start : whole.end]
    if is_verb and not named and (delivered := delivering(norm, q, left)) is not None:
        # 每年安排3000万元用于基础研究
        behind = subjects.named_behind(norm, right_start, place.end, share=True)
        return (delivered, behind), None
    # 其中10亿元以上8个
    if last is not None and _THRESHOLD_ALONE.fullmatch(named):
        stop = before.end + 2 * norm.startswith(("以上", "以下"), before.end)
        return (Span(before.start, stop), *earlier.get(q.unit, last).spans), None
    if subjects.is_general(named) or (is_verb and not named):
        return _joined(norm, before, named, right_start, is_verb, place, last), None
    if share and is_verb and not predicated and not CHANGES.fullmatch(right):
        behind = subjects.named_behind(norm, right_start, place.end, share=True)
        return (before, behind), None
    if (
        predicated
        and last is not None
        and last.quantity.unit == q.unit
        and last.clause >= place.clause - 1
    ):
        return subjects.with_tail(norm, last.spans, before), None
    return (before,) if len(named) >= 2 else (), None


def _same_of(
    norm: str, before: Span, q: Quantity, earlier: Quantity, place: Place, *, predicated: bool
) -> bool:
    """省级不低于90%,市、县级不低于70%: the same figure of another part."""
    if q.kind != earlier.kind or q.unit != earlier.unit:
        return False
    led = norm[before.start - 3 : before.start].rstrip(":").endswith("其中") or (
        earlier.outer_end < before.start < earlier.outer_end + 3
    )
    said = predicated or q.comparator != "eq" or led
    if DELIVER_WORD.fullmatch(norm, place.start, before.start):
        return False  # 建成民宿集聚区15个以上
    return said and subjects.is_place(norm, before)


def _joined(
    norm: str,
    before: Span,
    named: str,
    right_start: int,
    is_verb: bool,
    place: Place,
    last: Last | None,
) -> tuple[Span, ...]:
    """A subject too general to stand alone, joined with the one before; () without one."""
    if last is None:
        return ()
    verb = Span(before.start - 2, before.end)
    if norm[verb.start : verb.end] == "完成投资":
        near = last.clause >= place.clause - 1 and last.quantity.kind == "count"
        short = sum(b - a for a, b in last.spans) <= 10
        return (*last.spans, verb) if near and short else (verb,)
    if named and last.clause >= place.clause - 2:
        joined = subjects.with_base(norm, last.spans, before)
        if len(joined) > 1 or joined == last.spans:
            return joined
    if is_verb:
        return (*last.spans, subjects.named_behind(norm, right_start, place.end, share=True))
    return ()


def _verb_end(norm: str, left: Left, q: Quantity) -> int:
    """Behind the delivering verb that follows the noun phrase: 储备林建设|110万亩."""
    if left.roles and left.roles[-1] == "deliver":
        return norm.find(left.words[-1], left.end, q.outer_start) + len(left.words[-1])
    return left.end


def _behind(
    norm: str, before: Span, named: str, behind: Span, share: bool
) -> tuple[tuple[Span, ...], Span | None]:
    if not named or named in WHOLE:
        return (behind,), None
    if subjects.is_place(norm, before):
        return (behind,), before
    if share and len(named) <= 24:
        return (before, behind), None
    return (behind,), None


def with_treatment(
    norm: str, q: Quantity, spans: tuple[Span, ...], behind: Quantity | None, clause_end: int
) -> tuple[Span, ...]:
    """完成6家印染企业、3家造纸企业废水治理: what is done to the last is done to all."""
    name = spans[-1]
    listed = behind is not None and behind.unit == q.unit and name.start >= q.end
    if behind is None or not listed or behind.outer_start - name.end != 1:
        return spans
    kind = norm[name.end - 2 : name.end]
    at = norm.find(kind, behind.outer_end, clause_end)
    if at < 0 or _TREATMENT.fullmatch(norm, at + 2, clause_end) is None:
        return spans
    return (*spans, Span(at + 2, clause_end))


def _lists_on(norm: str, q: Quantity, place: Place, left: Left, last: Last) -> bool:
    """每年创建标杆县1个,示范乡镇6个: the list goes on behind a comma."""
    return (
        last.clause == place.clause - 1
        and norm[place.clause_start - 1] == ","
        and q.kind in ("count", "measure")
        and q.outer_end >= place.end
        and q.comparator == "eq"
        and OWN_VERB.search(norm, place.clause_start, q.start) is None
        and not norm.startswith(("累计", "共", "其中", "总"), place.clause_start)
    )


def with_year(
    norm: str, q: Quantity, place: Place, left: Left, spans: tuple[Span, ...], last: Last | None
) -> tuple[Span, ...]:
    """每年 and 年均 stay in the subject, with the verb that follows them."""
    if not spans:
        return spans
    if (
        last is not None
        and not left.words
        and spans[-1] != last.spans[-1]
        and norm.startswith("每年", last.spans[0].start)
        and (last.clause == place.clause or _lists_on(norm, q, place, left, last))
    ):
        # 每年创建示范村30个、示范镇5个: the verb governs the list.
        start = last.spans[0].start
        led = DELIVER_WORD.match(norm, start + 2, last.spans[0].end)
        return (Span(start, led.end() if led else start + 2), *spans)
    end = q.outer_start
    for role, said in zip(left.roles, left.words, strict=True):
        if role not in ("level", "adverb") or not norm.endswith(said, 0, end) or "年" in said:
            break
        end -= len(said)
    for word in ("每年", "年均"):
        at = norm.rfind(word, place.start, q.outer_start)
        if at < 0:
            continue
        verb = subjects.trimmed(norm, at, max(end, at + 2))
        if spans[0].start >= q.end:
            return (verb, *spans)
        if spans[-1].end <= at:
            return (*spans, verb) if norm[verb.start : verb.end] != word else spans
        if at < spans[0].start < q.start <= spans[-1].start:
            return (Span(at, spans[0].end), *spans[1:])
        if at < spans[0].start and spans[-1].end <= q.start:
            return (Span(at, spans[-1].end),)
    return spans
