"""项目库 (project library): projects, their stages, nodes, funds, problems, ties, and imports.

Writes are verbs in ``actions``, sheets come in through ``importing``, questions are in ``queries``.
"""
