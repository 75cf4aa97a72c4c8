"""What the clerk changed in Word is found, figure by figure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from guatu.delivery.bulletins.changed import FigureState, compare
from guatu.delivery.bulletins.official import official_docx
from guatu.delivery.bulletins.paper import Column, Figure, Paper, Table, paragraph
from guatu.documents.errors import UnreadableDocument

pytest.importorskip("docx")
NOW = {"reached": "486.35", "rate": "81.1", "red": "7"}
BODY = (
    paragraph("累计完成", Figure("reached", "486.35"), "亿元，占", Figure("rate", "81.1"), "%。"),
    Table((Column("红灯"),), ((Figure("red", "7"),),)),
    paragraph("再说一遍：", Figure("reached", "486.35"), "亿元。"),
)
DRAFT = official_docx(Paper("通报", BODY, "办公室", date(2026, 11, 5)))


def edited(change: Callable[[str], str]) -> bytes:
    """The draft with its XML changed, as a person's edit in Word changes it."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(DRAFT)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = change(part.decode()).encode()
            new.writestr(name, part)
    return content.getvalue()


def line_of(xml: str, words: str) -> tuple[int, int]:
    """Where the paragraph with these words begins and ends."""
    place = xml.index(words)
    end = xml.index("</w:p>", place) + len("</w:p>")
    return max(xml.rfind(tag, 0, place) for tag in ("<w:p>", "<w:p ")), end


def states(final: bytes, now: dict[str, str] = NOW) -> list[tuple[str, FigureState]]:
    """Facts and what became of them."""
    return [(one.fact, one.state) for one in compare(DRAFT, final, "定稿.docx", now).figures]


def test_an_untouched_file_has_nothing_to_look_at() -> None:
    found = compare(DRAFT, DRAFT, "定稿.docx", NOW)
    assert [one.state for one in found.figures] == [FigureState.SAME] * 4
    assert (found.matters, found.typed, found.controls_lost) == ((), (), False)


def test_a_figure_typed_over_is_changed_and_shown_in_its_line() -> None:
    final = edited(lambda xml: xml.replace(">81.1<", ">83.0<"))
    (one,) = compare(DRAFT, final, "定稿.docx", NOW).matters
    assert (one.fact, one.drafted, one.final, one.state) == (
        "rate", "81.1", "83.0", FigureState.CHANGED,
    )  # fmt: skip
    assert one.where == "累计完成486.35亿元，占【83.0】%。"


def test_one_of_two_printings_changed_is_one_change() -> None:
    final = edited(lambda xml: ">486.40<".join(xml.rsplit(">486.35<", 1)))
    found = compare(DRAFT, final, "定稿.docx", NOW).matters
    assert [(one.fact, one.printing, one.final) for one in found] == [("reached", 1, "486.40")]


def test_the_first_of_two_printings_changed_is_the_first() -> None:
    final = edited(lambda xml: xml.replace(">486.35<", ">486.40<", 1))
    found = compare(DRAFT, final, "定稿.docx", NOW).matters
    assert [(one.fact, one.printing, one.final) for one in found] == [("reached", 0, "486.40")]


def test_of_two_printings_the_one_taken_out_is_missing() -> None:
    def drop(xml: str) -> str:
        start, end = line_of(xml, "再说一遍")
        return xml[:start] + xml[end:]

    found = compare(DRAFT, edited(drop), "定稿.docx", NOW).matters
    assert [(one.fact, one.printing, one.state) for one in found] == [
        ("reached", 1, FigureState.MISSING)
    ]


def test_a_printing_copied_and_changed_is_found() -> None:
    def copy(xml: str) -> str:
        start, end = line_of(xml, "再说一遍")
        again = xml[start:end].replace("486.35", "500.00").replace("再说一遍", "又说一遍")
        return xml[:end] + xml[start:end] + again + xml[end:]

    found = compare(DRAFT, edited(copy), "定稿.docx", NOW).matters
    assert [(one.fact, one.printing, one.final, one.state) for one in found] == [
        ("reached", None, "500.00", FigureState.CHANGED)
    ], "the one copied unchanged is right"


def test_a_figure_pasted_from_another_paper_is_named() -> None:
    pasted = '<w:p><w:r><w:t>上期</w:t></w:r><w:sdt><w:sdtPr><w:tag w:val="guatu:old"/></w:sdtPr>'
    pasted += "<w:sdtContent><w:r><w:t>77.0</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    final = edited(lambda xml: xml.replace("<w:p>", f"{pasted}<w:p>", 1))
    found = compare(DRAFT, final, "定稿.docx", NOW)
    assert found.matters == ()
    assert [(one.words, one.where) for one in found.typed] == [("77.0", "上期【77.0】 红灯")]


