"""The reading as one self-contained page: the plan on the left, its ledger on the right."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

from guatu.exports import words
from guatu.exports.lookup import Lookup
from guatu.exports.marks import Mark, plan_html, shown
from guatu.exports.saving import replacing
from guatu.ledger.findings import Finding
from guatu.ledger.records import Project, Target, Task, UnitRole
from guatu.reading.reading import Reading
from guatu.text.span import Quote

_SEVERITY_STYLES: Final = {"error": "fe", "question": "fq", "note": "fn"}

# Runs before anything is drawn, so that nobody sees the page without its scripts for a moment.
_EARLY_SCRIPT: Final = 'document.documentElement.classList.add("js")'


@dataclass(frozen=True, slots=True)
class _Panel:
    """One list of the ledger; ``kind`` is the letter its entries' keys begin with."""

    kind: str
    label: str
    columns: tuple[tuple[str, str], ...]  # CSS class, heading
    rows: tuple[str, ...]
    empty: str


def write_page(reading: Reading, path: Path) -> None:
    """Write the reading as one html file; the file is there whole or not at all."""
    with replacing(path) as draft:
        draft.write_bytes(page_html(reading).encode("utf-8", "replace"))


def page_html(reading: Reading) -> str:
    """The page: styles, script and data inline, nothing asked of any other file or host."""
    ledger, document = reading.ledger, reading.document
    lookup = Lookup(reading)
    title = ledger.plan.title or document.name
    panels = [make(reading, lookup) for make in _PANELS]
    style, script = _resource("page.css"), _resource("page.js")
    return Template(_resource("page.html")).substitute(
        policy=_policy(style, (_EARLY_SCRIPT, script)),
        style=style,
        early_script=_EARLY_SCRIPT,
        script=script,
        title=shown(title),
        facts=_facts_html(reading),
        coverage=_coverage_html(reading),
        counts=_finding_counts_html(reading),
        contents=_contents_html(reading),
        toggles="".join(map(_toggle_html, panels)),
        remarks=_remarks_html(document.remarks),
        plan=plan_html(document, ledger.sections, ledger.plan.title, _marks(reading)),
        tabs="".join(map(_tab_html, panels)),
        panels="\n".join(map(_panel_html, panels)),
    )


def _resource(name: str) -> str:
    return resources.files("guatu.exports").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, scripts: Iterable[str]) -> str:
    """A policy under which only our own style and scripts run, whatever the plan's text holds."""
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


# ---------------------------------------------------------------- head


def _facts_html(reading: Reading) -> str:
    plan = reading.ledger.plan
    covered = words.years(plan.start, plan.end)
    facts = (
        plan.number,
        plan.issuer,
        words.day(plan.issued),
        f"规划期 {covered}" if covered else None,
        words.STATUSES["draft"] if plan.status == "draft" else None,
        reading.document.name if plan.title else None,
    )
    return "".join(f"<span>{shown(fact)}</span>" for fact in facts if fact)


def _coverage_html(reading: Reading) -> str:
    coverage = reading.ledger.coverage
    left_out = len(coverage.left_out)
    rest = f'<a href="#p-o" data-open="o">未入账 {left_out} 句</a>' if left_out else ""
    share = words.percent(coverage.share)
    return f'<span class="figure"><b>{share}</b> 正文已入账</span>{rest}'


def _finding_counts_html(reading: Reading) -> str:
    counted = dict.fromkeys(words.SEVERITIES, 0)
    for finding in reading.findings:
        counted[finding.severity] += 1
    if not reading.findings:
        return '<span class="figure">对账未发现问题</span>'
    return "".join(
        f'<a href="#p-f" data-open="f">{_badge(code)}{words.SEVERITIES[code]} <b>{n}</b></a>'
        for code, n in counted.items()
        if n
    )


def _badge(severity: str) -> str:
    """The severity's shape; its word stands beside it."""
    return f'<i class="badge {_SEVERITY_STYLES[severity]}" aria-hidden="true"></i>'


def _contents_html(reading: Reading) -> str:
    """The plan's headings as links, to the second level."""
    items = [
        f'<a class="c{level}" href="#s-{i}">{shown(section.quote.text)}</a>'
        for i, section in enumerate(reading.ledger.sections)
        if (level := section.path.count("/") + 1) <= 2
    ]
    if not items:
        return ""
    inner = "".join(items)
    return f'<details class="toc"><summary>目录</summary><nav>{inner}</nav></details>'


def _toggle_html(panel: _Panel) -> str:
    if not panel.rows:
        return ""
    return (
        f'<button type="button" data-kind="{panel.kind}" aria-pressed="true">'
        f'<span class="key {panel.kind}">{panel.label}</span></button>'
    )


