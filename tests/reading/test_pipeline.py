"""Whole plans: every quote stands where it says, and no text makes the reader raise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guatu.documents import open_document
from guatu.documents.document import Document
from guatu.reading import Reading, read_plan
from guatu.text.normal import normal
from guatu.text.span import Quote, Span

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "samples").glob("*.txt"))
# Plans published elsewhere, put beside the repository by those who check the reader.
INDEPENDENT = sorted((ROOT.parent / "shared-independent").rglob("*.txt"))


class Published(Protocol):
    """What conftest's ``published_plan`` gives."""

    path: Path


def read(text: str) -> Reading:
    return read_plan(Document("方案.txt", "txt", text))


def places(value: object) -> Iterator[Quote | Span]:
    """All quotes and spans inside a record, however deep."""
    if isinstance(value, Quote | Span):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from places(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from places(getattr(value, field.name))


def assert_stands_in_its_text(reading: Reading) -> None:
    """Every place of the ledger and of the findings is words of the document."""
    text = reading.document.text
    for place in (*places(reading.ledger), *places(reading.findings)):
        if isinstance(place, Quote):
            assert text.startswith(place.text, place.start), place
            assert place.start >= 0
        else:
            assert 0 <= place.start < place.end <= len(text), place
    ledger = reading.ledger
    for records in (ledger.targets, ledger.tasks, ledger.duties, ledger.projects,
                    ledger.routines, ledger.citations):  # fmt: skip
        starts = [record.quote.start for record in records]
        assert starts == sorted(starts)
        assert all(record.quote.text.strip() for record in records)
    for task in ledger.tasks:
        assert all(0 <= i < len(ledger.targets) for i in task.targets)
        assert all(0 <= i < len(ledger.projects) for i in task.projects)
    held = {target.section for target in ledger.targets}
    held |= {task.section for task in ledger.tasks}
    held |= {duty.section for duty in ledger.duties}
    held |= {project.section for project in ledger.projects}
    assert held <= {None, *(section.path for section in ledger.sections)}
    assert 0 <= ledger.coverage.share <= 1


# ------------------------------------------------------------- whole plans
@pytest.mark.parametrize("path", SAMPLES + INDEPENDENT, ids=lambda path: path.stem)
def test_every_quote_of_a_plan_stands_where_it_says(path: Path) -> None:
    assert_stands_in_its_text(read_plan(open_document(path)))


def test_every_quote_of_a_published_plan_stands_where_it_says(published_plan: Published) -> None:
    assert_stands_in_its_text(read_plan(open_document(published_plan.path)))


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*.docx")), ids=lambda p: p.stem)
def test_every_quote_of_a_word_file_stands_where_it_says(path: Path) -> None:
    assert_stands_in_its_text(read_plan(open_document(path)))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_reading_twice_gives_the_same(path: Path) -> None:
    document = open_document(path)
    assert read_plan(document) == read_plan(document)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_width_of_the_characters_changes_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    told = [as_values(read(width)) for width in (text, normal(text), wide)]
    assert told[1] == told[0]
    assert told[2] == told[0]


def as_values(reading: Reading) -> list[object]:
    """What a reading says, words in one width: the same for texts of the same words."""
    ledger = reading.ledger
    return [
        [
            replace(
                t,
                quote=Quote(t.quote.start, normal(t.quote.text)),
                subject=normal(t.subject),
                unit=normal(t.unit),
                scope=t.scope and normal(t.scope),
            )
            for t in ledger.targets
        ],
        [(s.path, normal(s.title), s.start, s.end) for s in ledger.sections],
        [(d.section, d.role, d.quote.start, normal(d.unit)) for d in ledger.duties],
        [(p.quote.start, p.stage, p.due, normal(p.quote.text)) for p in ledger.projects],
        [(r.quote.start, r.cadence, r.days, r.day_kind) for r in ledger.routines],
        [(c.quote.start, c.number and normal(c.number)) for c in ledger.citations],
        [(t.quote.start, t.due, t.targets, t.projects) for t in ledger.tasks],
        [(f.code, [place.start for place in f.places]) for f in reading.findings],
    ]


def test_a_reading_cannot_be_changed() -> None:
    reading = read("一、任务\n到2027年，新建公园20个。\n")
    with pytest.raises(FrozenInstanceError):
        reading.ledger = reading.ledger  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        reading.ledger.targets[0].unit = "座"  # type: ignore[misc]
    assert hash(reading.ledger.targets) == hash(tuple(reading.ledger.targets))


@pytest.mark.parametrize("text", ["", "\n", "　", "﻿", "。", "一、", "1", "（", "\x00", "\ud800"])
def test_texts_of_almost_nothing(text: str) -> None:
    reading = read(text)
    assert not (reading.ledger.targets or reading.ledger.tasks)
    assert_stands_in_its_text(reading)


def test_no_more_is_covered_than_there_is() -> None:
    reading = read("三年内（责任单位：市财政局、市教育局）一、")
    assert reading.ledger.coverage.share <= 1


# ---------------------------------------------------------------- any text
PIECES = """
一、 二、 （一） （二） 1. 2. （1） ① 第一章 总体要求 主要目标 附件： 注： 目录
到 2027年 2026—2028年 2026年6月底前 三年内 每年 每月5日前 “十五五” 较2025年 今年 年底
新建 建成 推进 开工 完成 达到 提高到 下降 由 从 分别 其中 力争 不低于 以上 左右 超过
10 95 3—5 2.5万 十 两 个 公里 % ‰ 亿元 个百分点 翻一番 三分之二 10 个
公园 公路 覆盖率 项目 一期工程 固定资产投资 企业 每个县（市、区）
（责任单位：市财政局、市教育局） （市水利局牵头，市财政局配合）
责任单位： 牵头 负责 各县（区）人民政府
《政府投资条例》 《 》 （ ） “ ” 〔2026〕8号 给予 补助 报送 通报 指标 单位 2028年目标
， 、 。 ； ： — - . %
"""
WORDS = [*PIECES.split(), "\n", "\r\n", "\t", "　", " "]
ANY_TEXT = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=120).map("".join)


