"""Sorting and copying cells, for requests and for people. Moves nothing else: neither references nor ranges follow."""

from dataclasses import replace
from enum import StrEnum

from tests.sheets_server.follow import copied
from tests.sheets_server.guard import refusal
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import ERRORS, Cell, Formula, Sheet, Spreadsheet, Value
from tests.sheets_server.spans import Rectangle, rectangle

Place = tuple[int, int]


class PasteType(StrEnum):
    """What of a cell is pasted, as the API names it."""

    NORMAL = "PASTE_NORMAL"
    VALUES = "PASTE_VALUES"
    FORMAT = "PASTE_FORMAT"
    NO_BORDERS = "PASTE_NO_BORDERS"
    FORMULA = "PASTE_FORMULA"
    DATA_VALIDATION = "PASTE_DATA_VALIDATION"
    CONDITIONAL_FORMATTING = "PASTE_CONDITIONAL_FORMATTING"


def sort(spreadsheet: Spreadsheet, sheet: Sheet, area: Rectangle, specs: list[tuple[int, bool]]) -> None:
    """Sort the rows of an area by shown values; `specs` are (column, descending), the first counts most.

    Numbers come before text, text before truth values, errors after them, blanks last in both directions. The parts
    of formulas without $ follow their row; what refers to a sorted cell from elsewhere stays.
    """
    rows, columns = area.clip(sheet.rows, sheet.columns)
    for merged in sheet.merges:
        part = rectangle(merged)
        if part.meets(area) and part.rows and part.rows[1] is not None and part.rows[1] - part.rows[0] > 1:
            raise refusal("You can't sort a range with vertical merges.")
    shown = effective(spreadsheet, sheet)
    order = list(rows)
    for column, descending in reversed(specs):
        filled = [row for row in order if shown.get((row, column)) is not None]
        filled.sort(key=lambda row: _rank(shown[row, column]), reverse=descending)
        order = filled + [row for row in order if shown.get((row, column)) is None]
    taken = {place: cell for place, cell in sheet.cells.items() if place[0] in rows and place[1] in columns}
    sheet.cells = {place: cell for place, cell in sheet.cells.items() if place not in taken}
    new_row = {old: rows.start + position for position, old in enumerate(order)}
    for (row, column), cell in taken.items():
        sheet.cells[new_row[row], column] = _away(cell, new_row[row] - row, 0)


def pasted(
    spreadsheet: Spreadsheet,
    source: Sheet,
    area: Rectangle,
    target: Sheet,
    to: Rectangle,
    kind: PasteType,
    *,
    transposed: bool = False,
) -> dict[Place, Cell]:
    """Return the cells that copying an area gives, by their new place; a larger target is tiled."""
    rows, columns = area.clip(source.rows, source.columns)
    height, width = (len(columns), len(rows)) if transposed else (len(rows), len(columns))
    to_rows, to_columns = to.clip(target.rows, target.columns)
    shown = effective(spreadsheet, source)
    result = {}
    for down in range(_tiled(len(to_rows), height)):
        for right in range(_tiled(len(to_columns), width)):
            inner = (down % height, right % width)
            place = (rows.start + inner[transposed], columns.start + inner[not transposed])
            goal = (to_rows.start + down, to_columns.start + right)
            if goal[0] < target.rows and goal[1] < target.columns:
                old = target.cells.get(goal, Cell())
                shift = (goal[0] - place[0], goal[1] - place[1])
                result[goal] = _mixed(old, source.cells.get(place, Cell()), shown.get(place), shift, kind)
    return result


def _mixed(old: Cell, new: Cell, shown: Value, shift: Place, kind: PasteType) -> Cell:
    """Return `old` with what the paste type takes from `new`; a spilled value is pasted as a value."""
    error = str(shown) if shown in ERRORS else ""
    value = replace(old, entered=None if error else shown, error=error, runs=[])
    moved = value if new.entered is None and not new.error else _away(new, *shift)
    match kind:
        case PasteType.NORMAL | PasteType.NO_BORDERS:
            return replace(new, entered=moved.entered, error=moved.error)
        case PasteType.VALUES:
            return value
        case PasteType.FORMULA:
            return replace(old, entered=moved.entered, error=moved.error, runs=[])
        case PasteType.FORMAT:
            return replace(old, format=new.format)
        case PasteType.DATA_VALIDATION:
            return replace(old, validation=new.validation)
        case PasteType.CONDITIONAL_FORMATTING:
            return old


def _away(cell: Cell, rows: int, columns: int) -> Cell:
    return replace(cell, entered=copied(cell.entered, rows, columns)) if isinstance(cell.entered, Formula) else cell


def _tiled(room: int, size: int) -> int:
    return room if room % size == 0 else size


def _rank(value: Value) -> tuple[int, float, str]:
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, float | int):
        return 0, float(value), ""
    text = str(value)
    return (3, 0.0, text) if text in ERRORS else (1, 0.0, text.casefold())
