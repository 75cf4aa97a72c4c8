"""Verbs of plans: hand in, read, review, name units, publish."""

from guatu.web.plans.actions.findings import reopen_finding, settle_finding
from guatu.web.plans.actions.naming import Decision, decide_names
from guatu.web.plans.actions.publishing import next_number, publish
from guatu.web.plans.actions.reading import (
    fail_reading,
    keep_reading,
    mark_reading,
    read_again,
)
from guatu.web.plans.actions.rereading import apply_differences
from guatu.web.plans.actions.reviewing import (
    Stale,
    accept,
    accept_all,
    add,
    change,
    merge,
    reject,
    split,
    undo,
)
from guatu.web.plans.actions.uploading import Uploaded, change_plan, upload_plan

__all__ = [
    "Decision",
    "Stale",
    "Uploaded",
    "accept",
    "accept_all",
    "add",
    "apply_differences",
    "change",
    "change_plan",
    "decide_names",
    "fail_reading",
    "keep_reading",
    "mark_reading",
    "merge",
    "next_number",
    "publish",
    "read_again",
    "reject",
    "reopen_finding",
    "settle_finding",
    "split",
    "undo",
    "upload_plan",
]
