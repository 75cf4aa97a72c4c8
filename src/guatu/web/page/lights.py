"""Lights (亮灯): a shape, a letter and a colour, so that none is told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class LightLook:
    """How one light is drawn."""

    code: str
    letter: str
    words: str


LOOKS: Final[dict[str, LightLook]] = {
    look.code: look
    for look in (
        LightLook("red", "红", "红灯"),
        LightLook("yellow", "黄", "黄灯"),
        LightLook("green", "绿", "绿灯"),
        LightLook("grey", "灰", "未报"),
        LightLook("paused", "停", "停缓建"),
        LightLook("none", "不", "不评"),
    )
}
