"""Questions about plans; every answer is small frozen rows."""

from guatu.web.plans.queries import lists, published, review
from guatu.web.plans.queries.findings import FindingRow
from guatu.web.plans.queries.lists import (
    PlanRow,
    VersionRow,
    plan_page,
    plans,
    search_plans,
    waiting_plans,
)
from guatu.web.plans.queries.published import (
    PublishedTarget,
    PublishedTask,
    PublishedUnit,
    VersionPage,
    as_open,
    published_targets,
    published_tasks,
    unit_sheets,
    version_page,
)
from guatu.web.plans.queries.review import (
    EntryRow,
    FindingsPage,
    NameRow,
    Progress,
    ReviewPage,
    entry_row,
    findings_page,
    names_page,
    progress_of,
    review_page,
)

__all__ = [
    "EntryRow",
    "FindingRow",
    "FindingsPage",
    "NameRow",
    "PlanRow",
    "Progress",
    "PublishedTarget",
    "PublishedTask",
    "PublishedUnit",
    "ReviewPage",
    "VersionPage",
    "VersionRow",
    "as_open",
    "entry_row",
    "findings_page",
    "lists",
    "names_page",
    "plan_page",
    "plans",
    "progress_of",
    "published",
    "published_targets",
    "published_tasks",
    "review",
    "review_page",
    "search_plans",
    "unit_sheets",
    "version_page",
    "waiting_plans",
]
