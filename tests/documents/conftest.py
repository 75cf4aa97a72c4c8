"""Files made for the tests: a docx from its XML, so that every construction can be had."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{_W}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = ("styles", "numbering", "footnotes", "endnotes", "comments")

MakeDocx = Callable[..., bytes]


@pytest.fixture(scope="session")
def make_docx() -> MakeDocx:
    """Makes a docx of the inner XML of its body and of the other parts given by name."""

    def make(body: str, **parts: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            targets = [(part, f"{part}.xml") for part in _PARTS if part in parts]
            package.writestr("[Content_Types].xml", _content_types(["document", *parts]))
            package.writestr("_rels/.rels", _relations([("officeDocument", "word/document.xml")]))
            package.writestr(
                "word/document.xml",
                f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
            )
            package.writestr("word/_rels/document.xml.rels", _relations(targets))
            for part, _ in targets:
                package.writestr(
                    f"word/{part}.xml", f"<w:{part} {_NAMESPACES}>{parts[part]}</w:{part}>"
                )
        return stream.getvalue()

    return make


def _content_types(parts: list[str]) -> str:
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = "".join(
        f'<Override PartName="/word/{part}.xml" '
        f'ContentType="{office}.{part}{".main" if part == "document" else ""}+xml"/>'
        for part in parts
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{package}">{inner}</Relationships>'


class PdfPage:
    """A page to be made: words at a place, ruled lines, perhaps a picture."""

    def __init__(self, *, width: float = 595, height: float = 842, rotate: int = 0) -> None:
        self.size = (width, height)
        self.rotate = rotate
        self._drawn: list[str] = []

    def words(self, x: float, y: float, text: str, size: float = 16) -> PdfPage:
        """Write ``text`` with its baseline beginning at ``x``, ``y`` (from the bottom left)."""
        code = text.encode("utf-16-be").hex()
        self._drawn.append(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{code}> Tj ET")
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> PdfPage:
        """Draw a straight line."""
        self._drawn.append(f"{x0} {y0} m {x1} {y1} l S")
        return self

    def picture(self) -> PdfPage:
        """Put a picture over the whole page, as a scanner does."""
        width, height = self.size
        self._drawn.append(f"q {width} 0 0 {height} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q")
        return self

    @property
    def content(self) -> bytes:
        """The page's drawing commands."""
        return "\n".join(self._drawn).encode("latin-1")


def pdf_of(*pages: PdfPage) -> bytes:
    """A pdf of the pages, with a Chinese font that is named but not embedded."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UTF16-H"
        b"/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/FontDescriptor 5 0 R/DW 1000"
        b"/W[1 95 500]/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
        b"<</Type/FontDescriptor/FontName/SimSun/Flags 4/FontBBox[0 -141 1000 859]"
        b"/ItalicAngle 0/Ascent 859/Descent -141/CapHeight 700/StemV 80>>",
    ]
    kids = []
    for page in pages:
        kids.append(f"{len(objects) + 1} 0 R")
        width, height = page.size
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Rotate {page.rotate}"
            f"/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects) + 2} 0 R>>".encode()
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(page.content), page.content))
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    data = b"%PDF-1.5\n"
    offsets = []
    for number, inner in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, inner)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (count, table, count, len(data))
    )


@pytest.fixture(scope="session")
def pdf_page() -> type[PdfPage]:
    """The kind of page that ``make_pdf`` takes."""
    return PdfPage


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Makes a small pdf of pages."""
    return pdf_of
