"""Headings and numbered items → sections; the text between them → sentences (方案结构).

The outline is made from the printed markers alone (第一章, 一、, (一), 1., (1), ①), so that it
reads a text file as well as a Word file.  What the numbering has skipped or repeated stays
as printed; ``guatu.checks`` reports it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from guatu.documents.document import Document
from guatu.ledger.records import Section
from guatu.reading.numbered_rows import NumberedRow, numbered_rows, task_rows
from guatu.text.normal import normal
from guatu.text.rare import Rare
from guatu.text.span import Quote

# Ranks of the kinds of markers in the order of GB/T 9704 and of published plans.
_RANKS = {
    "part": 0, "chapter": 1, "node": 2, "article": 3, "cn": 4, "inner": 5, "pc": 6, "ar": 7,
    "pa": 8, "ap": 9, "ci": 10,
}  # fmt: skip
# The kinds of marker that may stand above a row, each with the next deeper one.
_BELOW = {"ar": "pa", "pa": "ap", "ap": "ci"}
_DIVISIONS = {"编": "part", "篇": "part", "章": "chapter", "节": "node", "条": "article"}

_MARKER_WORDS = (
    # 第一条生产线 is no article: a gap stands behind an article's number.
    r"第(?P<div>[一二三四五六七八九十百0-9]{1,4})"
    r"(?P<unit>[编篇章节](?=[\s、.:]|[\u4e00-\u9fff])|条(?=[ \t、:]))"
    r"|(?P<cn>[一二三四五六七八九十]{1,3}) {0,2}[、.](?![一二三四五六七八九十]{1,3}[、级类产次线])"
    r"|\( ?(?P<pc>[一二三四五六七八九十]{1,3}) ?\)"
    r"|(?P<ar>[0-9]{1,2}) ?[、.]"
    r"|\( ?(?P<pa>[0-9]{1,2}) ?\)"
    r"|(?P<ap>[0-9]{1,2})\)"
    r"|(?P<ci>[①-⑳])"
)
_MARKER = Rare(_MARKER_WORDS)
# A marker stands at a line's start or behind the end of a sentence; beginning with that one
# character lets the engine skip everything else.
_PLACED = re.compile(rf"[\n\r\t。;:!?)”](?= {{0,12}}(?P<mark>{_MARKER_WORDS}))")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_LINE_START = frozenset("\n\r\t")
_BREAK = re.compile(r"[。!?\n]")
# 3.10月底前,… behind (二): an item that begins with a date.
_DATE_AHEAD = re.compile(
    r"(?:20[0-9]{2}年|(?:1[0-2]|[1-9])月(?:[0-9]{1,2}日|[底末]|份|[上中下]旬))"
)
# 附件:1.… 2.… lists what is attached; like a note, its numbers are no items of the plan.
_NOTE = re.compile(r"\s*(?:注|备注|说明|附\s?件[0-9]*)\s*:")
_ATTACHED = re.compile(r"(?m)^ {0,40}附 ?件 ?[0-9一二三四五六七八九十]{0,3} {0,40}$")
_ANNEX = Rare(r"(?m)^ {0,40}附 ?[件表] ?[0-9一二三四五六七八九十]{0,3}(?: {0,40}$|:)")
_CONTENTS_LINE = re.compile(r"^ {0,40}目 {0,8}[录次] {0,40}$", re.M)
_LEADER = Rare(r"(?:[.…·]{3,}|\t)\s*[0-9]{1,4}\s*$")
_BACK = re.compile(
    r"^\s*(?:抄\s?[送报]|主\s?送|\(?此件|扫一扫|分享到|责任编辑|来源:"
    r"|上一[篇条]|下一[篇条]|相关链接|[^\n。]{0,20}(?:版权声明|免责声明|版权所有|转载请|本站|浏览次数|打印本页|关闭窗口)|[^\n。]{0,30}(?:20|19)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日\s*(?:印发.*)?$)"
)
_SIGNED = Rare(
    r"\s{0,40}[\u4e00-\u9fff]{2,28}(?:政府|办公[室厅]|委员会|[局厅部委院署]|领导小组|指挥部)\s{0,80}"
)
_LETTER = re.compile(
    r"公开征求|征求.{0,12}意见|印发(?:给|你们|实施)|现(?:予)?印发|现将|请(?:认真|遵照|结合|贯彻|各)"
)
_TITLE_BREAK = re.compile(r"[。:\n]")
_LONG_TITLE = 42


class Sentence(NamedTuple):
    """A run of text up to a full stop or line end, with its innermost section.

    ``section`` is an index into ``Outline.sections``, -1 before the first; ``kind`` is one of
    ``front`` (before the plan's body), ``title``, ``body``, ``note`` (注:), ``back``.
    """

    start: int
    end: int
    section: int
    kind: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's text in one width, its sections and its sentences.

    ``norm`` has the length of ``text``; ``parents[i]`` is the index of section ``i``'s parent
    or -1; ``bodies[i]`` the offset where its matter begins behind marker and title;
    ``run_in[i]`` tells whether matter follows on the title's own line.
    """

    document: Document
    text: str
    norm: str
    sections: tuple[Section, ...]
    parents: tuple[int, ...]
    bodies: tuple[int, ...]
    run_in: tuple[bool, ...]
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]
    body_start: int
    body_end: int

    def section_at(self, offset: int) -> int:
        """Index of the innermost section that has begun at ``offset``; -1 before the first."""
        return bisect_right(self.starts, offset) - 1

    def path_at(self, offset: int) -> str | None:
        """The path of that section, None before the first."""
        i = bisect_right(self.starts, offset) - 1
        return self.sections[i].path if i >= 0 else None

    def quote(self, start: int, end: int) -> Quote:
        """The document's own words at ``[start, end)``."""
        return Quote(start, self.text[start:end])


