"""``guatu read``: files in, ledgers out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guatu.cli import outputs, sources
from guatu.cli.chinese import ChineseCommand
from guatu.cli.outputs import Job

if TYPE_CHECKING:
    from concurrent.futures import Future

# Starting processes takes longer than reading a few files.
_POOL_FROM = 5


@click.command(cls=ChineseCommand, options_metavar="[选项]", short_help="把方案读成台账。")
@click.argument("files", metavar="文件...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="写到哪里：以 .xlsx、.json、.html 结尾的文件，或文件夹；不给则在终端看概要。",
)
@click.option(
    "--format",
    "format_words",
    metavar="xlsx,json,html",
    help="写到文件夹时的格式，可写几个，用逗号隔开；不给则为 xlsx。",
)
@click.pass_context
def read(
    ctx: click.Context, files: tuple[str, ...], output: str | None, format_words: str | None
) -> None:
    """把方案（docx、pdf、html、txt）读成台账。

    \b
    guatu read 方案.docx                           在终端看概要
    guatu read 方案.docx -o 台账.xlsx              写成 Excel 台账
    guatu read 方案.pdf -o 台账.html               写成原文与台账对照的网页
    guatu read *.docx -o out/ --format xlsx,json   许多方案一次读完

    \b
    退出状态：0 全部读好；1 有文件没能读取或写入；2 命令写法不对。
    """
    found = sources.expand(files)
    formats = outputs.formats_of(format_words)
    if output is not None:
        work = outputs.jobs(found, output, formats)
    elif formats:
        _check_standard_output(found, formats)
        ctx.exit(_print_json(found[0]))
    elif len(found) == 1:
        ctx.exit(_print_summary(found[0]))
    else:
        work = [Job(path) for path in found]
    ctx.exit(_run(work))


def _check_standard_output(found: Sequence[Path], formats: tuple[str, ...]) -> None:
    if formats != ("json",) or len(found) > 1:
        raise click.UsageError(
            f"请用 -o 说明写到哪里，如 -o out/ --format {','.join(formats)}。"
            "（只有单个方案的 json 可以直接输出到终端。）"
        )


def _print_json(path: Path) -> int:
    from guatu.documents import UnreadableDocument
    from guatu.exports.exchange import json_text

    try:
        reading = sources.read_file(path)
    except UnreadableDocument as fault:
        click.echo(str(fault), err=True)
        return 1
    # Bytes: JSON is UTF-8 whatever the console's own encoding.
    click.echo(json_text(reading).encode("utf-8", "replace"), nl=False)
    return 0


def _print_summary(path: Path) -> int:
    from guatu.documents import UnreadableDocument

    try:
        reading = sources.read_file(path)
    except UnreadableDocument as fault:
        click.echo(str(fault), err=True)
        return 1
    from rich.console import Console

    from guatu.exports.summary import print_summary

    print_summary(reading, Console(file=sys.stdout, highlight=False, emoji=False))
    return 0


# ---------------------------------------------------------------- one file or many


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one job: lines for the user and for the error stream."""

    told: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def _run(work: Sequence[Job]) -> int:
    """Do all jobs, telling of each in order; 1 if any could not be done."""
    failed = False
    with _progress(len(work)) as advance:
        for outcome in _outcomes(work):
            # print, not click.echo: the bar lets lines through above it only where they go by
            # way of sys.stdout and sys.stderr.
            for line in outcome.told:
                print(line, flush=True)
            for line in outcome.faults:
                print(line, file=sys.stderr, flush=True)
            failed = failed or bool(outcome.faults)
            advance()
    return int(failed)


def _outcomes(work: Sequence[Job]) -> Iterator[_Outcome]:
    if len(work) < _POOL_FROM:
        # A fault of the program shows itself when one file is read, and stops nothing of many.
        yield from map(_do if len(work) == 1 else _do_surely, work)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    workers = min(len(work), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_do_surely, job) for job in work]
        for job, future in zip(work, futures, strict=True):
            yield _result(job, future)


def _result(job: Job, future: Future[_Outcome]) -> _Outcome:
    """The future's outcome; where its process died, the job is tried alone in another."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    try:
        return future.result()
    except BrokenProcessPool:
        pass
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        try:
            return alone.submit(_do_surely, job).result()
        except BrokenProcessPool:
            fault = f"“{job.source.name}”读到一半进程中断，可能是内存不足。请单独再读一次。"
            return _Outcome(faults=(fault,))


def _do_surely(job: Job) -> _Outcome:
    """Like ``_do``, but a fault of the program is told as this file's and stops no other."""
    try:
        return _do(job)
    except Exception:
        from traceback import format_exc

        fault = (
            f"“{job.source.name}”读取时程序出错，请把下面的信息和文件发给维护者：\n{format_exc()}"
        )
        return _Outcome(faults=(fault,))


def _do(job: Job) -> _Outcome:
    from guatu.documents import UnreadableDocument
    from guatu.exports.summary import one_line

    try:
        reading = sources.read_file(job.source)
    except UnreadableDocument as fault:
        return _Outcome(faults=(str(fault),))
    faults = []
    written = []
    for path in job.outputs:
        try:
            outputs.write(reading, path)
            written.append(str(path))
        except OSError as error:
            faults.append(outputs.writing_fault(path, error))
    told = f"{job.source.name}：{one_line(reading)}"
    if written:
        told += f"\n  已写 {'、'.join(written)}"
    return _Outcome((told,), tuple(faults))


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on the error stream, where that is a terminal and there are many files."""
    if total < _POOL_FROM or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    # Lines meant for a file or a pipe must not be drawn above the bar instead.
    both = sys.stdout.isatty()
    with Progress(console=console, transient=True, redirect_stdout=both) as bar:
        task = bar.add_task("读取方案", total=total)
        yield lambda: bar.advance(task)
