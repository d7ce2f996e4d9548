"""The requests of a batchUpdate that the service sends, as the API spells them: one function each, no decisions here.

Rows and columns are 0-based; a span is (first, behind the last), None for everything from the first on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Request = dict[str, Any]
Span = tuple[int, int | None]

EVERYTHING: Span = (0, None)
CELL_FIELDS = "userEnteredValue,userEnteredFormat,note,dataValidation"
VALUES, VALUES_AND_RUNS = "userEnteredValue", "userEnteredValue,textFormatRuns"
"""What `put_rows` sets of cells: their values alone, or also the rich text that links are."""


def area(sheet_id: int, *, rows: Span = EVERYTHING, columns: Span = EVERYTHING) -> dict[str, int]:
    """Return a GridRange; a side without a bound is left out, as Google does."""
    sides = {
        "startRowIndex": rows[0] or None,
        "endRowIndex": rows[1],
        "startColumnIndex": columns[0] or None,
        "endColumnIndex": columns[1],
    }
    return {"sheetId": sheet_id, **{name: side for name, side in sides.items() if side is not None}}


def column_range(sheet_id: int, index: int, *, first_row: int = 0) -> dict[str, int]:
    """Return the GridRange of one column from a row on."""
    return area(sheet_id, rows=(first_row, None), columns=(index, index + 1))


def put_cell(sheet_id: int, row: int, column: int, cell: Json) -> Request:
    """Set value, look, note and validation of one cell; what `cell` does not hold is taken away."""
    place = area(sheet_id, rows=(row, row + 1), columns=(column, column + 1))
    return {"updateCells": {"range": place, "rows": [{"values": [cell]}], "fields": CELL_FIELDS}}


def put_formula(sheet_id: int, row: int, column: int, formula: str) -> Request:
    """Set the formula of one cell and nothing else of it."""
    place = area(sheet_id, rows=(row, row + 1), columns=(column, column + 1))
    rows = [{"values": [{"userEnteredValue": {"formulaValue": formula}}]}]
    return {"updateCells": {"range": place, "rows": rows, "fields": "userEnteredValue"}}


def dress_cells(place: Json, cell: Json) -> Request:
    """Give all cells of a range a look and a validation; their values stay."""
    return {"repeatCell": {"range": place, "cell": cell, "fields": "userEnteredFormat,dataValidation"}}


def insert_columns(sheet_id: int, first: int, count: int, *, at_end: bool) -> Request:
    """Insert blank columns; behind the last one of the grid Google takes only those that inherit from before."""
    return _insert(sheet_id, "COLUMNS", first, count, at_end=at_end)


def insert_rows(sheet_id: int, first: int, count: int, *, at_end: bool) -> Request:
    """Insert blank rows; behind the last one of the grid Google takes only those that inherit from before."""
    return _insert(sheet_id, "ROWS", first, count, at_end=at_end)


def _insert(sheet_id: int, dimension: str, first: int, count: int, *, at_end: bool) -> Request:
    lines = {"sheetId": sheet_id, "dimension": dimension, "startIndex": first, "endIndex": first + count}
    return {"insertDimension": {"range": lines, "inheritFromBefore": at_end}}


def set_width(sheet_id: int, column: int, pixels: int) -> Request:
    """Set how wide a column is."""
    return {
        "updateDimensionProperties": {
            "range": _columns(sheet_id, column, column + 1),
            "properties": {"pixelSize": pixels},
            "fields": "pixelSize",
        }
    }


def fold_columns(sheet_id: int, first: int, end: int) -> list[Request]:
    """Put columns into one collapsed group."""
    group = {"range": _columns(sheet_id, first, end), "depth": 1, "collapsed": True}
    return [
        {"addDimensionGroup": {"range": _columns(sheet_id, first, end)}},
        {"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}},
    ]


def _columns(sheet_id: int, first: int, end: int) -> dict[str, Any]:
    return {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": first, "endIndex": end}


def tabs_first(requests: Sequence[Request]) -> list[Request]:
    """Return the requests with all new tabs in front: charts and dropdowns may refer to tabs that are added later."""
    return sorted(requests, key=lambda request: "addSheet" not in request)


def put_rows(sheet_id: int, row: int, column: int, rows: list[Json], *, fields: str = VALUES) -> Request:
    """Set the values of neighbouring rows and nothing else of them; each row is {"values": [cell, …]}."""
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": rows, "fields": fields}}


def append_lines(sheet_id: int, dimension: str, count: int) -> Request:
    """Make the grid longer ("ROWS") or wider ("COLUMNS")."""
    return {"appendDimension": {"sheetId": sheet_id, "dimension": dimension, "length": count}}
