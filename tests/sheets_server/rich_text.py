"""Rich text: the runs of a text (textFormatRuns), which of them are refused, and the link that a cell has by them.

As the discovery document says it, no recording shows it: a run goes from its place in the text to the next one, only
text that somebody entered has any, a new value erases them, and a link is blue and underlined unless told otherwise.
Of the ways to a link it knows runs and the look of a cell, not the formula HYPERLINK.
"""

from itertools import pairwise
from typing import Any

from tests.sheets_server.guard import refusal
from tests.sheets_server.look import LINK
from tests.sheets_server.model import Cell, Formula, Value

_RUN = {"startIndex", "format"}
_FORMAT = {
    "foregroundColor", "foregroundColorStyle", "fontFamily", "fontSize", "bold", "italic", "strikethrough", "underline",
    "link",
}  # fmt: skip
_LINKED = {"foregroundColorStyle": {"rgbColor": LINK}, "underline": True}


def accepted(runs: Any, value: Value | Formula) -> list[dict[str, Any]]:
    """Return the runs that were sent for a cell of that value; refused when they are none or do not fit."""
    if not runs:
        return []
    if not isinstance(runs, list):
        raise refusal(f"Invalid value at 'text_format_runs', \"{runs}\"")
    for run in runs:
        _check_names(run, _RUN)
        _check_names(run.get("format", {}), _FORMAT)
        _check_names(run.get("format", {}).get("link", {}), {"uri"})
    if not isinstance(value, str):
        raise refusal("textFormatRuns can only be set on a cell with text that was entered.")
    starts = [run.get("startIndex", 0) for run in runs]
    rising = all(first < second for first, second in pairwise(starts))
    if not rising or starts[0] < 0 or starts[-1] >= len(value.encode("utf-16-le")) // 2:
        raise refusal(f"textFormatRuns start at {starts} in a text of {len(value)} characters.")
    return runs


def _check_names(part: Any, known: set[str]) -> None:
    for name in part:
        if name not in known:
            raise refusal(f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')


def answered(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs as Google gives them back: a link with its look, the first start left out."""
    return [_answered(run) for run in runs]


def _answered(run: dict[str, Any]) -> dict[str, Any]:
    look = run.get("format", {})
    start = {"startIndex": run["startIndex"]} if run.get("startIndex") else {}
    return start | {"format": (_LINKED if "link" in look else {}) | look}


def hyperlink(cell: Cell) -> str:
    """Return where a cell leads as a whole, "" for nowhere: by its one run, or by its look if it has none."""
    match cell.runs:
        case []:
            return str(cell.format.get("textFormat", {}).get("link", {}).get("uri", ""))
        case [run] if not run.get("startIndex"):
            return str(run.get("format", {}).get("link", {}).get("uri", ""))
    return ""
