"""What one read of the sheet gives: the cells of every tab, exactly as they stand, whatever the sheet is kept in.

Both implementations of the Sheet port (Google, workbook) deliver this; everything after it is shared. No meaning here:
`parsing.tables` finds the tables in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Cell = str | float | int | bool | None
"""A number, a boolean, text, or None for blank. Dates are text: ISO from a workbook, as shown from Google."""

Grid = tuple[tuple[Cell, ...], ...]
"""Rows from row 1 on; rows may be shorter than the widest one."""


def cell_at(cells: Grid, row: int, column: int) -> Cell:
    """Return the cell of a 1-based row and a 0-based column; None outside."""
    return cells[row - 1][column] if row <= len(cells) and column < len(cells[row - 1]) else None


NOT_CALCULATED = "#NICHT BERECHNET!"
"""Stands for a formula that the workbook holds without a value (never opened since it was written)."""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab as read.

    `id` is what the sheet itself calls it (stable when renamed). `service` is the name in `scoring.tabs` of the service
    tab this is, "" for a tab of people. `lookups` maps the field of each grey column that is ours to its index
    (0-based) in `cells`; empty where the sheet computes them itself.
    """

    id: str
    title: str
    cells: Grid
    service: str = ""
    lookups: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All tabs of one read, in their order. `version` identifies the state that was read (a hash, or "").

    `copies` are the names of files beside a workbook that a synced folder made of it when two people saved at once.
    """

    tabs: tuple[Tab, ...]
    version: str = ""
    copies: tuple[str, ...] = ()

    def service_tab(self, name: str) -> Tab | None:
        """Return the service tab of that name in code, or None when the sheet does not have it (yet)."""
        return next((tab for tab in self.tabs if tab.service == name), None)

    @property
    def people_tabs(self) -> tuple[Tab, ...]:
        """The tabs that are not the service's."""
        return tuple(tab for tab in self.tabs if not tab.service)
