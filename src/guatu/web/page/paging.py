"""A long list in pages, with counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from django.http import QueryDict

SIZE: Final = 50
_MOST: Final = 500

Row = TypeVar("Row")


class Countable(Protocol):
    """What a page is cut from: a queryset or a list."""

    def __getitem__(self, part: slice, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of rows, and where it lies in the whole."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int
    query: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def near(self) -> list[int | None]:
        """Numbers to offer; None stands for those left out."""
        wanted = {1, self.pages, *range(self.number - 2, self.number + 3)}
        numbers: list[int | None] = []
        for number in sorted(n for n in wanted if 1 <= n <= self.pages):
            if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


def paged(
    found: Any,
    params: QueryDict,
    *,
    as_row: Callable[[Any], Row] | None = None,
    size: int = SIZE,
) -> Paged[Row]:
    """The page that the address asks for (``?page=2&size=100``); a wrong number is mended."""
    size = min(max(_whole(params.get("size"), size), 10), _MOST)
    total = len(found) if isinstance(found, Sequence) else found.count()
    number = min(max(_whole(params.get("page"), 1), 1), max(1, -(-total // size)))
    rows = list(found[(number - 1) * size : number * size])
    rest = params.copy()
    rest.pop("page", None)
    return Paged(
        [as_row(row) for row in rows] if as_row else rows, number, size, total, rest.urlencode()
    )


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default
