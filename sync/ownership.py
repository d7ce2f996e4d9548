"""The one place where every write request is checked before it is sent, whatever the sheet is kept in.

The first law of the sheet: people's cells are never written by a sync. The plan is made elsewhere (`sync.plan`); here
nothing is repaired, a plan that breaks the law is a bug and stops the run before anything is sent.
"""

from scoring.parsing.headers import HEADER_ROWS, grey_titles
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS, OUTBOX, OVERVIEW, SERVICE_TABS
from sync.ports import RowWrite, WritePlan

OVERVIEW_RESERVED_ROWS = 2
"""The title and the tick box of Übersicht; a sync writes below them and only ever clears the tick."""

TICK_ROW, TICK_COLUMN = 2, 1
"""Where the tick box stands on Übersicht: B2."""

RELEASE_COLUMN = [column.field for column in OUTBOX.columns].index("release")
SERVICE = frozenset(spec.name for spec in SERVICE_TABS)


def is_ticked(cell: Cell) -> bool:
    """Say whether this cell, the tick box, asks for a run: a tick, or anything that was typed into it."""
    return cell not in {None, "", False}


class OwnershipError(AssertionError):
    """A plan names a cell that is not the service's: a bug, never something a person did."""


def assert_ours(plan: WritePlan, snapshot: Snapshot) -> None:
    """Raise `OwnershipError` unless every cell of the plan belongs to the service in the state that was read.

    Allowed are service tabs that the snapshot holds or the plan adds, without the column Freigabe of Postausgang, and
    grey lookup columns of the actors tab below its header row.
    """
    for name in plan.new_tabs:
        if name not in SERVICE or snapshot.service_tab(name) is not None:
            raise OwnershipError(f"{name!r} is not a service tab that is missing")
    for write in plan.rows:
        if write.row < 1 or write.column < 0:
            raise OwnershipError(f"{write.tab!r} has no row {write.row}, column {write.column}")
        if write.tab in SERVICE:
            _assert_service(write, plan, snapshot)
        else:
            _assert_lookup(write, snapshot)


def _assert_service(write: RowWrite, plan: WritePlan, snapshot: Snapshot) -> None:
    if write.tab not in plan.new_tabs and snapshot.service_tab(write.tab) is None:
        raise OwnershipError(f"the sheet has no service tab {write.tab!r}")
    if write.tab == OUTBOX.name and write.row > 1 and RELEASE_COLUMN in _columns(write):
        raise OwnershipError(f"Freigabe in row {write.row} of Postausgang belongs to people")
    if write.tab == OVERVIEW.name and write.row <= OVERVIEW_RESERVED_ROWS and not _clears_tick(write):
        raise OwnershipError(f"row {write.row} of Übersicht holds the title or the tick box")


def _clears_tick(write: RowWrite) -> bool:
    return (write.row, write.column) == (TICK_ROW, TICK_COLUMN) and write.values in {(None,), (False,)}


def _assert_lookup(write: RowWrite, snapshot: Snapshot) -> None:
    tab = lookup_tab(snapshot)
    if write.tab != ACTORS.name or tab is None:
        raise OwnershipError(f"{write.tab!r} belongs to people")
    fields = {index: field for field, index in tab.lookups.items()}
    for index in _columns(write):
        if index not in fields:
            raise OwnershipError(f"column {index} of {tab.title!r} belongs to people")
        if write.row <= header_row(tab, fields[index]):
            raise OwnershipError(f"row {write.row} of {tab.title!r} is not below the header")


def _columns(write: RowWrite) -> range:
    return range(write.column, write.column + len(write.values))


def lookup_tab(snapshot: Snapshot) -> Tab | None:
    """Return the tab whose grey columns the service fills with values; None where there is none."""
    return next((tab for tab in snapshot.people_tabs if tab.lookups), None)


def header_row(tab: Tab, field: str) -> int:
    """Return the 1-based row of a grey column's header; `OwnershipError` when no header of ours stands there."""
    index, titles = tab.lookups[field], grey_titles(ACTORS.column(field))
    for number, row in enumerate(tab.cells[:HEADER_ROWS], 1):
        if index < len(row) and row[index] in titles:
            return number
    raise OwnershipError(f"column {index} of {tab.title!r} has no header of ours")
