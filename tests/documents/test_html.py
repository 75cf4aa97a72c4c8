"""Web pages: the article and nothing but the article."""

from __future__ import annotations

from typing import Any

import pytest

from guatu.documents import Document, UnreadableDocument, read_document

PARAGRAPHS = (
    "为深入贯彻落实省委、省政府决策部署，加快补齐全市公共服务短板，结合实际，制定本方案。",
    "一、总体要求",
    "坚持以人民为中心，到2025年，全市新建公办幼儿园36所，新增学位1.2万个。",
    "二、重点任务",
    "（一）实施教育提升工程。新建改建中小学24所，完成投资18亿元。（责任单位：市教育局）",
    "（二）实施医疗补短工程。每个县建成1所二级甲等以上医院。（责任单位：市卫生健康委）",
    "三、保障措施",
    "各地各部门要加强组织领导，每季度末向市政府报送进展情况，确保各项任务落到实处。",
)
BODY = "".join(f"<p>　　{line}</p>" for line in PARAGRAPHS)
TITLE = "临江市补齐公共服务短板行动方案"
NAV = "<ul>" + "".join(
    f'<li><a href="/{n}.html">{name}</a></li>'
    for n, name in enumerate(("首页", "政务公开", "政务服务", "互动交流", "走进临江"))
) + "</ul>"  # fmt: skip
FOOT = (
    "<div class='footer'><p>主办：临江市人民政府办公室　承办：临江市大数据中心</p>"
    "<p>网站标识码：5300000001　滇ICP备00000001号</p></div>"
)
AFTER = (
    "<div>扫一扫在手机打开当前页</div><div>分享到：</div><div>【打印本页】</div>"
    "<div>上一篇：<a href='1.html'>关于做好春耕备耕工作的通知</a></div>"
    "<div>下一篇：<a href='2.html'>关于森林防火的通告</a></div>"
)

PAGES = {
    "TRS 编辑器": f"""<html><head><title>{TITLE}_临江市人民政府</title></head><body>
        <div class="header">{NAV}</div><div class="crumb">当前位置：<a href="/">首页</a></div>
        <h1>{TITLE}</h1><div class="xl">发布时间：2021-03-05　来源：市政府办</div>
        <div class="view TRS_UEDITOR trs_paper_default"><div class="TRS_Editor">{BODY}</div></div>
        {AFTER}{FOOT}</body></html>""",
    "中国政府网式": f"""<html><head><title>{TITLE}</title></head><body><div class="nav">{NAV}</div>
        <table class="bd1"><tr><td>索引号：</td><td>LJ001</td><td>发文字号：</td>
        <td>临政发〔2021〕3号</td></tr></table>
        <div class="pages_content" id="UCAP-CONTENT"><p>{TITLE}</p>{BODY}</div>
        <div class="related"><h3>相关稿件</h3>{NAV}</div>{FOOT}</body></html>""",
    "表格排版的老站": f"""<html><head><title>{TITLE}</title></head><body>
        <table width=1000><tr><td>{NAV}</td></tr></table>
        <table width=1000><tr><td width=200>{NAV}<br>{NAV}</td><td>
          <table><tr><td align=center><b>{TITLE}</b></td></tr>
          <tr><td>作者：办公室 点击数：35</td></tr>
          <tr><td id=zoom>{"<br>".join("　　" + line for line in PARAGRAPHS)}</td></tr></table>
        </td></tr></table><table><tr><td>版权所有：临江市人民政府</td></tr></table></body></html>""",
    "栏目链接很多": f"""<html><head><title>{TITLE}-临江</title></head><body>{NAV * 6}
        <div class="main"><div class="left">{NAV * 5}</div><div class="right">
        <h2 class="title">{TITLE}</h2><div class="con">{BODY}</div>{AFTER}</div></div>
        <div class="tjxw">{NAV * 3}</div>{FOOT}</body></html>""",
    "没有任何标记": f"<html><body>{NAV}<center>{TITLE}</center>{BODY}{FOOT}</body></html>",
    "一段一个层": "<html><body><div id=a>" + NAV + "</div><div id=b>"
        + f"<div>{TITLE}</div>" + "".join(f"<div><span>{p}</span></div>" for p in PARAGRAPHS)
        + f"</div>{FOOT}</body></html>",
    "正文分在两块": f"""<html><body><div class="nav">{NAV}</div><h1>{TITLE}</h1>
        <div class="part"><p>{"</p><p>".join(PARAGRAPHS[:4])}</p></div>
        <div class="part"><p>{"</p><p>".join(PARAGRAPHS[4:])}</p></div>{FOOT}</body></html>""",
}  # fmt: skip


