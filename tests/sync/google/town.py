"""A small alliance on a Google Sheet that lives: its service, its team, and the laws that hold whatever the team does.

Set up once and copied for every case. What people do is `tests.sync.google.people`.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.decision import Options
from sync.delivery import FolderMailer
from sync.google import GoogleSheet, Patience, extend_spreadsheet
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.ownership import RELEASE_COLUMN
from sync.run import Outcome, run
from sync.state import SqlStore, open_store
from tests.sheets_server import Call, SheetsServer
from tests.sheets_server.copies import sheet_copy, working_copy
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet, Value
from tests.sync.google.build import connection_to
from tests.sync.google.people import ANNA, IDEAS, OUTBOX, Edit, Team

FIRST = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""When the first sync was: a Monday."""

START = FIRST.replace(day=23)
"""The last sync before a case begins: the weekly reports went out, and people released one and held back one."""

LATER = START.replace(hour=12)
"""The same day, when the list of tabs is known."""

NEXT_DAY = START.replace(day=24)
"""The day after, when it is asked for again."""

SENDER = "Klima-Allianz <klima@example.org>"
PATIENCE = Patience(connect=5, answer=20, deadline=20, first_wait=0.001, longest_wait=0.01)
OURS = frozenset(SERVICE_TAB_IDS.values())
SIZE = 40
"""So many rows keep a tab quick to copy."""

ROWS: Mapping[str, Sequence[Mapping[str, Value]]] = {
    "actors": [
        {"Name": "Stadtwerke", "Art": "Energieversorger", "Haltung": "Befürworter", "THG (t CO2e/a)": 58_000.0},
        {"Name": "Klinikum", "Art": "Gesundheit", "Beschäftigte vor Ort": 2350.0, "Beziehung (0–5)": 3.0},
        {"Name": "Rathaus", "Art": "Stadtverwaltung", "THG (t CO2e/a)": 7200.0, "Low-hanging Fruit": "ja"},
        {"Name": "Bürger*innen-Energie", "Art": "Verein", "Öffentlichkeit (0–5)": 3.0, "Notiz": "nett"},
        {"Name": "Was nun?", "Art": "Verein"},
        {"Name": "Brauerei", "Art": "Unternehmen", "THG (t CO2e/a)": 8900.0, "Beziehung (0–5)": 5.0},
        {"Name": "Zementwerk", "Art": "Unternehmen", "THG (t CO2e/a)": 147_400.0, "Haltung": "skeptisch"},
        {"Name": "Wohnbau eG", "Art": "Wohnungsunternehmen", "Beschäftigte vor Ort": 74.0},
        {"Name": 4711.0, "Art": "Unternehmen", "Beschäftigte vor Ort": 12.0},
        {"Name": "brauerei ", "Art": "Sonstiges"},
        {"Name": " Hochschule", "Art": "Bildung", "Beschäftigte vor Ort": 620.0},
        {"Name": "Sparkasse", "Art": "Unternehmen", "Umsatz (Mio €)": "#REF!", "Stand (manuell)": "abgelehnt"},
    ],
    "meetings": [
        {"Datum": "2026-10-01", "Akteur": "Stadtwerke", "Art": "Gespräch", "Ergebnis": "Zusage"},
        {"Datum": "2026-10-06", "Akteur": "Rathaus; Klinikum", "Art": "Kickoff", "Ergebnis": "positiv"},
        {"Datum": "2026-12-15", "Akteur": "Brauerei", "Nächster Schritt": "Führung", "Fällig am": "2026-12-01"},
        {"Datum": "2026-11-02", "Akteur": "Niemand"},
    ],
    "letters": [
        {"Akteur": "Rathaus", "Status": "unterzeichnet", "Unterzeichnet am": "2026-11-02", "Zeichnungsberechtigt": "ja"}
    ],
    "recipients": [
        {"Name": "Marlene Vogt", "E-Mail": "marlene@example.org", "Wochenbericht": "ja"},
        {"Name": "Jonas Weidner", "E-Mail": "jonas@example.org", "Wochenbericht": "ja"},
    ],
}
"""What people had typed before the first sync, by the headings of their tabs."""

GIVEN: Mapping[str, Value] = {
    "Kommune": "Musterstadt",
    "Bilanzmethode": "BISKO",
    "Bilanzjahr": 2023.0,
    "Gesamtemissionen (t CO2e/a)": 512_000.0,
}
"""What they had typed into Einstellungen."""


