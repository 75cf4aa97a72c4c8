"""What one clause says of projects: the verb that governs it, the stage, the names."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from guatu.ledger.records import Stage
from guatu.reading.extractors.projects.lists import names_in
from guatu.reading.extractors.projects.marks import Marks
from guatu.reading.extractors.projects.names import INITIAL, evidence_of
from guatu.reading.extractors.projects.parts import Name, phrase_stage
from guatu.reading.extractors.projects.words import before_adverbs, wordbook
from guatu.text.rare import Rare

CLAUSE = re.compile(
    r"(?:[^,;:。!?\n\t(“《]++"
    r"|\([^()\n]{0,80}+(?:\([^()\n]{0,40}+\)[^()\n]{0,80}+){0,3}+\)"
    r"|“[^”\n]{0,40}+”|《[^》\n]{0,80}+》|[(“《])++"
)
_DUTY_NOTE = re.compile(r"\([^()]{0,80}(?:牵头|负责|配合|责任|参与|分工)[^()]{0,30}\)$")
LABEL = re.compile(
    r"(?:[0-9一二三四五六七八九十]{1,2}[是、.])?(?:20[0-9]{2}年)?"
    r"(?:[一二三四]季度|[上下]半年|年内|年底前|[0-9]{1,2}月(?:底|末)?前?|计划|拟)?"
    r"(?P<label>续建|在建|新建|新开工|计划开工|拟开工|开工|前期|储备|谋划|竣工|投产|建成|完工|收尾)"
    r"(?:类|的)?(?:重大|重点)?(?:建设)?(?:项目|工程)?"
    r"(?:[0-9]{1,3}[个项])?(?:\([^()]{0,20}\))?"
)
LABELS: dict[str, Stage] = {
    "续建": "build", "在建": "build", "新建": "start", "新开工": "start", "计划开工": "start",
    "拟开工": "start", "开工": "start", "前期": "prepare", "储备": "plan", "谋划": "plan",
    "竣工": "finish", "投产": "finish", "建成": "finish", "完工": "finish", "收尾": "finish",
}  # fmt: skip
LABEL_WORD = Rare("|".join(sorted(LABELS, key=len, reverse=True)))
_EXAMPLE_ROLE = re.compile(r"(?:为|作为)(?P<role>重点|代表|核心|引领|龙头|抓手|牵引)")
_BEFORE_WORKS = Rare(
    r"可研|立项|选址|报批|前期|核准|审批|招标|招投标|初步设计|规划|列入|落户|获批|签约"
)
_STARTS = Rare(r"开工|动工|启动|开建")
_ENDS = Rare(
    r"竣工|投产|投用|通车|建成|完工|验收|交付|投运|投入(?:使用|运营)|通线|闭库|试产|试生产|开业|开园"
)
# A class of projects before its list: 1.电源项目:, ——芯屏工程:.
CLASS_LABEL = Rare(
    r"\s*(?:\(?[0-9]{1,2}[.、)]|[-·●■◆]+)?\s*[\u4e00-\u9fff]{2,10}(?:项目|工程|类|方面|领域)?\s*"
)
_OTHERS = ("支持", "鼓励", "引导", "指导")
_INSTITUTION = ("大学", "学院", "医院", "学校", "中学", "公司", "研究院", "实验室", "机场", "集团")


class _Reading(NamedTuple):
    """What one clause says: the names in it and the stage its verb gives them."""

    names: tuple[Name, ...]
    stage: Stage


_NOTHING = _Reading((), "build")


def read_clause(
    marks: Marks, start: int, end: int, label: Stage | None, listed: str = "label"
) -> _Reading:
    """Names and stage of one clause.

    ``label`` is the stage that a label before it gives (续建项目:), ``listed`` the mode in which
    ``names_in`` reads the list behind it: ``box`` in a box of projects, where a name needs no
    proper noun, ``told`` in sentences under the heading of a class, ``class`` behind a class of
    works (数字工程:), of which a single facility needs none once it is built, begun or planned.
    """
    words, norm = wordbook(), marks.norm
    while end > start and norm[end - 1] in " \r":
        end -= 1
    if norm[end - 1] == ")" and (note := _DUTY_NOTE.search(norm, max(start, end - 120), end)):
        end = note.start()
    if end - start < 4:
        return _NOTHING
    if (
        norm.find("为", start, end) >= 0
        and (role := _EXAMPLE_ROLE.search(norm, start, end))
        and (names := _examples(marks, start, role.start(), role["role"]))
    ):
        return _Reading(names, "build")
    body = start
    if norm[start] in words.lead_heads or norm.find("方面", start, start + 8) > 0:
        lead = words.lead.match(norm, start, end)
        body = lead.end() if lead else start
    verb = words.closings.at(norm, body, end)
    if verb and norm.startswith(_OTHERS, body):
        body += 2  # 支持甲项目加快建设: the project itself
    phrase = _governing(marks, start, body, end, at_head=bool(verb))
    if verb and (phrase is None or phrase[1] <= end - len(verb)):
        first = phrase[1] if phrase else body
        stage = _closing_stage(verb, norm[start:end])
        stop = before_adverbs(norm, first, end - len(verb))
        names = names_in(marks, first, stop, "none" if phrase else "before")
        if names and norm[stop - 1] == "、":
            # 甲中心2026年启动建设、2027年底投入运营: the last is what is to be.
            names = (*names[:-1], names[-1]._replace(stage=None, said_until=0))
        return _Reading(names, stage)
    if phrase is None and norm.startswith("支持", body) and norm.endswith("建设", body, end):
        phrase = (start, body + 2)  # 支持甲、乙建设: the works themselves
    if phrase is None:
        if label:
            return _Reading(names_in(marks, body, end, listed), label)
        return _told(marks, start, body, end)
    said = norm[phrase[0] : phrase[1]]
    if norm.endswith("布局", phrase[1], end) and phrase_stage(said) == "plan":
        end -= 2  # 研究甲、乙布局
    mode = "box" if listed == "box" else _mode(said)
    names = names_in(marks, phrase[1], end, mode)
    if listed == "class" and not names and (mode != "none" or phrase_stage(said) == "plan"):
        names = names_in(marks, phrase[1], end, "class")
    if not names:
        return _NOTHING if phrase[0] == start else _told(marks, start, body, end)
    return _Reading(names, _phrase_stage(norm[start : phrase[1]], said))


def _told(marks: Marks, start: int, body: int, end: int) -> _Reading:
    """What a clause says whose names come before what was done: 临青铁路完成轨道铺设."""
    words, norm = wordbook(), marks.norm
    for match in words.progress.finditer(norm, body + 3, end):
        at = match.start()
        if norm.count("(", body, at) != norm.count(")", body, at):
            continue
        at = before_adverbs(norm, body, at)
        names = names_in(marks, body, at, "told")
        if names:
            said = norm[at:end]
            return _Reading(names, progress_stage(norm[start : names[0].start] + said))
        return _NOTHING
    return _NOTHING


def told_names(marks: Marks, start: int, end: int) -> tuple[Name, ...]:
    """The names of a clause that has nothing else (甲、乙三个项目,6月底前一律开工)."""
    return names_in(marks, start, end, "told") if end - start > 3 else ()


def progress_stage(said: str) -> Stage:
    """The stage that words on a project's progress tell; what is merely being done is build."""
    if any(word in said for word in ("策划", "规划研究", "谋划", "研究论证")):
        return "plan"
    if _BEFORE_WORKS.search(said):
        return "prepare"
    if _STARTS.search(said):
        return "prepare" if any(hope in said for hope in wordbook().hopes) else "start"
    return "finish" if _ENDS.search(said) else "build"


