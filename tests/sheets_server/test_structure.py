"""What follows when rows, columns, cells and tabs are moved, inserted and deleted."""

from typing import Any

import pytest

from tests.sheets_server.build import entered, lookup, rows_of, tab
from tests.sheets_server.copies import working_copy
from tests.sheets_server.follow import copied
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet
from tests.sheets_server.references import rewrite
from tests.sheets_server.requests import apply_batch
from tests.sheets_server.spans import Delete, Insert, Move, Span

OWNER = "owner@example.org"


def book(*sheets: Sheet, **parts: Any) -> Spreadsheet:
    return Spreadsheet(id="book", title="Klimaallianz", roles={OWNER: "owner"}, sheets=list(sheets), **parts)


def actors_and_results() -> Spreadsheet:
    actors = tab(1, "Akteure", ["Ort", "Notiz", "Name", lookup("Rang")], [None, None, "a"], [None, None, "b"])
    other = tab(2, "Auswertung", ["Name", "Stand", "seit", "Rang"], ["b", None, None, 1], ["a", None, None, 2])
    return book(actors, other)


def send(spreadsheet: Spreadsheet, kind: str, **body: Any) -> None:
    apply_batch(spreadsheet, [{kind: body}], by=OWNER)


def lines(sheet_id: int, dimension: str, start: int, end: int) -> dict[str, Any]:
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


def formula(spreadsheet: Spreadsheet) -> tuple[tuple[int, int], str]:
    """The place and text of the only formula of Akteure."""
    sheet = spreadsheet.by_id(1)
    [(place, text)] = [(p, c.entered.text) for p, c in sheet.cells.items() if isinstance(c.entered, Formula)]
    return place, text


def shown(spreadsheet: Spreadsheet) -> list[list[Any]]:
    return rows_of(dict(effective(spreadsheet, spreadsheet.by_id(1))))


@pytest.mark.parametrize(
    ("edit", "span", "after"),
    [
        (Insert(2, 1), (2, 4), (3, 5)),
        (Insert(3, 2), (2, 4), (2, 6)),
        (Insert(4, 1), (2, 4), (2, 4)),
        (Insert(0, 1), (0, None), (1, None)),
        (Insert(5, 1), (0, None), (0, None)),
        (Delete(0, 1), (0, 1), None),
        (Delete(0, 1), (0, None), (0, None)),
        (Delete(1, 3), (2, 5), (1, 3)),
        (Delete(3, 9), (2, 5), (2, 3)),
        (Delete(0, 9), (2, 5), None),
        (Move(2, 3, 0), (2, 3), (0, 1)),
        (Move(2, 3, 6), (2, 3), (5, 6)),
        (Move(2, 3, 0), (0, 1), (1, 2)),
        (Move(0, 1, 4), (0, None), (0, None)),
        (Move(5, 6, 0), (0, None), (1, None)),
        (Move(1, 2, 4), (0, 5), (0, 5)),
        (Move(0, 1, 5), (0, 3), (0, 2)),
    ],
)
def test_span_follows_an_edit(edit: Insert | Delete | Move, span: Span, after: Span | None) -> None:
    assert edit.span(span) == after


@pytest.mark.parametrize(
    "text",
    [
        "=A1+$B$2",
        "=SUM($C$1:$C;D:D;2:5;'Anna''s Liste'!A1:B2;Übersicht!$A:$A)",
        '="A1 ist kein Bezug: "&"B2 ""C3"""',
        "=LOG10(5)+ROW(A1)",
        "=A1B+x.A1",
    ],
)
def test_formula_that_nothing_changes_keeps_its_spelling(text: str) -> None:
    assert rewrite(text, lambda reference: reference) == text


def test_copied_formula_follows_only_where_there_is_no_dollar() -> None:
    formula_ = Formula(text="=A1+$A1+A$1+$A$1+B2:C3+$C$1:$C+A:A+1:1+Akteure!B2")

    assert copied(formula_, 1, 2).text == "=C2+$A2+C$1+$A$1+D3:E4+$C$1:$C+C:C+2:2+Akteure!D3"
    assert copied(formula_, -1, 0).text == "=#REF!+#REF!+A$1+$A$1+B1:C2+$C$1:$C+A:A+#REF!+Akteure!B1"


def test_title_row_inserted_above_moves_the_lookup_and_its_references() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "insertDimension", range=lines(1, "ROWS", 0, 1))

    assert formula(spreadsheet) == ((1, 3), lookup("Rang", "C2"))
    assert shown(spreadsheet) == [
        [],
        ["Ort", "Notiz", "Name", "Rang"],
        [None, None, "a", 2.0],
        [None, None, "b", 1.0],
    ]


