"""In which order the children of a worksheet stand; a file with another order is damaged for Excel."""

from sync.workbook.spans import Layout

ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing"),
)
"""The children of a worksheet in the order that Excel demands, up to the last one that is added here."""


def place_of(sheet: Layout, name: str) -> int:
    """Return the position at which a child of the worksheet that is not there yet has to stand."""
    earlier = ORDER[: ORDER.index(name) + 1]
    start = min(element.start for element in sheet.top)
    return max((element.end for element in sheet.top if element.name in earlier), default=start)
