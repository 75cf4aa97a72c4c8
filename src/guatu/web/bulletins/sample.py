"""The sample city's bulletins: each closed month issued as drafted; the last is left to try."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from guatu.delivery.bulletins.closed_month import Particulars
from guatu.web.bulletins import actions
from guatu.web.bulletins.models import Bulletin, BulletinState
from guatu.web.people.sample import SampleCity
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision.models import Close

# What stays a draft: the month in which the sample is first looked at.
LEFT: Final = "2026-10"
_FIRST_NUMBER: Final = 4
_DAYS_AFTER: Final = 9


def particulars(city: SampleCity) -> Particulars:
    """What of the papers is no figure."""
    return Particulars(
        signature=city.office.name,
        red_head=f"{city.office.name}文件",
        addressee="各县（市、区）人民政府，市直有关部门，有关单位",
        copies_to="市委办公室，市人大常委会办公室，市政府办公室，市政协办公室",
        printed_by=city.office.name,
    )


def bulletin_of(city: SampleCity, close: Close) -> Bulletin:
    """The close's bulletin, issued but for the last month's; a second call does nothing."""
    period: ReportingPeriod = close.period
    known = Bulletin.objects.filter(close=close).exclude(state=BulletinState.REPLACED).first()
    made: Bulletin = known or actions.draft(close, by=city.clerk, particulars=particulars(city))
    if period.key == LEFT or made.state == BulletinState.ISSUED:
        return made
    number = f"临补短板办〔{period.end.year}〕{_FIRST_NUMBER + period.end.month}号"
    on = period.end + timedelta(days=_DAYS_AFTER)
    untouched = actions.printed_docx(made, number=number, on=on)
    # Nine at once would keep a small machine busy: the last one's PDF shows what it looks like.
    pdf = period.period.next.key == LEFT
    return actions.issue(
        made, by=city.clerk, number=number, on=on, untouched=untouched, today=on, pdf=pdf
    )
