"""Tables of reporting (调度). Money is whole 元; a report's values are written once."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guatu.delivery.periods import Period
from guatu.delivery.reporting.fields import FIELDS, Value
from guatu.web.annual.models import Decomposition
from guatu.web.people.models import Office, Region, Unit
from guatu.web.projects.models import Problem, Project, Stage


class CycleKind(models.TextChoices):
    """How often is asked (``delivery.periods.PeriodKind``)."""

    TEN_DAY = "ten-day", _("旬报")
    MONTH = "month", _("月报")
    QUARTER = "quarter", _("季报")
    HALF_YEAR = "half-year", _("半年报")
    YEAR = "year", _("年报")


class DueKind(models.TextChoices):
    """Which days a term counts (``ledger.records.DayKind``)."""

    WORKDAY = "workday", _("工作日")
    CALENDAR = "calendar", _("自然日")


class AskBy(models.TextChoices):
    """To whom the sheets go."""

    UNIT = "unit", _("项目责任单位")
    COUNTY = "county", _("项目所在县区")


class Cycle(models.Model):
    """A regular duty to report (调度制度): how often, due when, asked of whom, on which words."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("频次"), max_length=10, choices=CycleKind.choices)
    due_count = models.PositiveSmallIntegerField(_("期末后天数"))
    due_kind = models.CharField(_("天数口径"), max_length=8, choices=DueKind.choices)
    ask_by = models.CharField(_("发给"), max_length=6, choices=AskBy.choices, default=AskBy.UNIT)
    # The plan's own words (时限要求), found by the entry's lineage; or the paper it rests on.
    lineage = models.UUIDField(_("沿革号"), null=True, blank=True)
    quote = models.TextField(_("方案原文"), blank=True)
    source_name = models.CharField(_("依据"), max_length=200, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    created = models.DateTimeField(_("建立时间"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("建立人"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("调度制度")
        ordering: ClassVar = ["-active", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "name"],
                name="cycle_name_once",
                violation_error_message=_("已有同名的调度制度。"),
            ),
            models.CheckConstraint(
                condition=~Q(quote="") | ~Q(source_name=""),
                name="cycle_rests_on_words",
                violation_error_message=_("请写明依据：方案原文或文件名称。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day that differs from the announced calendar (节假日表): off, or worked (调休上班)."""

    day = models.DateField(_("日期"), unique=True)
    works = models.BooleanField(_("上班"))
    note = models.CharField(_("说明"), max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("节假日")
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.works else '放假'}"


class PeriodState(models.TextChoices):
    """Where a period stands; closing and issuing are verbs of later apps."""

    OPEN = "open", _("填报中")
    CLOSED = "closed", _("已关账")
    ISSUED = "issued", _("已通报")


class ReportingPeriod(models.Model):
    """A period that was opened (报告期): 2026年10月 of the office's monthly report."""

    cycle = models.ForeignKey(
        Cycle, verbose_name=_("调度制度"), on_delete=models.PROTECT, related_name="periods"
    )
    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    key = models.CharField(_("期别"), max_length=12)
    start = models.DateField(_("起"))
    end = models.DateField(_("止"))
    due = models.DateField(_("报送期限"))
    due_provisional = models.BooleanField(_("期限待定"), default=False)
    state = models.CharField(
        _("状态"), max_length=8, choices=PeriodState.choices, default=PeriodState.OPEN
    )
    # Of the close: 0 before the first one.
    version = models.PositiveIntegerField(_("关账版本"), default=0)
    opened = models.DateTimeField(_("开期时间"), auto_now_add=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("开期人"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("报告期")
        ordering: ClassVar = ["-end", "-start"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "key"], name="period_once_per_cycle")
        ]
        indexes: ClassVar = [models.Index(fields=["office", "end"], name="period_by_end")]

    def __str__(self) -> str:
        return f"{self.period.label}{self.cycle.get_kind_display()}"

    @property
    def period(self) -> Period:
        """The period as the arithmetic knows it."""
        return Period.parse(self.key)

    @property
    def is_open(self) -> bool:
        return self.state == PeriodState.OPEN


class PeriodUnit(models.Model):
    """A unit that a period asks (填报单位); exempted (免报) only with reason and person."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="units")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT)
    sent = models.DateTimeField(_("发表时间"), null=True)
    exempt_reason = models.CharField(_("免报原因"), max_length=200, blank=True)
    exempt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("免报批准"), null=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    exempt_person = models.CharField(_("免报批准人"), max_length=40, blank=True)
    exempt_at = models.DateTimeField(_("免报时间"), null=True)

    class Meta:
        verbose_name = _("填报单位")
        ordering: ClassVar = ["unit__position", "unit__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "unit"], name="period_unit_once"),
            models.CheckConstraint(
                condition=Q(exempt_at__isnull=True) | (~Q(exempt_reason="") & ~Q(exempt_person="")),
                name="exemption_has_grounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.unit}"

    @property
    def exempt(self) -> bool:
        return self.exempt_at is not None


class Ask(models.Model):
    """What a period asks of a unit for one project (填报要求)."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="asks")
    period_unit = models.ForeignKey(PeriodUnit, on_delete=models.PROTECT, related_name="asks")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    # Keys of delivery.reporting.fields.
    fields = models.JSONField(_("要填的格"), default=list)

    class Meta:
        verbose_name = _("填报要求")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "project"], name="ask_once_per_project")
        ]

    def __str__(self) -> str:
        return f"{self.period_unit} {self.project_id}"


class SentSheet(models.Model):
    """A sheet that went out (发出的表), with the values that stood in it."""

    period_unit = models.ForeignKey(PeriodUnit, on_delete=models.PROTECT, related_name="sheets")
    token = models.CharField(max_length=12, unique=True)
    # Project id → {"values", "version"}.
    rows = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("发出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("发出的填报表")

    def __str__(self) -> str:
        return f"{self.period_unit} {self.token}"


class FileState(models.TextChoices):
    """Where a returned file stands."""

    READING = "reading", _("正在读")
    STAGED = "staged", _("待核对")
    APPLIED = "applied", _("已收下")
    UNDONE = "undone", _("已撤销")
    DROPPED = "dropped", _("已退回")
    REFUSED = "refused", _("不能收")


class ReturnedFile(models.Model):
    """A file that came back (交回的表), kept as it is; its rows are compared afresh when shown."""

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="files")
    period_unit = models.ForeignKey(
        PeriodUnit, null=True, on_delete=models.PROTECT, related_name="files"
    )
    sent = models.ForeignKey(SentSheet, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    size = models.PositiveBigIntegerField(_("大小"))
    # As delivery.reporting.sheets read it.
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    remarks = models.JSONField(_("读表说明"), default=list)
    fault = models.TextField(_("不能收的原因"), blank=True)
    # What was taken: project id → words that were asked for.
    words = models.JSONField(_("说明"), default=dict)
    state = models.CharField(
        _("状态"), max_length=8, choices=FileState.choices, default=FileState.STAGED
    )
    received_on = models.DateField(_("收到日期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    applied_at = models.DateTimeField(_("收下时间"), null=True)

    class Meta:
        verbose_name = _("交回的填报表")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            # The same file dropped twice is one file, until it was sent back or taken back.
            models.UniqueConstraint(
                fields=["period", "digest"],
                condition=Q(state__in=("reading", "staged", "applied", "refused")),
                name="returned_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Immutable(Exception):
    """What was reported is history; a later report replaces it, nobody rewrites it."""


class ReportRows(models.QuerySet["Report"]):
    """Reports: their values are written once, only which of them stands may change."""

    def update(self, **values: Any) -> int:
        if set(values) - {"current", "withdrawn"}:
            raise Immutable("报过的数不能改写，请重新报送。")
        return super().update(**values)

    def delete(self) -> Any:
        raise Immutable("报过的数不能删除。")


class How(models.TextChoices):
    """By which road a report came."""

    SHEET = "sheet", _("填报表")
    ENTERED = "entered", _("代录")
    UNCHANGED = "unchanged", _("批量确认无变化")


class Report(models.Model):
    """A project's report of a period (报送数, 调度数); appended, never rewritten.

    ``reached_year`` is 本年累计, ``reached_total`` 开工以来累计 where earlier years are known.
    本期 is not stored: it is the difference to the period before.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reports")
    period_unit = models.ForeignKey(PeriodUnit, on_delete=models.PROTECT, related_name="reports")
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="reports"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    # Whether it is the one that stands; of withdrawn ones none does.
    current = models.BooleanField(_("有效"), default=True)
    withdrawn = models.BooleanField(_("已撤销"), default=False)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    reached_year = models.BigIntegerField(_("本年累计完成投资"), null=True)
    reached_before = models.BigIntegerField(_("以前年度完成投资"), null=True)
    reached_total = models.BigIntegerField(_("开工以来累计完成投资"), null=True)
    started_on = models.DateField(_("实际开工日期"), null=True)
    stopped_on = models.DateField(_("停工日期"), null=True)
    resumed_on = models.DateField(_("复工日期"), null=True)
    finished_on = models.DateField(_("竣工日期"), null=True)
    in_statistics = models.DateField(_("入统日期"), null=True)
    # As the reported dates say; the library's own stage moves through its gates.
    stage = models.CharField(_("阶段"), max_length=10, choices=Stage.choices)
    progress = models.TextField(_("形象进度"), blank=True)
    problems = models.TextField(_("存在问题"), blank=True)
    unchanged = models.BooleanField(_("本期无变化"), default=False)
    # What was said where a check asked for a word (核减, 超计划).
    reason = models.TextField(_("情况说明"), blank=True)

    # What was reported together is taken back together (办理号).
    act = models.UUIDField(_("办理号"), default=uuid.uuid4, db_index=True)
    how = models.CharField(_("报送方式"), max_length=10, choices=How.choices)
    file = models.ForeignKey(
        ReturnedFile, null=True, on_delete=models.PROTECT, related_name="reports"
    )
    row = models.PositiveIntegerField(_("表中行号"), null=True)
    # 代录: who gave the figures, and the paper they stand on.
    given_by = models.CharField(_("提供人"), max_length=60, blank=True)
    scan_name = models.CharField(_("扫描件"), max_length=200, blank=True)
    scan_stored = models.CharField(max_length=200, blank=True)
    received_on = models.DateField(_("收到日期"))
    late = models.BooleanField(_("逾期"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("办理人"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("办理时间"), auto_now_add=True)

    objects: ClassVar[models.Manager[Report]] = ReportRows.as_manager()

    class Meta:
        verbose_name = _("报送数")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "project"],
                condition=Q(current=True),
                name="report_current_once",
            ),
            models.UniqueConstraint(
                fields=["period", "project", "version"], name="report_version_once"
            ),
            models.CheckConstraint(
                condition=Q(reached_year__isnull=True) | Q(reached_year__gte=0),
                name="report_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(current=False) | Q(withdrawn=False), name="report_withdrawn_rests"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "current"], name="report_by_project"),
            # With late: the desk counts a year of reports without reading them.
            models.Index(fields=["period_unit", "current", "late"], name="report_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.period.key} 第{self.version}版"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise Immutable("报过的数不能改写，请重新报送。")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        raise Immutable("报过的数不能删除。")

    @property
    def values(self) -> dict[str, Value]:
        """The row as ``delivery.reporting`` has it; empty words are no value."""
        found = {field.key: getattr(self, field.key) for field in FIELDS}
        return {key: None if value == "" else value for key, value in found.items()}


class ReportedProblem(models.Model):
    """What a report said holds its project up, and the problem of the library it was entered as.

    ``key`` is of the words alone: a unit that says the same month after month has one problem.
    ``problem`` is empty once the office has taken it away; it does not come back by itself.
    """

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="raised")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    problem = models.ForeignKey(Problem, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("报送的问题")
        indexes: ClassVar = [models.Index(fields=["project", "key"], name="reported_problem_words")]

    def __str__(self) -> str:
        return self.report.problems[:40]


class MeasureKind(models.TextChoices):
    """Whose figure it is; they stand side by side and are never merged."""

    STATISTICS = "statistics", _("统计数")
    FINANCE = "finance", _("财务数")
    DISPATCH = "dispatch", _("调度数")


class Measure(models.Model):
    """A figure that the office enters (统计数, 财务数): of the area, a county, project or target.

    统计数 come from the statistics bureau's release and are never asked of reporters. Of money
    ``value`` is whole 元, of a target it is in the target's unit. A later figure replaces an
    earlier one; both stay.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="measures")
    kind = models.CharField(_("类别"), max_length=10, choices=MeasureKind.choices)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    target = models.ForeignKey(
        Decomposition, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    value = models.DecimalField(_("数值"), max_digits=30, decimal_places=6)
    source = models.CharField(_("来源"), max_length=200)
    current = models.BooleanField(_("有效"), default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("录入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("统计数和财务数")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "kind", "project", "region", "target"],
                condition=Q(current=True),
                nulls_distinct=False,
                name="measure_current_once",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True, region__isnull=True)
                | Q(project__isnull=True, target__isnull=True)
                | Q(region__isnull=True, target__isnull=True),
                name="measure_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="measure_has_source"),
        ]

    def __str__(self) -> str:
        what = self.project or self.region or self.target or "全市"
        return f"{self.period} {what} {self.get_kind_display()}"
