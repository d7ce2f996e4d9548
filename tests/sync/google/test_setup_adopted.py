"""`setup` on sheets that teams have kept for long: it adds beside what is there, and every cell of theirs stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.addresses import column_letter
from scoring.tabs import ACTORS, SETTINGS_ROWS
from sync.google.ids import PEOPLE_TAB_IDS
from sync.layout import ORDER
from tests.sheets_server import Call, Fault
from tests.sheets_server.model import Cell, Formula, Spreadsheet
from tests.sheets_server.person import Person, peoples_cells
from tests.sync.google.setup_build import SERVICE_IDS, SERVICE_TITLES, Case, case_of, changed, fill

NAMES = ("Stadtwerke", "Klinikum", "=1+1", None, "Bürger*innen-Energie")
TABS = ("Kontakte", "Akteure", "Treffen 2024", "Einstellungen", "Termine")
HEADER_ROW = 3
"""0-based: two rows with the team's own title stand above, and a blank one."""

THERE = ("name", "kind", "attitude", "jobs")
"""The fields that the team's list has under one name or another."""

GREY = ["Stand", "Rang (berechnet)", "Schlüsselakteur", "Empfehlung", "Hinweise"]


def adopted(book: Spreadsheet) -> None:
    """Other order, title rows above, own "Rang", key in column F, merged cells, formulas, notes, a list of its own."""
    actors = book.sheet("Akteure")
    fill(actors, [["Klima-Allianz Musterstadt"], ["Stand: März", Formula(text="=HEUTE()")]])
    header = ["Rang", "Art", None, "Haltung", "Lieblingsfarbe", "Organisation", "Beschäftigte"]
    rows = [[str(place), "Verein", None, "neutral", "blau", name, 12.5] for place, name in enumerate(NAMES)]
    fill(actors, [header, *rows], top=HEADER_ROW)
    actors.cells[HEADER_ROW + 1, 3] = Cell(
        entered="neutral", note="von Anna", format={"bold": True}, validation={"condition": {"type": "NOT_BLANK"}}
    )
    actors.cells[HEADER_ROW + 7, 8] = Cell(entered=Formula(text="=SUMME(G4:G9)"))
    actors.merges = [
        {"sheetId": actors.id, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 10}
    ]
    fill(book.sheet("Treffen 2024"), [["ganz", "anders"], [Formula(text="=1+1"), True]])
    fill(book.sheet("Kontakte"), [["Akteur", "Name", "E-Mail"], ["Klinikum", "N. N.", "n@example.org"]])
    fill(
        book.sheet("Einstellungen"),
        [["Wert", "Einstellung"], ["Musterstadt", "Kommune"], [85_000.0, "Einwohnerzahl"], ["", "Sonstiges"]],
    )
    fill(book.sheet("Termine"), [["Datum", "Akteur", "Raum"], ["01.03.2026", "Klinikum", "12"]])


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Such a sheet before `setup`."""
    with case_of(tmp_path_factory.mktemp("adopted"), tabs=TABS) as case:
        adopted(case.book)
        yield case


@pytest.fixture(scope="module")
def done(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The same after `setup`; every cell of people's is as it was."""
    with case_of(tmp_path_factory.mktemp("done"), case.book) as done:
        before = peoples_cells(done.book, SERVICE_IDS)
        done.set_up()
        assert changed(before, done.book) == []
        yield done


