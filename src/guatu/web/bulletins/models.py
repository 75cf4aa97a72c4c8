"""Bulletins with their facts and files, what was changed in a final file, and 上报表 that are kept.

A bulletin that is issued is history, with all that hangs on it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guatu.delivery.bulletins.changed import FigureState
from guatu.delivery.bulletins.marks import Mark
from guatu.web.page.frozen import Frozen, FrozenRows, Immutable
from guatu.web.people.models import Office
from guatu.web.reporting.models import ReportingPeriod
from guatu.web.supervision.models import Close

_FROZEN: Final = "通报的稿子和数不能改写；没有印发的重新起草，已印发的在当期办理调整。"


class BulletinState(models.TextChoices):
    """Where a bulletin stands."""

    DRAFT = "draft", _("起草")
    FINAL = "final", _("已交定稿")
    ISSUED = "issued", _("已印发")
    # A newer draft of the same period has taken its place.
    REPLACED = "replaced", _("已重新起草")


_LIVE: Final = (BulletinState.DRAFT, BulletinState.FINAL)


class BulletinRows(FrozenRows):
    """Bulletins: where one stands may change until it is issued, its text never."""

    def update(self, **values: Any) -> int:
        if set(values) - {"state", "number", "issued_on", "issued_by", "issued_at"}:
            raise Immutable(_FROZEN)
        if self.filter(state=BulletinState.ISSUED).exists():
            raise Immutable(_FROZEN)
        return models.QuerySet.update(self, **values)


class Bulletin(Frozen):
    """The bulletin (通报) of a closed period, as it was drafted from one close."""

    frozen_words: ClassVar[str] = _FROZEN
    objects: ClassVar[models.Manager[Any]] = BulletinRows.as_manager()

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("报告期"),
        on_delete=models.PROTECT,
        related_name="bulletins",
    )
    close = models.ForeignKey(
        Close, verbose_name=_("关账"), on_delete=models.PROTECT, related_name="bulletins"
    )
    version = models.PositiveIntegerField(_("第几稿"))
    state = models.CharField(
        _("状态"), max_length=8, choices=BulletinState.choices, default=BulletinState.DRAFT
    )
    title = models.CharField(_("标题"), max_length=200)
    # What of the paper is no figure, remembered for the next one.
    signature = models.CharField(_("署名"), max_length=80)
    area = models.CharField(_("本地区称谓"), max_length=20, default="全市")
    counties = models.CharField(_("下级地区称谓"), max_length=20, default="县（市、区）")
    red_head = models.CharField(_("发文机关标志"), max_length=60, blank=True)
    addressee = models.CharField(_("主送"), max_length=400, blank=True)
    copies_to = models.CharField(_("抄送"), max_length=400, blank=True)
    printed_by = models.CharField(_("印发机关"), max_length=60, blank=True)
    # ``delivery.bulletins.kept``: the text with its figures.
    text = models.JSONField(_("正文"))
    number = models.CharField(_("文号"), max_length=60, blank=True)
    issued_on = models.DateField(_("成文日期"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("印发人"), null=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    issued_at = models.DateTimeField(_("印发时间"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("起草人"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("起草时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("通报")
        ordering: ClassVar = ["-period__end", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "version"], name="bulletin_version_once"),
            models.UniqueConstraint(
                fields=["period"], condition=Q(state="issued"), name="bulletin_issued_once"
            ),
            models.UniqueConstraint(
                fields=["period"], condition=Q(state__in=("draft", "final")),
                name="bulletin_live_once",
            ),
            models.UniqueConstraint(
                fields=["office", "number"], condition=Q(state="issued"),
                name="bulletin_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (~Q(number="") & Q(issued_on__isnull=False)),
                name="bulletin_issued_with_number",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        """Drafted and neither issued nor replaced."""
        return self.state in _LIVE


class OfBulletin(Frozen):
    """A row that was written with a bulletin."""

    frozen_words: ClassVar[str] = _FROZEN

    class Meta:
        abstract = True


class FactProjects(OfBulletin):
    """Projects that facts were made from; facts of the same group share one list."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="project_lists")
    projects = models.JSONField(_("项目"))

    class Meta:
        verbose_name = _("数据项所依据的项目")

    def __str__(self) -> str:
        return f"{self.bulletin_id} {len(self.projects)}"


