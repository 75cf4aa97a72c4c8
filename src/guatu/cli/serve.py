"""``guatu serve`` and ``guatu work``: the web system and its worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import click

from guatu.cli.chinese import ChineseCommand
from guatu.cli.desk import prepared, self_command, started

_LOOK_EVERY: Final = 0.2
_GRACE_SECONDS: Final = 10
_RESTART_AFTER: Final = 1.0
# A child that dies this often within a minute will not be mended by starting it again.
_MOST_DEATHS: Final = 10
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@click.command(cls=ChineseCommand, options_metavar="[选项]", short_help="启动网页系统。")
@click.option("--port", metavar="端口", type=int, default=8000, help="端口，默认 8000。")
@click.option("--host", metavar="地址", default="127.0.0.1", help="监听地址，默认只限本机。")
@click.option("--sample", is_flag=True, help="先装入虚构的示例城市，供试用。")
@click.option("--only-web", is_flag=True, hidden=True)
@click.pass_context
def serve(ctx: click.Context, port: int, host: str, sample: bool, only_web: bool) -> None:
    """启动网页系统：数据库升级到本版本，启动服务和后台任务进程，Ctrl-C 全部停止。

    \b
    guatu serve --sample           本机试用
    guatu serve --host 0.0.0.0     供单位内网访问（另设 GUATU_HOSTS）

    数据在 GUATU_DATA 指定的文件夹里，再次启动仍在。设置见 docs/settings.md。
    """
    if not 1 <= port <= 65535:
        raise click.UsageError("端口应在 1 到 65535 之间。")
    if only_web:
        _serve_here(host, port)
        return
    _refuse_taken_port(host, port)
    prepared()
    _collect_static()
    _say_hello(host, port, sample)
    web = self_command("serve", "--only-web", "--port", str(port), "--host", host)
    children = [("网页服务", web), ("后台任务", self_command("work", "--child"))]
    ctx.exit(_Household(children, once=_months_to_come(sample)).run())


@click.command(cls=ChineseCommand, options_metavar="[选项]", short_help="运行后台任务进程。")
@click.option("--once", is_flag=True, help="办完眼下到期的任务就退出。")
@click.option("--child", is_flag=True, hidden=True)
def work(once: bool, child: bool) -> None:
    """运行后台任务进程：读取方案、导入表格、封存操作记录等。

    guatu serve 会自动带起一个；用 PostgreSQL 时可以另开几个分担。
    """
    if child:
        started()  # the parent has prepared the database
    else:
        prepared()
    from guatu.web.page import worker

    if once:
        click.echo(f"办完 {worker.work_off()} 件后台任务。")
        return
    lane = worker.Lane()
    _on_stop(lane.stopping.set)
    if child:
        _follow_parent(lane.stopping.set)
    try:
        worker.run(lane)
    except worker.AnotherWorker as fault:
        raise click.ClickException(str(fault)) from fault


def _refuse_taken_port(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if os.name == "posix":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as fault:
            raise click.ClickException(
                f"端口 {port} 已被占用或不能使用，可用 --port 换一个。"
            ) from fault


def _collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False, clear=False)


def _say_hello(host: str, port: int, sample: bool) -> None:
    from guatu import __version__
    from guatu.web.people import sample as sample_city
    from guatu.web.people.queries import anybody

    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    if sample:
        from guatu.web.sample import load_library

        load_library()
    click.echo(f"挂图 {__version__}  http://{shown}:{port}/")
    if sample_city.is_loaded():
        click.echo(f"示例城市登录名 {sample_city.USERNAME}，口令 {sample_city.PASSWORD}")
        if host not in _LOOPBACK:
            click.echo("注意：示例账号的口令是公开的，不要在内网上对外提供。", err=True)
    elif not anybody():
        click.echo("还没有账号：请先运行 guatu setup-desk --office 办公室名称。", err=True)
    click.echo("按 Ctrl-C 停止。")


def _months_to_come(sample: bool) -> list[tuple[str, list[str]]]:
    """The sample city's months take half a minute: they come while one already looks around."""
    if not sample:
        return []
    from guatu.web.sample import months_left

    if not months_left():
        return []
    click.echo("示例城市1—10月的调度数据正在后台装入，约需半分钟，期间可以先看方案和项目库。")
    return [("示例数据", self_command("setup-desk", "--sample", "--months"))]


