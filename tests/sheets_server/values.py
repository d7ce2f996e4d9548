"""The values part of the API: reading, writing, appending and clearing blocks of plain values.

Ranges are read in `a1`, typed text in `entry`, shown text in `formats`; everything else about cells goes through
batchUpdate.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.sheets_server import a1, contents, entry, formats
from tests.sheets_server.a1 import Block
from tests.sheets_server.errors import Rejected
from tests.sheets_server.limits import check_grids, check_letters
from tests.sheets_server.model import Cell, CellWrite, Formula, Sheet, Spreadsheet, Value
from tests.sheets_server.protection import may_edit, protected_error


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """How values are answered, in Google's words: valueRenderOption, dateTimeRenderOption, majorDimension."""

    value: str = "FORMATTED_VALUE"
    moment: str = "SERIAL_NUMBER"
    major: str = "ROWS"


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes, and how: RAW, or USER_ENTERED as if typed on `today`."""

    who: str
    today: date
    typed: bool


def read(spreadsheet: Spreadsheet, block: Block, rendering: Rendering, shown: contents.Shown) -> dict[str, Any]:
    """Return the ValueRange of a block: trailing blanks and blank rows are left out, and `values` when all is blank."""
    rows: dict[int, dict[int, Any]] = {}
    by_columns = rendering.major == "COLUMNS"
    for (row, column), value in shown.of(block.sheet).items():
        if block.top <= row < block.bottom and block.left <= column < block.right and value is not None:
            line, place = (
                (column - block.left, row - block.top) if by_columns else (row - block.top, column - block.left)
            )
            cell = block.sheet.cells.get((row, column))
            rows.setdefault(line, {})[place] = _rendered(value, cell, spreadsheet.locale, rendering)
    answer: dict[str, Any] = {"range": str(block), "majorDimension": "COLUMNS" if by_columns else "ROWS"}
    if rows:
        answer["values"] = [_filled(rows.get(line, {})) for line in range(max(rows) + 1)]
    return answer


def _filled(line: Mapping[int, Any]) -> list[Any]:
    return [line.get(place, "") for place in range(max(line, default=-1) + 1)]


def _rendered(value: Value, cell: Cell | None, locale: str, rendering: Rendering) -> Any:
    number_format = contents.number_format(cell)
    if rendering.value == "FORMATTED_VALUE":
        return formats.shown(value, number_format, locale)
    if rendering.value == "FORMULA" and cell and isinstance(cell.entered, Formula):
        return cell.entered.text
    if rendering.moment == "FORMATTED_STRING" and formats.is_day_or_time(value, number_format):
        return formats.shown(value, number_format, locale)
    return contents.as_json(value)


def write(spreadsheet: Spreadsheet, text: str, body: dict[str, Any], writer: Writer) -> dict[str, Any]:
    """Write a ValueRange from the upper left corner of the range on; null leaves a cell alone, "" empties it."""
    table = _table(body)
    target = a1.find(spreadsheet, text)
    block = _extent(target, table)
    done = _put(spreadsheet, block, table, writer)
    return _updated(spreadsheet, block, done)


def _table(body: dict[str, Any]) -> list[list[Any]]:
    """The values by rows, whatever way they were sent."""
    table = body.get("values") or []
    if not isinstance(table, list):
        raise _bad_value("data.values", table)
    for number, line in enumerate(table):
        if not isinstance(line, list):
            raise _bad_value(f"data.values[{number}]", line)
    if body.get("majorDimension") != "COLUMNS":
        return table
    height = max((len(column) for column in table), default=0)
    return [[column[row] if row < len(column) else None for column in table] for row in range(height)]


def _bad_value(field: str, value: Any) -> Rejected:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    sentence = f"Invalid value at '{field}' (type.googleapis.com/google.protobuf.ListValue), {text}"
    violation = {"field": field, "description": sentence}
    details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return Rejected(400, "INVALID_ARGUMENT", sentence, (details,))


def _extent(target: Block, table: list[list[Any]]) -> Block:
    """What the values cover; a range of more than one cell must hold them all."""
    bottom = target.top + max(len(table), 1)
    right = target.left + max((len(line) for line in table), default=1)
    single = (target.bottom - target.top, target.right - target.left) == (1, 1)
    if not single and bottom > target.bottom:
        raise _outside(target, f"row [{target.bottom + 1}]")
    if not single and right > target.right:
        raise _outside(target, f"column [{a1.column_name(target.right)}]")
    sheet = target.sheet
    block = replace(target, bottom=bottom, right=right)
    if bottom > sheet.rows or right > sheet.columns:
        raise a1.beyond(sheet, str(block))
    return block


def _outside(target: Block, what: str) -> Rejected:
    sentence = f"Requested writing within range [{target}], but tried writing to {what}"
    return Rejected(400, "INVALID_ARGUMENT", sentence)


Cells = dict[tuple[int, int], Cell]


def _planned(spreadsheet: Spreadsheet, block: Block, table: list[list[Any]], writer: Writer) -> Cells:
    """Return the cells as they will be; Rejected when one of them is refused, before any is written."""
    sheet = block.sheet
    new: Cells = {}
    for row, line in enumerate(table, block.top):
        for column, value in enumerate(line, block.left):
            if value is not None:
                if not may_edit(spreadsheet, sheet, row, column, writer.who):
                    raise protected_error()
                new[row, column] = _entered(sheet.cells.get((row, column)) or Cell(), value, spreadsheet, writer)
    return new


def _put(spreadsheet: Spreadsheet, block: Block, table: list[list[Any]], writer: Writer) -> Cells:
    """Write all cells or, when one of them is refused, none; return the cells that were written."""
    new = _planned(spreadsheet, block, table, writer)
    _store_all(spreadsheet, block.sheet, new, writer.who)
    return new


def _store_all(spreadsheet: Spreadsheet, sheet: Sheet, cells: Cells, who: str) -> None:
    for place, cell in cells.items():
        _store(spreadsheet, sheet, place, cell, who)


def _store(spreadsheet: Spreadsheet, sheet: Sheet, place: tuple[int, int], cell: Cell, who: str) -> None:
    old = sheet.cells.get(place, Cell())
    row, column = place
    if old.entered is not None or old.error or cell.entered is not None:
        spreadsheet.writes.append(
            CellWrite(by=who, sheet_id=sheet.id, row=row, column=column, before=old.entered, after=cell.entered)
        )
    cell.written_by = who if cell.entered is not None else ""
    if cell == Cell():
        sheet.cells.pop(place, None)
    else:
        sheet.cells[place] = cell


def _entered(old: Cell, value: Any, spreadsheet: Spreadsheet, writer: Writer) -> Cell:
    if not isinstance(value, str | int | float):
        raise Rejected(400, "INVALID_ARGUMENT", f"Invalid values: struct_value or list_value in a cell: {value}")
    if isinstance(value, str):
        check_letters(value)
    is_text_cell = contents.number_format(old).get("type") == "TEXT"
    if writer.typed and isinstance(value, str) and not is_text_cell:
        typed = entry.parse(value, locale=spreadsheet.locale, today=writer.today)
        number_format = {"numberFormat": typed.number_format} if typed.number_format else {}
        return replace(old, entered=typed.value, error="", runs=[], format=old.format | number_format)
    plain = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return replace(old, entered=None if plain == "" else plain, error="", runs=[])


def _updated(spreadsheet: Spreadsheet, block: Block, done: Cells) -> dict[str, Any]:
    counts = {
        "updatedRows": len({row for row, _ in done}),
        "updatedColumns": len({column for _, column in done}),
        "updatedCells": len(done),
    }
    present = {name: count for name, count in counts.items() if count}
    return {"spreadsheetId": spreadsheet.id, "updatedRange": str(block), **present}


def write_all(spreadsheet: Spreadsheet, data: list[dict[str, Any]], writer: Writer) -> dict[str, Any]:
    """Write several ValueRanges, all or none, and return the counts of each and of all together."""
    targets = [a1.find(spreadsheet, body.get("range", "")) for body in data]
    tables = [_table(body) for body in data]
    blocks = [_extent(target, table) for target, table in zip(targets, tables, strict=True)]
    planned = [_planned(spreadsheet, block, table, writer) for block, table in zip(blocks, tables, strict=True)]
    for block, cells in zip(blocks, planned, strict=True):
        _store_all(spreadsheet, block.sheet, cells, writer.who)
    written = {(block.sheet.id, *place) for block, cells in zip(blocks, planned, strict=True) for place in cells}
    totals = {
        "totalUpdatedRows": len({(tab, row) for tab, row, _ in written}),
        "totalUpdatedColumns": len({(tab, column) for tab, _, column in written}),
        "totalUpdatedCells": len(written),
        "totalUpdatedSheets": len({tab for tab, _, _ in written}),
    }
    present = {name: count for name, count in totals.items() if count}
    responses = [_updated(spreadsheet, block, cells) for block, cells in zip(blocks, planned, strict=True)]
    return {"spreadsheetId": spreadsheet.id, **present, "responses": responses}


def append(spreadsheet: Spreadsheet, text: str, body: dict[str, Any], writer: Writer) -> dict[str, Any]:
    """Write rows below the table that the range touches, adding rows and columns to the grid where they are missing.

    The table begins where its first filled column begins: rows whose first cell is blank make it drift to the right.
    """
    table = _table(body)
    target = a1.find(spreadsheet, text)
    found = _table_within(target)
    sheet = target.sheet
    top, left = (found.bottom, found.left) if found else (target.top, target.left)
    width = max((len(line) for line in table), default=0)
    rows, columns = max(sheet.rows, top + len(table)), max(sheet.columns, left + width)
    check_grids(spreadsheet, more=rows * columns - sheet.rows * sheet.columns)
    block = Block(sheet=sheet, top=top, left=left, bottom=top + max(len(table), 1), right=left + max(width, 1))
    done = _put(spreadsheet, block, table, writer)
    sheet.rows, sheet.columns = rows, columns
    answer = {"spreadsheetId": spreadsheet.id, "updates": _updated(spreadsheet, block, done)}
    return answer | ({"tableRange": str(found)} if found else {})


def _table_within(target: Block) -> Block | None:
    """The last group of neighbouring filled cells that has a cell inside the range."""
    filled = {place for place, cell in target.sheet.cells.items() if cell.entered is not None or cell.error}
    groups = [group for group in _groups(filled) if any(_inside(target, place) for place in group)]
    if not groups:
        return None
    group = max(groups, key=lambda places: (max(row for row, _ in places), max(column for _, column in places)))
    rows, columns = [row for row, _ in group], [column for _, column in group]
    return Block(sheet=target.sheet, top=min(rows), left=min(columns), bottom=max(rows) + 1, right=max(columns) + 1)


def _inside(block: Block, place: tuple[int, int]) -> bool:
    return block.top <= place[0] < block.bottom and block.left <= place[1] < block.right


def _groups(filled: set[tuple[int, int]]) -> Iterator[set[tuple[int, int]]]:
    rest = set(filled)
    while rest:
        group, edge = set(), [rest.pop()]
        while edge:
            row, column = edge.pop()
            group.add((row, column))
            near = {(row + down, column + along) for down in (-1, 0, 1) for along in (-1, 0, 1)} & rest
            rest -= near
            edge.extend(near)
        yield group


def clear(spreadsheet: Spreadsheet, text: str, who: str) -> Block:
    """Empty the values of a range; formats, notes and validation stay. Returns what was cleared."""
    block = a1.find(spreadsheet, text)
    inside = [place for place in block.sheet.cells if _inside(block, place)]
    for row, column in inside:
        if not may_edit(spreadsheet, block.sheet, row, column, who):
            raise protected_error()
    cells = block.sheet.cells
    for place in inside:
        _store(spreadsheet, block.sheet, place, replace(cells[place], entered=None, error="", runs=[]), who)
    return block
