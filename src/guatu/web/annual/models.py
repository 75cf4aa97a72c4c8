"""Tables of annual plans and of decomposed targets. Money is whole 元; a month is its first day."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guatu.web.page.frozen import Frozen
from guatu.web.people.models import Office, Region, Unit
from guatu.web.plans.models import Plan
from guatu.web.projects.models import Project

_FROZEN: Final = "已下达的计划不能改写或删除，请办理调整。"


class PlanState(models.TextChoices):
    """Whether the plan still may be edited."""

    DRAFT = "draft", _("编制中")
    ISSUED = "issued", _("已下达")


class AnnualPlan(models.Model):
    """The annual plan (年度计划) of an office for a year."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(
        _("状态"), max_length=8, choices=PlanState.choices, default=PlanState.DRAFT
    )
    number = models.CharField(_("下达文号"), max_length=80, blank=True)
    issued_on = models.DateField(_("下达日期"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("下达办理人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    created = models.DateTimeField(_("建立时间"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("建立人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("年度计划")
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "year"],
                name="annual_plan_once_per_year",
                violation_error_message=_("这一年的年度计划已经建立。"),
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT) | (~Q(number="") & Q(issued_on__isnull=False)),
                name="annual_plan_issued_with_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度计划"

    @property
    def is_issued(self) -> bool:
        return self.state == PlanState.ISSUED


class LineColumns(models.Model):
    """A project's year: what the plan says of it."""

    investment = models.BigIntegerField(_("年度计划投资"), null=True, blank=True)
    # Of the whole project, not only of this year.
    start = models.DateField(_("开工月"), null=True, blank=True)
    finish = models.DateField(_("竣工月"), null=True, blank=True)
    content = models.TextField(_("年度建设内容"), blank=True)
    # [{"month": 6, "name": "主体封顶", "part": 4000}]: part in hundredths of a per cent, or absent.
    nodes = models.JSONField(_("节点"), default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def values(self) -> dict[str, Any]:
        """What the plan says, as JSON takes it."""
        return {
            "investment": self.investment,
            "start": self.start.isoformat() if self.start else None,
            "finish": self.finish.isoformat() if self.finish else None,
            "content": self.content,
            "nodes": self.nodes,
        }


class AnnualLine(LineColumns):
    """A project of the plan as it stands now (年度计划项目)."""

    plan = models.ForeignKey(
        AnnualPlan, verbose_name=_("年度计划"), on_delete=models.PROTECT, related_name="lines"
    )
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="annual_lines"
    )
    # Taken out by an approved 调出: the row stays, it no longer counts.
    moved_out = models.BooleanField(_("已调出"), default=False)
    # Goes up with each change: a sheet or a screen that knows an earlier one is stale.
    version = models.PositiveIntegerField(_("版本"), default=1)
    touched = models.DateTimeField(_("最近修改"), auto_now=True)
    touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("修改人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("年度计划项目")
        ordering: ClassVar = ["project__position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "project"], name="annual_line_once_per_project"
            ),
            models.CheckConstraint(
                condition=Q(investment__isnull=True) | Q(investment__gte=0),
                name="annual_investment_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True)
                | Q(finish__isnull=True)
                | Q(finish__gte=F("start")),
                name="annual_finish_after_start",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "moved_out"], name="annual_line_live")]

    def __str__(self) -> str:
        return self.project.name


class IssuedLine(Frozen, LineColumns):
    """A project of the plan as it was issued (下达数); never changed."""

    frozen_words: ClassVar[str] = _FROZEN

    plan = models.ForeignKey(
        AnnualPlan,
        verbose_name=_("年度计划"),
        on_delete=models.PROTECT,
        related_name="issued_lines",
    )
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="+"
    )
    # As they were called then.
    project_name = models.CharField(_("项目名称"), max_length=200)
    region_name = models.CharField(_("县区"), max_length=60, blank=True)
    unit_name = models.CharField(_("责任单位"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("下达计划项目")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "project"], name="annual_issued_once_per_project"
            )
        ]

    def __str__(self) -> str:
        return self.project_name


class AdjustmentKind(models.TextChoices):
    """What an adjustment does."""

    IN = "in", _("调入")
    OUT = "out", _("调出")
    CHANGE = "change", _("调整")


