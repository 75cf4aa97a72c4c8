"""What was approved: pausings, exemptions, later adjustments; and the periods one may adjust."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from guatu.web.people.models import Office
from guatu.web.projects.models import Project
from guatu.web.reporting.models import PeriodState, ReportingPeriod
from guatu.web.supervision.models import CloseState, Exemption, LaterAdjustment, Pausing


def pausings(office: Office, project: Project | None = None) -> QuerySet[Pausing]:
    """停缓建 approvals, those that hold first."""
    found = Pausing.objects.filter(project__office=office).select_related("project", "by")
    found = found.filter(project=project) if project else found
    return found.order_by(F("resumed_on").asc(nulls_first=True), "-approved_on")


def exemptions(office: Office, project: Project | None = None) -> QuerySet[Exemption]:
    """Exemptions, the latest first."""
    found = Exemption.objects.filter(project__office=office).select_related("project", "by")
    return found.filter(project=project) if project else found


def adjustments(office: Office, project: Project | None = None) -> QuerySet[LaterAdjustment]:
    """Adjustments after issue, the latest first."""
    found: QuerySet[LaterAdjustment] = LaterAdjustment.objects.filter(office=office)
    found = found.select_related("project", "by", "of_period__cycle", "lands_in__cycle")
    return found.filter(project=project) if project else found


def holds(exemption: Exemption, today: date) -> bool:
    """Whether the exemption holds today."""
    last = exemption.until
    ended = exemption.ended_on is not None and exemption.ended_on <= today
    return exemption.start <= today <= last and not ended


def adjustable(project: Project) -> QuerySet[ReportingPeriod]:
    """Issued periods in which the project has a closed figure, the latest first."""
    found = ReportingPeriod.objects.filter(
        Q(closes__state=CloseState.CURRENT, closes__rows__project=project),
        state=PeriodState.ISSUED,
    )
    return found.select_related("cycle").order_by("-end")
