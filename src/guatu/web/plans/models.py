"""Tables of plans, their uploads and readings, the ledger under review, published versions."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guatu.web.page.frozen import Frozen
from guatu.web.people.models import Office, Unit

_FROZEN: Final = "已发布的版本不能修改或删除，请修改台账后发布新版本。"


class PlanStatus(models.TextChoices):
    """What the paper itself is."""

    ISSUED = "issued", _("已印发")
    DRAFT = "draft", _("征求意见稿")


class Plan(models.Model):
    """An action plan (行动方案) of an office."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    lineage = models.UUIDField(_("沿革号"), default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("名称"), max_length=200)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issuer = models.CharField(_("印发单位"), max_length=100, blank=True)
    issued = models.DateField(_("印发日期"), null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(_("起始年"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("结束年"), null=True, blank=True)
    region = models.CharField(_("地区"), max_length=60, blank=True)
    status = models.CharField(
        _("文件状态"), max_length=8, choices=PlanStatus.choices, default=PlanStatus.ISSUED
    )
    # Which reading the ledger under review was made from; a later one is shown beside it.
    current_reading = models.ForeignKey(
        "Reading",
        verbose_name=_("台账所依据的读取"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created = models.DateTimeField(_("登记时间"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("登记人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("方案")
        ordering: ClassVar = ["-created", "-pk"]
        indexes: ClassVar = [models.Index(fields=["office", "-created"], name="plan_by_office")]

    def __str__(self) -> str:
        return self.title


class Upload(models.Model):
    """A file as it was handed in, and the text that every offset refers to; never changed."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.PROTECT, related_name="uploads"
    )
    file_name = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(_("校验值"), max_length=64)
    size = models.PositiveBigIntegerField(_("大小"))
    # Below GUATU_DATA/uploads, never below an address.
    stored = models.CharField(_("存放位置"), max_length=200)
    format = models.CharField(_("格式"), max_length=8, blank=True)
    # Empty until the file was opened; written once.
    text = models.TextField(_("文本"), blank=True)
    layout = models.JSONField(_("段落与表格"), default=dict)
    remarks = models.JSONField(_("打开时的说明"), default=list)
    uploaded = models.DateTimeField(_("上传时间"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("上传人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("方案文件")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "sha256"], name="upload_once_per_plan")
        ]

    def __str__(self) -> str:
        return self.file_name


class ReadingState(models.TextChoices):
    """How far a reading is."""

    WAITING = "waiting", _("等待读取")
    READING = "reading", _("读取中")
    DONE = "done", _("已读完")
    FAILED = "failed", _("读不了")


class Reading(models.Model):
    """One reading of an upload by one version of the reader, in the exchange form."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    upload = models.ForeignKey(
        Upload, verbose_name=_("方案文件"), on_delete=models.PROTECT, related_name="readings"
    )
    number = models.PositiveIntegerField(_("第几次读取"))
    reader = models.CharField(_("读取程序版本"), max_length=40, blank=True)
    state = models.CharField(
        _("状态"), max_length=8, choices=ReadingState.choices, default=ReadingState.WAITING
    )
    job_id = models.BigIntegerField(_("后台任务"), null=True)
    data = models.JSONField(_("读取结果"), null=True)
    error = models.TextField(_("原因"), blank=True)
    started = models.DateTimeField(_("提交时间"), auto_now_add=True)
    finished = models.DateTimeField(_("读完时间"), null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提交人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("读取")
        ordering: ClassVar = ["upload", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "number"], name="reading_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload.file_name} · {self.number}"


class Kind(models.TextChoices):
    """The six kinds of entry."""

    TARGET = "target", _("指标")
    TASK = "task", _("任务")
    DUTY = "duty", _("责任单位")
    PROJECT = "project", _("项目")
    ROUTINE = "routine", _("时限要求")
    CITATION = "citation", _("引用文件")


class State(models.TextChoices):
    """What the office has said of an entry so far."""

    NEW = "new", _("待核")
    ACCEPTED = "accepted", _("已核")
    CHANGED = "changed", _("已改")
    ADDED = "added", _("补录")
    REJECTED = "rejected", _("不采纳")
    # Taken back by an undo, a merge or a re-reading; kept, shown nowhere.
    WITHDRAWN = "withdrawn", _("已撤回")


# What goes into the ledger when it is published, and what is settled.
STANDING = (State.NEW, State.ACCEPTED, State.CHANGED, State.ADDED)
SETTLED = (State.ACCEPTED, State.CHANGED, State.ADDED, State.REJECTED)


class SourceKind(models.TextChoices):
    """What an entry rests on: without one it cannot exist."""

    PLAN = "plan", _("方案原文")
    LIST = "list", _("附表清单")
    ISSUE = "issue", _("下达文件")
    INSTRUCTION = "instruction", _("领导批示")
    MINUTES = "minutes", _("会议纪要")


class EntryColumns(models.Model):
    """What an entry under review and a published one have in common."""

    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    # The same for the same commitment in every later version of the plan.
    lineage = models.UUIDField(_("沿革号"), default=uuid.uuid4, editable=False)
    # Reading order; an entry from another source stands behind the entry it was added at.
    position = models.PositiveIntegerField(_("次序"))
    start = models.PositiveIntegerField(_("起"), null=True)
    end = models.PositiveIntegerField(_("止"), null=True)
    quote = models.TextField(_("原文"))
    source = models.CharField(
        _("依据"), max_length=12, choices=SourceKind.choices, default=SourceKind.PLAN
    )
    source_name = models.CharField(_("依据名称"), max_length=200, blank=True)
    # What lists show, sort and filter by; ``fields`` holds the exact values.
    subject = models.TextField(_("内容"))
    value = models.DecimalField(_("数值"), max_digits=30, decimal_places=6, null=True)
    unit = models.CharField(_("计量单位"), max_length=60, blank=True)
    due = models.DateField(_("完成时限"), null=True)
    section = models.CharField(_("章节"), max_length=60, blank=True)
    section_title = models.CharField(_("章节标题"), max_length=200, blank=True)
    # In the exchange form (guatu.exports.exchange), without place and quote.
    fields = models.JSONField(_("其余各项"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True

    @property
    def exact_value(self) -> Decimal | None:
        """The value with all its digits."""
        value = self.fields.get("value")
        return None if value is None else Decimal(str(value))


class Entry(EntryColumns):
    """An entry of the ledger under review (待核台账)."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.PROTECT, related_name="entries"
    )
    upload = models.ForeignKey(
        Upload, verbose_name=_("方案文件"), on_delete=models.PROTECT, related_name="entries"
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.NEW)
    # The task (任务) that a target or a project lies in.
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("所属任务"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    # As the reader gave it, so that a better reader can be compared with what people made of it.
    read_as = models.JSONField(_("读取原值"), null=True, encoder=DjangoJSONEncoder)
    # Goes up with each change: two clerks do not overwrite one another.
    version = models.PositiveIntegerField(_("版本"), default=1)
    touched = models.DateTimeField(_("改动时间"), auto_now=True)
    touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("改动人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("台账条目")
        ordering: ClassVar = ["position", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["plan", "state", "kind"], name="entry_by_state"),
            models.Index(fields=["plan", "position"], name="entry_in_order"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(source=SourceKind.PLAN, start__isnull=False, end__gt=F("start"))
                | (~Q(source=SourceKind.PLAN) & ~Q(source_name="")),
                name="entry_rests_on_something",
            ),
            models.UniqueConstraint(fields=["plan", "lineage"], name="entry_lineage_once"),
        ]

    def __str__(self) -> str:
        return self.subject[:60]


class PatchVerb(models.TextChoices):
    """What a person did to an entry."""

    ACCEPT = "accept", _("核准")
    CHANGE = "change", _("修改")
    REJECT = "reject", _("不采纳")
    ADD = "add", _("补录")
    SPLIT = "split", _("拆分")
    MERGE = "merge", _("合并")
    REREAD = "reread", _("按新读取更新")


class Patch(models.Model):
    """A human correction at a place of the text: what, before, after, who, when.

    All patches of one act carry the same ``step`` and are undone together.
    """

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.PROTECT, related_name="patches"
    )
    upload = models.ForeignKey(
        Upload, verbose_name=_("方案文件"), on_delete=models.PROTECT, related_name="+"
    )
    entry = models.ForeignKey(
        Entry, verbose_name=_("条目"), on_delete=models.PROTECT, related_name="patches"
    )
    step = models.UUIDField(_("办理号"), default=uuid.uuid4)
    verb = models.CharField(_("动作"), max_length=8, choices=PatchVerb.choices)
    start = models.PositiveIntegerField(_("起"), null=True)
    end = models.PositiveIntegerField(_("止"), null=True)
    before = models.JSONField(_("改前"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("改后"), encoder=DjangoJSONEncoder)
    # The entry's version that this patch made: an undo is refused when somebody went on from it.
    version = models.PositiveIntegerField(_("版本"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("办理人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone = models.BooleanField(_("已撤销"), default=False)

    class Meta:
        verbose_name = _("人工订正")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["plan", "by", "undone"], name="patch_to_undo"),
            models.Index(fields=["step"], name="patch_by_step"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.entry_id}"


class PrintedName(models.Model):
    """Which unit a name printed in this plan means, as a person said (单位名称确认)."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.CASCADE, related_name="printed_names"
    )
    name = models.CharField(_("方案中的名称"), max_length=200)
    # Empty: it names no unit of the directory (各有关部门) and gets no sheet of its own.
    means = models.ForeignKey(
        Unit, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT
    )
    decided = models.DateTimeField(_("确认时间"), auto_now=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("确认人"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("方案中的单位名称")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "name"], name="printed_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class FindingEnd(models.TextChoices):
    """How a finding was dealt with."""

    DEALT = "dealt", _("已处理")
    KEPT = "kept", _("不改")


class SettledFinding(models.Model):
    """A finding (对账发现) that a person has dealt with.

    Known by its check and the places in the text, so that reading the file again keeps it.
    """

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.PROTECT, related_name="settled_findings"
    )
    code = models.CharField(_("对账项"), max_length=60)
    # Offsets of the words it speaks of: 12-15,40-44.
    place = models.CharField(_("位置"), max_length=200, blank=True)
    how = models.CharField(_("处理"), max_length=5, choices=FindingEnd.choices)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("办理人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("时间"), auto_now=True)

    class Meta:
        verbose_name = _("已处理的对账发现")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "code", "place"], name="finding_settled_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.place}"


class PlanVersion(Frozen):
    """A published ledger (发布的台账版本): numbered from 1, never changed."""

    frozen_words: ClassVar[str] = _FROZEN

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    plan = models.ForeignKey(
        Plan, verbose_name=_("方案"), on_delete=models.PROTECT, related_name="versions"
    )
    upload = models.ForeignKey(
        Upload, verbose_name=_("方案文件"), on_delete=models.PROTECT, related_name="+"
    )
    reading = models.ForeignKey(
        Reading, verbose_name=_("读取"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField(_("版本号"))
    words = models.CharField(_("说明"), max_length=200, blank=True)
    # 方案概况 as it was on that day, in the exchange form.
    about = models.JSONField(_("方案概况"))
    # Findings that nobody had dealt with then: [{"code", "place", "words", "where"}].
    findings = models.JSONField(_("未处理的对账发现"), default=list)
    sha256 = models.CharField(_("校验值"), max_length=64)
    published = models.DateTimeField(_("发布时间"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发布人"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("发布版本")
        ordering: ClassVar = ["plan", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan.title} 第{self.number}版"


class LedgerEntry(Frozen, EntryColumns):
    """An entry of a published version (台账条目)."""

    frozen_words: ClassVar[str] = _FROZEN

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    version = models.ForeignKey(
        PlanVersion, verbose_name=_("发布版本"), on_delete=models.PROTECT, related_name="entries"
    )
    # Of the task that a target or a project lies in.
    part_of = models.UUIDField(_("所属任务"), null=True)

    class Meta:
        verbose_name = _("发布条目")
        ordering: ClassVar = ["version", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "lineage"], name="ledger_lineage_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["version", "kind", "position"], name="ledger_by_kind"),
            models.Index(fields=["lineage"], name="ledger_by_lineage"),
        ]

    def __str__(self) -> str:
        return self.subject[:60]


class UnitRole(models.TextChoices):
    """A unit's part in an entry."""

    LEAD = "lead", _("牵头")
    RESPONSIBLE = "responsible", _("责任")
    SUPPORT = "support", _("配合")


class LedgerUnit(models.Model):
    """A unit's part in a published entry; the printed name stays whatever units are merged."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    entry = models.ForeignKey(
        LedgerEntry, verbose_name=_("发布条目"), on_delete=models.PROTECT, related_name="units"
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("单位"),
        null=True,
        on_delete=models.PROTECT,
        related_name="ledger_parts",
    )
    printed = models.CharField(_("方案中的名称"), max_length=200)
    role = models.CharField(_("分工"), max_length=12, choices=UnitRole.choices)

    class Meta:
        verbose_name = _("条目责任单位")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["unit", "role"], name="ledger_unit_role")]

    def __str__(self) -> str:
        return self.printed
