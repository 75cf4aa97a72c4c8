"""Verbs of the annual plan: the plan itself, its sheets, the decomposition of targets."""

from guatu.web.annual.actions.plan import (
    add_projects,
    adjust,
    change_cell,
    change_lines,
    issue,
    open_year,
    paste,
    remove_projects,
    undo_batch,
)
from guatu.web.annual.actions.sheets import apply_sheet, drop_sheet, send_sheet, stage_sheet
from guatu.web.annual.actions.targets import (
    allow_over,
    decompose,
    fill_year,
    put_back,
    read_value,
    set_measure,
    set_share,
)

__all__ = [
    "add_projects",
    "adjust",
    "allow_over",
    "apply_sheet",
    "change_cell",
    "change_lines",
    "decompose",
    "drop_sheet",
    "fill_year",
    "issue",
    "open_year",
    "paste",
    "put_back",
    "read_value",
    "remove_projects",
    "send_sheet",
    "set_measure",
    "set_share",
    "stage_sheet",
    "undo_batch",
]
