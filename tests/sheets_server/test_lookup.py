"""The lookup that spills down: what it finds, what blocks it, what breaks it."""

import time

import pytest

from tests.sheets_server.build import lookup, rows_of, tab
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet, Value


def book(*sheets: Sheet, locale: str = "de_DE") -> Spreadsheet:
    return Spreadsheet(id="book", title="Klimaallianz", locale=locale, sheets=list(sheets))


def results(*rows: list[Value]) -> Sheet:
    return tab(2, "Auswertung", ["Name", None, None, "Rang"], *rows)


def shown(spreadsheet: Spreadsheet, title: str = "Akteure") -> list[list[Value | Formula]]:
    return rows_of(dict(effective(spreadsheet, spreadsheet.sheet(title))))


def test_lookup_spills_down_from_its_header() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["Stadtwerke"], ["Uni"], [None], ["Neu"])

    values = shown(book(actors, results(["Uni", None, None, 2], ["Stadtwerke", None, None, 1])))

    assert values == [["Name", "Rang"], ["Stadtwerke", 1.0], ["Uni", 2.0], [], ["Neu"]]


@pytest.mark.parametrize("name", ["Bürger*innen-Energie e.V.", "Wer?Wir!", "~", "~*", "Uni ", "=1", "#tag", "'"])
def test_lookup_takes_names_literally(name: str) -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")])
    actors.cells[1, 0] = Cell(entered=name)
    other = tab(2, "Auswertung", ["Name"])
    for row, key in enumerate(["Bürgerinnen-Energie e.V.", "WerxWir!", "Uni", name], start=1):
        other.cells[row, 0] = Cell(entered=key)
        other.cells[row, 3] = Cell(entered=float(row))

    assert effective(book(actors, other), actors)[1, 1] == 4.0


def test_lookup_tells_a_trailing_space_apart() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["Uni "])

    assert shown(book(actors, results(["Uni", None, None, 1]))) == [["Name", "Rang"], ["Uni "]]


def test_lookup_gives_case_twins_the_first_match() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["uni"], ["UNI"])

    values = shown(book(actors, results(["Uni", None, None, 1], ["uni", None, None, 2])))

    assert values == [["Name", "Rang"], ["uni", 1.0], ["UNI", 1.0]]


def test_lookup_tells_number_text_and_truth_apart() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], [1], ["1"], [True], [0], [False])

    other = results(["1", None, None, "text"], [1, None, None, "number"], [True, None, None, "truth"])
    values = shown(book(actors, other))

    assert values == [["Name", "Rang"], [1.0, "number"], ["1", "text"], [True, "truth"], [0.0], [False]]


def test_lookup_leaves_blank_results_blank_and_lets_errors_through() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"], ["b"], ["c"])
    other = results(["a"], ["b"], ["c"])
    other.cells[2, 3] = Cell(error="#DIV/0!")
    other.cells[3, 3] = Cell(error="#N/A")

    assert shown(book(actors, other)) == [["Name", "Rang"], ["a"], ["b", "#DIV/0!"], ["c"]]


def test_lookup_carries_an_error_in_the_key_on() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])
    actors.cells[2, 0] = Cell(error="#VALUE!")

    values = shown(book(actors, results(["a", None, None, 1])))

    assert values == [["Name", "Rang"], ["a", 1.0], ["#VALUE!", "#VALUE!"]]


def test_lookup_below_a_title_row_fills_the_rows_below_it() -> None:
    actors = tab(1, "Akteure", ["Unsere Liste"], ["Name", lookup("Rang", "A2")], ["a"])

    assert shown(book(actors, results(["a", None, None, 1]))) == [["Unsere Liste"], ["Name", "Rang"], ["a", 1.0]]


def test_lookup_finds_its_key_in_another_column() -> None:
    actors = tab(1, "Akteure", [lookup("Rang", "F1"), None, None, None, None, "Name"], [None] * 5 + ["a"])

    values = shown(book(actors, results(["a", None, None, 1])))

    assert values == [["Rang", None, None, None, None, "Name"], [1.0, None, None, None, None, "a"]]


@pytest.mark.parametrize("blocker", [Cell(entered="von Hand"), Cell(error="#N/A"), Cell(entered=Formula(text="=1+1"))])
def test_lookup_shows_ref_and_nothing_below_when_blocked(blocker: Cell) -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])
    actors.cells[8, 1] = blocker

    values = effective(book(actors, results(["a", None, None, 1])), actors)

    assert {place: value for place, value in values.items() if place != (8, 1)} == {
        (0, 0): "Name", (0, 1): "#REF!", (1, 0): "a",
    }  # fmt: skip


