"""What the answer to somebody without a key means: who may read a sheet, and what time it is at Google."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.google import GoogleAccess
from sync.google.check.stranger import StrangersLook, _may_read, strangers_look
from tests.sheets_server import SheetsServer

SIGN_IN = "https://accounts.google.com/ServiceLogin?continue=https://docs.google.com/spreadsheets/d/1"


@pytest.mark.parametrize(
    ("status", "location", "may_read"),
    [
        (200, "", True),
        (307, "https://doc-0k-sheets.googleusercontent.com/export/70cmver1f290?format=csv", True),
        (302, SIGN_IN, False),
        (307, SIGN_IN, False),
        (401, "", False),
        (403, "", False),
        (302, "https://docs.google.com/elsewhere", None),
        (302, "https://googleusercontent.com.example.org/", None),
        (302, "https://wifi.example.org/?next=accounts.google.com", None),
        (302, "", None),
        (404, "", None),
        (429, "", None),
        (503, "", None),
    ],
)
def test_answer_to_a_stranger_tells_whether_the_sheet_is_open(
    status: int, location: str, may_read: bool | None
) -> None:
    assert _may_read(status, location) is may_read


def test_look_carries_no_token_and_tells_the_time_of_the_server() -> None:
    with SheetsServer() as server:
        server.clock_skew = timedelta(hours=-3)
        book = server.add_spreadsheet()
        look = strangers_look(GoogleAccess(spreadsheet=book.id, credentials=Path("none.json"), api=server.url))
        assert look.clock is not None
        assert (look.may_read, abs(look.clock - server.now_http()) < timedelta(seconds=5)) == (False, True)
        assert [(call.method, call.kind) for call in server.log] == [("GET", "page")]
        assert datetime.now(UTC) - look.clock > timedelta(hours=2)


def test_look_without_network_knows_nothing() -> None:
    with SheetsServer() as server:
        nowhere = server.url
    assert strangers_look(GoogleAccess(spreadsheet="1", credentials=Path("none.json"), api=nowhere)) == StrangersLook()
