"""The tab Einstellungen: values, defaults, what is assumed, weights."""

from datetime import date

import pytest

from scoring.alliance import Place, Settings
from scoring.domain import InventoryMethod, LegalForm, Sector, Severity
from scoring.messages import Argument, Note, NoteCode
from scoring.parsing.settings import read_settings
from scoring.snapshot import Cell, Tab
from scoring.tabs import SETTINGS_ROWS

COMPLETE: tuple[tuple[Cell, ...], ...] = (
    ("Kommune", "Bonn"),
    ("Einwohner", 330_000),
    ("Arbeitsplätze am Ort", 250_000),
    ("Umsatz am Ort", 40_000),
    ("Bilanzmethode", "bisko"),
    ("Bilanzjahr", 2018),
    ("Gesamtemissionen", "2.115.000 t"),
)


def read(*rows: tuple[Cell, ...]) -> tuple[Settings, list[Note]]:
    """Settings and notes of a complete tab with these rows before its own."""
    tab = Tab(id="1", title="Einstellungen", cells=(("Einstellung", "Wert"), *rows, *COMPLETE))
    settings, _, notes = read_settings(tab, "de")
    return settings, list(notes)


def note(code: NoteCode, cell: str, severity: Severity = Severity.WARNING, **args: Argument) -> Note:
    return Note(code=code, severity=severity, tab="Einstellungen", cell=cell, args=args)


def test_a_complete_tab_has_no_notes() -> None:
    assert read() == (
        Settings(
            municipality="Bonn",
            population=330_000.0,
            jobs_total=250_000.0,
            revenue_total=40_000.0,
            assumed=frozenset(),
            inventory_method=InventoryMethod.BISKO,
            inventory_year=2018,
            inventory_total=2_115_000.0,
        ),
        [],
    )


