"""The common noun that closes an enumeration (等5条高速公路) and what it says of its list."""

from __future__ import annotations

import re

from guatu.reading.extractors.projects.names import word_at_end
from guatu.reading.extractors.projects.words import wordbook

_HEAD_MEASURE = re.compile(
    r"一批|(?:[0-9]{1,3}|[一二三四五六七八九十两]{1,2})[条座个大处所项家](?:以上)?"
)
_HEAD_TAIL = re.compile(
    r"(?:续建|建设|改扩建|扩建|新建|迁建|改造|提升|升级|整治|治理|加固|开工|前期).{0,10}$"
)
# 甲、乙两个省级示范片区; 石桥、云溪2个县级客运站 are those of two counties.
_LEVEL = re.compile(r"^(?:国家级|省级)")
_NO_HEAD = re.compile(
    r"[市县区省地州国](?![县区级际内域直家])|.{0,6}(?:领域|方面|行业|企业|单位|部门|发达|国家(?=[的和]|$)|产品|技术|学科|环节|示范[线带点])"
)


def head_kind(head: str | None) -> str:
    """What the head behind 等 says of its list.

    ``project`` (等重大项目), ``works`` (等5条高速公路), ``soft`` (等平台), ``open`` (等 alone),
    ``loose`` (等配套设施), ``refused`` (等市, 等领域), ``none`` without 等.
    """
    if head is None:
        return "none"
    match = _HEAD_MEASURE.match(head)
    bare = _LEVEL.sub("", head[match.end() :] if match else head)
    if not bare.endswith(("项目", "工程")):
        bare = _HEAD_TAIL.sub("", bare)
    if not bare:
        return "open"
    if bare.endswith(("示范线", "示范带", "示范点")):
        return "refused"
    if bare.endswith(("项目", "工程")) and not _NO_HEAD.match(head):
        return "project"
    head = _LEVEL.sub("", head)
    named = head[0] not in "市县省" or head.startswith("市县")
    if named and word_at_end(bare, wordbook().heads):
        return "works" if match or not bare.endswith(wordbook().soft) else "soft"
    return "refused" if _NO_HEAD.match(head) else "loose"
