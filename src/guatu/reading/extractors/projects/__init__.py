"""Construction and investment projects that a plan names one by one (项目).

A project is read from a clause (推进甲、乙等项目建设), from a clause whose names come before
the verb (甲、乙基本建成), from the items of a box of projects (专栏) and from tables with a
column 项目名称.  A name is told by a word that is no common word of plans, or by its form:
甲至乙, G75, 市第五人民医院, 二期.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from guatu.ledger.records import Project, Stage
from guatu.reading.extractors.projects.boxes import Box, boxes_of, in_boxes
from guatu.reading.extractors.projects.clauses import (
    CLASS_LABEL,
    CLAUSE,
    LABEL,
    LABELS,
    later_stage,
    read_clause,
    told_names,
)
from guatu.reading.extractors.projects.dates import Dates
from guatu.reading.extractors.projects.marks import Marks, marks_of
from guatu.reading.extractors.projects.parts import Name
from guatu.reading.extractors.projects.tables import in_tables
from guatu.reading.outline import Outline
from guatu.text.periods import Period
from guatu.text.rare import Rare
from guatu.text.span import Span


class _Label(NamedTuple):
    """What a label such as 一季度开工: gives to the names behind it.

    ``listed`` is the mode in which they are read, see ``read_clause``: sentences follow an item's
    heading (2.续建项目。), and a class of works (2.数字工程:) gives its things no stage.
    """

    stage: Stage | None
    due: date | None
    listed: str = "label"


# An item's heading that is a class of projects: 2.续建项目。
_MARKER_WORDS = (
    r"\s*(?:\([一二三四五六七八九十0-9]{1,3}\)|[一二三四五六七八九十0-9]{1,3}[、.)])?\s*"
)
_MARKER = re.compile(_MARKER_WORDS)
_CLASS = Rare(
    r"(?:20[0-9]{2}年)?(?:推进|加快|抓好|抓实|狠抓)?"
    rf"(?P<label>{'|'.join(sorted(LABELS, key=len, reverse=True))})"
    r"(?:类|的)?(?:重大|重点)?(?:建设)?项目(?:[0-9]{1,3}[个项])?(?:\([^()]{0,20}\))?[。;]?"
)
_LONGEST_HEADING = 30
# A class of works before its things: 2.数字工程:.
_WORKS = Rare(rf"{_MARKER_WORDS}[-—·●]{{0,3}}[\u4e00-\u9fff]{{2,8}}(?:工程|项目):")
# The date that opens a sentence is that of what is reached by it, not of work that goes on.
_REACHED = ("start", "finish")
# A clause longer than this lists no names that a person has written.
_LONGEST_CLAUSE = 2000


def extract(
    outline: Outline,
    periods: tuple[Period, ...] = (),
    notes: tuple[Span, ...] = (),
    of_row: Callable[[int], date | None] = lambda _: None,
) -> tuple[Project, ...]:
    """The projects that the plan names (项目), in order, with stage and due date.

    ``periods`` are the dates of the text in order; ``notes`` the places of notes on
    responsibility (责任单位…), where no project is looked for; ``of_row`` tells the date in the
    cell 完成时限 of the row that holds an offset.
    """
    found, tables = in_tables(outline, outline.norm)
    norm = _without(_without(outline.norm, notes), tables)
    dates = Dates(norm, outline, periods, of_row)
    # Sentences first: of two readings of one name the one that knows its verb is kept.
    boxes = tuple(boxes_of(outline, norm))
    found += _in_sentences(outline, norm, dates, boxes)
    found += in_boxes(outline, norm, dates, boxes)
    found.sort(key=lambda project: (project.quote.start, -project.quote.end))
    kept: list[Project] = []
    for project in found:
        if not kept or project.quote.start >= kept[-1].quote.end:
            kept.append(project)
    return tuple(kept)


def _without(norm: str, notes: tuple[Span, ...]) -> str:
    """The text with notes turned into commas: they part clauses and hold no names."""
    parts, at = [], 0
    for start, end in notes:
        if start >= at:
            parts += [norm[at:start], "," * (end - start)]
            at = end
    return "".join([*parts, norm[at:]]) if parts else norm


def _in_sentences(
    outline: Outline, norm: str, dates: Dates, boxes: tuple[Box, ...]
) -> list[Project]:
    marks = marks_of(norm)
    found: list[Project] = []
    label: _Label | None = None
    for start, end, section, kind in outline.sentences:
        if kind != "body":
            label = _label_of(norm, start, end, dates)
            if (
                (label and label.stage)
                or kind != "title"
                or not _is_told(outline, dates, start, end, section)
            ):
                continue
            if marker := _MARKER.match(norm, start, end):
                start = marker.end()
        if (label and label.stage) or _is_worth(marks, start, end):
            _in_sentence(found, outline, marks, dates, start, end, label, boxes)
    return found


def _is_worth(marks: Marks, start: int, end: int) -> bool:
    """Whether a sentence has a verb of works, and names may end in it or other things be names."""
    return marks.has_verb(start, end) and (
        marks.is_hopeful(start, end)
        or marks.norm.find(":", start, end) >= 0  # perhaps a label
        or marks.is_sure(start, end)
    )


def _label_of(norm: str, start: int, end: int, dates: Dates) -> _Label | None:
    """The stage and date that an item's title gives to the list behind it (6.一季度开工:…)."""
    marker = _MARKER.match(norm, start, end)
    said = norm[marker.end() if marker else start : end].strip()
    if said.endswith(":"):
        found = LABEL.fullmatch(said[:-1])
        if found:
            return _Label(LABELS[found["label"]], dates.within(start, end))
        return _Label(None, None, "class") if _WORKS.fullmatch(said) else None
    if (
        end - start > _LONGEST_HEADING
        or "项目" not in said
        or (found := _CLASS.fullmatch(said)) is None
    ):
        return None
    return _Label(LABELS[found["label"]], None, "told")


