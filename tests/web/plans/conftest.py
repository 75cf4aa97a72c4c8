"""A small plan of a fictional city, read the way a clerk's upload is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PLAN = """临江市城市更新攻坚行动方案
(2026-2027年)
为加快城市更新，制定本方案。
一、总体要求
坚持统筹推进，力争2026-2027年全市城市更新投资累计达到120亿元。
二、重点任务
(一)加快老旧小区改造
1.改造老旧小区。到2027年底，完成老旧小区改造300个；建成公共停车场25处。(牵头单位:市住建局,责任单位:市财政局、市自然资源局)
2.更新供水管网。2026年底前更新供水管网180公里。(责任单位:市水务局)
(二)推进重点项目
1.推进望江片区更新项目、老码头改造项目等重点项目建设。(责任单位:市住建局、各有关部门)
三、保障措施
各单位每月5日前向市城市更新办报送进展情况。
"""

Upload = Callable[..., object]


@pytest.fixture
def plan_text() -> str:
    return PLAN


@pytest.fixture
def read_in(clerk: object) -> Callable[..., object]:
    """``read_in()``: the plan uploaded by the clerk and read by a worker."""

    def make(text: str = PLAN, *, name: str = "城市更新方案.txt", by: object = clerk) -> object:
        from guatu.web.page.worker import work_off
        from guatu.web.plans import actions
        from guatu.web.plans.models import Plan

        done = actions.upload_plan(by=by, name=name, content=text.encode())
        work_off()
        return Plan.objects.select_related("current_reading__upload", "office").get(pk=done.plan.pk)

    return make


@pytest.fixture
def plan(read_in: Callable[..., object]) -> object:
    return read_in()
