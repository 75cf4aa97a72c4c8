"""The fields of a project that people and sheets fill in: their words and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from guatu.web.page import formats
from guatu.web.projects.models import Nature, Ownership, Procedure, Project, Stage

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


def label(name: str) -> str:
    """The field's words: 年度计划投资."""
    if name == "shares":
        return "分县投资"
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
    if name == "tags":
        return str(value).strip("、")
    return str(value)


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


def search_text(project: Project, *others: str) -> str:
    """What full text looks through: name, code, units, persons, place, tags."""
    parts = (
        project.name,
        project.code,
        project.code.replace("-", ""),
        project.owner_name,
        project.unit_name,
        project.person,
        project.leader,
        project.place,
        project.section,
        project.tags,
        *others,
    )
    return " ".join(dict.fromkeys(part for part in parts if part)).lower()
