"""What workbook.xml says: the sheets, the defined names, and which tab or column carries a mark of the service.

A mark is a defined name that points to a cell: `_KA_tab_results` to a cell of the service tab, `_KA_col_rank` to the
header cell of a grey column. Excel and LibreOffice carry defined names along when people rename tabs or move columns,
so a mark says what is ours whatever it is called by now; what a mark is worth is decided in `sync.workbook.ours`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from scoring.addresses import column_index, column_letter
from scoring.snapshot import Tab
from sync.workbook.package import DamagedError, Package, whole_number

TAB_MARK = "_KA_tab_"
COLUMN_MARK = "_KA_col_"
LAST_COLUMN = 16_384  # XFD, in every version since 2007
LAST_ROW = 1_048_576
LONGEST_TITLE = 255  # characters; Excel takes 31 and Google 100, and a title is repeated in sentences and notes
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, kw_only=True)
class SheetEntry:
    """One worksheet: the id that survives renaming, its title and the name of its part."""

    id: str
    title: str
    part: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """One cell: the title of its tab, its 1-based row and its 0-based column."""

    title: str
    row: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Book:
    """The package with what its main part says. `names` are the defined names that hold in the whole workbook."""

    package: Package
    part: str
    sheets: tuple[SheetEntry, ...]
    names: Mapping[str, str]
    from_1904: bool

    def part_of(self, tab: Tab) -> str:
        """Return the part of a tab that was read from this workbook."""
        return next(sheet.part for sheet in self.sheets if sheet.id == tab.id)

    def marked(self, name: str) -> Place | None:
        """Return the cell that a mark points to; None when it is missing or broken (`#REF!`)."""
        match = _REFERENCE.fullmatch(self.names.get(name, ""))
        if match is None:
            return None
        quoted, bare, letters, row = match.groups()
        title = quoted.replace("''", "'") if quoted else bare
        return Place(title=title, row=int(row), column=column_index(letters))


def mark_reference(title: str, row: int, column: int) -> str:
    """Return the text of a defined name that points to a cell, 0-based column: 'Bob''s Tab'!$C$1."""
    return f"{quoted(title)}!${column_letter(column)}${row}"


def cell_range(title: str, letters: str, first: int, last: int) -> str:
    """Return the reference to the cells of one column: 'Bob''s Tab'!$C$1:$C$9, or 'Bob''s Tab'!$C$1 for one."""
    cell = f"{quoted(title)}!${letters}${first}"
    return cell if first == last else f"{cell}:${letters}${last}"


def quoted(title: str) -> str:
    """Return the title of a tab as references spell it."""
    return "'" + title.replace("'", "''") + "'"


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; something no element is called for a comment."""
    return str(element.tag).rpartition("}")[2]


def link_of(element: etree._Element) -> str:
    """Return the id of the relationship that an element names (`r:id`), "" without one."""
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")


def read_book(package: Package) -> Book:
    """Return what the main part of the package says; `DamagedError` when it is no workbook."""
    part = next(iter(package.targets("", "officeDocument")), "xl/workbook.xml")
    root = package.tree(part)
    related = package.related(part)
    if local(root) != "workbook":
        raise DamagedError("the main part is no workbook")
    properties = next((child for child in root if local(child) == "workbookPr"), None)
    return Book(
        package=package,
        part=part,
        sheets=tuple(_sheets(root, related)),
        names=_names(root),
        from_1904=properties is not None and properties.get("date1904") in {"1", "true"},
    )


def _sheets(root: etree._Element, related: Mapping[str, tuple[str, str]]) -> list[SheetEntry]:
    """Return the worksheets in their order; chart and dialog sheets hold no cells."""
    sheets = []
    for sheet in (sheet for child in root if local(child) == "sheets" for sheet in child if local(sheet) == "sheet"):
        kind, target = related.get(link_of(sheet), ("", ""))
        whole_number(sheet.get("sheetId", ""))
        if kind.endswith("/worksheet"):
            sheets.append(SheetEntry(id=sheet.get("sheetId", ""), title=sheet.get("name", ""), part=target))
    if not sheets:
        raise DamagedError("it has no worksheet")
    if any(len(entry.title) > LONGEST_TITLE or _CONTROL.search(entry.title) for entry in sheets):
        raise DamagedError(f"the title of a tab has more than {LONGEST_TITLE} characters or a line break; rename it")
    for of_each in ([entry.id for entry in sheets], [entry.title.casefold() for entry in sheets]):
        if len(set(of_each)) < len(sheets):
            raise DamagedError("two of its tabs share a number or a title")
    if len({entry.part for entry in sheets}) < len(sheets):
        raise DamagedError("two of its tabs share their cells")
    return sheets


def _names(root: etree._Element) -> dict[str, str]:
    return {
        name.get("name", ""): name.text or ""
        for child in root
        if local(child) == "definedNames"
        for name in child
        if local(name) == "definedName" and name.get("localSheetId") is None
    }
