"""What reporting hangs into the frame."""

from __future__ import annotations

from guatu.web.page.jobs import Handler
from guatu.web.page.search import Search
from guatu.web.page.waiting import Waiting
from guatu.web.people.models import Role
from guatu.web.people.permissions import CLERKS, EVERYONE, Permission
from guatu.web.reporting import jobs
from guatu.web.reporting.actions.taking import JOB
from guatu.web.reporting.queries.desk import search_periods, waiting

JOBS: dict[str, Handler] = {JOB: jobs.read}

JOB_WORDS: dict[str, str] = {JOB: "读交回的表"}

SEARCHES: tuple[Search, ...] = (search_periods,)

WAITING: tuple[Waiting, ...] = (waiting,)

PERMISSIONS: dict[str, Permission] = {
    "reporting.read": Permission("查看调度", EVERYONE),
    "reporting.run": Permission("开期、发表、办理免报", CLERKS),
    "reporting.enter": Permission("收表、代录", CLERKS),
    "reporting.measure": Permission("录入统计数、财务数", CLERKS),
    "reporting.holidays": Permission("维护节假日表", frozenset({Role.CLERK, Role.SYSTEM})),
}

VERBS: dict[str, str] = {
    "cycle.added": "建立调度制度",
    "cycle.changed": "启停调度制度",
    "file.applied": "收下填报表",
    "file.dropped": "退回填报表",
    "file.returned": "交回填报表",
    "holiday.cleared": "删除节假日登记",
    "holiday.set": "登记节假日",
    "measure.entered": "录入统计数、财务数",
    "period.asked-again": "补列项目",
    "period.exempted": "办理免报",
    "period.exemption-ended": "取消免报",
    "period.opened": "开期",
    "report.made": "报送",
    "report.replaced": "更正报送",
    "report.withdrawn": "撤销报送",
    "sheet.sent": "发出填报表",
}

TERMS: dict[str, str] = {
    "due": "报送期限",
    "due_count": "期末后天数",
    "due_kind": "天数口径",
    "person": "批准人",
    "source": "来源",
    "units": "单位数",
    "value": "数值",
    "works": "上班",
}
