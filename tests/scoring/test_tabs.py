"""The column table: no header means two things, and what people call a column is found."""

import pytest

from scoring.columns import Column, Owner
from scoring.parsing.headers import find_header, names
from scoring.snapshot import Tab
from scoring.tabs import ACTORS, OVERVIEW, SERVICE_TABS, SETTINGS_ROWS, TABS

TABLES: dict[str, tuple[Column, ...]] = {**{name: tab.columns for name, tab in TABS.items()}, "rows": SETTINGS_ROWS}


@pytest.mark.parametrize("table", TABLES)
def test_no_spelling_of_a_header_means_two_columns(table: str) -> None:
    meanings: dict[str, set[str]] = {}
    for column in TABLES[table]:
        for name in names(column):
            meanings.setdefault(name, set()).add(column.field)
    assert {name: fields for name, fields in meanings.items() if len(fields) > 1} == {}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *((header, "jobs") for header in ("Mitarbeiter", "Mitarbeiterzahl", "Mitarbeiter:innen", "Staff")),
        *((header, "jobs") for header in ("Anzahl Beschäftigte", "Arbeitsplätze", "beschäftigte")),
        *((header, "emissions") for header in ("CO2 (Tonnen)", "CO2 (t)", "CO2", "CO2-Emissionen", "CO2–Emissionen")),
        *((header, "emissions") for header in ("THG-Emissionen", "Treibhausgase", "THG")),
        *((header, "note") for header in ("Bemerkung", "Bemerkungen", "Notizen", "Kommentar")),
        *((header, "owner") for header in ("Ansprechpartner", "Verantwortlich")),
        *((header, "due_on") for header in ("Frist", "Bis")),
        *((header, "kind") for header in ("Typ", "Kategorie")),
    ],
)
def test_a_list_of_actors_is_read_under_the_names_that_teams_use(header: str, field: str) -> None:
    found = find_header(ACTORS, Tab(id="1", title="Akteure", cells=(("Firma", header),)))
    assert found is not None
    assert dict(found.columns) == {"name": 0, field: 1}


def test_every_explanation_stands_in_both_languages() -> None:
    columns = [column for table in TABLES.values() for column in table]
    assert [column.de for column in columns if bool(column.help_de) != bool(column.help_en)] == []


def test_every_header_and_every_setting_is_explained() -> None:
    tabs = [tab for tab in TABS.values() if tab != OVERVIEW]  # Übersicht has a title where others have headers
    columns = [*(column for tab in tabs for column in tab.columns), *SETTINGS_ROWS]
    assert [column.de for column in columns if not column.help_de] == []


def test_service_tabs_hold_nothing_of_peoples_but_the_release() -> None:
    typed = [column.field for tab in SERVICE_TABS for column in tab.columns if column.owner is Owner.PEOPLE]
    assert typed == ["release"]
