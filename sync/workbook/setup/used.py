"""Up to where a tab of people's is used: what `setup` adds comes right of it and below."""

import re
from dataclasses import dataclass

from scoring.addresses import column_index
from sync.workbook.events import parser, run
from sync.workbook.package import Package

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@dataclass(frozen=True, kw_only=True)
class Used:
    """How many columns and rows are used from A1 on."""

    columns: int
    rows: int


def used_area(package: Package, part: str, header_row: int) -> Used:
    """Return what a worksheet uses: cells with a value or formula; tables and merged cells that reach below its header.

    A merged title above the header (1-based row) may be wider than the table.
    """
    scan = _Scan()
    run(parser(), package.part(part), scan.start, lambda _name: None)
    tables = [package.tree(name).get("ref", "") for name in package.targets(part, "table")]
    corners = [_corner(area) for area in (*scan.merged, *tables)]
    return Used(
        columns=max([scan.columns, *(column for column, row in corners if row >= header_row)]),
        rows=max([scan.rows, *(row for _, row in corners)]),
    )


def _corner(area: str) -> tuple[int, int]:
    """Return the 1-based column and row of the lower right end of a range; (0, 0) for none."""
    match = _RANGE.fullmatch(area)
    if match is None:
        return 0, 0
    left, top, right, bottom = match.groups()
    return column_index(right or left) + 1, int(bottom or top)


class _Scan:
    """Collects the last column and row with content, and the merged ranges."""

    def __init__(self) -> None:
        self.columns = self.rows = 0
        self.merged: list[str] = []
        self._row = self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name if ":" not in name else name.rpartition(":")[2]:
            case "f" | "v" | "is":
                self.columns, self.rows = max(self.columns, self._column), max(self.rows, self._row)
            case "c":
                reference = attributes.get("r")
                self._column = column_index(reference.rstrip("0123456789")) + 1 if reference else self._column + 1
            case "row":
                self._row, self._column = int(attributes.get("r") or self._row + 1), 0
            case "mergeCell":
                self.merged.append(attributes.get("ref", ""))