def test_setup_adds_what_is_missing_right_of_everything_and_reports_it(done: Case) -> None:
    missing = [spec.de for spec in ORDER if spec.de not in TABS]
    actors, settings, charts = done.reports[0].added[len(missing) :]
    assert charts == "charts on Übersicht"
    assert list(done.reports[0].added[: len(missing)]) == missing
    assert actors.startswith("Akteure: " + ", ".join(GREY))
    assert settings.startswith("Einstellungen: AGS, Arbeitsplätze am Ort, ")
    assert done.reports[0].has_actors
    wanted = [column.de for column in ACTORS.columns if column.field not in {*THERE, "rank"}]
    header = done.header("Akteure", HEADER_ROW)
    assert header[:10] == [
        "Rang",
        "Art",
        None,
        "Haltung",
        "Lieblingsfarbe",
        "Organisation",
        "Beschäftigte",
        None,
        None,
        None,
    ]
    assert sorted(map(str, header[10:])) == sorted([*wanted, "Rang (berechnet)"])
    assert header[10:15] == GREY
    assert done.reports[0].unread == (
        "Akteure!E4 „Lieblingsfarbe“",
        "Termine!C1 „Raum“",
    )


def test_setup_leaves_the_team_s_tabs_in_their_order_and_never_adds_contacts(done: Case) -> None:
    missing = [spec.de for spec in ORDER if spec.de not in TABS]
    assert [sheet.title for sheet in done.book.sheets] == [*TABS, *missing]


def test_setup_looks_up_by_the_team_s_key_column_and_header_row(done: Case) -> None:
    assert done.formula("Akteure", HEADER_ROW, 11) == (
        '=ARRAYFORMULA(IF(ROW($F$4:$F)=ROW($F$4);"Rang (berechnet)";IF($F$4:$F="";;'
        "IFNA(XLOOKUP($F$4:$F;Auswertung!$A:$A;Auswertung!$D:$D)))))"
    )
    owner = done.header("Akteure", HEADER_ROW).index("Teil von")
    rule = done.book.sheet("Akteure").cells[HEADER_ROW + 1, owner].validation
    assert rule["condition"]["values"] == [{"userEnteredValue": "=Akteure!$F$5:$F"}]


def test_setup_dresses_no_column_of_people_s(case: Case, done: Case) -> None:
    old, new = case.book.sheet("Akteure"), done.book.sheet("Akteure")
    theirs = range(10)

    def dressed(cells: dict[tuple[int, int], Cell]) -> dict[tuple[int, int], Cell]:
        return {place: cell for place, cell in cells.items() if place[1] in theirs}

    assert dressed(new.cells) == dressed(old.cells)
    assert (new.frozen_rows, new.frozen_columns, new.banded_ranges) == (0, 0, [])
    (group,) = new.column_groups
    assert group["range"]["startIndex"] > max(theirs)


def test_setup_adds_settings_below_in_the_team_s_order_of_columns(done: Case) -> None:
    settings = done.book.sheet("Einstellungen")
    added = [setting for setting in SETTINGS_ROWS if setting.field not in {"municipality", "population"}]
    assert [settings.cells[row, 1].entered for row in range(4, 4 + len(added))] == [setting.de for setting in added]
    assert all((row, 0) not in settings.cells or settings.cells[row, 0].entered is None for row in range(4, 40))


def test_setup_again_sends_nothing(done: Case) -> None:
    before = done.writes
    assert done.set_up().added == ()
    assert (before, done.writes) == (1, 1)


def test_setup_reads_no_cell_of_tabs_that_it_does_not_know(done: Case) -> None:
    asked = [call.path for call in done.server.log if call.kind == "read"]
    assert asked
    assert not any("Kontakte" in path or "Treffen" in path for path in asked)


def test_setup_touches_service_tabs_and_inserted_lines_only(done: Case) -> None:
    titles = {sheet.id: sheet.title for sheet in done.book.sheets}
    written = {(titles[write.sheet_id], write.column) for write in done.book.writes}
    assert {column for title, column in written if title == "Akteure"} == set(
        range(10, 10 + len(ACTORS.columns) - len(THERE))
    )
    assert {title for title, _ in written}.isdisjoint({"Kontakte", "Treffen 2024", "Termine"})
    assert {title for title, _ in written} >= set(SERVICE_TITLES)


