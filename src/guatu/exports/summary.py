"""A reading on one screen of the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from guatu.exports import words
from guatu.exports.lookup import Lookup
from guatu.ledger.records import Target
from guatu.reading.reading import Reading

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_FIRST_TARGETS = 8
_FIRST_FINDINGS = 12
_SEVERITY_STYLES = {"error": "bold red", "question": "yellow", "note": "dim"}
_WIDEST = 110  # wider, the eye loses the row


def print_summary(reading: Reading, console: Console) -> None:
    """Print the plan's facts, counts, first targets and findings, as wide as the console is."""
    from rich.text import Text

    plan = reading.ledger.plan
    # Text, not str: a plan's square brackets are no markup of ours.
    console.print(Text(clean(plan.title or reading.document.name), style="bold"))
    facts = " · ".join(_facts(reading))
    if facts:
        console.print(Text(facts, style="dim"))
    console.print()
    console.print(_counts_table(reading))
    console.print(Text(_coverage(reading)))
    for remark in reading.document.remarks:
        console.print(Text(f"说明：{clean(remark)}", style="dim"))
    _print_targets(reading, console)
    _print_findings(reading, console)


def counts(reading: Reading) -> tuple[tuple[str, int], ...]:
    """How many entries of each kind a reading holds, under their Chinese names."""
    ledger = reading.ledger
    return (
        ("指标", len(ledger.targets)),
        ("任务", len(ledger.tasks)),
        ("责任单位", len(ledger.duties)),
        ("项目", len(ledger.projects)),
        ("时限要求", len(ledger.routines)),
        ("引用文件", len(ledger.citations)),
    )


def finding_counts(reading: Reading) -> str:
    """错误 2、疑问 5、提示 8, or that there is nothing."""
    found: list[str] = [finding.severity for finding in reading.findings]
    named = [
        f"{word} {found.count(code)}"
        for code, word in words.SEVERITIES.items()
        if found.count(code)
    ]
    return "、".join(named) or "未发现问题"


def one_line(reading: Reading) -> str:
    """The reading in one line, for lists of many files."""
    named = "，".join(f"{name} {count}" for name, count in counts(reading) if count)
    share = words.percent(reading.ledger.coverage.share)
    return f"{named or '没有读出条目'}；入账 {share}；对账 {finding_counts(reading)}"


def _facts(reading: Reading) -> Iterator[str]:
    plan = reading.ledger.plan
    covered = words.years(plan.start, plan.end)
    held = (
        plan.number,
        plan.issuer,
        words.day(plan.issued),
        covered and f"规划期 {covered}",
        words.STATUSES["draft"] if plan.status == "draft" else None,
        reading.document.name if plan.title else None,
    )
    return (clean(fact) for fact in held if fact)


def _coverage(reading: Reading) -> str:
    coverage = reading.ledger.coverage
    rest = f"，{len(coverage.left_out)} 句未入账" if coverage.left_out else ""
    return f"正文 {coverage.body:,} 字，入账 {words.percent(coverage.share)}{rest}"


def _counts_table(reading: Reading) -> Table:
    table = _plain_table()
    shown = counts(reading)
    for name, _ in shown:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(*(f"{count:,}" for _, count in shown))
    return table


def _print_targets(reading: Reading, console: Console) -> None:
    from rich.text import Text

    targets = [(i, t) for i, t in enumerate(reading.ledger.targets) if t.kind == "target"]
    if not targets:
        return
    lookup = Lookup(reading)
    table = _plain_table()
    table.expand, table.width = True, min(console.width, _WIDEST)
    table.add_column("指标", ratio=5, overflow="fold")
    table.add_column("要求", justify="right", ratio=3, overflow="fold")
    table.add_column("时限", no_wrap=True, width=10)
    table.add_column("责任", ratio=4, style="dim", no_wrap=True, overflow="ellipsis")
    for i, target in islice(targets, _FIRST_TARGETS):
        units = lookup.units_of_target(i) or lookup.units_of_section(target.section)
        table.add_row(
            Text(clean(target.subject)),
            Text(_requirement(target)),
            words.day(target.due) or "—",
            Text(clean("、".join(dict.fromkeys(part.unit for part in units))) or "—"),
        )
    console.print()
    console.print(table)
    if len(targets) > _FIRST_TARGETS:
        rest = (
            f"……另有 {len(targets) - _FIRST_TARGETS} 项指标，用 -o 台账.xlsx 或 -o 台账.html 看全部"
        )
        console.print(Text(rest, style="dim"))


def _requirement(target: Target) -> str:
    change = "" if target.change == "level" else words.CHANGES[target.change]
    return f"{change}{words.comparator_sign(target)}{clean(target.quote.text)}"


def _print_findings(reading: Reading, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print()
    console.print(Text(f"对账：{finding_counts(reading)}", style="bold"))
    lookup = Lookup(reading)
    order = list(words.SEVERITIES)
    gravest = sorted(reading.findings, key=lambda finding: order.index(finding.severity))
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for finding in gravest[:_FIRST_FINDINGS]:
        label = f"  {words.SEVERITY_SHAPES[finding.severity]} {words.SEVERITIES[finding.severity]}"
        place = lookup.place(finding.places[0].start) if finding.places else ""
        where = (f"（{place}）", "dim") if place else ""
        grid.add_row(
            Text(label, style=_SEVERITY_STYLES[finding.severity]),
            Text.assemble(clean(finding.message), where),
        )
    if gravest:
        console.print(grid)
    if len(gravest) > _FIRST_FINDINGS:
        rest = f"  ……另有 {len(gravest) - _FIRST_FINDINGS} 条，用 guatu check 看全部"
        console.print(Text(rest, style="dim"))


def _plain_table() -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)


def clean(text: str) -> str:
    """Text on one line and without what would steer a terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
