"""`setup` again after people changed what is the service's: it is put back and reported, and only that."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scoring.tabs import RESULTS, SECTORS
from sync.google.ids import CHART_IDS, LOOKUP_PROTECTION_IDS
from sync.layout import ORDER
from tests.sheets_server import Fault
from tests.sheets_server.model import Formula, Sheet
from tests.sheets_server.person import Person, peoples_cells
from tests.sheets_server.server import OWNER
from tests.sync.google.setup_build import SERVICE_IDS, Case, case_of, changed, fill

GREY = ("Stand", "Rang", "Schlüsselakteur", "Empfehlung", "Hinweise")


@pytest.fixture
def case(tmp_path: Path, new_sheet: Case) -> Iterator[Case]:
    """A copy of a sheet that `setup` has made, with one actor and its rank."""
    with case_of(tmp_path, new_sheet.book) as case:
        show_rank(case)
        Person(case.book).type("Akteure", "A2", "Stadtwerke")
        yield case


def show_rank(case: Case, rank: float = 1.0) -> None:
    place = [column.field for column in RESULTS.columns].index("rank")
    fill(case.book.sheet("Auswertung"), [["Stadtwerke", *[None] * (place - 1), rank]], top=1)


def test_setup_adds_a_deleted_tab_again_and_mends_the_grey_headers(case: Case) -> None:
    Person(case.book, OWNER).delete_tab("Auswertung")
    assert case.shown("Akteure")[0, 2] == "#REF!"
    before = peoples_cells(case.book, SERVICE_IDS)
    assert case.set_up().added == (
        "Auswertung",
        *(f"Akteure: {title} (repaired)" for title in GREY),
        "charts on Übersicht",
    )
    own = {(case.book.sheet("Akteure").id, 0, column) for column in range(1, 6)}
    assert set(changed(before, case.book)) == own
    show_rank(case, 7.0)
    assert case.shown("Akteure")[1, 2] == 7.0
    assert case.set_up().added == ()
    assert case.writes == 1


def test_setup_empties_results_whose_columns_were_moved_so_that_no_wrong_value_is_shown(case: Case) -> None:
    Person(case.book, OWNER).drag_column("Auswertung", "D", "A")
    assert case.shown("Akteure")[1, 2] == 1.0
    assert case.set_up().added == (
        *(f"Akteure: {title} (repaired)" for title in GREY),
        "columns of Auswertung",
        "colours of Auswertung",
        "charts on Übersicht",
    )
    assert [(row, column) for row, column in case.shown("Akteure") if row and column] == []
    show_rank(case, 7.0)
    assert case.shown("Akteure")[1, 2] == 7.0
    assert case.set_up().added == ()


def test_setup_adds_grey_columns_again_beside_a_heading_that_was_moved_among_the_data(case: Case) -> None:
    Person(case.book).type("Akteure", "A3", "Klinikum")
    Person(case.book).cut_paste("Akteure", "A1", "H2")
    Person(case.book).type("Akteure", "H3", "Stadtwerke")
    before = peoples_cells(case.book, SERVICE_IDS)
    added = case.set_up().added
    assert all(title in added[0] for title in GREY), added
    assert set(before) <= set(peoples_cells(case.book, SERVICE_IDS))
    header = case.header("Akteure", 1)
    assert case.shown("Akteure")[2, len(header) - header[::-1].index("Rang (berechnet)") - 1] == 1.0
    assert case.set_up().added == ()


def test_setup_puts_title_and_tick_box_back_on_an_emptied_overview(case: Case) -> None:
    Person(case.book, OWNER).clear("Übersicht", "A1:B3")
    assert case.set_up().added == ("title and tick box of Übersicht",)
    assert case.header("Übersicht", 1) == ["Jetzt synchronisieren", False]
    assert case.set_up().added == ()


def test_setup_mends_grey_headers_after_the_key_column_was_deleted(case: Case) -> None:
    anna = Person(case.book)
    anna.type("Akteure", "AN1", "Name")
    anna.type("Akteure", "AN2", "Stadtwerke")
    anna.delete_column("Akteure", "A")
    assert case.shown("Akteure")[0, 1] == "#REF!"
    assert case.set_up().added == tuple(f"Akteure: {title} (repaired)" for title in GREY)
    assert case.shown("Akteure")[1, 1] == 1.0


def test_setup_follows_the_renamed_tab_of_results_without_a_write(case: Case) -> None:
    Person(case.book, OWNER).rename_tab("Auswertung", "Ergebnis der Bewertung")
    assert case.set_up().added == ()
    assert case.writes == 0
    assert case.shown("Akteure")[1, 2] == 1.0


def test_setup_adds_a_grey_column_that_people_emptied_once(case: Case) -> None:
    anna = Person(case.book)
    anna.clear("Akteure", "C1")
    assert case.set_up().added == ("Akteure: Rang",)
    header = case.header("Akteure")
    assert (header[2], header.count("Rang")) == (None, 1)
    warnings = {each["protectedRangeId"]: each["range"] for each in case.book.sheet("Akteure").protected_ranges}
    assert warnings[LOOKUP_PROTECTION_IDS["rank"]]["startColumnIndex"] == header.index("Rang")
    assert case.set_up().added == ()


def test_setup_names_the_cell_that_blocks_a_grey_column_and_does_not_add_it_again(case: Case) -> None:
    Person(case.book).type("Akteure", "C17", "von Hand")
    report = case.set_up()
    assert (report.added, report.todo) == ((), ("Akteure!C17 blocks the grey column Rang; clear that cell.",))
    assert case.writes == 0
    assert case.book.sheet("Akteure").cells[16, 2].entered == "von Hand"


def test_setup_leaves_a_formula_that_people_changed_to_them(case: Case) -> None:
    anna = Person(case.book)
    theirs = "=WENN(A2=1;2;3)"
    anna.type("Akteure", "C1", theirs)
    case.set_up()
    assert case.book.sheet("Akteure").cells[0, 2].entered == Formula(text=theirs)


def test_setup_takes_the_other_separator_when_google_refuses_the_first(case: Case) -> None:
    case.book.locale = "ja_JP"
    anna = Person(case.book)
    anna.delete_column("Akteure", "C")
    report = case.set_up()
    assert report.added == ("Akteure: Rang", "Akteure: Rang (repaired)")
    assert case.writes == 2
    place = case.header("Akteure").index("Rang")
    assert ";" in case.formula("Akteure", 0, place)
    assert case.shown("Akteure")[1, place] == 1.0
    assert case.set_up().added == ()


def loosen(change: Callable[[dict[str, Any]], None]) -> Callable[[Sheet], None]:
    def on(sheet: Sheet) -> None:
        (protection,) = sheet.protected_ranges
        change(protection)

    return on


@pytest.mark.parametrize(
    "damage",
    [
        lambda sheet: sheet.protected_ranges.clear(),
        loosen(lambda it: it.update(warningOnly=True)),
        loosen(lambda it: it["editors"].update(domainUsersCanEdit=True)),
        loosen(lambda it: it["editors"]["users"].extend(["anna@example.org", "bo@example.org"])),
        loosen(lambda it: it["range"].update(startRowIndex=1)),
        loosen(lambda it: it.update(unprotectedRanges=[{"sheetId": it["range"]["sheetId"], "startRowIndex": 1}])),
    ],
    ids=["removed", "only warns", "whole domain", "two more editors", "not the header", "cells open"],
)
def test_setup_puts_a_protection_back_that_people_removed_or_loosened(
    case: Case, damage: Callable[[Sheet], None]
) -> None:
    sheet = case.book.sheet("Auswertung")
    before = deepcopy(sheet.protected_ranges)
    damage(sheet)
    assert case.set_up().added == ("protection of Auswertung",)
    (after,) = case.book.sheet("Auswertung").protected_ranges
    assert {name: value for name, value in after.items() if value} == {
        name: value for name, value in before[0].items() if value
    }
    assert case.set_up().added == ()


def test_setup_lets_the_owner_stand_in_a_protection(case: Case) -> None:
    case.book.sheet("Auswertung").protected_ranges[0]["editors"]["users"].append(OWNER)
    assert case.set_up().added == ()


def test_setup_says_who_has_to_lift_a_protection_that_locks_it_out(case: Case) -> None:
    case.book.sheet("Auswertung").protected_ranges[0]["editors"]["users"] = [OWNER]
    report = case.set_up()
    assert report.added == ()
    assert report.todo == (
        f"The protection of Auswertung does not let {case.server.account} write. The owner of the sheet has to "
        "delete it (Data, Protected sheets and ranges / Daten, Geschützte Tabellenblätter und Bereiche); then run "
        "setup again.",
    )


def test_setup_puts_back_what_was_taken_from_the_look_of_its_tabs(case: Case) -> None:
    steps, overview = case.book.sheet("Schritte"), case.book.sheet("Übersicht")
    steps.banded_ranges.clear()
    del steps.conditional_formats[0]
    del overview.charts[1]
    rules = len(steps.conditional_formats)
    assert case.set_up().added == ("banding of Schritte", "colours of Schritte", "charts on Übersicht")
    assert len(case.book.sheet("Schritte").conditional_formats) == rules + 1
    assert {chart["chartId"] for chart in case.book.sheet("Übersicht").charts} == set(CHART_IDS.values())
    assert case.set_up().added == ()


def test_setup_leaves_a_moved_chart_and_a_changed_colour_to_people(case: Case) -> None:
    overview, steps = case.book.sheet("Übersicht"), case.book.sheet("Schritte")
    overview.charts[0]["position"]["overlayPosition"]["anchorCell"] = {"sheetId": overview.id, "rowIndex": 40}
    steps.conditional_formats[0]["booleanRule"]["format"] = {"backgroundColorStyle": {"rgbColor": {"red": 1}}}
    assert case.set_up().added == ()
    assert case.writes == 0


def of_before_the_goal(case: Case) -> None:
    """Make of it a sheet of the time when Sektoren had five columns, and the first chart stacked two of them."""
    sheet, chart = case.book.sheet("Sektoren"), case.book.sheet("Übersicht").charts[0]
    sheet.columns = 5
    sheet.cells = {place: cell for place, cell in sheet.cells.items() if place[1] < 5}
    sheet.column_metadata = {column: said for column, said in sheet.column_metadata.items() if column < 5}
    sheet.banded_ranges[0]["range"]["endColumnIndex"] = 5
    first, second, _ = chart["spec"]["basicChart"]["series"]
    for series, column in ((first, 2), (second, 3)):
        series["series"]["sourceRange"]["sources"][0] |= {"startColumnIndex": column, "endColumnIndex": column + 1}
    chart["spec"]["basicChart"]["series"] = [first, second]


def test_setup_makes_room_for_columns_that_came_later_and_draws_them(case: Case) -> None:
    made, chart = deepcopy(case.book.sheet("Sektoren")), deepcopy(case.book.sheet("Übersicht").charts[0])
    of_before_the_goal(case)
    before = peoples_cells(case.book, SERVICE_IDS)
    assert case.set_up().added == ("new columns of Sektoren", "charts on Übersicht")
    sheet = case.book.sheet("Sektoren")
    assert (sheet.columns, sheet.cells, sheet.column_metadata) == (7, made.cells, made.column_metadata)
    assert (sheet.banded_ranges, case.book.sheet("Übersicht").charts[0]) == (made.banded_ranges, chart)
    assert changed(before, case.book) == []
    assert case.set_up().added == ()
    assert case.writes == 1


def test_setup_bands_a_tab_without_banding_only_when_it_has_all_columns(case: Case) -> None:
    made = deepcopy(case.book.sheet("Sektoren"))
    of_before_the_goal(case)
    case.book.sheet("Sektoren").banded_ranges = []
    assert case.set_up().added == ("new columns of Sektoren", "banding of Sektoren", "charts on Übersicht")
    sheet = case.book.sheet("Sektoren")
    assert (sheet.columns, sheet.cells, sheet.banded_ranges) == (7, made.cells, made.banded_ranges)
    assert case.set_up().added == ()


def test_setup_dresses_columns_that_a_sync_has_filled_and_keeps_their_figures(case: Case) -> None:
    sheet = case.book.sheet("Sektoren")
    made = deepcopy(sheet)
    of_before_the_goal(case)
    sheet.columns = 7
    headers = [column.de for column in SECTORS.columns]
    fill(sheet, [headers, ["Verkehr", 10, 4, 6, 40, 10, 50]])
    fill(made, [["Verkehr", 10, 4, 6, 40, 10, 50]], top=1)
    values = {place: cell.entered for place, cell in made.cells.items()}
    assert case.set_up().added == ("new columns of Sektoren", "charts on Übersicht")
    sheet = case.book.sheet("Sektoren")
    assert {place: cell.entered for place, cell in sheet.cells.items()} == values
    assert (sheet.columns, sheet.banded_ranges) == (7, made.banded_ranges)
    assert case.set_up().added == ()


def test_setup_puts_back_the_warning_on_a_grey_column(case: Case) -> None:
    actors = case.book.sheet("Akteure")
    del actors.protected_ranges[1]
    assert case.set_up().added == ("warning on Akteure: Rang",)
    assert case.set_up().added == ()


@pytest.mark.parametrize("title", ["Übersicht", "Postausgang", "Sektoren"])
def test_setup_makes_a_deleted_service_tab_anew(case: Case, title: str) -> None:
    Person(case.book, OWNER).delete_tab(title)
    before = peoples_cells(case.book, SERVICE_IDS)
    charts = ("charts on Übersicht",) if title in {"Sektoren", "Übersicht"} else ()
    assert case.set_up().added == (title, *charts)
    assert changed(before, case.book) == []
    assert case.set_up().added == ()


def test_setup_goes_without_the_charts_when_google_refuses_them(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        case.server.faults.add(Fault(call="write", status=400, message="Invalid requests[300].addChart: no such axis."))
        report = case.set_up()
        assert report.added == tuple(spec.de for spec in ORDER)
        assert report.todo[0] == "Google did not take this, run setup again: charts on Übersicht"
        assert case.book.sheet("Übersicht").charts == []
        assert case.set_up().added == ("charts on Übersicht",)
