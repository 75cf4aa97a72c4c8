"""Where each file's ledger is written, and how the writing is told when it fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from guatu.reading.reading import Reading

FORMATS: Final = ("xlsx", "json", "html")


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read and where its ledger goes; each suffix tells the format."""

    source: Path
    outputs: tuple[Path, ...] = ()


def formats_of(words: str | None) -> tuple[str, ...]:
    """The formats named in ``xlsx,json``; a usage error where one is unknown."""
    named = (words or "").replace("，", ",").lower().split(",")
    formats = tuple(dict.fromkeys(word.strip().lstrip(".") for word in named if word.strip()))
    for unknown in (word for word in formats if word not in FORMATS):
        raise click.UsageError(f"不认识格式“{unknown}”，可用的格式：{'、'.join(FORMATS)}。")
    return formats


def jobs(sources: Sequence[Path], output: str, formats: tuple[str, ...]) -> list[Job]:
    """What to write where; a usage error where ``output`` cannot mean what was asked."""
    if _is_folder(output, len(sources), formats):
        return _into_folder(sources, Path(output), formats or ("xlsx",))
    target = Path(output)
    suffix = target.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        raise click.UsageError(
            f"不知道“{output}”该写成什么格式：请以 .xlsx、.json 或 .html 结尾，"
            "或者给出文件夹并加 --format。"
        )
    if len(sources) > 1:
        raise click.UsageError(
            f"{len(sources)} 个方案不能写进同一个文件“{output}”。"
            f"请给出文件夹，如 -o out/ --format {suffix}。"
        )
    if formats and formats != (suffix,):
        raise click.UsageError(f"-o 的后缀是 .{suffix}，与 --format {','.join(formats)} 不一致。")
    if _key(target) == _key(sources[0]):
        raise click.UsageError("输出文件就是方案文件本身，写入会把它覆盖。请换一个文件名。")
    return [Job(sources[0], (target,))]


def _is_folder(output: str, sources: int, formats: tuple[str, ...]) -> bool:
    if output.endswith(("/", os.sep)) or os.path.isdir(output):
        return True
    suffix = Path(output).suffix.lower().lstrip(".")
    return suffix not in FORMATS and (sources > 1 or bool(formats))


def _into_folder(sources: Sequence[Path], folder: Path, formats: Iterable[str]) -> list[Job]:
    """One file a source and format, named after the source, none in the place of another."""
    stems = [source.stem.casefold() for source in sources]
    taken = {_key(source) for source in sources}
    made = []
    for source, stem in zip(sources, stems, strict=True):
        # 方案.docx and 方案.pdf become 方案.docx.xlsx and 方案.pdf.xlsx.
        name = source.stem if stems.count(stem) == 1 else source.name
        made.append(Job(source, _free_paths(folder, name, formats, taken)))
        taken.update(map(_key, made[-1].outputs))
    return made


def _free_paths(
    folder: Path, name: str, formats: Iterable[str], taken: set[str]
) -> tuple[Path, ...]:
    """The paths for one source; a number is added where one of them is taken already."""
    for n in count(1):
        numbered = name if n == 1 else f"{name}-{n}"
        paths = tuple(folder / f"{numbered}.{suffix}" for suffix in formats)
        if taken.isdisjoint(map(_key, paths)):
            break
    return paths


def _key(path: Path) -> str:
    """The same for all ways to name a file, on systems too where capitals do not matter."""
    return os.path.realpath(path).casefold()


def write(reading: Reading, path: Path) -> None:
    """Write the reading in the format of the path's suffix."""
    match path.suffix.lower():
        case ".xlsx":
            from guatu.exports.workbook import write_workbook

            write_workbook(reading, path)
        case ".json":
            from guatu.exports.exchange import write_json

            write_json(reading, path)
        case _:
            from guatu.exports.page import write_page

            write_page(reading, path)


def writing_fault(path: Path, error: OSError) -> str:
    """What a person can do about a file that could not be written."""
    if isinstance(error, PermissionError):
        reason = "文件可能正在 Excel 或 WPS 中打开，或者没有写入权限。请关闭它或换一个位置再试"
    elif error.errno == errno.ENOSPC:
        reason = "磁盘已满。请腾出空间再试"
    elif isinstance(error, IsADirectoryError):
        reason = "这是一个文件夹。请给出文件名"
    elif isinstance(error, FileExistsError | NotADirectoryError):
        reason = "路径中有一段是文件，不是文件夹。请换一个位置"
    elif error.errno == errno.ENAMETOOLONG:
        reason = "文件名太长。请用 -o 给出短一些的文件名"
    else:
        reason = error.strerror or "写入失败"
    return f"无法写入“{path}”：{reason}。"
