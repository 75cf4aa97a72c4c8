"""What closes and warnings hang into the frame."""

from __future__ import annotations

from guatu.web.page.jobs import Handler
from guatu.web.page.waiting import Waiting
from guatu.web.people.permissions import CLERKS, EVERYONE, Permission
from guatu.web.supervision import jobs
from guatu.web.supervision.actions.closing import JOB
from guatu.web.supervision.queries.adjusting import put_right, was_put_right
from guatu.web.supervision.queries.preview import waiting

JOBS: dict[str, Handler] = {JOB: jobs.close}

WAITING: tuple[Waiting, ...] = (waiting,)

PUT_RIGHT = put_right
WAS_PUT_RIGHT = was_put_right

JOB_WORDS: dict[str, str] = {JOB: "关账"}

PERMISSIONS: dict[str, Permission] = {
    "supervision.read": Permission("查看关账和预警", EVERYONE),
    "supervision.close": Permission("关账、重新打开", CLERKS),
    "supervision.approve": Permission("登记停缓建、豁免、通报后调整", CLERKS),
    "supervision.packs": Permission("维护和启用规则包", CLERKS),
}

VERBS: dict[str, str] = {
    "exemption.ended": "结束豁免",
    "exemption.made": "办理豁免",
    "figure.adjusted": "通报后调整",
    "figure.adjustment-withdrawn": "撤销调整",
    "pack.kept": "保存规则包",
    "pack.switched": "启用规则包",
    "period.closed": "关账",
    "period.close-given-up": "放弃关账",
    "period.issued": "通报",
    "period.reopened": "重新打开",
    "project.paused": "登记停缓建",
    "project.resumed": "登记复工",
}

TERMS: dict[str, str] = {
    "amount": "调整额（元）",
    "lands_in": "记入",
    "of_period": "所调整的期",
    "on": "日期",
    "digest": "摘要",
    "pack": "规则包",
    "projects": "项目数",
    "version": "版本",
}
