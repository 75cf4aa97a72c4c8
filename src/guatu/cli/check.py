"""``guatu check``: what a plan gets wrong about itself, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from guatu.cli import sources
from guatu.cli.chinese import ChineseCommand

if TYPE_CHECKING:
    from guatu.exports.lookup import Lookup
    from guatu.ledger.findings import Finding
    from guatu.reading.reading import Reading

SCHEMA: Final = "guatu.check/1"

_CONTRADICTS = 1
_UNREADABLE = 3
_MOST_PLACES = 6
_MOST_WORDS = 40


@click.command(cls=ChineseCommand, options_metavar="[选项]", short_help="核对方案自身的出入。")
@click.argument("files", metavar="文件...", nargs=-1, required=True)
@click.option("--format", "form", metavar="text|json", default="text", help="输出格式，默认 text。")
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], form: str) -> None:
    """核对方案自身的出入（对账）：总数与清单、分项与合计、时限、责任单位、文字损坏等。

    \b
    guatu check 方案.docx
    guatu check *.docx --format json

    \b
    退出状态：0 没有错误（可以有疑问和提示）；1 有错误，即方案自相矛盾；
              2 命令写法不对；3 有文件没能读取。
    """
    if form not in ("text", "json"):
        raise click.UsageError(f"不认识格式“{form}”，可用的格式：text、json。")
    readings, unreadable = _read_all(sources.expand(files))
    if form == "json":
        _print_json(readings)
    else:
        for reading in readings:
            _print_text(reading)
    ctx.exit(_status(readings, unreadable))


def _status(readings: list[Reading], unreadable: bool) -> int:
    if unreadable:
        return _UNREADABLE
    return _CONTRADICTS if any(reading.errors for reading in readings) else 0


def _read_all(paths: list[Path]) -> tuple[list[Reading], bool]:
    """The readings of all files that can be read, and whether one could not."""
    from guatu.documents import UnreadableDocument

    readings = []
    for path in paths:
        try:
            readings.append(sources.read_file(path))
        except UnreadableDocument as fault:
            click.echo(str(fault), err=True)
    return readings, len(readings) < len(paths)


def _print_json(readings: list[Reading]) -> None:
    import json

    from guatu.exports.exchange import finding_to_json

    files: list[dict[str, Any]] = [
        {
            "file": reading.document.name,
            "errors": reading.errors,
            "findings": [finding_to_json(f, reading.document) for f in reading.findings],
        }
        for reading in readings
    ]
    text = json.dumps({"schema": SCHEMA, "files": files}, ensure_ascii=False, indent=2)
    # Bytes: JSON is UTF-8 whatever the console's own encoding.
    click.echo(text.encode("utf-8", "replace"))


def _print_text(reading: Reading) -> None:
    from guatu.exports import words
    from guatu.exports.lookup import Lookup
    from guatu.exports.summary import finding_counts

    lookup = Lookup(reading)
    click.echo(f"{reading.document.name}：{finding_counts(reading)}")
    for severity in words.SEVERITIES:
        for finding in reading.findings:
            if finding.severity == severity:
                _print_finding(finding, lookup)


def _print_finding(finding: Finding, lookup: Lookup) -> None:
    from guatu.exports import words
    from guatu.exports.summary import clean

    label = f"{words.SEVERITY_SHAPES[finding.severity]} {words.SEVERITIES[finding.severity]}"
    click.echo(f"  {label} {clean(finding.message)} [{finding.code}]")
    for place in finding.places[:_MOST_PLACES]:
        quoted = clean(place.text)
        if len(quoted) > _MOST_WORDS:
            quoted = quoted[:_MOST_WORDS] + "……"
        click.echo(f"      {lookup.place(place.start)} “{quoted}”")
    if len(finding.places) > _MOST_PLACES:
        click.echo(f"      ……共 {len(finding.places)} 处")
