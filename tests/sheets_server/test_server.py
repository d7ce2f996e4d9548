"""The server as real gspread meets it: accounts, sharing, values, masks, limits."""

import json
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from gspread.utils import ValueInputOption

from tests.sheets_server import Call, SheetsServer
from tests.sheets_server.client import open_client
from tests.sheets_server.model import Cell, CellWrite, Formula, Spreadsheet

UNFORMATTED = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"}


def error_of(failure: pytest.ExceptionInfo[gspread.exceptions.APIError]) -> tuple[int, str, str]:
    error = failure.value.error
    return error["code"], error["status"], error["message"]


def typed(client: gspread.Client, book: Spreadsheet, cells: str, values: list[list[Any]]) -> None:
    client.http_client.values_update(
        book.id, cells, params={"valueInputOption": "USER_ENTERED"}, body={"values": values}
    )


def read(client: gspread.Client, book: Spreadsheet, *ranges: str) -> list[dict[str, Any]]:
    answer = client.http_client.values_batch_get(book.id, list(ranges), params=UNFORMATTED)
    return list(answer["valueRanges"])


# Accounts and tokens.


def test_key_file_is_for_its_owner_only(server: SheetsServer, tmp_path: Path) -> None:
    path = server.key_file(tmp_path)
    info = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (info["client_email"], info["token_uri"]) == (server.account, server.url + "/token")


