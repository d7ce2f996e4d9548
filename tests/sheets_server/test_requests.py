"""Batches of requests: replies, refusals, all or nothing, protection, and the record of what was written."""

import copy
from typing import Any

import pytest

from tests.sheets_server.build import entered, lookup, tab
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Cell, CellWrite, Formula, Sheet, Spreadsheet
from tests.sheets_server.requests import apply_batch

SERVICE = "sync@project.iam.gserviceaccount.com"
ANNA = "anna@example.org"
OWNER = "owner@example.org"
PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


def book(*sheets: Sheet, **parts: Any) -> Spreadsheet:
    roles = {OWNER: "owner", SERVICE: "writer", ANNA: "writer"}
    return Spreadsheet(id="book", title="Klimaallianz", roles=roles, sheets=list(sheets), **parts)


def send(spreadsheet: Spreadsheet, *requests: dict[str, Any], by: str = SERVICE) -> list[dict[str, Any]]:
    return apply_batch(spreadsheet, requests, by=by)


def refused(spreadsheet: Spreadsheet, *requests: dict[str, Any], by: str = SERVICE) -> str:
    """The sentence of the refusal; nothing may have changed."""
    before = copy.deepcopy(spreadsheet)
    with pytest.raises(Rejected) as caught:
        apply_batch(spreadsheet, requests, by=by)
    assert spreadsheet == before
    assert (caught.value.status, caught.value.code) == (400, "INVALID_ARGUMENT")
    return caught.value.message


def texts(*values: str | float | bool | None) -> dict[str, Any]:
    """A row of userEnteredValue."""
    kinds = {bool: "boolValue", str: "stringValue", int: "numberValue", float: "numberValue"}
    return {"values": [{} if v is None else {"userEnteredValue": {kinds[type(v)]: v}} for v in values]}


def update(sheet_id: int, *rows: dict[str, Any], fields: str = "userEnteredValue", **start: int) -> dict[str, Any]:
    return {"updateCells": {"start": {"sheetId": sheet_id, **start}, "rows": list(rows), "fields": fields}}


def lines(sheet_id: int, dimension: str, start: int, end: int) -> dict[str, Any]:
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


def cells(top: int, bottom: int, left: int, right: int, sheet_id: int = 1) -> dict[str, int]:
    return {
        "sheetId": sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def protect(range_: dict[str, Any], *users: str, **parts: Any) -> dict[str, Any]:
    return {"addProtectedRange": {"protectedRange": {"range": range_, "editors": {"users": list(users)}, **parts}}}


# tabs


def test_add_sheet_with_the_clients_id_replies_its_properties() -> None:
    spreadsheet = book(tab(0, "Tabelle1"))

    replies = send(
        spreadsheet,
        {"addSheet": {"properties": {"sheetId": 9, "title": "Akteure", "gridProperties": {"rowCount": 5}}}},
        {"addSheet": {"properties": {"title": "Vorn", "index": 0, "hidden": True}}},
    )

    assert replies[0] == {
        "addSheet": {
            "properties": {
                "sheetId": 9,
                "title": "Akteure",
                "index": 1,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 5, "columnCount": 26},
            }
        }
    }
    assert [(s.title, s.rows, s.columns, s.hidden) for s in spreadsheet.sheets] == [
        ("Vorn", 1000, 26, True), ("Tabelle1", 10, 8, False), ("Akteure", 5, 26, False),
    ]  # fmt: skip
    assert replies[1]["addSheet"]["properties"]["sheetId"] == spreadsheet.sheets[0].id not in {0, 9}
    assert [edit[2] for edit in spreadsheet.api_structure_edits] == ["addSheet", "addSheet"]


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ({"title": "TABELLE1"}, 'A sheet with the name "TABELLE1" already exists. Please enter another name.'),
        ({"sheetId": 0, "title": "Neu"}, "A sheet with the ID 0 already exists. Please enter another ID."),
        ({"title": "x" * 101}, "The sheet name cannot be greater than 100 characters."),
    ],
)
def test_add_sheet_refuses_what_is_taken(properties: dict[str, Any], sentence: str) -> None:
    assert refused(book(tab(0, "Tabelle1")), {"addSheet": {"properties": properties}}) == (
        f"Invalid requests[0].addSheet: {sentence}"
    )


