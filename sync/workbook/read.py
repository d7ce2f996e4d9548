"""A workbook as a snapshot: the cells of every tab, which tabs are the service's, which columns are its grey ones."""

from pathlib import Path

from scoring.headers import HEADER_ROWS, tab_name
from scoring.snapshot import Grid, Snapshot, Tab
from scoring.tabs import ACTORS
from sync.errors import SetupError
from sync.ownership import lookup_titles
from sync.workbook.book import COLUMN_MARK, Book, read_book
from sync.workbook.cells import Formats, read_cells
from sync.workbook.package import DamagedError, Package, open_package


def read_snapshot(path: Path) -> Snapshot:
    """Return all tabs of the file; `SetupError` when it is missing, hostile or damaged."""
    package = open_package(path)
    try:
        return snapshot_of(package)
    except DamagedError as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: DamagedError) -> SetupError:
    """Return what a person is told about a file that cannot be read."""
    return SetupError(f"{path} cannot be read: {error}. Open it in LibreOffice or Excel and save it again as .xlsx.")


def snapshot_of(package: Package) -> Snapshot:
    """Return the snapshot of a vetted package; its version is the hash of the bytes."""
    book = read_book(package)
    formats = Formats(book)
    tabs = []
    for sheet in book.sheets:
        cells = read_cells(package.part(sheet.part), formats)
        service = book.service_tabs.get(sheet.id, "")
        lookups = {} if service else _lookups(book, sheet.title, cells)
        tabs.append(Tab(id=sheet.id, title=sheet.title, cells=cells, service=service, lookups=lookups))
    return Snapshot(tabs=tuple(tabs), version=package.version)


def _lookups(book: Book, title: str, cells: Grid) -> dict[str, int]:
    """Return the grey columns of the actors tab: marked, and with a header that is exactly one of ours."""
    if tab_name(title) != ACTORS.name:
        return {}
    found = {}
    for column in ACTORS.lookups:
        place = book.marked(COLUMN_MARK + column.field)
        if place is None or place.title.casefold() != title.casefold() or place.row > HEADER_ROWS:
            continue
        row = cells[place.row - 1] if place.row <= len(cells) else ()
        if place.column < len(row) and row[place.column] in lookup_titles(column):
            found[column.field] = place.column
    return found
