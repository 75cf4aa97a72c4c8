"""Rows that are written once: what was issued, published or closed is history."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Immutable(Exception):
    """A row that is history was to be changed or deleted; the words say what to do instead."""


class FrozenRows(models.QuerySet[Any]):
    """Rows that are written once: no update, no delete, not by the thousand either."""

    def update(self, **values: Any) -> int:
        raise Immutable(self.model.frozen_words)

    def delete(self) -> Any:
        raise Immutable(self.model.frozen_words)


class Frozen(models.Model):
    """A row that is written once; ``frozen_words`` tell what to do in place of a change."""

    frozen_words: ClassVar[str] = "已成定案的记录不能修改或删除。"

    objects: ClassVar[models.Manager[Any]] = FrozenRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise Immutable(self.frozen_words)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Any:
        raise Immutable(self.frozen_words)
