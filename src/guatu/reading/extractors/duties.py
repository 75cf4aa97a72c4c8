"""Who does what (责任分工): the organisations a plan names for its items, and in which role.

Four shapes: notes in brackets (牵头单位:A;责任单位:B), labelled lines, columns of a table, and
organisations that lead within a running sentence (市发改委牵头建立…).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from guatu.ledger.records import Duty, Role
from guatu.reading.flat_tables import flat_tables
from guatu.reading.lexicon import load
from guatu.reading.outline import Outline
from guatu.reading.units import is_manner, is_proper, own_role, units_in, without_lead_in
from guatu.text.rare import Rare
from guatu.text.span import Span


@dataclass(frozen=True, slots=True)
class DutyNotes:
    """The duties of a plan, and the words that state them.

    ``notes`` are whole brackets, lines or cells that only say who is responsible, so that
    others leave their words alone; ``bound[i]`` is the text that ``notes[i]`` closes: an item,
    or in a run-in paragraph the sentences since the note before.
    """

    duties: tuple[Duty, ...]
    notes: tuple[Span, ...]
    bound: tuple[Span, ...]


class _Named(NamedTuple):
    """An organisation of a note and its role there."""

    role: Role
    span: Span


class _Note(NamedTuple):
    """A note before it is known which item it closes; ``row`` is set in a table."""

    span: Span
    named: tuple[_Named, ...]
    row: Span | None = None


def extract(outline: Outline) -> DutyNotes:
    """The duties of the plan in reading order, with the notes that state them."""
    notes = _notes(outline)
    homes = _Homes(outline, notes)
    running = _running(outline, notes)
    duties = [
        Duty(homes.path(i), named.role, outline.quote(*named.span))
        for i, note in enumerate(notes)
        for named in note.named
    ]
    said = {(duty.section, duty.role, duty.unit) for duty in duties}
    for named in running:
        duty = Duty(outline.path_at(named.span.start), named.role, outline.quote(*named.span))
        if (duty.section, duty.role, duty.unit) not in said:
            duties.append(duty)
    duties.sort(key=lambda duty: duty.quote.start)
    return DutyNotes(
        tuple(duties),
        tuple(note.span for note in notes),
        tuple(homes.bound(i) for i in range(len(notes))),
    )


# ------------------------------------------------------------------ grammar
def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_WORDS = load("duties")
_PREDICATES: dict[str, Role] = {
    word: role for role, words in _WORDS["predicates"].items() for word in words
}
_LABELS: dict[str, tuple[str, ...]] = {k: tuple(v) for k, v in _WORDS["labels"].items()}
_LABEL_WORDS = [word for role in ("lead", "support", "responsible") for word in _LABELS[role]]
_KIND = (
    rf"(?:{_alternatives(_LABEL_WORDS)}){{0,4}}"
    r"(?:单位|部门|科室|处室|主体|地区|机构|领导|人员?)(?:及(?:单位|部门|领导|责任人))?"
)
# Of 牵头单位, 主要责任部门, 责任单位(排名第一的为牵头单位) the word that a scan looks for.  All
# alternatives begin with a plain character: the regex engine then skips what begins otherwise.
_WORD = re.compile(_alternatives({*_LABEL_WORDS, *_PREDICATES}))
_LABEL_WORD = re.compile(_alternatives(_LABEL_WORDS))
_LABEL_REST = re.compile(rf"{_KIND}(?:\([^()\n]{{0,30}}\))?")
_LABEL_SIGN = re.compile(r"[ \t]*:|\t")
# What stands before that word and belongs to the label: 市级牵头单位, 主要责任单位.
_LABEL_HEADS = r"第一|第二|主要|共同|直接|具体|[省市县区]级|[省市县区]直|总|主"
_LABEL_HEAD = Rare(rf"(?:{_LABEL_HEADS}|各)+$")
_NO_LABEL_BEHIND = frozenset("、,;。)")
_OTHER_LABEL = Rare(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,8}$")
_NO_PREDICATE = re.compile(r"人(?!民)|制(?![定订作造])|任|单位|部门|领导|作用|方案|情况|解释|同志")
_FIRST_LEADS = Rare(
    r"(?:(?:列|排)(?:名|序|在)?(?:第一位|第一|首位|最前|首)(?:位|名)?(?:者|的)?(?:责任)?(?:单位|部门)?"
    r"|第一(?:个|家|位|责任)?(?:单位|部门)|首(?:个|家|位)(?:责任)?(?:单位|部门)?)"
    r"(?:均|即|都)?(?:为|是|系|作为)总?牵头"
)
_IN_LABEL = Rare(r"(?:单位|部门)?\)?[ \t]*:")
_FROM_HERE = Rare(r"下同|以下[均皆都]?同|后同")


class _Mark(NamedTuple):
    """A word that gives a role: to the names behind it (a label) or before it.

    ``role`` is None for the label of something else (责任领导, 完成时限).
    """

    start: int
    end: int
    is_label: bool
    role: Role | None


def _marks(norm: str, start: int, end: int) -> Iterator[_Mark]:
    """The role-giving words of a note in order."""
    at = start
    for word in _WORD.finditer(norm, start, end):
        if word.start() < at:
            continue
        label = _label_at(norm, word.start(), end)
        if label is None and (
            word[0] not in _PREDICATES or _NO_PREDICATE.match(norm, word.end(), end)
        ):
            continue
        yield from _other_labels(norm, at, word.start())
        mark = label or _Mark(word.start(), word.end(), False, _PREDICATES[word[0]])
        yield mark
        at = mark.end
    yield from _other_labels(norm, at, end)


def _other_labels(norm: str, start: int, end: int) -> Iterator[_Mark]:
    """Labels of other things than duties (完成时限:) in ``[start, end)``."""
    colon = norm.find(":", start, end)
    while colon >= 0:
        if other := _OTHER_LABEL.search(norm, max(start, colon - 9), colon):
            yield _Mark(other.start(), colon + 1, True, None)
        colon = norm.find(":", colon + 1, end)


def _label_at(norm: str, start: int, end: int) -> _Mark | None:
    """The label (责任单位:) whose word stands at ``start``."""
    word = _LABEL_WORD.match(norm, start, end)
    if word is None or norm[word.end() : word.end() + 1] in _NO_LABEL_BEHIND:
        return None
    rest = _LABEL_REST.match(norm, word.end(), end)
    stop = rest.end() if rest else word.end()
    sign = _LABEL_SIGN.match(norm, stop, end)
    if sign is None:
        return None
    head = _LABEL_HEAD.search(norm[max(0, start - 6) : start])
    begin = start - (len(head[0]) if head else 0)
    return _Mark(begin, sign.end(), True, _label_role(norm[start:stop]))


@lru_cache(maxsize=1024)
def _label_role(label: str) -> Role | None:
    """The role a label gives to the names behind it; None for persons, dates and others."""
    label = label.partition("(")[0]
    first = label.partition("及")[0]
    if "单位" in first or "部门" in first:
        label = first  # 责任单位及责任人
    if any(word in label for word in _LABELS["skip"]):
        return None
    if any(word in label for word in _LABELS["lead"]):
        return "lead"
    if any(word in label for word in _LABELS["support"]):
        return "support"
    return "responsible" if any(word in label for word in _LABELS["responsible"]) else None


def _who_leads(norm: str, start: int, end: int) -> re.Match[str] | None:
    """列第一位者为牵头单位, if ``[start, end)`` says so."""
    at = norm.find("牵头", start, end)
    while at >= 0:
        if norm[at - 1 : at] in ("为", "是", "系", "总"):
            match = _FIRST_LEADS.search(norm, max(start, at - 26), at + 2)
            if match:
                return match
        at = norm.find("牵头", at + 2, end)
    return None


# ----------------------------------------------------- what a note's words say
def _named(
    norm: str, start: int, end: int, bare: Role | None, marks: list[_Mark] | None = None
) -> tuple[_Named, ...]:
    """The organisations of a note's words with their roles.

    Labels give a role to what follows, predicates to what precedes; ``bare`` is the role of
    names that have neither.
    """
    first_leads = _who_leads(norm, start, end)
    # 责任单位(第一位为牵头单位):A、B says so in its label; else the statement closes the list.
    closes = first_leads is not None and not _IN_LABEL.match(norm, first_leads.end(), end)
    stop = first_leads.start() if first_leads and closes else end
    found: list[_Named] = []
    role, at, skipping = bare, start, False
    for mark in _marks(norm, start, stop) if marks is None else marks:
        if mark.start >= stop:
            break
        if mark.is_label:
            if not skipping:
                found.extend(_given(norm, at, mark.start, role))
            role, skipping = mark.role, mark.role is None
        elif not skipping:
            found.extend(_given(norm, at, mark.start, mark.role))
            role = "responsible"
        at = mark.end
    if not skipping:
        found.extend(_given(norm, at, stop, role))
    return _first_led(tuple(found)) if first_leads else tuple(found)


def _given(norm: str, start: int, end: int, role: Role | None) -> Iterator[_Named]:
    """The names of ``[start, end)`` with ``role``, or with that a bracket behind them gives."""
    if role is None or end - start < 2:
        return
    for span in units_in(norm, start, end):
        if norm[span.end - 1] != ")":
            yield _Named(role, span)
            continue
        name, own = own_role(span.of(norm))
        given = _label_role(own) if own else role
        yield _Named(given or role, Span(span.start, span.start + len(name)))


def _first_led(named: tuple[_Named, ...]) -> tuple[_Named, ...]:
    """列第一位者为牵头单位: the first of a list leads, if the list has no lead of its own."""
    if not named or any(one.role == "lead" for one in named):
        return named
    first = next((i for i, one in enumerate(named) if one.role == "responsible"), None)
    if first is None:
        return named
    return (*named[:first], named[first]._replace(role="lead"), *named[first + 1 :])


# -------------------------------------------------------------------- notes
def _notes(outline: Outline) -> list[_Note]:
    """All notes of the plan in order, the rule on who leads applied to them."""
    norm = outline.norm
    brackets = list(_bracketed(outline))
    taken = [note.span for note in brackets]
    labels = [label for label in _labels(norm) if not _inside(taken, label[0].start)]
    lines = list(_labelled(norm, labels))
    cells = list(_cells(outline, labels))
    in_tables = sorted(note.span for note in cells)
    notes = [n for n in (*brackets, *lines) if not _inside(in_tables, n.span.start)] + cells
    notes.sort(key=lambda note: note.span)
    leads_from = _leads_from(norm, notes)
    return [
        note._replace(named=_first_led(note.named)) if note.span.start >= leads_from else note
        for note in notes
        if note.named
    ]


def _inside(spans: list[Span], offset: int) -> bool:
    """True if ``offset`` lies in one of ``spans``, which are in order."""
    i = bisect_left(spans, (offset + 1,)) - 1
    return i >= 0 and spans[i].start <= offset < spans[i].end


def _leads_from(norm: str, notes: list[_Note]) -> int:
    """From where on the first of a list leads: 下同 in a note, or a statement outside notes."""
    spans = [note.span for note in notes]
    at, earliest = 0, len(norm) + 1
    while said := _who_leads(norm, at, len(norm)):
        at = said.end()
        i = bisect_left(spans, (said.start() + 1,)) - 1
        if i < 0 or said.start() >= spans[i].end:
            if _in_header(norm, said):
                continue
            return 0
        if _FROM_HERE.search(norm, said.end(), spans[i].end):
            earliest = min(earliest, spans[i].start)
    return earliest


def _in_header(norm: str, said: re.Match[str]) -> bool:
    """True if the statement stands in the head of a column, and so holds for that column."""
    line = norm.rfind("\n", max(0, said.start() - 200), said.start()) + 1
    return norm.find("\t", line, said.end() + 10) >= 0


# A bracket inside may explain a name (各县(市、区)政府); an item's (2) shows that the closing
# bracket before it is missing.
_BRACKET = re.compile(
    r"[(〔](?P<said>(?:[^()〔〕\n]++"
    r"|[(〔](?![0-9一二三四五六七八九十]{1,3}[)〕]|责任|牵头单|配合单)[^()〔〕\n]{0,40}[)〕]){1,80}+)"
    r"(?P<close>[)〕])?"
)
_CLAUSE_END = re.compile(r"[,;。)〕]|$")
_SHORTEST = 3
_LONGEST_HEADING = 60


def _bracketed(outline: Outline) -> Iterator[_Note]:
    """Notes in brackets; one whose closing bracket is missing ends with its sentence."""
    norm, at = outline.norm, 0
    while match := _BRACKET.search(norm, at):
        start, end = match.span("said")
        at = match.end()
        if end - start < _SHORTEST:
            continue
        if match["close"] is None:
            stop = norm.find("。", start, end)
            end = at = stop if stop >= 0 else end
            while end > start and norm[end - 1] in " \t\r":
                end -= 1
            at = max(at, start)
        named: tuple[_Named, ...] = ()
        if marks := list(_marks(norm, start, end)):
            if _is_note(norm, marks[0], end):
                named = _named(norm, start, end, None, marks)
        elif match["close"] and _stands_alone(outline, *match.span()):
            named = _bare(norm, start, end)
        if named:
            yield _Note(
                Span(match.start(), max(end, match.end() if match["close"] else end)), named
            )


def _is_note(norm: str, mark: _Mark, end: int) -> bool:
    """True if a bracket's words say who does it, not what something is (由县政府负责的项目)."""
    if mark.is_label:
        return True
    stop = _CLAUSE_END.search(norm, mark.end, end)
    return norm.find("的", mark.end, stop.start() if stop else end) < 0


