"""Grey columns in a workbook that Google exported: its header cell still holds the formula, wrapped for other programs.

Such a program does not know ARRAYFORMULA, so Google writes `IFERROR(__xludf.DUMMYFUNCTION("…"),"Rang")`.
"""

import re

from scoring.addresses import column_index
from scoring.parsing.headers import grey_titles
from scoring.snapshot import Tab, cell_at
from scoring.tabs import ACTORS
from sync.layout.lookup_formula import own_lookup
from sync.workbook.events import parser, run

_WRAPPED = re.compile(r'IFERROR\(__xludf\.DUMMYFUNCTION\("((?:[^"]|"")*)"\),\s*"(?:[^"]|"")*"\)', re.IGNORECASE)
_MARK = b"__xludf.dummyfunction"


def exported_lookups(part: bytes, tab: Tab, header_row: int) -> dict[str, int]:
    """Return the 0-based columns by field whose header cell, in this row from 1 on, is exactly one of our formulas.

    Columns that are known by their mark are not among them; of two with one field the first counts.
    """
    found: dict[str, int] = {}
    if _MARK not in part.lower():  # hardly any workbook comes from there, and its tab may be large
        return found
    for column, text in _formulas(part, header_row).items():
        wrapped = _WRAPPED.fullmatch(text.strip())
        lookup = own_lookup("=" + wrapped[1].replace('""', '"')) if wrapped else None
        if lookup is None or lookup.field in tab.lookups:
            continue
        if cell_at(tab.cells, header_row, column) in grey_titles(ACTORS.column(lookup.field)):
            found.setdefault(lookup.field, column)
    return found


def _formulas(part: bytes, row: int) -> dict[int, str]:
    """Return the texts of the plain formulas in a row, by 0-based column."""
    scan = _Scan(row)
    run(parser(), part, scan.start, scan.end, scan.text)
    return scan.found


class _Scan:
    """Collects the formulas of one row; one that fills a whole range is left alone."""

    def __init__(self, row: int) -> None:
        self.found: dict[int, str] = {}
        self._wanted = row
        self._row = 0
        self._column = -1
        self._open = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self._row, self._column = int(attributes.get("r") or self._row + 1), -1
            case "c":
                reference = attributes.get("r")
                self._column = column_index(reference.rstrip("0123456789")) if reference else self._column + 1
            case "f":
                self._open = self._row == self._wanted and "ref" not in attributes

    def text(self, piece: str) -> None:
        if self._open:
            self.found[self._column] = self.found.get(self._column, "") + piece

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "f":
            self._open = False
