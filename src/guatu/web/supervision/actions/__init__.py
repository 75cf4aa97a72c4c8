"""What one can do with closes, packs and approvals."""

from guatu.web.supervision.actions.approvals import (
    adjust_later,
    end_exemption,
    exempt,
    pause,
    resume,
    withdraw_adjustment,
)
from guatu.web.supervision.actions.closing import (
    close_period,
    give_up,
    mark_issued,
    reopen,
)
from guatu.web.supervision.actions.packs import keep_pack, switch_pack

__all__ = [
    "adjust_later",
    "close_period",
    "end_exemption",
    "exempt",
    "give_up",
    "keep_pack",
    "mark_issued",
    "pause",
    "reopen",
    "resume",
    "switch_pack",
    "withdraw_adjustment",
]
