"""A close and all that it froze: rows, lights, roll-ups."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guatu.delivery.closing.facts import Basis
from guatu.delivery.closing.rates import CountedBy
from guatu.web.page.frozen import Frozen, FrozenRows, Immutable
from guatu.web.people.models import Office, Region, Unit
from guatu.web.projects.models import Project, Stage
from guatu.web.reporting.models import Report, ReportingPeriod

_FROZEN: Final = "关账的数不能改写或删除；未通报的先重新打开，已通报的在当期办理调整。"


class CloseState(models.TextChoices):
    """Where a close stands; only a current one is anybody's figure."""

    # Its rows are being laid ready, out of sight.
    WRITING = "writing", _("正在关账")
    CURRENT = "current", _("有效")
    REOPENED = "reopened", _("已重新打开")
    # Given up before it was whole.
    DROPPED = "dropped", _("没有办成")


STARTS_BY: Final = (
    (CountedBy.ANNUAL.value, _("本年计划开工")),
    (CountedBy.DUE.value, _("截至期末应开工")),
    (CountedBy.ALL.value, _("全部项目")),
)
BASES: Final = tuple((basis.value, basis.words) for basis in Basis)


class CloseRows(FrozenRows):
    """Closes: what they froze stays; only how they stand may change."""

    def update(self, **values: Any) -> int:
        if set(values) - {"state", "digest", "projects", "at"}:
            raise Immutable(_FROZEN)
        return models.QuerySet.update(self, **values)


class Close(Frozen):
    """A close of a period (关账): a version of its figures that nobody changes any more.

    ``factor`` is T of 时间进度 in per cent; ``pack`` is the rule pack as it judged.
    """

    frozen_words: ClassVar[str] = _FROZEN
    objects: ClassVar[models.Manager[Any]] = CloseRows.as_manager()

    period = models.ForeignKey(
        ReportingPeriod, verbose_name=_("报告期"), on_delete=models.PROTECT, related_name="closes"
    )
    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    key = models.CharField(_("期别"), max_length=12)
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(
        _("状态"), max_length=8, choices=CloseState.choices, default=CloseState.WRITING
    )
    # The one that rows of this close were counted on from (上期).
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="next")
    factor = models.PositiveSmallIntegerField(_("时间进度系数 T（%）"), default=100)
    counted_by = models.CharField(
        _("开工率口径"),
        max_length=8,
        choices=STARTS_BY,
        default=CountedBy.ANNUAL.value,
    )
    basis = models.CharField(
        _("通报口径"),
        max_length=10,
        choices=BASES,
        default=Basis.ADJUSTED.value,
    )
    pack_code = models.CharField(_("规则包代号"), max_length=40)
    pack_version = models.PositiveIntegerField(_("规则包版本"))
    pack = models.JSONField(_("规则包"))
    # Of all rows and lights as they were written.
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    projects = models.PositiveIntegerField(_("项目数"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("关账人"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("关账时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("关账")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "number"],
                condition=~Q(state="dropped"),
                name="close_number_once",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=("current", "writing")),
                name="close_current_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["office", "state", "key"], name="close_by_key")]

    def __str__(self) -> str:
        return f"{self.period}第{self.number}次关账"


class Reopening(Frozen):
    """A close was taken back before it was issued (重新打开): by whom and why."""

    frozen_words: ClassVar[str] = _FROZEN

    close = models.OneToOneField(Close, on_delete=models.PROTECT, related_name="reopening")
    reason = models.TextField(_("原因"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("重新打开")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_reason")
        ]

    def __str__(self) -> str:
        return str(self.close)


class OfClose(Frozen):
    """A row that a close froze."""

    frozen_words: ClassVar[str] = _FROZEN
    # Only to sweep away what a close laid ready that never became current.
    everything: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


class ClosedProject(OfClose):
    """A project in a closed period (关账数): the table of ``delivery.closing.facts.ClosedRow``."""

    close = models.ForeignKey(Close, on_delete=models.PROTECT, related_name="rows")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="closed_rows")
    # Not a package: only these are summed.
    leaf = models.BooleanField(_("末级项目"))
    position = models.PositiveIntegerField(_("排序"), default=0)
    name = models.CharField(_("项目名称"), max_length=200)
    unit = models.CharField(_("责任单位"), max_length=200, blank=True)
    unit_now = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    sector = models.CharField(_("类别"), max_length=120, blank=True)
    county = models.CharField(_("县区"), max_length=60, blank=True)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    # [[county, 元]]
    shares = models.JSONField(_("分县投资"), default=list)
    parent = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="+")
    leader = models.CharField(_("联系领导"), max_length=60, blank=True)
    ownership = models.CharField(_("所有制"), max_length=10, blank=True)
    tags = models.JSONField(_("工程标签"), default=list)
    stage = models.CharField(_("阶段"), max_length=10, choices=Stage.choices, blank=True)
    total_investment = models.BigIntegerField(_("总投资"), null=True)

    issued = models.BigIntegerField(_("下达数"), null=True)
    issued_start = models.DateField(_("下达开工月"), null=True)
    issued_finish = models.DateField(_("下达竣工月"), null=True)
    # A part, exact: "13/20".
    issued_part = models.CharField(_("下达序时进度"), max_length=40, default="0")
    issued_due = models.BigIntegerField(_("下达应完成"), default=0)
    planned = models.BigIntegerField(_("调整后计划"), null=True)
    start = models.DateField(_("开工月"), null=True)
    finish = models.DateField(_("竣工月"), null=True)
    due_part = models.CharField(_("序时进度"), max_length=40, default="0")
    planned_due = models.BigIntegerField(_("应完成"), default=0)
    moved_in_on = models.DateField(_("调入日期"), null=True)
    moved_out_on = models.DateField(_("调出日期"), null=True)
    moved_words = models.CharField(_("调入调出"), max_length=300, blank=True)

    reached_year = models.BigIntegerField(_("本年累计完成"), default=0)
    previous = models.BigIntegerField(_("上期累计"), default=0)
    this_period = models.BigIntegerField(_("本期"), default=0)
    adjustment = models.BigIntegerField(_("调整"), default=0)
    adjustment_earlier_years = models.BigIntegerField(_("以前年度调整"), default=0)
    reduction = models.BigIntegerField(_("核减"), default=0)
    reduction_reason = models.TextField(_("核减原因"), blank=True)
    reached_total = models.BigIntegerField(_("开工以来累计"), null=True)
    carried = models.BooleanField(_("沿用"), default=False)
    silent_run = models.PositiveIntegerField(default=0)
    covers = models.PositiveIntegerField(default=0)

    started_on = models.DateField(_("开工日期"), null=True)
    finished_on = models.DateField(_("竣工日期"), null=True)
    operating_on = models.DateField(_("投产日期"), null=True)
    in_statistics_on = models.DateField(_("入统日期"), null=True)
    statistics_due = models.BooleanField(_("应入统"), default=True)

    report = models.CharField(_("报送情况"), max_length=10)
    excuse = models.CharField(_("免报原因"), max_length=200, blank=True)
    missed_run = models.PositiveIntegerField(_("连续未报"), default=0)
    unchanged_run = models.PositiveIntegerField(_("连续无变化"), default=0)
    stagnant = models.BooleanField(_("停滞"), default=False)

    paused_on = models.DateField(_("停缓建批准日期"), null=True)
    cancelled = models.BooleanField(_("撤销"), default=False)
    pause_words = models.TextField(_("停缓建"), blank=True)

    statistics = models.BigIntegerField(_("统计数"), null=True)
    finance = models.BigIntegerField(_("财务数"), null=True)
    # [[name, due, actual or null]] of nodes that were due by the period's end.
    nodes = models.JSONField(_("到期节点"), default=list)
    extras = models.JSONField(default=dict)
    # The report that the figure rests on; none where it is carried or nothing was asked.
    source = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("关账数")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["close", "project"], name="closed_project_once")
        ]

    def __str__(self) -> str:
        return self.name


