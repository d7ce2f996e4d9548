"""Which request of the API means what: from method, path, query and body to the JSON of the answer.

HTTP, accounts, quotas and faults are dealt with before; everything here happens under the server's lock.
"""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote

from tests.sheets_server import a1, answers, contents, requests, resource, selection, values
from tests.sheets_server.copies import take_over, working_copy
from tests.sheets_server.errors import Rejected
from tests.sheets_server.limits import check_grids
from tests.sheets_server.model import Spreadsheet
from tests.sheets_server.protection import role_of

PATH = re.compile(r"/v4/spreadsheets/(?P<id>[^/:?]+)(?:/values(?:/(?P<range>[^/]+?))?)?(?::(?P<verb>[A-Za-z]+))?")
DRIVE_PATH = re.compile(r"/drive/v3/files/(?P<id>[^/:?]+)")
COMMON = {"fields", "alt", "prettyPrint", "key", "quotaUser", "access_token", "$.xgafv", "callback", "uploadType"}
RENDERING = {
    "valueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "dateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "majorDimension": ("ROWS", "COLUMNS", "DIMENSION_UNSPECIFIED"),
}
"""The options of a read with their values, the default first."""

ECHO = {"includeValuesInResponse", "responseValueRenderOption", "responseDateTimeRenderOption"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call of the API. `query` holds every value of a repeated parameter; `body` is {} when none was sent."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: dict[str, Any]
    who: str
    today: date

    def first(self, name: str, default: str = "") -> str:
        """Return the first value of a query parameter."""
        return self.query.get(name, [default])[0]


def answer(request: Request, books: Mapping[str, Spreadsheet]) -> dict[str, Any]:
    """Carry the request out and return its answer, cut down by the `fields` parameter."""
    match = PATH.fullmatch(request.path)
    method = METHODS.get(_name(request.method, match)) if match else None
    if drive := DRIVE_PATH.fullmatch(request.path):
        match, method = drive, DRIVE_METHODS.get(request.method)
    if not match or not method:
        raise Rejected(400, "INVALID_ARGUMENT", f"This server does not know {request.method} {request.path}")
    _check_names(request, method)
    _check_options(request)
    fields = selection.tree(request.first("fields"))
    answers.check(fields, method.answers)
    spreadsheet = _permitted(books, match["id"], request.who, writes=method.writes)
    result = method.carry_out(spreadsheet, unquote(match.groupdict().get("range") or ""), request)
    selected: dict[str, Any] = selection.select(result, fields)
    return selected


def _name(method: str, match: re.Match[str]) -> str:
    values_part = "values" if "/values" in match.string else "spreadsheets"
    one = ".range" if match["range"] else ""
    return f"{method} {values_part}{one}" + (f":{match['verb']}" if match["verb"] else "")


def _permitted(books: Mapping[str, Spreadsheet], book_id: str, who: str, *, writes: bool) -> Spreadsheet:
    if book_id not in books:
        raise Rejected(404, "NOT_FOUND", "Requested entity was not found.")
    spreadsheet = books[book_id]
    role = role_of(spreadsheet, who)
    if role is None or (writes and role == "reader"):
        raise Rejected(403, "PERMISSION_DENIED", "The caller does not have permission")
    if spreadsheet.kind == "xlsx":
        raise Rejected(400, "FAILED_PRECONDITION", "This operation is not supported for this document")
    return spreadsheet


def _get(spreadsheet: Spreadsheet, _: str, request: Request) -> dict[str, Any]:
    """A mask decides alone whether cells are answered; includeGridData counts only without one (recorded)."""
    fields = selection.tree(request.first("fields"))
    cells = _cell_parts(fields) if fields or _flag(request.first("includeGridData")) else None
    ranges = [a1.find(spreadsheet, text) for text in request.query.get("ranges", [])]
    return resource.spreadsheet_json(spreadsheet, request.who, ranges=ranges, cells=cells)


def _cell_parts(fields: selection.Tree) -> Container[str] | None:
    """The parts of CellData that a mask of a spreadsheet names; None when it names no cells."""
    if selection.below(fields, "sheets", "data") is None:
        return None
    parts = selection.below(fields, "sheets", "data", "rowData", "values")
    return () if parts is None else parts or resource.CELL_PARTS


def _drive_get(spreadsheet: Spreadsheet, _: str, request: Request) -> dict[str, Any]:
    """What older clients ask Drive when they open a file."""
    kind = {"kind": "drive#file", "mimeType": "application/vnd.google-apps.spreadsheet"}
    times = {"createdTime": spreadsheet.created, "modifiedTime": spreadsheet.modified}
    basic = {"id": spreadsheet.id, "name": spreadsheet.title}
    return basic | (times if request.first("fields") else kind)


def _batch_update(spreadsheet: Spreadsheet, _: str, request: Request) -> dict[str, Any]:
    """The batch happens on a copy, so that a wrong responseRange refuses it as a whole."""
    body, changed = request.body, working_copy(spreadsheet)
    replies = requests.apply_batch(changed, body.get("requests") or [], by=request.who)
    check_grids(changed)
    result: dict[str, Any] = {"spreadsheetId": spreadsheet.id, "replies": resource.as_answered(replies)}
    if body.get("includeSpreadsheetInResponse"):
        ranges = [a1.find(changed, text) for text in body.get("responseRanges") or []]
        fields = selection.below(selection.tree(request.first("fields")), "updatedSpreadsheet")
        cells = _cell_parts(fields or {}) if body.get("responseIncludeGridData") else None
        result["updatedSpreadsheet"] = resource.spreadsheet_json(changed, request.who, ranges=ranges, cells=cells)
    take_over(spreadsheet, changed)
    return result


def _values_get(spreadsheet: Spreadsheet, text: str, request: Request) -> dict[str, Any]:
    block = a1.find(spreadsheet, text)
    return values.read(spreadsheet, block, _rendering(request), contents.Shown(spreadsheet))


def _values_batch_get(spreadsheet: Spreadsheet, _: str, request: Request) -> dict[str, Any]:
    shown, rendering = contents.Shown(spreadsheet), _rendering(request)
    blocks = [a1.find(spreadsheet, text) for text in request.query.get("ranges", [])]
    answers = [values.read(spreadsheet, block, rendering, shown) for block in blocks]
    return {"spreadsheetId": spreadsheet.id, "valueRanges": answers}


def _values_update(spreadsheet: Spreadsheet, text: str, request: Request) -> dict[str, Any]:
    return values.write(spreadsheet, text, request.body, _writer(request, request.first("valueInputOption")))


def _values_batch_update(spreadsheet: Spreadsheet, _: str, request: Request) -> dict[str, Any]:
    writer = _writer(request, request.body.get("valueInputOption", ""))
    return values.write_all(spreadsheet, request.body.get("data") or [], writer)


def _values_append(spreadsheet: Spreadsheet, text: str, request: Request) -> dict[str, Any]:
    return values.append(spreadsheet, text, request.body, _writer(request, request.first("valueInputOption")))


def _values_clear(spreadsheet: Spreadsheet, text: str, request: Request) -> dict[str, Any]:
    return {"spreadsheetId": spreadsheet.id, "clearedRange": str(values.clear(spreadsheet, text, request.who))}


def _values_batch_clear(spreadsheet: Spreadsheet, _: str, request: Request) -> dict[str, Any]:
    cleared = [str(values.clear(spreadsheet, text, request.who)) for text in request.body.get("ranges") or []]
    return {"spreadsheetId": spreadsheet.id, "clearedRanges": cleared}


def _rendering(request: Request) -> values.Rendering:
    for name, known in RENDERING.items():
        if (sent := request.first(name, known[0])) not in known:
            raise Rejected(400, "INVALID_ARGUMENT", f"Invalid value at '{name}' (TYPE_ENUM), \"{sent}\"")
    return values.Rendering(
        value=request.first("valueRenderOption", "FORMATTED_VALUE"),
        moment=request.first("dateTimeRenderOption", "SERIAL_NUMBER"),
        major=request.first("majorDimension", "ROWS"),
    )


def _writer(request: Request, option: str) -> values.Writer:
    if option not in ("RAW", "USER_ENTERED"):
        raise Rejected(400, "INVALID_ARGUMENT", "'valueInputOption' is required but not specified")
    return values.Writer(who=request.who, today=request.today, typed=option == "USER_ENTERED")


def _flag(text: str) -> bool:
    return text.lower() == "true"


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method of the API: what it does, the names in its answer, whether it needs an editor, the names it takes."""

    carry_out: Callable[[Spreadsheet, str, Request], dict[str, Any]]
    answers: selection.Tree
    writes: bool = True
    query: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()


DRIVE_METHODS = {
    "GET": Method(
        carry_out=_drive_get,
        answers=answers.DRIVE_FILE,
        writes=False,
        query=frozenset({"supportsAllDrives", "includeItemsFromAllDrives"}),
    )
}
VALUE_RANGE = frozenset({"range", "majorDimension", "values"})
METHODS = {
    "GET spreadsheets": Method(
        carry_out=_get,
        answers=answers.SPREADSHEET,
        writes=False,
        query=frozenset({"includeGridData", "ranges", "excludeTablesInBandedRanges"}),
    ),
    "POST spreadsheets:batchUpdate": Method(
        carry_out=_batch_update,
        answers=answers.BATCH_UPDATE,
        body=frozenset({"requests", "includeSpreadsheetInResponse", "responseRanges", "responseIncludeGridData"}),
    ),
    "GET values.range": Method(carry_out=_values_get, answers=answers.VALUES, writes=False, query=frozenset(RENDERING)),
    "GET values:batchGet": Method(
        carry_out=_values_batch_get,
        answers=answers.VALUES_BATCH_GET,
        writes=False,
        query=frozenset(RENDERING.keys() | {"ranges"}),
    ),
    "PUT values.range": Method(
        carry_out=_values_update,
        answers=answers.VALUES_UPDATE,
        query=frozenset(ECHO | {"valueInputOption"}),
        body=VALUE_RANGE,
    ),
    "POST values:batchUpdate": Method(
        carry_out=_values_batch_update,
        answers=answers.VALUES_BATCH_UPDATE,
        body=frozenset(ECHO | {"valueInputOption", "data"}),
    ),
    "POST values.range:append": Method(
        carry_out=_values_append,
        answers=answers.VALUES_APPEND,
        query=frozenset(ECHO | {"valueInputOption", "insertDataOption"}),
        body=VALUE_RANGE,
    ),
    "POST values.range:clear": Method(carry_out=_values_clear, answers=answers.VALUES_CLEAR),
    "POST values:batchClear": Method(
        carry_out=_values_batch_clear, answers=answers.VALUES_BATCH_CLEAR, body=frozenset({"ranges"})
    ),
}


def _check_names(request: Request, method: Method) -> None:
    """Google refuses a name that it does not know, in the query and in the body."""
    for name in request.query.keys() - method.query - COMMON:
        sentence = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
        raise Rejected(400, "INVALID_ARGUMENT", f"{sentence} Field '{name}' could not be found in request message.")
    for name in request.body.keys() - method.body:
        raise Rejected(
            400, "INVALID_ARGUMENT", f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
        )


def _check_options(request: Request) -> None:
    """Say so when an option is asked for that this server does not carry out."""
    echo = request.first("includeValuesInResponse") or str(request.body.get("includeValuesInResponse", ""))
    if _flag(echo) or request.first("insertDataOption") == "INSERT_ROWS":
        sentence = "This server knows neither includeValuesInResponse nor INSERT_ROWS"
        raise Rejected(400, "INVALID_ARGUMENT", sentence)
