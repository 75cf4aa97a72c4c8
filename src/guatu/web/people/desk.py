"""What units and users hang into the frame."""

from __future__ import annotations

from datetime import timedelta

from guatu.web.page.jobs import Handler
from guatu.web.page.search import Search
from guatu.web.page.waiting import Waiting
from guatu.web.people.permissions import AUDITORS, CLERKS, EVERYONE, SECURITY, SYSTEM, Permission
from guatu.web.people.queries import search_screens, search_units, waiting_places
from guatu.web.people.trail import seal_trail

JOBS: dict[str, Handler] = {"people.seal": seal_trail}
JOB_WORDS = {"people.seal": "封存操作记录"}
EVERY = {"people.seal": timedelta(minutes=10)}

WAITING: tuple[Waiting, ...] = (waiting_places,)

SEARCHES: tuple[Search, ...] = (search_screens, search_units)

PERMISSIONS: dict[str, Permission] = {
    "units.read": Permission("查看单位名录", EVERYONE),
    "units.edit": Permission("维护单位名录", CLERKS),
    "regions.edit": Permission("维护行政区划", SYSTEM | CLERKS),
    "users.edit": Permission("开通和停用账号", SYSTEM),
    "users.secure": Permission("设置角色、重置口令、解除锁定", SECURITY),
    "trail.read": Permission("查看操作记录", AUDITORS),
    "jobs.manage": Permission("管理后台任务", SYSTEM),
}

VERBS: dict[str, str] = {
    "office.created": "设立办公室",
    "office.placed": "指明办公室所在地区",
    "unit.created": "新增单位",
    "unit.changed": "修改单位",
    "unit.merged": "合并单位",
    "unit.names-learnt": "登记别名",
    "unit.name-forgotten": "删除别名",
    "unit-sheet.staged": "上传单位表格",
    "unit-sheet.applied": "导入单位表格",
    "region.imported": "导入行政区划",
    "user.created": "开通账号",
    "user.changed": "修改账号",
    "user.role-granted": "授予角色",
    "user.password-reset": "重置口令",
    "user.password-changed": "修改口令",
    "user.unlocked": "解除锁定",
}

TERMS: dict[str, str] = {
    "names": "名称",
    "source": "来源",
    "rows": "行数",
    "new": "新增",
    "change": "修改",
    "same": "不变",
    "merged": "被并入单位编号",
    "moved": "转入",
}
