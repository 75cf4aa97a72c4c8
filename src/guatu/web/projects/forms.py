"""What a person types about projects."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.delivery.projects import values as cells
from guatu.delivery.projects.values import CellFault
from guatu.web.page import formats
from guatu.web.people.models import Office, Region, Unit
from guatu.web.people.names import Resolved, resolve_unit
from guatu.web.people.queries import regions_on
from guatu.web.projects.models import (
    Fund,
    Node,
    Problem,
    Project,
    Stage,
)
from guatu.web.projects.queries.project import parents_for


class _ReadField(forms.Field):
    """A short text that is read into a value; what it cannot be read as is said."""

    most = 30

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        try:
            return self.read(text[: self.most])
        except CellFault as fault:
            raise forms.ValidationError(f"{fault.args[0]}。") from None

    def read(self, text: str) -> Any:
        """The value that the text says; a CellFault where it says none."""
        raise NotImplementedError


class WanField(_ReadField):
    """万元 on the page, whole 元 inside; 1.2亿 is understood."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "maxlength": str(self.most)})

    def read(self, text: str) -> int | None:
        return cells.money(text, "万元")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        whole, rest = divmod(value, formats.WAN)
        return f"{whole}" if not rest else f"{value / formats.WAN:.4f}".rstrip("0")


