"""Links on Hinweise: each leads to the cell that its row names, in the call that writes the row, and goes with it."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from scoring.snapshot import Cell as Value
from scoring.tabs import NOTES
from sync.google.ids import SERVICE_TAB_IDS
from sync.ports import Calls, RowWrite, WritePlan
from tests.sheets_server import SheetsServer
from tests.sheets_server.model import Cell, Sheet, Spreadsheet
from tests.sheets_server.person import Person
from tests.sync.google.build import Kept, cells_of, connection_to, fill, shared_book, sheet_at
from tests.sync.worlds import GoogleWorld, Worlds

HEADER = tuple(column.de for column in NOTES.columns)
TERMINE, PRIVATE = 4711, 815
Link = tuple[str, str]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def book(server: SheetsServer) -> Spreadsheet:
    """Akteure with the id 0, Termine, a list of the team's own, and Hinweise with its header."""
    book = shared_book(server)
    book.sheets += [Sheet(id=TERMINE, title="Termine"), Sheet(id=PRIVATE, title="Anna's Liste!")]
    book.sheets.append(Sheet(id=SERVICE_TAB_IDS["notes"], title="Hinweise"))
    fill(book.sheet("Hinweise"), [HEADER])
    return book


@pytest.fixture
def anna(book: Spreadsheet) -> Person:
    return Person(book)


def note(number: int, tab: Value, cell: Value) -> RowWrite:
    return RowWrite(tab="notes", row=number, column=0, values=(tab, cell, "Werk", "Etwas fehlt.", "01.03.2026", "Tipp"))


def blank(number: int) -> RowWrite:
    return RowWrite(tab="notes", row=number, column=0, values=(None,) * len(HEADER))


def write(server: SheetsServer, book: Spreadsheet, *rows: RowWrite) -> Calls:
    """Read the sheet, write the rows and return how often Google was asked and written to."""
    sheet = sheet_at(connection_to(server, book), Kept())
    sheet.write(WritePlan(rows=rows), sheet.read())
    return sheet.calls


def runs(gid: int, address: str) -> list[dict[str, object]]:
    return [{"format": {"link": {"uri": f"#gid={gid}&range={address}"}}}]


def links(book: Spreadsheet, title: str = "Hinweise") -> dict[str, list[dict[str, object]]]:
    """Return the rich text of each cell that has any, by its address in column A or B."""
    return {
        f"{'AB'[column]}{row + 1}": cell.runs for (row, column), cell in book.sheet(title).cells.items() if cell.runs
    }


def test_link_is_written_with_the_row_in_the_same_call(server: SheetsServer, book: Spreadsheet) -> None:
    assert write(server, book, note(2, "Termine", "H17"), note(3, "Akteure", "AB3")) == Calls(reads=2, writes=1)
    written = {place: cell for place, cell in book.sheet("Hinweise").cells.items() if place[0] == 1}
    assert written == {
        (1, 0): Cell(entered="Termine", written_by=server.account),
        (1, 1): Cell(entered="H17", runs=runs(TERMINE, "H17"), written_by=server.account),
        (1, 2): Cell(entered="Werk", written_by=server.account),
        (1, 3): Cell(entered="Etwas fehlt.", written_by=server.account),
        (1, 4): Cell(entered="01.03.2026", written_by=server.account),
        (1, 5): Cell(entered="Tipp", written_by=server.account),
    }
    assert links(book) == {"B2": runs(TERMINE, "H17"), "B3": runs(0, "AB3")}


def test_link_leads_to_the_cell_also_after_the_tab_was_renamed(
    server: SheetsServer, book: Spreadsheet, anna: Person
) -> None:
    write(server, book, note(2, "Termine", "H17"), note(3, "Anna's Liste!", "C2"))
    assert [anna.click("Hinweise", cell) for cell in ("B2", "B3")] == [("Termine", "H17"), ("Anna's Liste!", "C2")]
    anna.rename_tab("Termine", "Treffen")
    assert anna.click("Hinweise", "B2") == ("Treffen", "H17")
    assert write(server, book, note(2, "Termine", "H17")) == Calls(reads=2, writes=0)


def test_link_follows_its_note_and_goes_with_it(server: SheetsServer, book: Spreadsheet) -> None:
    write(server, book, note(2, "Akteure", "H17"), note(3, "Termine", "B4"), note(4, "Termine", "C9"))
    write(server, book, note(2, "Termine", "B4"), note(3, "Akteure", None), blank(4))
    assert links(book) == {"B2": runs(TERMINE, "B4")}
    write(server, book, blank(2), blank(3))
    assert (links(book), {row for row, _ in cells_of(book.sheet("Hinweise"))}) == ({}, {0})


