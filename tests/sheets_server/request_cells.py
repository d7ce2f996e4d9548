"""Requests about what cells hold: values, rich text, looks, notes, validation."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.sheets_server.batch import Batch, check_inside, mask
from tests.sheets_server.follow import copied
from tests.sheets_server.guard import refusal
from tests.sheets_server.masks import Path, merge, paths
from tests.sheets_server.model import Cell, Formula, Sheet, Value
from tests.sheets_server.request_tabs import eight_bit_colours
from tests.sheets_server.rich_text import accepted
from tests.sheets_server.spans import Rectangle

_MOST_LETTERS = 50_000
_FIELDS = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation", "textFormatRuns")
_LEFT_OUT = {"hyperlink", "pivotTable"}
"""Fields of CellData that may be listed and are not kept."""


def update_cells(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    fields = _cell_paths(body)
    rows = [row.get("values") or [] for row in body.get("rows") or []]
    sheet, top, left, height, width = _target(batch, body, rows)
    if height and width:
        batch.guard_area(sheet, Rectangle((top, top + height), (left, left + width)))
    whole = "range" in body
    for down in range(height):
        values = rows[down] if down < len(rows) else []
        for right in range(width if whole else len(values)):
            data = values[right] if right < len(values) else {}
            _write(batch, sheet, (top + down, left + right), eight_bit_colours(data or {}), fields)
    return {}


def repeat_cell(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    fields = _cell_paths(body)
    sheet, area = batch.area(body.get("range"))
    batch.guard_area(sheet, area)
    rows, columns = area.clip(sheet.rows, sheet.columns)
    cell = eight_bit_colours(body.get("cell") or {})
    formula = (cell.get("userEnteredValue") or {}).get("formulaValue")
    for row in rows:
        for column in columns:
            data = cell
            if formula:
                text = copied(Formula(text=formula), row - rows.start, column - columns.start).text
                data = cell | {"userEnteredValue": {"formulaValue": text}}
            _write(batch, sheet, (row, column), data, fields)
    return {}


def set_data_validation(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, area = batch.area(body.get("range"))
    batch.guard_area(sheet, area)
    rule = body.get("rule") or {}
    if rule and not (rule.get("condition") or {}).get("type"):
        raise refusal("No condition type specified.")
    for place in _places(sheet, area):
        put(batch, sheet, place, validation=rule)
    return {}


def _cell_paths(body: dict[str, Any]) -> list[Path]:
    listed = paths(mask(body))
    for path in listed:
        if path[0] not in {*_FIELDS, *_LEFT_OUT, "*"}:
            raise refusal(f"Invalid field: {path[0]}")
        if path[0] == "textFormatRuns" and len(path) > 1:  # a list: a mask cannot name parts of its items
            raise refusal(f"Invalid field: {'.'.join(path)}")
    return [(name,) for name in _FIELDS] if ("*",) in listed else [path for path in listed if path[0] in _FIELDS]


def _target(batch: Batch, body: dict[str, Any], rows: list[Any]) -> tuple[Sheet, int, int, int, int]:
    """Return tab, first row, first column, height and width of the cells that updateCells is about."""
    needed = len(rows), max((len(row) for row in rows), default=0)
    if "range" in body:
        sheet, area = batch.area(body["range"])
        all_rows, all_columns = area.clip(sheet.rows, sheet.columns)
        top, left = all_rows.start, all_columns.start
        height, width = len(all_rows), len(all_columns)
    elif "start" in body:
        sheet, top, left = corner(batch, body["start"])
        height, width = min(needed[0], sheet.rows - top), min(needed[1], sheet.columns - left)
    else:
        raise refusal("Must specify a range or start.")
    for word, first, size, need in (("row", top, height, needed[0]), ("column", left, width, needed[1])):
        if need > size:
            last = first + size - 1
            raise refusal(f"Attempting to write {word}: {last + 1}, beyond the last requested {word} of: {last}")
    return sheet, top, left, height, width


def corner(batch: Batch, place: dict[str, Any]) -> tuple[Sheet, int, int]:
    """Return tab, row and column of a GridCoordinate; refused outside of the grid."""
    sheet = batch.sheet(place.get("sheetId", 0))
    row, column = place.get("rowIndex", 0), place.get("columnIndex", 0)
    check_inside(sheet, row, column)
    return sheet, row, column


def _write(batch: Batch, sheet: Sheet, place: tuple[int, int], data: dict[str, Any], fields: list[Path]) -> None:
    changes: dict[str, Any] = {}
    for path in fields:
        name = path[0]
        if name == "userEnteredValue":
            changes["entered"] = entered(data.get(name) or {})
        elif name == "userEnteredFormat":
            old = changes.get("format", sheet.cells[place].format if place in sheet.cells else {})
            changes["format"] = merge({name: old}, data, path).get(name, {})
        elif name == "note":
            changes["note"] = data.get(name) or ""
        elif name == "textFormatRuns":
            changes["runs"] = data.get(name) or []
        else:
            changes["validation"] = data.get(name) or {}
    if "runs" in changes:
        changes["runs"] = accepted(changes["runs"], changes.get("entered", sheet.cells.get(place, Cell()).entered))
    put(batch, sheet, place, **changes)


def put(batch: Batch, sheet: Sheet, place: tuple[int, int], **changes: Any) -> None:
    """Replace parts of one cell; a written value takes the place of an error value and erases rich text."""
    if "entered" in changes:
        changes = {"runs": [], **changes, "error": ""}
    batch.put(sheet, *place, replace(sheet.cells.get(place, Cell()), **changes), value="entered" in changes)


def entered(value: dict[str, Any]) -> Value | Formula:
    """Return what an ExtendedValue writes into a cell; an empty text leaves it blank."""
    if len(value) > 1:
        raise refusal("Only one kind of value may be set in userEnteredValue.")
    match value:
        case {"numberValue": number}:
            return float(number)
        case {"boolValue": truth}:
            return bool(truth)
        case {"formulaValue": text}:
            if not str(text).startswith("="):
                raise refusal(f"Invalid formula: {text}")
            return Formula(text=_short(str(text)))
        case {"stringValue": text}:
            return _short(str(text)) or None
        case {}:
            if value:
                raise refusal("userEnteredValue cannot be an error.")
            return None
    raise refusal("Invalid userEnteredValue.")


def _short(text: str) -> str:
    if len(text) > _MOST_LETTERS:
        raise refusal(f"Your input contains more than the maximum of {_MOST_LETTERS} characters in a single cell.")
    return text


def _places(sheet: Sheet, area: Rectangle) -> Iterator[tuple[int, int]]:
    rows, columns = area.clip(sheet.rows, sheet.columns)
    return ((row, column) for row in rows for column in columns)


CELL_KINDS: dict[str, Callable[[Batch, dict[str, Any]], dict[str, Any]]] = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "setDataValidation": set_data_validation,
}
