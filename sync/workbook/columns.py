"""The definitions of columns in a sheet (`<col>`): one for each column that is ours, and one collapsed group.

What a column looks like is decided in `sync.workbook.look`.
"""

from copy import copy

from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.properties import Outline
from openpyxl.worksheet.worksheet import Worksheet

from scoring.addresses import column_letter


def fold_columns(sheet: Worksheet, first: int, last: int) -> None:
    """Put the columns (0-based, both included) into one collapsed group, its button at the column before them."""
    for index in range(first, last + 1):
        definition = sheet.column_dimensions[column_letter(index)]
        definition.outlineLevel = 1
        definition.hidden = True
    outline = sheet.sheet_properties.outlinePr or Outline()
    outline.summaryRight = False
    sheet.sheet_properties.outlinePr = outline
    sheet.column_dimensions[column_letter(first - 1)].collapsed = True


def part_columns(sheet: Worksheet, first: int, last: int) -> None:
    """Give each column of a range (0-based, both included) a definition of its own.

    Programs write one for several columns, often for all up to the last, and a second one for a column damages a file.
    """
    for shared in list(sheet.column_dimensions.values()):
        begin, end = (shared.min or 0) - 1, (shared.max or 0) - 1
        own = range(max(begin, first), min(end, last) + 1)
        if begin < end and own:
            parts = ((begin, first - 1), *((index, index) for index in own), (last + 1, end))
            for start, stop in parts:
                if start <= stop:
                    _define(sheet, shared, start, stop)


def _define(sheet: Worksheet, like: ColumnDimension, first: int, last: int) -> None:
    """Define the columns as those of another definition are."""
    definition = ColumnDimension(
        sheet,
        index=column_letter(first),
        width=like.width,
        hidden=like.hidden,
        outlineLevel=like.outlineLevel,
        min=first + 1,
        max=last + 1,
    )
    for trait in ("font", "fill", "border", "alignment", "protection", "number_format"):
        setattr(definition, trait, copy(getattr(like, trait)))
    sheet.column_dimensions[definition.index] = definition
