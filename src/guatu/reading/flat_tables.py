"""Tables of tasks that lost their grid: one cell a line, the heads of the columns first.

Pages copied from a browser and texts made from a PDF bring a table of tasks (任务分解表) so.
Which line belongs to which column is told by the width at which the lines under 牵头单位 and
配合单位 are names of organisations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guatu.reading.units import is_proper, units_in
from guatu.text.rare import Rare
from guatu.text.span import Span

Row = list[tuple[int, Span]]

# Labels alone on a line that head no table: whoever writes so many writes no table.
_MOST_VAIN = 40
# More than the widest table of tasks has columns.
_WIDEST = 14
_LONGEST_HEAD = 14
_LONGEST_CELL = 300
_NO_HEAD = Rare(r"[,。;:!?]|[表件]$")
# What stands in a cell for nobody, or for nobody in particular.
_NOBODY = Rare(r"[-—/\\无]+|[\u4e00-\u9fff]{0,8}(?:部门|单位|地区|各地)")
# What closes a list of names: 市水利局等有关部门.
_AND_OTHERS = Rare(r"等[\u4e00-\u9fff]{0,4}(?:部门|单位|地区|机构)$")
_PLAIN = Rare(r"^[\u4e00-\u9fff]{1,6}(?:局|委|厅|办公室|街道(?:办(?:事处)?)?)$")
_ORDERS = frozenset(["序号", "编号", "序", "号"])
_FIRST = frozenset(["1", "1.", "01", "一", "(1)", "(一)"])
# Rows that are told by their numbers: as many make a table, and a row holds as many lines.
_FEWEST_ROWS = 3
_MOST_LINES = 30
# How many lines a row may have lost (an empty cell) or won (a cell of several lines).
_SHIFTS = (0, -1, 1, 2, 3)


class _Lines:
    """The lines with words from an offset on, read as far as they are asked for."""

    def __init__(self, norm: str, start: int) -> None:
        self._norm = norm
        self._next = start
        self._found: list[Span] = []

    def at(self, i: int) -> Span | None:
        """Line ``i`` without the blanks around it; None behind the last."""
        norm, found = self._norm, self._found
        while len(found) <= i and self._next < len(norm):
            start = self._next
            stop = norm.find("\n", start)
            stop = len(norm) if stop < 0 else stop
            self._next = stop + 1
            words = norm[start:stop]
            if bare := words.strip():
                start += len(words) - len(words.lstrip())
                found.append(Span(start, start + len(bare)))
        return found[i] if 0 <= i < len(found) else None

    def is_units(self, i: int) -> bool:
        """True if line ``i`` holds names of organisations and nothing else to speak of."""
        line = self.at(i)
        if line is None or not 2 <= line.end - line.start <= _LONGEST_CELL:
            return False
        names = units_in(self._norm, *line)
        others = _AND_OTHERS.search(self._norm, *line) if names else None
        said = (others.start() if others else line.end) - line.start
        if sum(b - a for a, b in names) * 10 < said * 6:
            return False
        # 新建学校 is built like a name as well.
        return any(
            is_proper(words := name.of(self._norm)) or _PLAIN.search(words) for name in names
        )

    def is_first(self, i: int) -> bool:
        """True if line ``i`` numbers the first row."""
        line = self.at(i)
        return line is not None and line.of(self._norm) in _FIRST

    def is_number(self, i: int, number: int) -> bool:
        """True if line ``i`` is ``number`` and nothing else."""
        line = self.at(i)
        return line is not None and line.of(self._norm).rstrip(".、") == str(number)

    def is_nobody(self, i: int) -> bool:
        """True if line ``i`` is a cell that names nobody: —, 各有关单位."""
        line = self.at(i)
        return line is not None and _NOBODY.fullmatch(self._norm, *line) is not None


def flat_tables(norm: str, heads: Sequence[Span]) -> Iterator[list[Row]]:
    """The tables under ``heads`` as rows of (column, cell), the row of heads first.

    ``heads`` are labels such as 责任单位 in order; those that do not fill a line are passed
    over.  A row holds the cells of these columns alone, and as its first and last entries
    (columns -1 and 99) the first and last line of the row.
    """
    alone = [head for head in heads if _fills_line(norm, head)]
    reached = i = vain = 0
    while i < len(alone) and vain < _MOST_VAIN:
        first = alone[i]
        i += 1
        if first.start < reached:
            continue
        lines = _Lines(norm, first.start)
        if lines.is_units(1):
            continue  # 责任单位 and, on the next line, who it is
        columns = _columns_of(norm, lines, alone[i - 1 : i + 4])
        lead, ordered = _lead(norm, first.start)
        numbered = _by_number(lines, columns, lead) if ordered else []
        if numbered:
            reached = numbered[-1][-1][1].end
            yield [_header(lines, columns), *numbered]
            continue
        width = _numbered_width(lines, columns, lead) if ordered else None
        width = width or _width(lines, columns)
        if width is None:
            vain += 1
            continue
        rows = list(_rows(lines, columns, width, min(lead, width - columns[-1] - 1)))
        reached = rows[-1][-1][1].end
        yield [_header(lines, columns), *rows]


def _header(lines: _Lines, columns: list[int]) -> Row:
    header = [(column, _line(lines, column)) for column in columns]
    end = header[-1][1].end
    return [*header, (99, Span(end, end))]


def _fills_line(norm: str, head: Span) -> bool:
    start = norm.rfind("\n", max(0, head.start - 8), head.start) + 1
    stop = norm.find("\n", head.end, head.end + 8)
    return stop >= 0 and not norm[start : head.start].strip() + norm[head.end : stop].strip()


def _line(lines: _Lines, i: int) -> Span:
    return lines.at(i) or Span(0, 0)


def _columns_of(norm: str, lines: _Lines, heads: Sequence[Span]) -> list[int]:
    """At which lines behind the first head the heads of this table stand, each but once."""
    found: list[int] = []
    said: set[str] = set()
    starts = {head.start for head in heads}
    for i in range(_WIDEST):
        line = lines.at(i)
        if line is None or line.end - line.start > _LONGEST_HEAD or lines.is_units(i):
            break
        words = line.of(norm)
        if line.start in starts:
            if words in said:
                break
            said.add(words)
            found.append(i)
    return found


def _width(lines: _Lines, columns: list[int]) -> int | None:
    """The number of columns: that under which most cells are names; None if none is."""
    if not columns:
        return None
    best, most = None, 1
    for width in range(columns[-1] + 2, _WIDEST + 1):
        if any(lines.is_units(i) for i in range(columns[-1] + 1, width)):
            break  # the first row has begun
        score, row = 0, 1
        while row <= 50:
            named = sum(lines.is_units(column + row * width) for column in columns)
            if not named and not lines.is_nobody(columns[0] + row * width):
                break
            score, row = score + named, row + 1
        if score > most:
            best, most = width, score
    return best


def _lead(norm: str, start: int) -> tuple[int, bool]:
    """How many heads of other columns stand before the first head, and if 序号 is the first."""
    count = 0
    while count < _WIDEST:
        stop = norm.rfind("\n", 0, start)
        if stop < 0:
            break
        begin = norm.rfind("\n", max(0, stop - 60), stop) + 1
        words = norm[begin:stop].strip()
        if words:
            if len(words) > _LONGEST_HEAD or _NO_HEAD.search(words):
                break
            count += 1
            if words in _ORDERS:
                return count, True
        start = begin
    return count, False


def _numbered_width(lines: _Lines, columns: list[int], lead: int) -> int | None:
    """The number of columns of a table that begins with 序号: up to the line that says 1."""
    if not columns:
        return None
    for i in range(columns[-1] + 1, _WIDEST + 1):
        if lines.is_units(i):
            return None
        if lines.is_first(i):
            return i + lead if _next_row(lines, columns, i + lead) is not None else None
    return None


def _by_number(lines: _Lines, columns: list[int], lead: int) -> list[Row]:
    """The rows of a table that numbers them, each up to the next number; [] if they do not run on.

    Its cells may take several lines: 责任单位 with a name on each, a task in two parts.
    """
    starts: list[int] = []
    i = columns[-1] + 1 if columns else 0
    while columns and i - (starts[-1] if starts else columns[-1]) <= _MOST_LINES:
        if lines.at(i) is None:
            break
        if lines.is_number(i, len(starts) + 1):
            starts.append(i)
            i += lead  # the number and the cells before the first of names
        i += 1
    if len(starts) < _FEWEST_ROWS:
        return []
    last = starts[-1] + starts[-1] - starts[-2]
    return [
        row
        for start, end in zip(starts, [*starts[1:], last], strict=True)
        for row in _of_number(lines, columns, start, start + lead, end)
    ]


def _of_number(
    lines: _Lines, columns: list[int], start: int, named: int, end: int
) -> Iterator[Row]:
    """The names of one numbered row, whose first may stand at line ``named``.

    Where more lines than columns hold names the first column has one and the last the rest.
    """
    while named < end:
        stop = named
        while stop < end and (lines.is_units(stop) or lines.is_nobody(stop)):
            stop += 1
        if stop == named:
            named += 1
            continue
        row: Row = []
        for k, column in enumerate(columns):
            first = named + k
            after = stop if k == len(columns) - 1 else first + 1
            if first < stop:
                row.append((column, Span(_line(lines, first).start, _line(lines, after - 1).end)))
        yield [(-1, _line(lines, start)), *row, (99, _line(lines, end - 1))]
        named = stop


def _rows(lines: _Lines, columns: list[int], width: int, lead: int) -> Iterator[Row]:
    base, begin = width, width - lead
    while True:
        shift = _next_row(lines, columns, base)
        if shift is None:
            return
        base += shift
        begin = min(begin, base)
        row: Row = []
        for column in columns:
            line = lines.at(base + column)
            if line is not None and lines.is_units(base + column):
                row.append((column, line))
            elif column > columns[0] and not lines.is_nobody(base + column):
                base -= 1  # an empty cell has no line
        last = base + width - lead - 1
        while last > begin and lines.at(last) is None:
            last -= 1
        yield [(-1, _line(lines, begin)), *row, (99, _line(lines, last))]
        base, begin = base + width, last + 1


def _next_row(lines: _Lines, columns: list[int], base: int) -> int | None:
    """By how many lines the row that should be at ``base`` has moved; None if there is none."""
    for shift in _SHIFTS:
        if any(lines.is_units(base + shift + column) for column in columns):
            return shift
    if any(lines.is_nobody(base + column) for column in columns):
        return 0
    return None
