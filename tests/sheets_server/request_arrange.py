"""Requests that carry cells about or join them: copying, cutting, sorting, finding and replacing, merging."""

import re
from collections.abc import Callable
from typing import Any

from tests.sheets_server import arrange, structure
from tests.sheets_server.batch import Batch
from tests.sheets_server.guard import refusal
from tests.sheets_server.model import Cell, Sheet
from tests.sheets_server.request_cells import corner, put
from tests.sheets_server.spans import Rectangle, grid_range


def cut_paste(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, area = batch.area(body.get("source"))
    target, row, column = corner(batch, body.get("destination") or {})
    batch.guard_area(sheet, area)
    rows, columns = area.clip(sheet.rows, sheet.columns)
    batch.guard_area(target, Rectangle((row, row + len(rows)), (column, column + len(columns))))
    before = {touched.id: dict(touched.cells) for touched in (sheet, target)}
    structure.cut(batch.spreadsheet, sheet, area, target, row, column)
    for sheet_id, cells in before.items():
        batch.record_changes(batch.sheet(sheet_id), cells)
    return {}


def copy_paste(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    source, area = batch.area(body.get("source"))
    target, to = batch.area(body.get("destination"))
    kind = arrange.PasteType(body.get("pasteType") or "PASTE_NORMAL")
    transposed = body.get("pasteOrientation") == "TRANSPOSE"
    pasted = arrange.pasted(batch.spreadsheet, source, area, target, to, kind, transposed=transposed)
    for row, column in pasted:
        batch.guard_area(target, Rectangle.cell(row, column))
    for (row, column), cell in pasted.items():
        old = target.cells.get((row, column), Cell())
        batch.put(target, row, column, cell, value=cell.entered != old.entered)
    return {}


def sort_range(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, area = batch.area(body.get("range"))
    batch.guard_area(sheet, area)
    specs = [(s.get("dimensionIndex", 0), s.get("sortOrder") == "DESCENDING") for s in body.get("sortSpecs") or []]
    if not specs:
        raise refusal("No sort specs specified.")
    before = dict(sheet.cells)
    arrange.sort(batch.spreadsheet, sheet, area, specs)
    batch.record_changes(sheet, before)
    return {}


def find_replace(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    """Replace in texts only; formulas and numbers stay."""
    if not body.get("find"):
        raise refusal("Find string cannot be empty.")
    pattern = str(body["find"]) if body.get("searchByRegex") else re.escape(str(body["find"]))
    if body.get("matchEntireCell"):
        pattern = rf"\A(?:{pattern})\Z"
    search = re.compile(pattern, 0 if body.get("matchCase") else re.IGNORECASE)
    found: dict[tuple[int, int], int] = {}
    sheets = set()
    for sheet, area in _searched(batch, body):
        for place in [place for place in sheet.cells if area.has(*place)]:
            entered = sheet.cells[place].entered
            if isinstance(entered, str):
                new, count = search.subn(lambda _: str(body.get("replacement", "")), entered)
                if count:
                    batch.guard_area(sheet, Rectangle.cell(*place))
                    put(batch, sheet, place, entered=new or None)
                    found[sheet.id, place[0]] = found.get((sheet.id, place[0]), 0) + 1
                    sheets.add(sheet.id)
    counts = {
        "valuesChanged": sum(found.values()),
        "rowsChanged": len(found),
        "sheetsChanged": len(sheets),
        "occurrencesChanged": sum(found.values()),
    }
    return {"findReplace": {name: count for name, count in counts.items() if count}}


def merge_cells(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, area = batch.area(body.get("range"))
    batch.guard_area(sheet, area)
    rows, columns = area.clip(sheet.rows, sheet.columns)
    match body.get("mergeType", "MERGE_ALL"):
        case "MERGE_ROWS":
            parts = [Rectangle((row, row + 1), (columns.start, columns.stop)) for row in rows]
        case "MERGE_COLUMNS":
            parts = [Rectangle((rows.start, rows.stop), (column, column + 1)) for column in columns]
        case _:
            parts = [Rectangle((rows.start, rows.stop), (columns.start, columns.stop))]
    _unmerge(sheet, area)
    for part in parts:
        part_rows, part_columns = part.clip(sheet.rows, sheet.columns)
        if len(part_rows) * len(part_columns) > 1:
            sheet.merges.append(grid_range(sheet.id, part))
        for place in [place for place in sheet.cells if part.has(*place)]:
            if place != (part_rows.start, part_columns.start) and sheet.cells[place].entered is not None:
                put(batch, sheet, place, entered=None)
    return {}


def unmerge_cells(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, area = batch.area(body.get("range"))
    batch.guard_area(sheet, area)
    _unmerge(sheet, area)
    return {}


def _unmerge(sheet: Sheet, area: Rectangle) -> None:
    kept = []
    for merged in sheet.merges:
        inner = Rectangle(
            (merged.get("startRowIndex", 0), merged["endRowIndex"]),
            (merged.get("startColumnIndex", 0), merged["endColumnIndex"]),
        )
        if area.holds(inner):
            continue
        if area.meets(inner):
            raise refusal("You must select all cells in a merged range to merge or unmerge them.")
        kept.append(merged)
    sheet.merges = kept


def _searched(batch: Batch, body: dict[str, Any]) -> list[tuple[Sheet, Rectangle]]:
    if body.get("allSheets"):
        return [(sheet, Rectangle()) for sheet in batch.spreadsheet.sheets]
    if "range" in body:
        return [batch.area(body["range"])]
    return [(batch.sheet(body.get("sheetId", 0)), Rectangle())]


ARRANGE_KINDS: dict[str, Callable[[Batch, dict[str, Any]], dict[str, Any]]] = {
    "cutPaste": cut_paste,
    "copyPaste": copy_paste,
    "sortRange": sort_range,
    "findReplace": find_replace,
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
}