class Light(OfClose):
    """A project's light in a closed period (亮灯): ``delivery.supervision.lights.LightState``."""

    close = models.ForeignKey(Close, on_delete=models.PROTECT, related_name="lights")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lights")
    leaf = models.BooleanField(_("末级项目"))
    colour = models.CharField(_("灯色"), max_length=8)
    # The gravest reason: its rule, and its sentence as lists show it.
    rule = models.CharField(_("规则"), max_length=40)
    words = models.CharField(_("亮灯原因"), max_length=200)
    reasons = models.JSONField(_("原因"), default=list)
    before = models.CharField(_("上期灯色"), max_length=8, blank=True)
    changed = models.BooleanField(_("变灯"), default=False)
    since = models.CharField(_("本灯色起"), max_length=12)
    judged = models.CharField(_("上次评判"), max_length=8, blank=True)
    # [[rule, since]]
    open_reds = models.JSONField(_("未补齐的红灯"), default=list)
    pack = models.CharField(_("规则包"), max_length=40)
    pack_version = models.PositiveIntegerField(_("规则包版本"))

    class Meta:
        verbose_name = _("灯")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["close", "project"], name="light_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["close", "colour"], name="light_by_colour"),
            models.Index(fields=["project", "close"], name="light_by_project"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.colour}"


class ClosedRollup(OfClose):
    """A roll-up as it was written at the close (汇总): ``delivery.closing.rollups.Rollup``."""

    close = models.ForeignKey(Close, on_delete=models.PROTECT, related_name="rollups")
    # "": the whole; "county"; "sector,county".
    by = models.CharField(max_length=30, blank=True)
    # Keys, sums of the three bases, lights, counts; not the projects.
    data = models.JSONField()

    class Meta:
        verbose_name = _("汇总")
        indexes: ClassVar = [models.Index(fields=["close", "by"], name="rollup_by")]

    def __str__(self) -> str:
        return f"{self.close_id} {self.by}"
