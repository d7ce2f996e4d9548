"""A person's edits in the browser, and taking them back."""

import copy
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.sheets_server.build import entered, lookup, rows_of, tab
from tests.sheets_server.errors import Rejected
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet
from tests.sheets_server.person import Person, peoples_cells
from tests.sheets_server.requests import apply_batch

SERVICE = "sync@project.iam.gserviceaccount.com"
ANNA = "anna@example.org"


def book(*sheets: Sheet, locale: str = "de_DE") -> Spreadsheet:
    roles = {SERVICE: "writer", ANNA: "writer"}
    return Spreadsheet(id="book", title="Klimaallianz", locale=locale, roles=roles, sheets=list(sheets))


def alliance() -> Spreadsheet:
    area = {"sheetId": 1, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    actors = tab(1, "Akteure", ["Name", "Notiz", lookup("Rang", "A1")], ["b", "x"], ["a", "y"], frozen_rows=1)
    other = tab(2, "Auswertung", ["Name", "Stand", "seit", "Rang"], ["a", None, None, 1], ["b", None, None, 2])
    spreadsheet = book(actors, other)
    spreadsheet.named_ranges = [{"namedRangeId": "7", "name": "Namen", "range": area}]
    return spreadsheet


def protected(spreadsheet: Spreadsheet, sheet_id: int, **parts: Any) -> Spreadsheet:
    spreadsheet.by_id(sheet_id).protected_ranges.append(
        {"protectedRangeId": 1, "range": {"sheetId": sheet_id}, "editors": {"users": [SERVICE]}, **parts}
    )
    return spreadsheet


def shown(spreadsheet: Spreadsheet, title: str = "Akteure") -> list[list[Any]]:
    return rows_of(dict(effective(spreadsheet, spreadsheet.sheet(title))))


def add_results(spreadsheet: Spreadsheet) -> None:
    """What the service does when its tab is gone."""
    value = {"userEnteredValue": {"stringValue": "neu"}}
    apply_batch(
        spreadsheet,
        [
            {"addSheet": {"properties": {"sheetId": 2, "title": "Auswertung"}}},
            {"updateCells": {"start": {"sheetId": 2}, "rows": [{"values": [value]}], "fields": "userEnteredValue"}},
        ],
        by=SERVICE,
    )


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("de_DE", "1.234,5", 1234.5),
        ("en_US", "1,234.5", 1234.5),
        ("de_DE", "Bürger*innen-Energie e.V.", "Bürger*innen-Energie e.V."),
        ("de_DE", "Uni ", "Uni "),
        ("de_DE", "WAHR", True),
        ("de_DE", "=A1", Formula(text="=A1")),
    ],
)
def test_typed_text_becomes_what_it_looks_like(locale: str, text: str, value: Any) -> None:
    spreadsheet = book(tab(1, "Akteure"), locale=locale)

    Person(spreadsheet).type("Akteure", "B2", text)

    cell = spreadsheet.by_id(1).cells[1, 1]
    assert (cell.entered, cell.written_by) == (value, ANNA)
    assert (spreadsheet.writes, spreadsheet.api_structure_edits) == ([], [])


def test_typing_keeps_looks_and_clears_an_error() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    spreadsheet.by_id(1).cells[0, 0] = Cell(error="#REF!", note="hier", format={"wrapStrategy": "WRAP"})

    Person(spreadsheet).type("Akteure", "A1", "neu")

    assert spreadsheet.by_id(1).cells[0, 0] == Cell(
        entered="neu", note="hier", format={"wrapStrategy": "WRAP"}, written_by=ANNA
    )


def test_typing_into_a_spilled_cell_blocks_the_lookup_until_it_is_cleared() -> None:
    spreadsheet = alliance()
    anna = Person(spreadsheet)

    anna.type("Akteure", "C3", "7")
    assert shown(spreadsheet) == [["Name", "Notiz", "#REF!"], ["b", "x"], ["a", "y", 7.0]]

    anna.clear("Akteure", "C3")
    assert shown(spreadsheet) == [["Name", "Notiz", "Rang"], ["b", "x", 2.0], ["a", "y", 1.0]]


def test_sorting_keeps_the_frozen_header_and_the_lookup() -> None:
    spreadsheet = alliance()

    Person(spreadsheet).sort("Akteure", "A")

    assert shown(spreadsheet) == [["Name", "Notiz", "Rang"], ["a", "y", 1.0], ["b", "x", 2.0]]


