"""What in a workbook is the service's: the tabs and grey columns that carry its mark and say so themselves.

A mark alone is not enough. Cut and paste moves it onto a cell of the team's, and a program that renames a tab without
its marks lets them point to whatever takes the old title. So what is marked must also read like ours; anything else
belongs to people, and the service makes its own anew.
"""

from collections.abc import Sequence

from scoring.columns import TabSpec
from scoring.parsing.headers import HEADER_ROWS, grey_titles, is_rearranged, tab_name
from scoring.snapshot import Grid, Tab, cell_at
from scoring.tabs import ACTORS, OVERVIEW, PEOPLE_TABS, SERVICE_TABS
from sync.layout.telltales import begins_with_headers, has_tick_label, has_title
from sync.workbook.book import COLUMN_MARK, TAB_MARK, Book

_PEOPLES = frozenset(spec.name for spec in PEOPLE_TABS)


def service_tabs(book: Book, tabs: Sequence[Tab]) -> dict[str, str]:
    """Return sheet id → name in code of the service tabs; of two marks on one tab the first that fits counts."""
    titled = {tab.title.casefold(): tab for tab in tabs}
    found: dict[str, str] = {}
    for spec in SERVICE_TABS:
        place = book.marked(TAB_MARK + spec.name)
        tab = titled.get(place.title.casefold()) if place else None
        if tab is not None and _says_so(spec, tab):
            found.setdefault(tab.id, spec.name)
    return found


def _says_so(spec: TabSpec, tab: Tab) -> bool:
    """Say whether a marked tab is ours: blank, or beginning as we begin it; never one with the title of a people's."""
    if tab_name(tab.title) in _PEOPLES:
        return False
    if not any(cell is not None for row in tab.cells for cell in row):
        return True
    if spec is OVERVIEW:
        return _is_overview(tab.cells)
    return begins_with_headers(spec, tab.cells) and not is_rearranged(spec, tab.cells)


def _is_overview(cells: Grid) -> bool:
    """Say whether our title and, if there is anything else, the tick box's label stand where we put them."""
    alone = sum(cell is not None for row in cells for cell in row) == 1
    return has_title(cells) and (alone or has_tick_label(cells))


def lookup_columns(book: Book, tabs: Sequence[Tab]) -> tuple[str, dict[str, int]]:
    """Return the id of the tab with the grey columns, and the column of each by field; ("", {}) without any.

    The tab may have been renamed, and a column is one that is marked and whose header is exactly one of ours. Of
    several tabs the one with most of them is meant: a single one can have been pasted elsewhere.
    """
    found = {tab.id: _marked_columns(book, tab) for tab in tabs}
    best = max(found, key=lambda identity: len(found[identity]), default="")
    return (best, found[best]) if best and found[best] else ("", {})


def _marked_columns(book: Book, tab: Tab) -> dict[str, int]:
    """Return the marked columns of a tab that may be the list of actors; one with another tab's title is not."""
    found: dict[str, int] = {}
    if tab_name(tab.title) not in {"", ACTORS.name}:
        return found
    for column in ACTORS.lookups:
        place = book.marked(COLUMN_MARK + column.field)
        if place is None or place.title.casefold() != tab.title.casefold() or place.row > HEADER_ROWS:
            continue
        if cell_at(tab.cells, place.row, place.column) in grey_titles(column):
            found[column.field] = place.column
    return found