def test_delete_sheet_keeps_at_least_one() -> None:
    spreadsheet = book(tab(0, "Tabelle1"), tab(1, "Akteure"))

    assert send(spreadsheet, {"deleteSheet": {"sheetId": 0}}) == [{}]
    assert refused(spreadsheet, {"deleteSheet": {"sheetId": 1}}).endswith("remove all the sheets in a document.")
    assert refused(spreadsheet, {"deleteSheet": {"sheetId": 0}}) == (
        "Invalid requests[0].deleteSheet: No sheet with id: 0"
    )


def test_duplicate_sheet_gives_new_ids_and_leaves_protection_behind() -> None:
    banding = {"bandedRangeId": 5, "range": cells(0, 3, 0, 2)}
    source = tab(
        1,
        "Akteure",
        ["Name", "=A1+Akteure!B2"],
        banded_ranges=[banding],
        protected_ranges=[{"protectedRangeId": 6, "range": {"sheetId": 1}, "warningOnly": True}],
        merges=[cells(0, 1, 0, 2)],
    )
    spreadsheet = book(source)

    [reply] = send(spreadsheet, {"duplicateSheet": {"sourceSheetId": 1, "newSheetId": 2, "insertSheetIndex": 1}})

    new = spreadsheet.by_id(2)
    assert reply["duplicateSheet"]["properties"]["title"] == new.title == "Kopie von Akteure"
    assert entered(new) == [["Name", "=A1+Akteure!B2"]]
    assert new.merges == [cells(0, 1, 0, 2, sheet_id=2)]
    assert (new.protected_ranges, new.banded_ranges[0]["range"]) == ([], cells(0, 3, 0, 2, sheet_id=2))
    assert new.banded_ranges[0]["bandedRangeId"] != 5
    assert source.banded_ranges == [banding]


def test_duplicated_chart_follows_its_own_tab_and_still_shows_another() -> None:
    def chart(chart_id: int, sheet_id: int) -> dict[str, Any]:
        sources = [cells(0, 5, 0, 1, sheet_id=sheet_id), cells(0, 5, 1, 2, sheet_id=8)]
        anchor = {"sheetId": sheet_id, "rowIndex": 1, "columnIndex": 2}
        return {
            "chartId": chart_id,
            "spec": {"sources": sources},
            "position": {"overlayPosition": {"anchorCell": anchor}},
        }

    spreadsheet = book(tab(1, "Übersicht", charts=[chart(5, 1)]), tab(8, "Verlauf"))

    send(spreadsheet, {"duplicateSheet": {"sourceSheetId": 1, "newSheetId": 2}})

    [copied] = spreadsheet.by_id(2).charts
    assert copied == chart(copied["chartId"], 2)
    assert spreadsheet.by_id(1).charts == [chart(5, 1)]
    assert copied["chartId"] != 5


