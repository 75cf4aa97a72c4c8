"""``guatu restore``: a backup into an empty installation."""

from __future__ import annotations

from pathlib import Path

import click

from guatu.cli.chinese import ChineseCommand
from guatu.cli.desk import started


@click.command(cls=ChineseCommand, options_metavar="[选项]", short_help="从备份恢复。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="用备份替换现有数据；旧文件改名保留。")
def restore(file: Path, replace: bool) -> None:
    """从备份恢复数据库和附件，恢复后逐表、逐个附件核对。请先停止 guatu serve。

    \b
    guatu restore 挂图-20261122.zip
    guatu restore 挂图-20261122.zip --replace

    加 --replace 时，SQLite 数据库和附件改名保留；PostgreSQL 数据库会被清空。
    """
    started()
    from django.db import DatabaseError

    from guatu.web.page import backup

    try:
        done = backup.restore(file, replace=replace)
    except backup.BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    except DatabaseError as fault:
        raise click.ClickException(f"数据库出错：{str(fault).strip()}") from fault
    click.echo(f"已恢复：{done.tables} 张表 {done.rows:,} 行，附件 {done.files} 个，核对一致。")
