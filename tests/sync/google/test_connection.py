"""Calls over real HTTP against the local Sheets server: every fault at every call, and how long it may take."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from sync.errors import OutsideError, SheetChangedError
from sync.google import Patience
from sync.google.api_requests import put_rows
from sync.google.connection import Connection, ValueRange
from sync.ports import Calls
from tests.sheets_server import Fault, SheetsServer
from tests.sheets_server.model import Cell, Spreadsheet
from tests.sync.google.build import QUICK, STEADY, cells_of, connection_to, shared_book

FIELDS = "updatedSpreadsheet.sheets.properties(sheetId,title,index,sheetType,gridProperties)"
SLACK = 1.0  # seconds that a busy machine may take on top
HASTY = replace(STEADY, answer=0.1)

FAULTS = {
    "429": Fault(status=429),
    "429, at once": Fault(status=429, retry_after=0),
    "429, html": Fault(status=429, body="html"),
    "500": Fault(status=500),
    "500, empty": Fault(status=500, body="empty"),
    "502, html": Fault(status=502, body="html"),
    "503": Fault(status=503),
    "503, at once": Fault(status=503, retry_after=0),
    "504": Fault(status=504),
    "html with 200": Fault(status=200, body="html"),
    "nothing with 200": Fault(status=200, body="empty"),
    "html with 403": Fault(status=403, body="html"),
    "html with 302": Fault(status=302, body="html"),
    "cut off": Fault(cut_at=20),
    "reset": Fault(reset=True),
    "silence": Fault(hang=30),
}


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def book(server: SheetsServer) -> Spreadsheet:
    return shared_book(server)


def ask_metadata(connection: Connection) -> object:
    return connection.metadata("sheets.properties(sheetId,title)")


def ask_values(connection: Connection) -> object:
    return connection.values(["Akteure"])


READS = {
    "metadata": (ask_metadata, {"sheets": [{"properties": {"sheetId": 0, "title": "Akteure"}}]}),
    "values": (
        ask_values,
        [
            ValueRange(
                title="Akteure",
                rows=1000,
                columns=26,
                values=[
                    ["Name", "Art", "THG (t CO2e/a)"],
                    ["Stadtwerke", "Energieversorger", 1200],
                    ["Klinikum", "Gesundheit"],
                ],
            )
        ],
    ),
}


def write_hello(connection: Connection) -> object:
    return connection.update(
        [put_rows(0, 4, 0, [{"values": [{"userEnteredValue": {"stringValue": "Hallo"}}]}])], fields=FIELDS
    )


WRITTEN = {
    "updatedSpreadsheet": {
        "sheets": [
            {
                "properties": {
                    "sheetId": 0,
                    "title": "Akteure",
                    "index": 0,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": 1000, "columnCount": 26},
                }
            }
        ]
    }
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize(("call", "read"), [("token", "values"), ("read", "values"), ("read", "metadata")])
def test_read_is_repeated_after_a_passing_fault(
    server: SheetsServer, book: Spreadsheet, fault: Fault, call: str, read: str
) -> None:
    ask, answer = READS[read]
    connection = connection_to(server, book, HASTY if fault.hang else STEADY)
    server.faults.add(replace(fault, call=call))
    assert ask(connection) == answer
    assert connection.calls == Calls(reads=2 if call == "read" else 1)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", ["token", "read"])
def test_read_gives_up_in_time_and_says_that_it_is_tried_again(
    server: SheetsServer, book: Spreadsheet, fault: Fault, call: str
) -> None:
    connection = connection_to(server, book, QUICK)
    server.faults.add(replace(fault, call=call, times=10_000))
    start = time.monotonic()
    with pytest.raises(OutsideError) as caught:
        ask_values(connection)
    assert time.monotonic() - start < QUICK.deadline + QUICK.answer + SLACK
    assert (type(caught.value), caught.value.permanent) == (OutsideError, False)
    assert str(caught.value).endswith("; the next run tries again.")


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_write_is_never_resent_blindly(server: SheetsServer, book: Spreadsheet, fault: Fault, *, effect: bool) -> None:
    """Only after 429, which Google says before it does anything, the same call is made again."""
    harmless = fault.status == 429
    arrived = effect or harmless or fault.cut_at is not None  # a cut answer is the end of a call that was carried out
    connection = connection_to(server, book, HASTY if fault.hang else STEADY)
    server.faults.add(replace(fault, call="write", effect=effect and not harmless))
    if harmless:
        assert write_hello(connection) == WRITTEN
    else:
        with pytest.raises(SheetChangedError, match="It is unknown whether the change arrived; the next run will see"):
            write_hello(connection)
    assert connection.calls == Calls(writes=2 if harmless else 1)
    if not (fault.hang and effect):  # that one arrives later, if ever
        assert cells_of(book.sheets[0]).get((4, 0)) == ("Hallo" if arrived else None)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_write_waits_for_the_token(server: SheetsServer, book: Spreadsheet, fault: Fault) -> None:
    connection = connection_to(server, book, HASTY if fault.hang else STEADY)
    server.faults.add(replace(fault, call="token"))
    assert write_hello(connection) == WRITTEN
    assert connection.calls == Calls(writes=1)


@pytest.mark.parametrize("encoded", [True, False], ids=["compressed", "plain"])
@pytest.mark.parametrize("ask", [ask_metadata, ask_values, write_hello])
def test_answer_may_be_cut_anywhere(
    server: SheetsServer, ask: Callable[[Connection], object], *, encoded: bool
) -> None:
    book = shared_book(server, ["Akteure", *(f"Liste {number}" for number in range(40))])
    for number in range(3, 60):
        book.sheets[0].cells[number, 1] = Cell(entered=f"Zelle {number**9}")
    connection = connection_to(server, book)
    whole = ask(connection)
    length = len_of_answer(server, connection, ask, encoded=encoded)
    cuts = range(0, length, 64)
    for cut in cuts:
        server.faults.add(Fault(call="any", cut_at=cut, identity=not encoded))
        if ask is write_hello:
            with pytest.raises(SheetChangedError):
                ask(connection)
        else:
            assert ask(connection) == whole
    assert len(cuts) >= (4 if encoded else 15)


def len_of_answer(
    server: SheetsServer, connection: Connection, ask: Callable[[Connection], object], *, encoded: bool
) -> int:
    """Return how many bytes the answer has on the wire: one that is cut behind its end is whole."""
    server.faults.clear()
    server.faults.add(Fault(call="any", cut_at=10**9, identity=not encoded))
    ask(connection)
    return server.log[-1].bytes_sent


def test_refused_connection_is_repeated_for_writes_too(server: SheetsServer, book: Spreadsheet) -> None:
    connection = connection_to(server, book, QUICK)
    server.stop()
    with pytest.raises(OutsideError) as caught:
        write_hello(connection)
    assert type(caught.value) is OutsideError
    assert str(caught.value) == (
        "Google cannot be reached: check the network of this machine; the next run tries again."
    )


def test_refused_token_is_renewed_once(server: SheetsServer, book: Spreadsheet) -> None:
    connection = connection_to(server, book)
    ask_values(connection)
    server.expire_tokens()
    assert ask_values(connection) == READS["values"][1]
    assert [call.kind for call in server.log] == ["token", "read", "read", "token", "read"]


def test_token_that_is_refused_again_is_a_matter_for_people(server: SheetsServer, book: Spreadsheet) -> None:
    connection = connection_to(server, book)
    server.faults.add(Fault(call="read", status=401, times=10))
    with pytest.raises(OutsideError) as caught:
        ask_values(connection)
    assert caught.value.permanent
    assert [call.kind for call in server.log] == ["token", "read", "token", "read"]


@pytest.mark.parametrize("as_date", [False, True], ids=["seconds", "date"])
def test_retry_after_is_honoured(server: SheetsServer, book: Spreadsheet, *, as_date: bool) -> None:
    after: str | int = 1
    if as_date:
        after = format_datetime(datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2), usegmt=True)
    connection = connection_to(server, book, STEADY)
    server.faults.add(Fault(call="read", status=429, retry_after=after))
    start = time.monotonic()
    assert ask_values(connection) == READS["values"][1]
    assert 0.9 <= time.monotonic() - start < 4


def test_retry_after_beyond_the_deadline_ends_the_call(server: SheetsServer, book: Spreadsheet) -> None:
    connection = connection_to(server, book)
    server.faults.add(Fault(call="read", status=503, retry_after=3600))
    start = time.monotonic()
    with pytest.raises(OutsideError, match="disturbance of its own \\(503\\); the next run tries again"):
        ask_values(connection)
    assert time.monotonic() - start < SLACK
    assert connection.calls == Calls(reads=1)


def test_waits_double_up_to_the_longest(server: SheetsServer, book: Spreadsheet) -> None:
    """Waits of 0.1, 0.2, 0.3, 0.3 … seconds: the attempts start after 0, 0.1, 0.3, 0.6 and 0.9 seconds."""
    patience = Patience(connect=1, answer=1, deadline=1, first_wait=0.1, longest_wait=0.3)
    connection = connection_to(server, book, patience)
    server.faults.add(Fault(call="read", status=503, times=100))
    with pytest.raises(OutsideError):
        ask_values(connection)
    assert connection.calls.reads in {4, 5}


def test_only_the_scope_of_sheets_is_asked_for(server: SheetsServer, book: Spreadsheet) -> None:
    ask_values(connection_to(server, book))
    assert server.scopes == ["https://www.googleapis.com/auth/spreadsheets"]


def test_nothing_secret_is_logged(server: SheetsServer, book: Spreadsheet, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    connection = connection_to(server, book)
    server.faults.add(Fault(call="any", nth=2, status=503, times=3))
    ask_values(connection)
    assert "Stadtwerke" not in caplog.text
    assert "ya29." not in caplog.text
    assert "PRIVATE KEY" not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("stamina")]


def test_values_of_no_such_tab_say_that_the_sheet_changed(server: SheetsServer, book: Spreadsheet) -> None:
    with pytest.raises(SheetChangedError):
        connection_to(server, book).values(["Akteure", "Gibt's nicht"])


@pytest.mark.parametrize("title", ["Gibt's", "A1", "R1C1", "100 %", "Ünï & Söhne", "'"])
def test_values_are_found_under_any_title(server: SheetsServer, title: str) -> None:
    book = shared_book(server, (title, "Anderes"))
    assert connection_to(server, book).values([title])[0].values[0] == ["Name", "Art", "THG (t CO2e/a)"]
