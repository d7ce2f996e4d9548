"""Requests about what lies over cells: protections, bandings, conditional formats, named ranges, filters."""

from collections.abc import Callable
from typing import Any

from tests.sheets_server import guard
from tests.sheets_server.batch import Batch, find_object, fresh_id, mask, new_object_id
from tests.sheets_server.guard import refusal
from tests.sheets_server.masks import merge, paths
from tests.sheets_server.model import Sheet
from tests.sheets_server.protection import protected_error
from tests.sheets_server.spans import grid_range, rectangle

Body = dict[str, Any]


def add_protected_range(batch: Batch, body: Body) -> Body:
    sent = body.get("protectedRange") or {}
    sheet, new = _placed(batch, sent, "protectedRangeId")
    new = _protection(batch, new)
    sheet.protected_ranges.append(new)
    return {"protectedRange": _shown(new) | {"requestingUserCanEdit": guard.admitted(batch.spreadsheet, new, batch.by)}}


def update_protected_range(batch: Batch, body: Body) -> Body:
    sent = body.get("protectedRange") or {}
    sheet, index = find_object(batch, "protectedRangeId", sent.get("protectedRangeId"))
    _admit(batch, sheet.protected_ranges[index])
    new = _masked(batch, sheet.protected_ranges[index], sent, body)
    sheet.protected_ranges[index] = _protection(batch, new)
    return {}


def delete_protected_range(batch: Batch, body: Body) -> Body:
    wanted = body.get("protectedRangeId")
    sheet, index = find_object(batch, "protectedRangeId", wanted)
    _admit(batch, sheet.protected_ranges[index])
    del sheet.protected_ranges[index]
    return {}


def add_banding(batch: Batch, body: Body) -> Body:
    sheet, new = _placed(batch, body.get("bandedRange") or {}, "bandedRangeId")
    _check_banding(sheet, new)
    sheet.banded_ranges.append(new)
    return {"bandedRange": _shown(new)}


def update_banding(batch: Batch, body: Body) -> Body:
    sent = body.get("bandedRange") or {}
    sheet, index = find_object(batch, "bandedRangeId", sent.get("bandedRangeId"))
    new = _masked(batch, sheet.banded_ranges[index], sent, body)
    _check_banding(sheet, new)
    sheet.banded_ranges[index] = new
    return {}


def delete_banding(batch: Batch, body: Body) -> Body:
    sheet, index = find_object(batch, "bandedRangeId", body.get("bandedRangeId"))
    del sheet.banded_ranges[index]
    return {}


def add_conditional_format_rule(batch: Batch, body: Body) -> Body:
    sheet, rule = _rule(batch, body.get("rule") or {})
    sheet.conditional_formats.insert(min(int(body.get("index", 0)), len(sheet.conditional_formats)), rule)
    return {}


def update_conditional_format_rule(batch: Batch, body: Body) -> Body:
    index = int(body.get("index", 0))
    if "rule" in body:
        sheet, rule = _rule(batch, body["rule"])
        old = _rule_at(sheet, index)
        sheet.conditional_formats[index] = rule
        return {"newRule": rule, "newIndex": index, "oldRule": old, "oldIndex": index}
    sheet = batch.sheet(body.get("sheetId", 0))
    rule, new_index = _rule_at(sheet, index), int(body.get("newIndex", 0))
    _rule_at(sheet, new_index)
    del sheet.conditional_formats[index]
    sheet.conditional_formats.insert(new_index, rule)
    return {"newRule": rule, "newIndex": new_index, "oldIndex": index}


def delete_conditional_format_rule(batch: Batch, body: Body) -> Body:
    sheet, index = batch.sheet(body.get("sheetId", 0)), int(body.get("index", 0))
    rule = _rule_at(sheet, index)
    del sheet.conditional_formats[index]
    return {"rule": rule}


def add_named_range(batch: Batch, body: Body) -> Body:
    sent = body.get("namedRange") or {}
    sheet, area = batch.area(sent.get("range"))
    ids = {named["namedRangeId"] for named in batch.spreadsheet.named_ranges}
    wanted = sent.get("namedRangeId")
    if wanted in ids:
        raise refusal(f"A named range with id {wanted} already exists.")
    names = {named["name"].casefold() for named in batch.spreadsheet.named_ranges}
    if not sent.get("name") or sent["name"].casefold() in names:
        raise refusal(f"Cannot add named range with name: {sent.get('name', '')}")
    number = fresh_id(batch.spreadsheet, {int(i) for i in ids if i.isdigit()})
    new = {"namedRangeId": wanted or str(number), "name": sent["name"], "range": grid_range(sheet.id, area)}
    batch.spreadsheet.named_ranges.append(new)
    return {"namedRange": _shown(new)}


