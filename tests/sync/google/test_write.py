"""Writing: which requests a plan becomes, in how many calls, and what the sheet holds after whatever went wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scoring.snapshot import Cell as Value
from scoring.snapshot import Snapshot, Tab
from scoring.tabs import RESULTS, SECTORS, SERVICE_TABS
from sync.decision import Options
from sync.delivery import FolderMailer
from sync.errors import OutsideError, SheetChangedError
from sync.google.ids import SERVICE_TAB_IDS
from sync.google.write import LONGEST_TEXT, as_stored, carry_out
from sync.ownership import OwnershipError
from sync.ports import Calls, RowWrite, WritePlan
from sync.progress import PlainProgress
from sync.run import Outcome, run
from sync.state import opened_store
from tests.sheets_server import Fault, SheetsServer
from tests.sheets_server.model import Cell, Sheet, Spreadsheet
from tests.sync.google.build import QUICK, Kept, cells_of, connection_to, fill, shared_book, sheet_at

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
OPTIONS = Options(language="de", now=NOW, sender="Klima-Allianz <klima@example.org>")
OURS = [spec.de for spec in SERVICE_TABS]
HEADER = tuple(column.de for column in RESULTS.columns)


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def kept() -> Kept:
    return Kept()


def with_results(server: SheetsServer, *rows: tuple[Value, ...], title: str = "Auswertung") -> Spreadsheet:
    """A sheet with actors and an Auswertung of a grid of 10 rows and 26 columns."""
    book = shared_book(server)
    book.sheets.append(Sheet(id=SERVICE_TAB_IDS["results"], title=title, rows=10, columns=26))
    fill(book.sheets[1], [HEADER, *rows])
    return book


def plan(*rows: RowWrite) -> WritePlan:
    return WritePlan(rows=rows)


def row(number: int, *values: Value, column: int = 0, tab: str = "results") -> RowWrite:
    return RowWrite(tab=tab, row=number, column=column, values=values)


def test_rows_are_written_in_one_call(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server, ("Alt", 1.0, True), ("Bleibt", 2.0))
    sheet = sheet_at(connection_to(server, book), kept)
    sheet.write(plan(row(2, "Neu", None, False), row(3, "=1+1", 2.5, 7), row(5, "Ende", None, None)), sheet.read())
    below = {place: value for place, value in cells_of(book.sheets[1]).items() if place[0]}
    assert below == {(1, 0): "Neu", (1, 2): False, (2, 0): "=1+1", (2, 1): 2.5, (2, 2): 7.0, (4, 0): "Ende"}
    assert sheet.calls == Calls(reads=2, writes=1)
    assert {write.sheet_id for write in book.writes} == {SERVICE_TAB_IDS["results"]}


def test_empty_plan_and_plan_of_what_stands_there_write_nothing(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server, ("Da", None, 3.0))
    sheet = sheet_at(connection_to(server, book), kept)
    snapshot = sheet.read()
    sheet.write(WritePlan(), snapshot)
    sheet.write(plan(row(2, "Da", None, 3), row(9, None, None)), snapshot)
    assert sheet.calls == Calls(reads=2, writes=0)


def test_columns_that_came_later_are_written_right_of_a_grid_without_them(server: SheetsServer, kept: Kept) -> None:
    headers, figures = tuple(column.de for column in SECTORS.columns), ("Verkehr", 10, 4, 6, 40, 10, 50)
    book = shared_book(server)
    book.sheets.append(Sheet(id=SERVICE_TAB_IDS["sectors"], title="Sektoren", rows=10, columns=5))
    fill(book.sheets[1], [(*headers[:4], "Anteil (%)"), figures[:5]])
    sheet = sheet_at(connection_to(server, book), kept)
    sheet.write(WritePlan(rows=(row(1, *headers, tab="sectors"), row(2, *figures, tab="sectors"))), sheet.read())
    assert (book.sheets[1].rows, book.sheets[1].columns) == (10, 7)
    assert cells_of(book.sheets[1]) == {
        (line, column): value for line, values in enumerate((headers, figures)) for column, value in enumerate(values)
    }


def test_grid_grows_with_what_is_written(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    sheet.write(
        plan(*(row(number, f"Verein {number}") for number in range(2, 41)), row(3, "weit", column=29)), sheet.read()
    )
    assert (book.sheets[1].rows, book.sheets[1].columns) == (40, 30)
    assert cells_of(book.sheets[1])[39, 0] == "Verein 40"


def test_renamed_service_tab_is_written_by_its_id(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server, title="Was rauskommt")
    sheet = sheet_at(connection_to(server, book), kept)
    snapshot = sheet.read()
    book.sheets[1].title = "Noch anders"
    sheet.write(plan(row(2, "Neu")), snapshot)
    assert cells_of(book.sheets[1])[1, 0] == "Neu"
    assert kept.lists == [("Akteure", "Was rauskommt"), ("Akteure", "Noch anders")]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Müller & Söhne 🌻", "Müller & Söhne 🌻"),
        ("eins\r\nzwei\tdrei\n", "eins\nzwei\tdrei\n"),
        ("a\x00b\x07c\x1b[0m\x7f\x85", "abc[0m"),
        ("halb \ud83c", "halb "),
        ("x" * 60_000, "x" * 50_000),
        ("x" + "🌻" * 30_000, "x" + "🌻" * 24_999),
        ("\x00", None),
        ("", None),
    ],
)
def test_text_is_written_as_it_will_be_read(server: SheetsServer, kept: Kept, text: str, stored: str | None) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    sheet.write(plan(row(2, text)), sheet.read())
    assert cells_of(book.sheets[1]).get((1, 0)) == stored == as_stored(text)
    before = sheet.calls.writes
    sheet.write(plan(row(2, text)), sheet.read())
    assert sheet.calls.writes == before
    assert len((stored or "").encode("utf-16-le")) <= 2 * LONGEST_TEXT


@pytest.mark.parametrize(("ticked", "left"), [(True, False), ("ja", None)])
def test_tick_is_taken_out(server: SheetsServer, kept: Kept, ticked: bool | str, left: bool | None) -> None:
    book = shared_book(server)
    book.sheets.append(Sheet(id=SERVICE_TAB_IDS["overview"], title="Übersicht"))
    fill(book.sheets[1], [("Übersicht",), ("Jetzt synchronisieren", ticked)])
    sheet = sheet_at(connection_to(server, book), kept)
    sheet.write(plan(row(2, None, column=1, tab="overview")), sheet.read())
    assert cells_of(book.sheets[1]).get((1, 1)) == left


def test_large_plan_is_sent_in_parts_of_whole_rows(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    rows = [row(number, f"Verein {number}", "ä" * 1000) for number in range(2, 902)]  # 6 kB of JSON each
    sheet.write(plan(*rows), sheet.read())
    assert sheet.calls == Calls(reads=2, writes=3)
    sizes = [call.bytes_received for call in server.log if call.kind == "write"]
    assert all(size <= 2_000_000 for size in sizes)
    assert [cells_of(book.sheets[1])[number, 0] for number in (1, 500, 900)] == ["Verein 2", "Verein 501", "Verein 901"]
    assert book.sheets[1].rows == 901


def test_part_that_fails_leaves_whole_rows_and_the_rest_for_later(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    rows = [row(number, f"Verein {number}", "ä" * 1000) for number in range(2, 902)]
    server.faults.add(Fault(call="write", nth=2, status=503))
    with pytest.raises(SheetChangedError):
        sheet.write(plan(*rows), sheet.read())
    written = sum(1 for place in cells_of(book.sheets[1]) if place[1] == 1) - 1
    assert 0 < written < 900
    sheet.write(plan(*rows), sheet.read())
    assert len(cells_of(book.sheets[1])) == len(HEADER) + 1800


@pytest.mark.parametrize("meanwhile", ["deleted", "added"])
def test_tab_that_came_or_went_meanwhile_starts_the_run_over(server: SheetsServer, kept: Kept, meanwhile: str) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    snapshot = sheet.read()
    wanted = plan(row(2, "Neu"))
    if meanwhile == "deleted":
        book.sheets.pop()
    else:
        book.sheets.append(Sheet(id=SERVICE_TAB_IDS["history"], title="Von einem anderen Lauf"))
        wanted = replace(wanted, new_tabs=("history",))
    before = cells_of(book.sheets[-1])
    with pytest.raises(SheetChangedError):
        sheet.write(wanted, snapshot)
    assert cells_of(book.sheets[-1]) == before
    assert kept.tabs == ()
    assert len(sheet.read().tabs) == len(book.sheets)


def test_plan_that_names_people_is_never_sent(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    snapshot = sheet.read()
    with pytest.raises(OwnershipError):
        sheet.write(plan(row(2, "Neu", tab="actors")), snapshot)
    assert sheet.calls.writes == 0


@pytest.mark.parametrize(
    "wrong",
    [
        row(2, "ja", column=6, tab="outbox"),
        row(3, *"123456789", tab="outbox"),
        row(1, "Unser Blatt", tab="overview"),
        row(2, True, column=1, tab="overview"),
    ],
)
def test_last_look_stops_what_the_plan_let_through(server: SheetsServer, wrong: RowWrite) -> None:
    """The check of the plan is left out here: the check of the requests is a second one, of its own."""
    book = shared_book(server)
    connection = connection_to(server, book)
    tabs = tuple(Tab(id=str(SERVICE_TAB_IDS[name]), title=name, cells=(), service=name) for name in SERVICE_TAB_IDS)
    sizes = {tab.id: (1000, 26) for tab in tabs}
    with pytest.raises(OwnershipError):
        list(carry_out(connection, plan(wrong), Snapshot(tabs=tabs), sizes, "de"))
    assert connection.calls == Calls()


def run_once(server: SheetsServer, book: Spreadsheet, kept: Kept, folder: Path, options: Options = OPTIONS) -> Outcome:
    sheet = sheet_at(connection_to(server, book), kept)
    with opened_store(folder / "state.db") as store:
        return run(sheet, store, FolderMailer(folder / "mails"), options, PlainProgress())


def calls(outcome: Outcome) -> tuple[int, int]:
    return outcome.counts.reads, outcome.counts.writes


def test_runs_need_no_more_calls_than_promised(server: SheetsServer, kept: Kept, tmp_path: Path) -> None:
    """First of a day 2 + 1, quiet 1 + 0, changed 1 + 1, whatever the number of tabs; nothing of people's is written."""
    book = shared_book(server, ["Akteure", "Termine", "Privat"])
    before = [cells_of(sheet) for sheet in book.sheets]
    assert calls(run_once(server, book, kept, tmp_path)) == (2, 1)
    assert [sheet.title for sheet in book.sheets] == ["Akteure", "Termine", "Privat", *OURS]
    quiet = run_once(server, book, kept, tmp_path)
    assert (calls(quiet), quiet.plan) == ((1, 0), WritePlan())
    book.sheets[0].cells[3, 0] = Cell(entered="Turnverein")
    assert calls(run_once(server, book, kept, tmp_path)) == (1, 1)
    assert calls(run_once(server, book, kept, tmp_path)) == (1, 0)
    del book.sheets[0].cells[3, 0]
    assert [cells_of(sheet) for sheet in book.sheets[:3]] == before
    assert {write.sheet_id for write in book.writes} <= set(SERVICE_TAB_IDS.values())


