"""Tables of offices, regions, units, users and the trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.TextChoices):
    """How high an administrative division stands."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("地市级")
    COUNTY = "county", _("县区级")
    ZONE = "zone", _("开发区（功能区）")
    TOWN = "town", _("乡镇街道")


class Region(models.Model):
    """An administrative division (行政区划) as it was from one date to another."""

    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("级别"), max_length=10, choices=RegionLevel.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    valid_from = models.DateField(_("启用日期"))
    # The first day on which it no longer stood; empty while it stands.
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    position = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = _("行政区划")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="region_code_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="region_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """The organ that runs a dispatch (办公室): plans, cycles and bulletins belong to one."""

    name = models.CharField(_("名称"), max_length=100, unique=True)
    short_name = models.CharField(_("简称"), max_length=30)
    region = models.ForeignKey(
        Region, verbose_name=_("所在地区"), null=True, blank=True, on_delete=models.PROTECT
    )
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("办公室")

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    """What kind of organ a unit is."""

    GOVERNMENT = "government", _("政府部门")
    PARTY = "party", _("党委部门")
    COUNTY = "county", _("县市区")
    ZONE = "zone", _("开发区（功能区）")
    VERTICAL = "vertical", _("垂直管理单位")
    INSTITUTION = "institution", _("事业单位")
    COMPANY = "company", _("企业")
    GROUP = "group", _("群团组织")
    OTHER = "other", _("其他")


class Unit(models.Model):
    """An organ that can be responsible for something (责任单位)."""

    code = models.CharField(_("统一社会信用代码或编号"), max_length=30, blank=True)
    name = models.CharField(_("全称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类型"), max_length=12, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级（主管）单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    region = models.ForeignKey(
        Region, verbose_name=_("地区"), null=True, blank=True, on_delete=models.PROTECT
    )
    # Who keeps this entry of the directory; every office of the installation uses it.
    office = models.ForeignKey(Office, verbose_name=_("建档办公室"), on_delete=models.PROTECT)
    position = models.PositiveIntegerField(_("排序"), default=0)
    active = models.BooleanField(_("启用"), default=True)
    # A unit that was the same as another: its row stays, so that old records keep their unit.
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("并入"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
    )
    created = models.DateTimeField(_("建档时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("单位")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(merged_into__isnull=True),
                name="unit_name_once",
                violation_error_message=_("已有同名单位。"),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code="") & Q(merged_into__isnull=True),
                name="unit_code_once",
                violation_error_message=_("这个代码已用于另一个单位。"),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(active=False), name="unit_merged_rests"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "position"], name="unit_by_kind")]

    def __str__(self) -> str:
        return self.short_name or self.name


class AliasSource(models.TextChoices):
    """Where a name of a unit was learnt."""

    MANUAL = "manual", _("人工登记")
    PLAN = "plan", _("方案用语")
    IMPORT = "import", _("表格导入")
    MERGE = "merge", _("单位合并")


class UnitAlias(models.Model):
    """Another name of a unit (别名), learnt once: 市发改委 for 市发展和改革委员会."""

    unit = models.ForeignKey(
        Unit, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="aliases"
    )
    # The same short name may belong to a bureau in each county: then one is asked.
    name = models.CharField(_("别名"), max_length=100, db_index=True)
    source = models.CharField(_("来源"), max_length=10, choices=AliasSource.choices)
    learnt = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("单位别名")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="alias_once_per_unit",
                violation_error_message=_("这个别名已经登记过。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitSheet(models.Model):
    """A sheet of units that was read in (单位名录导入): staged, then applied in whole or not."""

    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), on_delete=models.PROTECT
    )
    name = models.CharField(_("文件名"), max_length=200)
    # What each row would do, as it was read; compared again when it is applied.
    cells = models.JSONField(_("内容"))
    uploaded = models.DateTimeField(_("上传时间"), auto_now_add=True)
    applied = models.DateTimeField(_("写入时间"), null=True)

    class Meta:
        verbose_name = _("单位表格")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is here for; the last three (三员) are kept apart."""

    CLERK = "clerk", _("经办人员")
    LEADER = "leader", _("领导")
    INSPECTOR = "inspector", _("督查人员")
    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDITOR = "auditor", _("安全审计员")


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name."""

    def create_user(self, username: str, password: str, **fields: Any) -> User:
        """A new account that can sign in."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account (用户): one role each, so that 三员 stay three people."""

    username = models.CharField(
        _("登录名"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("这个登录名已有人用。")},
    )
    name = models.CharField(_("姓名"), max_length=40)
    office = models.ForeignKey(Office, verbose_name=_("办公室"), on_delete=models.PROTECT)
    unit = models.ForeignKey(
        Unit, verbose_name=_("所在单位"), null=True, blank=True, on_delete=models.PROTECT
    )
    role = models.CharField(_("角色"), max_length=10, choices=Role.choices)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改口令"), default=False)
    created = models.DateTimeField(_("开通时间"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("用户")
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.name

    @property
    def administers_system(self) -> bool:
        """May see the pages of the machinery: jobs, components."""
        return self.role == Role.SYSTEM


class TrailEntry(models.Model):
    """Who did what, when, with before and after (操作留痕); never changed, never deleted."""

    at = models.DateTimeField(_("时间"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("操作人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # As the person was called then.
    by_name = models.CharField(_("姓名"), max_length=40)
    verb = models.CharField(_("动作"), max_length=60)
    kind = models.CharField(_("对象种类"), max_length=60)
    object_id = models.CharField(_("对象编号"), max_length=60)
    object_name = models.CharField(_("对象名称"), max_length=200)
    before = models.JSONField(_("改前"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("改后"), null=True, encoder=DjangoJSONEncoder)
    office = models.ForeignKey(
        Office, verbose_name=_("办公室"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    request_id = models.CharField(_("请求编号"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("操作记录")
        indexes: ClassVar = [models.Index(fields=["kind", "object_id"], name="trail_by_object")]

    def __str__(self) -> str:
        return f"{self.by_name} {self.verb} {self.object_name}"


class TrailSeal(models.Model):
    """A link of the chain: the hash of an entry together with the link before (封签)."""

    # A plain number and no reference: the seal must outlive an entry that someone removes.
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("封签")

    def __str__(self) -> str:
        return f"{self.pk} {self.digest[:12]}"