def test_not_all_rows_can_be_frozen() -> None:
    properties = {"sheetId": 1, "gridProperties": {"frozenRowCount": 3}}
    request = {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.frozenRowCount"}}

    assert refused(book(tab(1, "Akteure", height=3)), request) == (
        "Invalid requests[0].updateSheetProperties: You can't freeze all visible rows on the sheet."
    )


def test_update_sheet_properties_changes_what_the_mask_lists() -> None:
    spreadsheet = book(tab(0, "Eins"), tab(1, "Zwei", frozen_rows=2), tab(2, "Drei"), tab(3, "Vier"))
    properties = {
        "sheetId": 1,
        "title": "Akteure",
        "index": 3,
        "hidden": True,
        "gridProperties": {"frozenColumnCount": 1, "rowCount": 20},
        "tabColorStyle": {"rgbColor": {"red": 1, "green": 0, "blue": 0.5}},
    }
    fields = "title,index,tabColorStyle,gridProperties(frozenRowCount,frozenColumnCount)"

    assert send(spreadsheet, {"updateSheetProperties": {"properties": properties, "fields": fields}}) == [{}]

    sheet = spreadsheet.by_id(1)
    assert [s.title for s in spreadsheet.sheets] == ["Eins", "Drei", "Akteure", "Vier"]
    assert (sheet.frozen_rows, sheet.frozen_columns, sheet.rows, sheet.hidden) == (0, 1, 10, False)
    assert sheet.properties == {"tabColorStyle": {"rgbColor": {"red": 1, "blue": 0.49803922}}}
    assert spreadsheet.api_structure_edits == []


def test_colour_that_was_read_can_be_sent_again() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    sheet = spreadsheet.by_id(1)

    for step in range(1, 255):
        colour = {"red": step / 255, "green": 0, "blue": 1}
        for style in ({"rgbColor": colour}, None):
            properties = {"sheetId": 1, "tabColorStyle": style or sheet.properties["tabColorStyle"]}
            send(spreadsheet, {"updateSheetProperties": {"properties": properties, "fields": "tabColorStyle"}})
        assert sheet.properties == {"tabColorStyle": {"rgbColor": {"red": round(step / 255, 8), "blue": 1}}}


def test_update_sheet_properties_cuts_a_smaller_grid() -> None:
    spreadsheet = book(tab(1, "Akteure", ["a", "b"], ["c", "d"]))
    properties = {"sheetId": 1, "gridProperties": {"rowCount": 1, "columnCount": 1}}
    fields = "gridProperties/rowCount,gridProperties/columnCount"

    send(spreadsheet, {"updateSheetProperties": {"properties": properties, "fields": fields}})

    assert entered(spreadsheet.by_id(1)) == [["a"]]
    assert spreadsheet.api_structure_edits == [(SERVICE, 1, "updateSheetProperties")]


def test_last_visible_sheet_cannot_be_hidden() -> None:
    request = {"updateSheetProperties": {"properties": {"sheetId": 1, "hidden": True}, "fields": "hidden"}}

    assert refused(book(tab(1, "Akteure")), request) == (
        "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document."
    )


def test_update_spreadsheet_properties_sets_title_locale_and_zone() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    properties = {"title": "Neu", "locale": "en_US", "timeZone": "Etc/GMT"}

    request = {"updateSpreadsheetProperties": {"properties": properties, "fields": "title,locale"}}
    send(spreadsheet, request)

    assert (spreadsheet.title, spreadsheet.locale, spreadsheet.time_zone) == ("Neu", "en_US", "Europe/Berlin")


# rows and columns


def test_append_insert_and_delete_dimension_change_the_grid() -> None:
    spreadsheet = book(tab(1, "Akteure", ["a"], ["b"]))

    send(
        spreadsheet,
        {"appendDimension": {"sheetId": 1, "dimension": "COLUMNS", "length": 2}},
        {"insertDimension": {"range": lines(1, "ROWS", 1, 3)}},
        {"deleteDimension": {"range": lines(1, "ROWS", 0, 1)}},
    )

    sheet = spreadsheet.by_id(1)
    assert (sheet.rows, sheet.columns, entered(sheet)) == (11, 10, [[], [], ["b"]])
    assert spreadsheet.api_structure_edits == [
        (SERVICE, 1, "appendDimension"), (SERVICE, 1, "insertDimension"), (SERVICE, 1, "deleteDimension"),
    ]  # fmt: skip
    assert spreadsheet.writes == []


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        ((0, 3), "You can't delete all the rows on the sheet."),
        ((1, 3), "Sorry, it is not possible to delete all non-frozen rows."),
        (
            (2, 4),
            "Cannot delete a row that doesn't exist. Tried to delete row index 3 but there are only 3 rows.",
        ),
    ],
)
def test_delete_dimension_refuses_to_leave_no_rows(span: tuple[int, int], sentence: str) -> None:
    spreadsheet = book(tab(1, "Akteure", height=3, frozen_rows=1))

    assert refused(spreadsheet, {"deleteDimension": {"range": lines(1, "ROWS", *span)}}) == (
        f"Invalid requests[0].deleteDimension: {sentence}"
    )


def test_dimension_properties_and_groups_are_kept_by_line() -> None:
    spreadsheet = book(tab(0, "Akteure"))

    replies = send(
        spreadsheet,
        {
            "updateDimensionProperties": {
                "range": lines(0, "COLUMNS", 1, 3),
                "properties": {"pixelSize": 50, "hiddenByUser": True},
                "fields": "*",
            }
        },
        {
            "updateDimensionProperties": {
                "range": lines(0, "COLUMNS", 2, 3),
                "properties": {"hiddenByUser": False},
                "fields": "hiddenByUser",
            }
        },
        {"addDimensionGroup": {"range": lines(0, "COLUMNS", 0, 4)}},
        {"addDimensionGroup": {"range": lines(0, "COLUMNS", 1, 2)}},
        {"deleteDimensionGroup": {"range": lines(0, "COLUMNS", 0, 4)}},
        {"deleteDimensionGroup": {"range": lines(0, "COLUMNS", 1, 2)}},
    )

    sheet = spreadsheet.by_id(0)
    assert sheet.column_metadata == {1: {"pixelSize": 50, "hiddenByUser": True}, 2: {"pixelSize": 50}}
    outer = {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 4}, "depth": 1}
    inner = {"range": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}, "depth": 2}
    assert replies[2:] == [
        {"addDimensionGroup": {"dimensionGroups": [outer]}},
        {"addDimensionGroup": {"dimensionGroups": [outer, inner]}},
        {"deleteDimensionGroup": {"dimensionGroups": [inner | {"depth": 1}]}},
        {"deleteDimensionGroup": {}},
    ]
    assert sheet.column_groups == []


