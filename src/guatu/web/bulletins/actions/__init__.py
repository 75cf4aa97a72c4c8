"""What one can do with bulletins and with what goes up."""

from guatu.web.bulletins.actions.drafting import Drafted, draft, keep_draft, prepare
from guatu.web.bulletins.actions.finals import ReadFinal, explain, read_final, take_final
from guatu.web.bulletins.actions.issuing import ask_pdf, issue, printed_docx
from guatu.web.bulletins.actions.superior import add_form, keep_mapping, retire_form

__all__ = [
    "Drafted",
    "ReadFinal",
    "add_form",
    "ask_pdf",
    "draft",
    "explain",
    "issue",
    "keep_draft",
    "keep_mapping",
    "prepare",
    "printed_docx",
    "read_final",
    "retire_form",
    "take_final",
]
