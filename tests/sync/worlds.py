"""A team's sheet with people at it, in both places where it can be kept: what the contract of the Sheet port needs.

What belongs here: what people do, what they see, and a run as the commands make it. What must hold is in the tests.
"""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from gspread.utils import a1_to_rowcol
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as WorkbookCell
from openpyxl.worksheet.worksheet import Worksheet

from reports.tabs import lookup_rows, service_rows
from reports.wording import words
from scoring.domain import Language
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS, OVERVIEW, RESULTS
from sync.decision import Options
from sync.delivery import FolderMailer
from sync.google import GoogleAccess, GoogleSheet, Patience, connect, extend_spreadsheet
from sync.google.connection import Connection
from sync.layout import arranged
from sync.layout.lookup_formula import own_lookup
from sync.ports import Calls, Sheet
from sync.progress import PlainProgress
from sync.run import Outcome, run
from sync.state import SqlStore, open_store
from sync.workbook import WorkbookSheet, create_workbook
from tests.sheets_server import SheetsServer, entry
from tests.sheets_server.a1 import cell_name
from tests.sheets_server.copies import working_copy
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell as GoogleCell
from tests.sheets_server.model import Formula, Spreadsheet
from tests.sheets_server.model import Sheet as GoogleTab
from tests.sheets_server.person import Person
from tests.sheets_server.protection import may_edit
from tests.sheets_server.server import OWNER

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
ANNA = "anna@example.org"
SENDER = "Klima-Allianz <klima@example.org>"
PATIENCE = Patience(connect=5, answer=30, deadline=1, first_wait=0.01, longest_wait=0.05)

CONFIG = """\
[alliance]
language = "{world.language}"

[sheet]
source = "google"
spreadsheet = "https://docs.google.com/spreadsheets/d/{world.book.id}/edit#gid=0"
credentials = "{world.key.name}"
api = "{world.server.url}"

[mail]
enabled = true
folder = "mails"
from = "Klima-Allianz <klima@example.org>"
"""

Typed = str | float | bool | date | None
Place = tuple[str, int, int]
"""A cell: title of its tab, 1-based row, 0-based column."""

LOCALES: Mapping[Language, str] = {"de": "de_DE", "en": "en_US"}
GREY = tuple(column.field for column in ACTORS.lookups)
TYPED_COLUMNS = [column.field for column in arranged(ACTORS)]


def column_of(field: str) -> str:
    """Return the letters under which `setup` puts a column of Akteure on a new tab."""
    return cell_name(0, TYPED_COLUMNS.index(field))[:-1]


@dataclass
class World(ABC):
    """One sheet as `setup` leaves it, its people, and the state file and mail folder of its service."""

    folder: Path
    language: Language = "de"

    # What people do.

    @abstractmethod
    def type(self, tab: str, cells: Mapping[str, Typed]) -> None:
        """Type values into cells, by their A1 names; text stays text whatever it looks like, None clears."""

    def fill(self, tab: str, top: int, rows: Sequence[Sequence[Typed]]) -> None:
        """Type whole rows from column A of a row (1-based) on."""
        self.type(
            tab,
            {
                cell_name(row, column): value
                for row, values in enumerate(rows, top - 1)
                for column, value in enumerate(values)
            },
        )

    @abstractmethod
    def add_tab(self, title: str, rows: Sequence[Sequence[Typed]]) -> None:
        """Add a tab of people's behind the others."""

    @abstractmethod
    def rename_tab(self, old: str, new: str) -> None:
        """Rename a tab, as the owner of the sheet."""

    @abstractmethod
    def delete_tab(self, title: str) -> None:
        """Delete a tab, as the owner of the sheet."""

    @abstractmethod
    def tick(self) -> None:
        """Ask for a run on Übersicht."""

    # What people see.

    @abstractmethod
    def cells(self) -> Mapping[Place, object]:
        """Return value and looks of every filled cell of every tab."""

    @abstractmethod
    def grey(self) -> Mapping[int, tuple[Cell, ...]]:
        """Return what the five grey columns show beside the actors, by 1-based row, in the order of `ACTORS.lookups`.

        Rows without any grey value are absent.
        """

    @property
    @abstractmethod
    def titles(self) -> tuple[str, ...]:
        """The titles of all tabs, from left to right."""

    def peoples_cells(self) -> Mapping[Place, object]:
        """Return value and looks of every filled cell that is people's: not on service tabs, no grey value."""
        snapshot = self.read()
        ours = {tab.title for tab in snapshot.tabs if tab.service}
        grey = {(tab.title, column) for tab in snapshot.tabs for column in tab.lookups.values()}
        return {
            (title, row, column): cell
            for (title, row, column), cell in self.cells().items()
            if title not in ours and (title, column) not in grey
        }

    # What the service does.

    @abstractmethod
    def sheet(self, now: datetime = NOW) -> Sheet:
        """Return the sheet as a command opens it."""

    @cached_property
    def store(self) -> SqlStore:
        """The memory of the service."""
        return open_store(self.folder / "state.db")

    def close(self) -> None:
        """Let go of the memory."""
        self.store.close()

    @property
    def mails(self) -> int:
        """How many mails were handed over."""
        return len(list((self.folder / "mails").glob("*.eml")))

    def sync(
        self, now: datetime = NOW, *, sender: str | None = SENDER, dry_run: bool = False, accept: bool = False
    ) -> Outcome:
        """Run once."""
        options = Options(language=self.language, now=now, sender=sender, dry_run=dry_run, accept=accept)
        return run(self.sheet(now), self.store, FolderMailer(self.folder / "mails"), options, PlainProgress())

    def read(self) -> Snapshot:
        """Return what a read says."""
        return self.sheet().read()

    def tab(self, title: str) -> Tab:
        """Return a tab as a fresh read says."""
        (tab,) = [tab for tab in self.read().tabs if tab.title == title]
        return tab

    def service_tab(self, name: str) -> Tab:
        """Return a service tab as a fresh read says, by its name in code."""
        tab = self.read().service_tab(name)
        assert tab is not None, name
        return tab


