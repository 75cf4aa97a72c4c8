"""Boxes and sections that announce projects (专栏3 重大项目): a line is headed by a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from guatu.ledger.records import Project, Stage
from guatu.reading.extractors.projects.clauses import CLAUSE, LABEL, LABEL_WORD, LABELS, later_stage
from guatu.reading.extractors.projects.dates import Dates
from guatu.reading.extractors.projects.lists import SEPARATOR
from guatu.reading.extractors.projects.names import (
    INITIAL,
    LONGEST_NAME,
    ending_of,
    evidence_of,
    is_refused,
)
from guatu.reading.extractors.projects.words import wordbook
from guatu.reading.outline import Outline
from guatu.text.rare import Rare

_BOX = re.compile(
    r"(?m)^[ \t]*专\s?栏[ \t]*[0-9一二三四五六七八九十]{0,3}[^\n]{0,40}(?:项目|工程)[^\n]{0,10}$"
)
_BOX_END = Rare(
    r"(?m)^[ \t]*(?:第[一二三四五六七八九十]{1,3}[编篇章节]|[一二三四五六七八九十]{1,3}、"
    r"|\([一二三四五六七八九十]{1,3}\)|专\s?栏)"
)
_PROJECT_TITLE = re.compile(
    r"(?:重大|重点|续建|在建|新建|新开工|竣工|储备|前期|谋划)(?:建设)?(?:项目|工程)(?:清单|名单)?$"
)
_LINE = Rare(
    r"(?m)^[ \t]*(?:\(?[0-9]{1,2}[.、)]|[①-⑳]|[-·●■◆◎○])?[ \t]*(?P<name>[^。:;,\n]{2,60})[^\n]*$"
)


class Box(NamedTuple):
    """A stretch of text whose heading announces projects, and the stage it gives them.

    ``listed`` tells that the heading says 项目: what it lists are projects, not programmes.
    """

    start: int
    end: int
    stage: Stage
    listed: bool


def in_boxes(
    outline: Outline, norm: str, dates: Dates, boxes: tuple[Box, ...]
) -> Iterator[Project]:
    """Projects that head the lines of a box or a section of projects (专栏3 重大项目)."""
    for start, end, stage, _ in boxes:
        for line in _LINE.finditer(norm, start, end):
            text = line["name"].strip()
            label = LABEL.fullmatch(text)
            if label:
                stage = LABELS[label["label"]]
                continue
            if not 4 <= len(text) <= LONGEST_NAME or not _heads_item(text):
                continue
            first = norm.index(text, line.start("name"))
            said, due = _said_later(norm, line.end("name"), line.end(), dates)
            yield Project(
                outline.quote(first, first + len(text)), said or stage, due,
                outline.path_at(first),
            )  # fmt: skip


def boxes_of(outline: Outline, norm: str) -> Iterator[Box]:
    """Every stretch of the text whose heading announces projects."""
    for match in _BOX.finditer(norm):
        stop = _BOX_END.search(norm, match.end())
        end = stop.start() if stop else len(norm)
        yield Box(match.end(), end, _announced(match[0]), "项目" in match[0])
    for i, section in enumerate(outline.sections):
        if _PROJECT_TITLE.search(section.title):
            yield Box(outline.bodies[i], section.end, _announced(section.title), False)


def _announced(heading: str) -> Stage:
    """The stage that a heading gives to its projects; 重大项目 are being built."""
    match = LABEL_WORD.search(heading)
    return LABELS[match[0]] if match else "build"


def _heads_item(text: str) -> bool:
    """Whether the words before an item's first stop are the name of a project."""
    if wordbook().verb.match(text) or is_refused(text) or SEPARATOR.match(text):
        return False
    return "、" not in text and ending_of(text) != "none" and evidence_of(text) >= INITIAL


def _said_later(norm: str, start: int, end: int, dates: Dates) -> tuple[Stage | None, date | None]:
    """Stage and date that an item states behind the name (…,2025年底前建成)."""
    for clause in CLAUSE.finditer(norm, start, end):
        if stage := later_stage(norm, clause.start(), clause.end()):
            return stage, dates.within(clause.start(), clause.end())
    return None, None
