"""The reading contract as JSON: a reading out, a ledger back in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from guatu.documents.document import Document
from guatu.documents.errors import GuatuError
from guatu.exports.saving import replacing
from guatu.ledger.findings import Finding, Severity
from guatu.ledger.ledger import Coverage, Ledger
from guatu.ledger.records import (
    Cadence,
    Change,
    Citation,
    Comparator,
    DayKind,
    DueFrom,
    Duty,
    PlanInfo,
    Project,
    Role,
    Routine,
    Section,
    Stage,
    Status,
    Target,
    TargetKind,
    Task,
    UnitRole,
)
from guatu.reading.reading import Reading
from guatu.text.span import Quote, Span

SCHEMA: Final = "guatu.reading/1"

# A JSON object: its values are what json.loads gives, so nothing more can be said of them.
JsonObject = dict[str, Any]


class ExchangeError(GuatuError):
    """The JSON is no reading of this schema, or it does not belong to this text."""


class Exchanged(NamedTuple):
    """What the JSON of a reading holds: the ledger and the findings."""

    ledger: Ledger
    findings: tuple[Finding, ...]


# ---------------------------------------------------------------- out


def to_json(reading: Reading) -> JsonObject:
    """The reading in the contract's fields, in a stable order, ready for ``json.dumps``."""
    document, ledger = reading.document, reading.ledger
    return {
        "schema": SCHEMA,
        "file": document.name,
        "plan": _plan_out(ledger.plan),
        "sections": [_section_out(section, document) for section in ledger.sections],
        "targets": [_target_out(target, document) for target in ledger.targets],
        "tasks": [_task_out(task, document) for task in ledger.tasks],
        "duties": [_duty_out(duty, document) for duty in ledger.duties],
        "projects": [_project_out(project, document) for project in ledger.projects],
        "routines": [_routine_out(routine, document) for routine in ledger.routines],
        "citations": [_citation_out(citation, document) for citation in ledger.citations],
        "coverage": _coverage_out(ledger.coverage),
        "findings": [finding_to_json(finding, document) for finding in reading.findings],
        "remarks": list(document.remarks),
    }


def finding_to_json(finding: Finding, document: Document) -> JsonObject:
    """One finding (对账发现) with its places, each with page and paragraph."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "places": [_quote_out(place) | _place_out(place, document) for place in finding.places],
    }


def json_text(reading: Reading) -> str:
    """The reading's JSON as text, ending in a line break."""
    return json.dumps(to_json(reading), ensure_ascii=False, indent=2) + "\n"


def write_json(reading: Reading, path: Path) -> None:
    """Write the reading's JSON as UTF-8; the file is there whole or not at all."""
    with replacing(path) as draft:
        # Half a surrogate pair, as broken files hold, has no UTF-8 form; "?" is as long as it.
        draft.write_bytes(json_text(reading).encode("utf-8", "replace"))


def _plan_out(plan: PlanInfo) -> JsonObject:
    return {
        "title": plan.title,
        "number": plan.number,
        "issuer": plan.issuer,
        "issued": _day_out(plan.issued),
        "start": plan.start,
        "end": plan.end,
        "status": plan.status,
        "region": plan.region,
    }


def _section_out(section: Section, document: Document) -> JsonObject:
    return {
        "path": section.path,
        "title": section.title,
        **_quote_out(section.quote),
        "end": section.end,
        **_place_out(section.quote, document),
    }


def _target_out(target: Target, document: Document) -> JsonObject:
    return {
        **_quote_out(target.quote),
        "subject": target.subject,
        "comparator": target.comparator,
        "change": target.change,
        "value": _number_out(target.value),
        "high": None if target.high is None else _number_out(target.high),
        "unit": target.unit,
        "due": _day_out(target.due),
        "from": _day_out(target.first),
        "due_from": target.due_from,
        "scope": target.scope,
        "aim": target.aim,
        "kind": target.kind,
        "section": target.section,
        "exclusive": target.exclusive,
        "subject_spans": [list(span) for span in target.subject_spans],
        **_place_out(target.quote, document),
    }


def _task_out(task: Task, document: Document) -> JsonObject:
    return {
        **_quote_out(task.quote),
        "section": task.section,
        "verb": task.verb,
        "due": _day_out(task.due),
        "due_from": task.due_from,
        "units": [{"unit": part.unit, "role": part.role} for part in task.units],
        "targets": list(task.targets),
        "projects": list(task.projects),
        **_place_out(task.quote, document),
    }


def _duty_out(duty: Duty, document: Document) -> JsonObject:
    return {
        "section": duty.section,
        "role": duty.role,
        "unit": duty.unit,
        "start": duty.quote.start,
        **_place_out(duty.quote, document),
    }


def _project_out(project: Project, document: Document) -> JsonObject:
    return {
        **_quote_out(project.quote),
        "stage": project.stage,
        "due": _day_out(project.due),
        "section": project.section,
        **_place_out(project.quote, document),
    }


