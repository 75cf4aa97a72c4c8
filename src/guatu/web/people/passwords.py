"""What a password must not be, in the words of our pages (口令)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation as django_validators
from django.utils.translation import gettext as _


class LongEnough(django_validators.MinimumLengthValidator):
    """Long enough not to be guessed by trying."""

    def get_error_message(self) -> str:
        return _("口令至少 %(least)d 位。") % {"least": self.min_length}


class NotLikeOneself(django_validators.UserAttributeSimilarityValidator):
    """Not one's own name with a digit behind it."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "name"), max_similarity=0.7)

    def get_error_message(self) -> str:
        return _("口令与登录名或姓名太像。")


class NotCommon(django_validators.CommonPasswordValidator):
    """None of those that are tried first."""

    def get_error_message(self) -> str:
        return _("这个口令太常见，容易被猜到。")


class NotOnlyDigits(django_validators.NumericPasswordValidator):
    """More than a date or a telephone number."""

    def get_error_message(self) -> Any:
        return _("口令不能全是数字。")
