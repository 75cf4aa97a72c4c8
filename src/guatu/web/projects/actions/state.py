"""What lists sort by and others work out: lights and reached figures, kept at each close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from guatu.web.projects.models import Project

_STATE: Final = {"light", "light_reason", "reached_year", "reached_total", "reached_period"}


def keep_state(projects: QuerySet[Project], values: Mapping[str, Any]) -> int:
    """Set state columns of many projects by one statement; in the caller's transaction.

    ``values`` are values or expressions of the state's columns alone. It is no change of a
    project: neither its revision nor its trail knows of it.
    """
    if unknown := set(values) - _STATE:
        raise TypeError(f"not state of a project: {sorted(unknown)}")
    return projects.order_by().update(**values)
