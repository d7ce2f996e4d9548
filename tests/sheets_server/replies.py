"""Answers that are no result: Google's errors as JSON, and the replies of injected faults."""

from typing import Any

from tests.sheets_server.errors import Rejected
from tests.sheets_server.faults import CODES, SENTENCES, TOKEN_CODES, Fault
from tests.sheets_server.handler import Answer
from tests.sheets_server.log import Call

HTML = (
    "<!DOCTYPE html>\n<html lang=en>\n<title>Error {status} (Server Error)!!1</title>\n"
    "<p><b>{status}.</b> <ins>That’s an error.</ins>\n"
)


def refusal(rejected: Rejected) -> Answer:
    """Return the answer to a refused request."""
    return Answer(status=rejected.status, json=_error(rejected))


def of_fault(call: Call, fault: Fault) -> Answer:
    """Return the reply of a fault instead of the true answer."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    answer = Answer(status=fault.status, headers=headers, fault=fault)
    match fault.body:
        case "html":
            answer.text, answer.content_type = HTML.format(status=fault.status), "text/html; charset=UTF-8"
        case "empty":
            answer.text = ""
        case _ if call.kind == "token":
            error = TOKEN_CODES.get(fault.status, "internal_failure")
            answer.json = {"error": error, "error_description": fault.message or "Bad Request"}
        case _:
            sentence = fault.message or SENTENCES.get(fault.status, "Unknown Error.")
            answer.json = _error(Rejected(fault.status, CODES.get(fault.status, "UNKNOWN"), sentence))
    return answer


def _error(rejected: Rejected) -> dict[str, Any]:
    error: dict[str, Any] = {"code": rejected.status, "message": rejected.message, "status": rejected.code}
    return {"error": error | ({"details": list(rejected.details)} if rejected.details else {})}
