"""New tabs and columns in their full dress: headers, notes, looks, dropdowns, colours, banding, protection.

Nothing is compared here: whoever asks knows that the tab or the column is missing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reports.wording import words
from scoring.columns import Column, Kind, Owner, TabSpec
from scoring.domain import Language
from scoring.tabs import ACTORS, OVERVIEW, RECIPIENTS
from sync.google.api_requests import (
    Json,
    Request,
    area,
    column_range,
    dress_cells,
    fold_columns,
    put_cell,
    set_width,
)
from sync.google.ids import BANDING_OFFSET, SERVICE_TAB_IDS
from sync.google.look import (
    WHITE,
    Names,
    cell_format,
    fills,
    header_format,
    pixels,
    style,
    text,
    validation,
)
from sync.google.protection import tab_protection
from sync.layout import arranged
from sync.layout.colours import GREEN, GREY, GREY_CELL, GREY_HEADER, LIGHT_YELLOW, MID_GREY
from sync.layout.lookup_formula import quoted
from sync.layout.titles import TICK_BOX_HELP, TICK_LABEL
from sync.layout.widths import HEADLINE_SIZE, HEADLINES
from sync.ownership import TICK_COLUMN, TICK_ROW

ROWS = 1000
SPARE_COLUMNS = 5
"""What a new tab of people's has right of its headers, for columns of their own."""

OVERVIEW_COLUMNS = 12
"""How far the grid of Übersicht reaches: under its charts."""


def service_tab_requests(spec: TabSpec, title: str, language: Language, account: str) -> list[Request]:
    """Return everything that makes and dresses an empty service tab, protected for `account`.

    The charts on Übersicht are added by `setup` alone: a sync that makes the tab anew must not fail by one of them.
    """
    sheet_id = SERVICE_TAB_IDS[spec.name]
    width = OVERVIEW_COLUMNS if spec is OVERVIEW else len(spec.columns)
    requests = [add_tab(spec, sheet_id, title, width)]
    if spec is OVERVIEW:
        requests += overview_requests(sheet_id, language)
    else:
        for index, column in enumerate(spec.columns):
            header = {"stringValue": column.header(language)}
            requests += dress_column(spec, column, language, sheet_id, row=0, index=index, header=header, names={})
        requests.append(banding(spec, sheet_id))
    return [*requests, {"addProtectedRange": {"protectedRange": tab_protection(spec, account)}}]


def peoples_tab_requests(
    spec: TabSpec, sheet_id: int, title: str, language: Language, headers: Mapping[str, Json], names: Names
) -> list[Request]:
    """Return everything that makes and dresses an empty tab of people's.

    `headers` are the values of header cells that hold more than their title, by field: the formulas.
    """
    columns = arranged(spec)
    requests = [add_tab(spec, sheet_id, title, len(columns) + SPARE_COLUMNS)]
    for index, column in enumerate(columns):
        header = headers.get(column.field, {"stringValue": column.header(language)})
        requests += dress_column(spec, column, language, sheet_id, row=0, index=index, header=header, names=names)
    if spec is ACTORS:
        requests += fold_columns(sheet_id, sum(column.front for column in columns), len(columns))
    return [*requests, banding(spec, sheet_id)]


def add_tab(spec: TabSpec, sheet_id: int, title: str, width: int) -> Request:
    """Return what adds the blank tab, its header row frozen."""
    grid = {"rowCount": ROWS, "columnCount": width, "frozenRowCount": 1}
    if spec is ACTORS:
        grid["frozenColumnCount"] = 1
    properties: dict[str, Any] = {"sheetId": sheet_id, "title": title, "gridProperties": grid}
    properties["tabColorStyle"] = style(MID_GREY if spec.owner is Owner.SERVICE else GREEN)
    if spec is OVERVIEW:
        grid["hideGridlines"] = True
    return {"addSheet": {"properties": properties}}


