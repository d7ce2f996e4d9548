"""Moving cells about: lines inserted, deleted, moved, areas cut, tabs renamed and deleted.

Frozen lines, line properties and groups follow here, all that refers to cells in `follow`. No permissions here.
"""

from typing import Any

from tests.sheets_server.follow import Rewriter, titles
from tests.sheets_server.model import Cell, Sheet, Spreadsheet
from tests.sheets_server.spans import Axis, Delete, Edit, Insert, Move, Rectangle


def insert_lines(
    spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, at: int, count: int, *, inherit_from_before: bool = False
) -> None:
    """Insert blank lines before line `at`; they take looks and validation from the line before or after."""
    _edit_lines(spreadsheet, sheet, axis, Insert(at, count))
    _resize(sheet, axis, count)
    if at < frozen(sheet, axis):
        _set_frozen(sheet, axis, frozen(sheet, axis) + count)
    pattern = at - 1 if inherit_from_before else at + count
    looks = _looks(sheet, axis, pattern)
    size = {k: v for k, v in _metadata(sheet, axis).get(pattern, {}).items() if k == "pixelSize"}
    for line in range(at, at + count):
        for other, cell in looks.items():
            sheet.cells[(line, other) if axis is Axis.ROWS else (other, line)] = cell
        if size:
            _metadata(sheet, axis)[line] = size


def delete_lines(spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, start: int, end: int) -> None:
    """Delete lines start … end - 1 with all that stands in them."""
    _edit_lines(spreadsheet, sheet, axis, Delete(start, end))
    _resize(sheet, axis, start - end)
    lost = max(0, min(end, frozen(sheet, axis)) - start)
    _set_frozen(sheet, axis, frozen(sheet, axis) - lost)


def move_lines(spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, start: int, end: int, to: int) -> None:
    """Move lines start … end - 1 before line `to`, counted before the move."""
    _edit_lines(spreadsheet, sheet, axis, Move(start, end, to))


def cut(spreadsheet: Spreadsheet, sheet: Sheet, area: Rectangle, target: Sheet, row: int, column: int) -> None:
    """Move the cells of an area so that its upper left corner comes to (row, column) of `target`; what is there goes.

    References to single cells and ranges inside the area follow.
    """
    rows, columns = area.clip(sheet.rows, sheet.columns)
    down, right = row - rows.start, column - columns.start
    moved = {
        (r + down, c + right): cell
        for (r, c), cell in sheet.cells.items()
        if r in rows and c in columns and r + down < target.rows and c + right < target.columns
    }

    def change(sheet_id: int, range_: Rectangle) -> tuple[int, Rectangle]:
        if sheet_id == sheet.id and area.holds(range_):
            return target.id, range_.shifted(down if range_.rows else 0, right if range_.columns else 0)
        return sheet_id, range_

    rewriter = Rewriter(titles(spreadsheet), spreadsheet, change)
    moved = {place: rewriter.cell(cell, sheet.id, target.id) for place, cell in moved.items()}
    sheet.cells = {(r, c): cell for (r, c), cell in sheet.cells.items() if not (r in rows and c in columns)}
    rewriter.everything()
    covered_rows = range(row, row + len(rows))
    covered_columns = range(column, column + len(columns))
    target.cells = {
        (r, c): cell for (r, c), cell in target.cells.items() if not (r in covered_rows and c in covered_columns)
    }
    target.cells.update(moved)


def rename(spreadsheet: Spreadsheet, sheet: Sheet, title: str) -> None:
    """Give a tab another title; formulas follow."""
    before = titles(spreadsheet)
    sheet.title = title
    Rewriter(before, spreadsheet, lambda sheet_id, area: (sheet_id, area)).everything()


def delete_sheet(spreadsheet: Spreadsheet, sheet: Sheet) -> None:
    """Delete a tab; references to it become #REF!, ranges that point at it go."""
    before = titles(spreadsheet)
    spreadsheet.sheets = [other for other in spreadsheet.sheets if other.id != sheet.id]
    gone = sheet.id
    Rewriter(before, spreadsheet, lambda sheet_id, area: None if sheet_id == gone else (sheet_id, area)).everything()


def truncate(spreadsheet: Spreadsheet, sheet: Sheet, rows: int, columns: int) -> None:
    """Give the grid another size; what lies outside is deleted."""
    for axis, size in ((Axis.ROWS, rows), (Axis.COLUMNS, columns)):
        if size < length(sheet, axis):
            delete_lines(spreadsheet, sheet, axis, size, length(sheet, axis))
        else:
            _resize(sheet, axis, size - length(sheet, axis))


def length(sheet: Sheet, axis: Axis) -> int:
    """Return the number of rows or columns of the grid."""
    return sheet.rows if axis is Axis.ROWS else sheet.columns


def frozen(sheet: Sheet, axis: Axis) -> int:
    """Return how many rows or columns are frozen."""
    return sheet.frozen_rows if axis is Axis.ROWS else sheet.frozen_columns


def groups(sheet: Sheet, axis: Axis) -> list[dict[str, Any]]:
    """Return the row or column groups."""
    return sheet.row_groups if axis is Axis.ROWS else sheet.column_groups


def _edit_lines(spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, edit: Edit) -> None:
    def change(sheet_id: int, area: Rectangle) -> tuple[int, Rectangle] | None:
        if sheet_id != sheet.id:
            return sheet_id, area
        new = area.after(axis, edit)
        return None if new is None else (sheet_id, new)

    Rewriter(titles(spreadsheet), spreadsheet, change).everything()
    sheet.cells = _moved_cells(sheet, axis, edit)
    properties = {new: v for i, v in _metadata(sheet, axis).items() if (new := edit.point(i)) is not None}
    _metadata(sheet, axis).clear()
    _metadata(sheet, axis).update(properties)
    kept = []
    for group in groups(sheet, axis):
        span = edit.span((group["range"].get("startIndex", 0), group["range"]["endIndex"]))
        if span is not None:
            kept.append(group | {"range": group["range"] | {"startIndex": span[0], "endIndex": span[1]}})
    groups(sheet, axis)[:] = kept


def _moved_cells(sheet: Sheet, axis: Axis, edit: Edit) -> dict[tuple[int, int], Cell]:
    cells = {}
    for (row, column), cell in sheet.cells.items():
        line = edit.point(row if axis is Axis.ROWS else column)
        if line is not None:
            cells[(line, column) if axis is Axis.ROWS else (row, line)] = cell
    return cells


def _metadata(sheet: Sheet, axis: Axis) -> dict[int, dict[str, Any]]:
    return sheet.row_metadata if axis is Axis.ROWS else sheet.column_metadata


def _looks(sheet: Sheet, axis: Axis, line: int) -> dict[int, Cell]:
    """Return blank cells with the looks of a line, by their place along it."""
    along = 1 if axis is Axis.ROWS else 0
    return {
        place[along]: Cell(format=cell.format, validation=cell.validation)
        for place, cell in sheet.cells.items()
        if place[1 - along] == line and (cell.format or cell.validation)
    }


def _resize(sheet: Sheet, axis: Axis, by: int) -> None:
    if axis is Axis.ROWS:
        sheet.rows += by
    else:
        sheet.columns += by


def _set_frozen(sheet: Sheet, axis: Axis, count: int) -> None:
    if axis is Axis.ROWS:
        sheet.frozen_rows = count
    else:
        sheet.frozen_columns = count