class _Household:
    """Child processes that live and stop together; one that dies is started again.

    Those of ``once`` are done when they end well.
    """

    def __init__(
        self, commands: list[tuple[str, list[str]]], once: list[tuple[str, list[str]]] | None = None
    ) -> None:
        self._commands = dict([*commands, *(once or [])])
        self._once = {name for name, _ in once or []}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, list[float]] = {name: [] for name in self._commands}
        self._stopping = threading.Event()

    def run(self) -> int:
        _on_stop(self._stopping.set)
        for name in self._commands:
            self._start(name)
        status = 0
        while not self._stopping.wait(_LOOK_EVERY):
            for name, child in list(self._children.items()):
                if name in self._once and child.poll() == 0:
                    del self._children[name]
                    continue
                if child.poll() is not None and not self._revive(name):
                    click.echo(f"“{name}”反复退出，已全部停止；原因见上面的记录。", err=True)
                    status = 1
                    self._stopping.set()
        self._stop_all()
        return status

    def _start(self, name: str) -> None:
        # The pipe tells the child that we are gone, however we went; its own session keeps
        # a Ctrl-C on the terminal from reaching it before we have asked it to stop.
        self._children[name] = subprocess.Popen(
            self._commands[name], stdin=subprocess.PIPE, start_new_session=os.name == "posix"
        )

    def _revive(self, name: str) -> bool:
        now = time.monotonic()
        deaths = [at for at in self._deaths[name] if now - at < 60]
        self._deaths[name] = [*deaths, now]
        if len(deaths) >= _MOST_DEATHS:
            return False
        click.echo(f"“{name}”意外退出，重新启动。", err=True)
        self._stopping.wait(_RESTART_AFTER if deaths else 0)
        if not self._stopping.is_set():
            self._start(name)
        return True

    def _stop_all(self) -> None:
        for child in self._children.values():
            if child.stdin is not None:
                child.stdin.close()
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        click.echo("已停止。")


def _serve_here(host: str, port: int) -> None:
    """The server itself, as a child of ``guatu serve``."""
    started()
    from django.conf import settings
    from waitress.server import create_server

    from guatu.web.wsgi import application

    # waitress keeps its threads; a body larger than the limit is refused while it comes in.
    server: Any = create_server(
        application,
        host=host,
        port=port,
        threads=settings.SERVER_THREADS,
        ident="guatu",
        max_request_body_size=settings.UPLOAD_LIMIT * 4,
        channel_timeout=120,
        **_behind_proxy(settings.BEHIND_PROXY),
    )

    def leave() -> None:
        # Requests in hand are short or jobs: closing the door and the threads is enough.
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        server.close()
        os._exit(0)

    _on_stop(leave)
    _follow_parent(leave)
    try:
        server.run()
    except OSError:
        # The door was closed under the loop: that is how it ends.
        time.sleep(1)


def _behind_proxy(behind: bool) -> dict[str, Any]:
    """Whose word on the caller's address counts: the one proxy's, or nobody's."""
    if not behind:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }


def _on_stop(stop: Callable[[], object]) -> None:
    """Call ``stop`` when asked to end, from a thread of its own.

    A handler runs in the main thread between any two of its steps: where that is inside
    ``Event.wait`` with the event's lock in hand, ``set`` would wait for it for ever.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stop, name="stop").start()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def _follow_parent(stop: Callable[[], object]) -> None:
    """Stop when the pipe to the parent closes: it was asked to stop, or was killed."""

    def watch() -> None:
        sys.stdin.buffer.read()
        stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()
