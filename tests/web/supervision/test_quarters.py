"""An office that is reported to by the quarter closes quarters; with months it closes these."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guatu.delivery.periods import Period
from guatu.web.board.queries.periods import open_periods
from guatu.web.bulletins.queries.units import quarters
from guatu.web.people.actions import CannotDo
from guatu.web.projects.models import Project
from guatu.web.reporting import actions as reporting
from guatu.web.reporting.models import Cycle, CycleKind, DueKind, Measure
from guatu.web.supervision.actions import closing
from guatu.web.supervision.models import ClosedProject, Light
from guatu.web.supervision.queries.preview import waiting
from guatu.web.supervision.queries.targets import best_month

from .conftest import WAN, City

pytestmark = pytest.mark.django_db


def add_cycle(city: City, name: str, kind: CycleKind) -> Cycle:
    return reporting.add_cycle(
        by=city.clerk, name=name, kind=kind, due_count=5, due_kind=DueKind.CALENDAR,
        source_name="领导小组会议纪要",
    )  # fmt: skip


@pytest.fixture
def quarterly(hand_city: City) -> City:
    """The city of the table, reported to by the quarter alone."""
    Cycle.objects.filter(pk=hand_city.cycle.pk).update(active=False)
    hand_city.cycle = add_cycle(hand_city, "季报", CycleKind.QUARTER)
    return hand_city


def test_quarters_are_closed_where_nothing_shorter_runs(quarterly: City) -> None:
    quarterly.open("2026-Q1")
    quarterly.report("2026-Q1", {"青川水厂": 150})
    assert [each.label for each in open_periods(quarterly.office)] == ["2026年一季度"]
    assert len(waiting(quarterly.clerk)) == 1
    quarterly.close("2026-Q1")
    quarterly.open("2026-Q2")
    quarterly.report("2026-Q2", {"青川水厂": 400})
    close = quarterly.close("2026-Q2")
    project = Project.objects.get(name="青川水厂")
    row = ClosedProject.objects.get(close=close, project=project)
    assert (row.reached_year, row.this_period) == (400 * WAN, 250 * WAN)
    # A quarter's report leaves no project of the plan without a light.
    assert Light.objects.filter(close=close).count() == len(quarterly.projects)
    assert [each.period.key for each in quarters(quarterly.office)] == ["2026-Q2", "2026-Q1"]
    assert all(each.is_whole for each in quarters(quarterly.office))


def test_with_months_the_quarter_is_not_closed(hand_city: City) -> None:
    hand_city.cycle = add_cycle(hand_city, "季报", CycleKind.QUARTER)
    hand_city.open("2026-Q1")
    assert open_periods(hand_city.office) == [] and waiting(hand_city.clerk) == []
    with pytest.raises(CannotDo, match="更短的调度制度"):
        hand_city.close("2026-Q1")


def test_ten_days_are_never_closed(hand_city: City) -> None:
    Cycle.objects.filter(pk=hand_city.cycle.pk).update(active=False)
    hand_city.cycle = add_cycle(hand_city, "旬报", CycleKind.TEN_DAY)
    period = hand_city.open("2026-01-a")
    assert "旬报不关账" in closing.blocks(period)[0]
    assert open_periods(hand_city.office) == []


def test_the_best_month_of_a_quarter_is_its_third_part(quarterly: City) -> None:
    entered = {
        date(2026, 3, 31): Measure(value=Decimal(30)),
        date(2026, 4, 30): Measure(value=Decimal(35)),
        date(2026, 6, 30): Measure(value=Decimal(59)),
    }
    # 一季度每月10，四月5，五六月每月12。
    assert best_month(entered) == 12
    assert best_month({date(2026, 3, 31): Measure(value=Decimal(30))}) is None


def test_period_keys_of_a_quarter_open_from_the_cycle(quarterly: City) -> None:
    period = quarterly.open("2026-Q3")
    assert (period.period, period.due) == (Period.parse("2026-Q3"), date(2026, 10, 5))
