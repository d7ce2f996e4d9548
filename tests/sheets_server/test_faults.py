"""Faults on demand: what the client sees, and whether the request was carried out."""

import time
from typing import Any

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError

from tests.sheets_server import Fault, SheetsServer
from tests.sheets_server.model import Cell, Spreadsheet


def write(client: gspread.Client, book: Spreadsheet) -> Any:
    return client.http_client.values_update(
        book.id, "Akteure!A1", params={"valueInputOption": "RAW"}, body={"values": [["geschrieben"]]}
    )


def read(client: gspread.Client, book: Spreadsheet) -> Any:
    return client.http_client.values_get(book.id, "Akteure")


def written(book: Spreadsheet) -> bool:
    return (0, 0) in book.sheets[0].cells


@pytest.mark.parametrize("effect", [False, True])
@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED"), (404, "NOT_FOUND"), (429, "RESOURCE_EXHAUSTED"),
     (500, "INTERNAL"), (502, "UNKNOWN"), (503, "UNAVAILABLE"), (504, "DEADLINE_EXCEEDED")],
)  # fmt: skip
def test_fault_answers_its_status_with_or_without_effect(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, status: int, code: str, effect: bool
) -> None:
    server.faults.add(Fault(call="write", status=status, times=3, effect=effect))
    with pytest.raises(gspread.exceptions.APIError) as failure:
        write(client, book)
    assert (failure.value.code, failure.value.error["status"]) == (status, code)
    assert written(book) is effect
    assert {call.fault for call in server.log if call.kind == "write"} == {str(status)}


def test_fault_strikes_the_nth_call_of_its_kind_and_as_often_as_said(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    server.faults.add(Fault(call="read", nth=2, times=2), Fault(call="write", nth=1))
    outcomes = []
    for call in (read, read, write, read, read, write):
        try:
            call(client, book)
            outcomes.append(200)
        except gspread.exceptions.APIError as error:
            outcomes.append(error.code)
    assert outcomes == [200, 503, 503, 503, 200, 200]


def test_retry_after_is_a_header(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.faults.add(Fault(status=429, retry_after=17, call="read", message="Langsamer"))
    with pytest.raises(gspread.exceptions.APIError) as failure:
        read(client, book)
    assert failure.value.response.headers["Retry-After"] == "17"
    assert failure.value.error["message"] == "Langsamer"


@pytest.mark.parametrize(("body", "start"), [("html", "<!DOCTYPE html>"), ("empty", "")])
def test_body_of_a_proxy_is_no_json(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, body: str, start: str
) -> None:
    server.faults.add(Fault(status=502, body=body, call="read"))
    with pytest.raises(gspread.exceptions.APIError) as failure:
        read(client, book)
    assert (failure.value.code, failure.value.response.status_code) == (-1, 502)
    assert failure.value.response.text[: len(start) or 1] == start


def test_html_may_come_with_200(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.faults.add(Fault(status=200, body="html", call="read"))
    with pytest.raises(requests.exceptions.JSONDecodeError):
        read(client, book)


@pytest.mark.parametrize("identity", [False, True])
def test_answer_cut_at_any_byte_is_noticed_and_was_carried_out(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, identity: bool
) -> None:
    book.sheets[0].cells = {(row, 0): Cell(entered=f"Zeile {row} {row**9}") for row in range(60)}
    server.faults.add(Fault(call="read", cut_at=10**6, identity=identity))
    assert len(read(client, book)["values"]) == 60
    client.http_client.session.close()  # the server has ended that connection: it must not be used again
    for cut_at in range(0, server.log[-1].bytes_sent, 64):
        server.faults.add(Fault(call="read", cut_at=cut_at, identity=identity))
        with pytest.raises(requests.exceptions.RequestException):
            read(client, book)
        assert server.log[-1].bytes_sent == cut_at


def test_cut_write_was_carried_out(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.faults.add(Fault(call="write", cut_at=5))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        write(client, book)
    assert written(book)


@pytest.mark.parametrize("effect", [False, True])
def test_reset_breaks_the_connection(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, effect: bool
) -> None:
    read(client, book)
    server.faults.add(Fault(call="write", reset=True, effect=effect))
    with pytest.raises(requests.exceptions.ConnectionError, match="reset"):
        write(client, book)
    assert written(book) is effect
    assert write(client, book)["updatedCells"] == 1


@pytest.mark.parametrize("effect", [False, True])
def test_hanging_call_runs_into_the_timeout(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, effect: bool
) -> None:
    read(client, book)
    client.set_timeout((5, 0.1))
    server.faults.add(Fault(call="write", hang=30, effect=effect))
    with pytest.raises(requests.exceptions.ReadTimeout):
        write(client, book)
    assert written(book) is effect


def test_stopping_ends_a_hanging_call() -> None:
    with SheetsServer() as server:
        server.faults.add(Fault(call="token", hang=600))
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.post(server.url + "/token", timeout=0.1)
        started = time.monotonic()
    assert time.monotonic() - started < 5


def test_token_endpoint_may_fail_too(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.faults.add(Fault(call="token", status=400, message="Keine Marken mehr"))
    with pytest.raises(RefreshError, match="Keine Marken mehr"):
        read(client, book)


def test_slow_server_takes_its_time(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    read(client, book)
    server.latency = 0.05
    started = time.monotonic()
    read(client, book)
    assert time.monotonic() - started >= 0.05