@given(ANY_TEXT)
def test_reading_any_text_never_raises(text: str) -> None:
    assert_stands_in_its_text(read(text))


@given(
    st.text(
        alphabet="0123456789０１２一二十百千万亿.,，、—-~%‰年月日个〔〕（）()/ \n", max_size=200
    )
)
def test_reading_digits_and_marks_never_raises(text: str) -> None:
    assert_stands_in_its_text(read(text))


@given(
    st.integers(min_value=0),
    st.lists(
        st.tuples(
            st.sampled_from(["delete", "double", "shuffle", "move"]),
            st.integers(0, 10**6),
            st.integers(1, 40),
        ),
        min_size=1,
        max_size=12,
    ),
)
@settings(max_examples=60)
@example(0, [("delete", 0, 1)])
def test_reading_a_damaged_plan_never_raises(seed: int, damage: list[tuple[str, int, int]]) -> None:
    text = SAMPLES[0].read_text(encoding="utf-8")
    window = seed % len(text)
    piece = text[window : window + 1500]
    for kind, at, length in damage:
        piece = damaged(piece, kind, at % (len(piece) + 1), length, random.Random(seed))
    assert_stands_in_its_text(read(piece))


def test_reading_a_published_plan_that_was_damaged_never_raises(published_plan: Published) -> None:
    chance = random.Random(published_plan.path.stem)
    text = open_document(published_plan.path).text
    for _ in range(4):
        lines = text.splitlines(keepends=True)
        for _ in range(6):
            i = chance.randrange(len(lines))
            lines[i : i + 1] = chance.choice([[], [lines[i]] * 2, [lines[i], *lines[:1]]])
            lines[i : i + 5] = chance.sample(lines[i : i + 5], len(lines[i : i + 5]))
        worse = "".join(lines)
        for _ in range(40):
            kind = chance.choice(["delete", "double", "shuffle", "move"])
            worse = damaged(
                worse, kind, chance.randrange(len(worse)), chance.randint(1, 12), chance
            )
        assert_stands_in_its_text(read(worse))


def damaged(text: str, kind: str, at: int, length: int, chance: random.Random) -> str:
    """``text`` with the characters at ``at`` deleted, doubled, shuffled or moved to the front."""
    part = text[at : at + length]
    if kind == "delete":
        return text[:at] + text[at + length :]
    if kind == "double":
        return text[:at] + part * 2 + text[at + length :]
    if kind == "move":
        return part + text[:at] + text[at + length :]
    shuffled = "".join(chance.sample(part, len(part)))
    return text[:at] + shuffled + text[at + length :]


def test_the_deadline_cell_of_a_row_holds_for_its_projects_and_targets() -> None:
    cells = (
        "青川县人民政府办公室", "2026年2月9日", "青川县实事任务表",
        "序号", "任务", "牵头单位", "完成时限",
        "1", "启动滨江路二期工程建设。", "县交通局", "6月底前动工",
        "2", "改扩建县人民医院门诊楼，新增床位90张。", "县卫健局", "11月底前",
        "3", "加快推进石板滩水库除险加固。", "县水利局", "长期推进",
    )  # fmt: skip
    for gap in ("\n", "\n\n"):
        ledger = read(gap.join(cells) + "\n").ledger
        assert [(p.quote.text, p.section, p.due) for p in ledger.projects] == [
            ("滨江路二期工程", "1", date(2026, 6, 30)),
            ("县人民医院门诊楼", "2", date(2026, 11, 30)),
            ("石板滩水库除险加固", "3", None),
        ]
        assert [(t.quote.text, t.due) for t in ledger.targets] == [("90张", date(2026, 11, 30))]
        assert [(d.section, d.unit) for d in ledger.duties] == [
            ("1", "县交通局"), ("2", "县卫健局"), ("3", "县水利局"),
        ]  # fmt: skip
