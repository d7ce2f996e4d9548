"""The one place where every request of `setup` is checked before it is sent: people's filled cells are out of reach.

The requests are made elsewhere (`sync.google.setup.plan`); here nothing is repaired, a request that breaks the law is a
bug and stops `setup` before anything is sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.google.api_requests import Json, Request
from sync.google.ids import CHART_IDS, LOOKUP_PROTECTION_IDS, SERVICE_TAB_IDS
from sync.google.setup.state import GoogleState, GoogleTab
from sync.layout.lookup_formula import own_lookup
from sync.ownership import OwnershipError

SERVICE = frozenset(SERVICE_TAB_IDS.values())
WARNINGS = frozenset(LOOKUP_PROTECTION_IDS.values())
CHARTS = frozenset(CHART_IDS.values())

RANGED = frozenset(
    {"updateCells", "repeatCell", "updateDimensionProperties", "addDimensionGroup", "updateDimensionGroup"}
) | {"addBanding", "updateBanding", "addConditionalFormatRule", "addProtectedRange", "updateProtectedRange"}
"""The kinds that name ranges; on a people's tab that was there before, they must lie in lines that were inserted."""


@dataclass(kw_only=True)
class _Inserted:
    """The lines of a tab that the requests so far have inserted, 0-based."""

    columns: range = field(default=range(0))
    rows: range = field(default=range(0))

    def hold(self, place: Json) -> bool:
        """Say whether a GridRange lies wholly within them."""
        return any(
            bool(lines)
            and lines.start <= place.get(f"start{name}Index", 0)
            and place.get(f"end{name}Index", lines.stop + 1) <= lines.stop
            for name, lines in (("Column", self.columns), ("Row", self.rows))
        )


def assert_setup_requests(requests: Sequence[Request], state: GoogleState) -> None:
    """Raise `OwnershipError` unless every request leaves all filled cells of people in that state as they are.

    Allowed are: new tabs; anything the service does to its own tabs and to new ones; on a people's tab that is there,
    lines inserted right of or below everything, what is done inside of those, a header cell that holds one of our
    formulas, and the warning on a grey column.
    """
    free = set(SERVICE)
    inserted: dict[int, _Inserted] = {}
    for request in requests:
        ((kind, body),) = request.items()
        match kind:
            case "addSheet":
                number = body["properties"]["sheetId"]
                _require(number not in state.ids, f"a tab {number} is there already")
                free.add(number)
            case "insertDimension":
                _insert(body["range"], state, inserted)
            case "addChart":
                corner = body["chart"]["position"]["overlayPosition"]["anchorCell"]
                _require(corner["sheetId"] in SERVICE, "a chart lies on a tab that is not the service's")
            case "updateChartSpec":
                _require(body["chartId"] in CHARTS, f"the chart {body['chartId']} is not the service's")
            case _:
                _require(kind in RANGED, f"{kind} is no request of setup")
                _assert_ranges(kind, body, free, inserted, state)


def _assert_ranges(kind: str, body: Json, free: set[int], inserted: dict[int, _Inserted], state: GoogleState) -> None:
    places = list(_ranges(body))
    _require(bool(places), f"{kind} names no range")
    for place in places:
        number = place["sheetId"]
        lines = inserted.get(number, _Inserted())
        allowed = (
            number in free or lines.hold(place) or _is_own_header(kind, body, state.by_id(number)) or _warns(kind, body)
        )
        _require(allowed, f"{kind} touches cells of people on the tab {number}: {place}")


def _insert(lines: Json, state: GoogleState, inserted: dict[int, _Inserted]) -> None:
    tab = state.by_id(lines["sheetId"])
    if tab is None:
        raise OwnershipError(f"no tab {lines['sheetId']} to insert into")
    there = inserted.setdefault(tab.id, _Inserted())
    new = range(lines["startIndex"], lines["endIndex"])
    if lines["dimension"] == "COLUMNS":
        _require(not there.columns and new.start >= tab.used_columns, f"columns inside of what {tab.id} holds")
        there.columns = new
    else:
        _require(not there.rows and new.start >= tab.used_rows, f"rows inside of what {tab.id} holds")
        there.rows = new


def _ranges(body: Any) -> Iterator[Json]:
    """Yield every range in a request; one of columns is given as a GridRange."""
    if isinstance(body, list):
        for part in body:
            yield from _ranges(part)
    elif isinstance(body, dict) and "dimension" in body:
        name = "Column" if body["dimension"] == "COLUMNS" else "Row"
        lines = {f"start{name}Index": body["startIndex"], f"end{name}Index": body["endIndex"]}
        yield {"sheetId": body["sheetId"], **lines}
    elif isinstance(body, dict) and "sheetId" in body:
        yield body
    elif isinstance(body, dict):
        for part in body.values():
            yield from _ranges(part)


def _is_own_header(kind: str, body: Json, tab: GoogleTab | None) -> bool:
    """Say whether this replaces one formula of ours by another, and touches nothing else."""
    if kind != "updateCells" or tab is None or body["fields"] != "userEnteredValue":
        return False
    place = body["range"]
    row, column = place.get("startRowIndex", 0), place.get("startColumnIndex", 0)
    one_cell = (place.get("endRowIndex"), place.get("endColumnIndex")) == (row + 1, column + 1)
    new = body["rows"][0]["values"][0].get("userEnteredValue", {}).get("formulaValue", "")
    there = any((own.row, own.column) == (row, column) for own in tab.own_headers.values())
    return one_cell and there and own_lookup(new) is not None


def _warns(kind: str, body: Json) -> bool:
    """Say whether this is the warning on a grey column, which keeps nobody from anything."""
    protection = body.get("protectedRange", {})
    return (
        kind in {"addProtectedRange", "updateProtectedRange"}
        and protection.get("protectedRangeId") in WARNINGS
        and protection.get("warningOnly") is True
    )


def _require(allowed: bool, problem: str) -> None:  # noqa: FBT001 - reads like an assertion
    if not allowed:
        raise OwnershipError(problem)