# A workbook.


@dataclass
class WorkbookWorld(World):
    """A workbook that people open, change and save."""

    _opened: Workbook | None = None

    @property
    def path(self) -> Path:
        return self.folder / "allianz.xlsx"

    def sheet(self, now: datetime = NOW) -> Sheet:  # noqa: ARG002  # a workbook is the same every day
        return WorkbookSheet(self.path, self.language)

    @contextmanager
    def open_once(self) -> Iterator[None]:
        """Let people do all that comes in one go: the workbook is saved at the end."""
        self._opened = load_workbook(self.path)
        yield
        self._opened.save(self.path)
        self._opened = None

    @contextmanager
    def _open(self) -> Iterator[Workbook]:
        if self._opened is not None:
            yield self._opened
            return
        book = load_workbook(self.path)
        yield book
        book.save(self.path)

    def type(self, tab: str, cells: Mapping[str, Typed]) -> None:
        with self._open() as book:
            _enter(book[tab], cells)

    def add_tab(self, title: str, rows: Sequence[Sequence[Typed]]) -> None:
        with self._open() as book:
            _enter(
                book.create_sheet(title),
                {
                    cell_name(row, column): value
                    for row, values in enumerate(rows)
                    for column, value in enumerate(values)
                },
            )

    def rename_tab(self, old: str, new: str) -> None:
        """Rename the tab and, as every office program does, what refers to it."""
        with self._open() as book:
            book[old].title = new
            for name in book.defined_names.values():
                tab, mark, cell = name.attr_text.rpartition("!")
                if tab.strip("'") == old:
                    name.attr_text = f"'{new}'{mark}{cell}"

    def delete_tab(self, title: str) -> None:
        with self._open() as book:
            del book[title]

    def tick(self) -> None:
        self.type(OVERVIEW.title(self.language), {"B2": "ja"})

    def cells(self) -> Mapping[Place, object]:
        book = load_workbook(self.path)
        return {
            (sheet.title, cell.row, cell.column - 1): (cell.value, _looks(cell))
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }

    def grey(self) -> Mapping[int, tuple[Cell, ...]]:
        tab = next(tab for tab in self.read().tabs if tab.lookups)
        shown = {
            (row, column): cell
            for row, cells in enumerate(tab.cells)
            for column, cell in enumerate(cells)
            if cell is not None
        }
        return _by_row(shown, {column: (0, field) for field, column in tab.lookups.items()})

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(load_workbook(self.path).sheetnames)


def _enter(sheet: Worksheet, cells: Mapping[str, Typed]) -> None:
    for name, value in cells.items():
        cell = sheet[name]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # else openpyxl takes "=1+1" for a formula and "#N/A" for an error
        if isinstance(value, date):
            cell.number_format = "DD.MM.YYYY"


