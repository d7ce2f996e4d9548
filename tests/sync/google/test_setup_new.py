"""`setup` on a new Google Sheet: every tab with its look, at most one write, and nothing at all the second time."""

from pathlib import Path

import pytest

from scoring.columns import Owner
from scoring.tabs import ACTORS, MEETINGS, PEOPLE_TABS, RESULTS, SERVICE_TABS, SETTINGS_ROWS, STEPS
from sync.errors import OutsideError
from sync.google.ids import (
    BANDING_OFFSET,
    CHART_IDS,
    LOOKUP_PROTECTION_IDS,
    PEOPLE_TAB_IDS,
    PROTECTION_OFFSET,
    SERVICE_TAB_IDS,
)
from sync.layout import ORDER, SetupReport, arranged
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Cell
from tests.sheets_server.person import Person
from tests.sync.google.setup_build import SERVICE_TITLES, Case, case_of, fill

HINT = "docs/google.md says what people may do in the sheet, and what to do when something is missing."


@pytest.fixture
def case(new_sheet: Case) -> Case:
    """A new spreadsheet after `setup`; the tests that take it look at it only."""
    return new_sheet


def test_setup_reports_what_it_added_and_needs_one_write(case: Case, new_report: SetupReport) -> None:
    assert new_report == SetupReport(
        added=(*(spec.de for spec in ORDER), "charts on Übersicht"),
        todo=("The tab Tabellenblatt1 can be deleted if nothing stands in it.", HINT),
    )
    assert case.writes == 1


def test_setup_adds_every_tab_in_order_with_fixed_ids_in_front_of_the_empty_one(case: Case) -> None:
    ids = {**SERVICE_TAB_IDS, **PEOPLE_TAB_IDS}
    assert [(sheet.id, sheet.title) for sheet in case.book.sheets] == [
        *((ids[spec.name], spec.de) for spec in ORDER),
        (0, "Tabellenblatt1"),
    ]
    assert case.book.sheet("Tabellenblatt1").cells == {}


def test_setup_writes_every_header_once(case: Case) -> None:
    for spec in ORDER[1:]:
        assert case.header(spec.de) == [column.de for column in arranged(spec)]


def test_setup_a_second_time_sends_nothing_and_says_so(case: Case) -> None:
    before = case.writes
    assert case.set_up().added == ()
    assert case.writes == before
    assert case.set_up().todo == ()


def test_setup_lists_every_setting_with_its_meaning_and_its_dropdown(case: Case) -> None:
    settings = case.book.sheet("Einstellungen")
    assert [settings.cells[row, 0].entered for row in range(1, len(SETTINGS_ROWS) + 1)] == [
        setting.de for setting in SETTINGS_ROWS
    ]
    assert [settings.cells[row, 2].entered or "" for row in range(1, len(SETTINGS_ROWS) + 1)] == [
        setting.help_de for setting in SETTINGS_ROWS
    ]
    rows = {setting.field: row for row, setting in enumerate(SETTINGS_ROWS, 1)}
    assert options(settings.cells[rows["inventory_method"], 1]) == ["BISKO", "Quellenbilanz", "Einflussbilanz"]
    assert settings.cells[rows["municipality_key"], 1].format["numberFormat"] == {"type": "TEXT", "pattern": "@"}
    assert settings.cells[rows["goal_date"], 1].format["numberFormat"] == {"type": "DATE", "pattern": "dd.mm.yyyy"}
    assert "numberFormat" not in settings.cells[rows["weight_emissions"], 1].format


def options(cell: Cell) -> list[str]:
    return [value["userEnteredValue"] for value in cell.validation["condition"]["values"]]


