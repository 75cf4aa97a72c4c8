"""The sample city (示例城市): 临江市 with its regions, units and sign-ins; all made up.

Apps above add theirs by naming a function ``SAMPLE(city: SampleCity)`` in their desk.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from guatu.web.page import hooks
from guatu.web.people import actions
from guatu.web.people.models import Office, Region, RegionLevel, Role, Unit, UnitKind, User
from guatu.web.people.setup import make_office
from guatu.web.people.sheets import RegionLine

USERNAME: Final = "linjiang"
PASSWORD: Final = "guatu-linjiang"
OFFICE: Final = "临江市补短板扩投资工作领导小组办公室"

_SINCE: Final = date(2020, 1, 1)

# The leading digits 97 belong to no province.
_REGIONS: Final = (
    ("970000", "云岭省", RegionLevel.PROVINCE, ""),
    ("970300", "临江市", RegionLevel.CITY, "970000"),
    ("970302", "青川区", RegionLevel.COUNTY, "970300"),
    ("970303", "南浦区", RegionLevel.COUNTY, "970300"),
    ("970321", "望海县", RegionLevel.COUNTY, "970300"),
    ("970322", "石桥县", RegionLevel.COUNTY, "970300"),
    ("970323", "云溪县", RegionLevel.COUNTY, "970300"),
    ("970371", "临江经济技术开发区", RegionLevel.ZONE, "970300"),
)

_CITY: Final = "970300"
_G, _P, _V, _I, _C = (
    UnitKind.GOVERNMENT,
    UnitKind.PARTY,
    UnitKind.VERTICAL,
    UnitKind.INSTITUTION,
    UnitKind.COMPANY,
)

# 全称, 简称, kind, region, the unit above it.
_UNITS: Final = (
    ("临江市发展和改革委员会", "市发展改革委", _G, _CITY, ""),
    ("临江市教育局", "市教育局", _G, _CITY, ""),
    ("临江市科学技术局", "市科技局", _G, _CITY, ""),
    ("临江市工业和信息化局", "市工业和信息化局", _G, _CITY, ""),
    ("临江市公安局", "市公安局", _G, _CITY, ""),
    ("临江市民政局", "市民政局", _G, _CITY, ""),
    ("临江市司法局", "市司法局", _G, _CITY, ""),
    ("临江市财政局", "市财政局", _G, _CITY, ""),
    ("临江市人力资源和社会保障局", "市人力资源社会保障局", _G, _CITY, ""),
    ("临江市自然资源局", "市自然资源局", _G, _CITY, ""),
    ("临江市生态环境局", "市生态环境局", _G, _CITY, ""),
    ("临江市住房和城乡建设局", "市住房城乡建设局", _G, _CITY, ""),
    ("临江市城市管理局", "市城市管理局", _G, _CITY, ""),
    ("临江市交通运输局", "市交通运输局", _G, _CITY, ""),
    ("临江市水利局", "市水利局", _G, _CITY, ""),
    ("临江市农业农村局", "市农业农村局", _G, _CITY, ""),
    ("临江市商务局", "市商务局", _G, _CITY, ""),
    ("临江市文化广电和旅游局", "市文化广电旅游局", _G, _CITY, ""),
    ("临江市卫生健康委员会", "市卫生健康委", _G, _CITY, ""),
    ("临江市应急管理局", "市应急管理局", _G, _CITY, ""),
    ("临江市市场监督管理局", "市市场监管局", _G, _CITY, ""),
    ("临江市医疗保障局", "市医保局", _G, _CITY, ""),
    ("临江市林业局", "市林业局", _G, _CITY, "临江市自然资源局"),
    ("临江市数据局", "市数据局", _G, _CITY, "临江市发展和改革委员会"),
    ("临江市行政审批局", "市行政审批局", _G, _CITY, ""),
    ("中共临江市委金融委员会办公室", "市委金融办", _P, _CITY, ""),
    ("国网临江供电公司", "国网临江供电公司", _V, _CITY, ""),
    ("中国人民银行临江市分行", "人民银行临江市分行", _V, _CITY, ""),
    ("临江市城市建设投资集团有限公司", "市城投集团", _C, _CITY, "临江市财政局"),
    ("临江市水务投资集团有限公司", "市水投集团", _C, _CITY, "临江市水利局"),
    ("临江市交通投资集团有限公司", "市交投集团", _C, _CITY, "临江市交通运输局"),
    ("临江市重大项目服务中心", "市重大项目中心", _I, _CITY, "临江市发展和改革委员会"),
    ("青川区人民政府", "青川区", UnitKind.COUNTY, "970302", ""),
    ("南浦区人民政府", "南浦区", UnitKind.COUNTY, "970303", ""),
    ("望海县人民政府", "望海县", UnitKind.COUNTY, "970321", ""),
    ("石桥县人民政府", "石桥县", UnitKind.COUNTY, "970322", ""),
    ("云溪县人民政府", "云溪县", UnitKind.COUNTY, "970323", ""),
    ("临江经济技术开发区管理委员会", "临江经开区", UnitKind.ZONE, "970371", ""),
)

_ALIASES: Final = {
    "临江经济技术开发区管理委员会": ("临江经济技术开发区",),
    "临江市工业和信息化局": ("市工信局",),
}

_PEOPLE: Final = (
    (USERNAME, "周明远", Role.CLERK),
    ("linjiang-leader", "何志恒", Role.LEADER),
    ("linjiang-system", "沈立", Role.SYSTEM),
    ("linjiang-security", "顾安", Role.SECURITY),
    ("linjiang-audit", "陆清", Role.AUDITOR),
)


@dataclass(frozen=True, slots=True)
class SampleCity:
    """What an app above needs to add its part: who acts, and units and regions by name."""

    office: Office
    clerk: User
    units: dict[str, Unit]
    regions: dict[str, Region]


SampleFiller = Callable[[SampleCity], None]


def load() -> SampleCity:
    """The sample city, filled by every app; a second call changes nothing."""
    with transaction.atomic():
        city = _people()
    fillers: list[SampleFiller] = hooks.gathered("SAMPLE")
    for fill in fillers:
        fill(city)
    return city


def is_loaded() -> bool:
    """Whether the sample's own sign-in is there."""
    return User.objects.filter(username=USERNAME).exists()


def _people() -> SampleCity:
    if not is_loaded():
        _make()
    clerk = User.objects.select_related("office").get(username=USERNAME)
    return SampleCity(
        office=clerk.office,
        clerk=clerk,
        units={unit.name: unit for unit in Unit.objects.all()},
        regions={region.name: region for region in Region.objects.all()},
    )


def _make() -> None:
    office = make_office(OFFICE, "市补短板办", None)
    users = [
        actions.create_user(
            by=None,
            username=username,
            name=name,
            password=PASSWORD,
            office=office,
            role=role,
            must_change_password=False,
        )
        for username, name, role in _PEOPLE
    ]
    clerk = users[0]
    lines = [
        RegionLine(code, name, level, parent, _SINCE, None)
        for code, name, level, parent in _REGIONS
    ]
    actions.import_regions(lines, by=clerk)
    regions = {region.code: region for region in Region.objects.all()}
    office.region = regions[_CITY]
    office.save(update_fields=["region"])
    made: dict[str, Unit] = {}
    for position, (name, short_name, kind, region, parent) in enumerate(_UNITS, start=1):
        made[name] = actions.create_unit(
            by=clerk,
            name=name,
            short_name=short_name,
            kind=kind,
            region=regions[region],
            parent=made.get(parent),
            position=position,
        )
    for name, aliases in _ALIASES.items():
        actions.learn_names(made[name], aliases, by=clerk)
