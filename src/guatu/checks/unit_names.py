"""One unit under several names."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

from guatu.checks.context import Case
from guatu.ledger.findings import Finding
from guatu.text.span import Quote

CODE = "unit-names"

_FILLING = re.compile(r"[和与及、\s]")
# A branch or an inner office is another unit: 市生态环境局 and its 石桥分局.
_COMPOUND = re.compile(r"[局委办部厅院社所分站会]")
_SHORTEST_CORE = 4
_LIKE = 0.7


class _Names(NamedTuple):
    """The lexicon ready for use: one pattern, and the short form of each full one."""

    pattern: re.Pattern[str]
    short: dict[str, str]


@cache
def _names() -> _Names:
    # importlib.resources would do, but takes longer to import than the whole check to run.
    words = pkgutil.get_data("guatu.checks", "units.toml")
    if words is None:
        raise FileNotFoundError("units.toml")
    data = tomllib.loads(words.decode("utf-8"))
    short = {
        full: brief
        for table in ("names", "suffixes")
        for brief, fulls in data[table].items()
        for full in fulls
    }
    longest_first = sorted(short, key=len, reverse=True)
    return _Names(re.compile("|".join(map(re.escape, longest_first))), short)


def check(case: Case) -> Iterator[Finding]:
    """同一单位疑有几种写法。

    查什么：责任单位中全称、简称混用的，或用字大同小异、疑为同一单位的。
    举例：“市发改委”“市发展改革委”“市发展和改革委员会”。
    怎么改：统一为规范简称；确为两个单位的，不必改。
    """
    places: dict[str, Quote] = {}
    for duty in case.ledger.duties:
        places.setdefault(duty.unit, duty.quote)
    forms: dict[str, list[str]] = defaultdict(list)
    for unit in places:
        forms[_key(unit)].append(unit)
    for group in _merged(forms):
        listed = "、".join(f"“{unit}”" for unit in group)
        yield Finding(
            CODE,
            "question",
            f"{listed}疑为同一单位，请确认并统一写法。",
            tuple(sorted(places[unit] for unit in group)),
        )


@lru_cache(maxsize=4096)
def _key(unit: str) -> str:
    """The unit's name in its shortest known form."""
    names = _names()
    brief = names.pattern.sub(lambda found: names.short[found[0]], unit)
    return _FILLING.sub("", brief)


def _merged(forms: dict[str, list[str]]) -> Iterator[list[str]]:
    """Groups of two and more names: of one key, or of keys that are nearly alike."""
    root = {key: key for key in forms}
    ends: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in forms:
        core = key[1:-1]
        if len(core) >= _SHORTEST_CORE and not _COMPOUND.search(core):
            ends[key[0] + key[-1]].append((key, core))
    for near in ends.values():
        for (one, core), (other, other_core) in combinations(near, 2):
            if _alike(core, other_core):
                root[other] = root[one]
    groups: dict[str, list[str]] = defaultdict(list)
    for key, units in forms.items():
        groups[root[key]].extend(units)
    for units in groups.values():
        if len(units) > 1:
            yield units


def _alike(one: str, other: str) -> bool:
    """旅游宗教外侨 and 旅游外侨民宗: most letters are shared, the order may differ."""
    letters, others = set(one), set(other)
    return len(letters & others) >= _LIKE * len(letters | others)
