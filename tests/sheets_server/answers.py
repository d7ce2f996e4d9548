"""The names in Google's answers (discovery document, July 2025), written as `fields` masks, to check masks against.

Below the names listed here everything is allowed.
"""

from tests.sheets_server import selection
from tests.sheets_server.errors import Rejected
from tests.sheets_server.selection import Tree

_CELL = (
    "userEnteredValue,effectiveValue,formattedValue,userEnteredFormat,effectiveFormat,hyperlink,note,textFormatRuns,"
    "dataValidation,pivotTable,dataSourceTable,dataSourceFormula,chipRuns"
)
_GRID = f"startRow,startColumn,rowData.values({_CELL}),rowMetadata,columnMetadata"
_GRID_PROPERTIES = (
    "rowCount,columnCount,frozenRowCount,frozenColumnCount,hideGridlines,rowGroupControlAfter,columnGroupControlAfter"
)
_SHEET_PROPERTIES = (
    f"sheetId,title,index,sheetType,gridProperties({_GRID_PROPERTIES}),hidden,tabColor,tabColorStyle,rightToLeft,"
    "dataSourceSheetProperties"
)
_PROTECTED = (
    "protectedRangeId,range,namedRangeId,tableId,description,warningOnly,requestingUserCanEdit,unprotectedRanges,"
    "editors(users,groups,domainUsersCanEdit)"
)
_SHEET = (
    f"properties({_SHEET_PROPERTIES}),data({_GRID}),merges,conditionalFormats,filterViews,protectedRanges({_PROTECTED}),"
    "basicFilter,charts(chartId,spec,position,border),bandedRanges(bandedRangeId,bandedRangeReference,range,"
    "rowProperties,columnProperties),developerMetadata,rowGroups,columnGroups,slicers,tables"
)
_PROPERTIES = (
    "title,locale,autoRecalc,timeZone,defaultFormat,iterativeCalculationSettings,spreadsheetTheme,"
    "importFunctionsExternalUrlAccessAllowed"
)
_SPREADSHEET = (
    f"spreadsheetId,properties({_PROPERTIES}),sheets({_SHEET}),namedRanges(namedRangeId,name,range),spreadsheetUrl,"
    "developerMetadata,dataSources,dataSourceSchedules"
)
_VALUES = "range,majorDimension,values"
_UPDATED = f"spreadsheetId,updatedRange,updatedRows,updatedColumns,updatedCells,updatedData({_VALUES})"

SPREADSHEET = selection.tree(_SPREADSHEET)
BATCH_UPDATE = selection.tree(f"spreadsheetId,replies,updatedSpreadsheet({_SPREADSHEET})")
VALUES = selection.tree(_VALUES)
VALUES_BATCH_GET = selection.tree(f"spreadsheetId,valueRanges({_VALUES})")
VALUES_UPDATE = selection.tree(_UPDATED)
VALUES_BATCH_UPDATE = selection.tree(
    f"spreadsheetId,totalUpdatedRows,totalUpdatedColumns,totalUpdatedCells,totalUpdatedSheets,responses({_UPDATED})"
)
VALUES_APPEND = selection.tree(f"spreadsheetId,tableRange,updates({_UPDATED})")
VALUES_CLEAR = selection.tree("spreadsheetId,clearedRange")
VALUES_BATCH_CLEAR = selection.tree("spreadsheetId,clearedRanges")
DRIVE_FILE = selection.tree("kind,id,name,mimeType,createdTime,modifiedTime")


def check(wanted: Tree, known: Tree, above: str = "") -> None:
    """Refuse a mask that names what no answer of its kind has."""
    for name, below in wanted.items():
        path = f"{above}{name}"
        if known and name not in known:
            sentence = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
            violation = {"field": path, "description": sentence}
            detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
            raise Rejected(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", (detail,))
        check(below, known.get(name, {}), f"{path}.")