class Silence:
    """A progress that nobody looks at."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def go_on(self) -> None:
        """Nobody asks it to end."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The alliance after `setup` and its first sync, to be copied: never changed itself."""

    server: SheetsServer
    book: Spreadsheet
    folder: Path


@dataclass(kw_only=True)
class Town:
    """One copy of it: `team` edits the sheet, `sync` is the service, `violations` are the laws broken so far.

    Between two edits nothing of people's may change: what belongs to them is compared before and after every call.
    """

    server: SheetsServer
    book: Spreadsheet
    folder: Path
    store: SqlStore
    team: Team
    expected: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    syncs: int = 0
    touched: int = 0

    def edit(self, edit: Edit) -> bool:
        """Let somebody edit the sheet, and take that as what people want from now on."""
        self.look()
        done = self.team.does(edit)
        self.expected = peoples(self.book)
        return done

    def look(self) -> None:
        """Note what of people's is not as they left it."""
        now = peoples(self.book)
        changed = sorted(part for part in now.keys() | self.expected.keys() if not _is_kept(part, self.expected, now))
        if changed:
            self.touched += 1
            self.violations.append(f"changed: {changed}")
        self.expected = now

    def sync(
        self,
        now: datetime = LATER,
        edits: Mapping[int, Sequence[Edit]] | None = None,
        patience: Patience = PATIENCE,
    ) -> Outcome:
        """Run once; `edits` happen right before the call of that number (from 0) is carried out, or after the last."""
        waiting = {number: list(those) for number, those in (edits or {}).items()}
        calls = iter(range(1_000_000))

        def before(_: Call) -> None:
            self.look()
            for edit in waiting.pop(next(calls), ()):
                self.edit(edit)

        self.syncs += 1
        self.server.before_call, self.server.after_call = before, lambda _: self.look()
        try:
            return run(
                self._opened(now, patience),
                self.store,
                FolderMailer(self.folder / "mails"),
                Options(language="de", now=now, sender=SENDER),
                Silence(),
            )
        finally:
            self.server.before_call = self.server.after_call = None
            for _, those in sorted(waiting.items()):
                for edit in those:
                    self.edit(edit)
            self._audit()

    def set_up(self) -> None:
        """Run `setup`, as a person does at the terminal; what it adds and repairs on people's tabs is wanted."""
        extend_spreadsheet(connection_to(self.server, self.book, PATIENCE), "de", self.store.load().tab_ids)
        self.store.keep_tabs((), LATER.date())  # as `sync.source` does
        self.book.writes.clear()
        self.book.api_structure_edits.clear()
        self.expected = peoples(self.book)

    def _opened(self, now: datetime, patience: Patience) -> GoogleSheet:
        return GoogleSheet(
            connection_to(self.server, self.book, patience),
            "de",
            known=self.store.known_tabs(now.date()),
            tab_ids=self.store.load().tab_ids,
            keep=lambda tabs: self.store.keep_tabs(tabs, now.date()),
        )

    def _audit(self) -> None:
        """Note every cell and tab that a request of the service named and that is not the service's."""
        self.look()
        for write in self.book.writes:
            release = write.sheet_id == OUTBOX and write.column == RELEASE_COLUMN and write.row > 0
            if write.sheet_id not in OURS or release:
                self.touched += 1
                self.violations.append(f"wrote {write}")
        self.violations += [
            f"changed the structure: {edit}" for edit in self.book.api_structure_edits if edit[1] not in OURS
        ]
        self.book.writes.clear()
        self.book.api_structure_edits.clear()


def peoples(book: Spreadsheet) -> dict[str, Any]:
    """Return all that belongs to people: their tabs with everything in them, their names, and the column Freigabe."""
    tabs: dict[str, Any] = {f"tab {tab.id}": sheet_copy(tab) for tab in book.sheets if tab.id not in OURS}
    outbox = next((tab for tab in book.sheets if tab.id == OUTBOX), None)
    cells = outbox.cells if outbox else {}
    released = {row for row, column in cells if column == RELEASE_COLUMN and row > 0 and entered(cells, row, column)}
    return {
        **tabs,
        "order": [tab.id for tab in book.sheets if tab.id not in OURS],
        "names": list(book.named_ranges),
        "Freigabe": {row: (entered(cells, row, 0), entered(cells, row, RELEASE_COLUMN)) for row in released},
    }


