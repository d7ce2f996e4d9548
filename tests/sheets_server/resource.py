"""The resource of a spreadsheet as JSON (spreadsheets.get, updatedSpreadsheet), with or without its cells.

The `fields` mask is applied in `selection`; how values are shown is decided in `formats`.
"""

from collections.abc import Callable, Container, Sequence
from typing import Any

from tests.sheets_server import contents, formats
from tests.sheets_server.a1 import Block, whole
from tests.sheets_server.look import DEFAULT_FORMAT, THEME, single
from tests.sheets_server.model import ERRORS, Cell, Formula, Sheet, Spreadsheet, Value
from tests.sheets_server.protection import role_of
from tests.sheets_server.rich_text import answered, hyperlink

DROPPED_WHEN_ZERO = {"sheetId", "red", "green", "blue", "rowIndex", "columnIndex", "offsetXPixels", "offsetYPixels"}
"""Plain proto3 numbers: their default is left out. A tab's own sheetId and index are always written (recorded), and
so are the starts of a range that were sent as 0."""

STYLES = {"backgroundColor": "backgroundColorStyle", "foregroundColor": "foregroundColorStyle",
          "tabColor": "tabColorStyle"}  # fmt: skip
"""Colours are answered twice, in the old field and in the new one."""

ERROR_TYPES = {"#REF!": "REF", "#N/A": "N_A", "#DIV/0!": "DIVIDE_BY_ZERO", "#VALUE!": "VALUE", "#NAME?": "NAME",
               "#NUM!": "NUM", "#ERROR!": "ERROR", "#NULL!": "NULL_VALUE"}  # fmt: skip
ROW_PIXELS = 21
COLUMN_PIXELS = 100
BLANK = Cell()


def spreadsheet_json(
    spreadsheet: Spreadsheet, who: str, *, ranges: Sequence[Block], cells: Container[str] | None
) -> dict[str, Any]:
    """Return the resource as `who` sees it, with ranges only the tabs that they name.

    `cells` are the parts of CellData to answer, for those ranges or whole tabs; None leaves all cells out.
    """
    named = {block.sheet.id for block in ranges}
    sheets = [sheet for sheet in spreadsheet.sheets if not ranges or sheet.id in named]
    answer = {
        "spreadsheetId": spreadsheet.id,
        "properties": {
            "title": spreadsheet.title,
            "locale": spreadsheet.locale,
            "autoRecalc": "ON_CHANGE",
            "timeZone": spreadsheet.time_zone,
            "defaultFormat": DEFAULT_FORMAT,
            "spreadsheetTheme": THEME,
        },
        "sheets": [sheet_json(spreadsheet, sheet, who) for sheet in sheets],
        "namedRanges": as_answered(spreadsheet.named_ranges),
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{spreadsheet.id}/edit",
    }
    if cells is not None:
        shown = contents.Shown(spreadsheet)
        for sheet, part in zip(sheets, answer["sheets"], strict=True):
            blocks = [block for block in ranges if block.sheet.id == sheet.id] or [whole(sheet)]
            part["data"] = [_grid(spreadsheet, block, shown, cells) for block in blocks]
    return {name: value for name, value in answer.items() if value != []}


def sheet_json(spreadsheet: Spreadsheet, sheet: Sheet, who: str) -> dict[str, Any]:
    """Return the resource of one tab without its cells."""
    lists = {
        "merges": sheet.merges,
        "conditionalFormats": sheet.conditional_formats,
        "protectedRanges": [_protected(spreadsheet, one, who) for one in sheet.protected_ranges],
        "charts": sheet.charts,
        "bandedRanges": sheet.banded_ranges,
        "rowGroups": sheet.row_groups,
        "columnGroups": sheet.column_groups,
        "basicFilter": _filled_filter(sheet),
    }
    present = {name: as_answered(value) for name, value in lists.items() if value}
    return {"properties": sheet_properties(spreadsheet, sheet)} | present


def sheet_properties(spreadsheet: Spreadsheet, sheet: Sheet) -> dict[str, Any]:
    """Return the SheetProperties of a tab, its place among the tabs included."""
    further = as_answered(sheet.properties)
    grid = {
        "rowCount": sheet.rows,
        "columnCount": sheet.columns,
        "frozenRowCount": sheet.frozen_rows,
        "frozenColumnCount": sheet.frozen_columns,
    } | further.pop("gridProperties", {})
    own = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": next(place for place, other in enumerate(spreadsheet.sheets) if other is sheet),
        "sheetType": "GRID",
        "gridProperties": {name: value for name, value in grid.items() if value},
    }
    return own | ({"hidden": True} if sheet.hidden else {}) | further


def _protected(spreadsheet: Spreadsheet, protected: dict[str, Any], who: str) -> dict[str, Any]:
    """A protected range as `who` sees it: those who may edit it see the editors, the file's owner always among them."""
    users = (protected.get("editors") or {}).get("users", [])
    owners = [name for name, role in spreadsheet.roles.items() if role == "owner" and name not in users]
    role = role_of(spreadsheet, who)
    if role == "reader" or not (protected.get("warningOnly") or who in users or role == "owner"):
        return {name: value for name, value in protected.items() if name != "editors"}
    editors = (protected.get("editors") or {}) | {"users": owners + users}
    return protected | {"requestingUserCanEdit": True, "editors": editors}