def update_named_range(batch: Batch, body: Body) -> Body:
    sent = body.get("namedRange") or {}
    index = _named(batch, sent.get("namedRangeId"))
    batch.spreadsheet.named_ranges[index] = _masked(batch, batch.spreadsheet.named_ranges[index], sent, body)
    return {}


def delete_named_range(batch: Batch, body: Body) -> Body:
    del batch.spreadsheet.named_ranges[_named(batch, body.get("namedRangeId"))]
    return {}


def set_basic_filter(batch: Batch, body: Body) -> Body:
    sent = body.get("filter") or {}
    sheet, area = batch.area(sent.get("range"))
    sheet.basic_filter = sent | {"range": grid_range(sheet.id, area)}
    return {}


def clear_basic_filter(batch: Batch, body: Body) -> Body:
    batch.sheet(body.get("sheetId", 0)).basic_filter = None
    return {}


def _placed(batch: Batch, sent: Body, key: str) -> tuple[Sheet, Body]:
    """Return the tab of a new object and the object with its id and a range that always names the tab."""
    sheet, area = batch.area(sent.get("range"))
    new_id = new_object_id(batch, key, sent.get(key))
    given = {name: value for name, value in sent.items() if value is not None}
    return sheet, {**given, key: new_id, "range": grid_range(sheet.id, area)}


def _masked(batch: Batch, old: Body, sent: Body, body: Body) -> Body:
    new = old
    for path in paths(mask(body)):
        new = merge(new, sent, path)
    sheet, area = batch.area(new.get("range"))
    ids = {name: value for name, value in old.items() if name.endswith("Id")}
    return new | ids | {"range": grid_range(sheet.id, area)}


def _protection(batch: Batch, sent: Body) -> Body:
    """Return a protection as it is kept: false and empty parts are absent, its editors always there."""
    editors = {name: value for name, value in (sent.get("editors") or {}).items() if value}
    if sent.get("warningOnly") and editors:
        raise refusal("Editors cannot be set on a protected range that only warns.")
    new = {name: value for name, value in sent.items() if value and name not in {"requestingUserCanEdit", "editors"}}
    free = []
    for range_ in sent.get("unprotectedRanges") or []:
        sheet, area = batch.area(range_)
        if sheet.id != new["range"]["sheetId"] or not rectangle(new["range"]).holds(area):
            raise refusal("Unprotected ranges must be within the protected range.")
        free.append(grid_range(sheet.id, area))
    if free:
        new["unprotectedRanges"] = free
    return new | {"editors": editors}


def _admit(batch: Batch, protection: Body) -> None:
    if not guard.admitted(batch.spreadsheet, protection, batch.by):
        raise protected_error()


def _check_banding(sheet: Sheet, new: Body) -> None:
    area = rectangle(new["range"])
    for other in sheet.banded_ranges:
        if other["bandedRangeId"] != new["bandedRangeId"] and rectangle(other["range"]).meets(area):
            what = "alternating background colors"
            raise refusal(f"You cannot add {what} to a range that already has {what}.")
    if not (new.get("rowProperties") or new.get("columnProperties")):
        raise refusal("Must specify rowProperties or columnProperties.")


def _rule(batch: Batch, sent: Body) -> tuple[Sheet, Body]:
    places = [batch.area(range_) for range_ in sent.get("ranges") or []]
    if not places or len({sheet.id for sheet, _ in places}) != 1:
        raise refusal("All ranges of a conditional format rule must be on the same sheet.")
    if not (sent.get("booleanRule") or sent.get("gradientRule")):
        raise refusal("A conditional format rule must have a booleanRule or a gradientRule.")
    return places[0][0], sent | {"ranges": [grid_range(sheet.id, area) for sheet, area in places]}


def _rule_at(sheet: Sheet, index: int) -> Body:
    if not 0 <= index < len(sheet.conditional_formats):
        raise refusal(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return sheet.conditional_formats[index]


def _named(batch: Batch, wanted: str | None) -> int:
    for index, named in enumerate(batch.spreadsheet.named_ranges):
        if named["namedRangeId"] == wanted:
            return index
    raise refusal(f"No named range with id: {wanted}")


def _shown(item: Body) -> Body:
    """Return a resource as a reply gives it: a sheet id of 0 is absent."""
    return item | {"range": {k: v for k, v in item["range"].items() if (k, v) != ("sheetId", 0)}}


OBJECT_KINDS: dict[str, Callable[[Batch, Body], Body]] = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "addBanding": add_banding,
    "updateBanding": update_banding,
    "deleteBanding": delete_banding,
    "addConditionalFormatRule": add_conditional_format_rule,
    "updateConditionalFormatRule": update_conditional_format_rule,
    "deleteConditionalFormatRule": delete_conditional_format_rule,
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
}
