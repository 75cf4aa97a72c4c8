"""What plans hang into the frame."""

from __future__ import annotations

from guatu.web.page.jobs import Handler
from guatu.web.page.search import Search
from guatu.web.page.waiting import Waiting
from guatu.web.people.permissions import CLERKS, OFFICE_STAFF, Permission
from guatu.web.plans.jobs import read_upload
from guatu.web.plans.queries import search_plans, waiting_plans

JOBS: dict[str, Handler] = {"plans.read": read_upload}
JOB_WORDS = {"plans.read": "读取方案"}

SEARCHES: tuple[Search, ...] = (search_plans,)

WAITING: tuple[Waiting, ...] = (waiting_plans,)

PERMISSIONS: dict[str, Permission] = {
    "plans.read": Permission("查看方案", OFFICE_STAFF),
    "plans.edit": Permission("上传方案、核对台账", CLERKS),
    "plans.publish": Permission("发布台账", CLERKS),
}

VERBS: dict[str, str] = {
    "ledger.undone": "撤销核对",
    "plan.finding-reopened": "恢复对账发现",
    "plan.finding-settled": "处理对账发现",
    "plan.changed": "修改方案概况",
    "plan.names-decided": "确认单位名称",
    "plan.published": "发布台账",
    "plan.read-again": "重新读取",
    "plan.reading-applied": "采用新读的条目",
    "plan.uploaded": "上传方案",
}

TERMS: dict[str, str] = {
    "check": "对账项",
    "settled": "处理",
}
