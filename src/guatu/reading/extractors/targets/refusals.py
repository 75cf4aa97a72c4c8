"""Numbers that nobody can be held to: names, thresholds, conditions, subsidies, durations."""

from __future__ import annotations

import re

from guatu.reading.extractors.targets.words import DELIVER_INSIDE, EACH, GIVEN, SIZE
from guatu.text.quantities import Quantity
from guatu.text.rare import Rare

# 30户以上自然村, 50亿元以上产业集群, 10蒸吨以下锅炉: the number says which ones are meant.
_BEARER = Rare(
    r"的?[\u4e00-\u9fff、()“”A-Za-z]{0,30}?(?:企业|自然村|行政村|村庄|社区|单位|项目|锅炉|集群|人群|老年人|老人|儿童|婴幼儿"
    r"|机构|园区|景区|医院|学校|乡镇|城市|县城|水库|河流|河道|农户|家庭|人员|机组|矿山|煤矿|公司|主体|平台|建筑|车辆|船舶"
    r"|村|产业|龙头|班额|泊位|航道|耕地|基地|农产品)"
)
_SIZES = frozenset(["升", "毫升", "马力", "毫米", "厘米", "吨", "千瓦", "伏"])
_SIZED = re.compile(r"[\u4e00-\u9fff]{2,8}[0-9]")
_CONDITION = re.compile(r"\s*(?:对|凡|凡是|对于|针对|鼓励|支持|引导|允许|符合|年度|当年|首次|同比)")
_HOLDER = Rare(
    r"的[\u4e00-\u9fff、()“”]{0,16}?(?:企业|项目|单位|园区|个人|机构|团队|平台|主体|公司|企业家|人才|基地|农户|产品|装备|设备)"
)
_NAMED = Rare(
    r"[\u4e00-\u9fffA-Z“”()、]{0,18}?(?:项目|工程|装置|生产线|机组|电站|输变电|主变|变(?![电更化革动速为成])|线路|直流|交流|电网|锅炉|改造|泊位|级|船舶|渔船|车位|基地|产线|晶圆线)"
)
# 每省可推荐1个城市: a permission.
_ALLOWED = re.compile(r"可(?:以)?(?:推荐|申报|申请|享受|报送|选择)[\u4e00-\u9fff]{0,4}$")
_OF_A_YEAR = Rare(r"(?:到|至|为|达)(?:19|20)[0-9]{2}年[底末]?的$")
_EXCEEDS = re.compile(r"(?:超过?|过|达到?|逾|突破)$")
_COUNT_BEFORE = Rare(r"[0-9一二两三四五六七八九十][个处座家项条]")
_USED_FOR = re.compile(r"(?:优先|重点|全部|专项)?(?:用于|保障|支持|安排|投放|供应)")
_SETTLEMENT = Rare(r"的?(?:自然村|行政村|村|企业|单位|社区|班|大班|乡镇|岛|居民点|聚居)")
_MEASURED = re.compile(
    r"\s?(?:级|覆盖率|半径|服务半径|范围|服务圈|口径|以上的?(?:地区|区域)|及以[上下])"
)
_MEASURE_BEFORE = re.compile(
    r"(?:海拔|直径|管径|口径|坡度|半径|水深|注册资本|年产|日产|日处理|年处理|单机|单套|单体)(?:约|为)?$"
)
_GROUPING = re.compile(
    r"个?(?:指标(?!任务)|部门|单位|方面|领域|环节|层面|省市|省份|地市|市州|地区|阶段|维度|步骤|原则|重点领域|学科|关键词)"
)
_EVERY_SO_MANY = re.compile(r"每[0-9]+[至-]$")
_AND_ABOVE = re.compile(r"[\u4e00-\u9fff]{0,5}(?:以上|以下)的")
_EXAMINED = Rare(r"督查|督导|检查|考核|巡查|抽查|全覆盖")
_SHOWN = Rare(r"公示|公告|征求意见")
_STOPS = frozenset(",;、。\n)")
# 年产, 年处理: what stands behind is a size, not a figure to be reached.
_YEARLY = re.compile(r"(?:年|日|月)(?:产|处理|加工|供应?|生产)$")
_SPEED = re.compile(r"(?:时速|单机容量|单体容量)(?:约|为)?$")
_CAPACITY = Rare(r"/[日年天]|瓦|伏|[GMTPW]|吨|升")
_THING = Rare(r"(?:期|厂|站|中心|基地|园|线|装置|项目|工程|电池|系统|脱氢|机组)\($")
_STARTERS = (
    "围绕",
    "依托",
    "发挥",
    "根据",
    "针对",
    "聚焦",
    "按照",
    "结合",
    "对接",
    "落实",
    "实施好",
    "坚持",
    "认真实施",
)
_POLICY = re.compile(r"(?:新政|政策|措施|意见|举措|办法|规定|清单|条例|决定|方针)$")


