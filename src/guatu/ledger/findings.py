"""What a person should look at in a plan (对账发现): data, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guatu.text.span import Quote

Severity = Literal["error", "question", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the plan a person should look at.

    ``code`` is stable and documented (``parts-exceed-total``); ``severity`` is ``error`` where
    the plan contradicts itself, ``question`` where it may be meant so, else ``note``;
    ``message`` is Chinese, for the plan's author; ``places`` are the words it speaks of.
    """

    code: str
    severity: Severity
    message: str
    places: tuple[Quote, ...] = ()