class _Mark(NamedTuple):
    start: int
    end: int
    kind: str
    token: str
    number: int
    at_line_start: bool
    row: NumberedRow | None = None


def outline_of(document: Document) -> Outline:
    """The outline of a document: its numbered sections and the sentences between them."""
    text = document.text
    norm = normal(text)
    marks = _chosen(norm, _ranked(list(_marks(norm))))
    marks = _with_rows(norm, marks) if marks else _rows(norm)
    body_end = _body_end(norm, marks)
    marks = [mark for mark in marks if mark.start < body_end]
    sections, parents, bodies, run_in = _sections(text, norm, marks, body_end)
    starts = tuple(section.start for section in sections)
    body_start = _body_start(norm, starts[0] if starts else 0)
    sentences = _sentences(norm, starts, bodies, body_start, body_end)
    return Outline(
        document, text, norm, sections, parents, bodies, run_in, sentences, starts, body_start,
        body_end,
    )  # fmt: skip


# ------------------------------------------------------------------ markers
def _marks(norm: str) -> Iterator[_Mark]:
    """Everything that could be a marker and stands where a marker may stand."""
    first = _PLACED.match("\n" + norm[:40])
    for match in [first] if first else []:
        yield _mark_of(match, match.start("mark") - 1, True)
    for match in _PLACED.finditer(norm):
        at_line_start = match[0] in _LINE_START
        mark = _mark_of(match, match.start("mark"), at_line_start)
        if mark.kind in ("part", "chapter", "node", "article", "ap") and not at_line_start:
            continue
        if mark.kind == "cn" and not at_line_start and match[0] != "。":
            continue
        yield mark


def _ranked(marks: list[_Mark]) -> list[_Mark]:
    """Articles (第一条) that begin behind 一、 stand below it; else they stand above."""
    first = next((mark.kind for mark in marks if mark.kind in ("article", "cn")), None)
    if first != "cn" or all(mark.kind != "article" for mark in marks):
        return marks
    return [mark._replace(kind="inner") if mark.kind == "article" else mark for mark in marks]


def _rows(norm: str) -> list[_Mark]:
    """The rows of a table with 序号: the numbered items of a plan that has no others."""
    return [_row_mark(row, "ar") for row in numbered_rows(norm)]


def _with_rows(norm: str, marks: list[_Mark]) -> list[_Mark]:
    """The marks with the rows of tables of tasks, which stand below the item before the table."""
    for rows in task_rows(norm):
        start, end = rows[0].start, rows[-1].end
        before = [mark for mark in marks if mark.start < start]
        if before and _ANNEX.search(norm, before[-1].end, start):
            continue  # a table in an annex belongs to no item of the plan
        above = before[-1].kind if before else "pc"
        kind = "ar" if _RANKS[above] < _RANKS["ar"] else _BELOW.get(above, "ci")
        # What a cell numbers for itself (1.… 2.…) is no item beside the rows.
        inside = [m for m in marks if start <= m.start < end and m.kind not in ("ar", kind)]
        behind = [mark for mark in marks if mark.start >= end]
        numbered = [*inside, *(_row_mark(row, kind) for row in rows)]
        marks = [*before, *sorted(numbered, key=lambda mark: mark.start), *behind]
    return marks


def _row_mark(row: NumberedRow, kind: str) -> _Mark:
    return _Mark(row.start, row.end, kind, str(row.number), row.number, True, row)