def test_update_dimension_group_collapses_it() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    group = {"range": lines(1, "ROWS", 2, 5), "depth": 1}

    send(
        spreadsheet,
        {"addDimensionGroup": {"range": lines(1, "ROWS", 2, 5)}},
        {"updateDimensionGroup": {"dimensionGroup": group | {"collapsed": True}, "fields": "collapsed"}},
    )

    assert spreadsheet.by_id(1).row_groups == [group | {"collapsed": True}]


# cells


def test_update_cells_writes_typed_values_and_records_them() -> None:
    spreadsheet = book(tab(1, "Akteure", ["alt", 1]))
    formula = {"values": [{"userEnteredValue": {"formulaValue": "=A1"}}]}

    send(spreadsheet, update(1, texts("=neu", 2, True), formula, texts("")))

    assert spreadsheet.by_id(1).cells == {
        (0, 0): Cell(entered="=neu", written_by=SERVICE),
        (0, 1): Cell(entered=2.0, written_by=SERVICE),
        (0, 2): Cell(entered=True, written_by=SERVICE),
        (1, 0): Cell(entered=Formula(text="=A1"), written_by=SERVICE),
    }
    assert spreadsheet.writes == [
        CellWrite(by=SERVICE, sheet_id=1, row=0, column=0, before="alt", after="=neu"),
        CellWrite(by=SERVICE, sheet_id=1, row=0, column=1, before=1.0, after=2.0),
        CellWrite(by=SERVICE, sheet_id=1, row=0, column=2, before=None, after=True),
        CellWrite(by=SERVICE, sheet_id=1, row=1, column=0, before=None, after=Formula(text="=A1")),
    ]


def test_update_cells_clears_the_rest_of_a_range() -> None:
    spreadsheet = book(tab(1, "Akteure", ["a", "b"], ["c", "d"], ["e"]))
    request = {"updateCells": {"range": cells(0, 2, 0, 2), "rows": [texts("neu")], "fields": "userEnteredValue"}}

    send(spreadsheet, request)

    assert entered(spreadsheet.by_id(1)) == [["neu"], [], ["e"]]
    assert [(w.row, w.column, w.before, w.after) for w in spreadsheet.writes] == [
        (0, 0, "a", "neu"), (0, 1, "b", None), (1, 0, "c", None), (1, 1, "d", None),
    ]  # fmt: skip


def test_update_cells_touches_only_what_the_mask_lists() -> None:
    sheet = tab(1, "Akteure", ["a"])
    sheet.cells[0, 0] = Cell(entered="a", format={"textFormat": {"bold": True, "italic": True}}, note="alt")
    spreadsheet = book(sheet)
    data = {
        "userEnteredFormat": {"textFormat": {"bold": False}, "wrapStrategy": "WRAP"},
        "note": "neu",
        "dataValidation": {"condition": {"type": "BOOLEAN"}},
    }

    send(spreadsheet, update(1, {"values": [data]}, fields="userEnteredFormat.textFormat.italic,note,dataValidation"))

    assert sheet.cells[0, 0] == Cell(
        entered="a",
        format={"textFormat": {"bold": True}},
        note="neu",
        validation={"condition": {"type": "BOOLEAN"}},
    )
    assert spreadsheet.writes == []


def test_update_cells_leaves_no_trace_of_what_it_takes_away() -> None:
    sheet = tab(1, "Akteure")
    sheet.cells[0, 0] = Cell(error="#REF!", format={"textFormat": {"bold": True}}, note="alt")
    spreadsheet = book(sheet)

    send(spreadsheet, update(1, {"values": [{}]}, fields="userEnteredValue,userEnteredFormat.textFormat.bold,note"))

    assert sheet.cells == {}


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (update(7, texts("a")), "No grid with id: 7"),
        (
            update(1, texts("a"), fields=""),
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
        ),
        (
            update(1, texts("a", "b", "c"), columnIndex=6),
            "Attempting to write column: 8, beyond the last requested column of: 7",
        ),
        (
            update(1, texts("a"), texts("b"), rowIndex=9),
            "Attempting to write row: 10, beyond the last requested row of: 9",
        ),
        (update(1, texts("a"), rowIndex=10), "GridCoordinate.rowIndex[10] is after last row in grid[9]"),
        (update(1, texts("a"), fields="value"), "Invalid field: value"),
        (
            update(1, texts("x" * 50_001)),
            "Your input contains more than the maximum of 50000 characters in a single cell.",
        ),
    ],
)
def test_update_cells_refuses_in_googles_words(request_: dict[str, Any], sentence: str) -> None:
    assert refused(book(tab(1, "Akteure")), request_) == f"Invalid requests[0].updateCells: {sentence}"