def test_token_is_fetched_once_and_its_scope_recorded(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    for _ in range(3):
        read(client, book, "Akteure")
    assert [call.kind for call in server.log] == ["token", "read", "read", "read"]
    assert server.scopes == ["https://www.googleapis.com/auth/spreadsheets"]


def test_expired_token_is_refused_and_gspread_fetches_another(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    read(client, book, "Akteure")
    server.expire_tokens()
    read(client, book, "Akteure")
    assert [(call.kind, call.status) for call in server.log[2:]] == [("read", 401), ("token", 200), ("read", 200)]


def test_call_without_token_is_unauthenticated(server: SheetsServer, book: Spreadsheet) -> None:
    answer = requests.get(f"{server.url}/v4/spreadsheets/{book.id}", timeout=5)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_revoked_key_gets_no_token(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.revoke_key()
    with pytest.raises(RefreshError, match=r"invalid_grant: Invalid JWT Signature\."):
        read(client, book, "Akteure")


@pytest.mark.parametrize("skew", [timedelta(hours=-3), timedelta(hours=3)])
def test_clock_that_is_wrong_gets_no_token(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, skew: timedelta
) -> None:
    server.clock_skew = skew
    with pytest.raises(RefreshError, match="Check your iat and exp values in the JWT claim"):
        read(client, book, "Akteure")


def test_assertion_signed_by_another_key_is_refused(server: SheetsServer) -> None:
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "e30.e30.AAAA"}
    answer = requests.post(server.url + "/token", data=grant, timeout=5)
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
    )


def test_readonly_scope_may_read_but_not_write(server: SheetsServer, book: Spreadsheet, tmp_path: Path) -> None:
    readonly = open_client(server, tmp_path, ["https://www.googleapis.com/auth/spreadsheets.readonly"])
    read(readonly, book, "Akteure")
    with pytest.raises(gspread.exceptions.APIError) as failure:
        typed(readonly, book, "A1", [["x"]])
    readonly.http_client.session.close()
    assert error_of(failure) == (403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.")


# Who may see and change which file.


def test_unknown_file_is_not_found(client: gspread.Client) -> None:
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client.open_by_key("1" * 44)


def test_file_that_is_not_shared_is_forbidden(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.share(book, None)
    with pytest.raises(gspread.exceptions.APIError) as failure:
        read(client, book, "Akteure")
    assert error_of(failure) == (403, "PERMISSION_DENIED", "The caller does not have permission")


@pytest.mark.parametrize("by_link", [False, True])
def test_reader_may_read_but_not_write(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client, by_link: bool
) -> None:
    server.share(book, None if by_link else "reader")
    if by_link:
        server.share_with_anyone(book, "reader")
    assert read(client, book, "Akteure!A1") == [{"range": "Akteure!A1", "majorDimension": "ROWS"}]
    with pytest.raises(gspread.exceptions.APIError) as failure:
        typed(client, book, "A1", [["x"]])
    assert error_of(failure) == (403, "PERMISSION_DENIED", "The caller does not have permission")


def test_office_file_is_not_supported(book: Spreadsheet, client: gspread.Client) -> None:
    book.kind = "xlsx"
    with pytest.raises(gspread.exceptions.APIError) as failure:
        read(client, book, "Akteure")
    assert error_of(failure) == (
        400,
        "FAILED_PRECONDITION",
        "This operation is not supported for this document",
    )


def test_disabled_api_says_where_to_enable_it(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    server.disable_api()
    with pytest.raises(gspread.exceptions.APIError) as failure:
        read(client, book, "Akteure")
    reasons = [detail.get("reason") for detail in failure.value.error["details"]]
    assert (failure.value.code, reasons) == (403, [None, "SERVICE_DISABLED"])
    assert re.search(r"overview\?project=\d+", failure.value.error["message"])


# Quota.


def test_quota_refuses_the_61st_read_of_a_minute(tmp_path: Path) -> None:
    clock = [datetime(2026, 3, 1, 9, 0, tzinfo=UTC)]
    with SheetsServer(now=lambda: clock[0]) as server:
        book = server.add_spreadsheet(tabs=("Akteure",))
        server.share(book)
        server.set_quota()
        client = open_client(server, tmp_path)
        for _ in range(60):
            read(client, book, "Akteure!A1")
        with pytest.raises(gspread.exceptions.APIError) as failure:
            read(client, book, "Akteure!A1")
        typed(client, book, "A1", [["Schreiben hat seine eigene Grenze"]])
        clock[0] += timedelta(minutes=1)
        read(client, book, "Akteure!A1")
        client.http_client.session.close()
    code, status, message = error_of(failure)
    assert (code, status) == (429, "RESOURCE_EXHAUSTED")
    assert message.startswith("Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per")


# Values.


def test_typed_values_are_read_as_a_german_sheet_shows_them(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    year = server.now().year
    typed(client, book, "Akteure!A1", [["Ü", "1.234,5", "12.5", "wahr", "30 %", "01.03.2026", "'007"]])
    formatted = client.http_client.values_get(book.id, "Akteure!A1:H1")
    assert formatted["values"] == [["Ü", "1.234,50", f"12.05.{year}", "WAHR", "30%", "01.03.2026", "007"]]
    assert read(client, book, "Akteure!A1:H1") == [
        {
            "range": "Akteure!A1:H1",
            "majorDimension": "ROWS",
            "values": [["Ü", 1234.5, f"12.05.{year}", True, 0.3, "01.03.2026", "007"]],
        }
    ]


def test_raw_values_stay_as_they_were_sent(book: Spreadsheet, client: gspread.Client) -> None:
    sheet = client.open_by_key(book.id).worksheet("Akteure")
    sheet.update([["12.5", "=1+1", 12.5, True, None, ""]], "A1", value_input_option=ValueInputOption.raw)
    assert read(client, book, "Akteure!A1:F1")[0]["values"] == [["12.5", "=1+1", 12.5, True]]


def test_typed_text_in_a_text_cell_stays_text(book: Spreadsheet, client: gspread.Client) -> None:
    book.sheets[0].cells[0, 0] = Cell(format={"numberFormat": {"type": "TEXT"}})
    typed(client, book, "A1", [["01069"]])
    assert read(client, book, "Akteure!A1")[0]["values"] == [["01069"]]


def test_error_cell_shows_its_error(book: Spreadsheet, client: gspread.Client) -> None:
    book.sheets[0].cells[1, 1] = Cell(entered=Formula(text="=1/0"), error="#DIV/0!")
    assert read(client, book, "Akteure!A1:B2")[0]["values"] == [[], ["", "#DIV/0!"]]


def test_columns_are_read_as_major_dimension(book: Spreadsheet, client: gspread.Client) -> None:
    typed(client, book, "A1", [["Name", "THG"], ["A", 1]])
    answer = client.http_client.values_get(book.id, "Akteure!A1:B9", params={"majorDimension": "COLUMNS"})
    assert answer["values"] == [["Name", "A"], ["THG", "1"]]


def test_append_drifts_to_the_right_of_a_blank_first_cell(book: Spreadsheet, client: gspread.Client) -> None:
    sheet = client.open_by_key(book.id).worksheet("Akteure")
    sheet.append_row(["", "b"])
    sheet.append_row(["c", "d"])
    assert sheet.get_all_values() == [["", "b", ""], ["", "c", "d"]]


def test_append_adds_rows_to_a_full_grid(book: Spreadsheet, client: gspread.Client) -> None:
    book.sheets[0].rows = 1
    sheet = client.open_by_key(book.id).worksheet("Akteure")
    sheet.append_row(["a"])
    sheet.append_row(["b"])
    assert (book.sheets[0].rows, sheet.get_all_values()) == (2, [["a"], ["b"]])


def test_values_batch_update_writes_all_or_nothing(book: Spreadsheet, client: gspread.Client) -> None:
    data = [{"range": "Akteure!A1", "values": [["x"]]}, {"range": "Fehlt!A1", "values": [["y"]]}]
    with pytest.raises(gspread.exceptions.APIError) as failure:
        client.http_client.values_batch_update(book.id, body={"valueInputOption": "RAW", "data": data})
    assert error_of(failure) == (400, "INVALID_ARGUMENT", "Unable to parse range: Fehlt!A1")
    assert book.sheets[0].cells == {}


def test_writes_are_on_record(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    book.sheets[0].cells[0, 0] = Cell(entered="alt", note="bleibt")
    typed(client, book, "A1", [["neu", None, 3]])
    client.http_client.values_clear(book.id, "Akteure!C1")
    written = {"by": server.account, "sheet_id": 0, "row": 0}
    assert book.writes == [
        CellWrite(**written, column=0, before="alt", after="neu"),
        CellWrite(**written, column=2, before=None, after=3.0),
        CellWrite(**written, column=2, before=3.0, after=None),
    ]
    assert book.sheets[0].cells == {(0, 0): Cell(entered="neu", note="bleibt", written_by=server.account)}


@pytest.mark.parametrize(
    ("cells", "values", "sentence"),
    [
        ("A1", [["x" * 50_001]], "Your input contains more than the maximum of 50000 characters in a single cell."),
        ("A1:B1", [["a", "b", "c"]], "Requested writing within range [Akteure!A1:B1], but tried writing to column [C]"),
        ("A1:B1", [["a"], ["b"]], "Requested writing within range [Akteure!A1:B1], but tried writing to row [2]"),
        ("Z1000", [["a", "b"]], "Range (Akteure!Z1000:AA1000) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("Akteur!A1", [["a"]], "Unable to parse range: Akteur!A1"),
    ],
)
def test_write_that_does_not_fit_is_refused(
    book: Spreadsheet, client: gspread.Client, cells: str, values: list[list[str]], sentence: str
) -> None:
    with pytest.raises(gspread.exceptions.APIError) as failure:
        typed(client, book, cells, values)
    assert error_of(failure) == (400, "INVALID_ARGUMENT", sentence)
    assert book.writes == []


def test_grid_beyond_ten_million_cells_is_refused(book: Spreadsheet, client: gspread.Client) -> None:
    request = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}}
    with pytest.raises(gspread.exceptions.APIError) as failure:
        client.http_client.batch_update(book.id, {"requests": [request]})
    assert "above the limit of 10000000 cells" in error_of(failure)[2]
    assert book.sheets[0].rows == 1000


def test_protected_cell_refuses_values(book: Spreadsheet, client: gspread.Client) -> None:
    book.sheets[0].protected_ranges.append({"protectedRangeId": 1, "range": {"sheetId": 0, "endRowIndex": 1}})
    typed(client, book, "Akteure!A2", [["frei"]])
    with pytest.raises(gspread.exceptions.APIError) as failure:
        typed(client, book, "Akteure!A1:A2", [["zu"], ["neu"]])
    assert error_of(failure)[2].startswith("You are trying to edit a protected cell or object.")
    assert {place: cell.entered for place, cell in book.sheets[0].cells.items()} == {(1, 0): "frei"}


def test_protected_cell_refuses_to_be_cleared(book: Spreadsheet, client: gspread.Client) -> None:
    typed(client, book, "Akteure!A1", [["bleibt"]])
    book.sheets[0].protected_ranges.append({"protectedRangeId": 1, "range": {"sheetId": 0}})
    with pytest.raises(gspread.exceptions.APIError, match="protected cell"):
        client.http_client.values_clear(book.id, "Akteure")
    assert read(client, book, "Akteure")[0]["values"] == [["bleibt"]]


# The whole resource.


def test_mask_picks_what_is_answered(book: Spreadsheet, client: gspread.Client) -> None:
    fields = "sheets(properties(sheetId,title)),properties.locale"
    answer = client.http_client.spreadsheets_get(book.id, params={"fields": fields})
    assert answer == {
        "sheets": [
            {"properties": {"sheetId": 0, "title": "Akteure"}},
            {"properties": {"sheetId": book.sheets[1].id, "title": "Termine"}},
        ],
        "properties": {"locale": "de_DE"},
    }


def test_mask_with_an_unknown_name_is_refused(book: Spreadsheet, client: gspread.Client) -> None:
    with pytest.raises(gspread.exceptions.APIError) as failure:
        client.http_client.spreadsheets_get(book.id, params={"fields": "sheets.properties(sheetId,titel)"})
    [violation] = failure.value.error["details"][0]["fieldViolations"]
    assert (failure.value.code, violation["field"]) == (400, "sheets.properties.titel")


def test_grid_data_shows_entered_and_effective_values(book: Spreadsheet, client: gspread.Client) -> None:
    typed(client, book, "Akteure!B2", [["30 %", "=#REF!A1"]])
    params = {"ranges": ["Akteure!B2:D3"], "fields": "sheets.data(startRow,startColumn,rowData.values("
              "userEnteredValue,effectiveValue,formattedValue))"}  # fmt: skip
    answer = client.http_client.spreadsheets_get(book.id, params=params)
    percent = {
        "userEnteredValue": {"numberValue": 0.3},
        "effectiveValue": {"numberValue": 0.3},
        "formattedValue": "30%",
    }
    [block] = answer["sheets"][0]["data"]
    assert (block["startRow"], block["startColumn"], block["rowData"][0]["values"][0]) == (1, 1, percent)
    error = block["rowData"][0]["values"][1]
    assert error["userEnteredValue"] == {"formulaValue": "=#REF!A1"}
    assert "errorValue" in error["effectiveValue"]


def test_batch_answers_with_what_people_have_now(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    def person(call: Call) -> None:
        if call.kind == "write":
            book.sheets[0].cells[0, 0] = Cell(entered="inzwischen")

    server.before_call = person
    rows = [{"values": [{"userEnteredValue": {"numberValue": 7}}]}]
    write = {"start": {"sheetId": book.sheets[1].id}, "rows": rows, "fields": "userEnteredValue"}
    body = {
        "requests": [{"updateCells": write}],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Akteure!A1:B2"],
        "responseIncludeGridData": True,
    }
    answer = client.http_client.request(
        "post",
        f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}:batchUpdate",
        params={"fields": "updatedSpreadsheet.sheets(properties.title,data.rowData.values.formattedValue)"},
        json=body,
    ).json()
    cells = [{"rowData": [{"values": [{"formattedValue": "inzwischen"}]}]}]
    assert answer == {"updatedSpreadsheet": {"sheets": [{"properties": {"title": "Akteure"}, "data": cells}]}}


def test_batch_with_a_wrong_response_range_changes_nothing(book: Spreadsheet, client: gspread.Client) -> None:
    body = {
        "requests": [{"addSheet": {"properties": {"title": "Neu"}}}],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Fehlt"],
    }
    with pytest.raises(gspread.exceptions.APIError):
        client.http_client.batch_update(book.id, body)
    assert [sheet.title for sheet in book.sheets] == ["Akteure", "Termine"]


def test_editors_are_seen_only_by_those_who_may_edit(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    mine = {"protectedRangeId": 1, "range": {"sheetId": 0}, "editors": {"users": [server.account]}}
    others = {"protectedRangeId": 2, "range": {"sheetId": 0}, "editors": {"users": ["anna@example.org"]}}
    book.sheets[0].protected_ranges = [mine, others]
    answer = client.http_client.spreadsheets_get(book.id, params={"fields": "sheets.protectedRanges"})
    assert answer["sheets"][0]["protectedRanges"] == [
        {
            "protectedRangeId": 1,
            "range": {},
            "editors": {"users": ["besitz@example.org", server.account]},
            "requestingUserCanEdit": True,
        },
        {"protectedRangeId": 2, "range": {}},
    ]


# What the server does not know, and itself.


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("post", ":getByDataFilter", {}, "This server does not know POST"),
        (
            "post",
            "/values/A1:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS",
            {},
            "This server knows neither",
        ),
        ("get", "?feilds=sheets", None, 'Invalid JSON payload received. Unknown name "feilds"'),
        ("post", ":batchUpdate", {"request": []}, 'Invalid JSON payload received. Unknown name "request"'),
        ("post", ":batchUpdate", {"requests": [{"makeCoffee": {}}]}, "Invalid JSON payload received. Unknown name"),
        ("get", "/values/A1?valueRenderOption=RAW", None, "Invalid value at 'valueRenderOption'"),
        ("put", "/values/A1", {"values": [[1]]}, "'valueInputOption' is required but not specified"),
    ],
)
def test_unknown_call_answers_400(
    book: Spreadsheet, client: gspread.Client, method: str, path: str, body: dict[str, Any] | None, sentence: str
) -> None:
    with pytest.raises(gspread.exceptions.APIError) as failure:
        client.http_client.request(method, f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}{path}", json=body)
    assert failure.value.code == 400
    assert error_of(failure)[2].startswith(sentence)


def test_answer_is_compressed_when_asked_for(server: SheetsServer, book: Spreadsheet, client: gspread.Client) -> None:
    typed(client, book, "A1", [["x" * 40_000]])
    assert read(client, book, "Akteure!A1")[0]["values"] == [["x" * 40_000]]
    assert server.log[-1].bytes_sent < 1000


def test_hooks_run_right_before_and_after_each_call(
    server: SheetsServer, book: Spreadsheet, client: gspread.Client
) -> None:
    seen: list[tuple[str, str]] = []
    server.before_call = lambda call: seen.append(("before", call.kind))
    server.after_call = lambda call: seen.append(("after", call.kind))
    typed(client, book, "A1", [["x"]])
    assert seen == [("before", "token"), ("after", "token"), ("before", "write"), ("after", "write")]


def test_mistake_of_the_server_is_raised_when_it_stops(tmp_path: Path) -> None:
    server = SheetsServer()
    server.start()
    client = open_client(server, tmp_path)
    server.before_call = lambda _: {}["a mistake"]
    with pytest.raises(RefreshError):
        client.open_by_key("1")
    client.http_client.session.close()
    with pytest.raises(RuntimeError, match="KeyError: 'a mistake'"):
        server.stop()