def _stands_alone(outline: Outline, start: int, end: int) -> bool:
    """True for a bracket that follows a finished sentence or ends a heading, as a note does."""
    norm = outline.norm
    before = norm[max(0, start - 4) : start].rstrip(" \t")
    if before[-1:] in ("。", ";", "!", "\n", ""):
        return True
    section = outline.section_at(start)
    if section < 0 or start - outline.sections[section].start > _LONGEST_HEADING:
        return False
    line = norm.rfind("\n", max(0, start - _LONGEST_HEADING), start) + 1
    heading = outline.sections[section].start
    return (
        heading >= line
        and norm.find("。", heading, start) < 0
        and norm[end : end + 1] in ("。", "\n", "\r", "")
    )


def _bare(norm: str, start: int, end: int) -> tuple[_Named, ...]:
    """The names of a bracket that holds nothing else: (市教育局、市财政局)."""
    spans = units_in(norm, start, end)
    names = sum(span.end - span.start for span in spans)
    if dated := _CLOSING_DATE.search(norm, start, end):
        end = dated.start()
    if not spans or not is_proper(spans[0].of(norm)) or names * 5 < (end - start) * 2:
        return ()
    return tuple(_Named("responsible", span) for span in spans)


# (县交通局,2026年12月)
_CLOSING_DATE = re.compile(
    r"[,;、 ](?:20[0-9]{2}年)?(?:[0-9]{1,2}月)?(?:年?底|末)?(?:之?前|以前)?$"
)
# All label words followed by what makes them a label; a scan, so it begins plainly.
_LABELLED = re.compile(
    rf"(?:{_alternatives(_LABEL_WORDS)})"
    rf"(?:{_KIND}(?:\([^()\n]{{0,30}}\))?[ \t]*(?=[:\s|]|$)|[ \t]*(?=:))"
)
_LABEL_BEFORE = Rare(rf"(?:^|[^\u4e00-\u9fff、“])(?P<head>(?:{_LABEL_HEADS})*)$")
_NEXT_LINE = Rare(r"[ \t]*\r?\n[ \t]*(?=\S)")
_GOES_ON = Rare(rf"。\s{{0,3}}(?:{_alternatives(_LABEL_WORDS)}){_KIND}\s*:")
_LONGEST_LINE = 1500


