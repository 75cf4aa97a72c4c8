"""How fast guatu.text walks plan text, and that no text makes it slow: make bench.

Every case carries its megabytes in ``extra_info``; the hostile texts must run at no less than a
third of the rate of plan text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from guatu.text.normal import normal
from guatu.text.periods import find_periods
from guatu.text.quantities import find_quantities

PARAGRAPH = (
    "（一）提升产业能级。到2027年，全市工业投资累计达到860亿元以上，规模以上工业企业突破3000家，"
    "高新技术产业增加值占比提高到45%左右，每年实施技术改造项目不少于200个。加快建设临江高新区等3-5个"
    "省级平台，推进“千企技改”工程，落实《云岭省工业强省三年行动方案（2025—2027年）》（云政发〔2025〕12号），"
    "完善体制机制，统筹推进重点领域补短板，强化要素保障，优化营商环境，健全责任体系，压实各方责任。"
    "2025年6月底前完成青川区污水处理厂二期工程，新增处理能力3万吨/日，出水水质稳定达标，"
    "较2020年化学需氧量排放总量下降8%，“十五五”期间基本消除黑臭水体。（责任单位：市发展改革委、市财政局）\n"
)
MEGABYTE = 1_000_000
TEXTS = {
    "plan": PARAGRAPH * (MEGABYTE // len(PARAGRAPH.encode())),
    "digits": "7" * MEGABYTE,
    "one": "一" * (MEGABYTE // 3),
    "year": "年" * (MEGABYTE // 3),
    "brackets": "（" * (MEGABYTE // 6) + "）" * (MEGABYTE // 6),
    "titles": "《" * (MEGABYTE // 6) + "》" * (MEGABYTE // 6),
    "quotes": "“" * (MEGABYTE // 3),
    "spaces": " " * MEGABYTE,
    "points": "." * MEGABYTE,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("work", [normal, find_quantities, find_periods], ids=lambda f: f.__name__)
def test_rate(benchmark: Any, work: Callable[[str], object], name: str) -> None:
    text = TEXTS[name]
    benchmark.extra_info["megabytes"] = len(text.encode()) / MEGABYTE
    benchmark.pedantic(work, args=(text,), rounds=5, warmup_rounds=1)
    rate = len(text.encode()) / MEGABYTE / benchmark.stats.stats.min
    benchmark.extra_info["megabytes_per_second"] = round(rate, 1)
