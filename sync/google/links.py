"""Links on the tab Hinweise: the cell that a note names leads there. They go with the values, in the same request.

A link is rich text, no formula and no look of the cell: Google keeps it with the text and takes it away, colour and
line included, when another value is written. It names the tab by its id, so that it still leads there when people
rename the tab; a row is written anew when its text changes, and its link with it.
"""

from collections.abc import Sequence
from typing import Any

from scoring.snapshot import Snapshot
from scoring.tabs import NOTES
from sync.google.api_requests import VALUES, VALUES_AND_RUNS, Json
from sync.layout.note_links import LINK_COLUMN, named_cell
from sync.ports import RowWrite


def fields_of(write: RowWrite) -> str:
    """Return what a write sets of its cells: on Hinweise also the links, so that those of earlier notes go."""
    return VALUES_AND_RUNS if write.tab == NOTES.name else VALUES


def with_link(cells: Sequence[Json], write: RowWrite, snapshot: Snapshot) -> list[Json]:
    """Return the cells of a row, on Hinweise with a link on the one that names a cell of a tab that was read."""
    named = named_cell((*(None,) * write.column, *write.values)) if write.tab == NOTES.name else None
    tab = next((tab for tab in snapshot.tabs if named is not None and tab.title == named.title), None)
    if named is None or tab is None:
        return list(cells)
    link = link_to(tab.id, named.address)
    return [{**cell, **link} if column == LINK_COLUMN else {**cell} for column, cell in enumerate(cells, write.column)]


def link_to(tab_id: str, address: str) -> dict[str, Any]:
    """Return what makes a text lead to a cell of this spreadsheet: one run of rich text, from the first letter on."""
    return {"textFormatRuns": [{"format": {"link": {"uri": f"#gid={tab_id}&range={address}"}}}]}
