"""The first office and its first accounts (建立办公室)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from guatu.web.people import actions
from guatu.web.people.models import Office, Region, Role, User
from guatu.web.people.trail import record, snapshot

# Letters and digits that nobody mistakes for one another when they are read out.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"

_FIRST_ACCOUNTS: Final = (
    ("jingban", "经办人员", Role.CLERK),
    ("xitong", "系统管理员", Role.SYSTEM),
    ("anquan", "安全管理员", Role.SECURITY),
    ("shenji", "安全审计员", Role.AUDITOR),
)


class AlreadySetUp(Exception):
    """There are accounts already; more are opened on the page."""


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """An account with its first password, shown once."""

    role: str
    username: str
    password: str


@transaction.atomic
def set_up_desk(name: str, short_name: str) -> list[FirstAccount]:
    """An office with a clerk and the three administrators (三员), each with a first password."""
    if User.objects.exists():
        raise AlreadySetUp("系统里已有账号；增加办公室和账号请由系统管理员在“设置”里办理。")
    office = make_office(name, short_name, None)
    made = []
    for username, words, role in _FIRST_ACCOUNTS:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        actions.create_user(
            by=None, username=username, name=words, password=password, office=office, role=role
        )
        made.append(FirstAccount(words, username, password))
    return made


def make_office(name: str, short_name: str, region: Region | None) -> Office:
    """A new office, noted in the trail as the system's doing."""
    office = Office.objects.create(name=name, short_name=short_name, region=region)
    record(None, "office.created", office, after=snapshot(office), office=office)
    return office
