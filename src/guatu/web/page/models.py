"""Tables of the frame: background jobs, and forms that were taken once."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("排队")
    RUNNING = "running", _("进行中")
    DONE = "done", _("完成")
    FAILED = "failed", _("失败")


class Job(models.Model):
    """A piece of work done in the background (后台任务); one row for ever, found by its key."""

    kind = models.CharField(_("种类"), max_length=60)
    key = models.CharField(_("键"), max_length=200)
    payload = models.JSONField(_("内容"), default=dict)
    state = models.CharField(
        _("状态"), max_length=10, choices=JobState.choices, default=JobState.WAITING
    )
    not_before = models.DateTimeField(_("不早于"), default=timezone.now)
    done_steps = models.PositiveIntegerField(_("已完成"), default=0)
    all_steps = models.PositiveIntegerField(_("总数"), default=0)
    words = models.CharField(_("进展"), max_length=200, blank=True)
    # What the handler has committed so far: it goes on from here after a kill.
    cursor = models.JSONField(_("断点"), default=dict)
    result = models.JSONField(_("结果"), null=True)
    error = models.TextField(_("错误"), blank=True)
    # Counts up with every lease: an attempt whose lease was lost cannot write any more.
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    failures = models.PositiveIntegerField(_("出错次数"), default=0)
    # Who works on it, and until when others keep off; renewed by the heartbeat.
    worker = models.CharField(_("执行者"), max_length=80, blank=True)
    leased_until = models.DateTimeField(_("占用至"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("发起人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created = models.DateTimeField(_("提交时间"), auto_now_add=True)
    finished = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("后台任务")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_by_key")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "not_before"], name="job_next")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def open(self) -> bool:
        """Still to be done, or being done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def percent(self) -> int | None:
        """How far it is, where the handler says so."""
        return 100 * self.done_steps // self.all_steps if self.all_steps else None


class Worker(models.Model):
    """A worker process and when it was last seen."""

    name = models.CharField(max_length=80, unique=True)
    started = models.DateTimeField()
    seen = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SubmittedForm(models.Model):
    """A form that was taken: the same one sent again is answered with the same address."""

    token = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    answer = models.CharField(max_length=500, blank=True)
    taken = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.token