def _filled_filter(sheet: Sheet) -> dict[str, Any] | None:
    """The filter of a tab; a range without ends is answered with those of the grid."""
    if not sheet.basic_filter:
        return None
    ends = {"startRowIndex": 0, "endRowIndex": sheet.rows, "startColumnIndex": 0, "endColumnIndex": sheet.columns}
    return sheet.basic_filter | {"range": ends | sheet.basic_filter["range"]}


def as_answered(value: Any) -> Any:
    """Return JSON as Google gives it back: without proto3 defaults, colours as 32-bit numbers and in both fields."""
    if isinstance(value, list):
        return [as_answered(item) for item in value]
    if not isinstance(value, dict):
        return value
    answer = {name: as_answered(item) for name, item in value.items() if not _is_default(name, item)}
    for old, new in STYLES.items():
        if old in answer and new not in answer:
            answer[new] = {"rgbColor": answer[old]}
        if "rgbColor" in answer.get(new, {}):
            answer[old] = answer[new]["rgbColor"]
    answer = {name: item for name, item in answer.items() if name not in STYLES.values() or item}
    return {name: single(item) if name in ("red", "green", "blue") else item for name, item in answer.items()}


def _is_default(name: str, value: Any) -> bool:
    return value is None or (name in DROPPED_WHEN_ZERO and value == 0)


def _grid(spreadsheet: Spreadsheet, block: Block, shown: contents.Shown, wanted: Container[str]) -> dict[str, Any]:
    """GridData of a block: rows up to the last one that holds anything, widths and heights of all."""
    sheet, values = block.sheet, shown.of(block.sheet)
    rows: dict[int, dict[int, dict[str, Any]]] = {}
    for row, column in sheet.cells.keys() | values.keys():
        if block.top <= row < block.bottom and block.left <= column < block.right:
            cell, value = sheet.cells.get((row, column), BLANK), values.get((row, column))
            rows.setdefault(row, {})[column] = cell_json(cell, value, spreadsheet.locale, wanted)
    heights, widths = range(block.top, block.bottom), range(block.left, block.right)
    answer: dict[str, Any] = {
        "startRow": block.top,
        "startColumn": block.left,
        "rowData": [_row(rows.get(row, {}), block.left) for row in range(block.top, max(rows, default=-1) + 1)],
        "rowMetadata": [{"pixelSize": ROW_PIXELS} | sheet.row_metadata.get(row, {}) for row in heights],
        "columnMetadata": [{"pixelSize": COLUMN_PIXELS} | sheet.column_metadata.get(column, {}) for column in widths],
    }
    return {name: value for name, value in answer.items() if value}


def _row(cells: dict[int, dict[str, Any]], left: int) -> dict[str, Any]:
    return {"values": [cells.get(column, {}) for column in range(left, max(cells) + 1)]} if cells else {}


def cell_json(cell: Cell, value: Value, locale: str, wanted: Container[str]) -> dict[str, Any]:
    """Return the CellData of one cell, only the parts in `wanted`. `value` is what it shows."""
    answer = {name: part(cell, value, locale) for name, part in CELL_PARTS.items() if name in wanted}
    return {name: part for name, part in answer.items() if part not in ({}, [], "")}


def _look(cell: Cell) -> dict[str, Any]:
    own = as_answered(cell.format)
    return DEFAULT_FORMAT | own | {"textFormat": DEFAULT_FORMAT["textFormat"] | own.get("textFormat", {})}


def _entered(cell: Cell) -> dict[str, Any]:
    if isinstance(cell.entered, Formula):
        return {"formulaValue": cell.entered.text}
    return _value(cell.entered)


def _effective(cell: Cell, value: Value) -> dict[str, Any]:
    computed = cell.error or isinstance(cell.entered, Formula) or cell.entered is None
    if computed and value in ERRORS:
        return {"errorValue": {"type": ERROR_TYPES[str(value)]}}
    return _value(value)


def _value(value: Value) -> dict[str, Any]:
    """An ExtendedValue; {} for blank."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {} if value is None else {"numberValue": contents.as_json(value)}


CELL_PARTS: dict[str, Callable[[Cell, Value, str], Any]] = {
    "userEnteredValue": lambda cell, _, __: _entered(cell),
    "effectiveValue": lambda cell, value, _: _effective(cell, value),
    "formattedValue": lambda cell, value, locale: formats.shown(value, contents.number_format(cell), locale),
    "userEnteredFormat": lambda cell, _, __: as_answered(cell.format),
    "effectiveFormat": lambda cell, _, __: _look(cell),
    "hyperlink": lambda cell, _, __: hyperlink(cell),
    "note": lambda cell, _, __: cell.note,
    "textFormatRuns": lambda cell, _, __: as_answered(answered(cell.runs)),
    "dataValidation": lambda cell, _, __: as_answered(cell.validation),
}
"""The parts of CellData that the server knows, from the cell, what it shows, and the locale."""