def is_threshold(q: Quantity, norm: str, clause_start: int, clause_end: int, counted: bool) -> bool:
    """The number only describes something (30户以上自然村, 海拔600米以上, 1000吨级泊位).

    ``counted`` tells that another number of the clause counts the thing described.
    """
    right = norm[q.outer_end : clause_end].lstrip()
    if q.unit == "英寸" or (q.kind == "measure" and _SPEED.search(norm, clause_start, q.start)):
        return True
    if q.kind == "percent" or not right:
        return False
    if q.unit.endswith("级") or (counted and q.unit in _SIZES and _SIZED.match(right)):
        return True  # 建设1000吨级船闸, 配置240升垃圾桶6000个
    if _is_capacity(norm, q, clause_start, right):
        return True
    if q.unit in ("岁", "周岁") and "\u4e00" <= right[0] <= "\u9fff" and right[0] != "以":
        return True  # 3-6周岁儿童
    if _MEASURED.match(norm, q.end, clause_end) and q.kind != "count":
        return True
    before = norm[max(clause_start, q.outer_start - 8) : q.outer_start]
    if q.kind != "count" and _MEASURE_BEFORE.search(before) and right[0] not in ",;、":
        return True
    over = q.start > q.outer_start or _EXCEEDS.search(before)
    if q.kind == "money" and counted and over and _BEARER.match(right):
        return True  # 2家产值超百亿元企业
    suffix = norm[q.end : q.outer_end].strip()[:2]
    if suffix in ("以上", "以下", "以内"):
        if q.unit in ("岁", "周岁", "℃", "蒸吨/小时", "蒸吨"):
            return True
        if q.kind == "count" and q.unit not in ("户", "人", "张"):
            return False
        if q.unit in ("户", "人") and _SETTLEMENT.match(right):
            return True
        if _BEARER.match(right):
            bare = q.outer_start == q.start  # no 不低于 before it
            delivered = DELIVER_INSIDE.search(norm, clause_start, q.start) is not None
            return q.kind == "money" or counted or (bare and not delivered)
        return False
    if right[0] == "的" and not counted:
        # 1处年周转量200万吨的储备基地: the count stands before.
        counted = (
            re.search(r"[0-9一二两三四五六七八九十][个处座家项条]", norm[clause_start : q.start])
            is not None
        )
    if right[0] == "的" and q.kind in ("money", "measure", "bare") and q.unit not in SIZE:
        return counted or (_HOLDER.match(right) is not None and q.kind == "money")
    if q.kind == "measure" and q.unit not in SIZE:
        if _USED_FOR.match(right) or ("伏" not in q.unit and right[0] in "、和及"):
            return False
        return ("伏" in q.unit and "\u4e00" <= right[0] <= "\u9fff") or _NAMED.match(
            right
        ) is not None
    return False


