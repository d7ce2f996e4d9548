"""Requests about native charts, which lie over the cells of a tab."""

from collections.abc import Callable
from typing import Any

from tests.sheets_server.batch import Batch, check_inside, find_object, mask, new_object_id
from tests.sheets_server.guard import refusal
from tests.sheets_server.masks import merge, paths
from tests.sheets_server.model import Sheet

Body = dict[str, Any]


def add_chart(batch: Batch, body: Body) -> Body:
    sent = body.get("chart") or {}
    new = sent | {"chartId": new_object_id(batch, "chartId", sent.get("chartId"))}
    if not sent.get("spec"):
        raise refusal("Chart must have a spec.")
    new["position"], sheet = _position(batch, sent.get("position") or {})
    sheet.charts.append(new)
    return {"chart": new}


def update_chart_spec(batch: Batch, body: Body) -> Body:
    sheet, index = find_object(batch, "chartId", body.get("chartId"))
    sheet.charts[index] = sheet.charts[index] | {"spec": body.get("spec") or {}}
    return {}


def update_embedded_object_position(batch: Batch, body: Body) -> Body:
    sheet, index = find_object(batch, "chartId", body.get("objectId"))
    chart = sheet.charts[index]
    wanted = body.get("newPosition") or {}
    position = chart["position"]
    for path in paths(mask(body)):
        # The mask of this request starts below overlayPosition.
        place = merge(position.get("overlayPosition", {}), wanted.get("overlayPosition") or {}, path)
        position = position | {"overlayPosition": place}
    new_position, new_sheet = _position(batch, position)
    del sheet.charts[index]
    new_sheet.charts.append(chart | {"position": new_position})
    return {"position": new_position}


def delete_embedded_object(batch: Batch, body: Body) -> Body:
    sheet, index = find_object(batch, "chartId", body.get("objectId"))
    del sheet.charts[index]
    return {}


def _position(batch: Batch, sent: Body) -> tuple[Body, Sheet]:
    """Return where a chart lies and on which tab; its cell must be inside of the grid."""
    overlay = sent.get("overlayPosition")
    if overlay is None:
        raise refusal("Only charts that lie over cells are supported.")
    cell = overlay.get("anchorCell") or {}
    sheet = batch.sheet(cell.get("sheetId", 0))
    row, column = cell.get("rowIndex", 0), cell.get("columnIndex", 0)
    check_inside(sheet, row, column)
    anchor = {"sheetId": sheet.id, "rowIndex": row, "columnIndex": column}
    return {"overlayPosition": overlay | {"anchorCell": anchor}}, sheet


CHART_KINDS: dict[str, Callable[[Batch, Body], Body]] = {
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "updateEmbeddedObjectPosition": update_embedded_object_position,
    "deleteEmbeddedObject": delete_embedded_object,
}