def _labels(norm: str) -> list[tuple[Span, Role]]:
    """The labels (责任单位) that begin a line, a cell or a sentence, and their roles."""
    found: list[tuple[Span, Role]] = []
    for match in _LABELLED.finditer(norm):
        start = match.start()
        before = _LABEL_BEFORE.search(norm[max(0, start - 7) : start])
        role = _label_role(match[0])
        if before is not None and role is not None:
            found.append((Span(start - len(before["head"]), match.end()), role))
    return found


def _labelled(norm: str, labels: list[tuple[Span, Role]]) -> Iterator[_Note]:
    """Lines such as 责任单位:市教育局、市财政局, also without a colon, also on two lines."""
    done = 0
    for label, role in labels:
        if label.start < done:
            continue
        sign = norm[label.end : label.end + 1]
        start = label.end + (sign == ":")
        newline = _NEXT_LINE.match(norm, start)
        if newline and norm[label.start - 1 : label.start] == "\t":
            continue  # the last head of a table's columns
        start = newline.end() if newline else start
        end = _said_end(norm, start)
        if sign == "\t":
            tab = norm.find("\t", start + 1, end)
            end = tab if tab >= 0 else end
        if (newline or sign != ":") and not _only_units(norm, start, end):
            continue
        done = end
        named = _named(norm, start, end, role)
        if _who_leads(norm, label.start, label.end):
            named = _first_led(named)
        if named:
            yield _Note(Span(label.start, end), named)