def _routine_out(routine: Routine, document: Document) -> JsonObject:
    return {
        **_quote_out(routine.quote),
        "cadence": routine.cadence,
        "days": routine.days,
        "day_kind": routine.day_kind,
        "actor": routine.actor,
        "recipient": routine.recipient,
        **_place_out(routine.quote, document),
    }


def _citation_out(citation: Citation, document: Document) -> JsonObject:
    return {
        "start": citation.quote.start,
        "title": citation.title,
        "number": citation.number,
        **_place_out(citation.quote, document),
    }


def _coverage_out(coverage: Coverage) -> JsonObject:
    return {
        "share": coverage.share,
        "body": coverage.body,
        "in_entries": coverage.in_entries,
        "in_guidance": coverage.in_guidance,
        "guidance": [_quote_out(quote) for quote in coverage.guidance],
        "left_out": [_quote_out(quote) for quote in coverage.left_out],
    }


def _quote_out(quote: Quote) -> JsonObject:
    return {"start": quote.start, "quote": quote.text}


def _place_out(quote: Quote, document: Document) -> JsonObject:
    place = document.place_of(quote.start)
    return {"page": place.page, "paragraph": place.paragraph}


def _day_out(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _number_out(value: Decimal) -> int | float | str:
    """An int where it is whole, else a float; digits where neither would come back the same.

    Numbers of hundreds of digits occur only in damaged text, but ``json`` refuses them as ints.
    """
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)


# ---------------------------------------------------------------- in


def from_json(data: object, text: str) -> Exchanged:
    """The ledger and findings of a reading's JSON, whose offsets refer to ``text``.

    Raises ExchangeError, in Chinese, where the JSON is of another schema, lacks a field, or
    quotes words that do not stand in ``text`` at their place.
    """
    top = _Fields(data, "读取结果", text)
    schema = top.get("schema")
    if schema != SCHEMA:
        raise ExchangeError(
            f"格式版本应为“{SCHEMA}”，文件里是“{schema}”；请用本版本的 guatu read 重新生成。"
        )
    ledger = Ledger(
        plan=_plan_in(top.part("plan")),
        sections=tuple(_section_in(entry) for entry in top.entries("sections")),
        targets=tuple(_target_in(entry) for entry in top.entries("targets")),
        tasks=tuple(_task_in(entry) for entry in top.entries("tasks")),
        duties=tuple(_duty_in(entry) for entry in top.entries("duties")),
        projects=tuple(_project_in(entry) for entry in top.entries("projects")),
        routines=tuple(_routine_in(entry) for entry in top.entries("routines")),
        citations=tuple(_citation_in(entry) for entry in top.entries("citations")),
        coverage=_coverage_in(top.part("coverage")),
    )
    return Exchanged(ledger, tuple(_finding_in(entry) for entry in top.entries("findings")))


class _Fields:
    """One object of the JSON; what is missing or wrong is said in Chinese with its place."""

    def __init__(self, value: object, where: str, text: str) -> None:
        if not isinstance(value, Mapping):
            raise ExchangeError(f"{where}应是一个对象（{{…}}），请检查文件是否完整。")
        self._value = value
        self._where = where
        self._text = text

    def get(self, name: str) -> Any:
        if name not in self._value:
            raise ExchangeError(f"{self._where}缺少“{name}”一项。")
        return self._value[name]

    def part(self, name: str) -> _Fields:
        return _Fields(self.get(name), f"{self._where}的“{name}”", self._text)

    def entries(self, name: str) -> Iterator[_Fields]:
        for i, value in enumerate(self._list(name), start=1):
            yield _Fields(value, f"“{name}”第 {i} 条", self._text)

    def string(self, name: str) -> str:
        value = self.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "文字")
        return value

    def string_or_none(self, name: str) -> str | None:
        return None if self.get(name) is None else self.string(name)

    def whole(self, name: str) -> int:
        value = self.get(name)
        if not _is_whole(value):
            raise self._wrong(name, "整数")
        return int(value)

    def whole_or_none(self, name: str) -> int | None:
        return None if self.get(name) is None else self.whole(name)

    def wholes(self, name: str) -> tuple[int, ...]:
        values = self._list(name)
        if not all(map(_is_whole, values)):
            raise self._wrong(name, "整数列表")
        return tuple(values)

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true 或 false")
        return value

    def share(self, name: str) -> float:
        value = self.get(name)
        if not isinstance(value, float) and not _is_whole(value):
            raise self._wrong(name, "小数")
        return float(value)

    def number(self, name: str) -> Decimal:
        value = self.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self._wrong(name, "数字")
        try:
            return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        except InvalidOperation:
            raise self._wrong(name, "数字") from None

    def number_or_none(self, name: str) -> Decimal | None:
        return None if self.get(name) is None else self.number(name)

    def day(self, name: str) -> date | None:
        value = self.string_or_none(name)
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError:
            raise self._wrong(name, "日期（如 2026-12-31）") from None

    def choice(self, name: str, literal: Any) -> Any:
        """The value, which is one of those the ``Literal`` names."""
        allowed: tuple[str, ...] = get_args(literal)
        value = self.get(name)
        if value not in allowed:
            raise self._wrong(name, "、".join(allowed) + " 之一")
        return value

    def choice_or_none(self, name: str, literal: Any) -> Any:
        return None if self.get(name) is None else self.choice(name, literal)

    def quote(self, name: str = "quote") -> Quote:
        """The quote of the entry, seen to stand in the text where it says."""
        quote = Quote(self.whole("start"), self.string(name))
        if quote.start < 0 or quote.span.of(self._text) != quote.text:
            raise ExchangeError(
                f"{self._where}的原文“{quote.text[:30]}”与方案第 {quote.start} 字处不符；"
                "这份读取结果不是由这份文本得来的。"
            )
        return quote

    def quotes(self, name: str) -> tuple[Quote, ...]:
        return tuple(entry.quote() for entry in self.entries(name))

    def spans(self, name: str) -> tuple[Span, ...]:
        pairs = self._list(name)
        if not all(_is_pair(pair) for pair in pairs):
            raise self._wrong(name, "[起, 止] 的列表")
        return tuple(Span(*pair) for pair in pairs)

    def _list(self, name: str) -> list[Any]:
        value = self.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, "列表（[…]）")
        return value

    def _wrong(self, name: str, wanted: str) -> ExchangeError:
        found = str(self._value[name])[:40]
        return ExchangeError(f"{self._where}的“{name}”应是{wanted}，文件里是“{found}”。")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value))


