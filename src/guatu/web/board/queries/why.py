"""What a figure of the board rests on: definition → groups and projects → report → plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from guatu.delivery.bulletins.standing import Line, per_cent, signed
from guatu.delivery.closing.rates import (
    CountedBy,
    Rate,
    finish_rate,
    operating_rate,
    start_rate,
    statistics_rate,
    time_share,
)
from guatu.delivery.closing.rollups import Dimension, Rollup
from guatu.web.board.queries.rows import chosen_rows, counted, source_of
from guatu.web.board.queries.standings import Groups, groups_of, listed
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.supervision.models import Close

_DIMENSIONS: Final = {each.value: each for each in Dimension}
_DIMENSION_WORDS: Final = {"county": "县区", "unit": "责任单位", "sector": "类别"}
_SHOWN: Final = 12
_MONEY: Final[Mapping[str, tuple[str, str]]] = {
    "planned": ("年度计划投资", "各项目年度计划投资之和，末级项目计一次"),
    "reached": ("本年累计完成投资", "各项目本年累计完成投资（调度数）之和，末级项目计一次"),
    "this_period": ("本期完成投资", "本期＝本年累计−上期累计，通报后的调整记在其中"),
}
# A project's column that makes the figure.
_COLUMN: Final = {"planned": "planned", "reached": "reached_year", "this_period": "this_period"}


def figure_source(close: Close, name: str, where: Mapping[str, str]) -> Source | None:
    """A figure of the board by its name, of a county, unit or sector or of the whole."""
    groups = groups_of(close)
    keys = {key: value for key, value in where.items() if key in _DIMENSIONS}
    if name == "time":
        return _time(close)
    if len(keys) > 1:
        return None
    line = _line(groups, keys)
    if line is None:
        return None
    place = next(iter(keys.values()), "") if keys else "合计"
    title = f"{close.period.period.label}　{place or '未填'}　"
    if name in _MONEY:
        words, definition = _MONEY[name]
        value = str(getattr(line, name))
        exact = getattr(line.rollup.of(groups.basis), name)
        steps = [
            Step(
                "怎样得来",
                [f"{groups.basis.words}，{line.rollup.of(groups.basis).projects} 个项目"],
                rows=[(f"{words}（元）", formats.number(exact))],
            )
        ]
        steps += _rest(close, keys, name)
        return Source(title + words, value, "亿元", f"{definition}。", steps)
    rate = _rate(groups, line, name)
    if rate is not None:
        write: Callable[[int], str] = formats.yi if name in ("rate", "schedule") else formats.number
        unit = "亿元" if name in ("rate", "schedule") else "个"
        rows = [
            (f"{rate.definition.numerator}（{unit}）", write(rate.numerator)),
            (f"{rate.definition.denominator}（{unit}）", write(rate.denominator)),
        ]
        return Source(
            title + rate.definition.name,
            per_cent(rate.value),
            "%",
            f"{rate.words}。",
            [Step("分子、分母", rows=rows), *_rest(close, keys, "reached")],
        )
    if name == "deviation":
        rows = [
            ("投资完成率（%）", line.rate_words),
            ("序时进度（%）", per_cent(line.schedule.value)),
        ]
        definition = "偏差＝投资完成率−序时进度；序时进度由各项目自己的节点、起止月算出后相加。"
        return Source(
            title + "偏差",
            signed(line.deviation),
            "百分点",
            definition,
            [Step("怎样得来", rows=rows), *_rest(close, keys, "reached")],
        )
    return None


def _line(groups: Groups, keys: Mapping[str, str]) -> Line | None:
    if not keys:
        return groups.standing(Dimension.COUNTY).total
    [(name, value)] = keys.items()
    table = groups.standing(_DIMENSIONS[name])
    return next((line for line in table.lines if line.key == value), None)


def _rate(groups: Groups, line: Line, name: str) -> Rate | None:
    if name == "rate":
        return line.rate
    if name == "schedule":
        return line.schedule
    if name == "starts":
        return line.starts
    whole: Rollup = line.rollup
    found = [
        *(start_rate(whole, groups.basis, by) for by in CountedBy),
        *(finish_rate(whole, groups.basis, by) for by in CountedBy),
        *(operating_rate(whole, groups.basis, by) for by in CountedBy),
        statistics_rate(whole, groups.basis),
        statistics_rate(whole, groups.basis, of_all=True),
    ]
    return next((rate for rate in found if rate.definition.code == name), None)


def _time(close: Close) -> Source:
    value = time_share(close.period.period, factor=Fraction(close.factor, 100))
    return Source(
        f"{close.period.period.label}　时间进度",
        per_cent(value),
        "%",
        f"时间进度＝T×已过月数÷12，T 取 {close.factor}%；只用于单位和地区的合计，不用于单个项目。",
        [Step("关账", [_close_words(close)])],
    )


def _close_words(close: Close) -> str:
    at = formats.moment(close.at)
    return f"{close.by.name}于 {at} 关账（第 {close.number} 版），此后不再改变"


def _rest(close: Close, keys: Mapping[str, str], name: str) -> list[Step]:
    """The largest projects of the figure, the way to all of them, and the close."""
    column = _COLUMN[name]
    found = chosen_rows(close, keys).filter(counted(close))
    largest = found.filter(**{f"{column}__isnull": False}).order_by(f"-{column}", "position")
    total = found.count()
    steps = [
        Step(
            f"项目（万元，前 {min(_SHOWN, total)} 个）" if total > _SHOWN else "项目（万元）",
            further=[
                (row.name, formats.wan(getattr(row, column)), source_of(row, column))
                for row in largest[:_SHOWN]
            ],
            link=listed(close, **keys),
            link_words=f"全部 {total} 个项目",
        ),
        Step("关账", [_close_words(close)]),
    ]
    if "county" in keys:
        steps[0] = Step(
            steps[0].title,
            ["跨县项目这里列全项目的数，汇总时按分县投资拆分。"],
            further=steps[0].further,
            link=steps[0].link,
            link_words=steps[0].link_words,
        )
    return steps
