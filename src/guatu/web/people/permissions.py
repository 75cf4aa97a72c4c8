"""Who may do what: named permissions, each with its roles (权限).

Apps name theirs in ``desk.py`` as ``PERMISSIONS = {"plans.publish": Permission("发布方案", …)}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guatu.web.page import hooks
from guatu.web.people.models import Office, Role, User


@dataclass(frozen=True, slots=True)
class Permission:
    """What it allows, in words, and whom."""

    words: str
    roles: frozenset[Role]


CLERKS: Final = frozenset({Role.CLERK})
OFFICE_STAFF: Final = frozenset({Role.CLERK, Role.LEADER, Role.INSPECTOR})
SYSTEM: Final = frozenset({Role.SYSTEM})
SECURITY: Final = frozenset({Role.SECURITY})
AUDITORS: Final = frozenset({Role.AUDITOR})
EVERYONE: Final = frozenset(Role)


@cache
def permissions() -> Mapping[str, Permission]:
    """All permissions by name."""
    return {name: held for named in hooks.gathered("PERMISSIONS") for name, held in named.items()}


def user_of(request: HttpRequest) -> User:
    """Who is signed in; every view that is not open to all has somebody."""
    assert isinstance(request.user, User), "a view that needs no sign-in has no user"
    return request.user


def may(by: User, name: str, *, office: Office | None = None) -> bool:
    """Whether this person may; where ``office`` is given, only for their own."""
    allowed = permissions()[name]
    own = office is None or office.pk == by.office_id
    return by.is_active and by.role in allowed.roles and own


def require(by: User, name: str, *, office: Office | None = None) -> None:
    """Refuse, with the reason in Chinese, whoever may not."""
    if may(by, name, office=office):
        return
    allowed = permissions()[name]
    if by.role in allowed.roles:
        raise PermissionDenied(_("这属于其他办公室，您只能查看。"))
    roles = "、".join(str(role.label) for role in Role if role in allowed.roles)
    words = _("“%(what)s”由%(roles)s办理，您的角色是%(role)s。")
    raise PermissionDenied(
        words % {"what": allowed.words, "roles": roles, "role": by.get_role_display()}
    )