def test_deleted_service_tab_comes_back(server: SheetsServer, kept: Kept, tmp_path: Path) -> None:
    book = shared_book(server)
    run_once(server, book, kept, tmp_path)
    there = {sheet.title: cells_of(sheet) for sheet in book.sheets}
    book.sheets.remove(book.sheet("Übersicht"))
    run_once(server, book, kept, tmp_path)
    assert {sheet.title: cells_of(sheet) for sheet in book.sheets} == there
    assert calls(run_once(server, book, kept, tmp_path)) == (1, 0)


def test_teams_own_tab_of_our_title_stays(server: SheetsServer, kept: Kept, tmp_path: Path) -> None:
    book = shared_book(server, ["Akteure", "Schritte"])
    fill(book.sheet("Schritte"), [("Unsere Liste",)])
    run_once(server, book, kept, tmp_path)
    assert cells_of(book.sheet("Schritte")) == {(0, 0): "Unsere Liste"}
    assert book.by_id(SERVICE_TAB_IDS["steps"]).title == "Schritte (Klima-Allianz)"


WRITE_FAULTS = {
    "429": Fault(status=429),
    "500": Fault(status=500),
    "502, html": Fault(status=502, body="html"),
    "503": Fault(status=503),
    "504": Fault(status=504),
    "html with 200": Fault(status=200, body="html"),
    "cut off": Fault(cut_at=20),
    "reset": Fault(reset=True),
}