def test_repeat_cell_fills_a_range_and_shifts_a_formula() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    cell = {"userEnteredValue": {"formulaValue": "=A1*$B$1"}, "userEnteredFormat": {"wrapStrategy": "WRAP"}}
    fields = "userEnteredValue,userEnteredFormat(wrapStrategy)"

    send(spreadsheet, {"repeatCell": {"range": cells(0, 2, 2, 3), "cell": cell, "fields": fields}})

    assert entered(spreadsheet.by_id(1)) == [[None, None, "=A1*$B$1"], [None, None, "=A2*$B$1"]]
    assert spreadsheet.by_id(1).cells[1, 2].format == {"wrapStrategy": "WRAP"}


@pytest.mark.parametrize(
    "condition",
    [
        {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "ja"}]},
        {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=Akteure!$A$2:$A"}]},
        {"type": "BOOLEAN"},
        {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": "0"}, {"userEnteredValue": "5"}]},
    ],
)
def test_set_data_validation_sets_and_removes_a_rule_and_refuses_no_value(condition: dict[str, Any]) -> None:
    spreadsheet = book(tab(1, "Akteure", height=4))
    rule = {"condition": condition, "strict": True, "showCustomUi": True}
    column = {"sheetId": 1, "startRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}

    send(spreadsheet, {"setDataValidation": {"range": column, "rule": rule}})
    send(spreadsheet, update(1, texts("vielleicht"), rowIndex=1))
    send(spreadsheet, {"setDataValidation": {"range": cells(2, 3, 0, 1)}})

    assert spreadsheet.by_id(1).cells == {
        (1, 0): Cell(entered="vielleicht", validation=rule, written_by=SERVICE),
        (3, 0): Cell(validation=rule),
    }


def test_copy_paste_tiles_a_larger_range_and_shifts_formulas() -> None:
    spreadsheet = book(tab(1, "Akteure", [1, "=A1+$A$1"]))

    send(spreadsheet, {"copyPaste": {"source": cells(0, 1, 0, 2), "destination": cells(1, 3, 0, 4)}})

    assert entered(spreadsheet.by_id(1)) == [
        [1.0, "=A1+$A$1"],
        [1.0, "=A2+$A$1", 1.0, "=C2+$A$1"],
        [1.0, "=A3+$A$1", 1.0, "=C3+$A$1"],
    ]
    assert len(spreadsheet.writes) == 8


def test_copy_paste_of_values_transposed_takes_what_is_shown() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])
    spreadsheet = book(actors, tab(2, "Auswertung", ["a", None, None, 3]))
    request = {
        "copyPaste": {
            "source": cells(0, 2, 0, 2),
            "destination": cells(4, 6, 4, 6),
            "pasteType": "PASTE_VALUES",
            "pasteOrientation": "TRANSPOSE",
        }
    }

    send(spreadsheet, request)

    assert entered(actors)[4:] == [[None] * 4 + ["Name", "a"], [None] * 4 + ["Rang", 3.0]]


def test_cut_paste_records_both_ends() -> None:
    spreadsheet = book(tab(1, "Akteure", ["a", "b"]))
    request = {"cutPaste": {"source": cells(0, 1, 0, 1), "destination": {"sheetId": 1, "columnIndex": 1}}}

    send(spreadsheet, request)

    assert entered(spreadsheet.by_id(1)) == [[None, "a"]]
    assert [(w.column, w.before, w.after) for w in spreadsheet.writes] == [(0, "a", None), (1, "b", "a")]


def test_find_replace_counts_what_it_changed() -> None:
    spreadsheet = book(tab(1, "Akteure", ["Uni", "uni bonn", 5], ["Stadt"]))
    request = {"findReplace": {"find": "uni", "replacement": "Universität", "sheetId": 1}}

    [reply] = send(spreadsheet, request)

    assert entered(spreadsheet.by_id(1)) == [["Universität", "Universität bonn", 5.0], ["Stadt"]]
    assert reply == {"findReplace": {"valuesChanged": 2, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 2}}