def test_lookup_is_not_blocked_by_looks_alone() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])
    actors.cells[5, 1] = Cell(format={"textFormat": {"bold": True}}, note="grau")

    assert shown(book(actors, results(["a", None, None, 1]))) == [["Name", "Rang"], ["a", 1.0]]


def test_lookup_that_would_leave_the_grid_shows_ref() -> None:
    actors = tab(1, "Akteure", ["Name"], ["a", lookup("Rang", "A1")])

    assert shown(book(actors, results(["a", None, None, 1]))) == [["Name"], ["a", "#REF!"]]


@pytest.mark.parametrize(
    ("locale", "separator", "header"),
    [("de_DE", ";", "Rang"), ("de_DE", ",", "#ERROR!"), ("en_US", ";", "Rang"), ("en_US", ",", "Rang")],
)
def test_lookup_wants_the_separator_of_the_locale(locale: str, separator: str, header: str) -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1", separator=separator)])

    assert shown(book(actors, results(), locale=locale)) == [["Name", header]]


def test_lookup_in_a_missing_tab_shows_ref_until_the_tab_is_there() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])
    spreadsheet = book(actors)

    assert shown(spreadsheet) == [["Name", "#REF!"], ["a"]]

    spreadsheet.sheets.append(results(["a", None, None, 1]))

    assert shown(spreadsheet) == [["Name", "Rang"], ["a", 1.0]]


def test_lookup_in_a_column_beyond_the_grid_shows_ref() -> None:
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])

    assert shown(book(actors, tab(2, "Auswertung", ["a"], width=3))) == [["Name", "#REF!"], ["a"]]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (lookup("Rang", "A1").replace("Auswertung!$D:$D", "#REF!"), "#REF!"),
        (lookup("Rang", "A1").replace("ROW($A$1)", "ROW(#REF!)"), "#REF!"),
        (lookup("Rang", "A1").replace("Auswertung!$D:$D", "Auswertung!$D:$E"), "#VALUE!"),
        (lookup("Rang", "A1").replace("ROW($A$1:$A)", "ROW($A$2:$A)"), "#VALUE!"),
        (lookup("Rang", "A1").replace('="";;', '="";"";'), "#NAME?"),
        ("=VLOOKUP(A1;B:C;2)", "#NAME?"),
        ("=1+1", "#ERROR!"),
    ],
)
def test_lookup_that_is_broken_shows_an_error(formula: str, value: str) -> None:
    actors = tab(1, "Akteure", ["Name", formula], ["a"])

    assert shown(book(actors, results(["a", None, None, 1]))) == [["Name", value], ["a"]]


def test_lookup_reads_quoted_titles_and_doubled_quotes() -> None:
    formula = lookup("Rang", "A1", tab_title="'Anna''s Liste'").replace('"Rang"', '"Rang ""neu"""')
    actors = tab(1, "Akteure", ["Name", formula], ["a"])
    other = tab(2, "Anna's Liste", ["Name"], ["a", None, None, 5])

    assert shown(book(actors, other)) == [["Name", 'Rang "neu"'], ["a", 5.0]]


def test_lookup_sees_what_another_lookup_spilled() -> None:
    letters = tab(3, "LoI", ["Akteur", lookup("Rang", "A1", tab_title="Akteure", column="B")], ["a"])
    actors = tab(1, "Akteure", ["Name", lookup("Rang", "A1")], ["a"])

    assert shown(book(letters, actors, results(["a", None, None, 1])), "LoI") == [["Akteur", "Rang"], ["a", 1.0]]


def test_five_lookups_over_ten_thousand_rows_are_quick() -> None:
    count = 10_000
    actors = tab(1, "Akteure", ["Name", *(lookup("Rang", "A1") for _ in range(5))], height=count + 1)
    other = tab(2, "Auswertung", height=count)
    for row in range(count):
        actors.cells[row + 1, 0] = Cell(entered=f"Akteur {row}")
        other.cells[row, 0] = Cell(entered=f"Akteur {count - 1 - row}")
        other.cells[row, 3] = Cell(entered=float(row))
    spreadsheet = book(actors, other)

    start = time.process_time()
    values = effective(spreadsheet, actors)

    assert time.process_time() - start < 1.0  # ten times what it takes, so that a slow machine does not matter
    assert [values[row, 5] for row in (1, 2, count)] == [count - 1.0, count - 2.0, 0.0]
