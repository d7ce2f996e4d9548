"""Where rows and columns go when lines are inserted, deleted or moved: one axis, half-open spans, no tabs, no text.

A span is (start, end), 0-based, `end` excluded; `end` None means open-ended. A GridRange in the JSON of the API is
two such spans with a sheet id; `rectangle` and `grid_range` translate.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self

Span = tuple[int, int | None]


class Axis(StrEnum):
    """ROWS or COLUMNS, as the API names them."""

    ROWS = "ROWS"
    COLUMNS = "COLUMNS"


class Edit(Protocol):
    """A structural edit of one axis."""

    def point(self, index: int) -> int | None:
        """Return where line `index` is afterwards; None when it is gone."""
        ...

    def span(self, span: Span) -> Span | None:
        """Return what a reference to `span` becomes; None when nothing of it is left."""
        ...


@dataclass(frozen=True)
class Insert:
    """`count` new lines before line `at`. A span grows only when they come inside it."""

    at: int
    count: int

    def point(self, index: int) -> int:
        return index + self.count if index >= self.at else index

    def span(self, span: Span) -> Span:
        start, end = span
        if end is not None and end > self.at:
            end += self.count
        return self.point(start), end


@dataclass(frozen=True)
class Delete:
    """Lines start … end - 1 go. An open-ended span shrinks but never vanishes."""

    start: int
    end: int

    def point(self, index: int) -> int | None:
        if self.start <= index < self.end:
            return None
        return index if index < self.start else index - (self.end - self.start)

    def span(self, span: Span) -> Span | None:
        start, end = span
        new_start = start - max(0, min(start, self.end) - self.start)
        if end is None:
            return new_start, None
        new_end = end - max(0, min(end, self.end) - self.start)
        return (new_start, new_end) if new_start < new_end else None


@dataclass(frozen=True)
class Move:
    """Lines start … end - 1 go before line `to` (counted before the move, outside of the moved lines).

    A span that lies wholly within the moved lines goes with them; any other loses those it held at its edges and
    takes in those that arrive inside it.
    """

    start: int
    end: int
    to: int

    def point(self, index: int) -> int:
        count = self.end - self.start
        if self.start <= index < self.end:
            return index - self.start + self._target()
        gone = index if index < self.start else index - count
        return gone if gone < self._target() else gone + count

    def span(self, span: Span) -> Span | None:
        start, end = span
        if self.start <= start and end is not None and end <= self.end:
            shift = self._target() - self.start
            return start + shift, end + shift
        left = Delete(self.start, self.end).span(span)
        return left and Insert(self._target(), self.end - self.start).span(left)

    def _target(self) -> int:
        return self.to if self.to <= self.start else self.to - (self.end - self.start)


@dataclass(frozen=True)
class Rectangle:
    """Rows and columns of a range; a None span is unbounded on both sides (all rows of A:A)."""

    rows: Span | None = None
    columns: Span | None = None

    @classmethod
    def cell(cls, row: int, column: int) -> Self:
        """Return the area of one cell."""
        return cls((row, row + 1), (column, column + 1))

    @classmethod
    def lines(cls, axis: Axis, start: int, end: int) -> Self:
        """Return the area of whole rows or columns."""
        return cls((start, end), None) if axis is Axis.ROWS else cls(None, (start, end))

    def holds(self, other: "Rectangle") -> bool:
        """Tell whether `other` lies wholly inside."""
        return _within(other.rows, self.rows) and _within(other.columns, self.columns)

    def meets(self, other: "Rectangle") -> bool:
        """Tell whether both have a cell in common."""
        return _overlap(self.rows, other.rows) and _overlap(self.columns, other.columns)

    def has(self, row: int, column: int) -> bool:
        """Tell whether the cell lies inside."""
        return self.holds(Rectangle.cell(row, column))

    def after(self, axis: Axis, edit: Edit) -> "Rectangle | None":
        """Return what the range becomes; None when nothing of it is left."""
        span = self.rows if axis is Axis.ROWS else self.columns
        if span is None:
            return self
        new = edit.span(span)
        if new is None:
            return None
        return Rectangle(new, self.columns) if axis is Axis.ROWS else Rectangle(self.rows, new)

    def shifted(self, rows: int, columns: int) -> "Rectangle":
        """Return the range moved by so many rows and columns."""
        return Rectangle(_shift(self.rows, rows), _shift(self.columns, columns))

    def clip(self, rows: int, columns: int) -> tuple[range, range]:
        """Return the row and column numbers inside a grid of that size."""
        return _clip(self.rows, rows), _clip(self.columns, columns)


def rectangle(grid_range: dict[str, Any]) -> Rectangle:
    """Read a GridRange; which tab it is on is the caller's business."""

    def span(name: str) -> Span | None:
        start, end = grid_range.get(f"start{name}Index"), grid_range.get(f"end{name}Index")
        return None if start is None and end is None else (int(start or 0), None if end is None else int(end))

    return Rectangle(span("Row"), span("Column"))


def grid_range(sheet_id: int, area: Rectangle) -> dict[str, Any]:
    """Write a GridRange: unbounded sides are absent."""
    parts: dict[str, Any] = {"sheetId": sheet_id}
    for name, span in (("Row", area.rows), ("Column", area.columns)):
        if span is not None:
            parts[f"start{name}Index"] = span[0]
            if span[1] is not None:
                parts[f"end{name}Index"] = span[1]
    return parts


def _within(inner: Span | None, outer: Span | None) -> bool:
    if outer is None:
        return True
    start, end = inner or (0, None)
    return outer[0] <= start and (outer[1] is None or (end is not None and end <= outer[1]))


def _overlap(one: Span | None, other: Span | None) -> bool:
    (a, b), (c, d) = one or (0, None), other or (0, None)
    return (d is None or a < d) and (b is None or c < b)


def _shift(span: Span | None, by: int) -> Span | None:
    return span and (span[0] + by, None if span[1] is None else span[1] + by)


def _clip(span: Span | None, size: int) -> range:
    start, end = span or (0, None)
    return range(start, size if end is None else min(end, size))
