"""Taking one edit back while others may have changed things since: a comparison of before, after and now.

Whatever still is as the edit left it becomes what it was before; whatever somebody changed since stays.
"""

import copy
from dataclasses import fields, replace

from tests.sheets_server import structure
from tests.sheets_server.batch import fresh_id
from tests.sheets_server.copies import working_copy
from tests.sheets_server.follow import titles
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet
from tests.sheets_server.references import Reference, rewrite
from tests.sheets_server.request_tabs import free_title, under_id

_SIZES = ("rows", "columns")


def undone(before: Spreadsheet, after: Spreadsheet, now: Spreadsheet) -> Spreadsheet:
    """Return `now` without the edit that led from `before` to `after`."""
    result = working_copy(now)
    old, edited = _by_id(before), _by_id(after)
    for sheet_id in edited.keys() - old.keys():
        if sheet_id in _by_id(result):
            structure.delete_sheet(result, _by_id(result)[sheet_id])
    present = [sheet for sheet in before.sheets if sheet.id in edited and sheet.id in _by_id(result)]
    for sheet in present:
        _retitle(result, sheet, edited[sheet.id])
    renamed = {
        sheet.title.casefold(): _bring_back(result, sheet, before.sheets.index(sheet)).title
        for sheet in before.sheets
        if sheet.id not in edited
    }
    for sheet in present:
        _restore(result.by_id(sheet.id), sheet, edited[sheet.id], renamed)
    if now.named_ranges == after.named_ranges:
        result.named_ranges = copy.deepcopy(before.named_ranges)
    return result


def _by_id(spreadsheet: Spreadsheet) -> dict[int, Sheet]:
    return {sheet.id: sheet for sheet in spreadsheet.sheets}


def _retitle(result: Spreadsheet, before: Sheet, after: Sheet) -> None:
    sheet = result.by_id(before.id)
    taken = titles(result).get(before.title.casefold(), before.id) != before.id
    if before.title != after.title == sheet.title and not taken:
        structure.rename(result, sheet, before.title)


def _bring_back(result: Spreadsheet, sheet: Sheet, index: int) -> Sheet:
    """Put a deleted tab back: under its own id and title, or under free ones when somebody has taken them."""
    used = set(_by_id(result))
    sheet_id = fresh_id(result, used) if sheet.id in used else sheet.id
    title = sheet.title
    if title.casefold() in titles(result):
        title = free_title(result, f"{title} ", 2)
    back = under_id(result, sheet, sheet_id, title)
    result.sheets.insert(min(index, len(result.sheets)), back)
    return back


def _restore(now: Sheet, before: Sheet, after: Sheet, renamed: dict[str, str]) -> None:
    """Undo the edit within one tab."""
    for part in fields(Sheet):
        old, new, current = (getattr(sheet, part.name) for sheet in (before, after, now))
        if part.name in _SIZES:
            setattr(now, part.name, current + old - new)
        elif part.name not in {"id", "title", "cells"} and current == new != old:
            setattr(now, part.name, copy.deepcopy(old))
    for place in before.cells.keys() | after.cells.keys():
        cell = before.cells.get(place)
        if cell != after.cells.get(place) == now.cells.get(place):
            now.cells.pop(place, None)
            if cell is not None:
                now.cells[place] = _with_titles(cell, renamed)


def _with_titles(cell: Cell, renamed: dict[str, str]) -> Cell:
    """Return the cell with its formula pointing at the new titles of tabs that came back."""
    if not isinstance(cell.entered, Formula):
        return cell

    def change(reference: Reference) -> Reference:
        return replace(reference, title=renamed.get(reference.title.casefold(), reference.title))

    text = rewrite(cell.entered.text, change)
    return cell if text == cell.entered.text else replace(cell, entered=Formula(text=text))