def test_sorting_keeps_all_frozen_rows() -> None:
    spreadsheet = book(tab(1, "Akteure", ["Name", "Notiz"], ["z", "Pflicht"], ["b"], ["a"], frozen_rows=2))

    Person(spreadsheet).sort("Akteure", "A")

    assert entered(spreadsheet.by_id(1)) == [["Name", "Notiz"], ["z", "Pflicht"], ["a"], ["b"]]


def test_cleared_cell_was_written_by_nobody() -> None:
    spreadsheet = book(tab(1, "Akteure"))
    spreadsheet.by_id(1).cells[0, 0] = Cell(entered="a", note="bleibt", written_by=ANNA)

    Person(spreadsheet).clear("Akteure", "A1")

    assert spreadsheet.by_id(1).cells == {(0, 0): Cell(note="bleibt")}


def test_sorting_a_tab_without_frozen_rows_keeps_what_is_above_its_header() -> None:
    spreadsheet = book(tab(1, "Akteure", ["Unsere Liste"], ["Name", "Notiz"], ["b"], ["a", "y"], ["c"]))

    Person(spreadsheet).sort("Akteure", "A", descending=True)

    assert entered(spreadsheet.by_id(1)) == [["Unsere Liste"], ["Name", "Notiz"], ["c"], ["b"], ["a", "y"]]


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (
            lambda anna: anna.insert_row("Akteure", 1),
            [[], ["Name", "Notiz", "Rang"], ["b", "x", 2.0], ["a", "y", 1.0]],
        ),
        (lambda anna: anna.delete_row("Akteure", 2), [["Name", "Notiz", "Rang"], ["a", "y", 1.0]]),
        (
            lambda anna: anna.insert_column("Akteure", "A"),
            [[None, "Name", "Notiz", "Rang"], [None, "b", "x", 2.0], [None, "a", "y", 1.0]],
        ),
        (lambda anna: anna.delete_column("Akteure", "B"), [["Name", "Rang"], ["b", 2.0], ["a", 1.0]]),
        (lambda anna: anna.delete_column("Akteure", "A"), [["Notiz", "#REF!"], ["x"], ["y"]]),
        (
            lambda anna: anna.drag_column("Akteure", "A", "C"),
            [["Notiz", "Rang", "Name"], ["x", 2.0, "b"], ["y", 1.0, "a"]],
        ),
        (
            lambda anna: anna.drag_column("Akteure", "C", "A"),
            [["Rang", "Name", "Notiz"], [2.0, "b", "x"], [1.0, "a", "y"]],
        ),
        (
            lambda anna: anna.drag_row("Akteure", 2, 3),
            [["Name", "Notiz", "Rang"], ["a", "y", 1.0], ["b", "x", 2.0]],
        ),
        (
            lambda anna: anna.cut_paste("Akteure", "A:A", "E1"),
            [
                [None, "Notiz", "Rang", None, "Name"],
                [None, "x", 2.0, None, "b"],
                [None, "y", 1.0, None, "a"],
            ],
        ),
        (
            lambda anna: anna.copy_paste("Akteure", "A2:C2", "A4"),
            # The row that was copied brings a value where the lookup wants to spill.
            [["Name", "Notiz", "#REF!"], ["b", "x"], ["a", "y"], ["b", "x", 2.0]],
        ),
        (
            lambda anna: anna.rename_header("Akteure", "Notiz", "Anmerkung"),
            [["Name", "Anmerkung", "Rang"], ["b", "x", 2.0], ["a", "y", 1.0]],
        ),
        (
            lambda anna: anna.rename_tab("Auswertung", "Unsere Zahlen"),
            [["Name", "Notiz", "Rang"], ["b", "x", 2.0], ["a", "y", 1.0]],
        ),
        (lambda anna: anna.delete_tab("Auswertung"), [["Name", "Notiz", "#REF!"], ["b", "x"], ["a", "y"]]),
        (
            lambda anna: anna.tick("Akteure", "B2"),
            [["Name", "Notiz", "Rang"], ["b", True, 2.0], ["a", "y", 1.0]],
        ),
    ],
)
def test_edit_shows_its_effect_and_undo_takes_it_back(edit: Callable[[Person], None], after: list[list[Any]]) -> None:
    spreadsheet = alliance()
    before = copy.deepcopy(spreadsheet)
    anna = Person(spreadsheet)

    edit(anna)
    assert shown(spreadsheet) == after

    assert anna.undo()
    assert spreadsheet == before
    assert not anna.undo()


