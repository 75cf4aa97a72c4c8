"""Further closed months of a library, copied in the tables: what years of use leave behind.

A month is what its period asked and got (填报单位, 填报要求, 报送数) and what its close froze
(关账数, 灯, 汇总). The copies lie before the close they are made from, a month each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models, transaction


def earlier_months(close: Any, times: int) -> None:
    """``times`` closed months before the year of this close, with the same rows."""
    for year, month in _months(int(close.key[:4]) - 1, times):
        with transaction.atomic():
            _month_of(close, f"{year}-{month:02d}")
    # As autovacuum would have done long since.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _months(year: int, times: int) -> Iterator[tuple[int, int]]:
    for number in range(times):
        yield year - number // 12, 12 - number % 12


def _month_of(close: Any, key: str) -> None:
    from guatu.web.reporting.models import Ask, PeriodUnit, Report, ReportingPeriod
    from guatu.web.supervision.models import Close, ClosedProject, ClosedRollup, Light

    like = close.period
    period = ReportingPeriod.objects.create(
        cycle=like.cycle, office=like.office, key=key, start=f"{key}-01", end=f"{key}-28",
        due=f"{key}-28", opened_by=like.opened_by, state="closed", version=1,
    )  # fmt: skip
    made = Close.objects.create(
        period=period, office=close.office, key=key, number=1, state="current", by=close.by,
        pack_code=close.pack_code, pack_version=close.pack_version, pack=close.pack,
        projects=close.projects, digest=close.digest,
    )  # fmt: skip
    within = ("period_id", like.pk)
    _copy(PeriodUnit, {"period_id": period.pk}, within)
    for model in (Ask, Report):
        _copy(model, {"period_id": period.pk}, within, unit_of=period.pk)
    for model in (ClosedProject, Light, ClosedRollup):
        _copy(model, {"close_id": made.pk}, ("close_id", close.pk))


_UNIT_THERE = (
    '(SELECT n.id FROM "{units}" n JOIN "{units}" o ON o.unit_id = n.unit_id'
    ' WHERE n.period_id = %s AND o.id = "{table}".period_unit_id)'
)


def _copy(
    model: type[models.Model],
    changed: Mapping[str, int],
    within: tuple[str, int],
    *,
    unit_of: int | None = None,
) -> None:
    """The rows ``within`` once more by one INSERT … SELECT, with these columns changed."""
    from guatu.web.reporting.models import PeriodUnit

    table = model._meta.db_table
    columns, values, params = [], [], []
    for field in model._meta.concrete_fields:
        column = field.column
        if column == "id":
            continue
        columns.append(f'"{column}"')
        if column in changed:
            values.append("%s")
            params.append(changed[column])
        elif column == "period_unit_id" and unit_of is not None:
            values.append(_UNIT_THERE.format(units=PeriodUnit._meta.db_table, table=table))
            params.append(unit_of)
        else:
            values.append(f'"{column}"')
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({", ".join(columns)}) SELECT {", ".join(values)}'
            f' FROM "{table}" WHERE "{within[0]}" = %s',
            [*params, within[1]],
        )