def _is_told(outline: Outline, dates: Dates, start: int, end: int, section: int) -> bool:
    """Whether a title is more than a title: an item of one sentence ((二)2024年,甲、乙通车;)."""
    norm = outline.norm
    said = norm[start:end].rstrip()
    if not said.endswith((";", "。")):
        return False
    if dates.opening(start, end):
        return True
    if "," in said or ":" in said or ";" in said[:-1]:
        line_end = norm.find("\n", start)
        return not norm[end : line_end if line_end >= 0 else len(norm)].strip()
    return section >= 0 and not norm[end : outline.sections[section].end].strip()


def _in_sentence(
    found: list[Project],
    outline: Outline,
    marks: Marks,
    dates: Dates,
    start: int,
    end: int,
    given: _Label | None,
    boxes: tuple[Box, ...],
) -> None:
    """Adds the projects of one sentence; a later 2025年底前建成 holds for the names before it."""
    norm, verbs, ends = marks
    verb, name_end = bisect_left(verbs, start), bisect_left(ends, start)
    open_: list[Project] = []
    label, lead_due, listed = given or (None, None, "label")
    opening: Period | None = None
    asked = False
    boxed: Stage | None = None
    idle: tuple[int, int] | None = None  # a clause that may hold names, but no verb for them
    for match in CLAUSE.finditer(norm, start, end):
        a, b = match.span()
        if b - a > _LONGEST_CLAUSE:
            continue
        if b < end and norm[b] == ":":
            said = LABEL.fullmatch(norm[a:b].strip())
            label = LABELS[said["label"]] if said else label
            if not said and (boxed := _box_label(norm, a, b, boxes)):
                label = boxed
            if said:
                lead_due = dates.within(a, b) or lead_due
                continue
            if norm[b - 2 : b] == "工程" and _WORKS.fullmatch(norm, a, b + 1):
                listed = "class"
        while verbs[verb] < a:
            verb += 1
        has_verb = verbs[verb] < b
        if not has_verb and (bare := dates.bare(a, b)):
            lead_due = bare
            continue
        if has_verb and (idle or open_) and (later := later_stage(norm, a, b)):
            named, idle = told_names(marks, *idle) if idle else (), None
            due = dates.within(a, b)
            if named:
                found += open_
                open_ = [_told(outline, name, later, due or lead_due) for name in named]
                continue
            if open_:
                open_ = [_overridden(project, later, due) for project in open_]
                continue
        while ends[name_end] < a:
            name_end += 1
        if (
            ends[name_end] >= end
            and not (idle or open_ or label)
            and (not marks.is_sure(a, end) and norm.find(":", a, end) < 0)
        ):
            break  # no name ends here or later
        is_hopeful = ends[name_end] < b
        idle = (a, b) if is_hopeful else None
        if not (label or (has_verb and (is_hopeful or marks.is_sure(a, b)))):
            continue
        reading = read_clause(marks, a, b, label, "box" if boxed else listed)
        if reading.names:
            idle = None
            found += open_
            if not asked:
                opening, asked = dates.opening(start, end), True
            own = dates.within(a, b, reading.names)
            if opening and own and own != opening.last and opening.grain not in ("year", "plan"):
                opening = None  # 6月底前开工甲,12月底前建成乙,建成丙: June holds no longer
            due = own or lead_due
            reached = opening.last if opening and not due else None
            open_ = [
                _told(
                    outline, name, stage := name.stage or reading.stage,
                    dates.within(name.end, name.said_until) or due
                    or (reached if stage in _REACHED else None) or dates.of_section(name.start),
                )
                for name in reading.names
            ]  # fmt: skip
    found += open_


def _told(outline: Outline, name: Name, stage: Stage, due: date | None) -> Project:
    """The project of a name."""
    return Project(outline.quote(name.start, name.end), stage, due, outline.path_at(name.start))


def _box_label(norm: str, start: int, end: int, boxes: tuple[Box, ...]) -> Stage | None:
    """The stage of a list in a box behind a class of its projects (电源项目:甲、乙)."""
    stage = next((b.stage for b in boxes if b.listed and b.start <= start < b.end), None)
    return stage if stage and CLASS_LABEL.fullmatch(norm, start, end) else None


def _overridden(project: Project, stage: Stage, due: date | None) -> Project:
    """The project with a later clause's stage and date; 谋划…,开展前期研究 remains planned."""
    if project.stage == "plan" and stage == "prepare":
        stage = "plan"
    return replace(project, stage=stage, due=due or project.due)
