"""What one can do with periods, sheets and reports."""

from guatu.web.reporting.actions.cycles import (
    add_cycle,
    clear_holiday,
    rest_cycle,
    set_holiday,
)
from guatu.web.reporting.actions.entering import confirm_unchanged, enter
from guatu.web.reporting.actions.measures import set_measure
from guatu.web.reporting.actions.periods import (
    ask_again,
    due_of,
    end_exemption,
    exempt,
    open_period,
    send_sheets,
)
from guatu.web.reporting.actions.reports import undo_act
from guatu.web.reporting.actions.returning import (
    apply_file,
    apply_good_files,
    drop_file,
    drop_useless_files,
)
from guatu.web.reporting.actions.taking import read_later, take_in, takes_long

__all__ = [
    "add_cycle",
    "apply_file",
    "apply_good_files",
    "ask_again",
    "clear_holiday",
    "confirm_unchanged",
    "drop_file",
    "drop_useless_files",
    "due_of",
    "end_exemption",
    "enter",
    "exempt",
    "open_period",
    "read_later",
    "rest_cycle",
    "send_sheets",
    "set_holiday",
    "set_measure",
    "take_in",
    "takes_long",
    "undo_act",
]
