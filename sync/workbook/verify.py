"""The last look at a new workbook before it takes the place of the old one: is it whole, and is it what was planned?

Whatever a file held that the saving did not expect, the original stays as it is.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from scoring.snapshot import Cell, Grid
from sync.errors import OutsideError
from sync.workbook.book import read_book
from sync.workbook.cells import Formats, holds
from sync.workbook.package import DamagedError, Package, shown, vet
from sync.workbook.splice import Values, as_read

XML = (".xml", ".rels")


def require_whole(
    path: Path, package: Package, parts: Iterable[str], expected: Mapping[str, Grid], most_mb: int
) -> None:
    """Raise `OutsideError` unless these parts are well-formed and those of `expected` hold exactly these cells.

    A workbook that the next run would refuse to open (as one of more than `most_mb` megabytes) is not saved either:
    nobody could go on with it.
    """
    problem = vet(package.data, most_mb)
    if problem:
        raise OutsideError(
            f"{path} was not saved; nothing was changed: with the service's rows it {problem}.", permanent=True
        )
    try:
        for name in parts:
            if name.endswith(XML):
                package.require_well_formed(name)
        _require_cells(package, expected)
    except DamagedError as error:
        raise OutsideError(
            f"{path} could not be saved safely; nothing was changed ({error}). Open it in LibreOffice or Excel, save "
            "it again as .xlsx, and run this again.",
            permanent=True,
        ) from error


def _require_cells(package: Package, expected: Mapping[str, Grid]) -> None:
    formats = Formats(read_book(package))
    for name, cells in expected.items():
        if not holds(package.part(name), formats, cells):
            raise DamagedError(f"the part {shown(name)} does not read as planned")


def with_values(before: Grid, values: Values) -> Grid:
    """Return how the cells of a tab read once these are written: all others as they were, blank ends cut off."""
    rows = [*before, *((),) * (max(values, default=0) - len(before))]
    for number, cells in values.items():
        row = list(rows[number - 1]) + [None] * (max(cells) + 1 - len(rows[number - 1]))
        for column, value in cells.items():
            row[column] = as_read(value)
        rows[number - 1] = _trimmed(row)
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)


def _trimmed(row: list[Cell]) -> tuple[Cell, ...]:
    while row and row[-1] is None:
        row.pop()
    return tuple(row)