def _is_kept(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether a part is as it was. A number may come back to a release beside which the owner put other text."""
    if part != "Freigabe":
        return bool(before.get(part) == after.get(part))
    restored = {row: answer for row, (number, answer) in before[part].items() if isinstance(number, str)}
    rest = {row: pair for row, pair in before[part].items() if row not in restored}
    return all(after[part].get(row, (None, None))[1] == answer for row, answer in restored.items()) and rest == {
        row: pair for row, pair in after[part].items() if row not in restored
    }


def entered(cells: Mapping[tuple[int, int], Cell], row: int, column: int) -> object:
    cell = cells.get((row, column))
    return cell.entered if cell else None


# How a town begins.


@contextmanager
def beginning(folder: Path) -> Iterator[Beginning]:
    """Give a server with the alliance as it is after `setup` and its first sync."""
    with SheetsServer(now=lambda: LATER) as server:
        book = server.add_spreadsheet(tabs=("Ideen",))
        book.sheets[0].id = IDEAS
        server.share(book)
        server.share(book, who=ANNA)
        extend_spreadsheet(connection_to(server, book, PATIENCE), "de", {})
        _cut_short(book)
        _type_all(book)
        begun = Beginning(server=server, book=book, folder=folder)
        with _town(begun, book, folder) as town:
            town.sync(FIRST)
            town.sync(START)
        for row, answer in enumerate(["ja", "nein"], 1):
            _put(book.by_id(OUTBOX), row, RELEASE_COLUMN, answer)
        yield begun


def _cut_short(book: Spreadsheet) -> None:
    for sheet in book.sheets:
        sheet.rows = SIZE
        sheet.cells = {place: cell for place, cell in sheet.cells.items() if place[0] < SIZE}


def _type_all(book: Spreadsheet) -> None:
    """Fill the people's tabs by their headings; add a column and a tab of their own, with formulas."""
    for name, rows in ROWS.items():
        sheet = book.by_id(PEOPLE_TAB_IDS[name])
        shown = effective(book, sheet)
        places = {str(value): column for (row, column), value in shown.items() if row == 0}
        for number, row in enumerate(rows, 1):
            for header, value in row.items():
                _put(sheet, number, places[header], value)
    settings = book.by_id(PEOPLE_TAB_IDS["settings"])
    for (row, column), cell in sorted(settings.cells.items()):
        if column == 0 and cell.entered in GIVEN:
            _put(settings, row, 1, GIVEN[str(cell.entered)])
    actors = book.by_id(PEOPLE_TAB_IDS["actors"])
    own = max(column for _, column in actors.cells) + 1
    for row, value in enumerate(["Lieblingskuchen", "Apfel", Formula(text="=A3"), Formula(text="=Auswertung!D2")]):
        _put(actors, row, own, value)
    ideas = book.by_id(IDEAS)
    for row, value in enumerate(["Unsere Liste", 12.5, Formula(text="=Akteure!A2"), Formula(text="=Übersicht!B4")]):
        _put(ideas, row, 0, value)


def _put(sheet: Sheet, row: int, column: int, value: Value | Formula) -> None:
    old = sheet.cells.get((row, column), Cell())
    error = {"entered": None, "error": value} if value == "#REF!" else {"entered": value}
    sheet.cells[row, column] = replace(old, **error)


@contextmanager
def town_of(begun: Beginning, folder: Path) -> Iterator[Town]:
    """Give a copy of the alliance in a folder of its own."""
    book = working_copy(begun.book)
    book.roles = dict(begun.book.roles)
    begun.server.spreadsheets[book.id] = book
    begun.server.log.clear()
    begun.server.faults.clear()
    shutil.copy(begun.folder / "state.db", folder / "state.db")
    with _town(begun, book, folder) as town:
        yield town


@contextmanager
def _town(begun: Beginning, book: Spreadsheet, folder: Path) -> Iterator[Town]:
    store = open_store(folder / "state.db")
    try:
        town = Town(server=begun.server, book=book, folder=folder, store=store, team=Team(book=book))
        town.expected = peoples(book)
        yield town
    finally:
        store.close()
