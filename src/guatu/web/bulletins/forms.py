"""What a person types about bulletins."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.delivery.bulletins.closed_month import Particulars
from guatu.delivery.bulletins.marks import Mark, Marks, OddMark, number_in_form
from guatu.delivery.bulletins.offers import Scope, offers_of
from guatu.delivery.bulletins.superior import UNITS


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DraftForm(forms.Form):
    """What of the paper is no figure; as the last one had it."""

    red_head = forms.CharField(
        label=_("发文机关标志"), max_length=60, required=False,
        help_text=_("红头上的字；不套红头的留空。"),
    )  # fmt: skip
    number = forms.CharField(
        label=_("文号"), max_length=60, required=False, help_text=_("没有定的留空，印发时再填。")
    )
    addressee = forms.CharField(
        label=_("主送"), max_length=400, required=False,
        help_text=_("如“各县（市、区）人民政府，市直有关部门”，不写冒号。"),
    )  # fmt: skip
    area = forms.CharField(label=_("本地区称谓"), max_length=20, help_text=_("如“全市”。"))
    counties = forms.CharField(label=_("下级地区称谓"), max_length=20)
    signature = forms.CharField(label=_("署名"), max_length=80)
    copies_to = forms.CharField(
        label=_("抄送"), max_length=400, required=False, help_text=_("不写句号。")
    )
    printed_by = forms.CharField(label=_("印发机关"), max_length=60, required=False)

    def particulars(self) -> Particulars:
        """The cleaned values."""
        given = dict(self.cleaned_data)
        given["number"] = number_in_form(given["number"])
        given["addressee"] = given["addressee"].rstrip("：:")
        given["copies_to"] = given["copies_to"].rstrip("。")
        return Particulars(**given)


class FinalForm(forms.Form):
    """The final file."""

    file = forms.FileField(
        label=_("定稿"), help_text=_("在 Word 或 WPS 里改好的 .docx；.doc、.wps 请先另存为 .docx。")
    )


class IssueForm(forms.Form):
    """文号 and date of issue."""

    number = forms.CharField(
        label=_("文号"), max_length=60, help_text=_("如“临补短板办〔2026〕12号”。")
    )
    on = forms.DateField(label=_("成文日期"), widget=_day())
    # Asked where the final file names another than the two above.
    number_reason = forms.CharField(label=_("文号"), max_length=200, required=False)
    date_reason = forms.CharField(label=_("成文日期"), max_length=200, required=False)
    printed_reason = forms.CharField(label=_("版记印发日期"), max_length=200, required=False)

    @property
    def answers(self) -> dict[str, str]:
        """The cleaned words on marks of the paper that differ, by mark."""
        marks = (Mark.NUMBER, Mark.DAY, Mark.PRINTED)
        return {mark.value: self.cleaned_data[f"{mark}_reason"] for mark in marks}

    def odd_marks(self, marks: Marks) -> list[tuple[OddMark, forms.BoundField]]:
        """What of the paper differs from the number and the day as they stand in the form."""
        given = self.cleaned_data if self.is_bound else self.initial
        if not given.get("number") or not given.get("on"):
            return []
        odd = marks.against(given["number"], given["on"])
        return [(each, self[f"{each.mark}_reason"]) for each in odd]

    def clean_number(self) -> str:
        return number_in_form(self.cleaned_data["number"])

    def clean_on(self) -> date:
        given: date = self.cleaned_data["on"]
        if given > timezone.localdate():
            raise forms.ValidationError(_("成文日期还没有到，请核对。"))
        return given


class SuperiorNewForm(forms.Form):
    """A superior's blank form."""

    name = forms.CharField(
        label=_("名称"), max_length=80, help_text=_("如“省补短板项目月报”；同名的换成新的空白表。")
    )
    file = forms.FileField(label=_("空白表"), help_text=_("上级发来的 .xlsx 空白表。"))


class EntryForm(forms.Form):
    """What stands in the picked cell, or in the column under it."""

    scope = forms.ChoiceField(label=_("填法"), choices=[(each.value, each.words) for each in Scope])
    fact = forms.ChoiceField(label=_("填什么"))
    unit = forms.ChoiceField(label=_("金额单位"), choices=[(unit, unit) for unit in UNITS])
    names = forms.CharField(
        label=_("名称列"), max_length=3, required=False,
        help_text=_("表里已有名称的列号，如 B；留空即从这一行起按顺序逐行列出。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["fact"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [
            (label, [(f"{scope.value}:{each.code}", each.words) for each in offers_of(scope)])
            for scope, label in (
                (Scope.WHOLE, _("一个数")),
                (Scope.COUNTY, _("逐行：县区、单位、类别")),
                (Scope.PROJECT, _("逐行：项目")),
            )
        ]

    def clean_names(self) -> str:
        names: str = self.cleaned_data["names"].strip().upper()
        if names and not re.fullmatch(r"[A-Z]{1,3}", names):
            raise forms.ValidationError(_("名称列填列号，如 B。"))
        return names

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        scope, fact = given.get("scope", ""), given.get("fact", "")
        group, _sep, code = fact.partition(":")
        kinds = {"county": "county", "unit": "county", "sector": "county"}
        if fact and scope and kinds.get(scope, scope) != group:
            self.add_error("fact", _("这个数与“填法”不合，请在对应的一组里选。"))
        return given | {"code": code}
