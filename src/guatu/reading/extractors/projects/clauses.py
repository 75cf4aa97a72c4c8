"""What one clause says of projects: the verb that governs it, the stage, the names."""

from __future__ import annotations

import re
from typing import NamedTuple

from guatu.ledger.records import Stage
from guatu.reading.extractors.projects.lists import Name, names_in
from guatu.reading.extractors.projects.words import wordbook

CLAUSE = re.compile(
    r"(?:[^,;:。!?\n\t(“《]++"
    r"|\([^()\n]{0,80}+(?:\([^()\n]{0,40}+\)[^()\n]{0,80}+){0,3}+\)"
    r"|“[^”\n]{0,40}+”|《[^》\n]{0,80}+》|[(“《])++"
)
_DUTY_NOTE = re.compile(r"\([^()]{0,80}(?:牵头|负责|配合|责任|参与|分工)[^()]{0,30}\)$")
LABEL = re.compile(
    r"(?:[0-9一二三四五六七八九十]{1,2}[是、.])?"
    r"(?P<label>续建|在建|新建|新开工|计划开工|拟开工|开工|前期|储备|谋划|竣工|投产|建成|完工|收尾)"
    r"(?:类|的)?(?:重大|重点)?(?:建设)?(?:项目|工程)?(?:\([^()]{0,20}\))?"
)
LABELS: dict[str, Stage] = {
    "续建": "build", "在建": "build", "新建": "start", "新开工": "start", "计划开工": "start",
    "拟开工": "start", "开工": "start", "前期": "prepare", "储备": "plan", "谋划": "plan",
    "竣工": "finish", "投产": "finish", "建成": "finish", "完工": "finish", "收尾": "finish",
}  # fmt: skip
LABEL_WORD = re.compile("|".join(sorted(LABELS, key=len, reverse=True)))
_FIRST_STAGES: tuple[Stage, ...] = ("plan", "prepare", "finish")


class _Reading(NamedTuple):
    """What one clause says: the names in it and the stage its verb gives them."""

    names: tuple[Name, ...]
    stage: Stage


_NOTHING = _Reading((), "build")


def read_clause(norm: str, start: int, end: int, label: Stage | None) -> _Reading:
    """Names and stage of one clause."""
    words = wordbook()
    while end > start and norm[end - 1] in " \r":
        end -= 1
    if norm[end - 1] == ")" and (note := _DUTY_NOTE.search(norm, max(start, end - 120), end)):
        end = note.start()
    if end - start < 4:
        return _NOTHING
    lead = words.lead.match(norm, start, end)
    body = lead.end() if lead else start
    verb = words.closings.at(norm, body, end)
    phrase = _governing(norm, start, body, end, at_head=bool(verb))
    if verb and (phrase is None or phrase[1] <= end - len(verb)):
        first = phrase[1] if phrase else body
        stage = _closing_stage(verb, norm[start:end])
        before = words.before_closing.search(norm, max(first, end - 30), end - len(verb))
        stop = before.start() if before else end - len(verb)
        return _Reading(names_in(norm, first, stop, "none" if phrase else "before"), stage)
    if phrase is None:
        names = names_in(norm, body, end, "label") if label else ()
        return _Reading(names, label or "build")
    said = norm[phrase[0] : phrase[1]]
    names = names_in(norm, phrase[1], end, _mode(said))
    if not names:
        return _NOTHING
    return _Reading(names, _phrase_stage(norm[start : phrase[1]], said))


def later_stage(norm: str, start: int, end: int) -> Stage | None:
    """The stage that a clause without names gives to the names before it (力争2023年建成投运)."""
    if end - start > 40:
        return None
    closing = wordbook().pure_closing
    text = norm[start:end].strip()
    match = closing.match(text) or closing.match(text.rpartition("、")[2])
    return _closing_stage(match["verb"], text) if match else None


def _closing_stage(verb: str, text: str) -> Stage:
    """The stage of a verb behind the names; what is only hoped to begin is being prepared."""
    words = wordbook()
    stage = words.closing_stages[verb]
    return "prepare" if stage == "start" and any(h in text for h in words.hopes) else stage


def _mode(said: str) -> str:
    """How far the verb alone shows that its object is a construction project."""
    if "打造" in said:
        return "loose"
    if "开工" in said or "续建" in said:
        return "sure"
    if "建成" in said:
        return "built"
    return "none"


def _governing(norm: str, start: int, body: int, end: int, at_head: bool) -> tuple[int, int] | None:
    """Where the first verb phrase with an object behind it begins and ends."""
    words = wordbook()
    for verb in words.verb.finditer(norm, body, end):
        leading = verb.start() == body
        if at_head and not leading:
            return None
        more = words.more.match(norm, verb.start(), end)
        stop = more.end() if more else verb.end()
        if stop >= end or norm[stop] in "、)”》的和及与等":
            continue
        if not leading and (verb[0] in words.shy or _held_back(norm, start, verb.start())):
            continue
        return (start if leading else verb.start()), stop
    return None


def _held_back(norm: str, start: int, at: int) -> bool:
    """True for 支持建设, 探索建设 …: somebody else's works, or an intention."""
    return norm[max(start, at - 2) : at] in ("支持", "鼓励", "探索", "引导", "争创", "研究", "培育")


def _phrase_stage(before: str, phrase: str) -> Stage:
    """The stage of a verb phrase: 谋划推进 plan, 争取尽快启动 prepare, 确保建成 finish."""
    words = wordbook()
    stages = {words.stages[verb] for verb in words.verb.findall(phrase)}
    for stage in _FIRST_STAGES:
        if stage in stages:
            return stage
    if any(hope in before for hope in words.hopes):
        return "prepare"
    return "start" if "start" in stages else "build"
