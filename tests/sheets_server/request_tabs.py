"""Requests about tabs and the spreadsheet's own properties."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.sheets_server import guard, structure
from tests.sheets_server.batch import Batch, fresh_id, mask, object_ids
from tests.sheets_server.copies import sheet_copy
from tests.sheets_server.follow import Rewriter, titles
from tests.sheets_server.guard import refusal
from tests.sheets_server.masks import merge, paths
from tests.sheets_server.model import Sheet, Spreadsheet
from tests.sheets_server.resource import sheet_properties

_COUNTS = {
    "rowCount": "rows",
    "columnCount": "columns",
    "frozenRowCount": "frozen_rows",
    "frozenColumnCount": "frozen_columns",
}
_FIELDS_OF_THEIR_OWN = {"sheetId", "title", "index", "sheetType", "hidden", "gridProperties"}
_NO_SHEET = "No sheet with id: {}"


def add_sheet(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sent = body.get("properties") or {}
    sheet_id = _id(batch.spreadsheet, sent.get("sheetId"))
    count = len(batch.spreadsheet.sheets)
    title = sent.get("title") or free_title(batch.spreadsheet, "Sheet", count + 1)
    check_title(batch.spreadsheet, title)
    sheet = Sheet(id=sheet_id, title=title)
    index = int(sent.get("index", count))
    if not 0 <= index <= count:
        raise refusal(f"Sheet index {index} is out of range.")
    batch.spreadsheet.sheets.insert(index, sheet)
    wanted = _properties(sheet)
    grid = wanted["gridProperties"] | (sent.get("gridProperties") or {})
    _apply(batch.spreadsheet, sheet, wanted | sent | {"title": title, "gridProperties": grid})
    return {"properties": sheet_properties(batch.spreadsheet, sheet)}


def delete_sheet(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet = batch.sheet(body.get("sheetId", 0), _NO_SHEET)
    guard.check_delete(batch.spreadsheet, sheet, batch.by)
    if len(batch.spreadsheet.sheets) == 1:
        raise refusal("You can't remove all the sheets in a document.")
    structure.delete_sheet(batch.spreadsheet, sheet)
    return {}


def duplicate_sheet(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    source = batch.sheet(body.get("sourceSheetId", 0), _NO_SHEET)
    new_id = _id(batch.spreadsheet, body.get("newSheetId"))
    title = body.get("newSheetName") or copy_title(batch.spreadsheet, source.title)
    check_title(batch.spreadsheet, title)
    new = twin(batch.spreadsheet, source, new_id, title)
    batch.spreadsheet.sheets.insert(int(body.get("insertSheetIndex", 0)), new)
    return {"properties": sheet_properties(batch.spreadsheet, new)}


def update_sheet_properties(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sent = body.get("properties") or {}
    sheet = batch.sheet(sent.get("sheetId", 0), _NO_SHEET)
    guard.check_rename(batch.spreadsheet, sheet, batch.by)
    listed = paths(mask(body))
    if ("*",) in listed:
        listed = [(name,) for name in sent]
    wanted = _properties(sheet)
    for path in listed:
        wanted = merge(wanted, sent, path)
    if ("index",) in listed:
        _reorder(batch.spreadsheet, sheet, int(sent.get("index", 0)))
    _apply(batch.spreadsheet, sheet, wanted)
    return {}


def update_spreadsheet_properties(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties") or {}
    known = {"title": "title", "locale": "locale", "timeZone": "time_zone"}
    for path in paths(mask(body)):
        for name in known if path == ("*",) else path[:1]:
            if name not in known:
                raise refusal(f"Invalid field: {name}")
            if name in properties:
                setattr(batch.spreadsheet, known[name], properties[name])
    return {}


def free_title(spreadsheet: Spreadsheet, stem: str, number: int) -> str:
    """Return the stem with the first number from `number` on that makes it a title which no tab has."""
    while f"{stem}{number}".casefold() in titles(spreadsheet):
        number += 1
    return f"{stem}{number}"


def copy_title(spreadsheet: Spreadsheet, title: str) -> str:
    """Return what Google calls the copy of a tab, by the language of the sheet."""
    first = ("Kopie von " if spreadsheet.locale.startswith("de") else "Copy of ") + title
    return first if first.casefold() not in titles(spreadsheet) else free_title(spreadsheet, f"{first} ", 2)


def twin(spreadsheet: Spreadsheet, source: Sheet, sheet_id: int, title: str) -> Sheet:
    """Return a copy of a tab under a new id and title, with new ids for its objects.

    Protections stay behind, which is what leaves a copy of a protected tab open to everybody.
    """
    return under_id(spreadsheet, replace(sheet_copy(source), protected_ranges=[]), sheet_id, title)


def under_id(spreadsheet: Spreadsheet, source: Sheet, sheet_id: int, title: str) -> Sheet:
    """Return a copy of a tab that is not in the spreadsheet yet; its ranges name the new id, its objects are unique."""
    new = replace(sheet_copy(source), id=sheet_id, title=title)
    for group in (*new.row_groups, *new.column_groups):
        group["range"]["sheetId"] = sheet_id
    alone = Spreadsheet(id="", title="", sheets=[new])
    Rewriter({}, alone, lambda i, area: (sheet_id if i == source.id else i, area)).resources(new)
    used = object_ids(spreadsheet)
    for objects, key in (
        (new.protected_ranges, "protectedRangeId"),
        (new.banded_ranges, "bandedRangeId"),
        (new.charts, "chartId"),
    ):
        for item in objects:
            if item[key] in used:
                item[key] = fresh_id(spreadsheet, used)
            used.add(item[key])
    return new


def _properties(sheet: Sheet) -> dict[str, Any]:
    """Return the properties of a tab with all counts, as a mask may change them."""
    grid = {name: getattr(sheet, attribute) for name, attribute in _COUNTS.items()}
    further = sheet.properties.get("gridProperties", {})
    return sheet.properties | {"title": sheet.title, "hidden": sheet.hidden, "gridProperties": grid | further}


def _apply(spreadsheet: Spreadsheet, sheet: Sheet, wanted: dict[str, Any]) -> None:
    """Give a tab these properties; an absent count of rows or columns stays, any other absent one is 0 or false."""
    if wanted.get("title") != sheet.title:
        check_title(spreadsheet, wanted.get("title", ""), sheet)
        structure.rename(spreadsheet, sheet, wanted["title"])
    grid = wanted.get("gridProperties") or {}
    rows, columns = int(grid.get("rowCount") or sheet.rows), int(grid.get("columnCount") or sheet.columns)
    frozen_rows, frozen_columns = int(grid.get("frozenRowCount") or 0), int(grid.get("frozenColumnCount") or 0)
    for size, frozen, word in ((rows, frozen_rows, "rows"), (columns, frozen_columns, "columns")):
        if frozen >= size:
            raise refusal(f"You can't freeze all visible {word} on the sheet.")
    structure.truncate(spreadsheet, sheet, rows, columns)
    sheet.frozen_rows, sheet.frozen_columns = frozen_rows, frozen_columns
    sheet.hidden = bool(wanted.get("hidden"))
    if all(other.hidden for other in spreadsheet.sheets):
        raise refusal("You can't hide all the sheets in a document.")
    further = {name: value for name, value in grid.items() if name not in _COUNTS}
    kept = {name: value for name, value in wanted.items() if name not in _FIELDS_OF_THEIR_OWN and value}
    sheet.properties = eight_bit_colours(kept | ({"gridProperties": further} if further else {}))


def eight_bit_colours(value: Any) -> Any:
    """Return colours as Google keeps them: 256 steps in single precision, no zeros."""
    if not isinstance(value, dict):
        return value
    if value and set(value) <= {"red", "green", "blue", "alpha"}:
        # The small addition makes up for the digits that a colour lost when it was read.
        steps = {name: int(share * 255 + 0.001) for name, share in value.items()}
        return {name: 1 if step == 255 else float(f"{step / 255:.8f}") for name, step in steps.items() if step}
    return {name: eight_bit_colours(part) for name, part in value.items()}


def check_title(spreadsheet: Spreadsheet, title: str, own: Sheet | None = None) -> None:
    """Refuse a title that is empty, too long, or that another tab has."""
    if not title:
        raise refusal("The sheet name cannot be empty.")
    if len(title) > 100:
        raise refusal("The sheet name cannot be greater than 100 characters.")
    for sheet in spreadsheet.sheets:
        if sheet is not own and sheet.title.casefold() == title.casefold():
            raise refusal(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _id(spreadsheet: Spreadsheet, wanted: int | None) -> int:
    """Return the id of a new tab: the wanted one, refused when it is taken, or a free one."""
    used = {sheet.id for sheet in spreadsheet.sheets}
    if wanted in used:
        raise refusal(f"A sheet with the ID {wanted} already exists. Please enter another ID.")
    return fresh_id(spreadsheet, used) if wanted is None else wanted


def _reorder(spreadsheet: Spreadsheet, sheet: Sheet, index: int) -> None:
    """Move a tab before the one that is at `index` now."""
    old = next(i for i, other in enumerate(spreadsheet.sheets) if other is sheet)
    del spreadsheet.sheets[old]
    spreadsheet.sheets.insert(index - 1 if index > old else index, sheet)


TAB_KINDS: dict[str, Callable[[Batch, dict[str, Any]], dict[str, Any]]] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
