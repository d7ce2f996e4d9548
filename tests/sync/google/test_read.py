"""Reading: which tabs are asked for, in how many calls, and what their cells become."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from scoring.snapshot import Snapshot, Tab
from sync.errors import SheetChangedError
from sync.google.ids import SERVICE_TAB_IDS
from sync.ports import Calls
from tests.sheets_server import Call, SheetsServer
from tests.sheets_server.model import Cell, Sheet, Spreadsheet
from tests.sync.google.build import ACTORS, Kept, connection_to, fill, shared_book, sheet_at

RESULTS = SERVICE_TAB_IDS["results"]
OVERVIEW = SERVICE_TAB_IDS["overview"]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def kept() -> Kept:
    return Kept()


def add(book: Spreadsheet, sheet_id: int, title: str, rows: tuple[tuple[object, ...], ...] = ()) -> Sheet:
    sheet = Sheet(id=sheet_id, title=title)
    fill(sheet, rows)  # type: ignore[arg-type]
    book.sheets.append(sheet)
    return sheet


def asked_for(server: SheetsServer) -> list[list[str]]:
    """Return the ranges of each call for values."""
    paths = [urlsplit(call.path) for call in server.log]
    return [parse_qs(path.query)["ranges"] for path in paths if path.path.endswith("values:batchGet")]


def test_first_read_of_a_day_asks_for_the_list(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server, ["Akteure", "Privat"])
    sheet = sheet_at(connection_to(server, book), kept)
    assert sheet.read() == Snapshot(
        tabs=(
            Tab(
                id="0",
                title="Akteure",
                cells=(ACTORS[0], ("Stadtwerke", "Energieversorger", 1200), ("Klinikum", "Gesundheit")),
            ),
            Tab(id=str(book.sheets[1].id), title="Privat", cells=()),
        )
    )
    assert sheet.calls == Calls(reads=2)
    assert kept.lists == [("Akteure", "Privat")]


def test_later_read_is_one_call(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server)
    first = sheet_at(connection_to(server, book), kept).read()
    later = sheet_at(connection_to(server, book), kept)
    assert later.read() == first
    assert later.calls == Calls(reads=1)
    assert kept.lists == [("Akteure",)]


def test_tabs_that_the_service_does_not_know_are_never_asked_for(server: SheetsServer, kept: Kept) -> None:
    """Schritte is a list of the team's own here: its id is not the service's."""
    book = shared_book(server, ["Akteure", "Gehälter", "Schritte", "Termine", "Treffen alt"])
    remembered = {"letters": str(book.sheets[4].id)}
    add(book, RESULTS, "Ergebnisse, umbenannt", (("Name", "Stand", "seit"),))
    snapshot = sheet_at(connection_to(server, book), kept, remembered).read()
    assert asked_for(server) == [["'Akteure'", "'Termine'", "'Treffen alt'", "'Ergebnisse, umbenannt'"]]
    assert [(tab.title, tab.service) for tab in snapshot.tabs] == [
        ("Akteure", ""),
        ("Gehälter", ""),
        ("Schritte", ""),
        ("Termine", ""),
        ("Treffen alt", ""),
        ("Ergebnisse, umbenannt", "results"),
    ]


def test_cells_come_as_they_stand(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server)
    sheet = book.sheets[0]
    long = "ü" * 50_000
    fill(sheet, [(), ("", True, False, 0.5, -0.0, 1e15, "01069", "=1", long, "", None)])
    sheet.cells[1, 10] = Cell(error="#REF!")
    sheet.cells[1, 11] = Cell(entered=46150.0, format={"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}})
    cells = sheet_at(connection_to(server, book), kept).read().tabs[0].cells
    row = (None, True, False, 0.5, 0, 1e15, "01069", "=1", long, None, "#REF!", "08.05.2026")
    assert cells[1] == row
    assert list(map(type, cells[1])) == [type(None), bool, bool, float, int, int, str, str, str, type(None), str, str]


def test_renamed_tab_is_found_by_a_new_list(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server, ["Akteure", "Termine"])
    first = sheet_at(connection_to(server, book), kept).read()
    book.sheet("Akteure").title = "Unsere Akteure"
    sheet = sheet_at(connection_to(server, book), kept, {"actors": "0"})
    renamed = sheet.read()
    assert [(tab.id, tab.title, tab.cells) for tab in renamed.tabs] == [
        ("0", "Unsere Akteure", first.tabs[0].cells),
        (first.tabs[1].id, "Termine", ()),
    ]
    assert sheet.calls == Calls(reads=3)
    assert kept.lists == [("Akteure", "Termine"), ("Unsere Akteure", "Termine")]


def test_deleted_tab_is_left_out(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server, ["Akteure", "Termine"])
    sheet_at(connection_to(server, book), kept).read()
    book.sheets.remove(book.sheet("Termine"))
    sheet = sheet_at(connection_to(server, book), kept)
    assert [tab.title for tab in sheet.read().tabs] == ["Akteure"]
    assert sheet.calls == Calls(reads=3)


def test_tab_renamed_between_list_and_cells_starts_the_run_over(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server, ["Akteure", "Termine"])

    def rename(call: Call) -> None:
        if "fields=" in call.path:
            book.sheet("Termine").title = "Treffen"

    server.after_call = rename
    sheet = sheet_at(connection_to(server, book), kept)
    with pytest.raises(SheetChangedError):
        sheet.read()
    server.after_call = None
    assert [tab.title for tab in sheet.read().tabs] == ["Akteure", "Treffen"]


@pytest.mark.parametrize(("ticked", "reads"), [(True, 3), (False, 1), ("ja", 1), (None, 1)])
def test_tick_asks_for_the_list_again(server: SheetsServer, kept: Kept, ticked: bool | str | None, reads: int) -> None:
    book = shared_book(server)
    overview = add(book, OVERVIEW, "Übersicht", (("Übersicht",), ("Jetzt synchronisieren", None)))
    sheet_at(connection_to(server, book), kept).read()
    overview.cells[1, 1] = Cell(entered=ticked)
    book.sheets.append(Sheet(id=7, title="Termine"))
    sheet = sheet_at(connection_to(server, book), kept)
    titles = [tab.title for tab in sheet.read().tabs]
    assert titles == ["Akteure", "Übersicht"] + (["Termine"] if reads == 3 else [])
    assert sheet.calls == Calls(reads=reads)


def test_swapped_titles_are_noticed(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server, ["Akteure", "Vorlage"])
    fill(book.sheet("Vorlage"), [("Name", "Unser Urteil")])
    results = add(book, RESULTS, "Auswertung", (("Name", "Stand", "seit"), ("Stadtwerke",)))
    before = sheet_at(connection_to(server, book), kept).read()
    book.sheet("Vorlage").title, results.title = "Auswertung", "Vorlage"
    sheet = sheet_at(connection_to(server, book), kept)
    after = sheet.read().service_tab("results")
    there = before.service_tab("results")
    assert there is not None
    assert after == Tab(id=str(RESULTS), title="Vorlage", cells=there.cells, service="results")
    assert sheet.calls == Calls(reads=3)


def test_list_is_asked_for_while_there_are_no_actors(server: SheetsServer, kept: Kept) -> None:
    """The first run found no tab Akteure; somebody renames Tabelle1 and runs again at once."""
    book = shared_book(server, ["Tabelle1"])
    assert sheet_at(connection_to(server, book), kept).read().tabs[0].cells == ()
    book.sheets[0].title = "Akteure"
    assert sheet_at(connection_to(server, book), kept).read().tabs[0].cells[0] == ACTORS[0]


def test_large_tab_is_read_whole(server: SheetsServer, kept: Kept) -> None:
    book = shared_book(server)
    book.sheets[0].rows = 12_000
    fill(book.sheets[0], [("Name", "Notiz"), *((f"Verein {number}", "x" * 100) for number in range(10_000))])
    cells = sheet_at(connection_to(server, book), kept).read().tabs[0].cells
    assert (len(cells), cells[-1]) == (10_001, ("Verein 9999", "x" * 100))
