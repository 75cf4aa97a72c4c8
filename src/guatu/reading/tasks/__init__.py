"""The body of a plan cut into tasks, guidance and the rest (任务)."""
