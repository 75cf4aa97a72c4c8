"""Nodes of the year's plan on the project's page: one node, whose day is kept once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guatu.web.annual import actions
from guatu.web.people.models import Office, Role, User
from guatu.web.projects.models import Node, Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(clerk: User, make_project: Callable[..., Project]) -> Project:
    """A project with three nodes in this year's plan."""
    project = make_project("青川水厂", 300)
    plan = actions.open_year(office=clerk.office, year=timezone.localdate().year, by=clerk)
    actions.add_projects(plan, [project], by=clerk)
    words = "1月 基础完成；6月 施工 50%；12月 通水"
    actions.paste(plan, [(plan.lines.get().pk, "nodes", words)], by=clerk)
    return project


def shown(desk: Client, project: Project) -> str:
    part = desk.get(reverse("annual:project-nodes", args=[project.pk]))
    return unescape(part.content.decode())


def test_a_node_of_the_plan_is_reached_on_the_day_the_library_keeps(
    desk: Client, works: Project
) -> None:
    year = timezone.localdate().year
    page = desk.get(reverse("projects:project", args=[works.pk])).content.decode()
    assert f'hx-get="{reverse("annual:project-nodes", args=[works.pk])}"' in page
    before = shown(desk, works)
    assert "基础完成" in before and "按投资进度评判" in before and "已完成" not in before
    link = before.split('<a href="')[1].split('"')[0]
    form = desk.get(link).content.decode()
    assert 'value="基础完成"' in form and f'value="{year}-01-31"' in form
    today = timezone.localdate().isoformat()
    given = {"name": "基础完成", "planned": f"{year}-01-31", "actual": today}
    assert desk.post(link, given).status_code == 302
    after = shown(desk, works)
    node = Node.objects.get()
    assert "已完成" in after and today in after
    assert reverse("projects:detail-edit", args=["nodes", node.pk]) in after


def test_a_late_one_says_so(desk: Client, works: Project) -> None:
    year = timezone.localdate().year
    Node.objects.create(project=works, name="基础完成", actual=date(year, 2, 3))
    assert "已完成（比计划晚）" in shown(desk, works)


def test_who_only_reads_has_no_way_to_write(
    works: Project, make_user: Callable[..., User], client_of: Callable[[User], Client]
) -> None:
    assert "<a " not in shown(client_of(make_user(Role.LEADER)), works)
    other = Office.objects.create(name="别的办公室", short_name="别办")
    stranger = client_of(make_user(Role.CLERK, office=other))
    answer = stranger.get(reverse("annual:project-nodes", args=[works.pk]))
    assert answer.status_code == 404


def test_a_project_outside_the_plan_has_none(
    desk: Client, make_project: Callable[..., Project]
) -> None:
    assert shown(desk, make_project("储备项目", None)).strip() == ""
