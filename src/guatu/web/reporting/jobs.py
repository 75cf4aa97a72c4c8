"""Reading of returned sheets in the background, file by file; goes on after a kill."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guatu.web.page.jobs import Run
from guatu.web.reporting.actions.taking import keep_reading, read_kept
from guatu.web.reporting.models import FileState, ReturnedFile


def read(run: Run) -> dict[str, Any]:
    """Read the files of one drop (``reporting.read``)."""
    pks: list[int] = run.payload["files"]
    waiting = ReturnedFile.objects.filter(pk__in=pks, state=FileState.READING)
    done = len(pks) - waiting.count()
    for file in waiting.select_related("period__cycle", "period__office").order_by("pk"):
        run.progress(done, len(pks), _("正在读“%(name)s”") % {"name": file.name})
        found = read_kept(file)
        done += 1
        with run.commit(done=done):
            keep_reading(file, found)
    return {"files": len(pks)}