class Adjustment(Frozen):
    """An approved change of an issued plan (计划调整): before, after, on whose word and why."""

    frozen_words: ClassVar[str] = _FROZEN

    plan = models.ForeignKey(
        AnnualPlan, verbose_name=_("年度计划"), on_delete=models.PROTECT, related_name="adjustments"
    )
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("类别"), max_length=8, choices=AdjustmentKind.choices)
    before = models.JSONField(_("调整前"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("调整后"), null=True, encoder=DjangoJSONEncoder)
    reference = models.CharField(_("批准依据"), max_length=120)
    approved_on = models.DateField(_("批准日期"))
    approver = models.CharField(_("批准人（机关）"), max_length=60)
    reason = models.TextField(_("原因"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("办理人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("办理时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("计划调整")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(reason=""), name="annual_adjustment_has_grounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.project}"


class Batch(models.Model):
    """Many cells changed at once (批量填入), so that it can be taken back."""

    plan = models.ForeignKey(AnnualPlan, on_delete=models.PROTECT, related_name="batches")
    words = models.CharField(_("内容"), max_length=200)
    # Line id → {"values": before, "version": after the change}.
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    undone = models.BooleanField(_("已撤销"), default=False)

    class Meta:
        verbose_name = _("批量填入")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.words


class SentSheet(models.Model):
    """A sheet that went out (发出的表), with the values that stood in it."""

    plan = models.ForeignKey(AnnualPlan, on_delete=models.PROTECT, related_name="sent_sheets")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Line id → {"values", "version"}.
    lines = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("导出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("导出的计划表")

    def __str__(self) -> str:
        return f"{self.plan} {self.token}"


class SheetState(models.TextChoices):
    """Where a returned sheet stands."""

    STAGED = "staged", _("待核对")
    APPLIED = "applied", _("已导入")
    DROPPED = "dropped", _("已放弃")


class ReturnedSheet(models.Model):
    """A sheet that came back (交回的表): compared row by row, applied as one or not at all."""

    plan = models.ForeignKey(AnnualPlan, on_delete=models.PROTECT, related_name="returned_sheets")
    sent = models.ForeignKey(SentSheet, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("文件名"), max_length=200)
    # [{"row", "line", "change": same|changed|stale|error, "values", "version", "errors"}]
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("状态"), max_length=8, choices=SheetState.choices, default=SheetState.STAGED
    )
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("交回的计划表")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


# ------------------------------------------------------------- targets of the plan


class Accrual(models.TextChoices):
    """How the years of a target go together (delivery.annual.decomposition.Accrual)."""

    SUM = "sum", _("各年累加")
    LEVEL = "level", _("期末达到")
    RATE = "rate", _("比率（不相加）")


class Measure(models.TextChoices):
    """How a target is measured (计量方式)."""

    REPORTED = "reported", _("填报")
    STATISTICS = "statistics", _("统计发布")
    PROJECTS = "projects", _("项目汇总")


class Decomposition(models.Model):
    """A target of the published plan, given out by year, county and department (目标分解)."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.PROTECT, related_name="decompositions"
    )
    # Of the ledger entry: the same in every later version of the plan.
    lineage = models.UUIDField(_("沿革号"))
    subject = models.TextField(_("指标"))
    quote = models.TextField(_("方案原文"))
    section = models.CharField(_("章节"), max_length=200, blank=True)
    whole = models.DecimalField(_("目标值"), max_digits=30, decimal_places=6, null=True, blank=True)
    measure_unit = models.CharField(_("计量单位"), max_length=60, blank=True)
    start_year = models.PositiveSmallIntegerField(_("起始年"))
    end_year = models.PositiveSmallIntegerField(_("结束年"))
    accrual = models.CharField(_("年度关系"), max_length=8, choices=Accrual.choices)
    measured_by = models.CharField(_("计量方式"), max_length=12, choices=Measure.choices)
    # The paper that gives the numbers out (下达文件), or the attachment of the plan.
    source_name = models.CharField(_("下达文件"), max_length=200, blank=True)
    over_reason = models.CharField(_("各年超过目标值的说明"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    created = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("目标分解")
        ordering: ClassVar = ["plan", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "lineage"], name="decomposition_once_per_target"
            ),
            models.CheckConstraint(
                condition=Q(end_year__gte=F("start_year")), name="decomposition_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.subject[:60]


class Share(models.Model):
    """What a county, a department, or a department in a county has in a year (分解数).

    Neither county nor department: the year's total of the whole area.
    """

    decomposition = models.ForeignKey(
        Decomposition, verbose_name=_("目标分解"), on_delete=models.PROTECT, related_name="shares"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    region = models.ForeignKey(
        Region, verbose_name=_("县区"), null=True, blank=True, on_delete=models.PROTECT
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("部门"), null=True, blank=True, on_delete=models.PROTECT
    )
    value = models.DecimalField(_("分解数"), max_digits=30, decimal_places=6)
    source_name = models.CharField(_("下达文件"), max_length=200, blank=True)
    # Of the area's total: why its counties or departments got more than that.
    over_reason = models.CharField(_("超分说明"), max_length=200, blank=True)
    # How it was worked out: 按上年比例, 按项目汇总, 平均分配; empty where it was typed.
    made_by = models.CharField(_("分解办法"), max_length=40, blank=True)
    touched = models.DateTimeField(_("最近修改"), auto_now=True)
    touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("修改人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("分解数")
        # Null is not equal to null: one constraint for each way of naming somebody.
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decomposition", "year"],
                condition=Q(region__isnull=True, unit__isnull=True),
                name="share_once_area",
            ),
            models.UniqueConstraint(
                fields=["decomposition", "year", "region"],
                condition=Q(region__isnull=False, unit__isnull=True),
                name="share_once_region",
            ),
            models.UniqueConstraint(
                fields=["decomposition", "year", "unit"],
                condition=Q(region__isnull=True, unit__isnull=False),
                name="share_once_unit",
            ),
            models.UniqueConstraint(
                fields=["decomposition", "year", "region", "unit"],
                condition=Q(region__isnull=False, unit__isnull=False),
                name="share_once_region_and_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decomposition} {self.year} {self.region or ''}{self.unit or ''}"
