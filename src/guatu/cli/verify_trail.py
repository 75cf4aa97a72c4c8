"""``guatu verify-trail``: does the chain of the trail hold."""

from __future__ import annotations

from typing import Final

import click

from guatu.cli.chinese import ChineseCommand
from guatu.cli.desk import prepared

_BROKEN: Final = 1


@click.command(
    "verify-trail", cls=ChineseCommand, options_metavar="[选项]", short_help="核验操作记录。"
)
@click.option("--head", metavar="封签号", default="", help="以前抄下的封签号，核对它仍在链上。")
@click.pass_context
def verify_trail(ctx: click.Context, head: str) -> None:
    """核验操作记录的封签链：有没有被改动、删除，第一处断在哪里。

    \b
    guatu verify-trail
    guatu verify-trail --head 4fa89499f756...

    请定期把打印出的封签号抄存在系统之外：末尾整段被删时，只有它能看出来。

    \b
    退出状态：0 完好；1 有断点。
    """
    prepared()
    from guatu.web.people.trail import seal_now, verify_trail

    found = verify_trail(head)
    if found.broken is not None:
        where = f"第 {found.broken.entry_id} 号记录：" if found.broken.entry_id else ""
        click.echo(
            f"操作记录的链断了。{where}{found.broken.words}。之前的 {found.sealed:,} 条完好。"
        )
        ctx.exit(_BROKEN)
    new = seal_now()
    if new:
        found = verify_trail()
    click.echo(f"操作记录完好：已封存 {found.sealed:,} 条（刚封存 {new:,} 条）。")
    click.echo(f"封签号 {found.head}")
