"""A paper that has all there can be in one."""

from __future__ import annotations

import struct
import zlib
from datetime import date

import pytest

from guatu.delivery.bulletins.paper import (
    Align,
    Column,
    Figure,
    Level,
    Paper,
    Picture,
    Table,
    paragraph,
)


def png() -> bytes:
    """One white dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\xff"))
        + chunk(b"IEND", b"")
    )


TABLE = Table(
    (Column("名称", 3, Align.LEFT), Column("完成（亿元）", 1, Align.RIGHT)),
    (("合计", Figure("sum", "9.5")), *((f"第{n}项", Figure(f"f{n}", str(n))) for n in range(9))),
    caption="表1",
    note="注：略。",
    bold_rows=1,
)
FULL = Paper(
    title="关于2026年1—10月全市重大项目建设进展情况的通报",
    body=(
        paragraph("一、总体情况", level=Level.FIRST),
        paragraph("（一）投资", level=Level.SECOND),
        paragraph("完成", Figure("all", "486.35"), "亿元，再说一遍", Figure("all", "486.35"), "。"),
        Picture(png(), "图1　完成率", "甲完成率90%"),
        TABLE,
        Picture(png(), "图2　完成率", "乙完成率80%"),
    ),
    signature="临江市重大项目建设领导小组办公室",
    signed_on=date(2026, 11, 5),
    red_head="临江市重大项目办公室文件",
    number="临重办〔2026〕17号",
    addressee="各县（市、区）人民政府",
    attachments=("红灯项目清单", "下月开工项目清单"),
    annexes=(("附件1 红灯项目清单", (TABLE,)), ("附件2 下月开工项目清单", (TABLE,))),
    remark="此件公开发布",
    copies_to="市委办公室，市政府办公室",
    printed_by="临江市重大项目办公室",
    printed_on=date(2026, 11, 6),
)


@pytest.fixture(scope="session")
def full() -> Paper:
    """Red head, tables, charts, annexes, 附注 and 版记."""
    return FULL