def test_setup_offers_lists_scales_and_names_and_blocks_nothing(case: Case) -> None:
    actors, meetings = case.book.sheet("Akteure"), case.book.sheet("Termine")
    fields = [column.field for column in arranged(ACTORS)]
    places = [column.field for column in MEETINGS.columns]

    def below(field: str) -> Cell:
        return actors.cells[999, fields.index(field)]

    assert options(below("attitude")) == ["Befürworter", "neutral", "skeptisch", "Gegner"]
    assert below("relationship").validation["condition"]["type"] == "NUMBER_BETWEEN"
    assert options(below("owner")) == ["=Verteiler!$A$2:$A"]
    assert options(meetings.cells[1, places.index("actor" if "actor" in places else "actors")]) == ["=Akteure!$A$2:$A"]
    rules = [cell.validation for sheet in (actors, meetings) for cell in sheet.cells.values() if cell.validation]
    assert {rule.get("strict", False) for rule in rules} == {False}
    assert {column for (_, column), cell in actors.cells.items() if cell.validation}.isdisjoint(
        fields.index(column.field) for column in ACTORS.lookups
    )


def test_setup_explains_headers_freezes_them_and_folds_what_matters_less(case: Case) -> None:
    actors = case.book.sheet("Akteure")
    columns = arranged(ACTORS)
    assert [actors.cells[0, index].note for index in range(len(columns))] == [column.help_de for column in columns]
    assert (actors.frozen_rows, actors.frozen_columns) == (1, 1)
    assert case.book.sheet("Termine").frozen_rows == 1
    (group,) = actors.column_groups
    front = sum(column.front for column in columns)
    assert (group["range"]["startIndex"], group["range"]["endIndex"], group["collapsed"]) == (front, len(columns), True)


def test_setup_keeps_leading_zeros_and_shows_days_as_days(case: Case) -> None:
    actors = case.book.sheet("Akteure")
    fields = [column.field for column in arranged(ACTORS)]
    formats = {
        field: actors.cells[1, fields.index(field)].format.get("numberFormat")
        for field in ("id", "industry", "due_on", "emissions", "emissions_year", "name")
    }
    assert formats == {
        "id": {"type": "TEXT", "pattern": "@"},
        "industry": {"type": "TEXT", "pattern": "@"},
        "due_on": {"type": "DATE", "pattern": "dd.mm.yyyy"},
        "emissions": {"type": "NUMBER", "pattern": "#,##0"},
        "emissions_year": {"type": "NUMBER", "pattern": "0"},
        "name": None,
    }


def test_setup_protects_service_tabs_and_leaves_the_two_signals_to_people(case: Case) -> None:
    for title in SERVICE_TITLES:
        (protection,) = case.book.sheet(title).protected_ranges
        assert protection["protectedRangeId"] == case.book.sheet(title).id + PROTECTION_OFFSET
        assert protection["editors"] == {"users": [case.server.account]}
    anna = Person(case.book)
    refused = [("Übersicht", "B1"), ("Auswertung", "A2"), ("Postausgang", "F2"), ("Postausgang", "G1")]
    for tab, cell in refused:
        with pytest.raises(Rejected, match="protected cell"):
            anna.type(tab, cell, "x")
    anna.tick("Übersicht", "B2")
    anna.type("Postausgang", "G2", "ja")
    assert options(case.book.sheet("Postausgang").cells[1, 6]) == ["ja", "nein"]
    assert case.book.sheet("Übersicht").cells[1, 1].validation["condition"]["type"] == "BOOLEAN"
    assert [anna.undo(), anna.undo()] == [True, True]


def test_setup_warns_on_grey_columns_and_shades_tables(case: Case) -> None:
    actors = case.book.sheet("Akteure")
    warnings = {each["protectedRangeId"]: each["range"]["startColumnIndex"] for each in actors.protected_ranges}
    assert warnings == {number: place for place, number in enumerate(LOOKUP_PROTECTION_IDS.values(), 1)}
    assert {each["warningOnly"] for each in actors.protected_ranges} == {True}
    bandings = {
        sheet.title: [band["bandedRangeId"] - sheet.id for band in sheet.banded_ranges] for sheet in case.book.sheets
    }
    assert bandings == {
        **{spec.de: [BANDING_OFFSET] for spec in ORDER},
        "Übersicht": [],
        "Tabellenblatt1": [],
    }