def _mark_of(match: re.Match[str], start: int, at_line_start: bool) -> _Mark:
    unit, cn, pc, ar, pa, ap, _ = match.group("unit", "cn", "pc", "ar", "pa", "ap", "ci")
    if unit:
        kind = "unit"
    elif cn or pc:
        kind = "cn" if cn else "pc"
    else:
        kind = "ar" if ar else "pa" if pa else "ap" if ap else "ci"
    whole = match["mark"]
    if kind == "unit":
        kind = _DIVISIONS[match["unit"]]
        number, token = _number(match["div"]), whole
    else:
        inner = match[kind]
        number = ord(inner) - 0x245F if kind == "ci" else _number(inner)
        token = f"({inner})" if kind in ("pc", "pa") else inner + (")" if kind == "ap" else "")
    return _Mark(start, start + len(whole), kind, token, number, at_line_start)


def _number(digits: str) -> int:
    """二十三 → 23, 12 → 12; 0 for what is no number."""
    if digits.isascii():
        return int(digits)
    tens, _, ones = digits.rpartition("十")
    if "十" in digits:
        return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)
    return _DIGITS.get(digits, 0) if len(digits) == 1 else 0


def _chosen(norm: str, marks: list[_Mark]) -> list[_Mark]:
    """The marks that number the plan: no table of contents, no notes, no inline enumeration."""
    marks = _without_contents(norm, marks)
    chosen: list[_Mark] = []
    open_: dict[str, int] = {}  # kind → last number, of the open branch
    latest: dict[str, int] = {}  # kind → last number, of items numbered through all branches
    notes_until = -1
    note_number = 0
    for mark in marks:
        if mark.start < notes_until:
            continue
        rank = _RANKS[mark.kind]
        expected = open_.get(mark.kind, 0) + 1
        if mark.kind in ("ar", "pa", "ap", "ci"):
            if note_number and mark.kind == "ar" and mark.number == note_number + 1:
                note_number = mark.number
                continue
            if _in_note(norm, mark.start):
                note_number = mark.number
                continue
        note_number = 0
        if not mark.at_line_start and mark.number not in (1, expected):
            continue
        # 4.2020年… and 11.121人才… are items where the sequence says so; 2.5万 is a number.
        if (
            mark.kind == "ar"
            and norm[mark.end : mark.end + 1].isdigit()
            and not (mark.at_line_start and mark.number == expected > 1)
            and not (
                mark.at_line_start
                and mark.number == latest.get("ar", 0) + 1
                and _DATE_AHEAD.match(norm, mark.end)
            )
        ):
            continue
        if mark.kind in ("ar", "ap", "pa") and mark.number == 0:
            continue
        chosen.append(mark)
        open_ = {kind: number for kind, number in open_.items() if _RANKS[kind] < rank}
        open_[mark.kind] = latest[mark.kind] = mark.number
    return chosen


def _in_note(norm: str, start: int) -> bool:
    """True on a line that begins with 注: (its 1. 2. 3. number notes, not items)."""
    line = norm.rfind("\n", 0, start) + 1
    return start - line < 12 and _NOTE.match(norm, line) is not None


def _without_contents(norm: str, marks: list[_Mark]) -> list[_Mark]:
    """Marks without those of a table of contents (目录)."""
    kept = [mark for mark in marks if not (mark.at_line_start and _leads_to_page(norm, mark))]
    contents = _CONTENTS_LINE.search(norm)
    if contents is None:
        return kept
    after = [i for i, m in enumerate(kept) if m.start > contents.end()]
    if not after:
        return kept
    first = _line(norm, kept[after[0]].start).strip()
    for i in after[1:]:
        if _line(norm, kept[i].start).strip() == first:
            return kept[: after[0]] + kept[i:]
    return kept


def _leads_to_page(norm: str, mark: _Mark) -> bool:
    """True for a line of a table of contents: it ends with dots and the number of a page."""
    line = _line(norm, mark.start)
    return line.rstrip()[-1:].isdigit() and _LEADER.search(line) is not None


def _line(norm: str, start: int) -> str:
    end = norm.find("\n", start)
    return norm[start : end if 0 <= end < start + 200 else start + 200]


# ----------------------------------------------------------------- sections
def _sections(
    text: str, norm: str, marks: list[_Mark], body_end: int
) -> tuple[tuple[Section, ...], tuple[int, ...], tuple[int, ...], tuple[bool, ...]]:
    ends = _ends(marks, body_end)
    sections: list[Section] = []
    parents: list[int] = []
    bodies: list[int] = []
    run_in: list[bool] = []
    stack: list[int] = []
    for i, mark in enumerate(marks):
        rank = _RANKS[mark.kind]
        while stack and _RANKS[marks[stack[-1]].kind] >= rank:
            stack.pop()
        parent = stack[-1] if stack else -1
        path = f"{sections[parent].path}/{mark.token}" if stack else mark.token
        stack.append(i)
        limit = marks[i + 1].start if i + 1 < len(marks) else body_end
        if mark.row is not None:
            title_start, title_end, body, runs = _row_title(norm, mark.row)
        else:
            title_start = mark.end
            title_end, body, runs = _title(norm, mark.end, limit)
        title = text[title_start:title_end].strip()
        sections.append(
            Section(path, title, Quote(mark.start, text[mark.start : title_end]), ends[i])
        )
        parents.append(parent)
        bodies.append(body)
        run_in.append(runs)
    return tuple(sections), tuple(parents), tuple(bodies), tuple(run_in)


