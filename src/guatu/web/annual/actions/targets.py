"""Verbs of decomposed targets: by year, county and department, never more than there is unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from guatu.delivery.annual import decomposition as arithmetic
from guatu.delivery.annual.shares import places_of, split_decimal
from guatu.web.annual.models import Accrual, Decomposition, Measure, Share
from guatu.web.annual.queries.targets import (
    CUTS,
    Cut,
    as_spoken,
    parties,
    project_sums,
    written,
)
from guatu.web.people.actions import CannotDo
from guatu.web.people.models import Region, Unit, User
from guatu.web.people.permissions import require
from guatu.web.people.trail import record
from guatu.web.plans.models import LedgerEntry

HOW: Final = {"last": "按上年比例", "projects": "按项目汇总", "evenly": "平均分配"}


@transaction.atomic
def decompose(
    entry: LedgerEntry,
    *,
    accrual: str,
    measured_by: str,
    start_year: int,
    end_year: int,
    by: User,
    source_name: str = "",
) -> Decomposition:
    """Take a target of the published plan into decomposition; once for each target."""
    require(by, "annual.decompose", office=entry.office)
    if Decomposition.objects.filter(office=entry.office, lineage=entry.lineage).exists():
        raise CannotDo(_("这个指标已经在分解。"))
    whole, unit = as_spoken(entry)
    made = Decomposition.objects.create(
        office=entry.office,
        plan=entry.version.plan,
        lineage=entry.lineage,
        subject=entry.subject,
        quote=entry.quote,
        section=entry.section_title,
        whole=whole,
        measure_unit=unit,
        start_year=start_year,
        end_year=end_year,
        accrual=accrual,
        measured_by=measured_by,
        source_name=source_name,
    )
    record(by, "target.taken-up", made, after={"accrual": accrual, "measured_by": measured_by})
    return made


@transaction.atomic
def set_measure(
    decomposition: Decomposition,
    *,
    accrual: str,
    measured_by: str,
    source_name: str,
    over_reason: str,
    by: User,
) -> Decomposition:
    """How the target is measured, how its years go together, and on which paper it rests."""
    found = _locked(decomposition, by)
    before = _settings(found)
    found.accrual = Accrual(accrual)
    found.measured_by = Measure(measured_by)
    found.source_name, found.over_reason = source_name, over_reason
    found.version += 1
    found.save()
    _refuse_over(found)
    record(by, "target.measure-set", found, before=before, after=_settings(found))
    return found


def _settings(found: Decomposition) -> dict[str, str]:
    return {
        "accrual": found.accrual,
        "measured_by": found.measured_by,
        "source_name": found.source_name,
        "over_reason": found.over_reason,
    }


@transaction.atomic
def set_share(
    decomposition: Decomposition,
    *,
    year: int,
    value: Decimal | None,
    by: User,
    region_id: int | None = None,
    unit_id: int | None = None,
    reason: str = "",
    source_name: str = "",
) -> None:
    """One cell: the year's total where neither county nor department is named.

    Giving out more than there is is refused, unless a reason stands with the year's total.
    """
    found = _locked(decomposition, by)
    _year_of(found, year)
    _write(found, year, {(region_id, unit_id): value}, by=by, source_name=source_name)
    if reason:
        _say_why(found, year, reason, by)
    _refuse_over(found, year)


@transaction.atomic
def allow_over(decomposition: Decomposition, *, year: int, reason: str, by: User) -> None:
    """Why a year's counties or departments may get more than its total (超分说明)."""
    found = _locked(decomposition, by)
    _say_why(found, _year_of(found, year), reason, by)


def _say_why(found: Decomposition, year: int, reason: str, by: User) -> None:
    area = found.shares.filter(year=year, region=None, unit=None).first()
    if area is None:
        raise CannotDo(_("%(year)s 年还没有全市数，谈不上超分。") % {"year": year})
    before = area.over_reason
    area.over_reason, area.touched_by = reason, by
    area.save(update_fields=["over_reason", "touched_by", "touched"])
    record(by, "target.over-explained", area, before={"reason": before}, after={"reason": reason})


