"""Rule packs of an office, and which one judges."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guatu.web.page.frozen import Frozen
from guatu.web.people.models import Office

_FROZEN: Final = "规则包的版本不能改写，请另存为新版本。"


class RulePack(Frozen):
    """A version of an office's own rule pack (规则包); shipped ones need no row."""

    frozen_words: ClassVar[str] = _FROZEN

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="rule_packs")
    code = models.CharField(_("代号"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    version = models.PositiveIntegerField(_("版本"))
    # As delivery.supervision.packs.pack_to_data writes it.
    data = models.JSONField(_("内容"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("规则包")
        ordering: ClassVar = ["code", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["office", "code", "version"], name="rule_pack_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}第{self.version}版"


class PackSwitch(Frozen):
    """From now on this pack judges (启用规则包); closed periods keep the one they had."""

    frozen_words: ClassVar[str] = "启用记录不能改写。"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="pack_switches")
    code = models.CharField(_("代号"), max_length=40)
    version = models.PositiveIntegerField(_("版本"))
    data = models.JSONField(_("内容"))
    reason = models.CharField(_("原因"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("启用时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("启用规则包")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="pack_switch_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.code}第{self.version}版"
