"""What a figure of the board rests on: definition → groups and projects → report → plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from django.urls import reverse

from guatu.delivery.bulletins.standing import Line, per_cent, signed
from guatu.delivery.closing.facts import Basis
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
from guatu.delivery.supervision.colours import Colour, reason_from_data
from guatu.delivery.supervision.packs import pack_from_data
from guatu.web.board.queries.rows import chosen_rows, counted, source_of
from guatu.web.board.queries.standings import Groups, groups_of, listed
from guatu.web.page import formats
from guatu.web.page.figures import Source, Step
from guatu.web.projects.models import Tie, TieState
from guatu.web.reporting.models import Report
from guatu.web.supervision.models import Close, ClosedProject, Light
from guatu.web.supervision.rows import closed_rows

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
                (row.name, formats.wan(getattr(row, column)), source_of(row))
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


# ------------------------------------------------------------------------------ a project


def row_source(close: Close, project: int) -> Source | None:
    """A project in a closed period: light, figures, report, the plan's words; five queries."""
    found = ClosedProject.objects.filter(close=close, project=project)
    rows = closed_rows(found)
    if not rows:
        return None
    row = rows[0]
    light = Light.objects.filter(close=close, project=project).first()
    report = (
        Report.objects.filter(pk__in=found.values("source"))
        .select_related("period__cycle", "file", "by")
        .first()
    )
    planned = row.issued if close.basis == Basis.ORIGINAL.value else row.planned
    figures = [
        ("年度计划（下达，万元）", formats.wan(row.issued)),
        ("年度计划（调整后，万元）", formats.wan(row.planned)),
        ("上期累计（万元）", formats.wan(row.previous)),
        ("本期完成（万元）", formats.wan(row.this_period)),
        ("投资完成率（%）", per_cent(row.rate)),
        ("序时进度（%）", per_cent(row.due_part if planned else None)),
        ("偏差（百分点）", signed(row.deviation)),
    ]
    if row.adjustment:
        figures.insert(4, ("其中通报后调整（万元）", formats.wan(row.adjustment)))
    if row.reduction:
        figures.insert(4, ("核减（万元）", formats.wan(row.reduction)))
    lines = [words for words in (row.moved_words, row.pause_words, row.reduction_reason) if words]
    return Source(
        row.name,
        formats.wan(row.reached_year),
        "万元",
        f"{close.period.period.label}关账的本年累计完成投资（调度数）。",
        [
            Step(
                "关账的数",
                [*lines, _close_words(close)],
                rows=figures,
                link=reverse("projects:project", args=[project]),
                link_words="打开项目",
            ),
            *_light_steps(close, light),
            _report_step(row.report.words, row.excuse, report, carried=row.carried),
            *_plan_steps(project),
        ],
    )


def _light_steps(close: Close, light: Light | None) -> list[Step]:
    if light is None:
        return []
    pack = pack_from_data(close.pack).pack
    texts = {chosen.rule.code: chosen.texts for chosen in pack.rules} if pack else {}
    lines = []
    for data in light.reasons:
        reason = reason_from_data(data)
        lines.append(reason.words + (f"（{reason.clause}）" if reason.clause else ""))
        if reason.rule in texts:
            rule = texts[reason.rule]
            lines += [f"亮灯：{rule.on}", f"消灯：{rule.off}"]
    before = f"，上期是{Colour(light.before).words}" if light.changed and light.before else ""
    return [Step(f"灯：{Colour(light.colour).words}{before}", lines)]


def _report_step(state: str, excuse: str, report: Report | None, *, carried: bool) -> Step:
    if report is None:
        words = f"本期{state}" + ("，累计数沿用上次填报" if carried else "")
        return Step("报送", [words + (f"：{excuse}" if excuse else "")])
    file = f"，来自“{report.file.name}”第 {report.row} 行" if report.file else ""
    late = "，逾期" if report.late else ""
    return Step(
        "报送",
        [
            f"{report.period}第 {report.version} 版，{report.get_how_display()}{file}{late}",
            f"{report.by.name}于 {formats.moment(report.at)} 办理",
            *([f"形象进度：{report.progress}"] if report.progress else []),
            *([f"说明：{report.reason}"] if report.reason else []),
        ],
        link=reverse("reporting:why", args=[report.pk, "reached_year"]),
        link_words="这份报送的依据",
    )


def _plan_steps(project: int) -> list[Step]:
    ties = Tie.objects.filter(project=project, state=TieState.CONFIRMED)[:3]
    return [
        Step(
            tie.plan_title or "方案",
            [tie.section] if tie.section else [],
            quote=tie.words,
            link=tie.url,
            link_words="在方案中打开",
        )
        for tie in ties
    ]
