"""What the project library hangs into the frame."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from guatu.web.page.jobs import Handler
from guatu.web.page.search import Search
from guatu.web.page.waiting import Matter, Waiting
from guatu.web.people.permissions import CLERKS, EVERYONE, Permission, may
from guatu.web.projects import jobs
from guatu.web.projects.known import KNOWN
from guatu.web.projects.models import ImportState
from guatu.web.projects.queries.imports import waiting
from guatu.web.projects.queries.library import search_projects
from guatu.web.projects.queries.ties import tie_counts

JOBS: dict[str, Handler] = {
    "projects.stage": jobs.stage,
    "projects.apply": jobs.apply,
    "projects.undo": jobs.undo,
    "projects.suggest": jobs.suggest,
}
JOB_WORDS = {
    "projects.stage": "核对项目表",
    "projects.apply": "导入项目表",
    "projects.undo": "撤销导入",
    "projects.suggest": "推荐方案挂接",
}

__all__ = ["JOBS", "JOB_WORDS", "KNOWN", "PERMISSIONS", "SEARCHES", "VERBS", "WAITING"]

SEARCHES: tuple[Search, ...] = (search_projects,)

PERMISSIONS: dict[str, Permission] = {
    "projects.read": Permission("查看项目库", EVERYONE),
    "projects.edit": Permission("维护项目库", CLERKS),
    "projects.import": Permission("导入项目表", CLERKS),
    "projects.checklists": Permission("设置落实清单", CLERKS),
}


_STATES: Final = {ImportState.STAGED: "读好了，待核对", ImportState.MAPPING: "待对应表头"}


def _waiting(by: Any) -> list[Matter]:
    if not may(by, "projects.edit"):
        return []
    found = [
        Matter(
            f"项目表“{job.name}”{_STATES[ImportState(job.state)]}",
            reverse("projects:import", args=[job.pk]),
            action="去核对",
            place="项目库",
        )
        for job in waiting(by.office)
    ]
    _tied, ties = tie_counts(by.office)
    if ties:
        words = f"{ties} 条方案挂接推荐待确认"
        found.append(Matter(words, reverse("projects:ties"), ties, "去确认", "项目库"))
    return found


WAITING: tuple[Waiting, ...] = (_waiting,)

VERBS: dict[str, str] = {
    "project.created": "新增项目",
    "project.changed": "修改项目",
    "project.stage-moved": "变更阶段",
    "project.changed-in-bulk": "批量修改",
    "project.bulk-undone": "撤销批量修改",
    "project.imported": "表格导入",
    "project.import-undone": "撤销表格导入",
    "node.created": "登记节点",
    "node.changed": "修改节点",
    "node.removed": "删除节点",
    "fund.created": "登记资金",
    "fund.changed": "修改资金",
    "fund.removed": "删除资金",
    "problem.created": "登记问题",
    "problem.changed": "修改问题",
    "problem.removed": "删除问题",
    "attachment.added": "上传附件",
    "attachment.removed": "移除附件",
    "attachment.restored": "恢复附件",
    "filter.saved": "保存常用筛选",
    "filter.forgotten": "删除常用筛选",
    "import.handed-in": "上传项目表",
    "import.mapped": "对应表头",
    "import.applied": "导入项目表",
    "import.undone": "撤销导入",
    "import.dropped": "放弃导入",
    "checklist.changed": "修改落实清单",
    "item.recorded": "登记落实依据",
    "item.forgotten": "删除落实依据",
    "tie.made": "挂接方案",
    "tie.confirmed": "确认挂接",
    "tie.rejected": "标为不对应",
    "tie.suggested": "退回待确认",
    "tie.taken-back": "撤销成批办理",
}
