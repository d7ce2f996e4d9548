"""A sheet on the local Sheets server, a connection to it, and a memory of the list of tabs: what these tests share."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from scoring.domain import Language
from sync.google import GoogleAccess, GoogleSheet, Patience
from sync.google.connection import Connection
from sync.google.key import KeyFile, read_key
from sync.ports import KnownTab
from tests.sheets_server import SheetsServer
from tests.sheets_server.accounts import key_file
from tests.sheets_server.model import Cell, Sheet, Spreadsheet, Value

STEADY = Patience(connect=5, answer=30, deadline=5, first_wait=0.001, longest_wait=0.02)
"""Waits of milliseconds between attempts, and time enough for a busy machine."""

QUICK = replace(STEADY, answer=0.2, deadline=0.1)
"""A fraction of a second for everything, for what is tried in vain."""

ACTORS = (
    ("Name", "Art", "THG (t CO2e/a)"),
    ("Stadtwerke", "Energieversorger", 1200.0),
    ("Klinikum", "Gesundheit", None),
)


def shared_book(server: SheetsServer, tabs: Sequence[str] = ("Akteure",)) -> Spreadsheet:
    """Add a spreadsheet that the account may edit, with a list of actors on the first tab."""
    book = server.add_spreadsheet(tabs=tabs)
    server.share(book)
    fill(book.sheets[0], ACTORS)
    return book


def fill(sheet: Sheet, rows: Sequence[Sequence[Value]]) -> None:
    """Put rows into a tab as people would have done before the test."""
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.cells[number, column] = Cell(entered=value)


def connection_to(
    server: SheetsServer, book: Spreadsheet, patience: Patience = STEADY, *, jitter: float = 1.0
) -> Connection:
    """Return a connection with the account's key that waits as long as `jitter` says, a share of the longest wait."""
    access = GoogleAccess(
        spreadsheet=book.id, credentials=Path("service-account.json"), api=server.url, patience=patience
    )
    return Connection(access, key_for(server), lambda: jitter)


def key_for(server: SheetsServer) -> KeyFile:
    """Return the account's key, to sign in at the server."""
    key = _key()
    return replace(key, credentials=key.credentials.with_token_uri(f"{server.url}/token"))


@cache
def _key() -> KeyFile:
    """Reading a key takes a tenth of a second, for it is checked."""
    with TemporaryDirectory() as folder:
        return read_key(key_file(Path(folder), "https://oauth2.googleapis.com/token"))


@dataclass
class Kept:
    """The list of tabs as a store would keep it."""

    lists: list[tuple[str, ...]] = field(default_factory=list)
    tabs: tuple[KnownTab, ...] = ()

    def keep(self, tabs: Sequence[KnownTab]) -> None:
        self.tabs = tuple(tabs)
        self.lists.append(tuple(tab.title for tab in tabs))


def sheet_at(
    connection: Connection, kept: Kept, tab_ids: dict[str, str] | None = None, language: Language = "de"
) -> GoogleSheet:
    """Return the sheet as a run opens it, with the list of tabs that is kept."""
    return GoogleSheet(connection, language, known=kept.tabs, tab_ids=tab_ids or {}, keep=kept.keep)


def cells_of(sheet: Sheet) -> dict[tuple[int, int], object]:
    """Return what was entered in a tab, by 0-based row and column."""
    return {place: cell.entered for place, cell in sorted(sheet.cells.items()) if cell.entered is not None}
