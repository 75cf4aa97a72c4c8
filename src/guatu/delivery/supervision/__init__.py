"""Warnings (预警): rules that judge the facts of a closed period, packs of rules, lights as states.

A light is a state with a history: ``lights.next_light`` leads from one closed period to the next,
``replay`` tries a pack on past periods. A file a rule in ``rules``.
"""
