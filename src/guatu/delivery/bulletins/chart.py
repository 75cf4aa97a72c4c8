"""The chart of a bulletin (图): completion rates as bars beside what was due, as PNG.

Drawn by typst from the same printed words as the table beside it; nothing is worked out here.
"""

from __future__ import annotations

import json
from fractions import Fraction
from importlib.resources import files
from typing import Final

from guatu.delivery.bulletins.paper import Picture
from guatu.delivery.bulletins.standing import Line, Standing, per_cent

_PPI: Final = 220
# Above this a bar is cut and says so by its number.
_WHOLE: Final = Fraction(1)
_MOST: Final = 24


def rates_chart(table: Standing, *, caption: str) -> Picture | None:
    """Bars of 投资完成率 in the table's order, a mark at 序时进度; None where nobody is ranked."""
    lines = table.ranked[:_MOST]
    if not lines:
        return None
    import typst

    top = max(_WHOLE, *(part for line in lines for part in _parts(line)))
    data = {
        "bars": [
            {
                "name": line.name,
                "rate": float((line.rate.value or 0) / top),
                "due": float((line.schedule.value or 0) / top),
                "words": f"{line.rate_words}%",
                "behind": (line.deviation or 0) < 0,
            }
            for line in lines
        ]
    }
    png = typst.compile(
        files("guatu.delivery.bulletins").joinpath("chart.typ").read_bytes(),
        format="png",
        ppi=_PPI,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    described = f"{caption}：" + "，".join(
        f"{line.name}完成率{line.rate_words}%、序时进度{per_cent(line.schedule.value)}%"
        for line in lines
    )
    return Picture(png, caption, described)


def _parts(line: Line) -> tuple[Fraction, Fraction]:
    return line.rate.value or Fraction(0), line.schedule.value or Fraction(0)
