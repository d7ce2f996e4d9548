"""Small spreadsheets for tests, written as rows of plain values."""

from typing import Any

from tests.sheets_server.model import Cell, Formula, Sheet, Value

Entered = Value | Formula


def tab(sheet_id: int, title: str, *rows: list[Any], height: int = 10, width: int = 8, **parts: Any) -> Sheet:
    """Return a tab with these rows from A1 on; a text that starts with "=" is a formula, None a blank cell."""
    cells = {
        (row, column): Cell(entered=_entered(value))
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None
    }
    return Sheet(id=sheet_id, title=title, rows=height, columns=width, cells=cells, **parts)


def lookup(title: str, key: str = "C1", tab_title: str = "Auswertung", column: str = "D", separator: str = ";") -> str:
    """Return the lookup formula whose key header is the cell `key`, as `setup` writes it."""
    letter, row = key[0], key[1:]
    cell, keys = f"${letter}${row}", f"${letter}${row}:${letter}"
    text = (
        f'=ARRAYFORMULA(IF(ROW({keys})=ROW({cell});"{title}";IF({keys}="";;'
        f"IFNA(XLOOKUP({keys};{tab_title}!$A:$A;{tab_title}!${column}:${column})))))"
    )
    return text.replace(";", separator)


def entered(sheet: Sheet) -> list[list[Entered]]:
    """Return what was entered, as rows without blank ends; a formula as its text."""
    return rows_of({place: cell.entered for place, cell in sheet.cells.items() if cell.entered is not None})


def rows_of(values: dict[tuple[int, int], Entered]) -> list[list[Entered]]:
    """Return values by (row, column) as rows without blank ends; a formula as its text."""
    rows: list[list[Entered]] = []
    for row, column in sorted(values):
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column - len(rows[row]))
        value = values[row, column]
        rows[row].append(value.text if isinstance(value, Formula) else value)
    return rows


def _entered(value: Any) -> Entered:
    if isinstance(value, str) and value.startswith("="):
        return Formula(text=value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
