"""Columns and rows added to a tab of people's, with their look, lists and notes; no other byte of the tab changes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from lxml import etree

from scoring.addresses import column_index
from sync.workbook.additions import Dialect
from sync.workbook.book import SheetEntry, local
from sync.workbook.cells import Formats
from sync.workbook.package import Draft, Package, whole_number
from sync.workbook.setup.added_notes import add_notes
from sync.workbook.setup.added_styles import Offsets
from sync.workbook.setup.added_tabs import made_sheet
from sync.workbook.spans import Edit, Element, Layout, inside
from sync.workbook.splice import Values, splice
from sync.workbook.worksheet_order import place_of

_PRIORITY = re.compile(rb'\bpriority="(\d{1,9})"')
_COUNT = re.compile(rb'\scount="[^"]*"')


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What is to be added to one tab.

    `made` is a worksheet part of `package` that openpyxl wrote with nothing but the new columns and rows, at their
    places; `values` are its cells by 1-based row and 0-based column, None for one that only has a look. `first` is the
    first new column (0-based).
    """

    package: Package
    made: str
    values: Values
    first: int
    header_row: int


def add_columns(
    draft: Draft, sheet: SheetEntry, addition: Addition, formats: Formats, offsets: Offsets, dialect: Dialect
) -> None:
    """Carry out an addition to a tab."""
    made = made_sheet(addition.package.part(addition.made), offsets, dialect)
    part = draft.part(sheet.part)
    heights = {int(row.get("r", "0")): float(row.get("ht", "0")) for row in made.iter("{*}row") if row.get("ht")}

    def others(there: Layout) -> list[Edit]:
        notes = add_notes(draft, sheet, there, addition.package, addition.made, dialect)
        return [*_furniture(part, there, made, addition.first), *notes]  # at one position in the order of a worksheet

    spliced = splice(part, addition.values, formats, addition.header_row + 1, heights, dict(_styles(made)), others)
    draft.changed[sheet.part] = spliced.part


def _styles(made: etree._Element) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in made.iter("{*}c"):
        reference = cell.get("r", "")
        letters = reference.rstrip("0123456789")
        yield (int(reference[len(letters) :]), column_index(letters)), cell.get("s", "0")


def _furniture(part: bytes, sheet: Layout, made: etree._Element, first: int) -> list[Edit]:
    """Return the edits that add the widths, groups, colours and dropdowns of the made worksheet."""
    columns = [column.attrib for column in made.iter("{*}col") if int(column.get("min", "0")) > first]
    outline = _outline(part, sheet) if any("outlineLevel" in column for column in columns) else []
    return [*outline, *_columns(sheet, columns), *_colours(part, sheet, made), *_dropdowns(part, sheet, made)]


def _columns(sheet: Layout, own: list["etree._Attrib"]) -> list[Edit]:
    """Return the edit that defines our columns; a definition that people's columns share with ours is parted."""
    if not own:
        return []
    numbers = {int(str(column["min"])) for column in own}
    kept = [piece for column in sheet.columns for piece in _without(column, numbers)]
    definitions = sorted([*kept, *(dict(column) for column in own)], key=lambda column: int(str(column["min"])))
    prefix = sheet.prefix
    content = "".join(
        f"<{prefix}col {' '.join(f'{name}={quoteattr(str(value))}' for name, value in column.items())}/>"
        for column in definitions
    )
    whole = f"<{prefix}cols>{content}</{prefix}cols>".encode()
    there = sheet.first("cols")
    place = place_of(sheet, "cols")
    return [(there.start, there.end, whole) if there else (place, place, whole)]


def _without(column: Mapping[str, str], numbers: set[int]) -> Iterator[dict[str, str]]:
    """Yield the definition of a range of columns without these numbers (1-based), in as few pieces as it takes."""
    begin, end = int(column["min"]), int(column["max"])
    gaps = [begin - 1, *sorted(number for number in numbers if begin <= number <= end), end + 1]
    for before, after in pairwise(gaps):
        if before + 1 < after:
            yield {**column, "min": str(before + 1), "max": str(after - 1)}


def _colours(part: bytes, sheet: Layout, made: etree._Element) -> list[Edit]:
    """Return the edit that adds conditional formats, ranked behind those that are there."""
    last = max((int(number) for number in _PRIORITY.findall(part)), default=0)
    added = [element for element in made if local(element) == "conditionalFormatting"]
    for rule in (rule for element in added for rule in element):
        rule.set("priority", str(int(rule.get("priority", "1")) + last))
    place = place_of(sheet, "conditionalFormatting")
    return [(place, place, b"".join(map(etree.tostring, added)))] if added else []


def _dropdowns(part: bytes, sheet: Layout, made: etree._Element) -> list[Edit]:
    added = next((element for element in made if local(element) == "dataValidations"), None)
    there = sheet.first("dataValidations")
    if added is None:
        return []
    if there is None:
        place = place_of(sheet, "dataValidations")
        return [(place, place, etree.tostring(added))]
    end = part.index(b">", there.start)
    counted = _COUNT.search(part, there.start, end)
    count = whole_number(there.attributes.get("count", "0")) + len(added)
    content = b"".join(map(etree.tostring, added))
    if counted is None or there.closing is None:
        return [inside(part, there, content)]
    return [(counted.start(), counted.end(), f' count="{count}"'.encode()), inside(part, there, content)]


def _outline(part: bytes, sheet: Layout) -> list[Edit]:
    """Return the edits that let programs show the button of a folded group; one more where people have groups."""
    own = any(column.get("outlineLevel", "0") != "0" for column in sheet.columns)
    edits = [] if own else _button_left(part, sheet)
    there = sheet.first("sheetFormatPr")
    if there is None:
        place = place_of(sheet, "sheetFormatPr")
        content = f'<{sheet.prefix}sheetFormatPr defaultRowHeight="15" outlineLevelCol="1"/>'.encode()
        edits.append((place, place, content))
    elif there.attributes.get("outlineLevelCol", "0") == "0":
        edits.append(_with_attribute(part, there, "outlineLevelCol", "1"))
    return edits


def _with_attribute(part: bytes, element: Element, name: str, value: str) -> Edit:
    end = part.index(b">", element.start) + 1
    opening = re.sub(rb'\s%s="[^"]*"' % name.encode(), b"", part[element.start : end])
    stop = re.search(rb"\s*/?>$", opening)
    at = stop.start() if stop else len(opening)
    return (element.start, end, opening[:at] + f' {name}="{value}"'.encode() + opening[at:])


def _button_left(part: bytes, sheet: Layout) -> list[Edit]:
    """Return the edit that puts the button of groups left of them, unless the tab says itself where it is."""
    outline = f'<{sheet.prefix}outlinePr summaryRight="0"/>'.encode()
    there = sheet.first("sheetPr")
    if there is None:
        place = place_of(sheet, "sheetPr")
        return [(place, place, f"<{sheet.prefix}sheetPr>".encode() + outline + f"</{sheet.prefix}sheetPr>".encode())]
    content = part[there.start : there.end]
    if b"outlinePr" in content:
        return []
    colour = re.search(rb"<(?:[\w.-]+:)?tabColor\b[^>]*?/>", content)
    if there.closing is None:
        return [inside(part, there, outline)]
    at = there.start + (colour.end() if colour else content.index(b">") + 1)
    return [(at, at, outline)]
