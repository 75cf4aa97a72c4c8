"""What bulletins hang into the frame."""

from __future__ import annotations

from guatu.web.bulletins import jobs
from guatu.web.bulletins.actions.issuing import PDF_JOB
from guatu.web.bulletins.queries.lists import search_bulletins, waiting
from guatu.web.page.jobs import Handler
from guatu.web.page.search import Search
from guatu.web.page.waiting import Waiting
from guatu.web.people.permissions import CLERKS, EVERYONE, Permission

JOBS: dict[str, Handler] = {PDF_JOB: jobs.pdf}

JOB_WORDS: dict[str, str] = {PDF_JOB: "通报转 PDF"}

SEARCHES: tuple[Search, ...] = (search_bulletins,)

WAITING: tuple[Waiting, ...] = (waiting,)

PERMISSIONS: dict[str, Permission] = {
    "bulletins.read": Permission("查看通报和上报表", EVERYONE),
    "bulletins.draft": Permission("起草通报、上传定稿", CLERKS),
    "bulletins.issue": Permission("印发通报", CLERKS),
    "bulletins.superior": Permission("维护上报表", CLERKS),
}

VERBS: dict[str, str] = {
    "bulletin.drafted": "起草通报",
    "bulletin.explained": "说明定稿改动",
    "bulletin.final-taken": "上传定稿",
    "bulletin.issued": "印发通报",
    "superior.added": "上传上报表",
    "superior.mapped": "设定上报表对应关系",
    "superior.retired": "停用上报表",
}

TERMS: dict[str, str] = {
    "cells": "对应的格数",
    "changed": "改动处数",
    "close_number": "第几次关账",
    "file": "文件",
    "issued_on": "成文日期",
    "number": "文号",
    "version": "版本",
}
