"""The definitions of columns in a sheet (`<col>`) that make of some of them one collapsed group.

What a column looks like is decided in `sync.workbook.setup.look`.
"""

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
