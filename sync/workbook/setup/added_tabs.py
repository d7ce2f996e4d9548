"""Whole tabs of another workbook, with all that belongs to them, added behind those that are there."""

import posixpath
from collections.abc import Mapping, Sequence

from lxml import etree

from sync.workbook.additions import Dialect, add_link, add_part, content_type, free_part, list_sheets
from sync.workbook.book import Book, SheetEntry, local
from sync.workbook.package import Draft, Package
from sync.workbook.setup.added_styles import Offsets
from sync.workbook.spans import elements


def add_made_tabs(
    draft: Draft, book: Book, made: Book, titles: Sequence[str], offsets: Offsets, dialect: Dialect
) -> dict[str, str]:
    """Add the tabs with these titles, and every defined name of the made workbook; return part by title.

    The titles are free, and the names that hold in the whole workbook point to where they shall in this one.
    """
    parts = {sheet.title: sheet.part for sheet in made.sheets}
    added = {}
    for title in titles:
        name = added[title] = free_part(draft, posixpath.join(posixpath.dirname(book.part), "worksheets/sheet.xml"))
        content = etree.tostring(made_sheet(made.package.part(parts[title]), offsets, dialect), encoding="UTF-8")
        _add(draft, made.package, parts[title], name, content, dialect)
    _list(draft, book, made, added, dialect)
    return added


def made_sheet(content: bytes, offsets: Offsets, dialect: Dialect) -> etree._Element:
    """Return a worksheet that openpyxl wrote with the numbers that its styles have by now."""
    root = etree.fromstring(dialect.translated(content))
    for attribute, names, offset in (
        ("s", ("{*}c", "{*}row"), offsets.cell),
        ("style", ("{*}col",), offsets.cell),
        ("dxfId", ("{*}cfRule",), offsets.conditional),
    ):
        for element in root.iter(*names):
            if attribute in element.attrib:
                element.set(attribute, str(int(element.get(attribute, "0")) + offset))
    return root


def _add(draft: Draft, made: Package, source: str, name: str, content: bytes, dialect: Dialect) -> None:
    """Add a part under a new name, and whatever it refers to."""
    add_part(draft, name, content, content_type(made, source))
    for link, (kind, target) in made.related(source).items():
        related = free_part(draft, target)
        _add(draft, made, target, related, dialect.translated(made.part(target)), dialect)
        add_link(draft, name, f"{dialect.links}/{kind.rpartition('/')[2]}", related, link)


def _list(draft: Draft, book: Book, made: Book, added: Mapping[str, str], dialect: Dialect) -> None:
    """Name the tabs and the defined names in the main part."""
    there = [element for element in elements(draft.part(book.part)) if element.name == "sheet"]
    free_id = max(int(sheet.attributes.get("sheetId", "0")) for sheet in there) + 1
    entries = [
        SheetEntry(id=str(number), title=title, part=part)
        for number, (title, part) in enumerate(added.items(), free_id)
    ]
    places = {title: str(number) for number, title in enumerate(added, len(there))}
    list_sheets(draft, book, entries, _names(made, places, dialect), dialect)


def _names(made: Book, places: Mapping[str, str], dialect: Dialect) -> dict[str, bytes]:
    """Return the defined names as elements; those of one tab with its place among all tabs, or not at all."""
    root = etree.fromstring(dialect.translated(made.package.part(made.part)))
    names = {}
    for element in (name for part in root if local(part) == "definedNames" for name in part):
        key, place = element.get("name", ""), element.get("localSheetId")
        if place is not None:
            title = made.sheets[int(place)].title
            if title not in places:
                continue
            element.set("localSheetId", places[title])
            key = f"{key} {title}"
        names[key] = etree.tostring(element, with_tail=False)
    return names
