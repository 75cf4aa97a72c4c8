"""What a person types about closes, approvals and packs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guatu.delivery.projects.values import CellFault, money
from guatu.delivery.supervision.packs import Pack
from guatu.delivery.supervision.rule import plain
from guatu.delivery.supervision.rules import RULES
from guatu.web.annual.models import Decomposition
from guatu.web.reporting.models import MeasureKind, ReportingPeriod
from guatu.web.supervision.models.closes import BASES, STARTS_BY


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CloseForm(forms.Form):
    """By what a period is closed."""

    factor = forms.IntegerField(
        label=_("时间进度系数 T（%）"), min_value=50, max_value=200, initial=100,
        help_text=_("只用于单位、县区汇总的时间进度；有的地方按 120% 要求。"),
    )  # fmt: skip
    counted_by = forms.ChoiceField(label=_("开工率分母"), choices=STARTS_BY)
    basis = forms.ChoiceField(label=_("通报口径"), choices=BASES)
    seen = forms.BooleanField(label=_("未报的按未报处理（灰灯，累计数沿用上次）"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class PauseForm(forms.Form):
    """An approved 停缓建."""

    approved_on = forms.DateField(label=_("批准日期"), widget=_day())
    reference = forms.CharField(label=_("批准文号或会议纪要"), max_length=120)
    approver = forms.CharField(label=_("批准机关（人）"), max_length=60)
    reason = forms.CharField(label=_("原因"), max_length=200)
    cancelled = forms.BooleanField(label=_("项目撤销，不再建设"), required=False)


class ResumeForm(forms.Form):
    """At work again."""

    on = forms.DateField(label=_("复工日期"), widget=_day())
    reference = forms.CharField(label=_("复工依据"), max_length=120)


class ExemptionForm(forms.Form):
    """An exemption with its end."""

    reason = forms.CharField(label=_("豁免原因"), max_length=200)
    approver = forms.CharField(label=_("批准人"), max_length=60)
    reference = forms.CharField(label=_("批准依据"), max_length=120, required=False)
    start = forms.DateField(label=_("自"), widget=_day())
    until = forms.DateField(
        label=_("至"), widget=_day(), help_text=_("必须有截止日期，到期自行恢复评判。")
    )
    rules = forms.MultipleChoiceField(
        label=_("豁免的规则"),
        choices=[(rule.code, rule.name) for rule in RULES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选，就是全部规则。"),
    )


class EndForm(forms.Form):
    """End an exemption before its time."""

    on = forms.DateField(label=_("从哪天起恢复评判"), widget=_day())
    reason = forms.CharField(label=_("原因"), max_length=200)


class AdjustForm(forms.Form):
    """± of an issued period."""

    of_period = forms.ModelChoiceField(
        ReportingPeriod.objects.none(), label=_("调整哪一期的数"), empty_label=None
    )
    amount = forms.CharField(
        label=_("调整额（万元）"), help_text=_("多报的填负数，如 -120；记入当前正在填报的期。")
    )
    reason = forms.CharField(label=_("调整原因"), max_length=200)
    approver = forms.CharField(label=_("批准人"), max_length=60)
    reference = forms.CharField(label=_("批准依据"), max_length=120, required=False)

    def __init__(self, *args: Any, periods: QuerySet[ReportingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of_period"].queryset = periods  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        text = self.cleaned_data["amount"].strip().replace("−", "-").replace("－", "-")
        sign = -1 if text.startswith("-") else 1
        try:
            found = money(text.lstrip("+-"), "万元")
        except CellFault as fault:
            raise forms.ValidationError(str(fault.args[0])) from None
        if not found:
            raise forms.ValidationError(_("请填不为零的数。"))
        return sign * found


class SwitchForm(forms.Form):
    """Switch a pack on."""

    reason = forms.CharField(label=_("启用的依据或原因"), max_length=200)


class TargetForm(forms.Form):
    """What was reached of a target."""

    target = forms.TypedChoiceField(label=_("目标"), coerce=int)
    kind = forms.ChoiceField(
        label=_("来源类别"),
        choices=[
            (MeasureKind.DISPATCH.value, MeasureKind.DISPATCH.label),
            (MeasureKind.STATISTICS.value, MeasureKind.STATISTICS.label),
        ],
    )
    value = forms.DecimalField(
        label=_("截至期末的数"), max_digits=24, decimal_places=6,
        help_text=_("逐年累加的目标填本年累计；期末达到的填现状；比率填百分数。"),
    )  # fmt: skip
    source = forms.CharField(label=_("来源"), max_length=200)

    def __init__(self, *args: Any, targets: list[Decomposition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(each.pk, str(each)) for each in targets]  # type: ignore[attr-defined]


class PackForm(forms.Form):
    """A pack's numbers: a field for each parameter of each of its rules."""

    name = forms.CharField(label=_("名称"), max_length=60)
    source = forms.CharField(label=_("依据的文件"), max_length=200)

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"name": pack.name, "source": pack.source})
        super().__init__(*args, **kwargs)
        self.pack = pack
        for chosen in pack.rules:
            self.fields[f"clause-{chosen.rule.code}"] = forms.CharField(
                label=f"{chosen.rule.name}：依据的条款", max_length=200, initial=chosen.clause
            )
            for param in chosen.rule.params:
                self.fields[f"{chosen.rule.code}-{param.name}"] = forms.DecimalField(
                    label=f"{chosen.rule.name}：{param.words}（{param.unit}）",
                    min_value=Decimal(plain(param.least)),
                    max_value=Decimal(plain(param.most)),
                    max_digits=8,
                    decimal_places=2,
                    initial=plain(chosen.params[param.name]),
                )

    @property
    def data_of_pack(self) -> dict[str, Any]:
        """The pack as ``pack_from_data`` reads it."""
        given = self.cleaned_data
        return {
            "code": self.pack.code,
            "name": given["name"],
            "source": given["source"],
            "remark": self.pack.remark,
            "rules": [
                {
                    "rule": chosen.rule.code,
                    "clause": given[f"clause-{chosen.rule.code}"],
                    "params": {
                        param.name: f"{given[f'{chosen.rule.code}-{param.name}'].normalize():f}"
                        for param in chosen.rule.params
                    },
                }
                for chosen in self.pack.rules
            ],
        }