def random_edit(anna: Person, dice: random.Random) -> None:
    """One edit of any kind at a random place of the first tab or of a random one."""
    tabs = [sheet.title for sheet in anna.spreadsheet.sheets]
    tab_, title = tabs[0], dice.choice(tabs)
    row, column, other = dice.randint(1, 6), dice.choice("ABCDE"), dice.choice("ABCDE")
    edits: list[Callable[[], object]] = [
        lambda: anna.type(tab_, f"{column}{row}", dice.choice(["a", "b", "7", ""])),
        lambda: anna.sort(tab_, column, descending=dice.random() < 0.5),
        lambda: anna.insert_row(tab_, row),
        lambda: anna.delete_row(tab_, row),
        lambda: anna.insert_column(tab_, column),
        lambda: anna.delete_column(tab_, column),
        lambda: anna.drag_column(tab_, column, other),
        lambda: anna.drag_row(tab_, row, dice.randint(1, 6)),
        lambda: anna.cut_paste(tab_, f"{column}1:{column}{row}", f"{other}{row}"),
        lambda: anna.copy_paste(tab_, f"{column}{row}", f"{other}{row}"),
        lambda: anna.rename_tab(title, f"Liste {dice.random()}"),
        lambda: anna.duplicate_tab(title),
        lambda: anna.delete_tab(title),
    ]
    with suppress(Rejected):  # the last tab, the last row below the frozen ones
        dice.choice(edits)()


@pytest.mark.parametrize("seed", range(40))
def test_any_edits_can_be_taken_back_one_by_one(seed: int) -> None:
    spreadsheet, dice = alliance(), random.Random(seed)
    anna = Person(spreadsheet)
    states = []
    for _ in range(12):
        state = copy.deepcopy(spreadsheet.sheets)
        random_edit(anna, dice)
        if spreadsheet.sheets != state:
            states.append(state)

    for state in reversed(states):
        assert anna.undo()
        while spreadsheet.sheets != state:  # an edit that changed nothing, such as dragging a row onto itself
            assert anna.undo()


def test_duplicated_tab_is_an_open_copy_with_its_own_lookup() -> None:
    spreadsheet = protected(alliance(), 1)

    new = Person(spreadsheet).duplicate_tab("Akteure")

    assert [sheet.title for sheet in spreadsheet.sheets] == ["Akteure", "Kopie von Akteure", "Auswertung"]
    assert new.protected_ranges == []
    assert shown(spreadsheet, "Kopie von Akteure") == shown(spreadsheet)


@pytest.mark.parametrize(
    "edit",
    [
        lambda anna: anna.type("Auswertung", "A2", "x"),
        lambda anna: anna.clear("Auswertung", "A2"),
        lambda anna: anna.sort("Auswertung", "A"),
        lambda anna: anna.insert_row("Auswertung", 2),
        lambda anna: anna.delete_row("Auswertung", 2),
        lambda anna: anna.insert_column("Auswertung", "B"),
        lambda anna: anna.delete_column("Auswertung", "B"),
        lambda anna: anna.drag_column("Auswertung", "A", "B"),
        lambda anna: anna.drag_row("Auswertung", 2, 3),
        lambda anna: anna.cut_paste("Auswertung", "A2", "B2"),
        lambda anna: anna.copy_paste("Auswertung", "A2", "B2"),
        lambda anna: anna.rename_header("Auswertung", "Rang", "x"),
        lambda anna: anna.rename_tab("Auswertung", "x"),
        lambda anna: anna.delete_tab("Auswertung"),
        lambda anna: anna.tick("Auswertung", "A2"),
    ],
)
def test_protected_tab_refuses_a_writer_and_obeys_the_owner(edit: Callable[[Person], None]) -> None:
    spreadsheet = protected(alliance(), 2)
    before = copy.deepcopy(spreadsheet)

    with pytest.raises(Rejected, match="You are trying to edit a protected cell or object"):
        edit(Person(spreadsheet))
    assert spreadsheet == before

    spreadsheet.roles[ANNA] = "owner"
    edit(Person(spreadsheet))


