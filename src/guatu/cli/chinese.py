"""Click in Chinese: its help, and its complaints about how a command was called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, Final

import click
from click.exceptions import NoArgsIsHelpError

_INTERRUPTED: Final = 130  # as shells count a program stopped by Ctrl-C


class _Chinese(click.Command):
    """What a command and a group of commands say alike."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [option.get_help_record(ctx) for option in options]
        with formatter.section("选项"):
            formatter.write_dl([record for record in records if record])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本说明并退出。"
        return option


class ChineseCommand(_Chinese):
    """A command whose help is Chinese."""


class ChineseGroup(_Chinese, click.Group):
    """A group of commands whose help and usage errors are Chinese."""

    command_class = ChineseCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl([(name, c.get_short_help_str(60)) for name, c in commands])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-"):
            known = "、".join(self.list_commands(ctx))
            ctx.fail(f"没有“{args[0]}”这个命令。可用的命令：{known}。")
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; a fault of the call is told in Chinese, with exit status 2."""
        for stream in (sys.stdout, sys.stderr):
            # A console that cannot show a character shows "?" and goes on.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            status = super().main(args, prog_name, complete_var, False, **extra)
        except click.ClickException as fault:
            if not standalone_mode:
                raise
            _tell(fault)
            status = fault.exit_code
        except click.Abort:
            if not standalone_mode:
                raise
            click.echo("已中断。", err=True)
            status = _INTERRUPTED
        if not standalone_mode:
            return status
        sys.exit(status if isinstance(status, int) else 0)


def _tell(fault: click.ClickException) -> None:
    if isinstance(fault, NoArgsIsHelpError):
        click.echo(fault.message, err=True)
        return
    context = getattr(fault, "ctx", None)
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(f"看说明：{context.command_path} --help", err=True)
    click.echo(f"错误：{_in_chinese(fault)}", err=True)


def _in_chinese(fault: click.ClickException) -> str:
    match fault:
        case click.NoSuchOption():
            near = f"是不是想写 {'、'.join(fault.possibilities)}？" if fault.possibilities else ""
            return f"没有“{fault.option_name}”这个选项。{near}"
        case click.MissingParameter() if fault.param is not None:
            return f"没有给出{fault.param.metavar or fault.param.opts[-1]}。"
        case click.BadOptionUsage():
            return f"选项“{fault.option_name}”的写法不对，请看说明。"
        case _:
            return fault.message