def _said_end(norm: str, start: int) -> int:
    """The end of a labelled line: of its sentence, or behind a further label in it."""
    limit = min(len(norm), start + _LONGEST_LINE)
    line = norm.find("\n", start, limit)
    line = limit if line < 0 else line
    stop = norm.find("。", start, line)
    while stop >= 0 and (
        _GOES_ON.match(norm, stop) or _who_leads(norm, stop, min(line, stop + 30))
    ):
        stop = norm.find("。", stop + 1, line)
    end = stop if stop >= 0 else line
    while end > start and norm[end - 1] in " \t\r":
        end -= 1
    return end


def _only_units(norm: str, start: int, end: int) -> bool:
    """True if ``[start, end)`` holds names of organisations and nothing else to speak of."""
    spans = units_in(norm, start, min(end, start + 400))
    return bool(spans) and sum(b - a for a, b in spans) * 10 >= (end - start) * 6


# ------------------------------------------------------------------- tables
_HEADER_CELL = Rare(
    rf"\s*(?:(?:{_LABEL_HEADS})*(?:{_alternatives(_LABEL_WORDS)}){_KIND}(?:\([^()\n]{{0,30}}\))?"
    r"|责任(?:乡镇|镇街|街道|县区|区县)|牵头|配合|协办|主办|协同|责任)\s*$"
)
# Heads that are no labels elsewhere: 任务|牵头|配合.
_BARE_HEAD = Rare(r"[\t|](?P<word>牵头|主办|责任)[ \r]{0,3}[\t|\n]")


