"""One width for everything, character by character, so that offsets stay what they are."""

from __future__ import annotations

import re

# One character for one character: a rule of the house, since every offset refers to the
# text as it was published.
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NORMAL: dict[str, str] = {
    **_FULL_WIDTH,
    "\u3000": " ",
    "\u00a0": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\ufeff": " ",
    "\u200b": " ",
    "—": "-",
    "–": "-",
    "―": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "﹣": "-",
    "─": "-",
    "～": "-",
    "~": "-",
    "〜": "-",
    "﹪": "%",
    "○": "〇",
    "﹐": ",",
    "﹑": "、",
    "﹔": ";",
    "﹕": ":",
    "∶": ":",
    "﹙": "(",
    "﹚": ")",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "〝": "“",
    "〞": "”",
    "＂": "“",
    "［": "〔",
    "］": "〕",
    "[": "〔",
    "]": "〕",
    "【": "〔",
    "】": "〕",
    "｡": "。",
    "\x0b": "\n",
    "\x0c": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x85": "\n",
}
_OTHER = re.compile(f"[{''.join(map(re.escape, _NORMAL))}]")


def normal(text: str) -> str:
    """``text`` in half width, one character for one: ，→, ；→; （→( ％→% １→1 ～→- 〔［[ → 〔.

    The result has the length of ``text``, so a span found in one holds in the other.
    """
    # A plan uses a dozen of these characters: one replacement for each that turns up is ten
    # times faster than translating character by character.  Nothing is replaced by one of
    # them, so the search never has to go back.
    place = 0
    while (found := _OTHER.search(text, place)) is not None:
        place = found.start()
        text = text.replace(found[0], _NORMAL[found[0]])
    return text
