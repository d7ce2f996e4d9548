"""The last look at what `setup` sends: whatever would touch a filled cell of people's is not sent."""

from typing import Any

import pytest

from sync.google.api_requests import (
    Request,
    area,
    column_range,
    dress_cells,
    insert_columns,
    insert_rows,
    put_cell,
    put_formula,
    set_width,
)
from sync.google.ids import SERVICE_TAB_IDS
from sync.google.protection import lookup_warning
from sync.google.setup.allowed import assert_setup_requests
from sync.google.setup.state import GoogleState, GoogleTab
from sync.layout.lookup_formula import Lookup, lookup
from sync.ownership import OwnershipError

TEAM, RESULTS, NEW = 7, SERVICE_TAB_IDS["results"], 99
TEXT = {"userEnteredValue": {"stringValue": "x"}}


def rank(key_column: int = 0) -> Lookup:
    return lookup("rank", header="Rang", key_column=key_column, header_row=1, title="Auswertung", separator=";")


STATE = GoogleState(
    locale="de_DE",
    time_zone="Europe/Berlin",
    titles=("Akteure", "Auswertung"),
    ids=frozenset({TEAM, RESULTS}),
    charts={},
    tabs=(
        GoogleTab(
            id=TEAM,
            title="Akteure",
            rows=1000,
            columns=26,
            cells=(("Name", "Art", "Rang"), ("Stadtwerke", "Verein", 1)),
            formulas={(0, 2): rank().formula},
            json={"bandedRanges": [{"bandedRangeId": 1, "range": {"sheetId": TEAM, "endColumnIndex": 5}}]},
        ),
        GoogleTab(id=RESULTS, title="Auswertung", rows=1000, columns=17, cells=(), formulas={}, json={}),
    ),
)


@pytest.mark.parametrize(
    "requests",
    [
        [insert_columns(TEAM, 5, 2, at_end=False), put_cell(TEAM, 0, 5, TEXT), put_cell(TEAM, 0, 6, TEXT)],
        [insert_columns(TEAM, 5, 1, at_end=False), dress_cells(column_range(TEAM, 5, first_row=1), {})],
        [insert_rows(TEAM, 2, 1, at_end=False), put_cell(TEAM, 2, 0, TEXT)],
        [put_formula(TEAM, 0, 2, rank(1).formula)],
        [{"addProtectedRange": {"protectedRange": lookup_warning("rank", TEAM, 0, 2)}}],
        [dress_cells(area(RESULTS), {}), set_width(RESULTS, 0, 100)],
        [{"updateBanding": {"bandedRange": {"bandedRangeId": 1, "range": area(RESULTS)}, "fields": "range"}}],
        [{"addSheet": {"properties": {"sheetId": NEW, "title": "Presse"}}}, put_cell(NEW, 0, 0, TEXT)],
    ],
    ids=[
        "new columns",
        "look of a new column",
        "new row",
        "own header",
        "warning",
        "service tab",
        "banding",
        "new tab",
    ],
)
def test_what_setup_needs_is_let_through(requests: list[Request]) -> None:
    assert_setup_requests(requests, STATE)


def with_fields(fields: str) -> Request:
    request = put_formula(TEAM, 0, 2, rank().formula)
    request["updateCells"]["fields"] = fields
    return request


def wider(**sides: int) -> Request:
    request = put_formula(TEAM, 0, 2, rank().formula)
    request["updateCells"]["range"] |= sides
    return request


@pytest.mark.parametrize(
    "requests",
    [
        [put_cell(TEAM, 0, 0, TEXT)],
        [put_cell(TEAM, 0, 5, TEXT)],
        [put_cell(TEAM, 2, 0, TEXT)],
        [insert_columns(TEAM, 4, 1, at_end=False)],
        [insert_rows(TEAM, 1, 1, at_end=False)],
        [insert_columns(TEAM, 5, 1, at_end=False), put_cell(TEAM, 0, 6, TEXT)],
        [insert_columns(TEAM, 5, 1, at_end=False), put_cell(TEAM, 0, 4, TEXT)],
        [insert_columns(TEAM, 5, 1, at_end=False), insert_columns(TEAM, 5, 1, at_end=False)],
        [insert_columns(TEAM, 5, 1, at_end=False), dress_cells(area(TEAM, columns=(5, None)), {})],
        [insert_columns(TEAM, 5, 1, at_end=False), dress_cells(area(TEAM), {})],
        [put_cell(TEAM, 0, 5, TEXT), insert_columns(TEAM, 5, 1, at_end=False)],
        [put_formula(TEAM, 0, 1, rank().formula)],
        [put_formula(TEAM, 0, 2, "=1")],
        [with_fields("userEnteredValue,note")],
        [wider(endColumnIndex=4)],
        [wider(endRowIndex=2)],
        [{"addProtectedRange": {"protectedRange": lookup_warning("rank", TEAM, 0, 2) | {"warningOnly": False}}}],
        [{"addProtectedRange": {"protectedRange": {"protectedRangeId": 5, "range": area(TEAM), "warningOnly": True}}}],
        [{"addSheet": {"properties": {"sheetId": TEAM, "title": "Presse"}}}],
        [{"deleteSheet": {"sheetId": RESULTS}}],
        [{"deleteDimension": {"range": {"sheetId": RESULTS, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}}],
        [{"updateCells": {"rows": [], "fields": "*"}}],
        [{"updateChartSpec": {"chartId": 1, "spec": {}}}],
        [{"updateBanding": {"bandedRange": {"bandedRangeId": 1, "range": area(TEAM)}, "fields": "range"}}],
        [set_width(TEAM, 0, 100)],
        [insert_columns(12345, 0, 1, at_end=False)],
    ],
)
def test_what_could_touch_people_s_cells_is_refused(requests: list[Any]) -> None:
    with pytest.raises(OwnershipError):
        assert_setup_requests(requests, STATE)
