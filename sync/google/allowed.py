"""The last look at what a sync sends to Google: nothing but requests that can only touch the service's own tabs.

It knows nothing of plans and trusts no builder of requests: what it does not know in exactly this shape is a bug and is
not sent. People's tabs are changed by `setup` alone, which a person starts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.tabs import NOTES, OUTBOX, OVERVIEW
from sync.google.ids import SERVICE_TAB_IDS
from sync.layout.note_links import ADDRESS, LINK_COLUMN
from sync.ownership import OVERVIEW_RESERVED_ROWS, RELEASE_COLUMN, TICK_COLUMN, TICK_ROW, OwnershipError

OURS = frozenset(SERVICE_TAB_IDS.values())
OVERVIEW_ID, OUTBOX_ID, NOTES_ID = (SERVICE_TAB_IDS[spec.name] for spec in (OVERVIEW, OUTBOX, NOTES))

PLAIN_VALUES = frozenset({"numberValue", "boolValue", "stringValue"})
LINK = re.compile(rf"#gid=[0-9]+&range=({ADDRESS})")
"""Where a link on Hinweise may lead: to a cell of the same spreadsheet, never out of it."""

UNTICKED: Sequence[Any] = ({"values": [{"userEnteredValue": {"boolValue": False}}]}, {"values": [{}]})

DRESSING = frozenset(
    {
        "addBanding",
        "addConditionalFormatRule",
        "addProtectedRange",
        "repeatCell",
        "updateCells",
        "updateDimensionProperties",
    }
)
"""What may be done to a tab that is added in the same call."""

PLACES = frozenset({"range", "ranges", "unprotectedRanges", "sources", "start", "anchorCell"})
"""Under these names stand places, which must name their tab: without, Google takes the one of id 0, a team's first."""

PARTS = frozenset(
    {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "rowIndex", "columnIndex", "dimension"}
)
"""What only stands in a place, whatever it is called."""


def assert_service_requests(requests: Sequence[Mapping[str, Any]]) -> None:
    """Raise `OwnershipError` unless every request can touch nothing but service tabs, their open cells excepted."""
    added: set[int] = set()
    for request in requests:
        if len(request) != 1:
            raise OwnershipError(f"a request of {len(request)} kinds")
        ((kind, body),) = request.items()
        _assert_tabs(kind, body)
        if kind == "addSheet":
            added.add(body["properties"]["sheetId"])
        elif kind == "appendDimension":
            _assert_growth(body)
        elif kind == "updateCells" and "start" in body:
            _assert_rows(body, added)
        elif kind in DRESSING and set(_homes(body)) <= added:
            _assert_dressing(kind, body)
        else:
            raise OwnershipError(f"a sync may not send {kind} to a tab that was there before")


def _assert_tabs(kind: str, body: Mapping[str, Any]) -> None:
    """Raise unless every place in the request names a service tab by its id."""
    places = list(_places(body))
    if not places or any(type(place.get("sheetId")) is not int or place["sheetId"] not in OURS for place in places):
        raise OwnershipError(f"{kind} names a tab that is not the service's, or none")


def _places(value: object, name: str = "") -> Iterator[Mapping[str, Any]]:
    """Yield every object in a request that names a tab, or should: a place on one."""
    if isinstance(value, Mapping):
        if "sheetId" in value or name in PLACES or PARTS & value.keys():
            yield value
        for key, part in value.items():
            yield from _places(part, key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _places(part, name)


def _homes(body: Mapping[str, Any]) -> list[int]:
    """Return the tabs that a request names."""
    return [place["sheetId"] for place in _places(body)] or [0]


def _assert_growth(body: Mapping[str, Any]) -> None:
    if body.keys() != {"sheetId", "dimension", "length"} or body["dimension"] not in {"ROWS", "COLUMNS"}:
        raise OwnershipError(f"appendDimension with {sorted(body)}")


def _assert_rows(body: Mapping[str, Any], added: set[int]) -> None:
    """Raise unless the rows are plain values in cells that are the service's."""
    start = body["start"]
    if body.keys() != {"start", "rows", "fields"} or start.keys() != {"sheetId", "rowIndex", "columnIndex"}:
        raise OwnershipError(f"updateCells with {sorted(body)} at {sorted(start)}")
    first, left = start["rowIndex"], start["columnIndex"]
    linked = start["sheetId"] == NOTES_ID and body["fields"] == "userEnteredValue,textFormatRuns"
    if not (linked or body["fields"] == "userEnteredValue"):
        raise OwnershipError(f"updateCells of {body['fields']}")
    if not all(_is_plain(row, LINK_COLUMN - left if linked else None) for row in body["rows"]):
        raise OwnershipError("updateCells with more than plain values")
    if first < 0 or left < 0:
        raise OwnershipError("updateCells outside of the grid")
    if start["sheetId"] == OUTBOX_ID and any(
        left <= RELEASE_COLUMN < left + len(row["values"]) for row in body["rows"][0 if first else 1 :]
    ):
        raise OwnershipError("Freigabe on Postausgang belongs to people")
    if start["sheetId"] == OVERVIEW_ID and first < OVERVIEW_RESERVED_ROWS and OVERVIEW_ID not in added:
        _assert_unticks(first, left, body["rows"])


def _assert_unticks(first: int, left: int, rows: Sequence[Any]) -> None:
    if (first, left) != (TICK_ROW - 1, TICK_COLUMN) or len(rows) != 1 or rows[0] not in UNTICKED:
        raise OwnershipError("the first rows of Übersicht hold the title and the tick box")


def _is_plain(row: Mapping[str, Any], link: int | None) -> bool:
    """Say whether a row holds numbers, booleans, text or nothing in its cells, in one a link; never a formula."""
    return row.keys() == {"values"} and all(
        _is_value(cell) or (index == link and _leads_where_it_says(cell)) for index, cell in enumerate(row["values"])
    )


def _is_value(cell: Mapping[str, Any]) -> bool:
    return cell == {} or (
        cell.keys() == {"userEnteredValue"} and len(cell["userEnteredValue"]) == 1 and _kind(cell) in PLAIN_VALUES
    )


def _leads_where_it_says(cell: Mapping[str, Any]) -> bool:
    """Say whether the cell holds an address and a link to it, on whatever tab of this spreadsheet."""
    match cell:
        case {"textFormatRuns": [{"format": {"link": {"uri": str(uri)}}}]} if found := LINK.fullmatch(uri):
            link = {"textFormatRuns": [{"format": {"link": {"uri": uri}}}]}
            return bool(cell == {"userEnteredValue": {"stringValue": found[1]}} | link)
    return False


def _kind(cell: Mapping[str, Any]) -> str:
    return str(next(iter(cell["userEnteredValue"])))


def _assert_dressing(kind: str, body: Mapping[str, Any]) -> None:
    """Raise when a new tab would get a formula, or many cells a value at once."""
    if "formulaValue" in _keys(body) or (kind == "repeatCell" and "userEnteredValue" in body["fields"].split(",")):
        raise OwnershipError(f"{kind} with a formula or a value for many cells")


def _keys(value: object) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {key for part in value.values() for key in _keys(part)}
    if isinstance(value, list | tuple):
        return {key for part in value for key in _keys(part)}
    return set()