def _remarks_html(remarks: Sequence[str]) -> str:
    items = "".join(f"<li>{shown(remark)}</li>" for remark in remarks)
    return f'<ul class="remarks" aria-label="读取说明">{items}</ul>' if items else ""


# ---------------------------------------------------------------- marks


def _marks(reading: Reading) -> Iterator[Mark]:
    """All entries at their places, findings last so that they lie on top."""
    ledger = reading.ledger
    kinds: tuple[tuple[str, Iterable[Quote]], ...] = (
        ("o", ledger.coverage.left_out),
        ("k", (task.quote for task in ledger.tasks)),
        ("t", (target.quote for target in ledger.targets)),
        ("d", (duty.quote for duty in ledger.duties)),
        ("p", (project.quote for project in ledger.projects)),
        ("r", (routine.quote for routine in ledger.routines)),
        ("c", (citation.quote for citation in ledger.citations)),
    )
    for kind, quotes in kinds:
        for i, quote in enumerate(quotes, start=1):
            yield Mark(quote.span, f"{kind}{i}", kind, f"{kind}{i}")
    for i, finding in enumerate(reading.findings, start=1):
        for j, place in enumerate(finding.places):
            style = _SEVERITY_STYLES[finding.severity]
            yield Mark(place.span, f"f{i}", style, _place_anchor(i, j))


def _place_anchor(finding: int, place: int) -> str:
    return f"f{finding}-{place + 1}" if place else f"f{finding}"


# ---------------------------------------------------------------- lists


def _targets(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "指标"), ("v", "要求"), ("d", "时限"), ("u", "责任单位"))
    rows = tuple(
        _row(
            f"t{i + 1}",
            i + 1,
            shown(target.subject) + _below(*_target_notes(target), *_where(lookup, target)),
            f"<b>{words.comparator_sign(target)}{shown(target.quote.text)}</b>"
            + _below(_change(target)),
            words.day(target.due),
            _units(lookup.units_of_target(i) or lookup.units_of_section(target.section)),
        )
        for i, target in enumerate(reading.ledger.targets)
    )
    return _Panel("t", "指标", columns, rows, "方案里没有读出指标。")


def _target_notes(target: Target) -> Iterator[str]:
    if target.kind != "target":
        yield f"<em>{words.TARGET_KINDS[target.kind]}</em>"
    if target.aim:
        yield "<em>力争</em>"
    if target.scope:
        yield shown(target.scope)


def _change(target: Target) -> str:
    return "" if target.change == "level" else words.CHANGES[target.change]


def _tasks(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "任务"), ("d", "时限"), ("u", "责任单位"))
    targets, projects = reading.ledger.targets, reading.ledger.projects

    def inside(task: Task) -> str:
        links = [(f"t{j + 1}", targets[j].quote.text) for j in task.targets]
        links += [(f"p{j + 1}", projects[j].quote.text) for j in task.projects]
        return "".join(f'<a class="in" href="#r-{key}">{shown(text)}</a>' for key, text in links)

    rows = tuple(
        _row(
            f"k{i}",
            i,
            f'<div class="words">{shown(task.quote.text)}</div>'
            + _below(inside(task), *_where(lookup, task)),
            words.day(task.due),
            _units(task.units),
        )
        for i, task in enumerate(reading.ledger.tasks, start=1)
    )
    return _Panel("k", "任务", columns, rows, "方案里没有读出任务。")


def _duties(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "单位"), ("s", "职责"), ("w", "章节"))
    rows = tuple(
        _row(
            f"d{i}",
            i,
            shown(duty.unit),
            words.ROLES[duty.role],
            _section(lookup, duty.section) + _below(lookup.place(duty.quote.start)),
        )
        for i, duty in enumerate(reading.ledger.duties, start=1)
    )
    return _Panel("d", "责任", columns, rows, "方案里没有写明责任单位。")


def _projects(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "项目"), ("s", "阶段"), ("d", "时限"), ("u", "责任单位"))
    rows = tuple(
        _row(
            f"p{i + 1}",
            i + 1,
            shown(project.quote.text) + _below(*_where(lookup, project)),
            words.STAGES[project.stage],
            words.day(project.due),
            _units(lookup.units_of_project(i) or lookup.units_of_section(project.section)),
        )
        for i, project in enumerate(reading.ledger.projects)
    )
    return _Panel("p", "项目", columns, rows, "方案里没有逐个点名的项目。")


