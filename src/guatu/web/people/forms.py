"""What a person types about units and accounts."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from guatu.web.people import queries
from guatu.web.people.models import Role, Unit, UnitKind, User


class SignInForm(AuthenticationForm):
    """Name and password."""

    error_messages = {  # noqa: RUF012
        "invalid_login": _("登录名或口令不对，请核对后再试（注意大小写）。"),
        "inactive": _("这个账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("登录名")
        self.fields["password"].label = _("口令")


def _full_name(unit: Any) -> str:
    return str(unit.name)


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """An entry of the directory."""

    class Meta:
        model = Unit
        fields: ClassVar = [
            "name",
            "short_name",
            "kind",
            "parent",
            "region",
            "code",
            "position",
            "active",
        ]
        widgets: ClassVar = {"position": forms.TextInput(attrs={"inputmode": "numeric"})}
        help_texts: ClassVar = {
            "name": _("按机构改革方案或三定规定的正式名称填写。"),
            "short_name": _("列表和通报里显示的名称，如“市发改委”。"),
            "region": _("县市区部门和乡镇填所在县市区，市直单位填本市。"),
            "position": _("名录里的先后次序，小的在前；不填的排在同类最后。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Unit.objects.filter(merged_into__isnull=True).exclude(pk=self.instance.pk)
        parent, region, kind = (self.fields[name] for name in ("parent", "region", "kind"))
        assert isinstance(parent, forms.ModelChoiceField)
        assert isinstance(region, forms.ModelChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        parent.queryset = others.order_by("position", "name")
        parent.label_from_instance = _full_name  # type: ignore[assignment, method-assign]
        parent.empty_label = _("没有")
        region.queryset = queries.regions_on()
        region.empty_label = _("不限地区")
        kind.choices = [("", _("请选择")), *UnitKind.choices]
        self.fields["position"].required = False
        if self.instance.pk is None:
            self.initial["position"] = ""

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0


class MergeForm(forms.Form):
    """Which entry goes into this one."""

    merge = forms.ModelChoiceField(
        label=_("并入本单位的单位"),
        queryset=Unit.objects.none(),
        help_text=_("它的名称会成为本单位的别名，名下的登记全部转到本单位。"),
    )

    def __init__(self, *args: Any, keep: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["merge"]
        assert isinstance(field, forms.ModelChoiceField)
        others = Unit.objects.filter(merged_into__isnull=True).exclude(pk=keep.pk)
        field.queryset = others.order_by("position", "name")
        field.label_from_instance = _full_name  # type: ignore[assignment, method-assign]


class AliasForm(forms.Form):
    """A name to learn."""

    name = forms.CharField(label=_("别名"), max_length=100)


class SheetForm(forms.Form):
    """A sheet to read in."""

    file = forms.FileField(label=_("表格文件"), help_text=_("支持 .xlsx、.xls、.csv。"))


class NamesForm(forms.Form):
    """Printed names to look up."""

    names = forms.CharField(
        label=_("单位名称"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("一行一个，或用顿号隔开；可以直接粘贴方案里“责任单位”后面的文字。"),
    )


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new account."""

    class Meta:
        model = User
        fields: ClassVar = ["username", "name", "role", "office", "unit"]
        help_texts: ClassVar = {
            "username": _("字母、数字和连字符，如姓名拼音；以后不能改。"),
            "role": _("以后由安全管理员调整。"),
        }

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}", username):
            raise forms.ValidationError(_("登录名只用字母、数字、点和连字符，至少 2 位。"))
        return username


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who an account belongs to."""

    class Meta:
        model = User
        fields: ClassVar = ["name", "unit", "is_active"]


class RoleForm(forms.Form):
    """What a person is here for."""

    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)


class PasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = forms.CharField(
        label=_("现口令"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新口令"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 位，不能全是数字，不能与登录名或姓名相近，也不能是常见口令。"),
    )
    again = forms.CharField(
        label=_("再输一次新口令"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise forms.ValidationError(_("现口令不对。"))
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        password_validation.validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("new") and values.get("again") != values["new"]:
            self.add_error("again", _("两次输入的新口令不一样。"))
        return values