def dress_column(
    spec: TabSpec,
    column: Column,
    language: Language,
    sheet_id: int,
    *,
    row: int,
    index: int,
    header: Json,
    names: Names,
) -> Iterator[Request]:
    """Yield what fills the header cell (0-based) of a blank column and dresses all cells below it."""
    cells: dict[str, Any] = {"userEnteredFormat": cell_format(spec, column, language)}
    rule = validation(column, language, names) if column.owner is Owner.PEOPLE else None
    if rule:
        cells["dataValidation"] = rule
    yield dress_cells(column_range(sheet_id, index, first_row=row + 1), cells)
    note = {"note": column.help(language)} if column.help(language) else {}
    look = {"userEnteredFormat": header_format(spec, column)}
    yield put_cell(sheet_id, row, index, {"userEnteredValue": header, **look, **note})
    yield set_width(sheet_id, index, pixels(spec, column, language))
    yield from colour_rules(column, language, sheet_id, row=row, index=index)


def colour_rules(column: Column, language: Language, sheet_id: int, *, row: int, index: int) -> Iterator[Request]:
    """Yield what colours the cells below a header by the list value that stands in them."""
    for label, colour in fills(column.choices, language):
        rule = {
            "ranges": [column_range(sheet_id, index, first_row=row + 1)],
            "booleanRule": {
                "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": label}]},
                "format": {"backgroundColorStyle": style(colour)},
            },
        }
        yield {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def banding(spec: TabSpec, sheet_id: int) -> Request:
    """Return what shades every other row of a new tab; its header is green where people write."""
    colours = {
        "headerColorStyle": style(GREY_HEADER if spec.owner is Owner.SERVICE else GREEN),
        "firstBandColorStyle": style(WHITE),
        "secondBandColorStyle": style(GREY_CELL),
    }
    place = area(sheet_id, columns=(0, len(spec.columns)))
    return {
        "addBanding": {
            "bandedRange": {"bandedRangeId": sheet_id + BANDING_OFFSET, "range": place, "rowProperties": colours}
        }
    }


def name_range(title: str, header_row: int, column: str) -> str:
    """Return the formula of the cells below a header (1-based row, column letters), for a dropdown of names."""
    return f"={quoted(title)}!${column}${header_row + 1}:${column}"


NAME_KINDS: Mapping[str, Kind] = {ACTORS.name: Kind.ACTOR, RECIPIENTS.name: Kind.PERSON}
"""The tabs whose keys dropdowns offer, and the kind of column that offers them."""


def overview_requests(sheet_id: int, language: Language) -> Iterator[Request]:
    """Yield title, tick box and the look of what a sync says below; the rows are `sync.ownership`'s."""
    types = ((text(bold=True), text(bold=True, size=HEADLINE_SIZE)), (text(), text(size=HEADLINE_SIZE)))
    for index, (column, (usual, headline)) in enumerate(zip(OVERVIEW.columns, types, strict=True)):
        look = cell_format(OVERVIEW, column, language) | {"wrapStrategy": "WRAP"}
        yield dress_cells(column_range(sheet_id, index), {"userEnteredFormat": look | {"textFormat": usual}})
        large = area(sheet_id, rows=(HEADLINES.start - 1, HEADLINES.stop - 1), columns=(index, index + 1))
        yield dress_cells(large, {"userEnteredFormat": look | {"textFormat": headline}})
        yield set_width(sheet_id, index, pixels(OVERVIEW, column, language))
    title = OVERVIEW.columns[0].header(language)
    yield put_cell(sheet_id, 0, 0, _said(title, text(GREEN, size=20, bold=True)))
    yield put_cell(sheet_id, 0, 1, _said(OVERVIEW.help(language), text(GREY, italic=True)))
    yield put_cell(sheet_id, TICK_ROW - 1, TICK_COLUMN - 1, _said(words(language).text(TICK_LABEL), text(bold=True)))
    yield put_cell(sheet_id, TICK_ROW - 1, TICK_COLUMN, _tick_box(language))


def _said(what: str, type_: Json) -> Json:
    look = {"textFormat": type_, "verticalAlignment": "MIDDLE"}
    return {"userEnteredValue": {"stringValue": what}, "userEnteredFormat": look}


def _tick_box(language: Language) -> Json:
    return {
        "userEnteredValue": {"boolValue": False},
        "userEnteredFormat": {"backgroundColorStyle": style(LIGHT_YELLOW), "horizontalAlignment": "LEFT"},
        "note": TICK_BOX_HELP[language],
        "dataValidation": {"condition": {"type": "BOOLEAN"}, "strict": True, "showCustomUi": True},
    }
