"""Word files: what stands on paper, in order, and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guatu.documents import Document, UnreadableDocument, read_document

MakeDocx = Callable[..., bytes]


def p(inner: str, properties: str = "") -> str:
    """A paragraph; plain words are put in a run."""
    content = inner if inner.startswith("<") or not inner else r(inner)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def cell(content: str, properties: str = "") -> str:
    """A table cell of one paragraph, or of the paragraphs given."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    """A table of rows of cells."""
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def words(document: Document, kind: str) -> list[str]:
    """The words of all blocks of one kind."""
    return [block.span.of(document.text) for block in document.blocks if block.kind == kind]


@pytest.fixture
def read(make_docx: MakeDocx) -> Callable[..., Document]:
    """Reads a docx made of the body and parts given."""
    return lambda body, **parts: read_document(make_docx(body, **parts), "方案.docx")


Read = Callable[..., Document]


def test_paragraphs_come_in_order_and_empty_ones_are_left_out(read: Read) -> None:
    document = read(p("为加快建设，制定本方案。") + p("") + p("　　一、总体要求"))
    assert document.text == "为加快建设，制定本方案。\n一、总体要求\n"
    assert [block.number for block in document.blocks] == [1, 2]


@pytest.mark.parametrize(
    ("name", "level"),
    [("heading 1", 1), ("heading 3", 3), ("标题 2", 2), ("Title", 1), ("正文文本", None)],
)
def test_headings_are_known_by_the_name_of_their_style(
    read: Read, name: str, level: int | None
) -> None:
    style = (
        f'<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{name}"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="自拟"/>'
        '<w:basedOn w:val="a"/></w:style>'
    )
    document = read(p("总体要求", '<w:pStyle w:val="b"/>'), styles=style)
    assert document.blocks[0].level == level
    assert (document.blocks[0].kind == "heading") == (level is not None)


def test_an_outline_level_makes_a_heading_and_body_text_none(read: Read) -> None:
    style = '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    document = read(
        p("甲", '<w:outlineLvl w:val="1"/>')
        + p("乙", '<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>'),
        styles=style,
    )
    assert [block.level for block in document.blocks] == [2, None]


def test_revisions_are_accepted_and_counted(read: Read) -> None:
    body = p(
        r("新建学校")
        + "<w:del>" + '<w:r><w:delText>10</w:delText></w:r>' + "</w:del>"
        + "<w:ins>" + r("12") + "</w:ins>"
        + r("所，")
        + "<w:moveFrom>" + r("旧处") + "</w:moveFrom>"
        + "<w:moveTo>" + r("新处") + "</w:moveTo>"
    )  # fmt: skip
    document = read(body)
    assert document.text == "新建学校12所，新处\n"
    assert document.remarks == ("修订按接受处理：插入 1 处、删除 1 处、移动 1 处",)


def test_a_deleted_paragraph_mark_joins_two_paragraphs(read: Read) -> None:
    document = read(
        p("到2025年，", "<w:rPr><w:del/></w:rPr>") + p("新建学校12所。") + p("下一段。")
    )
    assert document.text == "到2025年，新建学校12所。\n下一段。\n"


def test_a_deleted_row_is_gone(read: Read) -> None:
    gone = "<w:trPr><w:del/></w:trPr>" + cell("旧") + cell("行")
    document = read(table(cell("指标") + cell("目标"), gone))
    assert document.text == "指标\t目标\n"


def test_tables_stand_in_their_place_with_tabs(read: Read) -> None:
    document = read(
        p("前。")
        + table(cell("指标") + cell("2025年"), cell("学校（所）") + cell("12"))
        + p("后。")
    )
    assert document.text == "前。\n指标\t2025年\n学校（所）\t12\n后。\n"
    assert [block.kind for block in document.blocks] == ["paragraph", "table", "paragraph"]
    assert [cell.span.of(document.text) for cell in document.tables[0].cells] == [
        "指标", "2025年", "学校（所）", "12",
    ]  # fmt: skip


def test_merged_cells_stand_once(read: Read) -> None:
    document = read(
        table(
            cell("类别", '<w:vMerge w:val="restart"/>') + cell("数值", '<w:gridSpan w:val="2"/>'),
            cell("", "<w:vMerge/>") + cell("2020年") + cell("2025年"),
            cell("森林覆盖率") + cell("40%") + cell("45%"),
        )
    )
    assert document.text == "类别\t数值\n2020年\t2025年\n森林覆盖率\t40%\t45%\n"
    first, second, third = document.tables[0].cells[:3]
    assert (first.row, first.column, first.row_span, first.column_span) == (0, 0, 2, 1)
    assert (second.row, second.column, second.row_span, second.column_span) == (0, 1, 1, 2)
    assert (third.row, third.column) == (1, 1)


def test_paragraphs_tabs_and_tables_inside_a_cell_become_one_line(read: Read) -> None:
    inner = table(cell("内一") + cell("内二"))
    document = read(
        table(cell(p("甲") + p(r("乙") + "<w:r><w:tab/></w:r>" + r("丙")) + inner) + cell("丁"))
    )
    assert document.text == "甲 乙 丙 内一 内二\t丁\n"


def test_a_box_drawn_as_a_table_holds_paragraphs(read: Read) -> None:
    document = read(table(cell(p("专栏1 重点工程") + p("1.新建学校12所。"))))
    assert words(document, "paragraph") == ["专栏1 重点工程", "1.新建学校12所。"]
    assert document.tables == ()


BOX = "<w:txbxContent>" + p("文本框里的话") + "</w:txbxContent>"


def test_a_text_box_comes_once_behind_its_paragraph(read: Read) -> None:
    drawing = (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp>'
        "</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    document = read(p(drawing + r("段落。")) + p("下一段。"))
    assert document.text == "段落。\n文本框里的话\n下一段。\n"
    assert words(document, "textbox") == ["文本框里的话"]


def test_notes_come_at_the_end_and_leave_no_mark_in_the_text(read: Read) -> None:
    notes = (
        '<w:footnote w:type="separator" w:id="-1">' + p("线") + "</w:footnote>"
        '<w:footnote w:id="2">' + p("脚注之言。") + "</w:footnote>"
        '<w:footnote w:id="3">' + p("没有引用。") + "</w:footnote>"
    )
    body = p(r("新建12所") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + r("学校。")) + p(
        "末段。"
    )
    document = read(body, footnotes=notes)
    assert document.text == "新建12所学校。\n末段。\n脚注之言。\n"
    assert words(document, "footnote") == ["脚注之言。"]


def mark(kind: str) -> str:
    """One of the marks of a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def test_a_field_keeps_its_result_only(read: Read) -> None:
    field = (
        mark("begin") + "<w:r><w:instrText> REF a </w:instrText></w:r>"
        + mark("begin") + r("指令中的字") + mark("separate") + r("内层") + mark("end")
        + mark("separate") + r("表1") + mark("end")
    )  # fmt: skip
    assert read(p(r("见") + field + r("。"))).text == "见表1。\n"