class MonthField(_ReadField):
    """A month: 2026-03, 2026年3月 and the other ways are understood."""

    def __init__(self, *, end: bool, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.end = end
        self.widget.attrs.update({"placeholder": "2026-03", "maxlength": str(self.most)})

    def read(self, text: str) -> date | None:
        return cells.month(text, end=self.end)[0]

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is known of a project."""

    investment = WanField(label=_("总投资（万元）"))
    year_investment = WanField(label=_("年度计划投资（万元）"))
    start = MonthField(end=False, label=_("计划开工"))
    finish = MonthField(end=True, label=_("计划竣工"))
    shares_text = forms.CharField(
        label=_("分县投资（万元）"),
        required=False,
        max_length=1000,
        help_text=_("跨县区的项目填写，如：青川区3000、望海县2000。"),
    )

    class Meta:
        model = Project
        fields: ClassVar = [
            "name", "code", "parent", "section", "region", "place", "unit", "person", "phone",
            "leader", "owner_name", "ownership", "nature", "procedure", "investment_kind",
            "industry", "tags", "scale", "investment", "year_investment", "year_content",
            "start", "finish", "remark",
        ]  # fmt: skip
        widgets: ClassVar = {
            "scale": forms.Textarea(attrs={"rows": 4}),
            "year_content": forms.Textarea(attrs={"rows": 3}),
            "remark": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts: ClassVar = {
            "code": _("24 位国家代码，旧式代码也可以；没有就空着。"),
            "tags": _("用顿号隔开，如：五大千亿、十大百亿。"),
        }

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        project = self.instance
        if project.pk:
            self.initial["tags"] = project.tags.strip("、")
            shares = project.shares.select_related("region")
            self.initial["shares_text"] = "、".join(
                f"{s.region.name}{formats.wan(s.amount).replace(',', '')}" for s in shares
            )
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        wanted = [pk for pk, _name in parents_for(office)] + [project.parent_id]
        parent.queryset = Project.objects.filter(pk__in=wanted).exclude(pk=project.pk)
        region, unit = self.fields["region"], self.fields["unit"]
        assert isinstance(region, forms.ModelChoiceField)
        assert isinstance(unit, forms.ModelChoiceField)
        region.queryset = regions_on()
        unit.queryset = Unit.objects.filter(active=True).order_by("position", "name")
        unit.label_from_instance = lambda each: each.name  # type: ignore[method-assign,assignment]

    def clean_shares_text(self) -> dict[int, int]:
        try:
            given = cells.shares(self.cleaned_data["shares_text"], "万元")
        except CellFault as fault:
            raise forms.ValidationError(f"{fault.args[0]}。") from None
        known = {region.name: region.pk for region in regions_on()}
        unknown = [name for name in given if name not in known]
        if unknown:
            raise forms.ValidationError(
                _("行政区划里没有%(names)s。"), params={"names": "、".join(unknown)}
            )
        return {known[name]: amount for name, amount in given.items()}

    def _post_clean(self) -> None:
        """The action fills and checks the row; the form only reads what was typed."""

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewProjectForm(ProjectForm):
    """A project that is entered by hand."""

    stage = forms.ChoiceField(label=_("阶段"), choices=Stage.choices, initial=Stage.IDEA)

    def values(self) -> dict[str, Any]:
        return {**super().values(), "stage": self.cleaned_data["stage"]}


class StageForm(forms.Form):
    """Where a project goes, since when and why."""

    to = forms.ChoiceField(label=_("转为"))
    on = _day(_("日期"))
    reason = forms.CharField(
        label=_("原因"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    waive = forms.BooleanField(label=_("条件未齐，例外通过"), required=False)

    def __init__(self, *args: Any, stages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(stage, Stage(stage).label) for stage in stages]
        self.fields["on"].initial = timezone.localdate()


class NodeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A node."""

    planned = _day(_("计划日期"), required=False)
    forecast = _day(_("预计日期"), required=False)
    actual = _day(_("完成日期"), required=False)

    class Meta:
        model = Node
        fields: ClassVar = ["name", "planned", "forecast", "actual", "remark"]

    def clean_actual(self) -> date | None:
        actual: date | None = self.cleaned_data["actual"]
        if actual and actual > timezone.localdate():
            raise forms.ValidationError(_("完成日期不能晚于今天。"))
        return actual


class FundForm(forms.ModelForm):  # type: ignore[type-arg]
    """Money of a source and a year."""

    total = WanField(label=_("安排（万元）"))
    issued = WanField(label=_("下达（万元）"))
    paid = WanField(label=_("支付（万元）"))
    needed = WanField(label=_("需求（万元）"))

    class Meta:
        model = Fund
        fields: ClassVar = ["source", "year", "total", "issued", "paid", "needed", "remark"]

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year is not None and not 1990 <= year <= 2099:
            raise forms.ValidationError(_("年度应为四位年份，如 2026。"))
        return year


class ProblemForm(forms.ModelForm):  # type: ignore[type-arg]
    """A problem and to whom it goes."""

    deadline = _day(_("答复期限"), required=False)
    raised = _day(_("提出日期"))

    class Meta:
        model = Problem
        fields: ClassVar = ["words", "to_unit", "deadline", "raised"]
        widgets: ClassVar = {"words": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["raised"].initial = timezone.localdate()
        unit = self.fields["to_unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = Unit.objects.filter(active=True).order_by("position", "name")


class AnswerForm(forms.Form):
    """The answer to a problem."""

    answer = forms.CharField(label=_("答复"), widget=forms.Textarea(attrs={"rows": 3}))
    solved = forms.BooleanField(label=_("已解决"), required=False)


class AttachmentForm(forms.Form):
    """A file to attach."""

    file = forms.FileField(label=_("文件"), help_text=_("支持 pdf、ofd、Word、Excel 和图片。"))
    note = forms.CharField(label=_("说明"), required=False, max_length=200)


class SheetForm(forms.Form):
    """A sheet of projects to bring in."""

    file = forms.FileField(
        label=_("项目表"), help_text=_("支持 .xlsx、.xls、.csv、.et，表头按原样即可。")
    )


class FilterNameForm(forms.Form):
    """A name for the list's conditions."""

    name = forms.CharField(label=_("名称"), max_length=40)
    shared = forms.BooleanField(label=_("全办公室可用"), required=False)


BULK_CHOICES: Final = (
    ("unit", _("责任单位")),
    ("region", _("县区")),
    ("leader", _("联系领导")),
    ("person", _("责任人")),
    ("section", _("所属类别")),
    ("ownership", _("所有制")),
    ("tags", _("工程标签")),
)


class BulkForm(forms.Form):
    """One field of many projects."""

    field = forms.ChoiceField(label=_("修改哪一项"), choices=BULK_CHOICES)
    value = forms.CharField(label=_("改为"), required=False, max_length=200)

    def chosen(self) -> Any:
        """The value as the action takes it; a ValidationError where the words name nothing."""
        name, text = self.cleaned_data["field"], self.cleaned_data["value"].strip()
        if name == "region":
            region: Region | None = regions_on().filter(name=text).first() if text else None
            if text and region is None:
                words = _("行政区划里没有“%(t)s”，请填行政区划里的全称。")
                raise forms.ValidationError(words % {"t": text})
            return region
        if name == "unit":
            found = resolve_unit(text) if text else None
            if text and not isinstance(found, Resolved):
                words = _("单位名录里认不出“%(t)s”，请填全称、简称或已登记的别名。")
                raise forms.ValidationError(words % {"t": text})
            return Unit.objects.get(pk=found.unit_id) if isinstance(found, Resolved) else None
        if name == "ownership":
            try:
                return cells.choice(text, "ownership")
            except CellFault as fault:
                raise forms.ValidationError(f"所有制{fault.args[0]}。") from None
        return text
