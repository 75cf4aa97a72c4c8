"""What a person types about reporting."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.delivery.projects.values import CellFault, money
from guatu.web.reporting.models import Cycle, MeasureKind


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CycleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A regular report, by hand or from a duty of the plan."""

    class Meta:
        model = Cycle
        fields: ClassVar = ("name", "kind", "due_count", "due_kind", "ask_by", "source_name")
        help_texts: ClassVar = {
            "due_count": _("报告期最后一天之后的天数，如“每月5日前”是 5 个自然日。"),
            "due_kind": _("工作日按国务院放假安排和调休上班计算。"),
            "source_name": _("不是按方案条目建立的，写明依据的文件或会议。"),
        }

    def clean_due_count(self) -> int:
        count: int = self.cleaned_data["due_count"]
        if count > 60:
            raise forms.ValidationError(_("期末后天数不超过 60。"))
        return count


class MultipleFileInput(forms.ClearableFileInput):
    """Many files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files; cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", MultipleFileInput())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given]


class ReceivedForm(forms.Form):
    """When it came: lateness is a fact of the report."""

    received_on = forms.DateField(label=_("收到日期"), widget=_day())

    def clean_received_on(self) -> date:
        given: date = self.cleaned_data["received_on"]
        if given > timezone.localdate():
            raise forms.ValidationError(_("收到日期还没有到，请核对。"))
        return given


class BackForm(ReceivedForm):
    """Sheets that came back."""

    sheets = FilesField(
        label=_("填好的表"),
        help_text=_("可以一次选或拖进来几十个文件，文件名不限，.xlsx、.xls、.et 都可以。"),
    )


class EnterForm(ReceivedForm):
    """代录: who gave the figures, and the scan."""

    given_by = forms.CharField(
        label=_("数据提供人"),
        max_length=60,
        help_text=_("单位和姓名，如“市水利局 王建国（电话）”。"),
    )
    scan = forms.FileField(
        label=_("盖章表扫描件"), required=False, help_text=_("PDF 或图片；电话报的可以没有。")
    )


class ExemptForm(forms.Form):
    """免报 with its grounds."""

    reason = forms.CharField(label=_("免报原因"), max_length=200)
    person = forms.CharField(label=_("批准人"), max_length=40)


class HolidayForm(forms.Form):
    """A day that differs from the announced calendar."""

    day = forms.DateField(label=_("日期"), widget=_day())
    works = forms.ChoiceField(label=_("安排"), choices=[("off", _("放假")), ("work", _("上班"))])
    note = forms.CharField(label=_("说明"), max_length=60, required=False)


class MeasureForm(forms.Form):
    """统计数 or 财务数 of money, or a target's figure from whichever source.

    ``cleaned_data["value"]`` is whole 元 of money, of a target what it is in the target's unit.
    """

    subject = forms.ChoiceField(label=_("范围"))
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[
            (MeasureKind.STATISTICS.value, MeasureKind.STATISTICS.label),
            (MeasureKind.FINANCE.value, MeasureKind.FINANCE.label),
            (MeasureKind.DISPATCH.value, _("调度数（只用于指标）")),
        ],
    )
    value = forms.CharField(
        label=_("本年累计"), max_length=30, help_text=_("投资填万元；指标按它的计量单位。")
    )
    source = forms.CharField(
        label=_("来源"), max_length=200, help_text=_("如“市统计局10月固定资产投资快报”。")
    )

    def __init__(self, *args: Any, subjects: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["subject"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = subjects

    def clean_value(self) -> Decimal:
        text: str = self.cleaned_data["value"]
        if str(self.cleaned_data.get("subject", "")).startswith("target-"):
            return _plain_number(text)
        try:
            yuan = money(text, "万元")
        except CellFault as fault:
            raise forms.ValidationError(f"{fault}。") from None
        if yuan is None:
            raise forms.ValidationError(_("请填数字。"))
        return Decimal(yuan)


def _plain_number(text: str) -> Decimal:
    """A target's figure: 12.5, 1,200, 62%."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "").rstrip("%")
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,6})?", plain):
        raise forms.ValidationError(_("请填数字，最多六位小数。"))
    return Decimal(plain)
