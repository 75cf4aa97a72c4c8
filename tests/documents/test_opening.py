"""Files that are not what they say, broken, locked, too large or hostile: a message for each."""

from __future__ import annotations

import io
import os
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guatu.documents import Document, UnreadableDocument, open_document, opening, read_document

MakeDocx = Callable[..., bytes]
TEXT = "一、总体要求\n到2025年，新建公办学校12所。\n"
PARAGRAPH = "<w:p><w:r><w:t>到2025年，新建公办学校12所。</w:t></w:r></w:p>"


def zipped(**parts: str | bytes) -> bytes:
    """A zip of the parts given; two underscores stand for a dot, one for a slash."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", ".").replace("_", "/"), content)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504

REFUSED = {
    "空文件": (b"", "方案.docx", "空文件"),
    "图片改名": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "方案.docx", "图片"),
    "照片改名": (b"\xff\xd8\xff\xe0" + b"\0" * 50, "方案.pdf", "图片"),
    "加密的 docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "方案.docx", "取消密码"),
    "旧版表格": (OLE + "Workbook".encode("utf-16-le"), "方案.doc", "表格"),
    "表格": (zipped(xl_workbook__xml="<a/>"), "方案.docx", "Excel"),
    "演示": (zipped(ppt_presentation__xml="<a/>"), "方案.docx", "演示"),
    "版式": (zipped(OFD__xml="<a/>"), "方案.ofd", "OFD"),
    "压缩包": (zipped(a__txt="字"), "方案.zip", "解压"),
    "空压缩包": (b"PK\x05\x06" + b"\0" * 18, "方案.docx", "压缩包"),
    "另一种压缩包": (b"Rar!\x1a\x07" + b"\0" * 20, "方案.docx", "解压"),
    "截断的 docx": (zipped(word_document__xml="<a/>")[:60], "方案.docx", "已损坏"),
    "没有正文的 docx": (zipped(word_a__xml="<a/>"), "方案.docx", "正文"),
    "正文不是 XML": (zipped(word_document__xml="<w:p"), "方案.docx", "已损坏"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_a_plan_is_refused_with_its_name(case: tuple[bytes, str, str]) -> None:
    data, name, said = case
    with pytest.raises(UnreadableDocument, match=said) as caught:
        read_document(data, name)
    assert f"“{name}”" in str(caught.value)


def test_the_content_counts_and_not_the_name(
    make_docx: MakeDocx, make_pdf: Any, pdf_page: Any
) -> None:
    pdf = make_pdf(pdf_page().words(90, 700, "正文。"))
    cases = [
        (make_docx(PARAGRAPH), "方案.pdf", "docx"),
        (pdf, "方案.docx", "pdf"),
        (TEXT.encode(), "方案.docx", "txt"),
        (f"<html><body><p>{TEXT}</p></body></html>".encode(), "方案.doc", "html"),
    ]
    for data, name, form in cases:
        document = read_document(data, name)
        assert document.format == form
        assert "后缀" in document.remarks[0]
    assert read_document(pdf, "方案.pdf").remarks == ()


def test_text_that_speaks_of_tags_is_text() -> None:
    assert read_document("网页里用<p>标签。".encode(), "说明.txt").format == "txt"


class TestPaths:
    """What can be wrong with a path."""

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableDocument, match="找不到"):
            open_document(tmp_path / "没有.docx")

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableDocument, match="文件夹"):
            open_document(tmp_path)

    def test_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "管道.txt")
        with pytest.raises(UnreadableDocument, match="不是普通文件"):
            open_document(tmp_path / "管道.txt")

    def test_no_permission(self, tmp_path: Path) -> None:
        path = tmp_path / "方案.txt"
        path.write_text(TEXT)
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("以管理员身份运行，权限不起作用")
        with pytest.raises(UnreadableDocument, match="权限"):
            open_document(path)

    def test_impossible_name(self) -> None:
        with pytest.raises(UnreadableDocument):
            open_document("a\0b.txt")
        with pytest.raises(UnreadableDocument):
            open_document("长" * 5000)

    def test_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "大.txt"
        with open(path, "wb") as file:
            file.truncate(opening.MAX_FILE + 1)
        with pytest.raises(UnreadableDocument, match="上限"):
            open_document(path)

    def test_shown_under_another_name(self, tmp_path: Path) -> None:
        path = tmp_path / "upload-17.tmp"
        path.write_text(TEXT, encoding="utf-8")
        assert open_document(path, name="方案.txt").name == "方案.txt"


def laughs() -> str:
    """Entities that multiply a thousand million times."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE w [<!ENTITY a0 "ha">{entities}]><w>&a9;</w>'


