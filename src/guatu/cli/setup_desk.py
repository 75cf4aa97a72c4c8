"""``guatu setup-desk``: the first office and its accounts, or the sample city."""

from __future__ import annotations

import click

from guatu.cli.chinese import ChineseCommand


@click.command(
    "setup-desk", cls=ChineseCommand, options_metavar="[选项]", short_help="建立办公室和首批账号。"
)
@click.option(
    "--office", metavar="名称", default="", help="办公室全称，如“临江市发展和改革委员会投资科”。"
)
@click.option("--short", metavar="简称", default="", help="办公室简称，默认与全称相同。")
@click.option("--sample", is_flag=True, help="装入虚构的示例城市（临江市），供试用和演示。")
@click.option("--months", is_flag=True, hidden=True)
def setup_desk(office: str, short: str, sample: bool, months: bool) -> None:
    """建立办公室和首批账号：经办人员一名，系统管理员、安全管理员、安全审计员各一名。

    \b
    guatu setup-desk --office 某市发展和改革委员会投资科
    guatu setup-desk --sample
    """
    from guatu.cli.desk import prepared, started

    if not sample and not office:
        raise click.UsageError("请用 --office 给出办公室名称，或用 --sample 装入示例城市。")
    if months:
        started()  # the parent has prepared the database
    else:
        prepared()
    from guatu.web import sample as sample_city
    from guatu.web.people.setup import AlreadySetUp, set_up_desk

    if months:
        sample_city.load_months()
        return
    if sample:
        sample_city.load()
        click.echo(f"示例城市已装好。登录名 {sample_city.USERNAME}，口令 {sample_city.PASSWORD}")
        return
    try:
        made = set_up_desk(office, short or office)
    except AlreadySetUp as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"“{office}”已建立。首次登录须改口令，请当面交给本人：")
    for account in made:
        click.echo(f"  {account.role:<8} 登录名 {account.username:<8} 口令 {account.password}")