def lines(document: Document) -> list[str]:
    """The lines of the document."""
    return document.text.splitlines()


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_the_whole_article_is_found_in_order(page: str) -> None:
    found = lines(read_document(page.encode(), "方案.html"))
    kept = [line for line in found if line in PARAGRAPHS]
    assert kept == list(PARAGRAPHS)
    assert TITLE in found
    assert found.index(TITLE) < found.index(PARAGRAPHS[0])


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize(
    "furniture",
    ["政务公开", "走进临江", "上一篇", "下一篇", "扫一扫", "分享到", "ICP备", "版权所有"],
)
def test_menus_and_footers_are_left_out(page: str, furniture: str) -> None:
    assert furniture not in read_document(page.encode(), "方案.html").text


def test_number_and_date_above_the_article_are_kept() -> None:
    document = read_document(PAGES["中国政府网式"].encode(), "方案.html")
    assert "临政发〔2021〕3号" in document.text
    assert document.text.index("临政发") < document.text.index(PARAGRAPHS[0])


def page_of(inner: str) -> bytes:
    """A page whose article holds ``inner``."""
    return f"<html><body><div class=TRS_Editor><p>{PARAGRAPHS[0]}</p>{inner}</div></body>".encode()


def read(inner: str) -> Document:
    """The article read."""
    return read_document(page_of(inner), "方案.html")


def test_data_tables_are_rows_of_cells_and_spans_stand_once() -> None:
    document = read(
        "<table><tr><th rowspan=2>指标</th><th colspan=2>数值</th></tr>"
        "<tr><td>2020年</td><td>2025年</td></tr>"
        "<tr><td>森林<br>覆盖率</td><td>40%</td><td>45%</td></tr></table>"
    )
    assert lines(document)[1:] == ["指标\t数值", "2020年\t2025年", "森林 覆盖率\t40%\t45%"]
    grid = [
        (cell.span.of(document.text), cell.row, cell.column, cell.row_span, cell.column_span)
        for cell in document.tables[0].cells
    ]
    assert grid[:3] == [("指标", 0, 0, 2, 1), ("数值", 0, 1, 1, 2), ("2020年", 1, 1, 1, 1)]


def test_headings_breaks_and_blanks() -> None:
    document = read("<h2>一、总体&nbsp;要求</h2><p>第一句。<br>第二\n   句。<br/><br/>末句。</p>")
    assert lines(document)[1:] == ["一、总体 要求", "第一句。", "第二 句。", "末句。"]
    assert (document.blocks[1].kind, document.blocks[1].level) == ("heading", 2)


