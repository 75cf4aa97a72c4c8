"""What the frame hangs into itself."""

from __future__ import annotations

from datetime import timedelta

from guatu.web.page.jobs import Handler, tidy

JOBS: dict[str, Handler] = {"page.tidy": tidy}
JOB_WORDS = {"page.tidy": "清理过期记录"}
EVERY = {"page.tidy": timedelta(days=1)}
