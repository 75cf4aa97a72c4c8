"""Sheets as files: one xlsx a unit, all of a period's as one zip."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from guatu.delivery.reporting.sheets import UnitSheet, write_sheet
from guatu.web.reporting.models import SentSheet
from guatu.web.reporting.queries.sheets import SheetData


def sheet_file(sent: SentSheet, data: SheetData) -> tuple[str, bytes]:
    """The unit's sheet: its name (市水利局 2026年10月调度表.xlsx) and content."""
    unit = sent.period_unit
    period = unit.period
    body = write_sheet(
        UnitSheet(
            token=sent.token,
            office=period.office.name,
            unit=unit.unit.name,
            period_key=period.key,
            period_label=period.period.label,
            due=period.due.isoformat(),
            rows=data.rows,
            year=period.end.year,
            last_day=period.end,
        )
    )
    return f"{_safe(str(unit.unit))} {period.period.label}调度表.xlsx", body


def sheets_zip(sent: Iterable[tuple[SentSheet, SheetData]]) -> bytes:
    """All sheets in one zip; Chinese names read rightly on every system."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for number, (sheet, data) in enumerate(sent, start=1):
            name, body = sheet_file(sheet, data)
            package.writestr(f"{number:02d} {name}", body)
    return target.getvalue()


def _safe(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]+', "_", name)[:60]
