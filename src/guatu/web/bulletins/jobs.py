"""Background work of bulletins: the PDF of what was issued."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guatu.delivery.bulletins.pdf import CannotConvert, to_pdf
from guatu.web.bulletins.actions.drafting import keep_file
from guatu.web.bulletins.models import Bulletin, FileKind
from guatu.web.page.jobs import JobFault, Run
from guatu.web.projects import files


def pdf(run: Run) -> dict[str, Any]:
    """The issued file as PDF (``bulletins.pdf``); once, however often it is begun."""
    bulletin = Bulletin.objects.get(pk=run.payload["bulletin"])
    if bulletin.files.filter(kind=FileKind.PDF).exists():
        return {}
    final = bulletin.files.filter(kind=FileKind.FINAL).order_by("-pk").first()
    if final is None:
        raise JobFault(_("没有定稿，不能转 PDF。"))
    run.progress(0, 1, _("正在转 PDF"))
    try:
        made = to_pdf(files.read(final.stored))
    except CannotConvert as fault:
        raise JobFault(str(fault)) from fault
    with run.commit(done=1, words=_("PDF 已转好")):
        keep_file(bulletin, FileKind.PDF, f"{bulletin.title}.pdf", made, run.job.by)
    return {"size": len(made)}
