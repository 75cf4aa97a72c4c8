"""Verbs of the project library, a file a matter."""