@pytest.mark.parametrize(
    ("kind", "merges", "left"),
    [
        ("MERGE_ALL", [cells(0, 2, 0, 2)], [["a"]]),
        ("MERGE_ROWS", [cells(0, 1, 0, 2), cells(1, 2, 0, 2)], [["a"], ["c"]]),
        ("MERGE_COLUMNS", [cells(0, 2, 0, 1), cells(0, 2, 1, 2)], [["a", "b"]]),
    ],
)
def test_merge_keeps_the_upper_left_value(kind: str, merges: list[dict[str, int]], left: list[list[str]]) -> None:
    spreadsheet = book(tab(1, "Akteure", ["a", "b"], ["c", "d"]))
    sheet = spreadsheet.by_id(1)

    send(spreadsheet, {"mergeCells": {"range": cells(0, 2, 0, 2), "mergeType": kind}})
    assert (sheet.merges, entered(sheet)) == (merges, left)

    assert refused(spreadsheet, {"unmergeCells": {"range": cells(0, 1, 0, 1)}}).endswith("to merge or unmerge them.")
    send(spreadsheet, {"unmergeCells": {"range": cells(0, 2, 0, 2)}})
    assert sheet.merges == []


# protection


def test_add_protected_range_replies_what_is_kept() -> None:
    spreadsheet = book(tab(0, "Übersicht"))
    free = {"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 2}

    [reply] = send(
        spreadsheet,
        protect({"sheetId": 0}, SERVICE, protectedRangeId=4, unprotectedRanges=[free], description=None),
    )

    assert reply == {
        "addProtectedRange": {
            "protectedRange": {
                "protectedRangeId": 4,
                "range": {},
                "unprotectedRanges": [free | {"sheetId": 0}],
                "editors": {"users": [SERVICE]},
                "requestingUserCanEdit": True,
            }
        }
    }


@pytest.mark.parametrize(
    "request_",
    [
        update(1, texts("x")),
        update(1, {"values": [{"note": "x"}]}, fields="note"),
        {"insertDimension": {"range": lines(1, "ROWS", 3, 4)}},
        {"deleteDimension": {"range": lines(1, "COLUMNS", 3, 4)}},
        {"moveDimension": {"source": lines(1, "ROWS", 3, 4), "destinationIndex": 6}},
        {"sortRange": {"range": {"sheetId": 1}, "sortSpecs": [{}]}},
        {"cutPaste": {"source": cells(0, 1, 0, 1), "destination": {"sheetId": 2}}},
        {"copyPaste": {"source": cells(0, 1, 0, 1, sheet_id=2), "destination": cells(0, 1, 0, 1)}},
        {"updateSheetProperties": {"properties": {"sheetId": 1, "title": "x"}, "fields": "title"}},
        {"deleteSheet": {"sheetId": 1}},
        {"deleteProtectedRange": {"protectedRangeId": 4}},
        {"setDataValidation": {"range": cells(0, 1, 0, 1)}},
    ],
)
def test_protected_tab_is_closed_to_others_and_open_to_its_editor_and_the_owner(request_: dict[str, Any]) -> None:
    spreadsheet = book(tab(1, "Auswertung", ["a"], ["b"]), tab(2, "Akteure"))
    send(spreadsheet, protect({"sheetId": 1}, SERVICE, protectedRangeId=4))
    kind = next(iter(request_))

    assert refused(spreadsheet, request_, by=ANNA) == f"Invalid requests[0].{kind}: {PROTECTED}"
    for allowed in (SERVICE, OWNER):
        send(copy.deepcopy(spreadsheet), request_, by=allowed)


def test_unprotected_range_is_open_and_a_warning_stops_nobody() -> None:
    spreadsheet = book(tab(1, "Übersicht"), tab(2, "Akteure"))
    send(
        spreadsheet,
        protect({"sheetId": 1}, SERVICE, unprotectedRanges=[cells(0, 1, 1, 2)]),
        protect({"sheetId": 2}, warningOnly=True),
    )

    send(spreadsheet, update(1, texts(True), columnIndex=1), update(2, texts("x")), by=ANNA)

    assert entered(spreadsheet.by_id(1)) == [[None, True]]
    assert refused(spreadsheet, update(1, texts("x")), by=ANNA).endswith(PROTECTED)
    send(spreadsheet, {"deleteSheet": {"sheetId": 2}}, by=ANNA)


def test_rows_can_be_inserted_beside_a_protected_range_but_not_inside() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    send(spreadsheet, protect({"sheetId": 1, "startRowIndex": 2, "endRowIndex": 5}, SERVICE))

    assert refused(spreadsheet, {"insertDimension": {"range": lines(1, "ROWS", 3, 4)}}, by=ANNA).endswith(PROTECTED)
    send(spreadsheet, {"insertDimension": {"range": lines(1, "ROWS", 2, 3)}}, by=ANNA)

    assert spreadsheet.by_id(1).protected_ranges[0]["range"] == {"sheetId": 1, "startRowIndex": 3, "endRowIndex": 6}


def test_update_protected_range_changes_what_the_mask_lists() -> None:
    spreadsheet = book(tab(1, "Auswertung"))
    send(spreadsheet, protect({"sheetId": 1}, SERVICE, protectedRangeId=4, description="alt"))
    changed = {"protectedRangeId": 4, "editors": {"users": [SERVICE, ANNA]}, "description": "neu"}

    send(spreadsheet, {"updateProtectedRange": {"protectedRange": changed, "fields": "editors"}})

    assert spreadsheet.by_id(1).protected_ranges == [
        {
            "protectedRangeId": 4,
            "range": {"sheetId": 1},
            "description": "alt",
            "editors": {"users": [SERVICE, ANNA]},
        }
    ]


def test_protection_that_warns_cannot_have_editors_and_ids_are_given_once() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    send(spreadsheet, protect({"sheetId": 1}, warningOnly=True, protectedRangeId=4))

    assert "only warns" in refused(spreadsheet, protect({"sheetId": 1}, SERVICE, warningOnly=True))
    assert refused(spreadsheet, protect({"sheetId": 1}, protectedRangeId=4)).endswith("with id 4 already exists.")


# what lies over the cells


def test_banding_is_added_updated_and_deleted_and_never_overlaps() -> None:
    spreadsheet = book(tab(1, "Auswertung"))
    banding = {"bandedRangeId": 3, "range": cells(0, 5, 0, 4), "rowProperties": {"headerColor": {"red": 1}}}

    [reply] = send(spreadsheet, {"addBanding": {"bandedRange": banding}})
    assert reply == {"addBanding": {"bandedRange": banding}}
    assert "alternating background colors" in refused(
        spreadsheet, {"addBanding": {"bandedRange": banding | {"bandedRangeId": 4}}}
    )

    wider = {"bandedRangeId": 3, "range": cells(0, 9, 0, 4)}
    send(spreadsheet, {"updateBanding": {"bandedRange": wider, "fields": "range"}})
    assert spreadsheet.by_id(1).banded_ranges == [banding | wider]

    send(spreadsheet, {"deleteBanding": {"bandedRangeId": 3}})
    assert spreadsheet.by_id(1).banded_ranges == []


def test_conditional_format_rules_are_counted_by_index() -> None:
    spreadsheet = book(tab(1, "Auswertung"))
    first, second, third = (
        {"ranges": [cells(0, 5, 0, 1)], "booleanRule": {"condition": {"type": kind}}}
        for kind in ("BLANK", "NOT_BLANK", "BOOLEAN")
    )

    replies = send(
        spreadsheet,
        {"addConditionalFormatRule": {"rule": first, "index": 0}},
        {"addConditionalFormatRule": {"rule": second, "index": 1}},
        {"updateConditionalFormatRule": {"sheetId": 1, "index": 0, "newIndex": 1}},
        {"updateConditionalFormatRule": {"rule": third, "index": 1}},
        {"updateConditionalFormatRule": {"sheetId": 1, "index": 1, "newIndex": 0}},
        {"deleteConditionalFormatRule": {"sheetId": 1, "index": 1}},
    )

    assert replies == [
        {},
        {},
        {"updateConditionalFormatRule": {"newRule": first, "newIndex": 1, "oldIndex": 0}},
        {"updateConditionalFormatRule": {"newRule": third, "newIndex": 1, "oldRule": first, "oldIndex": 1}},
        {"updateConditionalFormatRule": {"newRule": third, "newIndex": 0, "oldIndex": 1}},
        {"deleteConditionalFormatRule": {"rule": second}},
    ]
    assert spreadsheet.by_id(1).conditional_formats == [third]
    assert refused(spreadsheet, {"deleteConditionalFormatRule": {"sheetId": 1, "index": 1}}) == (
        "Invalid requests[0].deleteConditionalFormatRule: No conditional format on sheet: 1 at index: 1"
    )


def test_chart_keeps_the_clients_id_and_can_be_changed_moved_and_deleted() -> None:
    spreadsheet = book(tab(1, "Übersicht"), tab(2, "Verlauf"))
    anchor = {"sheetId": 1, "rowIndex": 2, "columnIndex": 3}
    chart = {"chartId": 8, "spec": {"title": "alt"}, "position": {"overlayPosition": {"anchorCell": anchor}}}
    moved = {"overlayPosition": {"anchorCell": {"sheetId": 2, "rowIndex": 0, "columnIndex": 1}}}

    replies = send(
        spreadsheet,
        {"addChart": {"chart": chart}},
        {"updateChartSpec": {"chartId": 8, "spec": {"title": "neu"}}},
        {"updateEmbeddedObjectPosition": {"objectId": 8, "newPosition": moved, "fields": "anchorCell"}},
    )

    assert replies == [{"addChart": {"chart": chart}}, {}, {"updateEmbeddedObjectPosition": {"position": moved}}]
    assert (spreadsheet.by_id(1).charts, spreadsheet.by_id(2).charts) == (
        [],
        [{"chartId": 8, "spec": {"title": "neu"}, "position": moved}],
    )
    assert refused(spreadsheet, {"addChart": {"chart": chart}}).endswith("A chart with id 8 already exists.")

    send(spreadsheet, {"deleteEmbeddedObject": {"objectId": 8}})
    assert spreadsheet.by_id(2).charts == []


def test_named_range_is_added_updated_and_deleted() -> None:
    spreadsheet = book(tab(0, "Akteure"))
    area = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}

    [reply] = send(spreadsheet, {"addNamedRange": {"namedRange": {"name": "Liste", "range": area}}})
    new_id = reply["addNamedRange"]["namedRange"]["namedRangeId"]
    assert reply == {"addNamedRange": {"namedRange": {"namedRangeId": new_id, "name": "Liste", "range": area}}}

    send(spreadsheet, {"updateNamedRange": {"namedRange": {"namedRangeId": new_id, "name": "Neu"}, "fields": "name"}})
    assert spreadsheet.named_ranges == [{"namedRangeId": new_id, "name": "Neu", "range": area | {"sheetId": 0}}]

    send(spreadsheet, {"deleteNamedRange": {"namedRangeId": new_id}})
    assert spreadsheet.named_ranges == []


