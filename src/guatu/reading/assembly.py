"""Entries → ledger (台账): tasks are cut from the body, entries tied to them, coverage taken."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date

from guatu.ledger.ledger import Coverage, Ledger
from guatu.ledger.records import Citation, Project, Routine, Target, Task
from guatu.reading.extractors.duties import DutyNotes
from guatu.reading.extractors.targets.timing import Clock
from guatu.reading.material import Material
from guatu.reading.outline import Outline
from guatu.reading.tasks.filling import Deadlines, Responsibility
from guatu.reading.tasks.parts import Cutter
from guatu.reading.tasks.sorting import Sorted, Sorter, Verdict
from guatu.reading.tasks.verbs import Verbs, bare_text
from guatu.text.span import Quote, Span


def assembled(
    material: Material,
    *,
    targets: tuple[Target, ...] = (),
    duties: DutyNotes,
    projects: tuple[Project, ...] = (),
    routines: tuple[Routine, ...] = (),
    citations: tuple[Citation, ...] = (),
    clock: Clock | None = None,
) -> Ledger:
    """The whole ledger of a plan: what the extractors found, its tasks and its coverage.

    ``clock`` is the plan's, where another has asked it before.
    """
    outline = material.outline
    bare = bare_text(outline.norm, material.periods)
    verbs = Verbs(bare)
    earliest = _earliest(material)
    cutter = Cutter(outline, bare, duties.notes, verbs, [t.quote.start for t in targets])
    sorter = Sorter(material, verbs, targets, projects, routines, duties.notes, earliest)
    parts = sorter.sort(cutter.parts())
    deadlines = Deadlines(material, bare, earliest, clock or Clock(material))
    records = (targets, duties.duties, projects, routines, citations)
    quotes = [record.quote for kind in records for record in kind]
    entries = [(start, start + len(words)) for start, words in quotes]
    return Ledger(
        plan=material.plan,
        sections=outline.sections,
        targets=targets,
        tasks=_tasks(material, verbs, deadlines, parts, targets, duties, projects),
        duties=duties.duties,
        projects=projects,
        routines=routines,
        citations=citations,
        coverage=_coverage(outline, parts, duties.notes, entries),
    )


def _earliest(material: Material) -> date:
    """Dates before this day are history, no deadlines: the first day of the plan's first year."""
    plan = material.plan
    year = plan.start or (plan.issued.year if plan.issued else None)
    return date(year, 1, 1) if year else date.min


# -------------------------------------------------------------------- tasks
def _tasks(
    material: Material,
    verbs: Verbs,
    deadlines: Deadlines,
    parts: Iterable[Sorted],
    targets: Sequence[Target],
    duties: DutyNotes,
    projects: Sequence[Project],
) -> tuple[Task, ...]:
    outline = material.outline
    responsibility = Responsibility(material, duties)
    target_starts = [target.quote.start for target in targets]
    project_starts = [project.quote.start for project in projects]
    text, sections = outline.text, outline.sections
    tasks: list[Task] = []
    for part, verdict in parts:
        if verdict != "task":
            continue
        start, end, kind, sentence = part
        section = sentence.section
        if kind == "title":
            start = _behind_marker(outline, section)
        verb = verbs.governing(start, end)
        due, due_from = deadlines.of(part, verb)
        tasks.append(
            Task(
                Quote(start, text[start:end]),
                sections[section].path if section >= 0 else None,
                text[verb[0] : verb[1]] if verb else None,
                due,
                due_from,
                responsibility.of(part),
                _within(target_starts, start, end),
                _within(project_starts, start, end),
            )
        )
    return tuple(tasks)


def _within(starts: list[int], start: int, end: int) -> tuple[int, ...]:
    """Indexes of the sorted ``starts`` within ``[start, end)``."""
    first = bisect_left(starts, start)
    last = bisect_left(starts, end, first)
    return tuple(range(first, last)) if first < last else ()


def _behind_marker(outline: Outline, section: int) -> int:
    """Where the words of a title begin."""
    quote = outline.sections[section].quote
    title = outline.sections[section].title
    return quote.end - len(title) if quote.text.endswith(title) else quote.start


# ----------------------------------------------------------------- coverage
def _coverage(
    outline: Outline, parts: list[Sorted], notes: Iterable[Span], entries: list[tuple[int, int]]
) -> Coverage:
    """What of the body is accounted for; marks and spaces behind a part count with it."""
    norm = outline.norm
    places: list[tuple[int, int, Verdict]] = [
        (start, end, verdict) for (start, end, _, _), verdict in parts
    ]
    places += [(start, end, "entry") for start, end in notes]
    places.sort()
    entries.sort()
    said: dict[Verdict, list[str]] = {"task": [], "guidance": [], "entry": [], "left out": []}
    quotes: dict[Verdict, list[Quote]] = {"guidance": [], "left out": []}
    moved: dict[Verdict, int] = {"guidance": 0, "left out": 0}  # what is an entry after all
    at = outline.body_start
    following = 0  # the first entry that does not begin before the place
    ends = [start for start, _, _ in places[1:]]
    for (start, end, verdict), until in zip(places, [*ends, outline.body_end], strict=False):
        own = norm[at:until]
        said[verdict].append(own)
        at = max(at, until)
        listed = quotes.get(verdict)
        if listed is not None:
            listed.append(Quote(start, outline.text[start:end]))
            while following < len(entries) and entries[following][0] < start:
                following += 1
            if following < len(entries) and entries[following][0] < end:
                held = _held(norm, entries, following, start, end)
                moved[verdict] += min(_size(own), held)
    guidance = _size("".join(said["guidance"])) - moved["guidance"]
    left_out = _size("".join(said["left out"])) - moved["left out"]
    in_entries = _size("".join(said["task"] + said["entry"])) + sum(moved.values())
    body = in_entries + guidance + left_out
    return Coverage(
        share=1 - left_out / body if body else 1.0,
        body=body,
        in_entries=in_entries,
        in_guidance=guidance,
        guidance=tuple(quotes["guidance"]),
        left_out=tuple(quotes["left out"]),
    )


def _held(norm: str, entries: list[tuple[int, int]], first: int, start: int, end: int) -> int:
    """How many characters of ``[start, end)`` lie in entries, of which ``first`` begins there."""
    size = 0
    for i in range(first, len(entries)):
        opened, closed = entries[i]
        if opened >= end:
            break
        size += _size(norm[max(start, opened) : min(end, closed)])
        start = max(start, closed)
    return size


def _size(words: str) -> int:
    """The number of characters that are no spaces."""
    return sum(map(len, words.split()))
