"""Tables of the project library (项目库).

Money is whole 元. A row of ``Project`` with an ``Arrival`` belongs to an import that has not been
applied: it is out of sight everywhere (``Project.objects`` leaves it out) until the import's one
short last transaction brings all of its rows in together, by forgetting their arrivals.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guatu.web.people.models import Office, Region, Unit


class Stage(models.TextChoices):
    """Where a project stands in its life (阶段)."""

    IDEA = "idea", _("谋划")
    RESERVE = "reserve", _("储备")
    EARLY = "early", _("前期")
    STARTING = "starting", _("新开工")
    BUILDING = "building", _("在建")
    COMPLETED = "completed", _("竣工")
    OPERATING = "operating", _("投运")
    PAUSED = "paused", _("停缓建")
    REMOVED = "removed", _("出库")


class CodeKind(models.TextChoices):
    """Which form the national code has (投资项目代码)."""

    NONE = "none", _("无代码")
    NATIONAL = "national", _("国标代码")
    LEGACY = "legacy", _("旧式代码")


class Ownership(models.TextChoices):
    """Whose money and whose asset (所有制)."""

    STATE = "state", _("国有")
    PRIVATE = "private", _("民间")
    FOREIGN = "foreign", _("外资")
    HKMT = "hkmt", _("港澳台资")
    MIXED = "mixed", _("混合")
    UNKNOWN = "", _("未填")


class Nature(models.TextChoices):
    """Construction nature as the national library has it (建设性质)."""

    NEW = "new", _("新建")
    EXTENSION = "extension", _("扩建")
    RENEWAL = "renewal", _("改建和技术改造")
    LIVING = "living", _("单纯建造生活设施")
    RELOCATION = "relocation", _("迁建")
    RESTORATION = "restoration", _("恢复")
    PURCHASE = "purchase", _("单纯购置")
    UNKNOWN = "", _("未填")


class Procedure(models.TextChoices):
    """Which road of approval (审批类型)."""

    APPROVAL = "approval", _("审批")
    RATIFICATION = "ratification", _("核准")
    FILING = "filing", _("备案")
    UNKNOWN = "", _("未填")


class LiveProjects(models.Manager["Project"]):
    """Projects that are in the library; what an import has only laid ready is out of sight."""

    def get_queryset(self) -> models.QuerySet[Project]:
        # NOT IN: FOR UPDATE and UPDATE can do with it, and PostgreSQL hashes it whatever it knows
        # of the table; NOT EXISTS it may walk once a row just after 50,000 have arrived.
        return super().get_queryset().exclude(pk__in=Arrival.objects.values("project"))


def light_choices() -> list[tuple[str, str]]:
    """Lights as a list filters by them."""
    return [("red", "红"), ("yellow", "黄"), ("green", "绿"), ("paused", "停"), ("", "灰")]


class Project(models.Model):
    """A construction or investment project (项目), a package of some, or a part of one."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    # Its own identity, which no renaming, code or import changes.
    lineage = models.UUIDField(_("项目标识"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("项目名称"), max_length=200)
    code = models.CharField(_("项目代码"), max_length=40, blank=True, db_index=True)
    code_kind = models.CharField(
        _("代码类别"), max_length=10, choices=CodeKind.choices, default=CodeKind.NONE
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("所属打捆项目"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    # Kept by the actions: leaves are what is summed, once.
    leaf = models.BooleanField(_("末级项目"), default=True)
    position = models.PositiveIntegerField(_("排序"), default=0)
    section = models.CharField(_("所属类别"), max_length=120, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("县区"), null=True, blank=True, on_delete=models.PROTECT
    )
    place = models.CharField(_("建设地点"), max_length=200, blank=True)
    # The owner is often a company that the directory does not hold: its name stands as given.
    owner = models.ForeignKey(
        Unit,
        verbose_name=_("建设单位（名录）"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_projects",
    )
    owner_name = models.CharField(_("建设单位"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("责任单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
    )
    unit_name = models.CharField(_("责任单位（原文）"), max_length=200, blank=True)
    person = models.CharField(_("责任人"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    leader = models.CharField(_("联系领导"), max_length=60, blank=True)
    ownership = models.CharField(
        _("所有制"), max_length=10, choices=Ownership.choices, default="", blank=True
    )
    nature = models.CharField(
        _("建设性质"), max_length=12, choices=Nature.choices, default="", blank=True
    )
    procedure = models.CharField(
        _("审批类型"), max_length=14, choices=Procedure.choices, default="", blank=True
    )
    investment_kind = models.CharField(_("投资类别"), max_length=60, blank=True)
    industry = models.CharField(_("国民经济行业代码"), max_length=10, blank=True)
    # Programme tags (五大千亿, 十大百亿), divided by 、 with one at either end to be found whole.
    tags = models.CharField(_("工程标签"), max_length=300, blank=True)
    scale = models.TextField(_("建设规模和内容"), blank=True)
    investment = models.BigIntegerField(_("总投资"), null=True, blank=True)
    # What the office's sheet said of the year; the annual plan proper lives in web/annual.
    year_investment = models.BigIntegerField(_("年度计划投资"), null=True, blank=True)
    year_content = models.TextField(_("年度建设内容"), blank=True)
    # First day of the month.
    start = models.DateField(_("计划开工"), null=True, blank=True)
    finish = models.DateField(_("计划竣工"), null=True, blank=True)
    stage = models.CharField(_("阶段"), max_length=10, choices=Stage.choices, default=Stage.IDEA)
    stage_since = models.DateField(_("进入本阶段"), null=True, blank=True)
    remark = models.TextField(_("备注"), blank=True)
    search = models.TextField(_("检索文字"), blank=True, editable=False)

    # State that lists sort and filter by; written by reporting and supervision at each close.
    light = models.CharField(_("灯"), max_length=10, default="", blank=True)
    light_reason = models.CharField(_("亮灯原因"), max_length=200, blank=True)
    reached_total = models.BigIntegerField(_("累计完成投资"), null=True, blank=True)
    reached_year = models.BigIntegerField(_("本年累计完成"), null=True, blank=True)
    reached_period = models.CharField(_("最近报告期"), max_length=20, blank=True)
    open_problems = models.PositiveIntegerField(_("未解决问题"), default=0)

    created = models.DateTimeField(_("入库时间"), auto_now_add=True)
    changed = models.DateTimeField(_("最近修改"), auto_now=True)
    # Goes up with each change: what was compared or applied at an earlier one is stale.
    revision = models.PositiveIntegerField(_("修订号"), default=1)
    source_import = models.ForeignKey(
        "Import", null=True, blank=True, on_delete=models.PROTECT, related_name="made"
    )

    objects: ClassVar[LiveProjects] = LiveProjects()
    everything: ClassVar[models.Manager[Project]] = models.Manager()

    class Meta:
        verbose_name = _("项目")
        base_manager_name = "everything"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(investment__isnull=True) | Q(investment__gte=0),
                name="project_investment_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True)
                | Q(finish__isnull=True)
                | Q(finish__gte=F("start")),
                name="project_finish_after_start",
                violation_error_message=_("计划竣工不能早于计划开工。"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "position", "id"], name="project_order"),
            models.Index(fields=["office", "stage"], name="project_by_stage"),
            models.Index(fields=["office", "light"], name="project_by_light"),
            # The list's totals and choices of sections and units, without touching wide rows.
            models.Index(
                fields=[
                    *("office", "leaf", "parent"),
                    *("investment", "year_investment", "reached_year", "id"),
                ],
                name="project_sums",
            ),
            models.Index(fields=["office", "section", "id"], name="project_by_section"),
            models.Index(fields=["office", "unit", "id"], name="project_by_unit"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_package(self) -> bool:
        """Has sub-projects; its own figures are then not summed."""
        return not self.leaf


class Arrival(models.Model):
    """A row of an import laid ready (待导入): a new project, or new values of a known one.

    Narrow on purpose: 50,000 of them are taken away at once while others wait for the lock.
    """

    project = models.OneToOneField(Project, primary_key=True, on_delete=models.CASCADE)
    job = models.ForeignKey("Import", on_delete=models.PROTECT, related_name="arrivals")
    # Whose values these are, where they are those of a known project.
    replaces = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("待导入项目")

    def __str__(self) -> str:
        return str(self.project)


class CountyShare(models.Model):
    """The part of a project that lies in one county (分县投资)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="shares")
    region = models.ForeignKey(Region, verbose_name=_("县区"), on_delete=models.PROTECT)
    amount = models.BigIntegerField(_("投资额"))

    class Meta:
        verbose_name = _("分县投资")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "region"], name="share_once_per_county")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.region}"


class StageMove(models.Model):
    """A project went from one stage to another (阶段变更)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="moves")
    from_stage = models.CharField(_("原阶段"), max_length=10, choices=Stage.choices)
    to_stage = models.CharField(_("新阶段"), max_length=10, choices=Stage.choices)
    on = models.DateField(_("日期"))
    reason = models.TextField(_("原因"), blank=True)
    # The gate conditions as they were then: [{"words", "met", "note"}].
    gates = models.JSONField(_("条件"), default=list)
    # Passed although a condition was not met; then the reason is a must.
    waived = models.BooleanField(_("例外通过"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("办理时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("阶段变更")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.from_stage} → {self.to_stage}"


class Node(models.Model):
    """A milestone of a project (节点): planned, forecast, reached."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="nodes")
    name = models.CharField(_("节点"), max_length=100)
    planned = models.DateField(_("计划日期"), null=True, blank=True)
    forecast = models.DateField(_("预计日期"), null=True, blank=True)
    actual = models.DateField(_("完成日期"), null=True, blank=True)
    remark = models.CharField(_("说明"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = _("节点")
        ordering: ClassVar = ["position", "planned", "pk"]

    def __str__(self) -> str:
        return self.name


class FundSource(models.TextChoices):
    """Where money comes from (资金来源), as the national library has it."""

    CENTRAL = "central", _("中央预算内资金")
    BUDGET = "budget", _("地方财政资金")
    SPECIAL_BOND = "special_bond", _("专项债券")
    TREASURY_BOND = "treasury_bond", _("超长期特别国债")
    BOND = "bond", _("其他债券")
    LOAN = "loan", _("国内贷款")
    FOREIGN = "foreign", _("利用外资")
    OWN = "own", _("自筹资金")
    PPP = "ppp", _("社会资本")
    OTHER = "other", _("其他")


class Fund(models.Model):
    """Money of one source in one year (资金)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="funds")
    source = models.CharField(_("来源"), max_length=16, choices=FundSource.choices)
    # Empty: for the project as a whole.
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    total = models.BigIntegerField(_("安排"), null=True, blank=True)
    issued = models.BigIntegerField(_("下达"), null=True, blank=True)
    paid = models.BigIntegerField(_("支付"), null=True, blank=True)
    needed = models.BigIntegerField(_("需求"), null=True, blank=True)
    remark = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("资金")
        ordering: ClassVar = ["year", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "source", "year"],
                nulls_distinct=False,
                name="fund_once_per_source_and_year",
                violation_error_message=_("这个来源的这一年度已经登记，请修改原来那一条。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.year or ''}".strip()


class Problem(models.Model):
    """What holds a project up (问题), to whom it goes, until when, and the answer."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="problems")
    words = models.TextField(_("问题"))
    to_unit = models.ForeignKey(
        Unit,
        verbose_name=_("提请单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    deadline = models.DateField(_("答复期限"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered = models.DateField(_("答复日期"), null=True, blank=True)
    solved = models.BooleanField(_("已解决"), default=False)
    raised = models.DateField(_("提出日期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("问题")
        ordering: ClassVar = ["solved", "deadline", "pk"]

    def __str__(self) -> str:
        return self.words[:40]


class Attachment(models.Model):
    """A file of a project (附件), checked by its content; it has no address of its own."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("类型"), max_length=10)
    size = models.PositiveBigIntegerField(_("大小"))
    digest = models.CharField(_("摘要"), max_length=64)
    # Path under the uploads folder.
    stored = models.CharField(max_length=200)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    removed = models.BooleanField(_("已移除"), default=False)

    class Meta:
        verbose_name = _("附件")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return self.name


class OfficeChecklist(models.Model):
    """A checklist as an office words it (落实清单); what it left alone is the field's own."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="checklists")
    # Of ``delivery.projects.checklist``: that of a list of the field, or made with the list.
    key = models.CharField(max_length=40)
    name = models.CharField(_("清单名称"), max_length=40)
    # [{"key", "name", "source"}], in their order.
    items = models.JSONField(_("清单项"), default=list)
    gate = models.CharField(
        _("转入前须齐全"), max_length=10, choices=Stage.choices, default="", blank=True
    )
    active = models.BooleanField(_("使用"), default=True)

    class Meta:
        verbose_name = _("落实清单")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "key"], name="checklist_once_per_key"),
            models.UniqueConstraint(
                fields=["office", "name"],
                name="checklist_name_once",
                violation_error_message=_("已经有同名的清单。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemRecord(models.Model):
    """What settles an item of a checklist for a project (落实依据): a word, a day, a file.

    Or 不适用; then the words are the reason.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="item_records")
    item = models.CharField(max_length=40)
    # As the item was called when it was recorded.
    item_name = models.CharField(_("清单项"), max_length=60)
    words = models.TextField(_("说明"), blank=True)
    on = models.DateField(_("日期"), null=True, blank=True)
    attachment = models.ForeignKey(
        Attachment,
        verbose_name=_("附件"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    not_applicable = models.BooleanField(_("不适用"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("登记时间"), auto_now=True)

    class Meta:
        verbose_name = _("落实依据")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "item"], name="item_record_once"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | ~Q(words=""),
                name="item_not_applicable_has_reason",
                violation_error_message=_("不适用的，请写明原因。"),
            ),
            models.CheckConstraint(
                condition=~Q(words="") | Q(on__isnull=False) | Q(attachment__isnull=False),
                name="item_record_says_something",
                violation_error_message=_("请写明落实情况，或填日期、选附件。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.item_name}"


class TieKind(models.TextChoices):
    """What of the plan a project rests on."""

    TARGET = "target", _("目标")
    TASK = "task", _("任务")
    PROJECT = "project", _("方案所列项目")


class TieState(models.TextChoices):
    """Whether a person has said so."""

    SUGGESTED = "suggested", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    REJECTED = "rejected", _("不对应")


class Tie(models.Model):
    """A project rests on an entry of the published plan (挂接), found by its lineage."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(_("类别"), max_length=10, choices=TieKind.choices)
    entry = models.CharField(_("条目标识"), max_length=64)
    plan_title = models.CharField(_("方案"), max_length=200, blank=True)
    # The plan's words as they were tied; the plan's own version stands in web/plans.
    words = models.TextField(_("方案原文"))
    section = models.CharField(_("章节"), max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=TieState.choices, default=TieState.SUGGESTED
    )
    score = models.FloatField(_("相近程度"), default=0)
    why = models.CharField(_("推荐理由"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("时间"), auto_now=True)

    class Meta:
        verbose_name = _("方案挂接")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "kind", "entry"], name="tie_once_per_entry")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "entry"], name="tie_by_entry")]

    def __str__(self) -> str:
        return f"{self.project} ↔ {self.words[:40]}"


class SavedFilter(models.Model):
    """A list's address under a name (常用筛选); shared ones are the office's."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=2000)
    shared = models.BooleanField(_("全办公室可用"), default=False)

    class Meta:
        verbose_name = _("常用筛选")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "name"], name="saved_filter_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ImportState(models.TextChoices):
    """Where an import stands."""

    MAPPING = "mapping", _("待对应表头")
    STAGING = "staging", _("正在读取")
    STAGED = "staged", _("待核对")
    APPLYING = "applying", _("正在导入")
    APPLIED = "applied", _("已导入")
    UNDOING = "undoing", _("正在撤销")
    UNDONE = "undone", _("已撤销")
    DROPPED = "dropped", _("已放弃")


class Import(models.Model):
    """A sheet that comes in (导入): staged, compared, applied as one, undone as one."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    sheet = models.CharField(_("工作表"), max_length=100, blank=True)
    # Header rows (first, last), column → field, money unit per column, and what a clerk chose.
    mapping = models.JSONField(_("表头对应"), default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=ImportState.choices, default=ImportState.MAPPING
    )
    # How often it was staged: rows of an earlier staging are not its rows.
    staging = models.PositiveIntegerField(default=0)
    summary = models.JSONField(_("结果"), default=dict)
    applied = models.DateTimeField(_("导入时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("项目导入")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """A row of a sheet as it was read, compared with the library."""

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    staging = models.PositiveIntegerField()
    # As the sheet counts, from 1.
    number = models.PositiveIntegerField(_("行"))
    # new, changed, same, error, total, gone
    change = models.CharField(max_length=8)
    name = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict)
    # Row number of the package this is a part of.
    above = models.PositiveIntegerField(null=True)
    errors = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    # Field → [before, after], as they are written.
    difference = models.JSONField(default=dict)
    # Field → stored value before, so that an undo can put it back.
    before = models.JSONField(default=dict)
    # The number of a new project is known before its row is laid ready: no check by the database.
    project = models.ForeignKey(
        Project,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="import_rows",
    )
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("导入行")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job", "staging", "number", "change"], name="import_row_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["job", "staging", "change", "number"], name="import_row_by_change")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ColumnMemory(models.Model):
    """How an office mapped a sheet's header the last time (表头记忆)."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("表头记忆")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "fingerprint"], name="column_memory_once")
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]


class BulkChange(models.Model):
    """A change of many projects at once (批量修改), so that it can be taken back."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    field = models.CharField(max_length=30)
    # Project id → [value before, revision after].
    before = models.JSONField(default=dict)
    words = models.CharField(max_length=200)
    undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("批量修改")

    def __str__(self) -> str:
        return self.words
