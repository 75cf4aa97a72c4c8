"""Typed readers of the environment: a wrong value stops the start and names itself.

Every setting of Guatu is read here and nowhere else; ``docs/settings.md`` explains each.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

_TRUE: Final = frozenset({"1", "true", "yes", "on", "是"})
_FALSE: Final = frozenset({"0", "false", "no", "off", "否"})
_SIZE: Final = re.compile(r"(\d{1,6})\s*(KB|MB|GB)", re.IGNORECASE)
_SIZES: Final = {"KB": KIB, "MB": MIB, "GB": GIB}


class WrongSetting(ImproperlyConfigured):
    """A setting has a value that cannot be meant."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        self.name = name
        super().__init__(f"设置 {name} 的值“{value}”不对：应为{wanted}。改好后重新启动。")


def env_text(name: str, *, default: str) -> str:
    """The value as it stands, without the blanks around it."""
    return os.environ.get(name, "").strip() or default


def env_flag(name: str, *, default: bool) -> bool:
    """是 or 否, in the usual spellings."""
    value = env_text(name, default="")
    if not value:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise WrongSetting(name, value, "1（是）或 0（否）")


def env_number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number within its bounds."""
    value = env_text(name, default="")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise WrongSetting(name, value, f"{least} 到 {most} 之间的整数")
    return int(value)


def env_size(name: str, *, default: int) -> int:
    """A size in bytes, written with its unit: 50MB."""
    value = env_text(name, default="")
    if not value:
        return default
    found = _SIZE.fullmatch(value)
    if found is None or int(found[1]) == 0:
        raise WrongSetting(name, value, "带单位的大小，如 500KB、50MB、1GB")
    return int(found[1]) * _SIZES[found[2].upper()]


def env_list(name: str, *, default: tuple[str, ...]) -> list[str]:
    """Words divided by commas."""
    value = env_text(name, default="")
    return [word for part in value.split(",") if (word := part.strip())] or list(default)


def env_origins(name: str) -> list[str]:
    """Addresses with their scheme, divided by commas: https://guatu.example."""
    origins = env_list(name, default=())
    for origin in origins:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            raise WrongSetting(name, origin, "以 http:// 或 https:// 开头、不带路径的网址")
    return origins


def env_folder(name: str, *, default: Path) -> Path:
    """A folder that is there afterwards and can be written to."""
    folder = Path(env_text(name, default=str(default))).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise WrongSetting(name, str(folder), "可以建立的文件夹") from None
    if not os.access(folder, os.W_OK):
        raise WrongSetting(name, str(folder), "可以写入的文件夹")
    return folder


def env_database(name: str, *, default: str) -> dict[str, object]:
    """Django's description of the database behind a URL, set up the way Guatu works with it."""
    import dj_database_url

    url = env_text(name, default=default)
    wanted = "sqlite:///路径 或 postgres://用户:口令@主机:5432/库名"
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise WrongSetting(name, _without_password(url), wanted)
    try:
        database: dict[str, object] = dict(dj_database_url.parse(url, conn_max_age=600))
    except (ValueError, dj_database_url.ParseError):
        raise WrongSetting(name, _without_password(url), wanted) from None
    if not database["NAME"]:
        raise WrongSetting(name, _without_password(url), wanted)
    if url.startswith("sqlite"):
        database["OPTIONS"] = SQLITE_OPTIONS
        # A thread keeps its connection; waitress' threads live as long as the server.
        database["CONN_MAX_AGE"] = None
    else:
        database["CONN_HEALTH_CHECKS"] = True
    return database


# A writer takes its lock when the transaction begins, so that it waits there and never fails
# half-way; readers do not wait at all (WAL). FULL: what was confirmed survives a power cut.
SQLITE_OPTIONS: Final[dict[str, object]] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
    ),
}


def _without_password(url: str) -> str:
    return re.sub(r"(//[^:/@]*):[^@]*@", r"\1:***@", url)


def secret_key(folder: Path) -> str:
    """The key that signs sessions: made once, kept in the data folder for its owner alone."""
    path = folder / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 50:
        raise WrongSetting("GUATU_DATA", str(folder), "其中 secret-key 文件完好的文件夹")
    return key
