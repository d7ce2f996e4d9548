"""What a cell shows, once formulas are carried out, and how its value is written in JSON.

The one formula is computed in `lookup`; how a value looks is decided in `formats`.
"""

from collections.abc import Mapping
from typing import Any

from tests.sheets_server import arithmetic
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet, Value

Values = Mapping[tuple[int, int], Value]


class Shown:
    """The shown values of a spreadsheet's tabs, each computed at most once: make a new one for every request."""

    def __init__(self, spreadsheet: Spreadsheet) -> None:
        self._spreadsheet = spreadsheet
        self._of: dict[int, Values] = {}

    def of(self, sheet: Sheet) -> Values:
        """Return the values of a tab by 0-based (row, column), with spilled lookups and the text of errors."""
        if sheet.id not in self._of:
            self._of[sheet.id] = _effective(self._spreadsheet, sheet)
        return self._of[sheet.id]


def _effective(spreadsheet: Spreadsheet, sheet: Sheet) -> Values:
    """What `lookup` says, but for formulas of plain numbers and for cells that a test made an error."""
    own: dict[tuple[int, int], Value] = {}
    for place, cell in sheet.cells.items():
        if cell.error:
            own[place] = cell.error
        elif isinstance(cell.entered, Formula) and (number := arithmetic.result(cell.entered.text)) is not None:
            own[place] = number
    return effective(spreadsheet, sheet) | own


def number_format(cell: Cell | None) -> dict[str, Any]:
    """Return the cell's number format ({} for automatic)."""
    return (cell.format.get("numberFormat") or {}) if cell else {}


def as_json(value: Value) -> Value:
    """Return the value as it stands in JSON: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