def test_basic_filter_is_set_and_cleared() -> None:
    spreadsheet = book(tab(1, "Akteure"))

    send(spreadsheet, {"setBasicFilter": {"filter": {"range": cells(0, 5, 0, 2)}}})
    assert spreadsheet.by_id(1).basic_filter == {"range": cells(0, 5, 0, 2)}

    send(spreadsheet, {"clearBasicFilter": {"sheetId": 1}})
    assert spreadsheet.by_id(1).basic_filter is None


# the batch as a whole


def test_batch_is_all_or_nothing() -> None:
    spreadsheet = book(tab(1, "Akteure", ["a"]))

    message = refused(
        spreadsheet,
        {"addSheet": {"properties": {"sheetId": 5, "title": "Neu"}}},
        update(1, texts("b")),
        {"deleteDimension": {"range": lines(1, "ROWS", 0, 1)}},
        update(6, texts("c")),
    )

    assert message == "Invalid requests[3].updateCells: No grid with id: 6"


@pytest.mark.parametrize(
    ("requests", "sentence"),
    [
        ([], "Must specify at least one request."),
        (
            [{"makeCoffee": {}}],
            "Invalid JSON payload received. Unknown name \"makeCoffee\" at 'requests[0]': Cannot find field.",
        ),
        ([{}], "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is not set exactly once."),
    ],
)
def test_batch_refuses_what_it_does_not_know(requests: list[dict[str, Any]], sentence: str) -> None:
    assert refused(book(tab(1, "Akteure")), *requests) == sentence


def test_tabs_that_live_on_stay_the_same_objects() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    sheet, writes = spreadsheet.by_id(1), spreadsheet.writes

    send(spreadsheet, update(1, texts("a")))

    assert spreadsheet.by_id(1) is sheet
    assert spreadsheet.writes is writes
    assert (entered(sheet), len(writes)) == ([["a"]], 1)
