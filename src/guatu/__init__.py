"""Guatu 挂图: from a published action plan to finished projects.

Importing the package costs nothing; take what you need from its rooms:
``guatu.documents.open_document``, ``guatu.reading.read_plan``, ``guatu.text``.
"""

__version__ = "0.1.0"