def _routines(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "事项"), ("s", "频次"), ("d", "时限"), ("u", "主体"))
    rows = tuple(
        _row(
            f"r{i}",
            i,
            shown(routine.quote.text)
            + _below(
                f"报 {shown(routine.recipient)}" if routine.recipient else "",
                lookup.place(routine.quote.start),
            ),
            words.CADENCES[routine.cadence],
            words.days(routine.days, routine.day_kind),
            shown(routine.actor or ""),
        )
        for i, routine in enumerate(reading.ledger.routines, start=1)
    )
    return _Panel("r", "时限", columns, rows, "方案里没有定期或限时办理的事项。")


def _citations(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "文件"), ("w", "文号"))
    rows = tuple(
        _row(
            f"c{i}",
            i,
            shown(citation.title) + _below(lookup.place(citation.quote.start)),
            shown(citation.number or ""),
        )
        for i, citation in enumerate(reading.ledger.citations, start=1)
    )
    return _Panel("c", "引用", columns, rows, "方案里没有引用文件。")


def _findings(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("s", "级别"), ("", "问题"))
    rows = tuple(
        _row(
            f"f{i}",
            i,
            _badge(finding.severity) + words.SEVERITIES[finding.severity],
            f'{shown(finding.message)}<small class="code">{shown(finding.code)}</small>'
            + _places(lookup, i, finding),
            linked=bool(finding.places),
        )
        for i, finding in enumerate(reading.findings, start=1)
    )
    return _Panel("f", "发现", columns, rows, "对账没有发现问题。")


def _places(lookup: Lookup, number: int, finding: Finding) -> str:
    links = "".join(
        f'<li><a href="#m-{_place_anchor(number, j)}">{shown(_short(place.text))}</a>'
        f"<small>{lookup.place(place.start)}</small></li>"
        for j, place in enumerate(finding.places)
    )
    return f'<ul class="places">{links}</ul>' if links else ""


def _left_out(reading: Reading, lookup: Lookup) -> _Panel:
    columns = (("n", "序"), ("", "未入账的句子"), ("s", "出处"))
    rows = tuple(
        _row(f"o{i}", i, shown(quote.text), lookup.place(quote.start))
        for i, quote in enumerate(reading.ledger.coverage.left_out, start=1)
    )
    return _Panel("o", "未入账", columns, rows, "正文句句都已入账或归为总体要求。")


_PANELS = (
    _targets,
    _tasks,
    _duties,
    _projects,
    _routines,
    _citations,
    _findings,
    _left_out,
)


def _row(key: str, number: int, *cells: str, linked: bool = True) -> str:
    head = f'<a href="#m-{key}">{number}</a>' if linked else str(number)
    inner = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr id="r-{key}" data-e="{key}"><td>{head}</td>{inner}</tr>'


def _below(*notes: str) -> str:
    """A quiet second line of a cell, left away where there is nothing to say."""
    held = [note if note.startswith("<") else f"<span>{note}</span>" for note in notes if note]
    return f'<div class="below">{"".join(held)}</div>' if held else ""


def _where(lookup: Lookup, entry: Target | Task | Project) -> tuple[str, str]:
    return lookup.place(entry.quote.start), _section(lookup, entry.section)


def _section(lookup: Lookup, path: str | None) -> str:
    if path is None:
        return ""
    title = lookup.title(path)
    return f'<span class="sec">{shown(f"{path} {_short(title)}".strip())}</span>'


def _units(units: Iterable[UnitRole]) -> str:
    named = "、".join(
        shown(part.unit)
        if part.role == "responsible"
        else f'{shown(part.unit)}<small class="role">{words.ROLES[part.role]}</small>'
        for part in dict.fromkeys(units)
    )
    return f'<div class="words">{named}</div>' if named else ""


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _tab_html(panel: _Panel) -> str:
    return (
        f'<a id="tab-{panel.kind}" href="#p-{panel.kind}" data-open="{panel.kind}">'
        f"{panel.label}<b>{len(panel.rows)}</b></a>"
    )


def _panel_html(panel: _Panel) -> str:
    if panel.rows:
        columns = "".join(f'<col class="{style}">' for style, _ in panel.columns)
        heads = "".join(
            f'<th scope="col" class="{style}">{heading}</th>' for style, heading in panel.columns
        )
        body = (
            f'<table class="list {panel.kind}"><colgroup>{columns}</colgroup>'
            f"<thead><tr>{heads}</tr></thead><tbody>\n"
            + "\n".join(panel.rows)
            + "\n</tbody></table>"
        )
    else:
        body = f'<p class="empty">{panel.empty}</p>'
    return (
        f'<section class="panel" id="p-{panel.kind}" aria-labelledby="tab-{panel.kind}">'
        f"<h2>{panel.label}（{len(panel.rows)}）</h2>{body}</section>"
    )
