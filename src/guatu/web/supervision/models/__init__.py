"""Tables of closes and warnings. Money is whole 元; a month is its first day."""

from guatu.web.supervision.models.approvals import Exemption, LaterAdjustment, Pausing
from guatu.web.supervision.models.closes import (
    Close,
    ClosedProject,
    ClosedRollup,
    CloseState,
    Light,
    Reopening,
)
from guatu.web.supervision.models.packs import PackSwitch, RulePack

__all__ = [
    "Close",
    "CloseState",
    "ClosedProject",
    "ClosedRollup",
    "Exemption",
    "LaterAdjustment",
    "Light",
    "PackSwitch",
    "Pausing",
    "Reopening",
    "RulePack",
]