class BulletinFact(OfBulletin):
    """A figure as it was printed (数据项): ``delivery.bulletins.facts.Fact``."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="facts")
    position = models.PositiveIntegerField(_("排序"))
    fact = models.CharField(_("数据项"), max_length=200)
    # Exact: whole 元, a count, or a part such as "13/20"; empty where there is nothing to say.
    value = models.CharField(_("准确值"), max_length=80, blank=True)
    words = models.CharField(_("印出的数"), max_length=40)
    unit = models.CharField(_("单位"), max_length=10, blank=True)
    definition = models.CharField(_("口径"), max_length=300)
    projects = models.ForeignKey(
        FactProjects, null=True, on_delete=models.PROTECT, related_name="facts"
    )

    class Meta:
        verbose_name = _("数据项")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulletin", "fact"], name="bulletin_fact_once")
        ]

    def __str__(self) -> str:
        return self.fact


class FileKind(models.TextChoices):
    """What a file of a bulletin is."""

    DRAFT = "draft", _("原稿")
    FINAL = "final", _("定稿")
    PDF = "pdf", "PDF"
    CHART = "chart", _("图")


class BulletinFile(OfBulletin):
    """A file of a bulletin, kept outside the web root under its digest."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("类别"), max_length=8, choices=FileKind.choices)
    name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    size = models.PositiveIntegerField(_("大小"))
    # Of a final file: the draft that it came from, how many figures were as printed, and whether
    # the program that saved it lost all content controls.
    came_from = models.ForeignKey(
        Bulletin, null=True, on_delete=models.PROTECT, related_name="finals"
    )
    same = models.PositiveIntegerField(_("相符的数"), default=0)
    controls_lost = models.BooleanField(_("标记丢失"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("通报文件")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


_STATES: Final = [
    (FigureState.CHANGED.value, _("改过")),
    (FigureState.STALE.value, _("旧数")),
    (FigureState.MISSING.value, _("不见了")),
    (FigureState.UNBOUND.value, _("失去标记")),
    ("typed", _("手工写入")),
    (Mark.PERIOD.value, _("报告期不一")),
    (Mark.NUMBER.value, _("文号不一")),
    (Mark.DAY.value, _("日期不一")),
    (Mark.PRINTED.value, _("日期不一")),
]


class DifferenceRows(FrozenRows):
    """Differences: only the word on one may be written, until the bulletin is issued."""

    def update(self, **values: Any) -> int:
        if set(values) - {"reason", "explained_by", "explained_at"}:
            raise Immutable(_FROZEN)
        if self.filter(file__bulletin__state=BulletinState.ISSUED).exists():
            raise Immutable(_FROZEN)
        return models.QuerySet.update(self, **values)


class FinalDifference(Frozen):
    """What of the final file is not as drafted, as the close has it or as it is issued (改动)."""

    frozen_words: ClassVar[str] = _FROZEN
    objects: ClassVar[models.Manager[Any]] = DifferenceRows.as_manager()

    file = models.ForeignKey(BulletinFile, on_delete=models.PROTECT, related_name="differences")
    position = models.PositiveIntegerField(_("排序"))
    state = models.CharField(_("情况"), max_length=8, choices=_STATES)
    fact = models.CharField(_("数据项"), max_length=200, blank=True)
    # Which of the fact's printings in the draft, from 0; null for what the draft has not.
    printing = models.PositiveIntegerField(_("第几处"), null=True)
    drafted = models.CharField(_("原稿"), max_length=60, blank=True)
    final = models.CharField(_("定稿"), max_length=60, blank=True)
    now = models.CharField(_("现在"), max_length=60, blank=True)
    where = models.CharField(_("上下文"), max_length=120)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    explained_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("定稿改动")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "position"], name="difference_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.drafted} → {self.final}"


class SuperiorForm(models.Model):
    """A superior's blank xlsx (上报表) with what stands in which cell and column."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    name = models.CharField(_("名称"), max_length=80)
    file_name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    # ``delivery.bulletins.superior.mapping_to_data``
    mapping = models.JSONField(_("对应关系"), default=dict, blank=True)
    retired = models.BooleanField(_("已停用"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("上报表")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "name"], condition=Q(retired=False), name="superior_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