def nested(tag: str, depth: int) -> str:
    """One element inside another, many times."""
    return f"<w:{tag}>" * depth + PARAGRAPH + f"</w:{tag}>" * depth


# What is refused and what is merely large; either way memory and time stay bounded.
HOSTILE: dict[str, Callable[[MakeDocx], bytes]] = {
    "实体炸弹": lambda make: zipped(word_document__xml=laughs()),
    "实体炸弹 UTF-16": lambda make: zipped(word_document__xml=laughs().encode("utf-16")),
    "压缩炸弹": lambda make: zipped(word_document__xml=b" " * (200 << 20)),
    "元素过多": lambda make: make("<w:p/>" * 8_000_000),
    "嵌套过深": lambda make: make(nested("sdtContent", 100_000)),
    "表中套表": lambda make: make(
        "<w:tbl><w:tr><w:tc>" * 2000 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 2000
    ),
    "千万行": lambda make: "一\n".encode() * 10_000_000,
    "千万标签": lambda make: b"<html><body>" + b"<p>x" * 10_000_000,
    "跨格": lambda make: (
        b"<html><body><table>" + b"<tr><td rowspan=9999 colspan=9999>x<td>y" * 20_000
    ),
}


@pytest.mark.parametrize("bomb", HOSTILE.values(), ids=HOSTILE.keys())
def test_bombs_stay_bounded(
    bomb: Callable[[MakeDocx], bytes], make_docx: MakeDocx, tmp_path: Path
) -> None:
    path = tmp_path / "方案.docx"
    path.write_bytes(bomb(make_docx))
    program = (
        "import sys\nfrom guatu.documents import open_document, UnreadableDocument\n"
        "try:\n    open_document(sys.argv[1]); print('读完')\n"
        "except UnreadableDocument as e:\n    print(e)\n"
    )

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (768 << 20, 768 << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True, text=True, timeout=60, preexec_fn=bounded,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "“方案.docx”" in done.stdout or done.stdout == "读完\n"


def test_opening_costs_no_library_until_a_file_needs_it() -> None:
    program = (
        "import sys, guatu.documents\n"
        "print([m for m in ('docx', 'lxml', 'pypdfium2', 'selectolax', 'xml.etree') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# On any bytes: a document whose spans hold, or a message; nothing else.


def assert_sound(document: Document) -> None:
    """Every block, table and cell lies in the text, in order, and a table is lines and tabs."""
    end = 0
    for number, block in enumerate(document.blocks, 1):
        assert end <= block.span.start < block.span.end <= len(document.text)
        assert block.number == number
        words = block.span.of(document.text)
        assert words == words.strip() or block.kind == "table" or document.format == "txt"
        end = block.span.end
    tables = [block.span for block in document.blocks if block.kind == "table"]
    assert [table.span for table in document.tables] == tables
    for table in document.tables:
        rows: dict[int, list[str]] = {}
        at = table.span.start
        for cell in table.cells:
            assert cell.span.start == at and cell.span.end <= table.span.end
            at = cell.span.end + 1
            rows.setdefault(cell.row, []).append(cell.span.of(document.text))
        lines = ["\t".join(row) for row in rows.values()]
        assert "\n".join(lines) == table.span.of(document.text)
    document.text.encode("utf-8")


def read_or_refuse(data: bytes, name: str) -> None:
    """Read; a refusal with a message is as good."""
    try:
        document = read_document(data, name)
    except UnreadableDocument as error:
        assert f"“{name}”" in str(error)
    else:
        assert_sound(document)


FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_OFFICE_BYTES = st.binary(max_size=300).filter(
    lambda data: not data.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf"))
)


@FEW
@given(_OFFICE_BYTES, st.sampled_from(["a.txt", "a.docx", "a.pdf", "a.html"]))
def test_any_bytes(data: bytes, name: str) -> None:
    read_or_refuse(data, name)


@FEW
@given(st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"<html><body>", b"\xff\xfe"]), st.binary())
def test_any_bytes_behind_a_known_beginning(head: bytes, tail: bytes) -> None:
    read_or_refuse(head + tail, "方案.docx")