def _is_capacity(norm: str, q: Quantity, clause_start: int, right: str) -> bool:
    """年产3000万片线路板项目, 60万吨/年丙烷脱氢, 电池一期(20GWh): how big the named thing is."""
    if q.kind not in ("measure", "count") or q.outer_end != q.end:
        return False
    noun = right[0] >= "\u4e00" or (right[0].isascii() and right[0].isalpha())
    yearly = _YEARLY.search(norm, max(clause_start, q.start - 8), q.start)
    if yearly is not None:
        led = norm[yearly.start() - 1] == "("
        return led or (noun and _USED_FOR.match(right) is None)
    if q.kind != "measure":
        return False
    if norm[q.start - 1] == "(" and norm[q.end] == ")":
        return (
            bool(_CAPACITY.search(q.unit))
            and _THING.search(norm, clause_start, q.start) is not None
        )
    if not noun or _USED_FOR.match(right) or norm[q.start - 1] in "增达到加为成":
        return False
    return "/" in q.unit and norm[q.start - 1] >= "\u4e00" and q.unit[-1] in "年日天月"


def is_condition(q: Quantity, norm: str, clause_start: int, clause_end: int) -> bool:
    """对年销售额达到1亿元的企业, …不足3000平方米的,: a condition somebody must meet."""
    behind = norm[q.end : clause_end]
    if behind.rstrip().endswith("的"):
        return True
    if _ALLOWED.search(norm, clause_start, q.outer_start):
        return True
    bound = norm[q.outer_start : q.start]
    short = bound.endswith(("低于", "不足", "不到", "达不到", "不满"))
    if short and _HOLDER.match(norm, q.outer_end, clause_end):
        return True
    # 低于60%的不予通过: what becomes of who falls short; 不低于…的 asks for it.
    if short and not bound.endswith("不低于") and norm.startswith("的", q.outer_end):
        return True
    if _CONDITION.match(norm, clause_start, q.outer_start) is None:
        return False
    last = behind.rfind("的")
    return (
        last >= 0
        and _HOLDER.match(behind, last) is not None
        and not (q.kind == "count" and last > 12)
    )


def is_given(q: Quantity, norm: str, part_start: int, clause_start: int, clause_end: int) -> bool:
    """给予最高500万元补助: money handed out by rule, not a figure to be reached."""
    if q.kind not in ("money", "percent"):
        return False
    if GIVEN.search(norm, clause_start, clause_end):
        return True
    if q.kind == "percent":
        by_rule = norm[clause_start : q.start].lstrip(" 可").startswith("按")
        return by_rule and GIVEN.search(norm, clause_end, clause_end + 12) is not None
    before = max(part_start, q.start - 60)
    return EACH.search(norm, clause_start, q.start) is not None or (
        GIVEN.search(norm, before, clause_start) is not None and clause_start - before < 40
    )


def is_share_of_a_rule(norm: str, q: Quantity, clause_start: int, clause_end: int) -> bool:
    """按每3至10万居民设1个, 1万名老人以上的街道, 对12个县督查: whom a rule concerns."""
    every = norm.find("每", max(clause_start, q.start - 8), q.start) >= 0
    if every and _EVERY_SO_MANY.search(norm, max(clause_start, q.start - 8), q.start):
        return True
    if q.kind == "count" and _AND_ABOVE.match(norm, q.outer_end, clause_end):
        return True
    if norm[q.start - 1] == "对" and _EXAMINED.search(norm, q.end, clause_end):
        return True
    return q.kind == "duration" and _SHOWN.search(norm, clause_start, q.start) is not None


def is_grouping(norm: str, q: Quantity, right: str) -> bool:
    """等5个部门, 3个方面: the number only counts a list of who or how."""
    return q.kind == "count" and not q.high and _GROUPING.match(right) is not None


def only_describes(norm: str, clause_start: int, q: Quantity, delivered: bool) -> bool:
    """围绕全县重点发展的6条产业链, 新政12条: the number belongs to what is there already."""
    before = norm[clause_start : q.outer_start].lstrip(" 、,;\n")
    if q.unit == "条" and _POLICY.search(before):
        return True
    # 提高到2025年的51.4亿元: a year's own figure.
    if before.endswith("的") and q.kind != "percent" and not _OF_A_YEAR.search(before):
        return True
    if before.startswith("落实") and norm[q.outer_end : q.outer_end + 1] in _STOPS:
        return False  # 落实耕地保有量24万亩
    return not delivered and before.startswith(_STARTERS)