def _looks(cell: WorkbookCell) -> object:
    return cell.number_format, cell.fill.fgColor.rgb, cell.font.b, cell.comment.text if cell.comment else ""


# A Google Sheet.


@dataclass
class GoogleWorld(World):
    """A Google Sheet on a local server."""

    server: SheetsServer = field(kw_only=True)
    book: Spreadsheet = field(kw_only=True)

    @cached_property
    def key(self) -> Path:
        return self.server.key_file(self.folder)

    @property
    def access(self) -> GoogleAccess:
        return GoogleAccess(spreadsheet=self.book.id, credentials=self.key, api=self.server.url, patience=PATIENCE)

    @property
    def anna(self) -> Person:
        """Somebody of the team."""
        return Person(self.book, ANNA, today=NOW.date())

    @property
    def owner(self) -> Person:
        """Whom the file belongs to: protection does not hold for them."""
        return Person(self.book, OWNER, today=NOW.date())

    @property
    def requests(self) -> Calls:
        """How many requests the server answered so far, those for tokens left out."""
        kinds = [call.kind for call in self.server.log]
        return Calls(reads=kinds.count("read"), writes=kinds.count("write"))

    def sheet(self, now: datetime = NOW) -> Sheet:
        """Return the sheet as the next run of a worker opens it: signed in already, its calls counted from 0."""
        self._connection.calls = Calls()
        return self._opened(now)

    def read(self) -> Snapshot:
        return self._opened(NOW).read()

    @cached_property
    def _connection(self) -> Connection:
        return connect(self.access)

    def _opened(self, now: datetime) -> GoogleSheet:
        today = now.date()
        return GoogleSheet(
            self._connection,
            self.language,
            known=self.store.known_tabs(today),
            tab_ids=self.store.load().tab_ids,
            keep=lambda tabs: self.store.keep_tabs(tabs, today),
        )

    def configured(self) -> Path:
        """Write the configuration of the service for this sheet and return its path."""
        path = self.folder / "config.toml"
        path.write_text(CONFIG.format(world=self), encoding="utf-8")
        return path

    def type(self, tab: str, cells: Mapping[str, Typed]) -> None:
        sheet = self.book.sheet(tab)
        for name, value in cells.items():
            typed = entry.parse(as_typed(value, self.language), locale=self.book.locale, today=NOW.date())
            place = a1_to_rowcol(name)
            row, column = place[0] - 1, place[1] - 1
            assert may_edit(self.book, sheet, row, column, ANNA), f"{name} is protected"
            old = sheet.cells.get((row, column), GoogleCell())
            looks = old.format | typed.number_format
            sheet.cells[row, column] = replace(old, entered=typed.value, error="", format=looks, written_by=ANNA)

    def fill(self, tab: str, top: int, rows: Sequence[Sequence[Typed]]) -> None:
        """Put the rows there at once: typing cell by cell takes too long for long lists."""
        _put(self.book.sheet(tab), top, rows)

    def add_tab(self, title: str, rows: Sequence[Sequence[Typed]]) -> None:
        taken = {sheet.id for sheet in self.book.sheets}
        new = next(number for number in range(701, 800) if number not in taken)
        self.book.sheets.append(GoogleTab(id=new, title=title))
        _put(self.book.sheets[-1], 1, rows)

    def rename_tab(self, old: str, new: str) -> None:
        self.owner.rename_tab(old, new)

    def delete_tab(self, title: str) -> None:
        self.owner.delete_tab(title)

    def tick(self) -> None:
        self.anna.tick(OVERVIEW.title(self.language), "B2")

    def cells(self) -> Mapping[Place, object]:
        return {
            (sheet.title, row + 1, column): (cell.entered, cell.format, cell.note, cell.validation)
            for sheet in self.book.sheets
            for (row, column), cell in sheet.cells.items()
            if cell.entered is not None
        }

    def grey(self) -> Mapping[int, tuple[Cell, ...]]:
        actors = self.book.sheet(ACTORS.title(self.language))
        return _by_row(effective(self.book, actors), self.lookups())

    def lookups(self) -> Mapping[int, tuple[int, str]]:
        """Return where the grey columns of Akteure are by their formulas: 0-based column → 0-based row and field."""
        cells = self.book.sheet(ACTORS.title(self.language)).cells
        found = {place: own_lookup(formula(cell)) for place, cell in cells.items() if formula(cell)}
        return {column: (row, lookup.field) for (row, column), lookup in found.items() if lookup}

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(sheet.title for sheet in self.book.sheets)


