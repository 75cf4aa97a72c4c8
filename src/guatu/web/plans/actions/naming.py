"""Names of units printed in a plan, settled by a person once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.web.people import actions as people
from guatu.web.people.models import AliasSource, Unit, User
from guatu.web.people.names import Resolved, resolve_units
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.plans.models import Plan, PrintedName


@dataclass(frozen=True, slots=True)
class Decision:
    """What a printed name means: a unit, a unit still to be entered (``kind``), or no unit."""

    name: str
    unit_id: int | None = None
    kind: str = ""
    learn: bool = True


@transaction.atomic
def decide_names(plan: Plan, decisions: Iterable[Decision], *, by: User) -> int:
    """Settle printed names; unknown units are created, names that were unknown are learnt."""
    require(by, "plans.edit", office=plan.office)
    decisions = list(decisions)
    resolved = resolve_units([decision.name for decision in decisions])
    for decision in decisions:
        unit = _unit(decision, by)
        PrintedName.objects.update_or_create(
            plan=plan,
            name=decision.name,
            defaults={"office": plan.office, "means": unit, "decided_by": by},
        )
        known = isinstance(resolved[decision.name], Resolved)
        if unit is not None and decision.learn and not known and unit.name != decision.name:
            people.learn_names(unit, [decision.name], by=by, source=AliasSource.PLAN)
    if decisions:
        means = {d.name: d.unit_id or d.kind or None for d in decisions}
        record(by, "plan.names-decided", plan, after=means)
    return len(decisions)


def _unit(decision: Decision, by: User) -> Unit | None:
    if decision.unit_id is not None:
        unit = Unit.objects.filter(pk=decision.unit_id, merged_into__isnull=True).first()
        if unit is None:
            raise people.CannotDo(_("所选单位已被合并或不存在，请重新选择。"))
        return unit
    if decision.kind:
        return people.create_unit(by=by, name=decision.name, kind=decision.kind)
    return None
