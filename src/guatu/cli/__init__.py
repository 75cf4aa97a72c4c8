"""The command line: ``guatu read`` and ``guatu check``."""