def _by_row(
    shown: Mapping[tuple[int, int], Cell], grey: Mapping[int, tuple[int, str]]
) -> Mapping[int, tuple[Cell, ...]]:
    """Return the grey values below their headers; `grey` is as `GoogleWorld.lookups`."""
    values: dict[int, dict[str, Cell]] = {}
    for (row, column), cell in shown.items():
        if column in grey and row > grey[column][0]:
            values.setdefault(row + 1, {})[grey[column][1]] = cell
    return {row: tuple(cells.get(name) for name in GREY) for row, cells in sorted(values.items())}


def said(outcome: Outcome, language: Language) -> Mapping[int, tuple[Cell, ...]]:
    """Return what the core says beside each actor of a run, as `World.grey`: blank text is nothing."""
    decision, speak = outcome.decision, words(language)
    tables = service_rows(decision.alliance, decision.assessment, decision.memory, (), NOW, speak)
    rows = lookup_rows(decision.alliance, decision.assessment, tables[RESULTS.name], speak)
    cleaned = {row: tuple(None if cell == "" else cell for cell in cells) for row, cells in sorted(rows.items())}
    return {row: cells for row, cells in cleaned.items() if any(cell is not None for cell in cells)}


def as_typed(value: Typed, language: Language) -> str:
    """Return what a person types to get the value: text behind an apostrophe, so that it stays text."""
    match value:
        case None | "":
            return ""
        case bool():
            return str(value).upper()
        case str():
            return f"'{value}"
        case date():
            return f"{value:%d.%m.%Y}" if language == "de" else f"{value.month}/{value.day}/{value.year}"
        case _:
            return repr(value).replace(".", "," if language == "de" else ".")


def _put(sheet: GoogleTab, top: int, rows: Sequence[Sequence[Typed]]) -> None:
    """Put rows into a tab as people did before; a day is a number that looks like one."""
    sheet.rows = max(sheet.rows, top + len(rows))
    for row, values in enumerate(rows, top - 1):
        for column, value in enumerate(values):
            old = sheet.cells.get((row, column), GoogleCell())
            if isinstance(value, date):
                days = {"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}}
                serial = float((value - date(1899, 12, 30)).days)
                sheet.cells[row, column] = replace(old, entered=serial, format=old.format | days)
            elif value is not None:
                number = isinstance(value, int) and not isinstance(value, bool)
                sheet.cells[row, column] = replace(old, entered=float(value) if number else value)


def formula(cell: GoogleCell) -> str:
    """Return the formula of a cell, "" when it holds none."""
    return cell.entered.text if isinstance(cell.entered, Formula) else ""


# How worlds begin: set up once, copied for each test.


@dataclass
class Worlds:
    """Sheets that `setup` made once, in German and English, and the server of the Google Sheets."""

    folder: Path
    server: SheetsServer

    @cached_property
    def _workbooks(self) -> dict[Language, Path]:
        return {}

    @cached_property
    def _books(self) -> dict[Language, Spreadsheet]:
        return {}

    def workbook(self, folder: Path, language: Language = "de") -> WorkbookWorld:
        """Return a new workbook as `setup` makes it."""
        if language not in self._workbooks:
            self._workbooks[language] = self.folder / f"{language}.xlsx"
            create_workbook(self._workbooks[language], language)
        world = WorkbookWorld(folder, language)
        shutil.copy(self._workbooks[language], world.path)
        return world

    def google(self, folder: Path, language: Language = "de") -> GoogleWorld:
        """Return a new Google Sheet as `setup` makes it of an empty one."""
        if language not in self._books:
            first = self.empty(folder, language)
            extend_spreadsheet(connect(first.access), language, {})
            self._books[language] = first.book
        book = working_copy(self._books[language])
        book.roles = dict(self._books[language].roles)
        self.server.spreadsheets[book.id] = book
        self.server.log.clear()
        return GoogleWorld(folder, language, server=self.server, book=book)

    def empty(self, folder: Path, language: Language = "de") -> GoogleWorld:
        """Return a new Google Sheet that its owner has shared and nobody has set up."""
        book = self.server.add_spreadsheet(locale=LOCALES[language])
        self.server.share(book)
        self.server.share(book, who=ANNA)
        self.server.log.clear()
        return GoogleWorld(folder, language, server=self.server, book=book)


@contextmanager
def opened_worlds(folder: Path) -> Iterator[Worlds]:
    """Give worlds with a running server."""
    with SheetsServer() as server:
        yield Worlds(folder, server)
