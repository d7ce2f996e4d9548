"""Whether a workbook surely has no room for what the service would add: said before anything is scored or mailed.

This is a lower bound, and cheap. A list for which it leaves room, and which then needs more, is refused when it is
saved (`sync.workbook.verify`).
"""

from pathlib import Path

from scoring.parsing.headers import find_header
from scoring.parsing.identity import key
from scoring.parsing.tab_search import find_people_tabs
from scoring.snapshot import Snapshot, Tab, cell_at
from scoring.tabs import ACTORS, RESULTS
from sync.errors import SetupError
from sync.ownership import lookup_tab
from sync.workbook.book import read_book
from sync.workbook.package import MEGABYTE, Package

LEAST_ROW = 800
"""Bytes that a row on Auswertung takes at least. The shortest takes some 900: in English, of an actor who declined and
of whom nothing but the name is known.
"""


def require_room(path: Path, package: Package, snapshot: Snapshot, most_mb: int) -> None:
    """Raise `SetupError` when one row on Auswertung for each actor makes the file unpack to more than `most_mb`.

    At least so much comes to it: rows are longer the more is known, and other tabs grow, too.
    """
    tab = find_people_tabs(snapshot, {}).tabs.get(ACTORS.name) or lookup_tab(snapshot)
    most = (most_mb * MEGABYTE - _kept(package, snapshot)) // LEAST_ROW
    if tab is not None and len(tab.cells) > most and (actors := _actors(tab)) > most:
        raise SetupError(
            f"{path} lists {actors:,} actors: with a row on Auswertung for each it would unpack to more than {most_mb} "
            "MB; delete those that are none, or raise workbook_mb in config.toml."
        )


def _kept(package: Package, snapshot: Snapshot) -> int:
    """Return how many bytes all parts but Auswertung, which is written anew, unpack to."""
    results = snapshot.service_tab(RESULTS.name)
    written = read_book(package).part_of(results) if results else ""
    return sum(size for name, size in package.sizes.items() if name != written)


def _actors(tab: Tab) -> int:
    """Return how many actors a tab lists; a name that comes twice counts once."""
    header = find_header(ACTORS, tab)
    if header is None:
        return 0
    column = header.columns[ACTORS.key]
    names = {key(str(cell_at(tab.cells, row, column) or "")) for row in range(header.row + 2, len(tab.cells) + 1)}
    return len(names - {""})
