"""Which cell a row of the tab Hinweise names, whatever the sheet is kept in: there the link on the row leads.

How a link is written is the business of the packages of the workbook and of the Google Sheet.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.snapshot import Cell
from scoring.tabs import NOTES

TAB_COLUMN, LINK_COLUMN = ([column.field for column in NOTES.columns].index(field) for field in ("tab", "cell"))
"""Where a row names the tab and the cell, 0-based; the link stands on the second."""

ADDRESS = r"[A-Z]{1,3}[1-9][0-9]{0,6}"
"""The pattern of the address of one cell, as "AB12"."""

_ADDRESS = re.compile(ADDRESS)


@dataclass(frozen=True, kw_only=True)
class NamedCell:
    """One cell by the title of its tab and its address."""

    title: str
    address: str


def named_cell(row: Sequence[Cell]) -> NamedCell | None:
    """Return the cell that a row of Hinweise names; None for the header, and where a note is about a whole tab."""
    if len(row) <= max(TAB_COLUMN, LINK_COLUMN):
        return None
    title, address = row[TAB_COLUMN], row[LINK_COLUMN]
    if isinstance(title, str) and isinstance(address, str) and _ADDRESS.fullmatch(address):
        return NamedCell(title=title, address=address)
    return None
