"""The fields of a project that people and sheets fill in: their words and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from guatu.web.page import formats
from guatu.web.projects.models import FundSource, Nature, Ownership, Procedure, Project, Stage

# Columns that a sheet or a form fills; state columns are not among them.
DATA: Final = (
    "name",
    "code",
    "code_kind",
    "parent_id",
    "section",
    "region_id",
    "place",
    "owner_id",
    "owner_name",
    "unit_id",
    "unit_name",
    "person",
    "phone",
    "leader",
    "ownership",
    "nature",
    "procedure",
    "investment_kind",
    "industry",
    "tags",
    "scale",
    "investment",
    "year_investment",
    "year_content",
    "start",
    "finish",
    "stage",
    "remark",
)
MONEY: Final = frozenset({"investment", "year_investment"})
DATES: Final = frozenset({"start", "finish"})
# Told by another column beside them.
SILENT: Final = frozenset({"owner_id", "unit_id", "code_kind"})
CHOICES: Final = {
    "stage": dict(Stage.choices),
    "ownership": dict(Ownership.choices),
    "nature": dict(Nature.choices),
    "procedure": dict(Procedure.choices),
}


# What stands in tables of its own; each value says all of a project's rows there.
PARTS: Final = {"shares": "分县投资", "funds": "资金"}


def label(name: str) -> str:
    """The field's words: 年度计划投资."""
    if name in PARTS:
        return PARTS[name]
    field = Project._meta.get_field(name.removesuffix("_id"))
    return str(getattr(field, "verbose_name", name)).removesuffix("（原文）")


def written(name: str, value: Any, names: Mapping[str, Mapping[Any, str]] | None = None) -> str:
    """The value as a difference shows it; ``names`` of referred rows by field."""
    if value is None or value == "" or value == {}:
        return ""
    if name in MONEY:
        return formats.wan(int(value))
    if name in DATES:
        return str(value)[:7]
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if names and name in names:
        return names[name].get(value, str(value))
    if name == "shares":
        regions = (names or {}).get("region_id", {})
        parts = [f"{regions.get(int(k), k)} {formats.wan(v)}" for k, v in value.items()]
        return "、".join(parts)
    if name == "funds":
        return "、".join(_fund(key, amount) for key, amount in value.items())
    if name == "tags":
        return str(value).strip("、")
    return str(value)


def fund_key(source: str, year: int | None) -> str:
    """The name under which a row's values keep a fund: central, or central:2026."""
    return f"{source}:{year}" if year else source


def fund_of(key: str) -> tuple[str, int | None]:
    """Source and year of such a name."""
    source, _colon, year = key.partition(":")
    return source, int(year) if year else None


def fund_words(key: str) -> str:
    """2026年中央预算内资金, as a person calls the fund of such a name."""
    source, year = fund_of(key)
    return (f"{year}年" if year else "") + str(FundSource(source).label)


def _fund(key: str, amount: int | None) -> str:
    return fund_words(key) + (f" {formats.wan(amount)}" if amount is not None else "")


def stored(name: str, value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def loaded(name: str, value: Any) -> Any:
    """A value as the row takes it."""
    return date.fromisoformat(value) if name in DATES and isinstance(value, str) else value


def tidy_tags(text: str) -> str:
    """Tags divided by 、 with one at either end, so that each is found whole."""
    for other in ("，", ",", "；", ";", "/", "|", " "):
        text = text.replace(other, "、")
    tags = list(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))
    return f"、{'、'.join(tags)}、" if tags else ""


_SEARCHED: Final = ("owner_name", "unit_name", "person", "leader", "place", "section", "tags")
# Columns whose change changes what full text looks through.
FOUND_BY: Final = frozenset({"name", "code", *_SEARCHED, "unit_id", "region_id"})


def search_text(project: Project, *others: str) -> str:
    """What full text looks through: name, code, units, persons, place, tags."""
    return search_words(vars(project), *others)


def search_words(values: Mapping[str, Any], *others: str) -> str:
    """The same of a project's values by column."""
    code = values["code"]
    parts = (
        values["name"],
        code,
        code.replace("-", ""),
        *(values[name] for name in _SEARCHED),
        *others,
    )
    return " ".join(dict.fromkeys(part for part in parts if part)).lower()
