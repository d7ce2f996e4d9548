"""Each way in which Google or the network refuses: a sentence that says what to do, and whether it passes by itself."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from requests import ConnectionError as NoConnectionError
from requests import ConnectTimeout
from requests.exceptions import SSLError
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NameResolutionError
from urllib3.exceptions import SSLError as TransportSSLError

from sync.errors import OutsideError, SheetChangedError
from sync.google import GoogleAccess
from sync.google.api_requests import put_rows
from sync.google.connection import Connection
from sync.google.failures import Failure, failure_of
from tests.sheets_server import Fault, SheetsServer
from tests.sheets_server.accounts import ACCOUNT
from tests.sheets_server.model import Spreadsheet
from tests.sync.google.build import QUICK, connection_to, key_for, shared_book

POOL = HTTPConnectionPool("sheets.googleapis.com")
SHARE = f"share the sheet with {ACCOUNT} as editor (Teilen, Bearbeiter)."


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


def reading(connection: Connection) -> object:
    return connection.values(["Akteure"])


def writing(connection: Connection) -> object:
    return connection.update([put_rows(0, 0, 0, [{"values": [{}]}])], fields="spreadsheetId")


def failure(connection: Connection, call: Callable[[Connection], object]) -> tuple[str, bool]:
    """Return the sentence, and whether it is for good."""
    with pytest.raises(OutsideError) as caught:
        call(connection)
    assert caught.value.__suppress_context__
    return str(caught.value), caught.value.permanent


def not_shared(server: SheetsServer, book: Spreadsheet) -> None:
    server.share(book, None)


def read_only(server: SheetsServer, book: Spreadsheet) -> None:
    server.share(book, "reader")


def office_file(_: SheetsServer, book: Spreadsheet) -> None:
    book.kind = "xlsx"


def deleted(server: SheetsServer, book: Spreadsheet) -> None:
    del server.spreadsheets[book.id]


def switched_off(server: SheetsServer, _: Spreadsheet) -> None:
    server.disable_api()


def deleted_key(server: SheetsServer, _: Spreadsheet) -> None:
    server.revoke_key()


def wrong_clock(server: SheetsServer, _: Spreadsheet) -> None:
    server.clock_skew = timedelta(hours=3)


def protected(_: SheetsServer, book: Spreadsheet) -> None:
    someone = {"users": ["besitz@example.org"]}
    book.sheets[0].protected_ranges.append({"protectedRangeId": 1, "range": {"sheetId": 0}, "editors": someone})


CASES = {
    "not shared": (not_shared, reading, f"{ACCOUNT} may not open the sheet: {SHARE}"),
    "read only": (read_only, writing, f"{ACCOUNT} may read the sheet but not write into it: {SHARE}"),
    "Office file": (
        office_file,
        reading,
        "The file is an Excel file in Drive, not a Google Sheet: open it in Google Sheets, choose File, Save as Google "
        "Sheets, and use the link of that one.",
    ),
    "deleted": (
        deleted,
        reading,
        "There is no such Google Sheet: copy its link into [sheet] spreadsheet again.",
    ),
    "API switched off": (
        switched_off,
        reading,
        "The Google Sheets API is switched off: enable it at https://console.developers.google.com/apis/api/"
        "sheets.googleapis.com/overview?project=584301927654 and wait a few minutes.",
    ),
    "deleted key": (
        deleted_key,
        reading,
        f"Google refuses the key of {ACCOUNT}, it was deleted or switched off: create a new one.",
    ),
    "wrong clock": (
        wrong_clock,
        writing,
        "This machine's clock is wrong, so Google refuses the key: set date and time right.",
    ),
    "protected": (
        protected,
        writing,
        f"A tab is protected against the service: under Data, Protect sheets and ranges, let {ACCOUNT} edit, "
        "or delete the protection and run setup.",
    ),
}


@pytest.mark.parametrize(("prepare", "call", "sentence"), CASES.values(), ids=CASES)
def test_refusal_says_what_to_do_and_is_for_good(
    server: SheetsServer,
    prepare: Callable[[SheetsServer, Spreadsheet], None],
    call: Callable[[Connection], object],
    sentence: str,
) -> None:
    book = shared_book(server)
    prepare(server, book)
    assert failure(connection_to(server, book), call) == (sentence, True)
    assert len(server.log) <= 2


def test_sharing_again_is_enough(server: SheetsServer) -> None:
    book = shared_book(server)
    server.share(book, None)
    connection = connection_to(server, book)
    assert failure(connection, reading)[1]
    server.share(book)
    assert connection.values(["Akteure"])[0].title == "Akteure"


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("call", [reading, writing])
@pytest.mark.parametrize("times", [1, 2, 5])
def test_refused_call_stops_and_the_next_one_works_alone(
    server: SheetsServer, status: int, call: Callable[[Connection], object], times: int
) -> None:
    connection = connection_to(server, shared_book(server))
    kind = "read" if call is reading else "write"
    server.faults.add(Fault(call=kind, status=status, times=times))
    if (status, times) != (401, 1):  # one 401 is the end of a token, no refusal
        assert failure(connection, call)[1]
    server.faults.clear()
    call(connection)


PASSING = {
    "429": (Fault(status=429), "Google asks for a pause, too many calls this minute; the next run tries again."),
    "503": (Fault(status=503), "Google has a disturbance of its own (503); the next run tries again."),
    "502": (Fault(status=502, body="html"), "Google has a disturbance of its own (502); the next run tries again."),
    "html": (
        Fault(status=200, body="html"),
        "There was an answer that was cut off or is not Google's: if it stays so, check the network or proxy; "
        "the next run tries again.",
    ),
    "reset": (Fault(reset=True), "The connection to Google broke; the next run tries again."),
    "silence": (Fault(hang=30), "Google did not answer in time; the next run tries again."),
}


@pytest.mark.parametrize("call", ["token", "read"])
@pytest.mark.parametrize(("fault", "sentence"), PASSING.values(), ids=PASSING)
def test_passing_trouble_says_that_it_passes(server: SheetsServer, fault: Fault, sentence: str, call: str) -> None:
    server.faults.add(Fault(**{**vars(fault), "call": call, "times": 1000}))
    assert failure(connection_to(server, shared_book(server), QUICK), reading) == (sentence, False)


OFFLINE = NameResolutionError("sheets.googleapis.com", HTTPConnection("sheets.googleapis.com"), socket.gaierror())
NETWORK = {
    "offline": (
        NoConnectionError(MaxRetryError(POOL, "/", OFFLINE)),
        Failure(sentence="Google's address was not found, this machine seems to be offline.", passing=True),
    ),
    "somebody between": (
        SSLError(MaxRetryError(POOL, "/", TransportSSLError(ssl.SSLCertVerificationError("self-signed")))),
        Failure(
            sentence="The connection is not secure, whoever answers is not Google: check this machine's clock and "
            "certificates, and any proxy or firewall between.",
            passing=True,
        ),
    ),
    "no connection in time": (
        ConnectTimeout(MaxRetryError(POOL, "/")),
        Failure(sentence="Google cannot be reached: check the network of this machine.", passing=True),
    ),
    "broken while it was used": (
        SSLError(MaxRetryError(POOL, "/", TransportSSLError(ssl.SSLEOFError()))),
        Failure(sentence="The secure connection to Google broke.", passing=True, untouched=False),
    ),
    "no certificates": (
        OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /nowhere"),
        Failure(sentence="This machine's certificates are missing: check REQUESTS_CA_BUNDLE and SSL_CERT_FILE."),
    ),
}


@pytest.mark.parametrize(("error", "expected"), NETWORK.values(), ids=NETWORK)
def test_trouble_of_the_network_is_told_apart(error: OSError, expected: Failure) -> None:
    """As requests raises them; another machine or another network would be needed to make them."""
    assert failure_of(error, ACCOUNT, writing=True) == expected


def test_address_without_tls_says_that_the_connection_broke(server: SheetsServer) -> None:
    key = key_for(server)
    api = server.url.replace("http://", "https://")
    access = GoogleAccess(spreadsheet="1", credentials=Path("unused.json"), api=api, patience=QUICK)
    sentence, permanent = failure(Connection(access, key, lambda: 1.0), reading)
    assert sentence == "The secure connection to Google broke; the next run tries again."
    assert not permanent


UNKNOWN = {
    "a full sheet": (
        "This action would increase the number of cells in the workbook above the limit of 10000000 cells.",
        "The sheet is full (Google allows 10 million cells): delete empty rows and old tabs.",
        OutsideError,
    ),
    "a tab that is gone": (
        "Invalid requests[0].updateCells: No grid with id: 5",
        "Somebody renamed, added or deleted a tab or its rows meanwhile; run again.",
        SheetChangedError,
    ),
    "a row that is gone": (
        "Invalid requests[0].updateCells: range.startRowIndex[1200] is after last row in grid[999]",
        "Somebody renamed, added or deleted a tab or its rows meanwhile; run again.",
        SheetChangedError,
    ),
    "a column that is gone": (
        "Invalid requests[0].insertDimension: range.startIndex is larger than current grid size (26)",
        "Somebody renamed, added or deleted a tab or its rows meanwhile; run again.",
        SheetChangedError,
    ),
    "a protection that is gone": (
        "Invalid requests[0].updateProtectedRange: No protected range with id: 5",
        "Somebody renamed, added or deleted a tab or its rows meanwhile; run again.",
        SheetChangedError,
    ),
    "a banding that came meanwhile": (
        "Invalid requests[0].addBanding: You cannot add alternating background colors to a range that already has "
        "alternating background colors.",
        "Somebody renamed, added or deleted a tab or its rows meanwhile; run again.",
        SheetChangedError,
    ),
    "a text of Google's that quotes a cell": (
        'Invalid value "Frau Geheim, 0761 12345"',
        "Google refused a call as malformed (400): a mistake in this program, please report it.",
        OutsideError,
    ),
}


@pytest.mark.parametrize(("message", "sentence", "kind"), UNKNOWN.values(), ids=UNKNOWN)
def test_malformed_call_is_told_apart_without_quoting_it(
    server: SheetsServer, message: str, sentence: str, kind: type[OutsideError]
) -> None:
    server.faults.add(Fault(call="write", status=400, message=message))
    with pytest.raises(OutsideError) as caught:
        writing(connection_to(server, shared_book(server)))
    assert (str(caught.value), type(caught.value)) == (sentence, kind)
