"""Links on the tab Hinweise: the cell that a note names leads there.

They are no formulas: a link holds a place in this workbook, spelled from the tabs that it really has. Because they hang
on the rows of Hinweise, they are written anew whenever these are.
"""

from collections.abc import Collection, Iterator
from xml.sax.saxutils import quoteattr

from scoring.addresses import column_letter
from scoring.snapshot import Grid
from sync.layout.note_links import LINK_COLUMN, NamedCell, named_cell
from sync.workbook.book import quoted
from sync.workbook.spans import Layout, apply, layout
from sync.workbook.worksheet_order import place_of

_LETTERS = column_letter(LINK_COLUMN)


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
    named = [(row, named_cell(values)) for row, values in enumerate(cells[1:], 2)]
    links = [_link(sheet.prefix, row, cell) for row, cell in named if cell is not None and cell.title in titles]
    if links:
        yield f"<{sheet.prefix}hyperlinks>".encode()
        yield from links
        yield f"</{sheet.prefix}hyperlinks>".encode()


def _link(prefix: str, row: int, cell: NamedCell) -> bytes:
    location = quoteattr(f"{quoted(cell.title)}!{cell.address}")
    content = f'<{prefix}hyperlink ref="{_LETTERS}{row}" location={location} display="{cell.address}"/>'
    return content.encode("ascii", "xmlcharrefreplace")
