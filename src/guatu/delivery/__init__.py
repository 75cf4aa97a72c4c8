"""The arithmetic of running a plan: plain values in, verdicts out; no database and no clock."""
