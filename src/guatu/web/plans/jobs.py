"""Reading an upload in the background; done once, whenever the worker is killed."""

from __future__ import annotations

from guatu import __version__
from guatu.documents import Document, UnreadableDocument, read_document
from guatu.exports.exchange import to_json
from guatu.reading import read_plan
from guatu.web.page.jobs import JobFault, Run
from guatu.web.plans import actions, files
from guatu.web.plans.models import Reading, ReadingState
from guatu.web.plans.rows import document_of, storable

_STEPS = 4


def read_upload(run: Run) -> dict[str, int]:
    """Open the file, read it, keep the reading; the first one becomes the ledger under review."""
    reading = Reading.objects.select_related("upload").get(pk=run.payload["reading"])
    if reading.state == ReadingState.DONE:
        return {"reading": reading.pk}
    with run.commit(words="正在打开文件"):
        actions.mark_reading(reading)
    run.progress(1, _STEPS, "正在打开文件")
    document = _document(run, reading)
    run.progress(2, _STEPS, f"正在读取，全文 {len(document.text):,} 字")
    data = to_json(read_plan(document))
    run.progress(3, _STEPS, "正在存入台账")
    with run.commit(done=_STEPS, words=_summary(data)):
        actions.keep_reading(reading, document=document, data=data, reader=__version__)
    return {"reading": reading.pk}


def _document(run: Run, reading: Reading) -> Document:
    upload = reading.upload
    if upload.format:
        # Opened before: every reading of an upload refers to the same text.
        return document_of(
            name=upload.file_name,
            form=upload.format,
            text=upload.text,
            layout=upload.layout,
            remarks=upload.remarks,
        )
    try:
        content = files.path_of(upload.stored).read_bytes()
        return storable(read_document(content, upload.file_name))
    except (UnreadableDocument, FileNotFoundError) as error:
        words = (
            str(error)
            if isinstance(error, UnreadableDocument)
            else f"“{upload.file_name}”在服务器上找不到了，请联系管理员从备份恢复。"
        )
        with run.commit():
            actions.fail_reading(reading, words)
        raise JobFault(words) from error


def _summary(data: dict[str, list[object]]) -> str:
    counts = (("targets", "项指标"), ("tasks", "条任务"), ("projects", "个项目"))
    return "读出 " + "、".join(f"{len(data[name])} {words}" for name, words in counts)
