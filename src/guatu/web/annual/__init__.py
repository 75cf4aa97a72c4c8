"""年度计划: each project's year as planned, issued and adjusted; targets decomposed by year.

What was issued stands for ever; the plan as adjusted follows from it by approved adjustments.
"""
