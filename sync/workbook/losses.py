"""What of a workbook openpyxl would lose by saving it: `setup` asks before it saves through it."""

import re

from sync.workbook.book import Book
from sync.workbook.package import Package
from sync.workbook.spans import elements

_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|docProps/thumbnail\.\w+"
    r"|xl/(workbook|styles|sharedStrings|calcChain)\.xml|xl/theme/theme\d+\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels|xl/tables/[^/]+\.xml"
    r"|xl/(comments/)?comments?\d*\.xml|xl/drawings/[^/]*\.vml|xl/printerSettings/[^/]+"
)
_PARTS = {
    "xl/charts/": "charts",
    "xl/chartsheets/": "charts",
    "xl/drawings/": "drawings or pictures",
    "xl/media/": "pictures",
    "xl/pivot": "pivot tables",
    "xl/slicer": "pivot tables",
    "xl/vbaProject": "macros",
    "xl/externalLinks/": "links to other workbooks",
    "xl/threadedComments/": "comment threads",
    "xl/persons/": "comment threads",
    "xl/embeddings/": "embedded objects",
    "xl/ctrlProps/": "form controls",
    "xl/activeX/": "form controls",
    "xl/connections": "data connections",
    "xl/queryTables/": "data connections",
}
_SHEET_ELEMENTS = {
    "extLst": "newer conditional formats, lists or sparklines",
    "oleObjects": "embedded objects",
    "controls": "form controls",
    "customSheetViews": "custom views",
    "picture": "a background picture",
    "legacyDrawingHF": "pictures in headers",
    "protectedRanges": "protected ranges",
}
_CALCULATED = re.compile(rb"</(?:\w+:)?f>\s*<(?:\w+:)?v>[^<]|<(?:\w+:)?f\s[^>]*/>\s*<(?:\w+:)?v>[^<]")
_DRAWING = re.compile(r"xl/drawings/drawing\d+\.xml")
_VML_OBJECT = re.compile(rb'ObjectType="(\w+)"')


def losses(book: Book) -> tuple[str, ...]:
    """Return what would be lost, as nouns in alphabetical order; () when openpyxl keeps everything."""
    package = book.package
    found = {_name(name) for name in package.names if not _KEPT.fullmatch(name) and not _is_empty(package, name)}
    for name in package.names:
        if name.endswith(".vml") and set(_VML_OBJECT.findall(package.part(name))) - {b"Note"}:
            found.add("form controls")
    for sheet in book.sheets:
        part = package.part(sheet.part)
        if _CALCULATED.search(part):
            found.add("the results of formulas")
        found |= {_SHEET_ELEMENTS[child.name] for child in elements(part, 1) if child.name in _SHEET_ELEMENTS}
    return tuple(sorted(found))


def _is_empty(package: Package, name: str) -> bool:
    """Say whether there is nothing to lose: a folder, or the drawing without shapes that LibreOffice adds to notes."""
    return name.endswith("/") or (bool(_DRAWING.fullmatch(name)) and len(package.tree(name)) == 0)


def _name(part: str) -> str:
    return next((noun for start, noun in _PARTS.items() if part.startswith(start)), f"the part {part}")