def test_reader_cannot_edit() -> None:
    spreadsheet = alliance()
    spreadsheet.roles["ben@example.org"] = "reader"

    with pytest.raises(Rejected, match="The caller does not have permission"):
        Person(spreadsheet, "ben@example.org").type("Akteure", "A1", "x")


def test_tick_box_left_open_on_a_protected_tab_can_be_ticked() -> None:
    free = {"sheetId": 2, "startRowIndex": 5, "endRowIndex": 6, "startColumnIndex": 1, "endColumnIndex": 2}
    spreadsheet = protected(alliance(), 2, unprotectedRanges=[free])

    Person(spreadsheet).tick("Auswertung", "B6")

    assert spreadsheet.by_id(2).cells[5, 1] == Cell(entered=True, written_by=ANNA)


def test_written_by_travels_with_the_cell() -> None:
    spreadsheet = alliance()
    anna = Person(spreadsheet)
    anna.type("Akteure", "B3", "neu")

    anna.insert_row("Akteure", 1)
    anna.sort("Akteure", "A")
    anna.drag_column("Akteure", "B", "E")

    assert spreadsheet.by_id(1).cells[2, 4] == Cell(entered="neu", written_by=ANNA)


def test_undo_leaves_what_others_changed_since() -> None:
    spreadsheet = alliance()
    anna, ben = Person(spreadsheet), Person(spreadsheet, "ben@example.org")
    anna.clear("Akteure", "A2:B3")
    ben.type("Akteure", "B2", "von Ben")

    anna.undo()

    assert entered(spreadsheet.by_id(1))[1:] == [["b", "von Ben"], ["a", "y"]]


def test_undo_of_a_deleted_tab_heals_the_lookup() -> None:
    spreadsheet = alliance()
    anna = Person(spreadsheet)
    anna.delete_tab("Auswertung")
    anna.undo()

    assert shown(spreadsheet) == [["Name", "Notiz", "Rang"], ["b", "x", 2.0], ["a", "y", 1.0]]


def test_undo_of_a_deleted_tab_steps_aside_when_the_service_made_it_again() -> None:
    spreadsheet = protected(alliance(), 2)
    spreadsheet.roles[ANNA] = "owner"
    anna = Person(spreadsheet)
    anna.delete_tab("Auswertung")
    add_results(spreadsheet)

    anna.undo()

    assert [sheet.title for sheet in spreadsheet.sheets] == ["Akteure", "Auswertung 2", "Auswertung"]
    old = spreadsheet.sheet("Auswertung 2")
    assert old.id not in {1, 2}
    assert old.protected_ranges == [
        {"protectedRangeId": 1, "range": {"sheetId": old.id}, "editors": {"users": [SERVICE]}},
    ]
    assert entered(spreadsheet.by_id(2)) == [["neu"]]
    assert spreadsheet.by_id(1).cells[0, 2].entered == Formula(text=lookup("Rang", "A1", tab_title="'Auswertung 2'"))


def test_undo_of_a_duplicated_tab_removes_it() -> None:
    spreadsheet = alliance()
    anna = Person(spreadsheet)
    anna.duplicate_tab("Auswertung")
    assert len(spreadsheet.sheets) == 3

    anna.undo()

    assert spreadsheet.sheets == alliance().sheets


def test_peoples_cells_are_all_but_the_services() -> None:
    spreadsheet = alliance()
    spreadsheet.by_id(1).cells[5, 5] = Cell(note="nur eine Notiz")
    spreadsheet.by_id(1).cells[6, 6] = Cell(written_by=ANNA)

    assert peoples_cells(spreadsheet, {2}) == {
        (1, 0, 0): ("Name", {}, "", {}),
        (1, 0, 1): ("Notiz", {}, "", {}),
        (1, 0, 2): (Formula(text=lookup("Rang", "A1")), {}, "", {}),
        (1, 1, 0): ("b", {}, "", {}),
        (1, 1, 1): ("x", {}, "", {}),
        (1, 2, 0): ("a", {}, "", {}),
        (1, 2, 1): ("y", {}, "", {}),
        (1, 5, 5): (None, {}, "nur eine Notiz", {}),
    }
