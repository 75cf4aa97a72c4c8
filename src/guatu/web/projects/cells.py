"""Cells of the project list that show more than a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from guatu.web.projects.queries.library import ProjectRow


def name_cell(row: ProjectRow) -> SafeString:
    """The name as a link, whether it is a package or a part, and how many problems are open."""
    name, url = conditional_escape(row.name), conditional_escape(row.url)
    parts = [f'<a href="{url}">{name}</a>']
    if row.parts:
        parts.append(f'<small class="tag">{conditional_escape(row.parts)}</small>')
    if row.open_problems:
        words = f"问题 {row.open_problems}"
        parts.append(f'<small class="tag warn" title="未解决问题">{words}</small>')
    return mark_safe(" ".join(parts))
