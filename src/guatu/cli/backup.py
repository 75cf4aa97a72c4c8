"""``guatu backup``: database and uploads into one file."""

from __future__ import annotations

from pathlib import Path

import click

from guatu.cli.chinese import ChineseCommand
from guatu.cli.desk import prepared


@click.command(cls=ChineseCommand, options_metavar="[选项]", short_help="备份数据库和附件。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """把数据库和附件备份成一个文件，写完再逐表核对。系统不必停。

    \b
    guatu backup 挂图-20261122.zip

    SQLite 上的备份可以恢复到 PostgreSQL，反过来也行。
    备份里有全部数据，请按内部资料保管。
    """
    if file.exists():
        raise click.ClickException(f"“{file}”已存在，请换个文件名，以免盖掉以前的备份。")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"没有“{file.absolute().parent}”这个文件夹。")
    prepared()
    from guatu.web.page.backup import BackupFault, make_backup

    try:
        made = make_backup(file)
    except BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(
        f"已备份到 {file}：{made.tables} 张表 {made.rows:,} 行，附件 {made.files} 个，"
        f"共 {made.size / 1024 / 1024:.1f} MB，已核对。"
    )