def test_a_field_without_end_loses_nothing(read: Read) -> None:
    assert read(p(mark("begin") + r("正文一。")) + p("正文二。")).text == "正文一。\n正文二。\n"


def test_a_table_of_contents_is_left_out_and_said(read: Read) -> None:
    contents = p(
        mark("begin") + '<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>' + mark("separate")
        + r("一、总体要求 1")
    ) + p(r("二、保障措施 9") + mark("end"))  # fmt: skip
    document = read(contents + p("一、总体要求") + p("二、保障措施"))
    assert document.text == "一、总体要求\n二、保障措施\n"
    assert "目录" in document.remarks[0]


def test_links_tags_and_controls_are_read_through(read: Read) -> None:
    body = (
        "<w:sdt><w:sdtContent>" + p("控件中的段落。") + "</w:sdtContent></w:sdt>"
        + p(
            "<w:hyperlink>" + r("链接") + "</w:hyperlink>"
            "<w:smartTag>" + r("标记") + "</w:smartTag>"
            "<w:sdt><w:sdtContent>" + r("控件") + "</w:sdtContent></w:sdt>"
            '<w:fldSimple w:instr="PAGE">' + r("域") + "</w:fldSimple>"
        )
    )  # fmt: skip
    assert read(body).text == "控件中的段落。\n链接标记控件域\n"


def test_hidden_words_and_comments_are_left_out_and_said(read: Read) -> None:
    document = read(
        p(r("看得见") + r("看不见", "<w:vanish/>") + r("。", '<w:vanish w:val="0"/>')),
        comments='<w:comment w:id="0">' + p("请核对") + "</w:comment>",
    )
    assert document.text == "看得见。\n"
    assert document.remarks == ("批注 1 条未读入", "隐藏文字 1 处未读入")


def test_breaks_symbols_and_formulas(read: Read) -> None:
    body = p(
        r("甲") + "<w:r><w:br/></w:r>" + r("乙")
        + '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:noBreakHyphen/></w:r>'
        + "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
    )  # fmt: skip
    assert read(body).text == "甲\n乙☑-x=1\n"


def test_a_document_of_pictures_says_so(read: Read) -> None:
    with pytest.raises(UnreadableDocument, match="只有图片"):
        read(p("<w:r><w:drawing/></w:r>"))


def test_strict_markup_is_read_too(make_docx: MakeDocx) -> None:
    import io
    import zipfile

    old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    new = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    source = zipfile.ZipFile(io.BytesIO(make_docx(p("正文。"))))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in source.namelist():
            package.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    assert read_document(stream.getvalue(), "方案.docx").text == "正文。\n"
