"""A Document in, a Reading out: ``read_plan`` (读方案)."""

from guatu.reading.pipeline import read_plan
from guatu.reading.reading import Reading

__all__ = ["Reading", "read_plan"]
