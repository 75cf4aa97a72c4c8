"""What a person types about checklists."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guatu.delivery.projects.checklist import Checklist, Item
from guatu.web.projects.models import Attachment, ItemRecord, Project
from guatu.web.projects.queries.checklists import gate_choices, source_choices

# Empty lines below the items, for new ones.
_SPARE: Final = 3
_MOST: Final = 30


def _named(words: Any, at: int) -> dict[str, str]:
    """What a screen reader calls a cell of the lines."""
    return {"aria-label": words % {"n": at + 1}}


class ItemForm(forms.Form):
    """What settles an item for a project."""

    words = forms.CharField(
        label=_("落实情况"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("如专班名称和组长、方案文号；不适用的写原因。"),
    )
    on = forms.DateField(
        label=_("日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    attachment = forms.ModelChoiceField(
        label=_("本项目已有的附件"), queryset=Attachment.objects.none(), required=False
    )
    file = forms.FileField(
        label=_("或上传附件"), required=False, help_text=_("支持 pdf、ofd、Word、Excel 和图片。")
    )
    not_applicable = forms.BooleanField(label=_("本项目不适用这一项"), required=False)

    def __init__(
        self, *args: Any, project: Project, record: ItemRecord | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["attachment"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Attachment.objects.filter(project=project, removed=False)
        for name in ("words", "on", "attachment", "not_applicable") if record else ():
            self.fields[name].initial = getattr(record, name)

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on and on > timezone.localdate():
            raise forms.ValidationError(_("日期不能晚于今天。"))
        return on

    def values(self) -> dict[str, Any]:
        """What the action takes beside a file that is yet to be attached."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}


class ChecklistForm(forms.Form):
    """A list: its name, its items in order, where it is a condition."""

    name = forms.CharField(label=_("清单名称"), max_length=40)
    gate = forms.ChoiceField(label=_("作为阶段条件"), choices=gate_choices, required=False)
    active = forms.BooleanField(label=_("使用这张清单"), required=False, initial=True)

    def __init__(self, *args: Any, checklist: Checklist, active: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checklist = checklist
        self.fields["name"].initial = checklist.name
        self.fields["gate"].initial = checklist.gate
        self.fields["active"].initial = active
        spare = [Item("", "")] * _SPARE
        self.lines = [self._line(at, item) for at, item in enumerate((*checklist.items, *spare))]

    def _line(self, at: int, item: Item) -> tuple[Item, dict[str, Any]]:
        self.fields[f"place-{at}"] = forms.IntegerField(
            initial=at + 1, min_value=1, max_value=99, required=False,
            widget=forms.NumberInput(_named(_("第%(n)d行的顺序"), at)),
        )  # fmt: skip
        self.fields[f"name-{at}"] = forms.CharField(
            initial=item.name, max_length=60, required=False,
            widget=forms.TextInput(_named(_("第%(n)d行的事项"), at)),
        )  # fmt: skip
        self.fields[f"source-{at}"] = forms.ChoiceField(
            initial=item.source, choices=source_choices, required=False,
            widget=forms.Select(_named(_("第%(n)d行由什么落实"), at)),
        )  # fmt: skip
        return item, {part: self[f"{part}-{at}"] for part in ("place", "name", "source")}

    @property
    def bound_lines(self) -> list[dict[str, Any]]:
        """The fields of each line, as the page draws them."""
        return [fields for _item, fields in self.lines]

    def clean(self) -> dict[str, Any] | None:
        if len(self.items()) > _MOST:
            raise forms.ValidationError(_("一张清单最多 30 项。"))
        return self.cleaned_data

    def items(self) -> tuple[Item, ...]:
        """The items in the order of their places; a line without a name is left out."""
        placed = []
        for at, (item, _fields) in enumerate(self.lines):
            name = self.cleaned_data.get(f"name-{at}", "").strip()
            if name:
                place = self.cleaned_data.get(f"place-{at}") or at + 1
                key = item.key or f"{self.checklist.key}.{uuid4().hex[:8]}"
                source = self.cleaned_data.get(f"source-{at}", "")
                placed.append((place, at, Item(key, name, source)))
        return tuple(item for _place, _at, item in sorted(placed, key=lambda each: each[:2]))

    def wanted(self) -> Checklist:
        """The list as the action takes it."""
        said = self.cleaned_data
        return Checklist(self.checklist.key, said["name"], self.items(), said["gate"])
