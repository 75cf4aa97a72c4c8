"""The sample city's closes: each month closed after it was reported, with what was approved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from guatu.web.annual.models import Decomposition
from guatu.web.people.sample import SampleCity
from guatu.web.projects.models import Project
from guatu.web.reporting.actions import set_measure
from guatu.web.reporting.models import MeasureKind, ReportingPeriod
from guatu.web.supervision import actions
from guatu.web.supervision.models import Close, Exemption, Pausing
from guatu.web.supervision.queries.closes import current_close

YEAR: Final = 2026
# By their place in the library, as the stories of ``reporting.sample`` go by it.
_PAUSED: Final = 80
_EXEMPTED: Final = 45
# A month that was closed, found wrong in time, opened again and closed a second time.
_TWICE: Final = "2026-06"


def close_month(city: SampleCity, period: ReportingPeriod) -> Close:
    """The month closed; what was approved in it is entered before. A second call does nothing."""
    known = current_close(period)
    if known is not None:
        return known
    _approve(city, period)
    _measure(city, period)
    made = actions.close_period(period, by=city.clerk, small=10_000)
    if period.key == _TWICE and made.number == 1:
        reason = "市交通局来函更正在建公路的形象进度，核对后重新关账"
        actions.reopen(period, by=city.clerk, reason=reason)
        made = actions.close_period(period, by=city.clerk, small=10_000)
    return made


def _approve(city: SampleCity, period: ReportingPeriod) -> None:
    if period.start.month == 5:
        _exempt(city)
    if period.start.month == 8:
        _pause(city)


def _measure(city: SampleCity, period: ReportingPeriod) -> None:
    """What was reached of the target that was given out: eleven a month, a little too few."""
    target = Decomposition.objects.filter(office=city.office, measured_by="reported").first()
    if target is None or period.measures.filter(target=target).exists():
        return
    month = period.start.month
    set_measure(
        period,
        by=city.clerk,
        kind=MeasureKind.DISPATCH,
        target=target,
        value=Decimal(month * 11 - month % 3),
        source=f"市住建局{month}月报表",
    )


def _exempt(city: SampleCity) -> None:
    project = _project(city, _EXEMPTED)
    if project is None or Exemption.objects.filter(project=project).exists():
        return
    actions.exempt(
        project,
        by=city.clerk,
        reason="国土空间规划局部调整待批复，非项目单位原因",
        approver="何志恒",
        reference="临补短板办会议纪要〔2026〕6号",
        start=date(YEAR, 5, 1),
        until=date(YEAR, 8, 31),
    )


def _pause(city: SampleCity) -> None:
    project = _project(city, _PAUSED)
    if project is None or Pausing.objects.filter(project=project).exists():
        return
    actions.pause(
        project,
        by=city.clerk,
        approved_on=date(YEAR, 8, 18),
        reference="临补短板办〔2026〕11号",
        approver="市补短板扩投资工作领导小组",
        reason="征迁未完成，短期内不具备复工条件",
    )


def _project(city: SampleCity, position: int) -> Project | None:
    return Project.objects.filter(office=city.office, position=position, leaf=True).first()
