"""A Google Sheet as a snapshot: one call for the cells of the tabs that matter, once a day one more for their list.

Of tabs that the service does not know it never asks for a cell: a team's own lists do not leave Google. The snapshot
holds them empty, because their titles are taken.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scoring.columns import Owner, TabSpec
from scoring.parsing.headers import tab_name
from scoring.snapshot import Cell, Grid, Snapshot, Tab, cell_at
from scoring.tabs import ACTORS, OVERVIEW, TABS
from sync.errors import SheetChangedError
from sync.google.connection import Connection, ValueRange
from sync.google.ids import SERVICE_TAB_IDS
from sync.layout.telltales import begins_with_headers, has_tick_label, has_title
from sync.ownership import TICK_COLUMN, TICK_ROW
from sync.ports import KnownTab

LISTED = "properties(sheetId,title,index,sheetType)"
"""The fields of a sheet that `listed` needs."""

GRID = "GRID"
"""The type of a tab with cells."""

_SERVICE = {str(number): name for name, number in SERVICE_TAB_IDS.items()}
_PEOPLES = frozenset(spec.name for spec in TABS.values() if spec.owner is Owner.PEOPLE)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a read found. `sizes` are rows and columns of the grid of each tab that was asked for, by its id.

    `charts` are the titles of tabs without cells, as far as the list of tabs was asked for.
    """

    snapshot: Snapshot
    sizes: Mapping[str, tuple[int, int]]
    charts: tuple[str, ...] = ()


def read_sheet(
    connection: Connection,
    known: Sequence[KnownTab],
    tab_ids: Mapping[str, str],
    keep: Callable[[Sequence[KnownTab]], None],
) -> Reading:
    """Read all tabs that matter; `keep` is told the list of tabs when it had to be asked for.

    `known` is the list as it was last, () asks for it first; it is asked for again when it proves to be old, when
    somebody ticked the box on Übersicht, and while there is no list of actors. Raises `OutsideError`, or
    `SheetChangedError` when somebody renamed a tab between the two calls.
    """
    if known:
        try:
            reading = _read(connection, known, tab_ids)
        except SheetChangedError:
            reading = None
        if reading is not None and not _is_old(reading, tab_ids):
            return reading
    spreadsheet = connection.metadata(f"sheets.{LISTED}")
    tabs = listed(spreadsheet)
    keep(tabs)
    return replace(_read(connection, tabs, tab_ids), charts=_charts(spreadsheet))


def listed(spreadsheet: Mapping[str, Any]) -> tuple[KnownTab, ...]:
    """Return the tabs of a spreadsheet as Google describes it, in their order, without charts that fill a tab."""
    properties = [sheet["properties"] for sheet in spreadsheet.get("sheets", ())]
    return tuple(
        KnownTab(id=str(each.get("sheetId", 0)), title=each["title"])
        for each in sorted(properties, key=lambda each: each.get("index", 0))
        if each.get("sheetType", GRID) == GRID
    )


def _charts(spreadsheet: Mapping[str, Any]) -> tuple[str, ...]:
    properties = [sheet["properties"] for sheet in spreadsheet.get("sheets", ())]
    return tuple(each["title"] for each in properties if each.get("sheetType", GRID) != GRID)


def _read(connection: Connection, tabs: Sequence[KnownTab], tab_ids: Mapping[str, str]) -> Reading:
    wanted = [tab for tab in tabs if _matters(tab, tab_ids)]
    blocks = connection.values([tab.title for tab in wanted]) if wanted else []
    found = {tab.id: block for tab, block in zip(wanted, blocks, strict=True)}
    return Reading(
        snapshot=Snapshot(
            tabs=tuple(
                Tab(id=tab.id, title=tab.title, cells=_grid(found.get(tab.id)), service=_SERVICE.get(tab.id, ""))
                for tab in tabs
            )
        ),
        sizes={identity: (block.rows, block.columns) for identity, block in found.items()},
    )


def _matters(tab: KnownTab, tab_ids: Mapping[str, str]) -> bool:
    return tab.id in _SERVICE or tab_name(tab.title) in _PEOPLES or tab.id in tab_ids.values()


def _grid(block: ValueRange | None) -> Grid:
    """Return the cells without blanks at the end of rows and of the tab."""
    rows = [_row(row) for row in block.values] if block else []
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


def _row(values: Sequence[Cell]) -> tuple[Cell, ...]:
    cells = [None if value == "" else value for value in values]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _is_old(reading: Reading, tab_ids: Mapping[str, str]) -> bool:
    """Say whether the list of tabs is to be asked for again: titles may have been swapped, tabs may have been added."""
    snapshot = reading.snapshot
    overview = snapshot.service_tab(OVERVIEW.name)
    if overview is not None and cell_at(overview.cells, TICK_ROW, TICK_COLUMN) is True:
        return True
    if not any(tab_name(tab.title) == ACTORS.name or tab.id == tab_ids.get(ACTORS.name) for tab in snapshot.tabs):
        return True
    return not all(_may_be(TABS[tab.service], tab.cells) for tab in snapshot.tabs if tab.service)


def _may_be(spec: TabSpec, cells: Grid) -> bool:
    """Say whether these can be the cells of a service tab: its first row is blank or begins as ours does."""
    if not any(cell is not None for cell in (cells[0] if cells else ())):
        return True
    if spec is OVERVIEW:
        return has_title(cells) or has_tick_label(cells)
    return begins_with_headers(spec, cells)
