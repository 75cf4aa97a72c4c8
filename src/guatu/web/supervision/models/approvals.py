"""What was approved about a project: paused, exempted, put right after issue."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guatu.web.page.frozen import Frozen, FrozenRows, Immutable
from guatu.web.people.models import Office
from guatu.web.projects.models import Project
from guatu.web.reporting.models import ReportingPeriod


class Pausing(models.Model):
    """An approved 停缓建 or cancellation: from its approval on the project leaves the progress.

    The library's stage alone takes nobody out of a rate; this does, on the paper named here.
    """

    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="pausings"
    )
    approved_on = models.DateField(_("批准日期"))
    reference = models.CharField(_("批准文号"), max_length=120)
    approver = models.CharField(_("批准机关（人）"), max_length=60)
    reason = models.CharField(_("原因"), max_length=200)
    cancelled = models.BooleanField(_("撤销项目"), default=False)
    # First day on which it is at work again.
    resumed_on = models.DateField(_("复工日期"), null=True, blank=True)
    resumed_reference = models.CharField(_("复工依据"), max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("停缓建批准")
        ordering: ClassVar = ["-approved_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(reason="") & ~Q(approver=""),
                name="pausing_has_grounds",
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gte=F("approved_on")),
                name="pausing_resumed_after",
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(resumed_on__isnull=True), name="pausing_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.approved_on}"


class Exemption(models.Model):
    """An approved exemption (豁免) from warning rules, with its end."""

    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="exemptions"
    )
    reason = models.CharField(_("豁免原因"), max_length=200)
    approver = models.CharField(_("批准人"), max_length=60)
    reference = models.CharField(_("批准依据"), max_length=120, blank=True)
    start = models.DateField(_("自"))
    until = models.DateField(_("至"))
    # Codes of rules; none means every rule.
    rules = models.JSONField(_("规则"), default=list, blank=True)
    # Ended before its time.
    ended_on = models.DateField(_("提前结束"), null=True, blank=True)
    ended_reason = models.CharField(_("结束原因"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("豁免")
        ordering: ClassVar = ["-start", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(approver=""), name="exemption_has_approval"
            ),
            models.CheckConstraint(condition=Q(until__gte=F("start")), name="exemption_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.start}—{self.until}"


class AdjustmentRows(FrozenRows):
    """Later adjustments: only whether one was withdrawn may change."""

    def update(self, **values: Any) -> int:
        if set(values) - {"withdrawn"}:
            raise Immutable(LaterAdjustment.frozen_words)
        return models.QuerySet.update(self, **values)


class LaterAdjustment(Frozen):
    """± 调整: an issued period's figure put right in the period that is open now."""

    frozen_words: ClassVar[str] = "调整不能改写，写错的先撤销再办一次。"
    objects: ClassVar[models.Manager[Any]] = AdjustmentRows.as_manager()

    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="later_adjustments"
    )
    of_period = models.ForeignKey(
        ReportingPeriod, verbose_name=_("所调整的期"), on_delete=models.PROTECT, related_name="+"
    )
    lands_in = models.ForeignKey(
        ReportingPeriod, verbose_name=_("记入"), on_delete=models.PROTECT, related_name="landed"
    )
    amount = models.BigIntegerField(_("调整额"))
    reason = models.CharField(_("调整原因"), max_length=200)
    approver = models.CharField(_("批准人"), max_length=60)
    reference = models.CharField(_("批准依据"), max_length=120, blank=True)
    withdrawn = models.BooleanField(_("已撤销"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("办理时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("通报后调整")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(amount=0) & ~Q(reason="") & ~Q(approver=""),
                name="later_adjustment_has_grounds",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.of_period} {self.amount}"
