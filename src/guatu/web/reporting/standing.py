"""What was put right after issue (通报后调整), as reporting needs it; who enters it stands above.

Reporting must not know the close. An app above names ``PUT_RIGHT`` in its ``desk.py``: a function
of a cycle and a period that gives ``PutRight`` by project; and ``WAS_PUT_RIGHT``, the condition on
a query's rows that saves asking where nothing was adjusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Value

from guatu.delivery.periods import Period
from guatu.web.page.hooks import gathered
from guatu.web.reporting.models import Cycle


@dataclass(frozen=True, slots=True)
class PutRight:
    """A project of which an issued figure of the period's year was adjusted, in whole 元.

    ``before`` is 上期累计 as it was closed (nought as the year begins), with what landed in
    earlier periods; ``amount`` is the ± that lands in this period, ``words`` says of which period
    and why (empty where nothing lands in this one).
    """

    before: int
    amount: int
    words: str

    @property
    def standing(self) -> int:
        """本年累计 if nothing new is reported."""
        return self.before + self.amount


def was_put_right(cycle: Cycle, period: Period, project: str = "pk") -> Any:
    """For ``annotate``: True for rows whose project (its column) ``put_right`` may have."""
    marks = [told(cycle, period, project) for told in gathered("WAS_PUT_RIGHT")]
    return reduce(or_, marks) if marks else Value(False)


def put_right(cycle: Cycle, period: Period) -> dict[int, PutRight]:
    """Projects with an adjustment that landed in the period or earlier in its year, by id."""
    found: dict[int, PutRight] = {}
    for told in gathered("PUT_RIGHT"):
        found |= told(cycle, period)
    return found