def test_numbered_lists_keep_the_numbers_the_browser_prints() -> None:
    document = read("<ol start=3><li>建学校</li><li>（二）建医院</li><li>建公园</li></ol>")
    assert lines(document)[1:] == ["3. 建学校", "（二）建医院", "5. 建公园"]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<ol type=a start=26><li>甲</li><li>乙</li></ol>", ["z. 甲", "aa. 乙"]),
        ("<ol type=I><li>甲</li><li value=9>乙</li><li>丙</li></ol>", ["I. 甲", "IX. 乙", "X. 丙"]),
        ("<ol type=i start=0><li>甲</li><li>乙</li></ol>", ["0. 甲", "i. 乙"]),
        ("<ol reversed><li>甲</li><li>乙</li><li>丙</li></ol>", ["3. 甲", "2. 乙", "1. 丙"]),
        ("<ol reversed start=9><li>甲</li><li value=4>乙</li><li>丙</li></ol>",
         ["9. 甲", "4. 乙", "3. 丙"]),
        ("<ol><li><p>甲</p><ol type=A><li>子</li><li>丑</li></ol></li><li>乙</li></ol>",
         ["1. 甲", "A. 子", "B. 丑", "2. 乙"]),
        ("<ol><li>甲</li><ol><li>子</li></ol><li>乙</li></ol>", ["1. 甲", "1. 子", "2. 乙"]),
        ("<ol><li>甲</li><li type=A>乙</li></ol>", ["1. 甲", "B. 乙"]),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲</li><li>乙</li></ol>",
         ["一、甲", "二、乙"]),
        ("<ol style='list-style:none'><li>甲</li></ol><ul><li>乙</li></ul>", ["甲", "乙"]),
        ("<ol start=x><li value=y>甲</li><li hidden>乙</li><li>丙</li></ol>", ["1. 甲", "2. 丙"]),
    ],
)  # fmt: skip
def test_numbers_of_lists_count_and_look_as_in_a_browser(inner: str, expected: list[str]) -> None:
    assert lines(read(inner))[1:] == expected


def test_numbered_lists_in_the_cells_of_a_table_keep_their_numbers() -> None:
    inner = "<table><tr><td>任务<td>单位<tr><td><ol><li>修路<li>架桥</ol><td>县交通局</table>"
    document = read(inner)
    assert "1. 修路 2. 架桥" in document.text


def test_what_is_not_shown_is_not_read() -> None:
    document = read(
        "<script>var a='脚本'</script><style>p{}</style><!-- 注释 -->"
        "<p style='display: none'>隐藏一</p><p hidden>隐藏二</p><p>看得见。</p>"
    )
    assert lines(document)[1:] == ["看得见。"]


def test_an_article_hidden_until_a_script_shows_it_is_still_read() -> None:
    page = f"<html><body><div style='display:none'>{BODY}</div></body></html>"
    assert lines(read_document(page.encode(), "方案.html")) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("gb2312", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'),
        ("gb18030", '<meta charset="GBK">'),
        ("gb18030", ""),
        ("utf-8-sig", ""),
        ("utf-8", '<meta charset="gb2312">'),
        ("utf-16", ""),
        ("big5", '<meta charset="big5">'),
    ],
)
def test_the_encoding_is_found(encoding: str, declared: str) -> None:
    words = "一、全市公共服务之中短板" if encoding == "big5" else PARAGRAPHS[4]
    page = f"<html><head>{declared}</head><body><p>{words}，以此行之。</p></body></html>"
    data = page.replace("务", "務").replace("板", "板") if encoding == "big5" else page
    found = read_document(data.encode(encoding, "ignore"), "方案.html")
    assert "一" in found.text or words in found.text
    assert "\ufffd" not in found.text


def test_a_web_archive_is_opened() -> None:
    html = f"<html><body>{BODY}</body></html>"
    archive = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{html}\r\n--x--\r\n"
    )
    assert lines(read_document(archive.encode(), "方案.mht")) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "page", ["<html></html>", "<html><body><div id=app></div><script>x</script></body></html>"]
)
def test_a_page_without_an_article_says_so(page: str) -> None:
    with pytest.raises(UnreadableDocument, match="没有找到正文"):
        read_document(page.encode(), "方案.html")


@pytest.mark.parametrize("tag", ["div", "span", "b", "font", "table"])
def test_tags_nested_without_end_are_refused_at_once(tag: str) -> None:
    with pytest.raises(UnreadableDocument, match="嵌套过深"):
        read_document((f"<html><body>{f'<{tag}>' * 100_000}字").encode(), "方案.html")


def test_a_list_of_links_inside_the_article_does_not_swallow_it() -> None:
    links: Any = "".join(
        f"<a href='{n}.docx'>附件{n}：任务分解表.docx</a><br>" for n in range(1, 5)
    )
    assert "附件4：任务分解表.docx" in read(f"<div>{links}</div>").text
