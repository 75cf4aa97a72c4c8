"""调度: periods go out to units as sheets and come back as reports, row by row and versioned.

What was reported is never changed: a later report replaces an earlier one and both stay.
"""