def mutated(data: bytes, seed: int) -> bytes:
    """``data`` with some bytes changed, a piece lost and a piece repeated."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    cut, length = chance.randrange(len(changed)), chance.randrange(40)
    piece = bytes(changed[cut : cut + length])
    if chance.random() < 0.5:
        del changed[cut : cut + length]
    else:
        changed[cut:cut] = piece * chance.randint(1, 3)
    return bytes(changed)


RICH = (
    '<w:p><w:pPr><w:pStyle w:val="1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    "</w:pPr><w:r><w:t>总体要求</w:t></w:r></w:p>"
    '<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r>'
    '</w:p></w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>乙</w:t></w:r></w:p>'
    "</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>"
    "</w:tbl><w:p><w:ins><w:r><w:t>插</w:t></w:r></w:ins><w:r><w:footnoteReference "
    'w:id="1"/><w:t>入</w:t></w:r></w:p>'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


@FEW
@given(st.integers(0, 2**32))
def test_mutated_docx(make_docx: MakeDocx, seed: int) -> None:
    made = make_docx(
        RICH, numbering=NUMBERING, footnotes='<w:footnote w:id="1"><w:p/></w:footnote>'
    )
    read_or_refuse(mutated(made, seed), "方案.docx")


@FEW
@given(st.integers(0, 2**32))
def test_mutated_markup_in_a_sound_docx(make_docx: MakeDocx, seed: int) -> None:
    inner = mutated((RICH * 2).encode(), seed).decode("utf-8", "ignore")
    read_or_refuse(make_docx(inner, numbering=NUMBERING), "方案.docx")
    broken = mutated(NUMBERING.encode(), seed).decode("utf-8", "ignore")
    read_or_refuse(make_docx(RICH, numbering=broken), "方案.docx")


_PAGE = (
    "<html><head><title>方案</title></head><body><div class=nav><a href=/>首页</a></div>"
    "<h1>方案</h1><ol><li>甲<li>乙</ol><table><tr><td rowspan=2>指标<td colspan=3>数<tr><td>1"
    "</table><p style='display:none'>隐</p><pre>一\n二</pre><p>到2025年，新建学校12所。</body>"
)


@FEW
@given(st.integers(0, 2**32))
def test_mutated_html(seed: int) -> None:
    read_or_refuse(mutated(_PAGE.encode(), seed), "方案.html")
    read_or_refuse(mutated(_PAGE.encode("gb18030"), seed), "方案.html")


@FEW
@given(st.integers(0, 2**32))
def test_mutated_text(seed: int) -> None:
    read_or_refuse(mutated((TEXT * 3).encode(), seed), "方案.txt")
    read_or_refuse(mutated((TEXT * 3).encode("gb18030"), seed), "方案.txt")


@FEW
@given(st.integers(0, 2**32))
def test_mutated_pdf(make_pdf: Any, pdf_page: Any, seed: int) -> None:
    page = pdf_page().words(90, 700, "一、总体要求").words(90, 670, "新建学校12所。")
    for x in (90, 200, 300):
        page.rule(x, 400, x, 460)
    for y in (400, 430, 460):
        page.rule(90, y, 300, y)
    page.words(95, 435, "甲", 12).words(205, 435, "乙", 12).words(95, 405, "丙", 12)
    read_or_refuse(mutated(make_pdf(page), seed), "方案.pdf")