def test_number_and_date_filled_in_are_no_typed_numbers() -> None:
    draft = official_docx(Paper("关于2026年10月进展的通报", BODY, "办公室", printed_by="办公室"))
    filled = Paper(
        "关于2026年10月进展的通报", BODY, "办公室", date(2026, 11, 5),
        number="临办〔2026〕17号", printed_by="办公室", printed_on=date(2026, 11, 6),
    )  # fmt: skip
    found = compare(draft, official_docx(filled), "定稿.docx", NOW)
    assert (found.typed, found.period) == ((), None)


def test_another_period_in_the_title_is_said_once() -> None:
    draft = official_docx(Paper("关于2026年10月进展的通报", BODY, "办公室"))
    final = official_docx(Paper("关于2026年9月进展的通报", BODY, "办公室"))
    found = compare(draft, final, "定稿.docx", NOW)
    assert found.period is not None
    assert (found.period.printed, found.period.expected) == ("2026年9月", "2026年10月")
    assert found.typed == ()


def test_a_figure_that_the_close_has_changed_since_is_stale() -> None:
    assert states(DRAFT, {**NOW, "red": "8"})[2] == ("red", FigureState.STALE)


def test_a_figure_brought_up_to_date_by_hand_is_right() -> None:
    final = edited(lambda xml: xml.replace(">7<", ">8<"))
    assert states(final, {**NOW, "red": "8"})[2] == ("red", FigureState.SAME)


def test_a_fact_that_is_gone_is_stale() -> None:
    assert states(DRAFT, {"reached": "486.35", "rate": "81.1"})[2] == ("red", FigureState.STALE)


def test_text_deleted_under_tracked_changes_is_not_there() -> None:
    def track(xml: str) -> str:
        start = xml.index(">7</w:t>")
        begin, end = xml.rindex("<w:r>", 0, start), xml.index("</w:r>", start) + len("</w:r>")
        run = xml[begin:end]
        old = run.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        new = run.replace(">7<", ">9<")
        return xml[:begin] + f"<w:del>{old}</w:del><w:ins>{new}</w:ins>" + xml[end:]

    (one,) = compare(DRAFT, edited(track), "定稿.docx", NOW).matters
    assert (one.final, one.state) == ("9", FigureState.CHANGED)


def test_controls_that_a_program_dropped_are_looked_for_by_their_words() -> None:
    def drop(xml: str) -> str:
        import re

        xml = re.sub(r"<w:sdtPr>.*?</w:sdtPr>", "", xml)
        return re.sub(r"</?w:sdt(Content)?>", "", xml)

    found = compare(DRAFT, edited(drop), "定稿.docx", NOW)
    assert found.controls_lost
    assert {one.state for one in found.figures} == {FigureState.UNBOUND}
    assert found.typed == ()


def test_a_sentence_taken_out_is_missing_and_a_number_typed_in_is_named() -> None:
    final = edited(
        lambda xml: xml.replace('w:val="guatu:rate"', 'w:val="else"').replace(">81.1<", ">约95.0<")
    )
    found = compare(DRAFT, final, "定稿.docx", NOW)
    assert [(one.fact, one.state) for one in found.matters] == [("rate", FigureState.MISSING)]
    assert [one.words for one in found.typed] == ["95.0"]


def test_a_file_that_is_no_docx_is_told_in_chinese() -> None:
    with pytest.raises(UnreadableDocument, match="另存为 docx"):
        compare(DRAFT, b"%PDF-1.7", "定稿.docx", NOW)


def test_a_figure_of_a_table_is_told_with_the_head_of_its_row() -> None:
    table = Table(
        (Column("县区"), Column("计划"), Column("完成"), Column("完成率")),
        (("南浦区高新技术产业开发区", "1,234.56", "1,034.56", Figure("p", "66.5")),),
    )
    draft = official_docx(Paper("通报", (table,), "办公室"))
    other = replace(table, rows=((*table.rows[0][:3], Figure("p", "67.7")),))
    final = official_docx(Paper("通报", (other,), "办公室"))
    (one,) = compare(draft, final, "定稿.docx", {"p": "66.5"}).matters
    assert one.where.startswith("南浦区高新技术产业开发区") and "【67.7】" in one.where


def test_a_number_typed_in_is_shown_where_it_was_typed() -> None:
    body = (paragraph("新开工项目若干。"), paragraph("计划5月竣工。"))
    draft = official_docx(Paper("通报", body, "办公室"))
    typed = (paragraph("新开工项目5个。"), body[1])
    found = compare(draft, official_docx(Paper("通报", typed, "办公室")), "定稿.docx", {})
    assert [(one.words, one.where) for one in found.typed] == [("5", "新开工项目【5】个。")]


def test_a_row_taken_out_is_missing_though_its_number_stands_elsewhere_in_words() -> None:
    table = Table((Column("县区"), Column("率")), (("甲", Figure("a", "100.0")),))
    said = paragraph("低于序时进度100.0%。")
    draft = official_docx(Paper("通报", (table, said), "办公室"))
    final = official_docx(Paper("通报", (replace(table, rows=()), said), "办公室"))
    found = compare(draft, final, "定稿.docx", {"a": "100.0"}).matters
    assert [one.state for one in found] == [FigureState.MISSING]