def _examples(marks: Marks, start: int, end: int, role: str) -> tuple[Name, ...]:
    """The names of 以甲、乙为重点; institutions that are there already lead, but are not built."""
    norm = marks.norm
    at = norm.rfind("以", start, end)
    if at < 0:
        return ()
    names = tuple(
        name
        for name in names_in(marks, at + 1, end, "none")
        if name.built or evidence_of(norm[name.start : name.end]) >= INITIAL
    )
    if role not in ("重点", "代表"):
        return tuple(n for n in names if n.built or norm.endswith(("项目", "工程"), n.start, n.end))
    return tuple(n for n in names if n.built or not norm.endswith(_INSTITUTION, n.start, n.end))


def later_stage(norm: str, start: int, end: int) -> Stage | None:
    """The stage that a clause without names gives to the names before it (力争2023年建成投运)."""
    if end - start > 40:
        return None
    closing = wordbook().pure_closing
    last = end
    while last > start and norm[last - 1] in " \r":
        last -= 1
    if last == start or not wordbook().closings.at(norm, start, last):
        return None
    text = norm[start:end].strip()
    matches = [closing.match(part) for part in text.split("、")]
    match = matches[-1]
    # 甲厂2026年开工、2027年完工 names one itself.
    return _closing_stage(match["verb"], text) if match and all(matches) else None


def _closing_stage(verb: str, text: str) -> Stage:
    """The stage of a verb behind the names; what is only hoped to begin is being prepared."""
    words = wordbook()
    stage = words.closing_stages[verb]
    return "prepare" if stage == "start" and any(h in text for h in words.hopes) else stage


def _mode(said: str) -> str:
    """How far the verb alone shows that its object is a construction project."""
    if "打造" in said:
        return "loose"
    if any(verb in said for verb in ("开工", "续建", "新建", "扩建", "迁建")):
        return "sure"
    if "建成" in said or "完成" in said:
        return "built"
    return "none"


def _governing(
    marks: Marks, start: int, body: int, end: int, at_head: bool
) -> tuple[int, int] | None:
    """Where the first verb phrase with an object behind it begins and ends."""
    words, norm, verbs = wordbook(), marks.norm, marks.verbs
    if norm.startswith(_OTHERS, body):
        return None  # 支持甲县建设乙: somebody else's works
    i, reached = bisect_left(verbs, body), body
    while (at := verbs[i]) < end:
        i += 1
        if at < reached or (verb := words.verb.match(norm, at, end)) is None:
            continue
        reached = verb.end()
        leading = at == body
        if at_head and not leading:
            return None
        more = words.more.match(norm, at, end)
        stop = more.end() if more else reached
        if stop >= end or norm[stop] in "、)”》的和及与等":
            continue
        if norm[stop] == "后" and verb[0] in words.closing_stages:
            continue  # 开工后实行周例会
        if not leading and (verb[0] in words.shy or _held_back(norm, start, at)):
            continue
        return (start if leading else at), stop
    return None


def _held_back(norm: str, start: int, at: int) -> bool:
    """True for 支持建设, 探索建设 …: somebody else's works, or an intention."""
    return norm[max(start, at - 2) : at] in ("支持", "鼓励", "探索", "引导", "争创", "研究", "培育")


def _phrase_stage(before: str, phrase: str) -> Stage:
    """The stage of a verb phrase: 谋划推进 plan, 争取尽快启动 prepare, 确保建成 finish."""
    stage = phrase_stage(phrase)
    if stage in ("plan", "prepare", "finish"):
        return stage
    if any(hope in before for hope in wordbook().hopes):
        return "prepare"
    return stage or "build"