@transaction.atomic
def fill_year(
    decomposition: Decomposition, *, year: int, cut: Cut, how: str, by: User
) -> dict[str, str]:
    """Give a year's total out by last year's proportions, by sums of tied projects, or evenly.

    Parts add up to the total exactly (largest remainder). Returns what stood there before, for
    ``put_back``.
    """
    found = _locked(decomposition, by)
    _year_of(found, year)
    if found.accrual == Accrual.RATE:
        raise CannotDo(_("比率指标各县区、各部门分别确定，不能按比例分解。"))
    area = found.shares.filter(year=year, region=None, unit=None).first()
    if area is None:
        raise CannotDo(_("请先填写 %(year)s 年的全市数，再分解到县区或部门。") % {"year": year})
    keys, weights = _weights(found, year, cut, how)
    whole = _as_given(area.value)
    places = max(places_of(whole), 2 if "%" not in found.measure_unit and whole % 1 else 0)
    parts = split_decimal(whole, weights, places)
    key_of = CUTS[cut].key
    values = {key_of(key): part for key, part in zip(keys, parts, strict=True)}
    before = _write(found, year, values, by=by, made_by=HOW[how])
    _refuse_over(found, year)
    return before


def _weights(
    found: Decomposition, year: int, cut: Cut, how: str
) -> tuple[list[int], list[Decimal]]:
    """Who gets something, and in which proportion."""
    if how == "evenly":
        keys = [party.pk for party in parties(found, cut)]
        return _some(keys), [Decimal(1)] * len(keys)
    if how == "last":
        rows = found.shares.filter(year=year - 1, **CUTS[cut].filter)
        last = {getattr(share, CUTS[cut].column): share.value for share in rows}
        if not any(value > 0 for value in last.values()):
            words = _("%(year)s 年没有分解数，无法按上年比例分解。")
            raise CannotDo(words % {"year": year - 1})
        return list(last), list(last.values())
    sums = project_sums(found, year, cut)
    if not any(sums.values()):
        words = _("没有已确认挂接、并在 %(year)s 年度计划里的项目，无法按项目汇总分解。")
        raise CannotDo(words % {"year": year})
    return list(sums), [Decimal(amount) for amount in sums.values()]


def _some(keys: list[int]) -> list[int]:
    if not keys:
        raise CannotDo(_("表里还没有县区或部门，请先加入。"))
    return keys


@transaction.atomic
def put_back(
    decomposition: Decomposition, *, year: int, before: Mapping[str, str], by: User
) -> None:
    """What ``fill_year`` found, as it was."""
    found = _locked(decomposition, by)
    values: dict[tuple[int | None, int | None], Decimal | None] = {}
    for key, text in before.items():
        region, unit = (int(part) if part else None for part in key.split("/"))
        values[region, unit] = Decimal(text) if text else None
    _write(found, year, values, by=by)


def _write(
    found: Decomposition,
    year: int,
    values: Mapping[tuple[int | None, int | None], Decimal | None],
    *,
    by: User,
    made_by: str = "",
    source_name: str = "",
) -> dict[str, str]:
    """Put values into cells; None empties one. What stood there, by "region/unit"."""
    known: dict[tuple[int | None, int | None], Share] = {
        (share.region_id, share.unit_id): share for share in found.shares.filter(year=year)
    }
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for (region, unit), value in values.items():
        share = known.get((region, unit))
        key = f"{region or ''}/{unit or ''}"
        before[key] = written(share.value) if share else ""
        after[key] = "" if value is None else written(value)
        if before[key] == after[key]:
            continue
        if value is None:
            if share:
                share.delete()
            continue
        share = share or Share(decomposition=found, year=year, region_id=region, unit_id=unit)
        share.value, share.made_by, share.touched_by = value, made_by, by
        share.source_name = source_name or share.source_name
        share.save()
    found.version += 1
    found.save(update_fields=["version"])
    told = _names_of(values)
    record(
        by,
        "target.shared-out",
        found,
        before={"shares": _told(before, told)},
        after={"year": year, "shares": _told(after, told), "how": made_by},
    )
    return before


def _names_of(parties: Iterable[tuple[int | None, int | None]]) -> dict[str, str]:
    """What the parties of cells are called, by "region/unit"."""
    parties = list(parties)
    regions = Region.objects.in_bulk({region for region, _unit in parties if region})
    units = Unit.objects.in_bulk({unit for _region, unit in parties if unit})
    names = {}
    for region, unit in parties:
        words = [str(regions[region])] if region else []
        words += [str(units[unit])] if unit else []
        names[f"{region or ''}/{unit or ''}"] = " ".join(words) or "全市"
    return names