def _cells(outline: Outline, labels: list[tuple[Span, Role]]) -> Iterator[_Note]:
    """Notes made of table cells under a header such as 责任单位."""
    norm = outline.norm
    for table in _tables(outline, labels):
        yield from _columns(norm, table)


def _tables(
    outline: Outline, labels: list[tuple[Span, Role]]
) -> Iterator[list[list[tuple[int, Span]]]]:
    """The tables as rows of (column, cell): those of the document, else those of its lines.

    Lines make a table with tabs or bars between cells, or with a cell on each line.
    """
    if outline.document.tables:
        for table in outline.document.tables:
            rows: defaultdict[int, list[tuple[int, Span]]] = defaultdict(list)
            for cell in table.cells:
                rows[cell.row].append((cell.column, cell.span))
            yield [rows[row] for row in sorted(rows)]
        return
    norm = outline.norm
    heads = [label for label, _ in labels if norm[label.end : label.end + 1] != ":"]
    for mark in ("\t", "|"):
        if mark in norm:
            bare = [Span(*match.span("word")) for match in _BARE_HEAD.finditer(norm)]
            yield from _marked(norm, sorted([*heads, *bare]) if bare else heads, mark)
    yield from flat_tables(norm, heads)


def _marked(norm: str, heads: list[Span], mark: str) -> Iterator[list[list[tuple[int, Span]]]]:
    reached = 0
    for head in heads:
        if head.start < reached:
            continue
        line = norm.rfind("\n", reached, head.start) + 1
        line = line or reached
        rows_here: list[list[tuple[int, Span]]] = []
        while line < len(norm):
            stop = norm.find("\n", line)
            stop = len(norm) if stop < 0 else stop
            if norm.find(mark, line, stop) < 0:
                break
            rows_here.append(list(_split(norm, line, stop, mark)))
            line = stop + 1
        reached = line
        yield rows_here


