"""What a person types about plans and entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guatu.documents.legacy import office as libreoffice
from guatu.exports import words as wording
from guatu.text.quantities import find_quantities
from guatu.web.plans.models import Entry, Kind, Plan, SourceKind
from guatu.web.plans.rows import JsonObject, exchanged_number

ACCEPTED = ".docx,.pdf,.html,.htm,.mht,.txt,.doc,.wps,.rtf,.odt"


_OLD: Final = frozenset({".doc", ".wps", ".rtf", ".odt"})
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UploadForm(forms.Form):
    """The file of a plan."""

    file = forms.FileField(
        label=_("方案文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": _("请选择方案文件。"),
            "empty": _("这个文件是空的（0 字节），请重新导出后再传。"),
        },
    )
    not_secret = forms.BooleanField(
        label=_("已确认：不含国家秘密和工作秘密"),
        error_messages={"required": _("请先确认文件不涉密。涉密材料不得进入本系统。")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // (1024 * 1024)
            words = _("“%(name)s”超过 %(limit)s MB 的上限，请删去图片或另存为 txt 后再传。")
            raise forms.ValidationError(words % {"name": file.name, "limit": limit})
        self.content: bytes = file.read()
        self._refuse_unreadable(file.name)
        return file

    def _refuse_unreadable(self, name: str) -> None:
        """An old format that nothing here can turn is refused at once, with the way to mend it."""
        old = self.content.startswith(_OLE) or Path(name).suffix.lower() in _OLD
        if old and libreoffice() is None:
            words = _(
                "“%(name)s”是旧格式文档，服务器上没有安装 LibreOffice，无法转换。请用 Word 或 WPS "
                "打开，点“文件”→“另存为”，“保存类型”选“Word 文档 (*.docx)”，"
                "再上传得到的 docx 文件。"
            )
            raise forms.ValidationError(words % {"name": name})


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """方案概况."""

    class Meta:
        model = Plan
        fields: ClassVar = [
            "title",
            "number",
            "issuer",
            "issued",
            "start_year",
            "end_year",
            "region",
            "status",
        ]
        widgets: ClassVar = {"issued": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_year"), cleaned.get("end_year")
        if start and end and start > end:
            self.add_error("end_year", _("结束年不能早于起始年。"))
        return cleaned


# --------------------------------------------------------------------------- entries

_COMPARATORS = [
    ("eq", _("达到")),
    ("ge", _("不低于（≥）")),
    ("gt", _("超过（>）")),
    ("le", _("不超过（≤）")),
    ("lt", _("低于（<）")),
    ("approx", _("约（≈）")),
]
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EntryForm(forms.Form):
    """The words an entry rests on; each kind adds what it says."""

    words = forms.CharField(
        label=_("原文"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        error_messages={"required": _("请填写原文：每条都要有依据。")},
    )
    near = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_entry_%s")
        super().__init__(*args, **kwargs)

    @property
    def near_place(self) -> int:
        near = self.cleaned_data.get("near")
        return -1 if near is None else int(near)

    def entry_fields(self) -> JsonObject:
        """What was typed, in the exchange form."""
        return {}

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        """What stands in the form at first."""
        return {"words": entry.quote}


class TargetForm(EntryForm):
    """指标."""

    subject = forms.CharField(label=_("指标名称"), max_length=500)
    comparator = forms.ChoiceField(label=_("要求"), choices=_COMPARATORS)
    figure = forms.CharField(
        label=_("数值和单位"),
        max_length=60,
        help_text=_("照原文写，如 1450亿元、75%—85%、200个。"),
    )
    change = forms.ChoiceField(label=_("变化"), choices=list(wording.CHANGES.items()))
    kind = forms.ChoiceField(label=_("性质"), choices=list(wording.TARGET_KINDS.items()))
    due = forms.DateField(label=_("完成时限"), widget=_DAY, required=False)
    first = forms.DateField(label=_("起算日期"), widget=_DAY, required=False)
    scope = forms.CharField(label=_("范围"), max_length=100, required=False)
    aim = forms.BooleanField(label=_("力争（预期性）"), required=False)

    def clean_figure(self) -> str:
        text: str = self.cleaned_data["figure"]
        if not find_quantities(text) and not re.search(r"\d", text):
            raise forms.ValidationError(_("这里应有一个数，如 1450亿元。"))
        return text

    def entry_fields(self) -> JsonObject:
        data = self.cleaned_data
        comparator, exclusive = {"gt": ("ge", True), "lt": ("le", True)}.get(
            data["comparator"], (data["comparator"], False)
        )
        return {
            **_figure(data["figure"]),
            "subject": data["subject"],
            "comparator": comparator,
            "exclusive": exclusive,
            "change": data["change"],
            "kind": data["kind"],
            "due": _iso(data["due"]),
            "from": _iso(data["first"]),
            "scope": data["scope"] or None,
            "aim": data["aim"],
        }

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        fields = entry.fields
        comparator = fields.get("comparator", "eq")
        if fields.get("exclusive"):
            comparator = {"ge": "gt", "le": "lt"}.get(comparator, comparator)
        return {
            **super().values_of(entry),
            "subject": entry.subject,
            "comparator": comparator,
            "figure": plain_figure(fields),
            "change": fields.get("change"),
            "kind": fields.get("kind"),
            "due": fields.get("due"),
            "first": fields.get("from"),
            "scope": fields.get("scope") or "",
            "aim": fields.get("aim"),
        }


def plain_figure(fields: JsonObject) -> str:
    """The number as one types it: 1450亿元, 75—85%."""
    value, high = fields.get("value"), fields.get("high")
    if value is None:
        return ""
    number = Decimal(str(value))
    scale, word = next(
        (
            (s, w)
            for s, w in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
            if abs(number) >= s
        ),
        (Decimal(1), ""),
    )
    text = wording.number(number / scale).replace(",", "")
    if high is not None:
        text += "—" + wording.number(Decimal(str(high)) / scale).replace(",", "")
    return f"{text}{word}{fields.get('unit') or ''}"


def _figure(text: str) -> JsonObject:
    found = find_quantities(text)
    if found:
        number = found[0]
        high = None if number.high is None else exchanged_number(number.high)
        return {"value": exchanged_number(number.value), "high": high, "unit": number.unit}
    plain = re.search(r"\d+(?:\.\d+)?", text.replace(",", ""))
    value = Decimal(plain[0]) if plain else Decimal(0)
    unit = text.replace(",", "")[plain.end() :].strip() if plain else ""
    return {"value": exchanged_number(value), "high": None, "unit": unit}


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


class TaskForm(EntryForm):
    """任务."""

    due = forms.DateField(label=_("完成时限"), widget=_DAY, required=False)
    lead = forms.CharField(label=_("牵头单位"), max_length=500, required=False)
    responsible = forms.CharField(
        label=_("责任单位"), max_length=1000, required=False, help_text=_("多个单位用顿号隔开。")
    )
    support = forms.CharField(label=_("配合单位"), max_length=1000, required=False)

    def entry_fields(self) -> JsonObject:
        units = [
            {"unit": name, "role": role}
            for role in ("lead", "responsible", "support")
            for name in _names(self.cleaned_data[role])
        ]
        return {"due": _iso(self.cleaned_data["due"]), "units": units}

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        units = entry.fields.get("units") or ()
        by_role = {
            role: "、".join(part["unit"] for part in units if part["role"] == role)
            for role in ("lead", "responsible", "support")
        }
        return {**super().values_of(entry), "due": entry.fields.get("due"), **by_role}


def _names(text: str) -> list[str]:
    return [name for part in re.split(r"[、，,；;\n]", text) if (name := part.strip())]


class DutyForm(EntryForm):
    """责任单位."""

    role = forms.ChoiceField(label=_("分工"), choices=list(wording.ROLES.items()))

    def entry_fields(self) -> JsonObject:
        return {"role": self.cleaned_data["role"]}

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        return {**super().values_of(entry), "role": entry.fields.get("role")}


class ProjectForm(EntryForm):
    """项目."""

    stage = forms.ChoiceField(label=_("阶段"), choices=list(wording.STAGES.items()))
    due = forms.DateField(label=_("时限"), widget=_DAY, required=False)

    def entry_fields(self) -> JsonObject:
        return {"stage": self.cleaned_data["stage"], "due": _iso(self.cleaned_data["due"])}

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        fields = entry.fields
        return {**super().values_of(entry), "stage": fields.get("stage"), "due": fields.get("due")}


class RoutineForm(EntryForm):
    """时限要求."""

    cadence = forms.ChoiceField(label=_("频次"), choices=list(wording.CADENCES.items()))
    days = forms.IntegerField(label=_("时限（天数）"), min_value=0, max_value=3660, required=False)
    day_kind = forms.ChoiceField(
        label=_("按"),
        choices=[("", "—"), ("workday", _("工作日")), ("calendar", _("自然日"))],
        required=False,
    )
    actor = forms.CharField(label=_("报送单位"), max_length=100, required=False)
    recipient = forms.CharField(label=_("报给"), max_length=100, required=False)

    def entry_fields(self) -> JsonObject:
        data = self.cleaned_data
        return {
            "cadence": data["cadence"],
            "days": data["days"],
            "day_kind": data["day_kind"] or None,
            "actor": data["actor"] or None,
            "recipient": data["recipient"] or None,
        }

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        names = ("cadence", "days", "day_kind", "actor", "recipient")
        return {**super().values_of(entry), **{n: entry.fields.get(n) for n in names}}


class CitationForm(EntryForm):
    """引用文件."""

    number = forms.CharField(label=_("文号"), max_length=100, required=False)

    def entry_fields(self) -> JsonObject:
        return {"number": self.cleaned_data["number"] or None}

    @classmethod
    def values_of(cls, entry: Entry) -> dict[str, Any]:
        return {**super().values_of(entry), "number": entry.fields.get("number") or ""}


FORMS: Mapping[str, type[EntryForm]] = {
    Kind.TARGET: TargetForm,
    Kind.TASK: TaskForm,
    Kind.DUTY: DutyForm,
    Kind.PROJECT: ProjectForm,
    Kind.ROUTINE: RoutineForm,
    Kind.CITATION: CitationForm,
}


class AddForm(forms.Form):
    """An entry that the reader missed: words of the plan, or another source by name."""

    kind = forms.ChoiceField(label=_("种类"), choices=Kind.choices)
    words = forms.CharField(
        label=_("原文"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        help_text=_("选中左侧文字后按 A 会自动带入；也可直接键入方案里的原话。"),
        error_messages={"required": _("请填写原文：每条都要有依据。")},
    )
    source = forms.ChoiceField(label=_("依据"), choices=SourceKind.choices)
    source_name = forms.CharField(
        label=_("依据名称和文号"),
        max_length=200,
        required=False,
        help_text=_("依据不是方案原文时填写，如《2027年重点项目清单》（临政办〔2027〕3号）。"),
    )
    near = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_add_%s")
        super().__init__(*args, **kwargs)


class SplitForm(forms.Form):
    """One entry into several: a line each."""

    parts = forms.CharField(
        label=_("一行一条"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
        help_text=_("在要断开的地方按回车；每行都须是这一句里的原文，可以删去连接的字。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_split_%s")
        super().__init__(*args, **kwargs)


class PublishForm(forms.Form):
    """A version's words, and whether unseen entries go along."""

    words = forms.CharField(
        label=_("版本说明"),
        max_length=200,
        required=False,
        help_text=_("如：首次发布；按市政府常务会议意见调整三项指标。"),
    )
    with_unseen = forms.BooleanField(label=_("待核的一并发布"), required=False)
    with_findings = forms.BooleanField(label=_("带着未处理的对账发现发布"), required=False)
