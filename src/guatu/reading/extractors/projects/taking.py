"""Which parts of an enumeration are names: by their own words, their list and its verb."""

from __future__ import annotations

from guatu.reading.extractors.projects.names import (
    AWARDED,
    FORMAL,
    INITIAL,
    INNER,
    clear_evidence_of,
    ending_of,
    evidence_of,
    is_refused,
)

# With these any uncommon name will do, whatever it ends with.
EAGER = frozenset(("sure", "label", "box"))


# Of these a class of works (数字工程:) names each: 建成公共大数据中心.
_FACILITIES = (
    "大脑", "数据中心", "算力中心", "智算中心", "超算中心", "计算中心", "产业园", "科技园",
    "物流园", "机场", "枢纽", "水库", "电站", "水厂", "处理厂", "发电厂", "大桥", "会展中心",
)  # fmt: skip


def fits(text: str, kind: str, mode: str, quoted: bool) -> bool:
    """Whether a part is a name, by its own words, the head of its list and its verb."""
    ending = ending_of(text)
    if ending == "none" and kind not in ("project", "works") and mode not in EAGER:
        return False
    if (quoted and kind != "works") or (kind == "loose" and ending in ("none", "action")):
        return False
    if mode == "box" and ending != "none" and len(text) > 6:
        return not is_refused(text)
    if mode == "class":
        return len(text) > 5 and text.endswith(_FACILITIES) and not is_refused(text)
    return _is_enough(text, ending, kind, mode) and not is_refused(text)


def _is_enough(text: str, ending: str, kind: str, mode: str) -> bool:
    """Whether the evidence is enough for what the list and the verb say."""
    if mode in ("none", "loose") and text.rstrip("”").endswith("大脑"):
        return False  # 推进城市大脑建设 is a programme; built (建成) it is one thing
    if kind == "project" or (kind == "works" and mode != "loose"):
        return evidence_of(text) >= (INITIAL if ending == "none" else INNER)
    if kind in ("loose", "works") or mode == "loose":
        named = ending == "works" or (ending == "generic" and text.endswith("项目"))
        return named and clear_evidence_of(text) >= FORMAL and not AWARDED.search(text)
    if ending == "works" and not text.endswith(("平台", "系统")):
        if mode == "before":
            return evidence_of(text) >= INNER and not AWARDED.search(text)
        return clear_evidence_of(text) >= INITIAL and not AWARDED.search(text)
    if mode in ("sure", "built", "before", "told", "label", "box"):
        return clear_evidence_of(text) >= INITIAL
    return clear_evidence_of(text) >= FORMAL


def take_neighbours(texts: list[str], taken: list[bool], kind: str, mode: str) -> None:
    """Names that their list tells: 白沙至石桥、…天然气管道; 市体育馆、科技馆、游泳馆."""
    if mode == "loose" and kind != "project":
        return
    last = max((i for i, take in enumerate(taken) if take), default=-1)
    if last < 0 and (
        kind != "none" or sum(bool(text) and ending_of(text) != "none" for text in texts) < 2
    ):
        return  # nothing sure, and no two that could vouch for each other
    mostly = 2 * sum(taken) >= len(texts)
    led = taken[0] and evidence_of(texts[0]) == FORMAL
    # Without a sure name in the list only what ends like a project can be one.
    known = [
        0 if take or not text or (last < 0 and ending_of(text) == "none") or is_refused(text)
        else evidence_of(text)
        for text, take in zip(texts, taken, strict=True)
    ]  # fmt: skip
    twins = kind == "none" and sum(e >= INITIAL for e in known) + sum(taken) > 1
    for i, text in enumerate(texts):
        if taken[i] or not text or (not known[i] and last < 0) or is_refused(text):
            continue
        if kind == "project":
            taken[i] = mostly and len(text) > 3 and (sum(taken) > 1 or ending_of(text) != "none")
        elif ending_of(text) == "none":
            taken[i] = known[i] >= INITIAL and i < last and len(text) <= 12 and kind != "loose"
        elif twins and not (AWARDED.search(text) or text.endswith("试点")):
            taken[i] = known[i] >= (INNER if last >= 0 else INITIAL)
        if not taken[i] and (mostly or led) and kind in ("none", "works", "open", "soft"):
            taken[i] = i > 0 and 2 < len(text) <= 10 and ending_of(text) == "works"
