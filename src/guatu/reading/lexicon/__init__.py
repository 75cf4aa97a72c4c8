"""Word lists of the reader as data: one TOML file for each kind, one loader."""

from __future__ import annotations

import pkgutil
import tomllib
from functools import cache
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The word list ``name.toml`` as a dictionary; read once.

    ``pkgutil`` rather than ``importlib.resources``, whose import alone takes 15 ms.
    """
    data = pkgutil.get_data(__name__, f"{name}.toml")
    if data is None:
        raise FileNotFoundError(f"{name}.toml")
    return tomllib.loads(data.decode("utf-8"))
