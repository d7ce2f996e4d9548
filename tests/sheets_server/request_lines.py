"""Requests about rows and columns: their number, order, size and groups."""

from collections.abc import Callable
from typing import Any

from tests.sheets_server import guard, structure
from tests.sheets_server.batch import Batch, mask
from tests.sheets_server.guard import refusal
from tests.sheets_server.masks import merge, paths
from tests.sheets_server.spans import Axis, Rectangle


def append_dimension(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet = batch.sheet(body.get("sheetId", 0))
    axis, count = Axis(body.get("dimension", "ROWS")), int(body.get("length", 0))
    if count <= 0:
        raise refusal("length must be greater than 0")
    guard.check_rename(batch.spreadsheet, sheet, batch.by)
    if axis is Axis.ROWS:
        sheet.rows += count
    else:
        sheet.columns += count
    return {}


def insert_dimension(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, axis, start, end = batch.lines(body.get("range") or {})
    size = structure.length(sheet, axis)
    before = bool(body.get("inheritFromBefore"))
    if start > size:
        raise refusal(f"range.startIndex[{start}] is after the end of the grid[{size}]")
    if before and start == 0:
        raise refusal("Cannot inherit from before when inserting at the start of the grid.")
    guard.check_insert(batch.spreadsheet, sheet, axis, start, batch.by)
    structure.insert_lines(
        batch.spreadsheet, sheet, axis, start, end - start, inherit_from_before=before or start == size
    )
    return {}


def delete_dimension(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, axis, start, end = batch.lines(body.get("range") or {})
    word, size = axis.lower()[:-1], structure.length(sheet, axis)
    if end > size:
        raise refusal(
            f"Cannot delete a {word} that doesn't exist. "
            f"Tried to delete {word} index {max(start, size)} but there are only {size} {word}s."
        )
    if end - start == size:
        raise refusal(f"You can't delete all the {word}s on the sheet.")
    if start <= structure.frozen(sheet, axis) and end == size and structure.frozen(sheet, axis):
        raise refusal(f"Sorry, it is not possible to delete all non-frozen {word}s.")
    batch.guard_area(sheet, Rectangle.lines(axis, start, end))
    structure.delete_lines(batch.spreadsheet, sheet, axis, start, end)
    return {}


def move_dimension(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, axis, start, end = batch.lines(body.get("source") or {})
    to, size = int(body.get("destinationIndex", 0)), structure.length(sheet, axis)
    if end > size or to > size:
        raise refusal(f"Cannot move past the end of the grid[{size}]")
    if start < to < end:
        raise refusal("destinationIndex is within the source.")
    batch.guard_area(sheet, Rectangle.lines(axis, start, end))
    guard.check_insert(batch.spreadsheet, sheet, axis, to, batch.by)
    structure.move_lines(batch.spreadsheet, sheet, axis, start, end, to)
    return {}


def update_dimension_properties(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    sheet, axis, start, end = batch.lines(body.get("range") or {})
    guard.check_rename(batch.spreadsheet, sheet, batch.by)
    listed = paths(mask(body))
    metadata = sheet.row_metadata if axis is Axis.ROWS else sheet.column_metadata
    for line in range(start, min(end, structure.length(sheet, axis))):
        new = metadata.get(line, {})
        for path in listed:
            new = merge(new, body.get("properties") or {}, path)
        new = {name: value for name, value in new.items() if value not in {False, None}}
        metadata.pop(line, None)
        if new:
            metadata[line] = new
    return {}


def auto_resize_dimensions(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    """Fit columns to their longest text at about 7 pixels a letter: nobody's tests need the width of a font."""
    sheet, axis, start, end = batch.lines(body.get("dimensions") or {})
    if axis is Axis.COLUMNS:
        for column in range(start, min(end, sheet.columns)):
            texts = [len(str(cell.entered)) for (_, c), cell in sheet.cells.items() if c == column and cell.entered]
            if texts:
                pixels = {"pixelSize": max(texts) * 7 + 6}
                sheet.column_metadata[column] = sheet.column_metadata.get(column, {}) | pixels
    return {}


def add_dimension_group(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    return _regroup(batch, body, 1)


def delete_dimension_group(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    reply = _regroup(batch, body, -1)
    return reply if reply["dimensionGroups"] else {"deleteDimensionGroup": {}}


def update_dimension_group(batch: Batch, body: dict[str, Any]) -> dict[str, Any]:
    wanted = body.get("dimensionGroup") or {}
    sheet, axis, start, end = batch.lines(wanted.get("range") or {})
    mask(body)
    for group in structure.groups(sheet, axis):
        same = (group["range"]["startIndex"], group["range"]["endIndex"]) == (start, end)
        if same and group["depth"] == wanted.get("depth", 1):
            group.pop("collapsed", None)
            if wanted.get("collapsed"):
                group["collapsed"] = True
            return {}
    raise refusal("No matching dimension group.")


def _regroup(batch: Batch, body: dict[str, Any], by: int) -> dict[str, Any]:
    """Raise or lower the depth of lines; groups are the runs of lines at least so deep."""
    sheet, axis, start, end = batch.lines(body.get("range") or {})
    old = structure.groups(sheet, axis)
    ends = [end, *(group["range"]["endIndex"] for group in old)]
    depth = [sum(g["range"]["startIndex"] <= i < g["range"]["endIndex"] for g in old) for i in range(max(ends))]
    if by < 0 and not any(depth[start:end]):
        raise refusal("There is no group at that range.")
    for line in range(start, end):
        depth[line] = max(0, depth[line] + by)
    collapsed = {(g["range"]["startIndex"], g["range"]["endIndex"], g["depth"]) for g in old if g.get("collapsed")}
    old[:] = [
        _group(sheet.id, axis, run, level, collapsed)
        for level in range(1, max(depth, default=0) + 1)
        for run in _runs(depth, level)
    ]
    # Recorded: the first group of an axis moves its control behind the lines, and there it stays.
    control = {f"{axis[:-1].lower()}GroupControlAfter": True}
    sheet.properties["gridProperties"] = sheet.properties.get("gridProperties", {}) | control
    shown = [g | {"range": {k: v for k, v in g["range"].items() if (k, v) != ("sheetId", 0)}} for g in old]
    return {"dimensionGroups": shown}


def _group(
    sheet_id: int, axis: Axis, run: tuple[int, int], depth: int, collapsed: set[tuple[int, int, int]]
) -> dict[str, Any]:
    range_ = {"sheetId": sheet_id, "dimension": str(axis), "startIndex": run[0], "endIndex": run[1]}
    group: dict[str, Any] = {"range": range_, "depth": depth}
    return group | {"collapsed": True} if (*run, depth) in collapsed else group


def _runs(depth: list[int], level: int) -> list[tuple[int, int]]:
    runs, start = [], None
    for line, deep in enumerate([*depth, 0]):
        if deep >= level and start is None:
            start = line
        elif deep < level and start is not None:
            runs.append((start, line))
            start = None
    return runs


LINE_KINDS: dict[str, Callable[[Batch, dict[str, Any]], dict[str, Any]]] = {
    "appendDimension": append_dimension,
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
    "addDimensionGroup": add_dimension_group,
    "updateDimensionGroup": update_dimension_group,
    "deleteDimensionGroup": delete_dimension_group,
}