def _ends(marks: list[_Mark], length: int) -> list[int]:
    """Where each section ends: at the next mark of its rank or a higher one."""
    ends = [length] * len(marks)
    open_: list[int] = []
    for i, mark in enumerate(marks):
        rank = _RANKS[mark.kind]
        while open_ and _RANKS[marks[open_[-1]].kind] >= rank:
            ends[open_.pop()] = mark.start
        open_.append(i)
    return ends


def _title(norm: str, start: int, limit: int) -> tuple[int, int, bool]:
    """End of the title, start of the matter behind it, and whether it runs in."""
    match = _TITLE_BREAK.search(norm, start, limit)
    end = match.start() if match else limit
    bracket = norm.find("(", start, end)
    if match is not None and match[0] == ":" and bracket > start and ")" not in norm[bracket:end]:
        # 2.某某改造(责任单位:…): the colon belongs to the note.
        return _trimmed(norm, start, bracket), bracket, True
    if match is None or match[0] == "\n":
        closed = _trimmed(norm, start, end)
        while closed > start and norm[closed - 1] in ";,、":
            closed -= 1
        return closed, end, False
    if end - start > _LONG_TITLE:
        comma = norm.find(",", start, end)
        # A whole sentence stands where a title would: its first clause names the item.
        return (comma if comma > 0 else end), start, True
    return end, end + 1, True


def _row_title(norm: str, row: NumberedRow) -> tuple[int, int, int, bool]:
    """Where the title of a row begins and ends, and its matter: the cell that says what to do."""
    end = row.title_end
    while norm[end - 1] in " 。;,":
        end -= 1
    return row.title, end, row.title, True


def _trimmed(norm: str, start: int, end: int) -> int:
    while end > start and norm[end - 1] in " \r\n\t":
        end -= 1
    return end


# ---------------------------------------------------------------- sentences
def _body_start(norm: str, first_section: int) -> int:
    """Where the plan's own text begins: behind its title, at the paragraph of its preface."""
    head = norm[:first_section]
    preface = None
    for match in re.finditer(r"(?m)^[ \t]*(?=(?:为|根据|按照|依据|近年来|“?十|[^\n]{60,}))", head):
        line = _line(head, match.start())
        if _LETTER.search(line) or "通知" in line[-12:]:
            preface = None
        elif preface is None:
            preface = match.start()
    return preface if preface is not None else first_section


def _body_end(norm: str, marks: list[_Mark]) -> int:
    """Where the plan's own text ends: before signature, 抄送 and the footer of the page."""
    top = min((_RANKS[mark.kind] for mark in marks), default=0)
    at = max((mark.end for mark in marks if _RANKS[mark.kind] == top), default=0)
    for attached in _ATTACHED.finditer(norm, at):
        at = attached.end()
    at = norm.find("\n", at) + 1
    above = at
    while 0 < at < len(norm):
        stop = norm.find("\n", at)
        stop = len(norm) if stop < 0 else stop
        line = norm[at : min(stop, at + 120)]
        if line and not line.isspace():
            if _BACK.match(line):
                # The issuer signs on the line above the date.
                return above if _SIGNED.fullmatch(norm, above, at) else at
            above = at
        at = stop + 1
    return len(norm)


def _sentences(
    norm: str, starts: tuple[int, ...], bodies: tuple[int, ...], body_start: int, body_end: int
) -> tuple[Sentence, ...]:
    new = tuple.__new__  # a plan has thousands of sentences: half the price of ``Sentence(…)``
    edges = {match.end() for match in _BREAK.finditer(norm)}
    edges.update((0, len(norm), body_start, body_end), starts, bodies)
    found: list[Sentence] = []
    section = -1
    # Where the next section begins, and where the matter of the present one does.
    following, matter = starts[0] if starts else len(norm), 0
    in_note = False
    for start, end in pairwise(sorted(edges)):
        while following <= start and section + 1 < len(starts):
            section += 1
            in_note = False
            matter = bodies[section]
            following = starts[section + 1] if section + 1 < len(starts) else len(norm)
        piece = norm[start:end]
        if piece.isspace():
            continue
        if start < body_start:
            kind = "front"
        elif start >= body_end:
            kind = "back"
        elif start < matter:
            kind = "title"
        else:
            if start == 0 or norm[start - 1] == "\n":
                in_note = _NOTE.match(piece) is not None or (
                    in_note and _MARKER.match(piece.lstrip()) is not None
                )
            kind = "note" if in_note else "body"
        found.append(new(Sentence, (start, end, section, kind)))
    return tuple(found)
