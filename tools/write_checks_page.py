"""Write docs/checks.md from what the checks say of themselves.

    python tools/write_checks_page.py

A check's docstring is the one place where it is explained; this page is made of them.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from guatu.checks import CHECKS, Check

PAGE = Path(__file__).resolve().parents[1] / "docs" / "checks.md"

_PARTS = ("查什么：", "举例：", "怎么改：")
_HEAD = """\
# 对账检查 Checks

方案写定之前，请它自己跟自己对一遍账。每条发现有代码、程度和原文位置；程度分为错误（`error`，方案自相矛盾）、
疑问（`question`，可能有意如此）、提示（`note`，供参考），只有错误使 `guatu check` 的退出码为 1。

Made by `tools/write_checks_page.py` from the checks' docstrings (`make golden`); mend them there.
"""


def codes_of(check: Check) -> list[str]:
    """The codes of the findings that a check reports: the ``…CODE`` constants of its module."""
    module = vars(sys.modules[check.__module__])
    return [value for name, value in module.items() if name.endswith("CODE")]


def explained(check: Check) -> str:
    """One check: its first line as the title, its codes, then each part on a line of its own."""
    title, _, rest = (inspect.getdoc(check) or "").partition("\n")
    parts: list[str] = []
    for line in rest.split("\n"):
        if line.startswith(_PARTS) or not parts:
            parts.append(line.strip())
        else:
            parts[-1] += line.strip()
    listed = "\n".join(f"- {part}" for part in parts if part)
    codes = "、".join(f"`{code}`" for code in codes_of(check))
    return f"## {title.rstrip('。')}\n\n{codes}\n\n{listed}\n"


def checks_page() -> str:
    """The whole page, the checks in the order in which they run."""
    return "\n".join([_HEAD, *map(explained, CHECKS)])


if __name__ == "__main__":
    PAGE.write_text(checks_page(), encoding="utf-8")
    print(f"docs/{PAGE.name}  {len(CHECKS)} checks")