def test_setup_knows_renamed_tabs_by_their_ids(tmp_path: Path, new_sheet: Case) -> None:
    with case_of(tmp_path, new_sheet.book) as case:
        anna = Person(case.book)
        anna.rename_tab("Akteure", "Unsere Liste")
        anna.rename_tab("Presse", "Medien")
        case.book.sheet("Medien").cells.clear()
        anna.rename_tab("Einstellungen", "Akteure 2026")
        report = case.set_up()
        assert report.added == ("Medien: Datum, Titel, Medium, Anlass, Akteur, Link",)
        assert len(case.book.sheets) == len(new_sheet.book.sheets)


def test_setup_adds_a_tab_whose_id_has_become_another_one(tmp_path: Path, new_sheet: Case) -> None:
    with case_of(tmp_path, new_sheet.book) as case:
        anna = Person(case.book)
        anna.delete_tab("Termine")
        anna.rename_tab("Presse", "Termine")
        assert case.set_up().added == ("Presse",)
        assert case.book.sheet("Presse").id == PEOPLE_TAB_IDS["press"] + 10_000
        assert case.set_up().added == ()


def test_setup_at_the_edge_of_the_grid_makes_room(tmp_path: Path, new_sheet: Case) -> None:
    """Every column of Akteure is used, and the last row of Einstellungen."""
    with case_of(tmp_path, new_sheet.book) as case:
        without_rank_and_key(case)
        actors, settings = case.book.sheet("Akteure"), case.book.sheet("Einstellungen")
        actors.cells[0, actors.columns - 1] = Cell(entered="eigene Spalte")
        settings.cells[settings.rows - 1, 0] = Cell(entered="ganz unten")
        before, width, height = peoples_cells(case.book, SERVICE_IDS), actors.columns, settings.rows
        assert case.set_up().added == ("Akteure: Rang", "Einstellungen: AGS")
        assert changed(before, case.book) == []
        assert (case.header("Akteure")[width], settings.cells[height, 0].entered) == ("Rang", "AGS")
        assert case.set_up().added == ()


def without_rank_and_key(case: Case) -> None:
    anna = Person(case.book)
    anna.delete_column("Akteure", "C")
    anna.delete_row("Einstellungen", 3)


def test_setup_never_overwrites_what_is_typed_between_its_read_and_its_write(tmp_path: Path, new_sheet: Case) -> None:
    with case_of(tmp_path, new_sheet.book) as case:
        without_rank_and_key(case)
        actors, settings = case.book.sheet("Akteure"), case.book.sheet("Einstellungen")
        right, below = len(case.header("Akteure")), len(SETTINGS_ROWS)
        anna = Person(case.book)
        typed = [f"{column_letter(right)}1", f"{column_letter(right)}2", f"A{below + 1}", f"B{below + 1}"]

        def meanwhile(call: Call) -> None:
            if call.kind == "write":
                case.server.before_call = None
                for cell in typed[:2]:
                    anna.type("Akteure", cell, "gerade eben")
                for cell in typed[2:]:
                    anna.type("Einstellungen", cell, "gerade eben")

        case.server.before_call = meanwhile
        assert case.set_up().added == ("Akteure: Rang", "Einstellungen: AGS")
        for sheet in (actors, settings):
            assert [cell.entered for cell in sheet.cells.values()].count("gerade eben") == 2


@pytest.mark.parametrize("arrived", [True, False])
def test_setup_continues_after_a_write_whose_outcome_is_unknown(
    tmp_path: Path, new_sheet: Case, *, arrived: bool
) -> None:
    with case_of(tmp_path, new_sheet.book) as case:
        without_rank_and_key(case)
        case.server.faults.add(Fault(call="write", reset=True, effect=arrived))
        assert case.set_up().added == ("Akteure: Rang", "Einstellungen: AGS")
        assert case.writes == (1 if arrived else 2)
        assert case.header("Akteure").count("Rang") == 1
        assert case.set_up().added == ()
