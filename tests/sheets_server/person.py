"""What a person does in the browser: typing, sorting, dragging, deleting, and undoing it.

The same protections hold as for requests; nothing here is on the record of the API. Rows are counted from 1, columns
are letters, cells are in A1 notation, as people see them.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from tests.sheets_server import arrange, entry, guard, structure
from tests.sheets_server.a1 import cell_name, column_number
from tests.sheets_server.batch import fresh_id
from tests.sheets_server.copies import take_over, working_copy
from tests.sheets_server.errors import Rejected
from tests.sheets_server.guard import refusal
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet, Value
from tests.sheets_server.protection import role_of
from tests.sheets_server.references import read
from tests.sheets_server.request_tabs import check_title, copy_title, twin
from tests.sheets_server.rich_text import hyperlink
from tests.sheets_server.spans import Axis, Rectangle
from tests.sheets_server.undo import undone

_HEADER_ROWS = 10

CellKey = tuple[int, int, int]
CellState = tuple[Value | Formula, dict[str, Any], str, dict[str, Any]]


class Person:
    """Somebody with the file open; shared with them as a writer unless `roles` says otherwise.

    Every method is one edit that `undo` takes back. Rejected, without any change, when a protection bars it.
    """

    def __init__(
        self, spreadsheet: Spreadsheet, name: str = "anna@example.org", *, today: date = date(2026, 3, 2)
    ) -> None:
        self.spreadsheet = spreadsheet
        self.name = name
        self.today = today
        self._past: list[tuple[Spreadsheet, Spreadsheet]] = []
        if role_of(spreadsheet, name) is None:
            spreadsheet.roles[name] = "writer"

    def type(self, tab: str, a1: str, text: str) -> None:
        """Type text into a cell and press Enter: numbers, days, truth values and formulas are recognised."""
        typed = entry.parse(text, locale=self.spreadsheet.locale, today=self.today) if text else None
        with self._edit() as book:
            sheet = book.sheet(tab)
            for place in self._cells(book, sheet, a1):
                old = sheet.cells.get(place, Cell())
                looks = old.format | (typed.number_format if typed else {})
                value = typed.value if typed else None
                self._put(sheet, place, replace(old, entered=value, error="", runs=[], format=looks))

    def clear(self, tab: str, a1: str) -> None:
        """Press Delete on a cell or range: values go, looks, notes and dropdowns stay."""
        self.type(tab, a1, "")

    def tick(self, tab: str, a1: str, *, on: bool = True) -> None:
        """Click a tick box."""
        with self._edit() as book:
            sheet = book.sheet(tab)
            for place in self._cells(book, sheet, a1):
                self._put(sheet, place, replace(sheet.cells.get(place, Cell()), entered=on, error="", runs=[]))

    def click(self, tab: str, a1: str) -> tuple[str, str]:
        """Click the link in a cell; return tab and cell where it leads. LookupError when it leads nowhere in here."""
        uri = hyperlink(self.spreadsheet.sheet(tab).cells.get(_corner(a1), Cell()))
        match = re.fullmatch(r"#gid=(\d+)&range=([A-Z]+\d+)", uri)
        if match is None:
            raise LookupError(uri)
        return self.spreadsheet.by_id(int(match[1])).title, match[2]

    def rename_header(self, tab: str, old: str, new: str) -> None:
        """Type `new` over the heading `old`, which is in the first ten rows; LookupError when it is not."""
        cells = self.spreadsheet.sheet(tab).cells
        for row, column in sorted(cells):
            if row < _HEADER_ROWS and cells[row, column].entered == old:
                self.type(tab, cell_name(row, column), new)
                return
        raise LookupError(old)

    def sort(self, tab: str, column: str, *, descending: bool = False) -> None:
        """Sort the whole tab below its frozen rows, or below its heading when none are frozen."""
        with self._edit() as book:
            sheet = book.sheet(tab)
            area = Rectangle((_first_data_row(sheet), sheet.rows), (0, sheet.columns))
            guard.check_area(book, sheet, area, self.name)
            arrange.sort(book, sheet, area, [(column_number(column), descending)])

    def insert_row(self, tab: str, row: int) -> None:
        """Insert a blank row above `row`."""
        self._insert(tab, Axis.ROWS, row - 1)

    def insert_column(self, tab: str, column: str) -> None:
        """Insert a blank column to the left of `column`."""
        self._insert(tab, Axis.COLUMNS, column_number(column))

    def delete_row(self, tab: str, row: int) -> None:
        """Delete a row."""
        self._delete(tab, Axis.ROWS, row - 1)

    def delete_column(self, tab: str, column: str) -> None:
        """Delete a column."""
        self._delete(tab, Axis.COLUMNS, column_number(column))

    def drag_column(self, tab: str, column: str, to: str) -> None:
        """Drag a column so that it stands where `to` is now."""
        start, end = column_number(column), column_number(to)
        self._move(tab, Axis.COLUMNS, start, end + 1 if end > start else end)

    def drag_row(self, tab: str, row: int, to: int) -> None:
        """Drag a row so that it stands where row `to` is now."""
        self._move(tab, Axis.ROWS, row - 1, to if to > row else to - 1)

    def cut_paste(self, tab: str, a1_range: str, a1_cell: str) -> None:
        """Cut a range and paste it at a cell of the same tab; references to it follow."""
        with self._edit() as book:
            sheet = book.sheet(tab)
            area, (row, column) = read(a1_range).area, _corner(a1_cell)
            rows, columns = area.clip(sheet.rows, sheet.columns)
            onto = Rectangle((row, row + len(rows)), (column, column + len(columns)))
            guard.check_area(book, sheet, area, self.name)
            guard.check_area(book, sheet, onto, self.name)
            structure.cut(book, sheet, area, sheet, row, column)

    def copy_paste(self, tab: str, a1_range: str, a1_cell: str) -> None:
        """Copy a range to a cell of the same tab."""
        with self._edit() as book:
            sheet = book.sheet(tab)
            area, (row, column) = read(a1_range).area, _corner(a1_cell)
            to = Rectangle((row, row + 1), (column, column + 1))
            pasted = arrange.pasted(book, sheet, area, sheet, to, arrange.PasteType.NORMAL)
            for place in pasted:
                guard.check_area(book, sheet, Rectangle.cell(*place), self.name)
            for place, cell in pasted.items():
                self._put(sheet, place, cell)

    def rename_tab(self, old: str, new: str) -> None:
        """Give a tab another title."""
        with self._edit() as book:
            sheet = book.sheet(old)
            guard.check_rename(book, sheet, self.name)
            check_title(book, new, sheet)
            structure.rename(book, sheet, new)

    def delete_tab(self, tab: str) -> None:
        """Delete a tab."""
        with self._edit() as book:
            sheet = book.sheet(tab)
            guard.check_delete(book, sheet, self.name)
            if len(book.sheets) == 1:
                raise refusal("You can't remove all the sheets in a document.")
            structure.delete_sheet(book, sheet)

    def duplicate_tab(self, tab: str) -> Sheet:
        """Duplicate a tab to its right, without its protections, and return the copy."""
        with self._edit() as book:
            source = book.sheet(tab)
            new_id = fresh_id(book, {sheet.id for sheet in book.sheets})
            copied = twin(book, source, new_id, copy_title(book, source.title))
            book.sheets.insert(book.sheets.index(source) + 1, copied)
        return self.spreadsheet.by_id(copied.id)

    def undo(self) -> bool:
        """Take back this person's last edit that is not taken back yet; False when there is none.

        What others changed since then stays.
        """
        if not self._past:
            return False
        before, after = self._past.pop()
        take_over(self.spreadsheet, undone(before, after, self.spreadsheet))
        return True

    @contextmanager
    def _edit(self) -> Iterator[Spreadsheet]:
        """Give a copy to work on; it becomes the spreadsheet, and can be undone, when nothing was refused."""
        if role_of(self.spreadsheet, self.name) == "reader":
            raise Rejected(403, "PERMISSION_DENIED", "The caller does not have permission")
        before, book = working_copy(self.spreadsheet), working_copy(self.spreadsheet)
        yield book
        self._past.append((before, working_copy(book)))
        take_over(self.spreadsheet, book)

    def _insert(self, tab: str, axis: Axis, at: int) -> None:
        with self._edit() as book:
            sheet = book.sheet(tab)
            guard.check_insert(book, sheet, axis, at, self.name)
            structure.insert_lines(book, sheet, axis, at, 1)

    def _delete(self, tab: str, axis: Axis, line: int) -> None:
        with self._edit() as book:
            sheet = book.sheet(tab)
            guard.check_area(book, sheet, Rectangle.lines(axis, line, line + 1), self.name)
            structure.delete_lines(book, sheet, axis, line, line + 1)

    def _move(self, tab: str, axis: Axis, line: int, to: int) -> None:
        with self._edit() as book:
            sheet = book.sheet(tab)
            guard.check_area(book, sheet, Rectangle.lines(axis, line, line + 1), self.name)
            guard.check_insert(book, sheet, axis, to, self.name)
            structure.move_lines(book, sheet, axis, line, line + 1, to)

    def _cells(self, book: Spreadsheet, sheet: Sheet, a1: str) -> list[tuple[int, int]]:
        area = read(a1).area
        guard.check_area(book, sheet, area, self.name)
        rows, columns = area.clip(sheet.rows, sheet.columns)
        if not rows or not columns:
            raise refusal(f"{a1} is outside of the grid.")
        return [(row, column) for row in rows for column in columns]

    def _put(self, sheet: Sheet, place: tuple[int, int], cell: Cell) -> None:
        cell = replace(cell, written_by="" if cell.entered is None else self.name)
        sheet.cells.pop(place, None)
        if cell != Cell():
            sheet.cells[place] = cell


def peoples_cells(spreadsheet: Spreadsheet, service_ids: Collection[int]) -> dict[CellKey, CellState]:
    """Return all that stands in tabs that are not the service's: entered value, looks, note, validation by place."""
    return {
        (sheet.id, row, column): (cell.entered, cell.format, cell.note, cell.validation)
        for sheet in spreadsheet.sheets
        if sheet.id not in service_ids
        for (row, column), cell in sheet.cells.items()
        if (cell.entered, cell.format, cell.note, cell.validation) != (None, {}, "", {})
    }


def _first_data_row(sheet: Sheet) -> int:
    if sheet.frozen_rows:
        return sheet.frozen_rows
    for row in range(_HEADER_ROWS):
        if sum(at == row and cell.entered is not None for (at, _), cell in sheet.cells.items()) > 1:
            return row + 1
    return 0


def _corner(a1: str) -> tuple[int, int]:
    area = read(a1).area
    return (area.rows or (0, None))[0], (area.columns or (0, None))[0]
