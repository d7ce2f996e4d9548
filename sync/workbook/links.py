"""Links on the tab Hinweise: the cell that a note names leads there.

They are no formulas: a link holds a place in this workbook, spelled from the tabs that it really has. Because they hang
on the rows of Hinweise, they are written anew whenever these are.
"""

import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import quoteattr

from scoring.addresses import column_letter
from scoring.snapshot import Grid, cell_at
from scoring.tabs import NOTES
from sync.workbook.book import quoted
from sync.workbook.spans import Layout, apply, layout
from sync.workbook.worksheet_order import place_of

_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_TAB, _PLACE = ([column.field for column in NOTES.columns].index(field) for field in ("tab", "cell"))
_LETTERS = column_letter(_PLACE)


def with_links(part: bytes, cells: Grid, titles: Collection[str]) -> bytes:
    """Return the worksheet of Hinweise with a link on each cell that names one; other links on the tab go.

    `cells` are what the tab holds, `titles` those of the workbook's tabs.
    """
    sheet = layout(part, frozenset())
    content = b"".join(_links(sheet, cells, titles))
    there = sheet.first("hyperlinks")
    if there is not None:
        return apply(part, [(there.start, there.end, content)])
    place = place_of(sheet, "hyperlinks")
    return apply(part, [(place, place, content)])


def _links(sheet: Layout, cells: Grid, titles: Collection[str]) -> Iterator[bytes]:
    """Yield the list of links in pieces; nothing where there is none, because an empty list is damaged for Excel."""
    links = [_link(sheet.prefix, row, title, place) for row, title, place in _named(cells) if title in titles]
    if links:
        yield f"<{sheet.prefix}hyperlinks>".encode()
        yield from links
        yield f"</{sheet.prefix}hyperlinks>".encode()


def _named(cells: Grid) -> Iterator[tuple[int, str, str]]:
    """Yield row (1-based), tab and cell of each note that names a cell."""
    for row in range(2, len(cells) + 1):
        title, place = cell_at(cells, row, _TAB), cell_at(cells, row, _PLACE)
        if isinstance(title, str) and isinstance(place, str) and _CELL.fullmatch(place):
            yield row, title, place


def _link(prefix: str, row: int, title: str, place: str) -> bytes:
    location = quoteattr(f"{quoted(title)}!{place}")
    content = f'<{prefix}hyperlink ref="{_LETTERS}{row}" location={location} display="{place}"/>'
    return content.encode("ascii", "xmlcharrefreplace")
