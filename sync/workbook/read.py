"""A workbook as a snapshot: the cells of every tab, which tabs are the service's, which columns are its grey ones.

And the names of its conflict copies, which nobody reads.
"""

from dataclasses import replace
from pathlib import Path

from scoring.snapshot import Snapshot, Tab
from sync.errors import SetupError
from sync.workbook.book import read_book
from sync.workbook.cells import Formats, read_cells
from sync.workbook.copies import conflict_copies
from sync.workbook.ours import lookup_columns, service_tabs
from sync.workbook.package import DamagedError, Package, open_package
from sync.workbook.room import require_room


def read_snapshot(path: Path, most_mb: int) -> Snapshot:
    """Return all tabs of the file; `SetupError` when it is missing, hostile, damaged, or too full for the service."""
    package = open_package(path, most_mb)
    try:
        snapshot = snapshot_of(package)
        require_room(path, package, snapshot, most_mb)
    except DamagedError as error:
        raise damaged(path, error) from error
    return replace(snapshot, copies=conflict_copies(path))


def damaged(path: Path, error: DamagedError) -> SetupError:
    """Return what a person is told about a file that cannot be read."""
    return SetupError(f"{path} cannot be read: {error}. Open it in LibreOffice or Excel and save it again as .xlsx.")


def snapshot_of(package: Package) -> Snapshot:
    """Return the snapshot of a vetted package; its version is the hash of the bytes."""
    book = read_book(package)
    formats = Formats(book)
    tabs = [
        Tab(id=sheet.id, title=sheet.title, cells=read_cells(package.part(sheet.part), formats))
        for sheet in book.sheets
    ]
    services = service_tabs(book, tabs)
    grey_tab, grey = lookup_columns(book, [tab for tab in tabs if tab.id not in services])
    return Snapshot(
        tabs=tuple(
            replace(tab, service=services.get(tab.id, ""), lookups=grey if tab.id == grey_tab else {}) for tab in tabs
        ),
        version=package.version,
    )
