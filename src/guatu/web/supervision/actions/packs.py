"""Verbs of rule packs: an office's own version, tried by replay, switched on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guatu.delivery.supervision.packs import PACKS, Pack, pack_from_data, pack_to_data
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.supervision.models import PackSwitch, RulePack
from guatu.web.supervision.queries.packs import pack_in_use, packs_of


@transaction.atomic
def keep_pack(data: Mapping[str, Any], *, by: User) -> RulePack:
    """Keep a pack of the office as a new version; every fault of it is said at once.

    The code of a shipped pack gets the office's mark, so that nobody takes it for the published
    rules.
    """
    require(by, "supervision.packs")
    code = str(data.get("code") or "")
    code = f"{code}-own" if code in PACKS else code
    newest = RulePack.objects.filter(office=by.office, code=code).aggregate(at=Max("version"))
    read = pack_from_data({**data, "code": code, "version": (newest["at"] or 0) + 1})
    if read.pack is None:
        raise CannotDo(" ".join(read.faults))
    made = RulePack.objects.create(
        office=by.office,
        code=code,
        name=read.pack.name[:60],
        version=read.pack.version,
        data=pack_to_data(read.pack),
        by=by,
    )
    record(by, "pack.kept", made, after={"version": made.version, "rules": made.data["rules"]})
    return made


@transaction.atomic
def switch_pack(pack: Pack, *, by: User, reason: str) -> PackSwitch:
    """Let this pack judge from the next close on (启用); closed periods keep theirs."""
    require(by, "supervision.packs")
    if not reason.strip():
        raise CannotDo({"reason": _("请写明启用的原因或依据。")})
    if pack not in packs_of(by.office):
        raise CannotDo(_("本办公室没有这个规则包。"))
    now = pack_in_use(by.office)
    if now == pack:
        raise CannotDo(_("正在使用的就是“%(name)s”。") % {"name": pack.name})
    made = PackSwitch.objects.create(
        office=by.office,
        code=pack.code,
        version=pack.version,
        data=pack_to_data(pack),
        reason=reason.strip()[:200],
        by=by,
    )
    record(
        by,
        "pack.switched",
        made,
        before={"pack": now.code, "version": now.version},
        after={"pack": pack.code, "version": pack.version, "reason": made.reason},
    )
    return made
