"""The arithmetic of a close (结账): what is known of a project becomes one row, rows become totals.

The road: ``Known`` → ``close.close_row`` → ``ClosedRow`` → ``rollups.roll_up`` → ``Sums`` →
``rates``. Money is whole 元, parts are ``Fraction``; nothing is rounded before it is printed
(``rounding``). The period is passed in; nothing here asks what day it is.
"""