def test_dragged_key_column_takes_the_references_along() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "moveDimension", source=lines(1, "COLUMNS", 2, 3), destinationIndex=6)

    assert formula(spreadsheet) == ((0, 2), lookup("Rang", "F1"))
    assert shown(spreadsheet)[1] == [None, None, 2.0, None, None, "a"]


def test_dragged_lookup_column_still_finds_its_key() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "moveDimension", source=lines(1, "COLUMNS", 3, 4), destinationIndex=0)

    assert formula(spreadsheet) == ((0, 0), lookup("Rang", "D1"))
    assert shown(spreadsheet)[2] == [1.0, None, None, "b"]


def test_columns_of_the_other_tab_are_followed() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "insertDimension", range=lines(2, "COLUMNS", 1, 2))
    send(spreadsheet, "moveDimension", source=lines(2, "COLUMNS", 0, 1), destinationIndex=3)

    assert formula(spreadsheet)[1] == lookup("Rang").replace("$A:$A", "$C:$C").replace("$D:$D", "$E:$E")
    assert shown(spreadsheet)[1] == [None, None, "a", 2.0]


def test_deleted_result_column_leaves_ref_in_the_formula() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "deleteDimension", range=lines(2, "COLUMNS", 3, 4))

    assert formula(spreadsheet)[1] == lookup("Rang").replace("Auswertung!$D:$D", "#REF!")
    assert shown(spreadsheet)[0] == ["Ort", "Notiz", "Name", "#REF!"]


def test_deleted_header_row_takes_its_lookup_away() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "deleteDimension", range=lines(1, "ROWS", 0, 1))

    assert entered(spreadsheet.by_id(1)) == [[None, None, "a"], [None, None, "b"]]


def test_renamed_tab_is_renamed_in_formulas_and_quoted() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "updateSheetProperties", properties={"sheetId": 2, "title": "Anna's Liste"}, fields="title")

    assert formula(spreadsheet)[1] == lookup("Rang", tab_title="'Anna''s Liste'")
    assert shown(spreadsheet)[1] == [None, None, "a", 2.0]


def test_deleted_and_added_again_results_stay_broken() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "deleteSheet", sheetId=2)
    send(spreadsheet, "addSheet", properties={"sheetId": 2, "title": "Auswertung"})

    broken = lookup("Rang").replace("Auswertung!$A:$A", "#REF!").replace("Auswertung!$D:$D", "#REF!")
    assert formula(spreadsheet)[1] == broken
    assert shown(spreadsheet)[0] == ["Ort", "Notiz", "Name", "#REF!"]


def test_cut_header_cell_is_followed_where_it_was_named_alone() -> None:
    spreadsheet = book(tab(1, "Akteure", ["Name", "=ROW($A$1)", "=SUM($A$1:$A)"]))

    send(
        spreadsheet,
        "cutPaste",
        source={"sheetId": 1, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1},
        destination={"sheetId": 1, "rowIndex": 3, "columnIndex": 4},
    )

    assert entered(spreadsheet.by_id(1)) == [
        [None, "=ROW($E$4)", "=SUM($A$1:$A)"], [], [], [None, None, None, None, "Name"],
    ]  # fmt: skip


def test_cut_whole_column_keeps_the_lookup_alive() -> None:
    spreadsheet = actors_and_results()

    send(
        spreadsheet,
        "cutPaste",
        source={"sheetId": 1, "startColumnIndex": 2, "endColumnIndex": 3},
        destination={"sheetId": 1, "columnIndex": 6},
    )

    assert formula(spreadsheet) == ((0, 3), lookup("Rang", "G1"))
    assert shown(spreadsheet)[1] == [None, None, None, 2.0, None, None, "a"]


def test_cut_lookup_cell_spills_at_its_new_place() -> None:
    spreadsheet = actors_and_results()

    send(
        spreadsheet,
        "cutPaste",
        source={"sheetId": 1, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 3, "endColumnIndex": 4},
        destination={"sheetId": 1, "columnIndex": 7},
    )

    assert formula(spreadsheet) == ((0, 7), lookup("Rang"))
    assert shown(spreadsheet)[2] == [None, None, "b", None, None, None, None, 1.0]


def test_cut_to_another_tab_keeps_pointing_at_what_it_meant() -> None:
    spreadsheet = book(tab(1, "Akteure", [5, "=A1+B2"], [None, 7]), tab(2, "Neu"), tab(3, "Andere", ["=Akteure!A1"]))

    send(
        spreadsheet,
        "cutPaste",
        source={"sheetId": 1, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2},
        destination={"sheetId": 2, "rowIndex": 1},
    )

    assert entered(spreadsheet.by_id(2)) == [[], [5.0, "=A2+Akteure!B2"]]
    assert entered(spreadsheet.by_id(3)) == [["=Neu!A2"]]