def test_every_setting_is_read() -> None:
    rows: dict[str, Cell] = {
        "Kommune": "Bonn",
        "AGS": "05314000",
        "Einwohner": 330_000,
        "Arbeitsplätze am Ort": 250_000,
        "Umsatz am Ort (Mio €)": "40.000 Mio €",
        "Planungsbeschluss am": "04.07.2019",
        "Zieljahr": 2035,
        "Bilanzmethode": "Quellenbilanz",
        "Bilanzjahr": "2018",
        "Gesamtemissionen (t CO2e/a)": 2_115_000,
        "Emissionen Private Haushalte": 700_000,
        "Emissionen GHD": 0,
        "Emissionen Industrie": None,
        "Quelle der Bilanz": "https://bonn.example/bilanz",
        "Gewicht THG": 1,
        "Gewicht Arbeitsplätze": 1,
        "Gewicht Struktur": 2,
        "Gewicht Öffentlichkeit": 0,
        "Top-N": 12,
        "Schritt 2: nötige Zusagen": 5,
        "Schritt 6: Anteil mit Maßnahme (%)": 75,
        "Ziel-Abdeckung (%)": "40 %",
        "Ziel-Datum": "2027-12-31",
        "Stunden pro Woche": "6 h",
        "Allianz gegründet am": "1.3.26",
        "Rechtsform": "Verein",
        "Institutionalisiert am": "02.03.2026",
        "LoI veröffentlicht am": "03.03.2026",
        "LoI-Version": 2,
        "LoI-Link": "https://bonn.example/loi",
        "Erfolgsmeldung am": "04.03.2026",
        "Erfolgsmeldung an (E-Mail)": "team@bonn.example",
        "Prüfintervall Maßnahmen (Monate)": 3,
    }
    tab = Tab(
        id="1", title="Settings", cells=(("Wert", "Bemerkung", "Einstellung"), *((v, "x", n) for n, v in rows.items()))
    )
    settings, place, _ = read_settings(tab, "de")
    assert place == Place(
        title="Settings", header_row=1, letters={"setting": "C", "value": "A", "remark": "B"}, key="setting"
    )
    assert settings == Settings(
        municipality="Bonn",
        municipality_key="05314000",
        population=330_000.0,
        jobs_total=250_000.0,
        revenue_total=40_000.0,
        assumed=frozenset(),
        resolution_date=date(2019, 7, 4),
        target_year=2035,
        inventory_method=InventoryMethod.SOURCE,
        inventory_year=2018,
        inventory_total=2_115_000.0,
        inventory_by_sector={Sector.HOUSEHOLDS: 700_000.0, Sector.COMMERCE: 0.0},
        inventory_source="https://bonn.example/bilanz",
        weights=(0.25, 0.25, 0.5, 0.0),
        top_n=12,
        step2_pledges=5,
        step6_share=75.0,
        coverage_goal=40.0,
        goal_date=date(2027, 12, 31),
        weekly_hours=6.0,
        founded_on=date(2026, 3, 1),
        legal_form=LegalForm.ASSOCIATION,
        institutionalised_on=date(2026, 3, 2),
        loi_published_on=date(2026, 3, 3),
        loi_version="2",
        loi_link="https://bonn.example/loi",
        success_reported_on=date(2026, 3, 4),
        success_report_to="team@bonn.example",
        review_months=3,
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_name_of_the_column_table_is_known(language: str) -> None:
    names = [column.de if language == "de" else column.en for column in SETTINGS_ROWS]
    tab = Tab(id="1", title="Einstellungen", cells=(("Einstellung", "Wert"), *((name, "#REF!") for name in names)))
    errors = [n.args["column"] for n in read_settings(tab, "de")[2] if n.code is NoteCode.ERROR_CELL]
    assert errors == names


def test_without_a_tab_everything_is_a_default_and_said_to_be() -> None:
    settings, place, notes = read_settings(None, "de")
    assert (settings, place) == (Settings(), Place(title="", key="setting"))
    assert [(note.code, note.args.get("column"), note.args.get("value")) for note in notes] == [
        (NoteCode.MUNICIPALITY_MISSING, None, None),
        (NoteCode.INVENTORY_INCOMPLETE, "Bilanzmethode", None),
        (NoteCode.INVENTORY_INCOMPLETE, "Bilanzjahr", None),
        (NoteCode.INVENTORY_INCOMPLETE, "Gesamtemissionen (t CO2e/a)", None),
        (NoteCode.SETTING_ASSUMED, "Einwohner", 50_000.0),
        (NoteCode.SETTING_ASSUMED, "Arbeitsplätze am Ort", 20_000.0),
        (NoteCode.SETTING_ASSUMED, "Umsatz am Ort (Mio €)", 4_000.0),
    ]
    assert {note.severity for note in notes} == {Severity.HINT}


def test_what_is_assumed_follows_from_what_is_given() -> None:
    tab = Tab(
        id="1", title="Einstellungen", cells=(("Einstellung", "Wert"), ("Einwohner", 10_000), ("Umsatz am Ort", "–"))
    )
    settings, _, notes = read_settings(tab, "de")
    assert (settings.population, settings.jobs_total, settings.revenue_total) == (10_000.0, 4_000.0, 800.0)
    assert settings.assumed == {"jobs_total", "revenue_total"}
    assert [n for n in notes if n.code is NoteCode.SETTING_ASSUMED] == [
        note(NoteCode.SETTING_ASSUMED, "", Severity.HINT, column="Arbeitsplätze am Ort", value=4_000.0),
        note(NoteCode.SETTING_ASSUMED, "B3", Severity.HINT, column="Umsatz am Ort (Mio €)", value=800.0),
    ]


def test_an_unreadable_value_is_noted_and_the_default_holds() -> None:
    settings, notes = read(("Top-N", "viele"), ("Zieljahr", "bald"))
    assert (settings.top_n, settings.target_year) == (10, None)
    assert notes == [
        note(NoteCode.NUMBER_UNREADABLE, "B2", column="Top-N", found="viele"),
        note(NoteCode.NUMBER_UNREADABLE, "B3", column="Zieljahr", found="bald"),
    ]


@pytest.mark.parametrize(
    ("name", "found", "low"),
    [
        ("Einwohner", 23.4, 100.0),
        ("Arbeitsplätze am Ort", 0.0, 1.0),
        ("Umsatz am Ort (Mio €)", 0.0, 1.0),
        ("Gesamtemissionen (t CO2e/a)", 0.0, 1.0),
    ],
)
def test_a_total_that_no_town_has_is_no_total(name: str, found: float, low: float) -> None:
    tab = Tab(id="1", title="Einstellungen", cells=(("Einstellung", "Wert"), (name, found)))
    settings, _, notes = read_settings(tab, "de")
    assert (settings.population, settings.jobs_total, settings.revenue_total) == (50_000.0, 20_000.0, 4_000.0)
    assert settings.inventory_total is None
    assert notes[0] == note(NoteCode.NUMBER_OUT_OF_RANGE, "B2", column=name, found=found, low=low, high="")


def test_a_late_target_year_is_noted_and_kept() -> None:
    settings, notes = read(("Zieljahr", 2045))
    assert (settings.target_year, notes) == (2045, [note(NoteCode.TARGET_YEAR_LATE, "B2", year=2045)])
    assert read(("Zieljahr", 2035))[1] == []


def test_weights_are_normalised_and_a_blank_one_has_its_default() -> None:
    assert read(
        ("Gewicht THG", 4), ("Gewicht Arbeitsplätze", 3), ("Gewicht Struktur", 2), ("Gewicht Öffentlichkeit", 1)
    )[0].weights == (0.4, 0.3, 0.2, 0.1)
    assert read(("Gewicht THG", 0))[0].weights == pytest.approx((0, 0.5, 1 / 3, 1 / 6), abs=1e-12)


def test_a_negative_weight_is_noted_and_its_default_used() -> None:
    settings, notes = read(("Gewicht Struktur", -1))
    assert (settings.weights, notes) == (
        (0.4, 0.3, 0.2, 0.1),
        [note(NoteCode.WEIGHT_NEGATIVE, "B2", column="Gewicht Struktur", value=0.2)],
    )


def test_a_zero_sum_of_weights_means_the_four_defaults() -> None:
    names = ("Gewicht THG", "Gewicht Arbeitsplätze", "Gewicht Struktur", "Gewicht Öffentlichkeit")
    settings, notes = read(*((name, 0) for name in names))
    assert (settings.weights, notes) == ((0.4, 0.3, 0.2, 0.1), [note(NoteCode.WEIGHTS_ALL_ZERO, "B2")])


def test_unknown_settings_are_noted_when_they_have_a_value() -> None:
    _, notes = read(
        ("Unsere Ziele", None), ("Einwohnerzahlen", 5), (None, 5), ("Lieblingsfarbe", "grün"), ("Ticks", False)
    )
    assert notes == [
        note(NoteCode.SETTING_UNKNOWN, "A3", found="Einwohnerzahlen", suggestion="Einwohner"),
        note(NoteCode.SETTING_UNKNOWN, "A4", found="", suggestion=""),
        note(NoteCode.SETTING_UNKNOWN, "A5", found="Lieblingsfarbe", suggestion=""),
    ]


def test_the_first_of_two_rows_of_one_setting_counts() -> None:
    settings, notes = read(("Top-N", 5), ("top n", 7))
    assert (settings.top_n, notes) == (5, [note(NoteCode.SETTING_DOUBLED, "A3", column="top n")])


def test_the_address_of_the_success_report_is_never_quoted() -> None:
    assert read(("Erfolgsmeldung an", "geheim"))[1] == [
        note(NoteCode.EMAIL_UNREADABLE, "B2", column="Erfolgsmeldung an")
    ]


@pytest.mark.parametrize(("header", "column"), [(("Name", "Wert"), "Einstellung"), (("Einstellung", "Zahl"), "Wert")])
def test_a_tab_without_its_columns_is_unread(header: tuple[Cell, ...], column: str) -> None:
    settings, _, notes = read_settings(Tab(id="1", title="Einstellungen", cells=(header, ("Top-N", 5))), "de")
    assert settings == Settings()
    assert notes[0] == note(NoteCode.KEY_COLUMN_MISSING, "", column=column)