def _plan_in(entry: _Fields) -> PlanInfo:
    return PlanInfo(
        title=entry.string_or_none("title"),
        number=entry.string_or_none("number"),
        issuer=entry.string_or_none("issuer"),
        issued=entry.day("issued"),
        start=entry.whole_or_none("start"),
        end=entry.whole_or_none("end"),
        status=entry.choice("status", Status),
        region=entry.string_or_none("region"),
    )


def _section_in(entry: _Fields) -> Section:
    return Section(
        path=entry.string("path"),
        title=entry.string("title"),
        quote=entry.quote(),
        end=entry.whole("end"),
    )


def _target_in(entry: _Fields) -> Target:
    return Target(
        quote=entry.quote(),
        subject=entry.string("subject"),
        comparator=entry.choice("comparator", Comparator),
        change=entry.choice("change", Change),
        value=entry.number("value"),
        high=entry.number_or_none("high"),
        unit=entry.string("unit"),
        first=entry.day("from"),
        due=entry.day("due"),
        due_from=entry.choice_or_none("due_from", DueFrom),
        scope=entry.string_or_none("scope"),
        aim=entry.flag("aim"),
        kind=entry.choice("kind", TargetKind),
        section=entry.string_or_none("section"),
        subject_spans=entry.spans("subject_spans"),
        exclusive=entry.flag("exclusive"),
    )


def _task_in(entry: _Fields) -> Task:
    return Task(
        quote=entry.quote(),
        section=entry.string_or_none("section"),
        verb=entry.string_or_none("verb"),
        due=entry.day("due"),
        due_from=entry.choice_or_none("due_from", DueFrom),
        units=tuple(_unit_role_in(part) for part in entry.entries("units")),
        targets=entry.wholes("targets"),
        projects=entry.wholes("projects"),
    )


def _unit_role_in(entry: _Fields) -> UnitRole:
    return UnitRole(unit=entry.string("unit"), role=entry.choice("role", Role))


def _duty_in(entry: _Fields) -> Duty:
    return Duty(
        section=entry.string_or_none("section"),
        role=entry.choice("role", Role),
        quote=entry.quote("unit"),
    )


def _project_in(entry: _Fields) -> Project:
    return Project(
        quote=entry.quote(),
        stage=entry.choice("stage", Stage),
        due=entry.day("due"),
        section=entry.string_or_none("section"),
    )


def _routine_in(entry: _Fields) -> Routine:
    return Routine(
        quote=entry.quote(),
        cadence=entry.choice("cadence", Cadence),
        days=entry.whole_or_none("days"),
        day_kind=entry.choice_or_none("day_kind", DayKind),
        actor=entry.string_or_none("actor"),
        recipient=entry.string_or_none("recipient"),
    )


def _citation_in(entry: _Fields) -> Citation:
    return Citation(quote=entry.quote("title"), number=entry.string_or_none("number"))


def _coverage_in(entry: _Fields) -> Coverage:
    return Coverage(
        share=entry.share("share"),
        body=entry.whole("body"),
        in_entries=entry.whole("in_entries"),
        in_guidance=entry.whole("in_guidance"),
        guidance=entry.quotes("guidance"),
        left_out=entry.quotes("left_out"),
    )


def _finding_in(entry: _Fields) -> Finding:
    return Finding(
        code=entry.string("code"),
        severity=entry.choice("severity", Severity),
        message=entry.string("message"),
        places=entry.quotes("places"),
    )
