"""Google's limits on what a spreadsheet may hold."""

from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Spreadsheet

CELLS = 10_000_000
"""Cells of all grids of a spreadsheet together, blank ones too."""

LETTERS = 50_000
"""Characters in one cell."""


def check_letters(text: str) -> None:
    """Refuse a text that is too long for one cell."""
    if len(text) > LETTERS:
        sentence = f"Your input contains more than the maximum of {LETTERS} characters in a single cell."
        raise Rejected(400, "INVALID_ARGUMENT", sentence)


def check_grids(spreadsheet: Spreadsheet, more: int = 0) -> None:
    """Refuse when the grids together, and `more` cells to come, are too large."""
    if sum(sheet.rows * sheet.columns for sheet in spreadsheet.sheets) + more > CELLS:
        sentence = f"This action would increase the number of cells in the workbook above the limit of {CELLS} cells."
        raise Rejected(400, "INVALID_ARGUMENT", sentence)
