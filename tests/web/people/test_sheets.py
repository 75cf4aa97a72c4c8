"""The directory and the regions as sheets: seen first, then all or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guatu.web.page.sheets import rows_of
from guatu.web.people import actions
from guatu.web.people.models import Region, Unit, UnitSheet, User
from guatu.web.people.sample import SampleCity
from guatu.web.people.sheets import NoHead, guess_kind, read_regions, read_units

HEAD = ["单位全称", "简称", "类型", "主管单位", "别名"]


def test_what_each_row_would_do(make_unit: Callable[..., Unit]) -> None:
    known = make_unit("临江市财政局", short_name="市财政局")
    rows = read_units(
        [
            ["临江市单位名录"],
            HEAD,
            ["临江市财政局", "市财政局", "政府部门", "", ""],
            ["临江市财政局国库中心", "", "", "临江市财政局", "国库中心、市国库中心"],
            ["", "", "", "", ""],
        ]
    )
    assert [(row.line, row.change, row.unit_id) for row in rows] == [
        (3, "same", known.pk),
        (4, "new", None),
    ]
    assert rows[1].values["kind"] == "institution"
    assert rows[1].aliases == ["国库中心", "市国库中心"]


def test_what_would_change_is_told_now_and_then(make_unit: Callable[..., Unit]) -> None:
    make_unit("临江市财政局", short_name="财政局")
    (row,) = read_units([["全称", "简称", "类型"], ["临江市财政局", "市财政局", "党委部门"]])
    assert row.changes == [("简称", "财政局", "市财政局"), ("类型", "政府部门", "党委部门")]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["甲局", "", "机关", "", ""], "第 2 行“类型”填的是“机关”，应为：政府部门"),
        (["甲局", "", "", "乙局", ""], "第 2 行“上级（主管）单位”填的是“乙局”"),
        (["甲局", "", "", "甲局", ""], "第 2 行的上级单位是它自己"),
        (["", "甲", "", "", ""], "第 2 行没有填“全称”"),
        (["财政", "", "", "", ""], "第 2 行“财政”是“临江市财政局”的简称或别名，请改填全称"),
        (["长" * 101, "", "", "", ""], "名称过长"),
    ],
)
def test_errors_name_the_cell_and_how_to_mend_it(
    make_unit: Callable[..., Unit], cells: list[str], words: str
) -> None:
    make_unit("临江市财政局", short_name="财政")
    (row,) = read_units([HEAD, cells])
    assert row.change == "wrong" and words in row.errors[0]


def test_two_rows_of_one_unit_are_told(db: None) -> None:
    rows = read_units([["名称"], ["甲局"], ["甲局"]])
    assert rows[1].errors == ["第 3 行与第 2 行都是“甲局”，请删去一行。"]


def test_a_sheet_without_heads_is_none(db: None) -> None:
    with pytest.raises(NoHead):
        read_units([["序号", "投资"], ["1", "2"]])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("青川区人民政府", "county"),
        ("临江高新技术产业开发区管理委员会", "zone"),
        ("中共临江市委宣传部", "party"),
        ("市委组织部", "party"),
        ("市教委", "government"),
        ("临江市城市建设投资集团有限公司", "company"),
        ("市重大项目服务中心", "institution"),
        ("临江市财政局", "government"),
    ],
)
def test_a_name_speaks_of_its_kind(name: str, kind: str) -> None:
    assert guess_kind(name) == kind


def test_a_sheet_is_applied_in_whole_and_once(clerk: User, make_unit: Callable[..., Unit]) -> None:
    known = make_unit("甲局")
    cells = [HEAD, ["甲局", "甲", "", "", "老甲"], ["乙中心", "", "", "甲局", ""]]
    sheet = actions.stage_units(by=clerk, name="单位.xlsx", cells=cells)
    assert Unit.objects.count() == 1
    assert actions.apply_units(sheet, by=clerk) == {"new": 1, "change": 1, "same": 0}
    known.refresh_from_db()
    assert known.short_name == "甲" and known.aliases.get().name == "老甲"
    assert Unit.objects.get(name="乙中心").parent == known
    with pytest.raises(ValidationError, match="已经写入过"):
        actions.apply_units(sheet, by=clerk)


def test_nothing_is_written_when_the_directory_moved_on(
    clerk: User, make_unit: Callable[..., Unit]
) -> None:
    unit = make_unit("甲局")
    sheet = actions.stage_units(
        by=clerk,
        name="单位.xlsx",
        cells=[HEAD, ["丙局", "", "", "", ""], ["乙", "", "", "甲局", ""]],
    )
    actions.change_unit(unit, by=clerk, name="丁局")
    with pytest.raises(ValidationError, match="名录在这期间有变动"):
        actions.apply_units(sheet, by=clerk)
    assert not Unit.objects.filter(name="丙局").exists()


def test_the_directory_goes_out_and_comes_back_unchanged(desk: Client, city: SampleCity) -> None:
    sheet = desk.get("/units/export/")
    assert "%E5%8D%95%E4%BD%8D" in sheet["Content-Disposition"]
    rows = read_units(rows_of(sheet.content, "x.xlsx"))
    assert len(rows) == len(city.units)
    assert {row.change for row in rows} == {"same"}


def test_a_name_is_changed_by_sheet_through_its_number(
    clerk: User, make_unit: Callable[..., Unit]
) -> None:
    unit = make_unit("甲局")
    (row,) = read_units([["系统编号", "全称"], [str(unit.pk), "新甲局"]])
    assert row.unit_id == unit.pk and row.changes == [("全称", "甲局", "新甲局")]


def upload(client: Client, path: str, name: str, text: str) -> object:
    file = SimpleUploadedFile(name, text.encode("utf-8"))
    return client.post(path, {"file": file}, follow=True)


def test_the_road_of_a_sheet_on_the_screen(desk: Client) -> None:
    page = upload(desk, "/units/import/", "单位.csv", "全称,类型\n甲局,政府部门\n").content.decode()
    assert "新增 1 个，修改 0 个，不变 0 个" in page and "全部写入名录" in page
    assert not Unit.objects.exists()
    sheet = UnitSheet.objects.get()
    page = desk.post(f"/units/import/{sheet.pk}/", follow=True).content.decode()
    assert "已导入：新增 1 个" in page and Unit.objects.get().name == "甲局"
    assert "已于" in desk.get(f"/units/import/{sheet.pk}/").content.decode()


def test_a_sheet_with_errors_cannot_be_applied(desk: Client) -> None:
    page = upload(desk, "/units/import/", "单位.csv", "全称,类型\n甲局,机关\n").content.decode()
    assert "有几处要改" in page and "全部写入名录" not in page
    desk.post(f"/units/import/{UnitSheet.objects.get().pk}/")
    assert not Unit.objects.exists()


def test_what_is_no_sheet_is_told(desk: Client) -> None:
    page = upload(desk, "/units/import/", "单位.xlsx", "PK not really").content.decode()
    assert "不是能识别的表格" in page
    page = upload(desk, "/units/import/", "单位.csv", "甲,乙\n1,2\n").content.decode()
    assert "没有找到表头" in page


REGIONS = [
    ["代码", "名称", "级别", "上级代码", "启用日期", "停用日期"],
    ["970300", "临江市", "地市级", "", "2020-01-01", ""],
    ["970321", "望海县", "县区级", "970300", "2020-01-01", "2026-07-01"],
    ["970304", "望海区", "县区级", "970300", "2026-07-01", ""],
]


def test_regions_have_their_dates(clerk: User) -> None:
    from datetime import date

    from guatu.web.people.queries import regions_on

    lines, errors = read_regions(REGIONS)
    assert errors == []
    assert actions.import_regions(lines, by=clerk) == (3, 0)
    assert actions.import_regions(lines, by=clerk) == (0, 0)
    assert [r.name for r in regions_on(date(2026, 6, 30))] == ["临江市", "望海县"]
    assert [r.name for r in regions_on(date(2026, 7, 1))] == ["临江市", "望海区"]
    assert Region.objects.get(code="970304").parent.name == "临江市"


def test_the_only_city_of_the_table_is_proposed_and_an_office_placed(clerk: User) -> None:
    from guatu.web.people.models import TrailEntry
    from guatu.web.people.queries import places_for_office, waiting_places

    office = clerk.office
    office.region = None
    office.save(update_fields=["region"])
    assert [matter.url for matter in waiting_places(clerk)] == ["/regions/"]
    lines, _errors = read_regions(REGIONS)
    actions.import_regions(lines, by=clerk)
    places, likely = places_for_office()
    assert likely is not None and likely.name == "临江市"
    assert likely in places
    actions.place_office(office, likely, by=clerk)
    office.refresh_from_db()
    assert office.region == likely
    assert TrailEntry.objects.filter(verb="office.placed").count() == 1
    assert waiting_places(User.objects.select_related("office").get(pk=clerk.pk)) == []


def test_errors_of_a_region_table(db: None) -> None:
    _lines, errors = read_regions([REGIONS[0], ["97", "", "县", "970300", "去年", ""]])
    assert errors == [
        "第 2 行“代码”应为 6 到 12 位数字；没有填“名称”；“级别”填的是“县”，应为："
        "省级、地市级、县区级、开发区（功能区）、乡镇街道；"
        "“上级代码”970300 不在表里；“启用日期”填的是“去年”，应如 2020-01-01。"
    ]
    assert read_regions([["名称"]])[1][0].startswith("第 1 行应为表头")


def test_names_are_asked_and_learnt_on_the_screen(
    desk: Client, make_unit: Callable[..., Unit]
) -> None:
    unit = make_unit("临江市财政局", short_name="市财政局")
    page = desk.post("/units/resolve/", {"names": "市财政局、市金库"}).content.decode()
    assert "要您指认的 <small>1" in page and "认得的 <small>1" in page
    page = desk.post(
        "/units/resolve/", {"names": "市财政局、市金库", "unit:市金库": unit.pk}
    ).content.decode()
    assert "登记了 1 个别名" in page and "认得的 <small>2" in page
