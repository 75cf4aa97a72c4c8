"""What the commands of the web system share: Django started, its faults told in Chinese."""

from __future__ import annotations

import os
import sys

import click


def started() -> None:
    """Start Django with Guatu's settings; a wrong setting ends the command with its name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.web.settings")
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            "网页系统没有安装。请运行：pip install 'guatu[web]'"
        ) from missing
    try:
        django.setup()
    except ImproperlyConfigured as fault:
        raise click.ClickException(str(fault)) from fault


def prepared() -> None:
    """Django started, and the database brought to this version."""
    from django.core.management import call_command
    from django.db import DatabaseError

    started()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as fault:
        raise click.ClickException(
            f"连不上数据库（GUATU_DATABASE）：{str(fault).strip()}"
        ) from fault


def self_command(*args: str) -> list[str]:
    """How this program starts itself again with other arguments."""
    return [sys.executable, "-c", "from guatu.cli.main import main; main()", *args]
