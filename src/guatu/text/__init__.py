"""Values in Chinese text that know nothing of plans: spans, numerals, quantities, periods.

``from guatu.text import find_quantities, find_periods`` reads numbers and dates out of any text;
nothing is loaded before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guatu.text.calendar import Due, add_workdays, is_workday
    from guatu.text.numerals import parse_numeral
    from guatu.text.periods import Period, find_periods
    from guatu.text.quantities import Quantity, find_quantities
    from guatu.text.span import Quote, Span

__all__ = [
    "Due",
    "Period",
    "Quantity",
    "Quote",
    "Span",
    "add_workdays",
    "find_periods",
    "find_quantities",
    "is_workday",
    "parse_numeral",
]

_HOMES = {
    "Due": "calendar",
    "Period": "periods",
    "Quantity": "quantities",
    "Quote": "span",
    "Span": "span",
    "add_workdays": "calendar",
    "find_periods": "periods",
    "find_quantities": "quantities",
    "is_workday": "calendar",
    "parse_numeral": "numerals",
}


def __getattr__(name: str) -> object:
    """Load a name's module when it is first asked for, so that importing the package is free."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