def _split(norm: str, line: int, stop: int, mark: str) -> Iterator[tuple[int, Span]]:
    column = 0
    while line <= stop:
        tab = norm.find(mark, line, stop)
        end = tab if tab >= 0 else stop
        yield column, Span(line, end)
        column, line = column + 1, end + 1


def _columns(norm: str, rows: list[list[tuple[int, Span]]]) -> Iterator[_Note]:
    roles: dict[int, tuple[Role, bool]] = {}
    for row in rows:
        heads = {
            column: (role, _FIRST_LEADS.search(span.of(norm)) is not None)
            for column, span in row
            if _HEADER_CELL.match(norm, *span) and (role := _label_role(span.of(norm).strip()))
        }
        if heads and len(row) > 1:
            roles = heads
            continue
        for column, span in row:
            if column not in roles or span.start >= span.end:
                continue
            role, first_leads = roles[column]
            named = _named(norm, span.start, span.end, role)
            if named:
                if first_leads:
                    named = _first_led(named)
                yield _Note(span, named, Span(row[0][1].start, row[-1][1].end))


# -------------------------------------------------------------- running text
_ACTS: dict[str, Role] = {
    "牵头": "lead", "负责": "responsible", "配合": "support", "协助": "support", "参与": "support",
}  # fmt: skip
_ACT = re.compile("|".join(_ACTS))
# A bracket that closes within a name (各县(市、区)政府) does not begin a clause.
_CLAUSE_START = re.compile(r"[,;。:\n\"“”!?\t]|\((?![^()\n]{1,12}\)[^,;。(]{2})|\)(?=[,;。\s])")
_REACH = 90


def _running(outline: Outline, notes: list[_Note]) -> Iterator[_Named]:
    """Organisations that lead or are responsible in a sentence: 市发改委牵头建立…"""
    norm = outline.norm
    taken = [note.span for note in notes]
    yield from _described(norm, outline.body_start, outline.body_end)
    led = -1
    for act in _ACT.finditer(norm, outline.body_start, outline.body_end):
        role, at = _ACTS[act[0]], act.start()
        if role == "support" and (led < 0 or at - led > 2 * _REACH or "。" in norm[led:at]):
            continue
        if _NO_PREDICATE.match(norm, act.end()) or _inside(taken, at):
            continue
        spans = _subjects(norm, at, led=role == "support")
        if role == "responsible" and spans and _steers(norm, spans, act.end()):
            continue
        if spans and not (role == "responsible" and _qualifies(norm, spans[0].start, act.end())):
            led = at
            yield from (_Named(role, span) for span in spans)


# 县住建局:负责垃圾收运… in a list of who does what.
_DESCRIBED = re.compile(r":[ ]?(?:主要)?(?P<act>牵头|负责|配合|协助|参与)")


def _described(norm: str, start: int, end: int) -> Iterator[_Named]:
    """The organisations that head a line on what each of them does (责任分工)."""
    for match in _DESCRIBED.finditer(norm, start, end):
        line = norm.rfind("\n", start, match.start()) + 1
        if not line or match.start() - line > _REACH:
            continue
        spans = units_in(norm, line, match.start())
        named = sum(b - a for a, b in spans) * 10 >= (match.start() - line) * 6
        if named and all(is_proper(span.of(norm)) for span in spans):
            yield from (_Named(_ACTS[match["act"]], span) for span in spans)


