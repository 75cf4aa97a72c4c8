"""What annual plans hang into the frame."""

from __future__ import annotations

from guatu.web.annual.known import KNOWN
from guatu.web.annual.queries.plan import search_plans
from guatu.web.page.search import Search
from guatu.web.people.permissions import CLERKS, EVERYONE, Permission

__all__ = ["KNOWN", "PERMISSIONS", "SEARCHES", "TERMS", "VERBS"]

SEARCHES: tuple[Search, ...] = (search_plans,)

PERMISSIONS: dict[str, Permission] = {
    "annual.read": Permission("查看年度计划", EVERYONE),
    "annual.edit": Permission("编制年度计划", CLERKS),
    "annual.issue": Permission("下达年度计划", CLERKS),
    "annual.adjust": Permission("办理计划调整", CLERKS),
    "annual.decompose": Permission("分解目标任务", CLERKS),
}

VERBS: dict[str, str] = {
    "annual.opened": "建立年度计划",
    "annual.project-added": "加入项目",
    "annual.project-removed": "移出项目",
    "annual.cell-changed": "修改",
    "annual.cells-changed": "批量填入",
    "annual.batch-made": "批量填入",
    "annual.batch-undone": "撤销批量填入",
    "annual.batch-taken-back": "撤销批量填入",
    "annual.issued": "下达年度计划",
    "annual.adjusted": "调整年度计划",
    "annual.sheet-sent": "导出计划表",
    "annual.sheet-returned": "交回计划表",
    "annual.sheet-dropped": "放弃计划表",
    "target.taken-up": "开始分解指标",
    "target.measure-set": "确定计量方式",
    "target.shared-out": "分解任务",
    "target.over-explained": "说明超分原因",
}

TERMS: dict[str, str] = {
    "year": "年度",
    "shares": "分解数",
    "how": "分解办法",
    "lines": "项目数",
    "projects": "项目数",
    "rows": "行数",
    "words": "内容",
    "investment": "年度计划投资（元）",
    "start": "开工月",
    "finish": "竣工月",
    "content": "年度建设内容",
    "nodes": "节点",
    "issued_on": "下达日期",
    "reason": "原因",
}