@pytest.mark.parametrize(
    ("tab", "cell"),
    [
        ("Presse", "H17"),
        ("termine", "H17"),
        ("=HYPERLINK(1)", "H17"),
        ("Akteure", "https://example.org"),
        ("Akteure", "#gid=0&range=A1"),
        ("Akteure", "H17:H20"),
        ("Akteure", "H"),
        ("Akteure", "H017"),
        ("Akteure", 17.0),
        (None, "H17"),
        ("Tab", "Zelle"),
    ],
)
def test_what_names_no_cell_of_a_tab_that_is_there_has_no_link(
    server: SheetsServer, book: Spreadsheet, tab: Value, cell: Value
) -> None:
    write(server, book, note(2, "Termine", "B4"))
    write(server, book, note(2, tab, cell))
    found = cells_of(book.sheet("Hinweise"))
    assert (links(book), found.get((1, 0)), found.get((1, 1))) == ({}, tab, cell)


def test_link_to_a_tab_goes_when_its_row_is_written_after_the_tab_was_deleted(
    server: SheetsServer, book: Spreadsheet, anna: Person
) -> None:
    write(server, book, note(2, "Termine", "B4"))
    anna.delete_tab("Termine")
    changed = note(2, "Termine", "B4").values[:-1]
    write(server, book, RowWrite(tab="notes", row=2, column=0, values=(*changed, "Frage")))
    assert links(book) == {}


def test_a_tab_of_hinweise_that_a_sync_adds_has_its_links(server: SheetsServer, book: Spreadsheet) -> None:
    book.sheets.pop()
    sheet = sheet_at(connection_to(server, book), Kept())
    sheet.write(WritePlan(new_tabs=("notes",), rows=(note(2, "Termine", "B4"),)), sheet.read())
    assert (links(book), sheet.calls) == ({"B2": runs(TERMINE, "B4")}, Calls(reads=2, writes=1))


def test_other_tabs_have_no_links(server: SheetsServer, book: Spreadsheet) -> None:
    book.sheets.append(Sheet(id=SERVICE_TAB_IDS["results"], title="Auswertung"))
    write(server, book, RowWrite(tab="results", row=2, column=0, values=("Termine", "B4")))
    assert links(book, "Auswertung") == {}


# Whole runs.


@pytest.fixture
def world(worlds: Worlds, tmp_path: Path) -> Iterator[GoogleWorld]:
    """A sheet as a team begins it, with mistakes on two tabs, and a list of its own."""
    world = worlds.empty(tmp_path)
    world.book.sheets[0].title = "Akteure"
    names: Sequence[Sequence[str | None]] = [("Werk", "viel"), ("Bad", "1,5 kt"), ("Zoo", None), ("Zoo", None)]
    world.fill("Akteure", 1, [["Name", "THG"], *names])
    world.add_tab("Termine", [["Datum", "Akteur"], [date(2026, 11, 2), "Niemand"], ["gestern", "Werk"]])
    world.add_tab("Kasse", [["Akteure", "H17"]])
    yield world
    world.close()


def named(world: GoogleWorld) -> dict[str, Link]:
    """Return the tab and the cell that stand in each row of Hinweise, by the address of the cell that is the link."""
    cells = cells_of(world.book.sheet("Hinweise"))
    rows = [row for row, column in cells if row > 0 and column == 1]
    return {f"B{row + 1}": (str(cells[row, 0]), str(cells[row, 1])) for row in rows}


def clicked(world: GoogleWorld) -> dict[str, Link]:
    """Return the tab and the cell where each link on Hinweise leads."""
    return {place: world.anna.click("Hinweise", place) for place in links(world.book)}


def test_every_row_of_a_run_leads_where_it_says_and_a_quiet_run_writes_nothing(world: GoogleWorld) -> None:
    world.sync()
    assert world.requests == Calls(reads=2, writes=1)
    assert clicked(world) == named(world)
    assert named(world) == {
        "B2": ("Akteure", "B2"),
        "B3": ("Akteure", "B3"),
        "B4": ("Akteure", "A5"),
        "B5": ("Termine", "B2"),
        "B6": ("Termine", "A3"),
    }
    assert [links(world.book, tab) for tab in ("Akteure", "Termine", "Kasse")] == [{}, {}, {}]
    world.server.log.clear()
    quiet = world.sync()
    assert (world.requests, quiet.plan) == (Calls(reads=1, writes=0), WritePlan())


def test_links_are_those_of_the_new_rows_when_a_note_is_solved_and_a_tab_renamed(world: GoogleWorld) -> None:
    world.sync()
    world.type("Akteure", {"A5": "Park"})
    world.rename_tab("Termine", "Unsere Termine")
    world.sync()
    assert clicked(world) == named(world)
    assert named(world) == {
        "B2": ("Akteure", "B2"),
        "B3": ("Akteure", "B3"),
        "B4": ("Unsere Termine", "B2"),
        "B5": ("Unsere Termine", "A3"),
    }
