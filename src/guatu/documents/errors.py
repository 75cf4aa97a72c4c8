"""What is raised when a file cannot be opened, with words its owner can act on."""

from __future__ import annotations


class GuatuError(Exception):
    """Anything Guatu refuses to do; its message is Chinese and meant for the user."""


class UnreadableDocument(GuatuError):
    """The file cannot be read as a plan; the message names the file and says what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}”{reason}")
        self.name = name
        self.reason = reason
