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

from guatu.ledger.records import Project, Stage
from guatu.reading.extractors.projects.boxes import in_boxes
from guatu.reading.extractors.projects.clauses import (
    CLAUSE,
    LABEL,
    LABELS,
    later_stage,
    read_clause,
)
from guatu.reading.extractors.projects.dates import Dates
from guatu.reading.extractors.projects.tables import in_tables
from guatu.reading.extractors.projects.words import wordbook
from guatu.reading.outline import Outline
from guatu.text.periods import Period
from guatu.text.span import Span

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
    found += _in_sentences(outline, norm, dates)
    found += in_boxes(outline, norm, dates)
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


def _in_sentences(outline: Outline, norm: str, dates: Dates) -> Iterator[Project]:
    # Found once for the whole text: most sentences, and most clauses of the others, have no verb
    # of works and are left at once.
    verbs = [match.start() for match in wordbook().anything.finditer(norm)]
    for sentence in outline.sentences:
        if (sentence.kind == "body" or _is_told(norm, sentence.start, sentence.end)) and (
            _any_within(verbs, sentence.start, sentence.end)
        ):
            yield from _in_sentence(outline, norm, dates, verbs, sentence.start, sentence.end)


def _is_told(norm: str, start: int, end: int) -> bool:
    """Whether a title is more than a title: an item of one sentence ((二)2024年,甲、乙通车;)."""
    line_end = norm.find("\n", start)
    alone = not norm[end : line_end if line_end >= 0 else len(norm)].strip()
    return alone and norm[start:end].rstrip().endswith((";", "。")) and "," in norm[start:end]


def _any_within(places: list[int], start: int, end: int) -> bool:
    """Whether any of the sorted places lies within ``[start, end)``."""
    i = bisect_left(places, start)
    return i < len(places) and places[i] < end


def _in_sentence(
    outline: Outline, norm: str, dates: Dates, verbs: list[int], start: int, end: int
) -> Iterator[Project]:
    """The projects of one sentence; a later 2025年底前建成 holds for the names before it."""
    open_: list[Project] = []
    lead_due: date | None = None
    label: Stage | None = None
    for match in CLAUSE.finditer(norm, start, end):
        a, b = match.span()
        if b - a > _LONGEST_CLAUSE:
            continue
        if b < end and norm[b] == ":":
            found = LABEL.fullmatch(norm[a:b].strip())
            label = LABELS[found["label"]] if found else None
            if label:
                lead_due = dates.within(a, b) or lead_due
                continue
        if bare := dates.bare(a, b):
            lead_due = bare
            continue
        has_verb = _any_within(verbs, a, b)
        if open_ and has_verb and (later := later_stage(norm, a, b)):
            due = dates.within(a, b)
            open_ = [_overridden(project, later, due) for project in open_]
            continue
        if not (has_verb or label):
            continue
        reading = read_clause(norm, a, b, label)
        if reading.names:
            yield from open_
            due = dates.within(a, b, reading.names) or lead_due
            open_ = [
                Project(
                    outline.quote(name.start, name.end),
                    name.stage or reading.stage,
                    due or dates.of_section(name.start),
                    outline.path_at(name.start),
                )
                for name in reading.names
            ]
    yield from open_


def _overridden(project: Project, stage: Stage, due: date | None) -> Project:
    """The project with a later clause's stage and date; 谋划…,开展前期研究 remains planned."""
    if project.stage == "plan" and stage == "prepare":
        stage = "plan"
    return replace(project, stage=stage, due=due or project.due)