def test_sorted_rows_carry_everything_of_a_cell_and_shift_plain_references() -> None:
    sheet = tab(1, "Akteure", ["Name", "Zahl"], ["c", "=LEN(A2)"], ["a", "=LEN(A3)"], [None, 1], ["B", "=$A$2"])
    sheet.cells[1, 0] = Cell(entered="c", note="zuerst", written_by="anna@example.org")
    spreadsheet = book(sheet)

    send(
        spreadsheet,
        "sortRange",
        range={"sheetId": 1, "startRowIndex": 1, "endColumnIndex": 2},
        sortSpecs=[{"dimensionIndex": 0, "sortOrder": "ASCENDING"}],
    )

    assert entered(spreadsheet.by_id(1)) == [
        ["Name", "Zahl"], ["a", "=LEN(A2)"], ["B", "=$A$2"], ["c", "=LEN(A4)"], [None, 1.0],
    ]  # fmt: skip
    assert sheet.cells[3, 0] == Cell(entered="c", note="zuerst", written_by="anna@example.org")


@pytest.mark.parametrize(
    ("descending", "order"),
    [(False, [1.0, 2.0, "a", "B", False, True, "#N/A"]), (True, ["#N/A", True, False, "B", "a", 2.0, 1.0])],
)
def test_sorting_puts_numbers_text_truth_errors_and_blanks_in_googles_order(descending: bool, order: list[Any]) -> None:
    sheet = tab(1, "Akteure", [True], ["B"], [None], [2], ["a"], [False], [1])
    sheet.cells[7, 0] = Cell(error="#N/A")
    spreadsheet = book(sheet)

    send(
        spreadsheet,
        "sortRange",
        range={"sheetId": 1},
        sortSpecs=[{"dimensionIndex": 0, "sortOrder": "DESCENDING" if descending else "ASCENDING"}],
    )

    assert shown(spreadsheet) == [[value] for value in order]


def test_sorting_by_a_spilled_column_sorts_by_what_it_shows() -> None:
    spreadsheet = actors_and_results()

    send(spreadsheet, "sortRange", range={"sheetId": 1, "startRowIndex": 1}, sortSpecs=[{"dimensionIndex": 3}])

    assert shown(spreadsheet)[1:] == [[None, None, "b", 1.0], [None, None, "a", 2.0]]


def test_ranges_that_lie_over_cells_follow_inserted_and_deleted_rows() -> None:
    area = {"sheetId": 1, "startRowIndex": 2, "endRowIndex": 5, "startColumnIndex": 0, "endColumnIndex": 2}
    sheet = tab(
        1,
        "Akteure",
        frozen_rows=1,
        protected_ranges=[{"protectedRangeId": 1, "range": {"sheetId": 1}, "unprotectedRanges": [area]}],
        banded_ranges=[{"bandedRangeId": 2, "range": area}],
        conditional_formats=[
            {"ranges": [area], "booleanRule": {"condition": {"values": [{"userEnteredValue": "=A3"}]}}}
        ],
        charts=[
            {
                "chartId": 3,
                "spec": {"basicChart": {"series": [{"series": {"sourceRange": {"sources": [area]}}}]}},
                "position": {"overlayPosition": {"anchorCell": {"sheetId": 1, "rowIndex": 6, "columnIndex": 3}}},
            }
        ],
        merges=[area],
        basic_filter={"range": area},
        row_metadata={3: {"pixelSize": 40}},
        row_groups=[{"range": lines(1, "ROWS", 2, 5), "depth": 1}],
    )
    sheet.cells[6, 0] = Cell(validation={"condition": {"values": [{"userEnteredValue": "=$A$3:$A$5"}]}})
    named = [{"namedRangeId": "n", "name": "Liste", "range": area}]
    spreadsheet = book(sheet, tab(2, "Neu"), named_ranges=named)

    send(spreadsheet, "insertDimension", range=lines(1, "ROWS", 0, 1))
    send(spreadsheet, "deleteDimension", range=lines(1, "ROWS", 4, 5))

    moved = area | {"startRowIndex": 3, "endRowIndex": 5}
    assert sheet.protected_ranges == [
        {"protectedRangeId": 1, "range": {"sheetId": 1}, "unprotectedRanges": [moved]},
    ]
    assert sheet.banded_ranges == [{"bandedRangeId": 2, "range": moved}]
    rule = {"ranges": [moved], "booleanRule": {"condition": {"values": [{"userEnteredValue": "=A4"}]}}}
    assert sheet.conditional_formats == [rule]
    assert sheet.charts == [
        {
            "chartId": 3,
            "spec": {"basicChart": {"series": [{"series": {"sourceRange": {"sources": [moved]}}}]}},
            "position": {"overlayPosition": {"anchorCell": {"sheetId": 1, "rowIndex": 6, "columnIndex": 3}}},
        }
    ]
    assert sheet.merges == [moved]
    assert sheet.basic_filter == {"range": moved}
    assert sheet.row_metadata == {}
    assert sheet.row_groups == [{"range": lines(1, "ROWS", 3, 5), "depth": 1}]
    assert sheet.cells == {
        (6, 0): Cell(validation={"condition": {"values": [{"userEnteredValue": "=$A$4:$A$5"}]}}),
    }
    assert spreadsheet.named_ranges == [{"namedRangeId": "n", "name": "Liste", "range": moved}]
    assert (sheet.frozen_rows, sheet.rows) == (2, 10)