def _qualifies(norm: str, start: int, end: int) -> bool:
    """True where a clause only describes something: 由县政府负责审批的项目."""
    if norm[start - 1 : start] != "由":
        return False
    stop = _CLAUSE_END.search(norm, end, min(len(norm), end + 40))
    return norm.find("的", end, stop.start() if stop else end + 40) >= 0


# 领导小组负责统筹推进: they steer the whole plan, and no one can be held to that.
_STEERS = Rare(r"[^,;。]{0,24}(?:推进|统筹|协调|指导|组织|领导)")
_STEERING = Rare(r"(?:领导小组|协调小组|工作小组|委员会|指挥部|联席会议)$")


def _steers(norm: str, spans: tuple[Span, ...], end: int) -> bool:
    return (
        all(_STEERING.search(norm, span.start, span.end) for span in spans)
        and _STEERS.match(norm, end) is not None
    )


def _subjects(norm: str, end: int, *, led: bool) -> tuple[Span, ...]:
    """The organisations that stand right before ``end`` as the subject of its clause.

    Where another one leads (``led``), it is enough that one of them says whose it is.
    """
    low = max(0, end - _REACH)
    cuts = [match.end() for match in _CLAUSE_START.finditer(norm, low, end)]
    start = cuts[-1] if cuts else low
    by = norm.rfind("由", start, end)
    if by >= 0 and norm[by - 1 : by] != "自":
        start = by
    start = without_lead_in(norm, start, end)
    spans = units_in(norm, start, end)
    proper = (is_proper(span.of(norm)) for span in spans)
    if not spans or not (any(proper) if led else all(proper)):
        return ()
    gap = norm[spans[-1].end : end]
    return spans if spans[0].start == start and (is_manner(gap) or gap[0] == "等") else ()


