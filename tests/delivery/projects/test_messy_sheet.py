"""One messy sheet in four kinds of file gives the same projects."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from guatu.delivery.projects import conversion
from guatu.delivery.projects.heads import guess
from guatu.delivery.projects.rows import Read, counted, read_rows, summed
from guatu.delivery.projects.sheets import open_sheets

_SPEC = importlib.util.spec_from_file_location(
    "messy_sheet", Path(__file__).with_name("messy_sheet.py")
)
assert _SPEC is not None and _SPEC.loader is not None
messy: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(messy)


def read(data: bytes, name: str) -> Read:
    sheet = open_sheets(data, name)[0]
    mapping = guess(sheet.rows, sheet.merges, ["青川区", "石桥县"])
    assert (mapping.first, mapping.last, mapping.year) == (3, 4, 2026)
    assert list(mapping.fields.values()) == [
        *("seq", "name", "code", "scale", "investment", "year_investment", "fund_central"),
        *("fund_own", "start", "finish", "unit", "region", "remark"),
    ]
    assert mapping.units[4] == "亿元"
    return read_rows(sheet.rows, mapping)


@pytest.fixture(params=["xlsx", "xls", "et", "gb18030", "utf-8-sig"])
def sheet(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    if request.param == "xlsx":
        return read(messy.as_xlsx(), "计划.xlsx")
    if request.param in ("xls", "et"):
        data = messy.as_xls(tmp_path)
        if data is None:
            pytest.skip("NOT RUN: there is no LibreOffice to write .xls with")
        # As WPS saves an et: an xls by another name, for which nobody needs LibreOffice.
        monkeypatch.setattr(conversion.shutil, "which", lambda _name: None)
        return read(data, f"计划.{request.param}")
    return read(messy.as_csv(request.param), "计划.csv")


def test_projects_packages_and_their_figures(sheet: Read) -> None:
    by_name = {row.name: row for row in sheet.rows}
    assert list(by_name) == [
        *("青川大桥", "公交首末站(打捆)", "东站", "西站"),
        *("水厂扩建", "泵站更新", "渠系修复"),
    ]
    package = by_name["公交首末站(打捆)"].number
    assert [row.name for row in sheet.rows if row.above == package] == ["东站", "西站"]
    assert counted(sheet.rows) == (5, 6)
    assert by_name["青川大桥"].values["investment"] == 250_000_000
    assert by_name["青川大桥"].values["year_investment"] == 60_000_000
    assert by_name["泵站更新"].values["investment"] == 30_000_000
    assert by_name["东站"].values["code_kind"] == "legacy"
    assert "code" not in by_name["西站"].values
    assert by_name["水厂扩建"].values["section"] == "水利"
    assert by_name["青川大桥"].values["funds"] == {"central:2026": 5_000_000}
    assert by_name["泵站更新"].values["funds"] == {"own": 20_000_000}
    assert summed(sheet.rows, "investment") == 410_000_000


def test_dates_in_every_spelling(sheet: Read) -> None:
    spans = {
        row.name: (row.values.get("start", "")[:7], row.values.get("finish", "")[:7])
        for row in sheet.rows
    }
    assert spans == {
        "青川大桥": ("2026-03", "2027-12"),
        "公交首末站(打捆)": ("2026-04", "2026-12"),
        "东站": ("2026-04", "2026-12"),
        "西站": ("2026-04", "2026-11"),
        "水厂扩建": ("2026-01", "2027-06"),
        "泵站更新": ("", ""),
        "渠系修复": ("2026-07", "2026-12"),
    }


def test_totals_hold_and_one_cell_is_told(sheet: Read) -> None:
    assert [fault.sentence() for fault in sheet.faults] == [
        "第 17 行“开工月份”填的是“已开工”，应为年月，如 2026年3月、2026.3 或 2026-03。"
    ]
    differing = [(total.row, total.field) for total in sheet.totals if total.differs]
    assert differing == []
    assert [(c.stated, c.projects) for c in sheet.counts] == [(5, 5), (2, 2), (3, 3)]
    assert [number for number, _why in sheet.skipped] == [15, 21, 22]