def test_range_whose_rows_are_all_deleted_goes() -> None:
    area = {"sheetId": 1, "startRowIndex": 2, "endRowIndex": 4}
    sheet = tab(1, "Akteure", protected_ranges=[{"protectedRangeId": 1, "range": area}], merges=[area])
    spreadsheet = book(sheet)

    send(spreadsheet, "deleteDimension", range=lines(1, "ROWS", 1, 5))

    assert (sheet.protected_ranges, sheet.merges, sheet.rows) == ([], [], 6)


def test_merge_of_which_one_cell_is_left_goes() -> None:
    area = {"sheetId": 1, "startRowIndex": 2, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 1}
    spreadsheet = book(tab(1, "Akteure", merges=[area]))

    send(spreadsheet, "deleteDimension", range=lines(1, "ROWS", 2, 3))

    assert spreadsheet.by_id(1).merges == []


@pytest.mark.parametrize(
    ("kind", "start", "end", "frozen"),
    [
        ("insertDimension", 1, 3, 4),
        ("insertDimension", 2, 3, 2),
        ("deleteDimension", 1, 4, 1),
        ("deleteDimension", 2, 3, 2),
    ],
)
def test_frozen_rows_grow_and_shrink_with_lines_among_them(kind: str, start: int, end: int, frozen: int) -> None:
    spreadsheet = book(tab(1, "Akteure", frozen_rows=2))

    send(spreadsheet, kind, range=lines(1, "ROWS", start, end))

    assert spreadsheet.by_id(1).frozen_rows == frozen


def test_inserted_row_takes_the_looks_and_the_dropdown_of_its_neighbour() -> None:
    sheet = tab(1, "Akteure", ["Name"], ["a"])
    rule = {"condition": {"type": "BOOLEAN"}}
    sheet.cells[1, 0] = Cell(entered="a", format={"textFormat": {"bold": True}}, validation=rule, note="hier")
    spreadsheet = book(sheet)

    send(spreadsheet, "insertDimension", range=lines(1, "ROWS", 2, 3), inheritFromBefore=True)

    assert sheet.cells[2, 0] == Cell(format={"textFormat": {"bold": True}}, validation=rule)


def test_inserted_column_is_as_wide_as_its_neighbour_but_not_hidden() -> None:
    sheet = tab(1, "Akteure", column_metadata={1: {"pixelSize": 50, "hiddenByUser": True}})
    spreadsheet = book(sheet)

    send(spreadsheet, "insertDimension", range=lines(1, "COLUMNS", 2, 3), inheritFromBefore=True)

    assert sheet.column_metadata == {1: {"pixelSize": 50, "hiddenByUser": True}, 2: {"pixelSize": 50}}


def test_formula_that_names_a_missing_tab_is_left_as_it_is() -> None:
    spreadsheet = book(tab(1, "Akteure", ["=Fehlt!A5"]))

    send(spreadsheet, "insertDimension", range=lines(1, "ROWS", 0, 1))

    assert entered(spreadsheet.by_id(1)) == [[], ["=Fehlt!A5"]]


def test_range_of_a_tab_that_names_no_tab_is_on_its_own() -> None:
    sheet = tab(1, "Akteure", merges=[{"startRowIndex": 2, "endRowIndex": 4}])

    send(book(sheet), "insertDimension", range=lines(1, "ROWS", 0, 1))

    assert sheet.merges == [{"sheetId": 1, "startRowIndex": 3, "endRowIndex": 5}]


def test_edit_of_a_copy_leaves_the_original_alone() -> None:
    spreadsheet = actors_and_results()
    before = working_copy(spreadsheet)

    send(spreadsheet, "insertDimension", range=lines(1, "ROWS", 0, 1))

    assert before.by_id(1) == actors_and_results().by_id(1)
    assert before.by_id(1) != spreadsheet.by_id(1)