@pytest.mark.parametrize("effect", [False, True], ids=["lost", "arrived"])
@pytest.mark.parametrize("fault", WRITE_FAULTS.values(), ids=WRITE_FAULTS)
def test_new_tab_is_added_once_whatever_happens_to_the_write(
    server: SheetsServer, kept: Kept, fault: Fault, *, effect: bool
) -> None:
    """After a write of unknown outcome the sheet is read again and planned anew."""
    titles = tuple(column.de for column in SECTORS.columns)
    book = shared_book(server)
    sheet = sheet_at(connection_to(server, book), kept)
    server.faults.add(replace(fault, call="write", effect=effect and fault.status != 429))
    wanted = (row(1, *titles, tab="sectors"), row(2, "Industrie", 500.0, tab="sectors"))
    snapshot = sheet.read()
    try:
        sheet.write(WritePlan(new_tabs=("sectors",), rows=wanted), snapshot)
    except SheetChangedError:
        snapshot = sheet.read()
        missing = () if snapshot.service_tab("sectors") else ("sectors",)
        assert missing == (() if effect or fault.cut_at else ("sectors",))
        sheet.write(WritePlan(new_tabs=missing, rows=wanted), snapshot)
    assert [tab.title for tab in book.sheets] == ["Akteure", "Sektoren"]
    assert cells_of(book.sheets[1]) == {
        **{(0, column): title for column, title in enumerate(titles)},
        (1, 0): "Industrie",
        (1, 1): 500.0,
    }


