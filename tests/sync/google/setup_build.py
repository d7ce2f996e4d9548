"""Spreadsheets for the tests of `setup`: a new one, one that a team has kept for long, and what setup says of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoring.domain import Language
from scoring.tabs import SERVICE_TABS
from sync.google import GoogleAccess, Patience, connect, extend_spreadsheet
from sync.google.ids import SERVICE_TAB_IDS
from sync.layout import SetupReport
from tests.sheets_server import SheetsServer
from tests.sheets_server.copies import working_copy
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet, Value
from tests.sheets_server.person import CellState, peoples_cells

PATIENCE = Patience(connect=2, answer=20, deadline=0.3, first_wait=0.01, longest_wait=0.02)
SERVICE_IDS = frozenset(SERVICE_TAB_IDS.values())
ROWS = 60
"""How many rows a copy has: a thousand dressed ones take seconds to read."""

SERVICE_TITLES = tuple(spec.de for spec in SERVICE_TABS)


@dataclass(kw_only=True)
class Case:
    """One spreadsheet on a server, and `setup` for it; `reports` are what it said so far."""

    server: SheetsServer
    book: Spreadsheet
    folder: Path
    reports: list[SetupReport] = field(default_factory=list)

    def set_up(self, language: Language = "de", known: Mapping[str, str] | None = None) -> SetupReport:
        access = GoogleAccess(
            spreadsheet=self.book.id,
            credentials=self.server.key_file(self.folder),
            api=self.server.url,
            patience=PATIENCE,
        )
        self.reports.append(extend_spreadsheet(connect(access), language, known or {}))
        return self.reports[-1]

    @property
    def writes(self) -> int:
        return sum(call.kind == "write" for call in self.server.log)

    def shown(self, title: str) -> dict[tuple[int, int], Value]:
        """What a tab shows, by 0-based row and column."""
        return effective(self.book, self.book.sheet(title))

    def header(self, title: str, row: int = 0) -> list[Value]:
        """What a row shows, from its first cell to its last filled one."""
        shown = {column: value for (at, column), value in self.shown(title).items() if at == row}
        return [shown.get(column) for column in range(max(shown, default=-1) + 1)]

    def formula(self, title: str, row: int, column: int) -> str:
        entered = self.book.sheet(title).cells[row, column].entered
        return entered.text if isinstance(entered, Formula) else ""


@contextmanager
def case_of(folder: Path, start: Spreadsheet | None = None, **new: Any) -> Iterator[Case]:
    """Yield a server with a copy of a spreadsheet (of its first rows), or with a new one that the account may edit."""
    with SheetsServer() as server:
        if start is None:
            book = server.add_spreadsheet(**new)
            server.share(book)
        else:
            book = working_copy(start)
            book.roles = dict(start.roles)
            for sheet in book.sheets:
                sheet.rows = min(sheet.rows, ROWS)
                sheet.cells = {place: cell for place, cell in sheet.cells.items() if place[0] < ROWS}
            server.spreadsheets[book.id] = book
        yield Case(server=server, book=book, folder=folder)


def fill(sheet: Sheet, rows: Sequence[Sequence[Value | Formula]], *, top: int = 0) -> None:
    """Put rows into a tab as people did before the test."""
    for number, row in enumerate(rows, top):
        for column, value in enumerate(row):
            if value is not None:
                sheet.cells[number, column] = Cell(entered=value)


def changed(before: Mapping[tuple[int, int, int], CellState], book: Spreadsheet) -> list[tuple[int, int, int]]:
    """Return the places of people's cells that are not what they were: none, after any setup."""
    after = peoples_cells(book, SERVICE_IDS)
    return [place for place, cell in before.items() if after.get(place) != cell]
