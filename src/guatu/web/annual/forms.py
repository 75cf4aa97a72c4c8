"""What a person types about annual plans and decomposed targets."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.web.annual.cells import BY_KEY, CellFault, read_cell
from guatu.web.annual.models import (
    Accrual,
    AdjustmentKind,
    AnnualPlan,
    Decomposition,
    Measure,
)
from guatu.web.projects.models import Project


class YearForm(forms.Form):
    """A year to plan."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IssueForm(forms.Form):
    """下达: number and date."""

    number = forms.CharField(
        label=_("下达文号"), max_length=80, help_text=_("如“临投发〔2026〕3号”。")
    )
    on = forms.DateField(label=_("下达日期"), widget=_day())


class CellField(forms.CharField):
    """A cell of the plan on a form of its own; cleaned to the cell's value."""

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.key = key
        self.year = 0

    def clean(self, value: Any) -> Any:
        try:
            return read_cell(self.key, super().clean(value), self.year)
        except CellFault as fault:
            raise forms.ValidationError(f"填的是“{str(value)[:20]}”，{fault}。") from None


class AdjustForm(forms.Form):
    """调入, 调出 or 调整 with what it rests on."""

    kind = forms.ChoiceField(label=_("类别"), choices=AdjustmentKind.choices)
    project = forms.ModelChoiceField(label=_("项目"), queryset=Project.objects.none())
    investment = CellField(
        "investment", label=_("调整后年度计划投资（万元）"), help_text=_("调出时不填。")
    )
    start = CellField("start", label=_("调整后开工月"), help_text=_("如 2026-09；不变的不用改。"))
    finish = CellField("finish", label=_("调整后竣工月"))
    content = CellField(
        "content", label=_("调整后年度建设内容"), widget=forms.Textarea(attrs={"rows": 2})
    )
    nodes = CellField(
        "nodes", label=_("调整后节点"), help_text=_("如“6月 主体封顶 40%；12月 竣工 100%”。")
    )
    reference = forms.CharField(
        label=_("批准依据"),
        max_length=120,
        help_text=_("文号、会议纪要或批示，如“市政府会议纪要〔2026〕12号”。"),
    )
    approver = forms.CharField(label=_("批准人（机关）"), max_length=60)
    approved_on = forms.DateField(label=_("批准日期"), widget=_day())
    reason = forms.CharField(label=_("原因"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, plan: AnnualPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, CellField):
                field.year = plan.year
        chosen = self.fields["project"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Project.objects.filter(office=plan.office_id, leaf=True)

    def values(self) -> dict[str, Any]:
        """What the project's year is to be."""
        return {key: self.cleaned_data[key] for key in BY_KEY}

    def clean_approved_on(self) -> date:
        given: date = self.cleaned_data["approved_on"]
        if given > timezone.localdate():
            raise forms.ValidationError(_("批准日期还没有到，请核对。"))
        return given


class SheetForm(forms.Form):
    """A sheet that comes back."""

    file = forms.FileField(label=_("填好的表"), help_text=_("从这里导出、填好的 .xlsx。"))


class MeasureForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a target is measured and on which paper its numbers rest."""

    class Meta:
        model = Decomposition
        fields: ClassVar = ("measured_by", "accrual", "source_name", "over_reason")
        help_texts: ClassVar = {
            "accrual": _("累加：各年之和是目标值；期末：最后一年达到目标值；比率：不相加。"),
            "source_name": _("写明下达任务的文件和附件，如“临政发〔2026〕8号附件2”。"),
            "over_reason": _("只在各年合计超过方案目标值时填写。"),
        }


class TakeForm(forms.Form):
    """A target to decompose."""

    measured_by = forms.ChoiceField(label=_("计量方式"), choices=Measure.choices)
    accrual = forms.ChoiceField(label=_("年度关系"), choices=Accrual.choices)
    start_year = forms.IntegerField(label=_("起始年"), min_value=2000, max_value=2100)
    end_year = forms.IntegerField(label=_("结束年"), min_value=2000, max_value=2100)
    source_name = forms.CharField(label=_("下达文件"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start_year"), values.get("end_year")
        if start and end and not start <= end <= start + 20:
            self.add_error("end_year", _("结束年应不早于起始年，且不超过二十年。"))
        return values
