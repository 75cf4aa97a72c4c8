"""What a part of the plan is for (章节性质): goals, guidance, description, or work to be done."""

from __future__ import annotations

from typing import Literal

from guatu.reading.outline import Outline
from guatu.reading.tasks import words

Stance = Literal["work", "goals", "guidance", "describing"]


def stances_of(outline: Outline) -> list[Stance]:
    """The stance of each section, from its title and those above it."""
    stances: list[Stance] = []
    for section, parent in zip(outline.sections, outline.parents, strict=True):
        own = _of_title(outline.norm[section.start : section.quote.end], section.path)
        above = stances[parent] if parent >= 0 else None
        if above == "describing" and own == "work":
            own = above  # (三)发展林下经济是增收的重要举措, under 重要意义
        stances.append(own or above or "work")
    return stances


def _of_title(printed: str, path: str) -> Stance | None:
    """What a title says of its section, None if nothing."""
    marker = path.rpartition("/")[2]
    title = printed.partition(marker)[2].strip(" \t、.:)")
    if words.DESCRIBING.search(title):
        return "describing"
    guidance = words.GUIDANCE.search(title)
    if words.GOALS.search(title):
        return "guidance" if guidance and guidance.end() <= len(title) // 2 else "goals"
    if guidance:
        return "guidance"
    return "work" if words.ACTIONS.search(title) else None
