"""Rich text: what is kept and answered of it, what erases it, and what is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.sheets_server.build import tab
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Cell, Spreadsheet
from tests.sheets_server.person import Person
from tests.sheets_server.requests import apply_batch
from tests.sheets_server.resource import cell_json

SERVICE, ANNA = "sync@project.iam.gserviceaccount.com", "anna@example.org"
URI = "#gid=2&range=B4"
BLUE = {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}
RUN = {"format": {"link": {"uri": URI}}}


@pytest.fixture
def book() -> Spreadsheet:
    sheets = [tab(1, "Hinweise", ["alt", "alt"]), tab(2, "Termine", ["x"])]
    return Spreadsheet(id="book", title="Klima-Allianz", roles={SERVICE: "writer", ANNA: "writer"}, sheets=sheets)


def send(book: Spreadsheet, *cells: dict[str, Any], fields: str = "userEnteredValue,textFormatRuns") -> None:
    """Write cells of the first row of Hinweise from A1 on."""
    start = {"sheetId": 1, "rowIndex": 0, "columnIndex": 0}
    request = {"updateCells": {"start": start, "rows": [{"values": list(cells)}], "fields": fields}}
    apply_batch(book, [request], by=SERVICE)


def text(value: str, *runs: dict[str, Any]) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value}} | ({"textFormatRuns": list(runs)} if runs else {})


def answer(book: Spreadsheet, *parts: str) -> dict[str, Any]:
    """What Google would answer of A1."""
    cell = book.by_id(1).cells[0, 0]
    return cell_json(cell, cell.entered, "de_DE", parts)  # type: ignore[arg-type]


def test_link_is_kept_with_its_text_and_answered_with_its_look(book: Spreadsheet) -> None:
    send(book, text("B4", RUN))
    assert book.by_id(1).cells[0, 0] == Cell(entered="B4", runs=[RUN], written_by=SERVICE)
    assert answer(book, "formattedValue", "userEnteredFormat", "hyperlink", "textFormatRuns") == {
        "formattedValue": "B4",
        "hyperlink": URI,
        "textFormatRuns": [
            {
                "format": {
                    "foregroundColor": BLUE,
                    "foregroundColorStyle": {"rgbColor": BLUE},
                    "underline": True,
                    "link": {"uri": URI},
                }
            }
        ],
    }


def test_look_that_comes_with_a_link_counts(book: Spreadsheet) -> None:
    send(book, text("B4", {"startIndex": 0, "format": {"link": {"uri": URI}, "underline": False}}))
    (run,) = answer(book, "textFormatRuns")["textFormatRuns"]
    assert (run.keys(), run["format"]["underline"]) == ({"format"}, False)


def test_runs_on_parts_of_a_text_are_no_link_of_the_cell(book: Spreadsheet) -> None:
    send(book, text("B4 🌻 C5", RUN, {"startIndex": 6, "format": {"link": {"uri": "#gid=2&range=C5"}}}))
    found = answer(book, "hyperlink", "textFormatRuns")
    assert [run.get("startIndex", 0) for run in found.pop("textFormatRuns")] == [0, 6]
    assert found == {}


def test_link_in_the_look_of_a_cell_is_its_link(book: Spreadsheet) -> None:
    data = {"userEnteredFormat": {"textFormat": {"link": {"uri": URI}}}}
    send(book, data, fields="userEnteredFormat.textFormat.link")
    assert answer(book, "hyperlink") == {"hyperlink": URI}


def test_runs_alone_dress_the_text_that_is_there(book: Spreadsheet) -> None:
    send(book, {"textFormatRuns": [RUN]}, fields="textFormatRuns")
    assert book.by_id(1).cells[0, 0] == Cell(entered="alt", runs=[RUN])


ERASERS: dict[str, Callable[[Spreadsheet], object]] = {
    "another text": lambda book: send(book, text("neu"), fields="userEnteredValue"),
    "the same text": lambda book: send(book, text("B4"), fields="userEnteredValue"),
    "nothing, with the runs in the mask": lambda book: send(book, {}),
    "nothing for the runs": lambda book: send(book, {}, fields="textFormatRuns"),
    "everything of a cell": lambda book: send(book, text("B4"), fields="*"),
    "somebody who types": lambda book: Person(book, ANNA).type("Hinweise", "A1", "neu"),
    "somebody who presses Delete": lambda book: Person(book, ANNA).clear("Hinweise", "A1"),
}


@pytest.mark.parametrize("erase", ERASERS.values(), ids=ERASERS)
def test_another_value_takes_the_link_away(book: Spreadsheet, erase: Callable[[Spreadsheet], object]) -> None:
    send(book, text("B4", RUN))
    erase(book)
    cell = book.by_id(1).cells.get((0, 0), Cell())
    assert cell.runs == []
    with pytest.raises(LookupError):
        Person(book, ANNA).click("Hinweise", "A1")


def test_looks_notes_and_dropdowns_leave_the_link(book: Spreadsheet) -> None:
    send(book, text("B4", RUN))
    send(book, {"note": "hier", "userEnteredFormat": {"wrapStrategy": "WRAP"}}, fields="note,userEnteredFormat")
    assert answer(book, "hyperlink") == {"hyperlink": URI}


def test_link_moves_with_its_text(book: Spreadsheet) -> None:
    send(book, text("B4", RUN))
    anna = Person(book, ANNA)
    anna.insert_row("Hinweise", 1)
    anna.copy_paste("Hinweise", "A2", "C3")
    assert [anna.click("Hinweise", cell) for cell in ("A2", "C3")] == [("Termine", "B4")] * 2
    assert anna.undo()
    with pytest.raises(LookupError):
        anna.click("Hinweise", "C3")


def test_click_follows_a_tab_by_its_id_and_finds_none_that_is_gone(book: Spreadsheet) -> None:
    send(book, text("B4", RUN))
    anna = Person(book, ANNA)
    anna.rename_tab("Termine", "Treffen")
    assert anna.click("Hinweise", "A1") == ("Treffen", "B4")
    anna.delete_tab("Treffen")
    with pytest.raises(LookupError):
        anna.click("Hinweise", "A1")


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        ({"textFormatRuns": [RUN]}, "userEnteredValue,textFormatRuns"),
        ({"userEnteredValue": {"numberValue": 4}, "textFormatRuns": [RUN]}, "userEnteredValue,textFormatRuns"),
        ({"userEnteredValue": {"formulaValue": "=A2"}, "textFormatRuns": [RUN]}, "userEnteredValue,textFormatRuns"),
        (text("B4", {"startIndex": 2, "format": {}}), "userEnteredValue,textFormatRuns"),
        (text("B4", {"startIndex": -1, "format": {}}), "userEnteredValue,textFormatRuns"),
        (text("B4", RUN, RUN), "userEnteredValue,textFormatRuns"),
        (text("B4", {"link": {"uri": URI}}), "userEnteredValue,textFormatRuns"),
        (text("B4", {"format": {"hyperlink": URI}}), "userEnteredValue,textFormatRuns"),
        (text("B4", {"format": {"link": {"url": URI}}}), "userEnteredValue,textFormatRuns"),
        (text("B4") | {"textFormatRuns": URI}, "userEnteredValue,textFormatRuns"),
        (text("B4", RUN), "userEnteredValue,textFormatRun"),
        (text("B4", RUN), "userEnteredValue,textFormatRuns.format.link"),
    ],
)
def test_what_is_no_rich_text_is_refused(book: Spreadsheet, cell: dict[str, Any], fields: str) -> None:
    before = copy.deepcopy(book)
    with pytest.raises(Rejected) as caught:
        send(book, cell, fields=fields)
    assert (caught.value.status, caught.value.code, book) == (400, "INVALID_ARGUMENT", before)
