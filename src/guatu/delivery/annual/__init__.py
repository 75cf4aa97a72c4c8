"""The arithmetic of the annual plan (年度计划): schedule, shares, balances, adjustments.

Everything is exact: whole 元, ``Fraction`` for ratios, ``Decimal`` for targets. The day is passed
in; nothing here asks what day it is.
"""
