"""What Excel and WPS are strict about in a sheet: validations and names, as the file has them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest

from guatu.delivery.reporting.fields import FIELDS
from guatu.delivery.reporting.sheets import SheetRow, UnitSheet, write_sheet

pytest.importorskip("xlsxwriter")
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROWS = 3
# Longer ones make Excel call the file damaged.
LONGEST = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}


@pytest.fixture(scope="module")
def parts() -> dict[str, ElementTree.Element]:
    asked = tuple(field.key for field in FIELDS)
    rows = tuple(
        SheetRow(project=n, name="青川水厂", region="青川区", planned=1, asked=asked, values={})
        for n in range(ROWS)
    )
    data = write_sheet(
        UnitSheet(
            token="0123456789ab", office="临江市补短板办", unit="市水利局（含‘引水’办）",
            period_key="2026-10", period_label="2026年10月", due="2026-11-05", rows=rows,
            year=2026, last_day=date(2026, 10, 31),
        )
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {
            name: ElementTree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith(".xml")
        }


def test_every_asked_column_has_its_validation_over_all_rows(
    parts: dict[str, ElementTree.Element],
) -> None:
    sheet = parts["xl/worksheets/sheet1.xml"]
    found = list(sheet.iter(f"{S}dataValidation"))
    holder = sheet.find(f"{S}dataValidations")
    assert holder is not None and int(holder.get("count") or 0) == len(found) == len(FIELDS)
    columns = []
    for each in found:
        place = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", each.get("sqref") or "")
        assert place is not None and place[1] == place[3]
        assert int(place[4]) - int(place[2]) + 1 == ROWS
        columns.append(place[1])
    assert len(columns) == len(set(columns)), "no cell has two validations"


def test_validations_keep_the_limits_of_the_format(parts: dict[str, ElementTree.Element]) -> None:
    for each in parts["xl/worksheets/sheet1.xml"].iter(f"{S}dataValidation"):
        for name, longest in LONGEST.items():
            assert 0 < len(each.get(name) or "") <= longest, (name, each.get(name))
        bounds = [
            bound.text or "" for bound in each if bound.tag in (f"{S}formula1", f"{S}formula2")
        ]
        assert bounds and all(0 < len(bound) <= 255 for bound in bounds)
        if each.get("type") == "date":
            low, high = map(float, bounds)
            assert low < high


def test_names_are_defined_once_and_lead_to_a_sheet(parts: dict[str, ElementTree.Element]) -> None:
    book = parts["xl/workbook.xml"]
    sheets = [each.get("name") or "" for each in book.iter(f"{S}sheet")]
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in sheets)
    names = list(book.iter(f"{S}definedName"))
    assert [each.get("name") for each in names] == ["_xlnm.Print_Titles"]
    for each in names:
        lead = re.fullmatch(r"'?(.+?)'?!\$(\d+):\$(\d+)", each.text or "")
        assert lead is not None and lead[1] in sheets
        assert sheets[int(each.get("localSheetId") or -1)] == lead[1]
