"""Which tab is which: by title, else by the remembered id together with headers that fit."""

import pytest

from scoring.parsing.tab_search import FoundTabs, find_people_tabs
from scoring.snapshot import Grid, Snapshot, Tab

KNOWN = {"letters": "4"}
HEADERS = ("Akteur", "Status", "Unterzeichnet am")
SIGNED: Grid = (HEADERS, ("Klinikum", "unterzeichnet", "2026-03-01"))
OTHER: Grid = (HEADERS, ("Stadtwerke", "zugesagt"))


def tab(title: str, cells: Grid, identity: str = "4", lookups: dict[str, int] | None = None) -> Tab:
    return Tab(id=identity, title=title, cells=cells, lookups=lookups or {})


def found(*tabs: Tab) -> FoundTabs:
    return find_people_tabs(Snapshot(tabs=tabs), KNOWN)


def test_a_renamed_tab_is_found_by_id_and_headers() -> None:
    renamed = tab("Letter of Intent 2026", SIGNED)
    assert found(renamed) == FoundTabs(tabs={"letters": renamed}, unread=())


@pytest.mark.parametrize(
    "cells",
    [
        (),
        (("Raum", "Telefon"), ("1", "2")),
        (("Akteur", "Telefon"), ("Klinikum", "2")),
        (("Status", "Unterzeichnet am"),),
    ],
)
def test_a_number_that_by_now_belongs_to_another_tab_proves_nothing(cells: Grid) -> None:
    assert found(tab("Telefonliste", cells)) == FoundTabs(tabs={}, unread=())


def test_a_list_of_nothing_but_names_is_found() -> None:
    names = tab("Alle", (("Name",), ("Klinikum",)))
    assert find_people_tabs(Snapshot(tabs=(names,)), {"actors": "4"}).tabs == {"actors": names}


def test_grey_columns_are_headers_that_fit() -> None:
    grey = tab("Alle", (("Name", "Rang", "Eigenes"), ("Klinikum", 1, "x")), lookups={"rank": 1})
    assert find_people_tabs(Snapshot(tabs=(grey,)), {"actors": "4"}).tabs == {"actors": grey}


def test_a_tab_with_the_title_of_another_is_not_taken_for_the_renamed_one() -> None:
    measures = tab("Maßnahmen", SIGNED)
    assert found(measures) == FoundTabs(tabs={"measures": measures}, unread=())


@pytest.mark.parametrize("order", [1, -1])
def test_a_tab_with_the_title_wins_and_the_renamed_one_is_said_to_be_unread(order: int) -> None:
    titled, renamed = tab("LoI", OTHER, "9"), tab("LoI alt", SIGNED)
    assert found(*[titled, renamed][::order]) == FoundTabs(tabs={"letters": titled}, unread=((renamed, titled),))


def test_a_title_that_people_passed_on_to_another_tab_leads_nobody_astray() -> None:
    actors = tab("Akteure 2026", (("Name", "Art"), ("Klinikum", "Gesundheit")), "1")
    meetings = tab("Akteure", (("Datum", "Akteur", "Art"), ("01.03.2026", "Klinikum", "Gespräch")), "2")
    snapshot = Snapshot(tabs=(actors, meetings))
    read = find_people_tabs(snapshot, {"actors": "1", "meetings": "2"})
    assert read == FoundTabs(tabs={"actors": actors, "meetings": meetings}, unread=())


def test_a_copy_that_got_the_number_of_the_tab_with_the_title_is_not_read() -> None:
    cells: Grid = (("Name", "Art", "E-Mail"), ("Klinikum", "Gesundheit", ""))
    copy, actors = tab("Akteure Sicherung", cells, "1"), tab("Akteure", cells, "2")  # LibreOffice numbers tabs anew
    read = find_people_tabs(Snapshot(tabs=(copy, actors)), {"actors": "1", "recipients": "2"})
    assert read == FoundTabs(tabs={"actors": actors}, unread=((copy, actors),))


@pytest.mark.parametrize("cells", [(), (HEADERS,), ((), HEADERS, (None, " ", False))])
def test_a_tab_without_a_row_never_hides_the_renamed_one(cells: Grid) -> None:
    titled, renamed = tab("LoI", cells, "9"), tab("LoI 2026", SIGNED)
    assert found(titled, renamed) == FoundTabs(tabs={"letters": renamed}, unread=((titled, renamed),))


def test_service_tabs_are_nobodys() -> None:
    ours = Tab(id="4", title="LoI", cells=SIGNED, service="results")
    assert found(ours) == FoundTabs(tabs={}, unread=())
