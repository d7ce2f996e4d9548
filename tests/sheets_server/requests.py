"""A batch of requests: all of them or none, with the replies that Google gives. No HTTP.

The kinds are in `request_tabs`, `request_lines` (rows and columns), `request_cells` (what cells hold),
`request_arrange` (copying, cutting, sorting), `request_objects` (protections, bandings, …) and `request_charts`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from tests.sheets_server.batch import Batch
from tests.sheets_server.copies import take_over, working_copy
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Spreadsheet
from tests.sheets_server.request_arrange import ARRANGE_KINDS
from tests.sheets_server.request_cells import CELL_KINDS
from tests.sheets_server.request_charts import CHART_KINDS
from tests.sheets_server.request_lines import LINE_KINDS
from tests.sheets_server.request_objects import OBJECT_KINDS
from tests.sheets_server.request_tabs import TAB_KINDS

Handler = Callable[[Batch, dict[str, Any]], dict[str, Any]]

KINDS: dict[str, Handler] = TAB_KINDS | LINE_KINDS | CELL_KINDS | ARRANGE_KINDS | OBJECT_KINDS | CHART_KINDS

STRUCTURAL = {
    "addSheet", "deleteSheet", "duplicateSheet", "appendDimension", "insertDimension", "deleteDimension",
    "moveDimension", "sortRange", "cutPaste", "copyPaste",
}  # fmt: skip


def apply_batch(spreadsheet: Spreadsheet, requests: Sequence[dict[str, Any]], *, by: str) -> list[dict[str, Any]]:
    """Carry out the requests in order and return their replies; `by` is the sender's mail address.

    Rejected, with the number and kind of the request in the sentence, when one of them fails: nothing is changed then.
    """
    if not requests:
        raise Rejected(400, "INVALID_ARGUMENT", "Must specify at least one request.")
    handlers = [_handler(number, request) for number, request in enumerate(requests)]
    batch = Batch(working_copy(spreadsheet), by)
    replies = []
    for number, (kind, body, handler) in enumerate(handlers):
        try:
            reply = handler(batch, body)
        except Rejected as error:
            text = f"Invalid requests[{number}].{kind}: {error.message}"
            raise Rejected(error.status, error.code, text, error.details) from error
        _note(batch, kind, body, reply)
        replies.append({} if not reply else {kind: reply.get(kind, reply)})
    take_over(spreadsheet, batch.spreadsheet)
    return replies


def _handler(number: int, request: dict[str, Any]) -> tuple[str, dict[str, Any], Handler]:
    if len(request) != 1:
        text = f"Invalid value at 'requests[{number}]' (oneof), oneof field 'kind' is not set exactly once."
        raise Rejected(400, "INVALID_ARGUMENT", text)
    kind, body = next(iter(request.items()))
    if kind not in KINDS:
        text = f"Invalid JSON payload received. Unknown name \"{kind}\" at 'requests[{number}]': Cannot find field."
        violation = {"field": f"requests[{number}]", "description": text}
        detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
        raise Rejected(400, "INVALID_ARGUMENT", text, (detail,))
    return kind, body or {}, KINDS[kind]


def _note(batch: Batch, kind: str, body: dict[str, Any], reply: dict[str, Any]) -> None:
    """Put a structural request on record, with the tab that it touches."""
    if kind in STRUCTURAL or _resizes(kind, body):
        batch.spreadsheet.api_structure_edits.append((batch.by, _sheet_id(body, reply), kind))


def _resizes(kind: str, body: dict[str, Any]) -> bool:
    fields = str(body.get("fields", ""))
    return kind == "updateSheetProperties" and ("rowCount" in fields or "columnCount" in fields)


def _sheet_id(body: dict[str, Any], reply: dict[str, Any]) -> int:
    named = (body.get(key) for key in ("range", "properties", "source", "destination"))
    for place in (reply.get("properties"), body, *named):
        if isinstance(place, dict) and "sheetId" in place:
            return int(place["sheetId"])
    return 0
