"""Targets without a deadline in a plan that states no period."""

from __future__ import annotations

from collections.abc import Iterator

from guatu.checks.context import Case
from guatu.ledger.findings import Finding

CODE = "no-deadline"


def check(case: Case) -> Iterator[Finding]:
    """指标没有完成时限。

    查什么：方案没有写明实施期限，指标所在句、条目也没有时间。
    （方案写明期限的，未另注时间的指标按方案期末计，不提示。）
    举例：全文未写年份，只说“新建公园20个”。
    怎么改：在标题或总体要求中写明实施期限，或逐项写明完成时间。
    """
    if case.ledger.plan.end is not None:
        return
    open_ = [t for t in case.ledger.targets if t.kind == "target" and t.due is None]
    if open_:
        yield Finding(
            CODE,
            "note",
            f"方案未写明实施期限，{len(open_)}项指标没有完成时限，请补写期限或逐项写明时间。",
            tuple(target.quote for target in open_),
        )