@pytest.mark.parametrize("effect", [False, True], ids=["lost", "arrived"])
def test_run_ends_well_after_a_write_of_unknown_outcome(
    server: SheetsServer, kept: Kept, tmp_path: Path, *, effect: bool
) -> None:
    book = shared_book(server)
    server.faults.add(Fault(call="write", reset=True, effect=effect))
    run_once(server, book, kept, tmp_path)
    assert [sheet.title for sheet in book.sheets] == ["Akteure", *OURS]
    assert calls(run_once(server, book, kept, tmp_path)) == (1, 0)


@pytest.mark.parametrize("call", ["token", "write"])
def test_run_that_fails_in_the_end_says_so_once_and_the_next_one_is_right(
    server: SheetsServer, kept: Kept, tmp_path: Path, call: str
) -> None:
    book = shared_book(server)
    server.faults.add(Fault(call=call, status=503, times=10_000))
    sheet = sheet_at(connection_to(server, book, QUICK), kept)
    with opened_store(tmp_path / "state.db") as store, pytest.raises(OutsideError) as caught:
        run(sheet, store, FolderMailer(tmp_path / "mails"), OPTIONS, PlainProgress())
    assert (caught.value.permanent, [tab.title for tab in book.sheets]) == (False, ["Akteure"])
    assert str(caught.value).count("Google has a disturbance of its own (503)") == 1
    server.faults.clear()
    run_once(server, book, kept, tmp_path)
    assert calls(run_once(server, book, kept, tmp_path)) == (1, 0)


def test_nothing_is_written_as_a_formula(server: SheetsServer, kept: Kept) -> None:
    book = with_results(server)
    sheet = sheet_at(connection_to(server, book), kept)
    texts = ('=IMPORTXML("https://example.org")', "+491234", "@alle", "-1", "'x", "1.5", "WAHR")
    sheet.write(plan(row(2, *texts)), sheet.read())
    assert tuple(cells_of(book.sheets[1])[1, column] for column in range(len(texts))) == texts
