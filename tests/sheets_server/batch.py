"""What every kind of request needs: finding the tab and the cells it names, writing a cell, ids that are free."""

import zlib
from dataclasses import dataclass
from typing import Any

from tests.sheets_server import guard
from tests.sheets_server.guard import refusal
from tests.sheets_server.model import Cell, CellWrite, Sheet, Spreadsheet
from tests.sheets_server.spans import Axis, Rectangle, rectangle
from tests.sheets_server.structure import length

OBJECTS = {
    "protectedRangeId": ("protected_ranges", "protected range"),
    "bandedRangeId": ("banded_ranges", "banded range"),
    "chartId": ("charts", "chart"),
}
"""Where a tab keeps the objects that have an id, by the name of the id, and what they are called in refusals."""


@dataclass
class Batch:
    """The working copy of a spreadsheet, and who sends the requests."""

    spreadsheet: Spreadsheet
    by: str

    def sheet(self, sheet_id: int, what: str = "No grid with id: {}") -> Sheet:
        """Return a tab by its id; refused when there is none."""
        for sheet in self.spreadsheet.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise refusal(what.format(sheet_id))

    def area(self, range_: dict[str, Any] | None) -> tuple[Sheet, Rectangle]:
        """Return the tab and the cells of a GridRange; refused when it starts outside of the grid or is inside out."""
        range_ = range_ or {}
        sheet = self.sheet(range_.get("sheetId", 0))
        area = rectangle(range_)
        for name, span, size in (("Row", area.rows, sheet.rows), ("Column", area.columns, sheet.columns)):
            start, end = span or (0, None)
            if end is not None and start > end:
                raise refusal(f"range.end{name}Index[{end}] must be greater than or equal to start[{start}]")
            if start >= size:
                raise refusal(f"range.start{name}Index[{start}] is after last {name.lower()} in grid[{size - 1}]")
        return sheet, area

    def lines(self, range_: dict[str, Any]) -> tuple[Sheet, Axis, int, int]:
        """Return tab, axis, start and end of a DimensionRange; an absent end is the end of the grid."""
        sheet = self.sheet(range_.get("sheetId", 0))
        if range_.get("dimension") not in set(Axis):
            raise refusal("No dimension specified.")
        axis = Axis(range_["dimension"])
        start = int(range_.get("startIndex", 0))
        end = int(range_.get("endIndex", length(sheet, axis)))
        if not 0 <= start < end:
            raise refusal(f"endIndex[{end}] must be greater than startIndex[{start}]")
        return sheet, axis, start, end

    def guard_area(self, sheet: Sheet, area: Rectangle) -> None:
        """Refuse when the sender may not edit the area."""
        guard.check_area(self.spreadsheet, sheet, area, self.by)

    def put(self, sheet: Sheet, row: int, column: int, cell: Cell, *, value: bool) -> None:
        """Put a cell into the grid; `value` says that its value was written, which goes on record."""
        before = sheet.cells.get((row, column), Cell())
        if value and not (before.entered is None and cell.entered is None and not before.error):
            self.record(sheet, row, column, before, cell)
        if value:
            cell.written_by = self.by if cell.entered is not None else ""
        if cell.entered is None and cell == Cell():
            sheet.cells.pop((row, column), None)
        else:
            sheet.cells[row, column] = cell

    def record(self, sheet: Sheet, row: int, column: int, before: Cell, after: Cell) -> None:
        """Put the write of one cell on record."""
        write = CellWrite(
            by=self.by, sheet_id=sheet.id, row=row, column=column, before=before.entered, after=after.entered
        )
        self.spreadsheet.writes.append(write)

    def record_changes(self, sheet: Sheet, before: dict[tuple[int, int], Cell]) -> None:
        """Put every cell on record whose value differs from `before`, for requests that carry cells about."""
        for row, column in sorted(before.keys() | sheet.cells.keys()):
            old = before.get((row, column), Cell())
            new = sheet.cells.get((row, column), Cell())
            if old.entered != new.entered or type(old.entered) is not type(new.entered):
                self.record(sheet, row, column, old, new)


def fresh_id(spreadsheet: Spreadsheet, used: set[int]) -> int:
    """Return an id that nothing had before: the same for the same history, large like Google's."""
    number = 0
    while number in used or number == 0:
        spreadsheet.ids_given += 1
        number = zlib.crc32(f"{spreadsheet.id} {spreadsheet.ids_given}".encode()) & 0x7FFFFFFF
    return number


def object_ids(spreadsheet: Spreadsheet) -> set[int]:
    """Return the ids of all protected and banded ranges and charts."""
    return {
        item[key]
        for sheet in spreadsheet.sheets
        for key, (lists, _) in OBJECTS.items()
        for item in getattr(sheet, lists)
    }


def mask(body: dict[str, Any]) -> str:
    """Return the field mask of a request; refused when it lists nothing."""
    fields = str(body.get("fields") or "")
    if not fields:
        raise refusal("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return fields


def check_inside(sheet: Sheet, row: int, column: int) -> None:
    """Refuse a cell that is outside of the grid."""
    for word, index, size in (("row", row, sheet.rows), ("column", column, sheet.columns)):
        if index >= size:
            raise refusal(f"GridCoordinate.{word}Index[{index}] is after last {word} in grid[{size - 1}]")


def new_object_id(batch: Batch, key: str, wanted: int | None) -> int:
    """Return the id that a new object gets: the wanted one, refused when it is taken, or a free one."""
    used = object_ids(batch.spreadsheet)
    if wanted is None:
        return fresh_id(batch.spreadsheet, used)
    if wanted in used:
        raise refusal(f"A {OBJECTS[key][1]} with id {wanted} already exists.")
    return wanted


def find_object(batch: Batch, key: str, wanted: int | None) -> tuple[Sheet, int]:
    """Return the tab of an object and its place in the tab's list; refused when there is none."""
    lists, what = OBJECTS[key]
    for sheet in batch.spreadsheet.sheets:
        for index, item in enumerate(getattr(sheet, lists)):
            if item[key] == wanted:
                return sheet, index
    raise refusal(f"No {what} with id: {wanted}")