def _told(values: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Cells in words, for the trail: 青川区 34、南浦区 33."""
    return "、".join(f"{names[key]} {text or '空'}" for key, text in values.items())


def _refuse_over(found: Decomposition, *years: int) -> None:
    """Refuse what gives out more than there is, where no reason stands with it."""
    shares = list(found.shares.select_related("region", "unit"))
    accrual = arithmetic.Accrual(found.accrual)
    totals = {s.year: s for s in shares if s.region_id is None and s.unit_id is None}
    for year in years:
        for cut, meant in CUTS.items():
            given = [s.value for s in shares if s.year == year and meant.holds(s)]
            _refuse_year(found, totals.get(year), year, given, accrual, CUTS[cut].words)
        _refuse_counties(shares, found, totals.get(year), year, accrual)
    whole = arithmetic.whole_balance(
        found.whole, {year: share.value for year, share in totals.items()}, accrual
    )
    if whole is not None and whole.over and not found.over_reason and whole.remainder is not None:
        words = _(
            "各年合计 %(given)s 比方案目标 %(whole)s 多 %(over)s%(unit)s。"
            "请改小，或在“计量与依据”里写明超过的原因后再填。"
        )
        raise CannotDo(
            words
            % {
                "given": written(whole.given),
                "whole": written(found.whole or Decimal(0)),
                "over": written(abs(whole.remainder)),
                "unit": found.measure_unit,
            }
        )


def _refuse_counties(
    shares: Sequence[Share],
    found: Decomposition,
    area: Share | None,
    year: int,
    accrual: arithmetic.Accrual,
) -> None:
    """No county's departments may get more than the county; a reason for the year covers both."""
    inside: dict[int, list[Share]] = {}
    for share in shares:
        if share.year == year and share.region_id and share.unit_id:
            inside.setdefault(share.region_id, []).append(share)
    if accrual is arithmetic.Accrual.RATE or (area and area.over_reason):
        return
    counties = {s.region_id: s for s in shares if s.year == year and s.unit_id is None}
    for region, parts in inside.items():
        county, name = counties.get(region), str(parts[0].region)
        if county is None:
            words = _("%(county)s %(year)s 年还没有分解数，请先填县区数，再分到部门。")
            raise CannotDo(words % {"county": name, "year": year})
        got = arithmetic.balance(county.value, [part.value for part in parts])
        if got.over and got.remainder is not None:
            words = _(
                "%(county)s %(year)s 年各部门合计 %(given)s，比该县区的 %(whole)s 多"
                " %(over)s%(unit)s，没有保存。请改小，或先写明超分的原因。"
            )
            told = {"county": name, "year": year, "given": written(got.given)}
            told |= {"whole": written(county.value), "over": written(abs(got.remainder))}
            raise CannotDo(words % {**told, "unit": found.measure_unit})


def _refuse_year(
    found: Decomposition,
    area: Share | None,
    year: int,
    given: Sequence[Decimal],
    accrual: arithmetic.Accrual,
    cut: str,
) -> None:
    if area is None or area.over_reason or accrual is arithmetic.Accrual.RATE:
        return
    found_balance = arithmetic.balance(area.value, given)
    if found_balance.over and found_balance.remainder is not None:
        words = _(
            "%(year)s 年%(cut)s合计 %(given)s，比全市数 %(whole)s 多 %(over)s%(unit)s，没有保存。"
            "请改小，或先写明超分的原因。"
        )
        raise CannotDo(
            words
            % {
                "year": year,
                "cut": cut,
                "given": written(found_balance.given),
                "whole": written(area.value),
                "over": written(abs(found_balance.remainder)),
                "unit": found.measure_unit,
            }
        )


def _locked(decomposition: Decomposition, by: User) -> Decomposition:
    require(by, "annual.decompose", office=decomposition.office)
    return Decomposition.objects.select_for_update().get(pk=decomposition.pk)


def _year_of(found: Decomposition, year: int) -> int:
    if not found.start_year <= year <= found.end_year:
        words = _("这个指标从 %(start)s 年到 %(end)s 年。")
        raise CannotDo(words % {"start": found.start_year, "end": found.end_year})
    return year


def _as_given(value: Decimal) -> Decimal:
    """Without the noughts that the column adds."""
    return Decimal(written(value))


def read_value(words: str) -> Decimal | None:
    """A typed number; blank is none. Raises ``CannotDo``."""
    text = words.strip().replace(",", "").replace("，", "")
    if text in ("", "-", "—"):
        return None
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise CannotDo(_("填的是“%(text)s”，应为数字。") % {"text": words[:20]}) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 24 or places_of(value) > 6:
        raise CannotDo(_("填的是“%(text)s”，数字太长了。") % {"text": words[:20]})
    return value
