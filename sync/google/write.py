"""A write plan as requests to Google: missing service tabs, a grid that is large enough, rows; Übersicht last.

With the rows of Hinweise go the links on them (`sync.google.links`).

What is written is decided in `sync.plan`. Every request passes `assert_service_requests` right before it is sent, in
`carry_out`: the only way by which a sync writes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scoring.domain import Language
from scoring.snapshot import Cell, Snapshot, cell_at
from scoring.tabs import OVERVIEW, TABS
from scoring.text import storable
from sync.google.allowed import assert_service_requests
from sync.google.api_requests import Request, append_lines, put_rows, tabs_first
from sync.google.connection import Connection
from sync.google.ids import SERVICE_TAB_IDS
from sync.google.links import fields_of, with_link
from sync.google.new_tab import service_tab_requests
from sync.google.read import LISTED, listed
from sync.layout.titles import free_title
from sync.ownership import TICK_COLUMN, TICK_ROW
from sync.ports import KnownTab, RowWrite, WritePlan

LARGEST = 1_900_000
"""Bytes of JSON that one call carries, all but its frame: Google advises 2 MB."""

FRAME = 200
"""Bytes of JSON of a request without its rows, at most."""

LONGEST_TEXT = 50_000
"""What a cell holds: UTF-16 units, so that the limit is kept however Google counts."""

WRITTEN = f"updatedSpreadsheet.sheets.{LISTED}"
"""What is asked of the answer to a write: the list of tabs as they are then."""

Sizes = Mapping[str, tuple[int, int]]


def carry_out(
    connection: Connection,
    plan: WritePlan,
    snapshot: Snapshot,
    sizes: Sizes,
    language: Language,
    *,
    charts: Sequence[str] = (),
) -> Iterator[tuple[KnownTab, ...]]:
    """Carry out the plan, one atomic call per 2 MB, and yield after each call the tabs that the sheet lists then.

    `sizes` are rows and columns of each tab that was read, by its id, `charts` the titles of tabs without cells. A plan
    that would change nothing is not sent. Raises `SheetChangedError` when the sheet is not what was read any more or
    may hold a part of the plan already.
    """
    rows = [write for write in plan.rows if not _stands_there(write, snapshot, plan)]
    titles = [*(tab.title for tab in snapshot.tabs), *charts]
    opening = _new_tabs(plan, titles, language, connection.account)
    opening += _growth(rows, {**_sizes_by_id(sizes), **_new_sizes(opening)})
    for batch in _batches(opening, rows, snapshot):
        assert_service_requests(batch)
        answer = connection.update(batch, fields=WRITTEN)
        yield listed(answer.get("updatedSpreadsheet", {}))


def as_stored(cell: Cell) -> Cell:
    """Return the cell as it will be read again: text that fits, without control characters; blank text is None."""
    if not isinstance(cell, str):
        return cell
    return storable(cell).encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore") or None


def _stands_there(write: RowWrite, snapshot: Snapshot, plan: WritePlan) -> bool:
    """Say whether a row needs no writing: it is read so already, or it is the header that comes with a new tab."""
    tab = snapshot.service_tab(write.tab)
    if tab is None:
        return write.tab in plan.new_tabs and write.row == 1
    row = tab.cells[write.row - 1] if write.row <= len(tab.cells) else ()
    there = row[write.column : write.column + len(write.values)]
    return there + (None,) * (len(write.values) - len(there)) == tuple(map(as_stored, write.values))


def _new_tabs(plan: WritePlan, titles: list[str], language: Language, account: str) -> list[Request]:
    requests: list[Request] = []
    for name in plan.new_tabs:
        title = free_title(TABS[name], titles, language)
        titles.append(title)
        requests += service_tab_requests(TABS[name], title, language, account)
    return tabs_first(requests)


def _sizes_by_id(sizes: Sizes) -> dict[int, tuple[int, int]]:
    return {int(identity): size for identity, size in sizes.items()}


def _new_sizes(requests: Iterable[Request]) -> dict[int, tuple[int, int]]:
    added = [request["addSheet"]["properties"] for request in requests if "addSheet" in request]
    return {
        each["sheetId"]: (each["gridProperties"]["rowCount"], each["gridProperties"]["columnCount"]) for each in added
    }


def _growth(rows: Iterable[RowWrite], sizes: Mapping[int, tuple[int, int]]) -> Iterator[Request]:
    """Yield what makes the grids as large as the rows need them."""
    needed: dict[int, tuple[int, int]] = {}
    for write in rows:
        sheet_id = SERVICE_TAB_IDS[write.tab]
        height, width = needed.get(sheet_id, (0, 0))
        needed[sheet_id] = (max(height, write.row), max(width, write.column + len(write.values)))
    for sheet_id, (height, width) in needed.items():
        for dimension, there, wanted in zip(("ROWS", "COLUMNS"), sizes[sheet_id], (height, width), strict=True):
            if wanted > there:
                yield append_lines(sheet_id, dimension, wanted - there)


def _batches(opening: list[Request], rows: Sequence[RowWrite], snapshot: Snapshot) -> Iterator[list[Request]]:
    """Yield the requests of each call: as many whole rows as fit, neighbours in one request."""
    batch, size = list(opening), len(json.dumps(opening))
    before: RowWrite | None = None
    for write in sorted(rows, key=_place):
        values = [_cell(value, was_tick=_is_tick(write, snapshot)) for value in write.values]
        cells = {"values": with_link(values, write, snapshot)}
        length = len(json.dumps(cells)) + len(", ")
        if batch and size + length + FRAME > LARGEST:
            yield batch
            batch, size, before = [], 0, None
        if before is None or not _follows(write, before):
            opened = put_rows(SERVICE_TAB_IDS[write.tab], write.row - 1, write.column, [], fields=fields_of(write))
            batch.append(opened)
            size += FRAME
        batch[-1]["updateCells"]["rows"].append(cells)
        size, before = size + length, write
    if batch:
        yield batch


def _place(write: RowWrite) -> tuple[bool, int, int, int, int]:
    """Return where a row comes: tab by tab, columns side by side apart; Übersicht, which says what was done, last."""
    return (write.tab == OVERVIEW.name, SERVICE_TAB_IDS[write.tab], write.column, len(write.values), write.row)


def _follows(write: RowWrite, before: RowWrite) -> bool:
    return _place(write) == (*_place(before)[:-1], before.row + 1)


def _is_tick(write: RowWrite, snapshot: Snapshot) -> bool:
    """Say whether the row is the tick box on Übersicht and a real one: its state is a boolean."""
    overview = snapshot.service_tab(OVERVIEW.name)
    place = (write.tab, write.row, write.column)
    return (
        place == (OVERVIEW.name, TICK_ROW, TICK_COLUMN)
        and overview is not None
        and cell_at(overview.cells, TICK_ROW, TICK_COLUMN) is True
    )


def _cell(value: Cell, *, was_tick: bool) -> dict[str, Any]:
    """Return CellData that holds the value and never a formula; {} clears a cell, a tick box is unticked instead."""
    if was_tick and value is None:
        return _entered("boolValue", False)
    match as_stored(value):
        case None:
            return {}
        case bool(truth):
            return _entered("boolValue", truth)
        case str(text):
            return _entered("stringValue", text)
        case number:
            return _entered("numberValue", number)


def _entered(kind: str, value: Cell) -> dict[str, Any]:
    return {"userEnteredValue": {kind: value}}
