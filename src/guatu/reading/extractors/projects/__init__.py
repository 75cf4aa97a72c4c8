"""Construction and investment projects that a plan names one by one (项目).

A project is read from a clause (推进甲、乙等项目建设), from a clause whose names come before
the verb (甲、乙基本建成), from the items of a box of projects (专栏) and from tables with a
column 项目名称.  A name is told by a word that is no common word of plans, or by its form:
甲至乙, G75, 市第五人民医院, 二期.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
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
from guatu.reading.extractors.projects.tables import in_tables
from guatu.reading.extractors.projects.words import wordbook
from guatu.reading.outline import Outline
from guatu.text.periods import Period
from guatu.text.span import Span


class _Label(NamedTuple):
    """What a label such as 一季度开工: gives to the names behind it."""

    stage: Stage
    due: date | None


# A clause longer than this lists no names that a person has written.
_LONGEST_CLAUSE = 2000


def extract(
    outline: Outline, periods: tuple[Period, ...] = (), notes: tuple[Span, ...] = ()
) -> tuple[Project, ...]:
    """The projects that the plan names (项目), in order, with stage and due date.

    ``periods`` are the dates of the text in order; ``notes`` the places of notes on
    responsibility (责任单位…), where no project is looked for.
    """
    found, tables = in_tables(outline, outline.norm)
    norm = _without(_without(outline.norm, notes), tables)
    dates = Dates(norm, outline, periods)
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
) -> Iterator[Project]:
    # Found once for the whole text: most sentences, and most clauses of the others, have no verb
    # of works and are left at once.
    verbs = wordbook().places_of_verbs(norm)
    label: _Label | None = None
    for start, end, _, kind in outline.sentences:
        if kind != "body":
            label = _label_of(norm, start, end, dates)
            if label or kind != "title" or not _is_told(norm, start, end):
                continue
        if label or _any_within(verbs, start, end):
            yield from _in_sentence(outline, norm, dates, verbs, start, end, label, boxes)


def _label_of(norm: str, start: int, end: int, dates: Dates) -> _Label | None:
    """The stage and date that an item's title gives to the list behind it (6.一季度开工:…)."""
    said = norm[start:end].strip()
    if not said.endswith(":") or not (found := LABEL.fullmatch(said[:-1])):
        return None
    return _Label(LABELS[found["label"]], dates.within(start, end))


def _is_told(norm: str, start: int, end: int) -> bool:
    """Whether a title is more than a title: an item of one sentence ((二)2024年,甲、乙通车;)."""
    line_end = norm.find("\n", start)
    alone = not norm[end : line_end if line_end >= 0 else len(norm)].strip()
    said = norm[start:end].rstrip()
    return alone and said.endswith((";", "。")) and ("," in said or ":" in said)


def _any_within(places: list[int], start: int, end: int) -> bool:
    """Whether any of the sorted places lies within ``[start, end)``."""
    i = bisect_left(places, start)
    return i < len(places) and places[i] < end


def _in_sentence(
    outline: Outline,
    norm: str,
    dates: Dates,
    verbs: list[int],
    start: int,
    end: int,
    given: _Label | None,
    boxes: tuple[Box, ...],
) -> Iterator[Project]:
    """The projects of one sentence; a later 2025年底前建成 holds for the names before it."""
    open_: list[Project] = []
    label, lead_due = given or (None, None)
    boxed: Stage | None = None
    idle: tuple[int, int] | None = None  # a clause of names without a verb, perhaps
    for match in CLAUSE.finditer(norm, start, end):
        a, b = match.span()
        if b - a > _LONGEST_CLAUSE:
            continue
        if b < end and norm[b] == ":":
            found = LABEL.fullmatch(norm[a:b].strip())
            label = LABELS[found["label"]] if found else label
            if not found and (boxed := _box_label(norm, a, b, boxes)):
                label = boxed
            if found:
                lead_due = dates.within(a, b) or lead_due
                continue
        has_verb = _any_within(verbs, a, b)
        if not has_verb and (bare := dates.bare(a, b)):
            lead_due = bare
            continue
        later = later_stage(norm, a, b) if has_verb and (idle or open_) else None
        if idle and later:
            named, idle = told_names(norm, *idle), None
            if named:
                yield from open_
                open_ = [
                    Project(
                        outline.quote(name.start, name.end),
                        later,
                        dates.within(a, b) or lead_due,
                        outline.path_at(name.start),
                    )
                    for name in named
                ]
                continue
        if open_ and later:
            due = dates.within(a, b)
            open_ = [_overridden(project, later, due) for project in open_]
            continue
        if not (has_verb or label):
            idle = a, b
            continue
        reading = read_clause(norm, a, b, label, boxed is not None)
        idle = None if reading.names else (a, b)
        if reading.names:
            yield from open_
            due = dates.within(a, b, reading.names) or lead_due
            open_ = [
                Project(
                    outline.quote(name.start, name.end),
                    name.stage or reading.stage,
                    dates.within(name.end, name.said_until) or due or dates.of_section(name.start),
                    outline.path_at(name.start),
                )
                for name in reading.names
            ]
    yield from open_


def _box_label(norm: str, start: int, end: int, boxes: tuple[Box, ...]) -> Stage | None:
    """The stage of a list in a box behind a class of its projects (电源项目:甲、乙)."""
    stage = next((b.stage for b in boxes if b.listed and b.start <= start < b.end), None)
    return stage if stage and CLASS_LABEL.fullmatch(norm, start, end) else None


def _overridden(project: Project, stage: Stage, due: date | None) -> Project:
    """The project with a later clause's stage and date; 谋划…,开展前期研究 remains planned."""
    if project.stage == "plan" and stage == "prepare":
        stage = "plan"
    return replace(project, stage=stage, due=due or project.due)