# ------------------------------------------------------ which item a note closes
class _Homes:
    """Which item each note closes.

    A note belongs to the innermost numbered item at its place, unless it closes a whole item
    from behind its last sub-item: see ``_climbed``.
    """

    def __init__(self, outline: Outline, notes: list[_Note]) -> None:
        self._outline = outline
        self._notes = notes
        self._starts = [note.span.start for note in notes]
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        for i, parent in enumerate(outline.parents):
            self._children[parent].append(i)
        self._habit = self._habits()
        tabled = any(note.row is not None for note in notes)
        self._annexes = [m.start() for m in _ANNEX.finditer(outline.norm)] if tabled else []
        self._home = [self._climbed(note) for note in notes]
        self._bound: list[Span] = []
        for i in range(len(notes)):
            self._bound.append(self._bound_by(i))

    def path(self, i: int) -> str | None:
        """The path of the item that note ``i`` closes."""
        home = self._home[i]
        return self._outline.sections[home].path if home >= 0 else None

    def bound(self, i: int) -> Span:
        """The text that note ``i`` closes."""
        return self._bound[i]

    def _bound_by(self, i: int) -> Span:
        outline, note, home = self._outline, self._notes[i], self._home[i]
        if note.row is not None:
            return note.row
        start = outline.bodies[home] if home >= 0 else outline.body_start
        before = self._notes[i - 1] if i else None
        if before is not None and start < before.span.end <= note.span.start:
            if not outline.norm[before.span.end : note.span.start].strip(" \t\r\n,;。"):
                return Span(min(self._bound[-1].start, note.span.start), note.span.start)
            start = before.span.end
        while start < note.span.start and outline.norm[start] in "。;, \t\r\n":
            start += 1
        if start >= note.span.start and home >= 0:
            # It stands with the heading: all that follows under the heading is bound.
            return Span(outline.sections[home].start, outline.sections[home].end)
        return Span(min(start, note.span.start), note.span.start)

    def _climbed(self, note: _Note) -> int:
        """The item that ``note`` closes, climbing from a last sub-item to its parent.

        A note at the end of a paragraph in which several items begin closes the outermost of
        them none of whose earlier sub-items has a note of its own.  Where sub-items have
        paragraphs of their own, it does so if the plan's other items of that rank do the same,
        or if it has a line to itself and no sub-item of that rank has a note on a line of its own.
        """
        outline = self._outline
        home = outline.section_at(note.span.start)
        if note.row is not None:
            # A table in an annex belongs to no item of the plan.
            i = bisect_left(self._annexes, note.row.start) - 1
            behind = home >= 0 and i >= 0 and self._annexes[i] > outline.starts[home]
            return -1 if behind else home
        while home >= 0:
            parent = outline.parents[home]
            if parent < 0 or not self._closes(note, home, parent):
                break
            first = outline.sections[self._children[parent][0]].start
            if self._any_note(first, outline.sections[home].start):
                break
            if not self._same_paragraph(parent, note) and not self._customary(parent, note):
                break
            home = parent
        return home

    def _closes(self, note: _Note, home: int, parent: int) -> bool:
        """True if ``note`` ends the last of several sub-items of ``parent``."""
        outline = self._outline
        siblings = self._children[parent]
        if len(siblings) < 2 or siblings[-1] != home:
            return False
        end = outline.sections[home].end
        rest = outline.norm[note.span.end : min(end, note.span.end + 40)]
        closed = not rest.strip(" \t\r\n。;,)") or _BOX.match(rest) is not None
        return closed or self._only_notes(note.span.end, end)

    def _only_notes(self, start: int, end: int) -> bool:
        """True if ``[start, end)`` holds notes (配合单位:…) and dates (完成时限:…) alone."""
        norm = self._outline.norm
        i = bisect_left(self._starts, start)
        for note in self._notes[i : i + 6]:
            span = note.span
            if span.start >= end:
                break
            if norm[start : span.start].strip(" \t\r\n。;,)"):
                return False
            start = span.end
        return _ONLY_DATE.fullmatch(norm, start, min(end, start + 80)) is not None

    def _any_note(self, start: int, end: int) -> bool:
        i = bisect_left(self._starts, start)
        return i < len(self._starts) and self._starts[i] < end

    def _same_paragraph(self, parent: int, note: _Note) -> bool:
        start = self._outline.sections[parent].start
        return self._outline.norm.find("\n", start, note.span.start) < 0

    def _customary(self, parent: int, note: _Note) -> bool:
        inner, closing, alone = self._habit[self._rank(parent)]
        # A few measures with units of their own do not undo what most items do.
        return closing >= max(2, 2 * inner) or (not alone and self._own_line(note.span.start))

    def _own_line(self, start: int) -> bool:
        norm = self._outline.norm
        return not norm[norm.rfind("\n", 0, start) + 1 : start].strip()

    def _rank(self, i: int) -> int:
        return self._outline.sections[i].path.count("/")

    def _habits(self) -> defaultdict[int, list[int]]:
        """For each rank of items: how many have notes in earlier sub-items, how many only last.

        The third number counts those of the first whose earlier note has a line to itself.
        """
        habit: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        outline = self._outline
        for parent, children in self._children.items():
            if parent < 0 or len(children) < 2:
                continue
            last = outline.sections[children[-1]]
            first = outline.sections[children[0]].start
            if self._any_note(first, last.start):
                habit[self._rank(parent)][0] += 1
                own = self._own_line(self._starts[bisect_left(self._starts, first)])
                habit[self._rank(parent)][2] += own
            elif self._any_note(last.start, last.end):
                habit[self._rank(parent)][1] += 1
        return habit


_ANNEX = Rare(r"附 ?[件表] ?[0-9一二三四五六七八九十]{0,3}(?:[ \t\r]{0,9}|:[^\n。,]{2,40})\n")
# A box or table behind the note is no more of the sub-item's text.
_BOX = Rare(r"[。;,) \t\r]*\n\s*(?:专\s?栏|附?表)\s?[0-9一二三四五六七八九十]")
_ONLY_DATE = Rare(r"[\s。;,)]*(?:(?:完成|整改|办结|实施)?(?:时限|时间|期限)[^\n]{0,60}[\s。;,)]*)?")
