"""The monthly bulletin (月通报): its sections in order, made from a closed period alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guatu.delivery.bulletins.closed_month import ClosedMonth, Particulars
from guatu.delivery.bulletins.facts import Fact
from guatu.delivery.bulletins.month_figures import MonthFigures
from guatu.delivery.bulletins.month_overall import overall
from guatu.delivery.bulletins.month_projects import Annexes, next_starts, reds
from guatu.delivery.bulletins.month_remarks import remarks
from guatu.delivery.bulletins.month_standings import by_group
from guatu.delivery.bulletins.paper import Paper, Picture
from guatu.delivery.bulletins.standing import Standing


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The paper, its facts by id, and what was printed of each county for the chart."""

    paper: Paper
    facts: Mapping[str, Fact]
    counties: Standing


def month_bulletin(
    month: ClosedMonth, particulars: Particulars, *, chart: Picture | None = None
) -> Bulletin:
    """The draft of a period's bulletin; the clerk finishes it in Word or WPS.

    Every figure in it is computed from the rows and lights given and stands as a ``Figure``.
    """
    figures = MonthFigures(month, particulars)
    annexes = Annexes.of(figures)
    body = (
        *overall(figures),
        *by_group(figures, "二", figures.counties, particulars.counties, chart),
        *by_group(figures, "三", figures.units, "责任单位"),
        *reds(figures, annexes),
        *next_starts(figures, annexes),
        *remarks(figures),
    )
    paper = Paper(
        title=f"关于{figures.span}{particulars.area}重大项目建设进展情况的通报",
        body=body,
        signature=particulars.signature,
        signed_on=particulars.signed_on,
        red_head=particulars.red_head,
        number=particulars.number,
        addressee=particulars.addressee,
        attachments=tuple(title for title, _blocks in annexes.found),
        annexes=annexes.titled,
        copies_to=particulars.copies_to,
        printed_by=particulars.printed_by,
        printed_on=particulars.printed_on,
    )
    return Bulletin(paper, figures.facts, figures.counties)
