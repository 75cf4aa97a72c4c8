"""The way in: ``guatu``."""

from __future__ import annotations

import click

from guatu import __version__
from guatu.cli.backup import backup
from guatu.cli.check import check
from guatu.cli.chinese import ChineseGroup
from guatu.cli.read import read
from guatu.cli.restore import restore
from guatu.cli.serve import serve, work
from guatu.cli.setup_desk import setup_desk
from guatu.cli.verify_trail import verify_trail


@click.group(
    name="guatu",
    cls=ChineseGroup,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="guatu %(version)s", help="显示版本号并退出。")
def main() -> None:
    """Guatu 挂图：把行动方案读成台账，并核对方案自身的出入。

    \b
    guatu read 方案.docx                  在终端看概要
    guatu read 方案.docx -o 台账.xlsx     写成 Excel 台账
    guatu check 方案.docx                 只看对账发现
    """


main.add_command(read)
main.add_command(check)
main.add_command(serve)
main.add_command(work)
main.add_command(setup_desk)
main.add_command(backup)
main.add_command(restore)
main.add_command(verify_trail)
