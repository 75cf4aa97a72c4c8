"""By when a number is to hold (时限): its clause, its sentence, its item, its plan."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date
from typing import NamedTuple

from guatu.ledger.records import DueFrom
from guatu.reading.extractors.targets.layout import Layout
from guatu.reading.extractors.targets.words import OPENERS
from guatu.reading.material import Material
from guatu.text.periods import Period
from guatu.text.rare import Rare

# 力争到2025年, 全市计划到2025年: a few words may stand before the date of a whole part.
_LEAD = 6
_WHOLE_YEAR = Rare(r"(?<![^,;。:\s])全年(?!龄)")
_SENT = re.compile(r"[\u4e00-\u9fff]{0,8}(?:交办|反馈|下达|移交|通报|巡视)(?!后)")
_OF_OLD = Rare(r"[\u4e00-\u9fff]{1,8}的")
# Found by its colon, the rarest of its characters.
_DEADLINE = re.compile(r":(?:(?<=[时期][限间]:)|(?<=[时期][限间]\s:))\s?")

# What may stand between 整改时限: and its date.
_AT_ONCE = Rare(r"[ 于在]{0,2}(?:(?:立行立改|即知即改|立即整改|立整立改)[,;、])?")
_DONE = Rare(
    r"(?:前|之前)?(?:全部|基本|全面|如期)?(?:完成|建成|完工|竣工|投用|投入使用|交付|通过[\u4e00-\u9fff]{0,4}验收)"
)
_LONGEST_ROW = 400
_DUE_HEAD = re.compile(r"\n[ ]{0,4}(?:完成|办结|整改|实施)(?:时限|时间|期限)[ ]{0,4}(?=\n)")
# Behind the date of such a cell: 10月底前投入使用.
_DUE_CELL = Rare(
    r"[ 前]{0,3}(?:全部|基本|全面)?"
    r"(?:完成|建成|完工|竣工|投用|投入使用|交付使用?|动工|开工|启动|通车|见效)?[ \r。]{0,4}"
)
# Between the cells of a table that was copied from a page: 一格一段.
_BLANK_LINES = Rare(r"(?:[ \t\r]{0,40}\n){2,9}")
_NO_DATE = Rare(
    r"\n(?=[ ]{0,4}(?:长期(?:坚持|推进|实施|任务)?|持续(?:推进|实施)?|常态化(?:推进|开展)?"
    r"|[每全]年)[ ]{0,4}\n)"
)
_STRETCH = Rare(r"[-至到]")
_YEAR_BEFORE = Rare(r"(?<![0-9])(?P<year>20[0-9]{2})年?[、和及与]$")
_MOST_YEARS = 5
# Longer than any of ``OPENERS``: with more words before it a date opens no sentence.
_LONGEST_OPENING = 40


class Timing(NamedTuple):
    """When a number is to hold and where that was read."""

    first: date | None
    due: date | None
    due_from: DueFrom | None
    period: Period | None = None


class Clock:
    """Answers for one plan; remembers what it found for each item."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._deadlines: list[tuple[int, Timing]] | None = None
        self._deadline_starts: list[int] = []
        # The dates of the sentence asked about last: one sentence holds many numbers.
        self._sentence = (-1, -1)
        self._dates: list[Period] = []
        self._leads: dict[int, Timing | None] = {}
        self._carrying = [period for period in material.periods if self._carries(period)]
        self._carrying_starts = [period.start for period in self._carrying]
        self._due_head = 0
        self._due_spaced = False
        self._due_lines = self._lines_of_dates()
        sections = material.outline.sections
        self._first_child = [section.end for section in sections]
        for i, parent in reversed(list(enumerate(material.outline.parents))):
            if parent >= 0:
                self._first_child[parent] = sections[i].start

    def of(self, at: int, layout: Layout, section: int) -> Timing:
        """The timing of a number at ``at`` in the sentence ``layout``."""
        material = self._material
        norm = material.outline.norm
        clause = layout.clause_at(at)
        stated = self._in_sentence(at, clause, layout)
        if stated is not None:
            return stated
        year = self._whole_year(layout.start, at)
        if year is not None:
            return Timing(date(year, 1, 1), date(year, 12, 31), "sentence")
        plan = material.plan
        found = self._of_row(at, layout) or self._of_item(section, layout.start)
        if found is None:
            if plan.end is None:
                return Timing(None, None, None)
            found = Timing(None, date(plan.end, 12, 31), "plan")
        if found.first is None and found.due and plan.start and plan.start <= found.due.year:
            every = material.periods_in(layout.starts[clause], at)
            if any(p.role == "every" and norm.startswith("每年", p.start) for p in every):
                found = found._replace(first=date(plan.start, 1, 1))
        return found

    def _in_sentence(self, at: int, clause: int, layout: Layout) -> Timing | None:
        """The date of the number's own sentence that governs it."""
        if self._sentence != (layout.start, layout.end):
            self._sentence = (layout.start, layout.end)
            self._dates = [
                p
                for p in self._material.periods_in(layout.start, layout.end)
                if p.last is not None and p.role in ("by", "in") and not self._describes(p)
            ]
        for period in reversed(self._dates):
            if period.start < at and self._governs(period, clause, layout):
                norm = self._material.outline.norm
                inserted = norm.startswith("的", period.end)  # 提高到2028年的60%
                if inserted or norm[period.start - 2 : period.start] == "展望":
                    period = period._replace(first=None)
                elif period.role == "in":
                    period = self._with_years_before(period)
                nearness = self._nearness(period, clause, layout)
                return Timing(period.first, period.last, nearness, period)
        behind = [p for p in self._dates if p.start >= at]
        for period in behind:
            if self._in_bracket(period, at, layout):
                return Timing(period.first, period.last, "clause", period)
        for period in behind:
            if self._closes(period, clause, layout):
                later = layout.clause_at(period.start) > clause
                return Timing(None, period.last, "sentence", period) if later else None
        return None

    def _with_years_before(self, period: Period) -> Period:
        """2026年、2027年每年新建…: the stretch from the first of the years that are listed."""
        norm = self._material.outline.norm
        while (year := _YEAR_BEFORE.search(norm, max(0, period.start - 8), period.start)) and (
            period.grain == "year" and period.first is not None
        ):
            first = int(year["year"])
            if not 0 < period.first.year - first <= _MOST_YEARS:
                break
            period = period._replace(start=year.start(), first=date(first, 1, 1))
        return period

    def _nearness(self, period: Period, clause: int, layout: Layout) -> DueFrom:
        """``clause`` where the date stands in the number's clause or is set off just before it."""
        own = layout.clause_at(period.start)
        if own == clause:
            return "clause"
        norm = self._material.outline.norm
        rest = norm[period.end : layout.ends[own]]
        set_off = own + 1 == clause and len(rest.strip(" 前内末底间期")) <= 1
        return "clause" if set_off else "sentence"

    def _whole_year(self, start: int, end: int) -> int | None:
        """The year 全年… speaks of: that of a one-year plan, else that of issue."""
        plan, norm = self._material.plan, self._material.outline.norm
        if norm.find("全年", start, end) < 0 or _WHOLE_YEAR.search(norm, start, end) is None:
            return None
        if plan.start is not None and plan.start == plan.end:
            return plan.start
        return plan.issued.year if plan.issued else None

    def of_row(self, at: int) -> date | None:
        """The date in the cell 完成时限 of the row at ``at``, in a table of a cell a line."""
        found = self._due_line(at) if self._due_lines else None
        return found.due if found else None

    def of_item(self, section: int, before: int) -> Timing:
        """The timing of a sentence without a date, at ``before``: of its item, or of the plan."""
        found = self._due_line(before) or self._of_item(section, before)
        end = self._material.plan.end
        if found is None and end is not None:
            return Timing(None, date(end, 12, 31), "plan")
        return found or Timing(None, None, None)

    def _describes(self, period: Period) -> bool:
        """2000年底前建成的住宅, 由2025年的38%提高: dates of what is there, not of what is due."""
        norm = self._material.outline.norm
        if norm[period.start - 1 : period.start] in ("由", "从"):
            return True
        if _SENT.match(norm, period.end):
            return True  # 2021年省级督察交办信访件办结率
        plan = self._material.plan
        start = plan.start or (plan.issued.year if plan.issued else (plan.end or 0) - 4)
        old = period.last is not None and period.last.year < start
        return old and _OF_OLD.match(norm, period.end) is not None

    def _governs(self, period: Period, clause: int, layout: Layout) -> bool:
        """A date reaches the ;-parts behind its own only where it opens the sentence."""
        own = layout.clause_at(period.start)
        if own == clause or self._opens(period, layout.start):
            return True
        # 某院2024年9月底前完工,住院率达到90%: a date behind a name binds that name alone.
        start = layout.starts[own]
        led = period.start - start <= _LEAD or self._opens(period, start)
        return led and layout.parts[own] == layout.parts[clause]

    def _opens(self, period: Period, start: int) -> bool:
        """True where nothing but connecting words stands between ``start`` and the date."""
        before = self._material.outline.norm[start : period.start].strip(" \n\r\t,:、“(")
        return len(before) <= 2 or before in OPENERS

    def _closes(self, period: Period, clause: int, layout: Layout) -> bool:
        """拆除泊位9个、复绿岸线3.6公里,5月底前完成: a clause of its own for what stands before."""
        own = layout.clause_at(period.start)
        if period.role != "by" or period.start > layout.starts[own] + 2:
            return False
        done = _DONE.fullmatch(self._material.outline.norm, period.end, layout.ends[own])
        # …;推进某中心建设,10月底前完工: what stands before the ; is not meant, unless all is.
        same = layout.parts[own] == layout.parts[clause]
        return done is not None and (same or "全" in done[0])

    def _of_row(self, at: int, layout: Layout) -> Timing | None:
        """The date that fills a later cell of the same row (完成时限)."""
        norm = self._material.outline.norm
        if self._due_lines and (timing := self._due_line(at)) is not None:
            return timing
        end = norm.find("\n", at, at + _LONGEST_ROW)
        end = min(len(norm), at + _LONGEST_ROW) if end < 0 else end
        mark = "\t" if norm.find("\t", at, end) >= 0 else "|"
        if norm.find(mark, at, end) < 0:
            return None
        for period in self._material.periods_in(at, end):
            start, stop = norm.rfind(mark, at, period.start), norm.find(mark, period.end, end)
            around = norm[start + 1 : period.start] + norm[period.end : stop if stop >= 0 else end]
            told = period.last is not None and period.role in ("by", "in")
            if start >= 0 and told and len(around.strip(" 前完成。")) <= 1:
                return Timing(
                    period.first if period.role == "in" else None, period.last, "sentence", period
                )
        return None

    def _due_line(self, at: int) -> Timing | None:
        """In a table flattened to a cell a line: the date line that closes the row."""
        i = bisect_left(self._due_lines, (at,))
        if at < self._due_head or i >= len(self._due_lines):
            return None
        start, period = self._due_lines[i]
        between = self._material.outline.norm[at:start]
        if self._due_spaced:
            between = _BLANK_LINES.sub("\n", between)
        if len(between) > _LONGEST_ROW or between.count("\n") > 8 or "\n\n" in between:
            return None
        if period is None:
            return None  # 长期坚持
        first = period.first if period.role == "in" and period.grain == "year" else None
        return Timing(first, period.last, "sentence", period)

    def _lines_of_dates(self) -> list[tuple[int, Period | None]]:
        """The lines that are but a date, in tables with a line 完成时限 among their heads."""
        norm = self._material.outline.norm
        head = _DUE_HEAD.search(norm)
        if head is None:
            return []
        self._due_head = head.end()
        self._due_spaced = _BLANK_LINES.match(norm, head.end()) is not None
        lines: list[tuple[int, Period | None]] = [
            (match.start(), None) for match in _NO_DATE.finditer(norm, head.end())
        ]
        for period in self._material.periods_in(head.end(), len(norm)):
            stop = norm.find("\n", period.end)
            stop = len(norm) if stop < 0 else stop
            before = norm[norm.rfind("\n", 0, period.start) + 1 : period.start]
            if (
                period.last is not None
                and not before.strip()
                and _DUE_CELL.fullmatch(norm, period.end, stop)
            ):
                lines.append((period.start, period))
        return sorted(lines, key=lambda line: line[0])

    def _in_bracket(self, period: Period, at: int, layout: Layout) -> bool:
        clause = layout.clause_at(at)
        norm = self._material.outline.norm
        behind = self._material.quantities_in(at, at + 1)
        if behind and norm[behind[0].outer_end : period.start] in ("于", "在", ""):
            return True  # 首期5亿元于2023年6月底前到位
        bracket = layout.bracket_at(period.start)
        if bracket and self._material.quantities_in(*bracket):
            return False  # 三年共420公里(2024年120公里、…): dates of the parts
        return bracket is not None and layout.starts[clause] <= period.start < layout.ends[clause]

    def _of_item(self, section: int, before: int) -> Timing | None:
        """The date stated earlier in the item, or in the heading or lead of one above it."""
        if section < 0:
            return None
        outline = self._material.outline
        stated = self._deadline_line(section)
        if stated is not None:
            return stated
        own = self._last(outline.sections[section].start, before) or self._in_title(section)
        if own is not None:
            return own
        parent = outline.parents[section]
        while parent >= 0:
            stated = self._deadline_line(parent) or self._lead(parent) or self._in_title(parent)
            if stated is not None:
                return stated
            parent = outline.parents[parent]
        return None

    def _in_title(self, section: int) -> Timing | None:
        """The date of a step's heading: (一)动员摸底(2026年4月底前)."""
        outline = self._material.outline
        quote = outline.sections[section].quote
        if not quote.text.endswith((")", "\uff09")):
            return None
        for period in self._material.periods_in(quote.start, quote.end):
            around = outline.norm[period.start - 1] + outline.norm[period.end : quote.end]
            if period.last is not None and around in ("()", "(前)"):
                return Timing(period.first, period.last, "section", period)
        return None

    def _lead(self, section: int) -> Timing | None:
        if section not in self._leads:
            start = self._material.outline.sections[section].start
            self._leads[section] = self._last(start, self._first_child[section])
        return self._leads[section]

    def _last(self, start: int, end: int) -> Timing | None:
        """The last date within ``[start, end)`` that carries on to what follows it.

        The plan's own last year carries wherever it stands; an earlier date (2023年底前完工)
        only where it opens a sentence, and a single year never.
        """
        i = bisect_left(self._carrying_starts, end) - 1
        if i < 0 or self._carrying_starts[i] < start:
            return None
        outline, period = self._material.outline, self._carrying[i]
        first = period.first if period.role == "in" else None
        if period.grain == "duration" and "内" not in outline.norm[period.start : period.end]:
            first = None  # 三年新建…: its own number's; 三年内…: the item's
        section = outline.section_at(period.start)
        in_title = section >= 0 and period.start < outline.bodies[section]
        if in_title and period.grain == "plan":
            first = None
        return Timing(first, period.last, "section", period)

    def _carries(self, period: Period) -> bool:
        if period.last is None or period.role not in ("by", "in"):
            return False
        ends_plan = period.last.year == self._material.plan.end and period.last.month == 12
        if period.role == "in":
            if period.first is None or period.first.year == period.last.year:
                return False
            return ends_plan or period.grain in ("year", "plan")
        if period.grain not in ("year", "plan", "duration"):
            return False
        if ends_plan:
            return True
        if self._is_one_of_many(period):
            return False
        norm = self._material.outline.norm
        near = max(0, period.start - _LONGEST_OPENING)
        start = max(near, *(norm.rfind(mark, near, period.start) + 1 for mark in "。\n;:"))
        return period.grain != "duration" and self._opens(period, start)

    def _is_one_of_many(self, period: Period) -> bool:
        """到2026年…,到2027年…。: neither date is that of the next sentence."""
        stop = self._material.outline.norm.find("。", period.end, period.end + 300)
        later = self._material.periods_in(period.end, stop if stop >= 0 else period.end)
        return any(p.role == "by" and p.last != period.last for p in later)

    def _deadline_line(self, section: int) -> Timing | None:
        """A line 完成时限:… that closes the item."""
        if self._deadlines is None:
            self._deadlines = self._stated_deadlines()
            self._deadline_starts = [start for start, _ in self._deadlines]
        if not self._deadlines:
            return None
        i = bisect_left(self._deadline_starts, self._first_child[section]) - 1
        if i < 0 or self._deadline_starts[i] < self._material.outline.bodies[section]:
            return self._closing_deadline(section, self._deadlines)
        return self._deadlines[i][1]

    def _closing_deadline(self, section: int, deadlines: list[tuple[int, Timing]]) -> Timing | None:
        """整改时限:… behind the measures (1.… 2.…) of one problem: it closes the whole problem."""
        outline = self._material.outline
        i = bisect_left(self._deadline_starts, self._first_child[section])
        last = bisect_left(self._deadline_starts, outline.sections[section].end) - 1
        if i != last:
            return None  # none, or one for each measure
        start, timing = deadlines[i]
        line = outline.norm.rfind("\n", 0, start) + 1
        inner = outline.section_at(start)
        closes = outline.parents[inner] == section and outline.starts[inner] < line
        return timing if closes and outline.norm[line:start].strip().startswith("整改") else None

    def _stated_deadlines(self) -> list[tuple[int, Timing]]:
        """Where 完成时限:… with a date stands, in order."""
        found: list[tuple[int, Timing]] = []
        norm = self._material.outline.norm
        for match in _DEADLINE.finditer(norm):
            colon = match.start()
            start = colon - (2 if norm[colon - 1] in "限间" else 3)
            for period in self._material.periods_in(match.end(), match.end() + 30):
                if period.last is not None and _AT_ONCE.fullmatch(norm, match.end(), period.start):
                    # 完成时限:2026年9月 names the end, 实施期限:2026年至2028年 both ends.
                    stretch = _STRETCH.search(norm, period.start, period.end)
                    first = period.first if period.role == "in" and stretch else None
                    found.append((start, Timing(first, period.last, "section", period)))
                    break
        return found