def test_setup_adds_three_charts_and_colours_lists(case: Case) -> None:
    assert [chart["chartId"] for chart in case.book.sheet("Übersicht").charts] == list(CHART_IDS.values())
    rules = case.book.sheet("Schritte").conditional_formats
    labels = {rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for rule in rules}
    assert labels == {"läuft", "erledigt", "Rückschritt"}
    place = [column.field for column in STEPS.columns].index("status")
    assert {rule["ranges"][0]["startColumnIndex"] for rule in rules} == {place}


def test_grey_columns_show_the_results_and_follow_people(tmp_path: Path, case: Case) -> None:
    with case_of(tmp_path, case.book) as mine:
        fields = [column.field for column in RESULTS.columns]
        row = [None] * len(fields)
        row[0], row[fields.index("rank")], row[fields.index("stage")] = "Bürger*innen-Energie", 1.0, "überzeugt"
        fill(mine.book.sheet("Auswertung"), [row], top=1)
        anna = Person(mine.book)
        anna.type("Akteure", "A2", "Bürger*innen-Energie")
        anna.insert_row("Akteure", 1)
        anna.drag_column("Akteure", "A", "AC")
        anna.insert_column("Akteure", "B")
        shown = mine.shown("Akteure")
        assert [shown.get((2, column)) for column in range(4)] == ["überzeugt", None, 1.0, None]
        assert mine.set_up().added == ()
        assert mine.writes == 0


def test_setup_speaks_english_and_separates_by_the_locale(tmp_path: Path) -> None:
    with case_of(tmp_path, locale="en_US") as case:
        assert case.set_up("en").added == (*(spec.en for spec in ORDER), "charts on Overview")
        assert case.header("Actors") == [column.en for column in arranged(ACTORS)]
        assert case.formula("Actors", 0, 2) == (
            '=ARRAYFORMULA(IF(ROW($A$1:$A)=ROW($A$1),"Rank",IF($A$1:$A="",,'
            "IFNA(XLOOKUP($A$1:$A,Results!$A:$A,Results!$D:$D)))))"
        )
        assert case.set_up("en").added == ()
        assert case.writes == 1


def test_setup_asks_for_locale_and_time_zone_and_changes_neither(tmp_path: Path, case: Case) -> None:
    with case_of(tmp_path, case.book) as mine:
        mine.book.locale, mine.book.time_zone = "fr_FR", "America/New_York"
        settings = "File, Settings (Datei, Einstellungen)"
        assert mine.set_up("de").todo == (
            f"The sheet's locale is fr_FR: numbers and dates are misread. {settings}: choose Germany (Deutschland).",
            f"The sheet's time zone is America/New_York. {settings}: choose Berlin.",
        )
        assert (mine.writes, mine.book.locale, mine.book.time_zone) == (0, "fr_FR", "America/New_York")


def test_setup_as_a_viewer_says_whom_to_share_with(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        case.server.share(case.book, "reader")
        with pytest.raises(OutsideError) as caught:
            case.set_up()
        assert str(caught.value) == (
            f"{case.server.account} may read the sheet but not write into it: share the sheet with "
            f"{case.server.account} as editor (Teilen, Bearbeiter)."
        )
        assert [sheet.title for sheet in case.book.sheets] == ["Tabellenblatt1"]


def test_every_tab_has_its_fixed_id() -> None:
    assert {spec.name for spec in SERVICE_TABS} == SERVICE_TAB_IDS.keys()
    assert {spec.name for spec in PEOPLE_TABS} == PEOPLE_TAB_IDS.keys()
    assert list(LOOKUP_PROTECTION_IDS) == [column.field for column in ACTORS.columns if column.owner is Owner.SERVICE]
