"""A Reading out again: JSON, a workbook, a page, a summary for the terminal.

Each format is a module of its own and loads its library itself, so take what you need from
``guatu.exports.exchange``, ``.workbook``, ``.page`` or ``.summary``.
"""
