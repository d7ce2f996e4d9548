"""The first law: a plan that names a cell of people is a bug and is stopped before anything is sent."""

import pytest

from scoring.snapshot import Snapshot, Tab
from scoring.tabs import OUTBOX, OVERVIEW, RESULTS
from sync.ownership import OwnershipError, assert_ours
from sync.ports import RowWrite, WritePlan

SNAPSHOT = Snapshot(
    tabs=(
        Tab(
            id="1",
            title="Akteure",
            cells=((), ("Name", "Rang", "Stand", "Notiz"), ("A",)),
            lookups={"rank": 1, "stage": 2},
        ),
        Tab(id="2", title="Termine", cells=(("Datum",),)),
        Tab(id="3", title="Auswertung", cells=(("Akteur",),), service="results"),
        Tab(id="4", title="Postausgang", cells=(), service="outbox"),
        Tab(id="5", title="Übersicht", cells=(), service="overview"),
    )
)


def plan(tab: str, row: int, column: int, *values: str | None) -> WritePlan:
    return WritePlan(rows=(RowWrite(tab=tab, row=row, column=column, values=values),))


@pytest.mark.parametrize(
    "allowed",
    [
        WritePlan(),
        plan("results", 1, 0, "Akteur", "Stand"),
        plan("results", 2, 0, "A"),
        plan("actors", 3, 1, "1", "überzeugt"),
        plan("actors", 9, 2, None),
        plan("outbox", 1, 0, *(column.de for column in OUTBOX.columns)),
        plan("outbox", 2, 0, "1", "", "", "", "", ""),
        plan("outbox", 2, 7, "wartet", ""),
        plan("overview", 3, 0, "Letzter Lauf", "alles in Ordnung"),
        plan("overview", 4, 0, "Mitglieder", "8"),
        plan("overview", 2, 1, None),
        WritePlan(new_tabs=("history",), rows=(RowWrite(tab="history", row=2, column=0, values=("2026",)),)),
    ],
)
def test_ownership_allows_what_is_the_services(allowed: WritePlan) -> None:
    assert_ours(allowed, SNAPSHOT)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (plan("meetings", 2, 0, "x"), "'meetings' belongs to people"),
        (plan("contacts", 2, 0, "x"), "'contacts' belongs to people"),
        (plan("nonsense", 2, 0, "x"), "'nonsense' belongs to people"),
        (plan("actors", 3, 0, "B"), "column 0 of 'Akteure' belongs to people"),
        (plan("actors", 3, 2, "überzeugt", "Notiz"), "column 3 of 'Akteure' belongs to people"),
        (plan("actors", 2, 1, "Rang"), "row 2 of 'Akteure' is not below the header"),
        (plan("actors", 1, 1, "x"), "row 1 of 'Akteure' is not below the header"),
        (plan("results", 0, 0, "x"), "'results' has no row 0, column 0"),
        (plan("results", 1, -1, "x"), "'results' has no row 1, column -1"),
        (plan("steps", 2, 0, "x"), "the sheet has no service tab 'steps'"),
        (plan("outbox", 2, 6, "ja"), "Freigabe in row 2 of Postausgang belongs to people"),
        (
            plan("outbox", 5, 0, *(column.de for column in OUTBOX.columns)),
            "Freigabe in row 5 of Postausgang belongs to people",
        ),
        (plan("overview", 1, 0, "x"), "row 1 of Übersicht holds the title or the tick box"),
        (plan("overview", 2, 1, "ja"), "row 2 of Übersicht holds the title or the tick box"),
        (plan("overview", 2, 0, None), "row 2 of Übersicht holds the title or the tick box"),
        (WritePlan(new_tabs=("results",)), "'results' is not a service tab that is missing"),
        (WritePlan(new_tabs=("actors",)), "'actors' is not a service tab that is missing"),
    ],
)
def test_ownership_refuses_what_is_peoples(refused: WritePlan, reason: str) -> None:
    with pytest.raises(OwnershipError) as caught:
        assert_ours(refused, SNAPSHOT)
    assert str(caught.value) == reason


def test_ownership_refuses_grey_cells_in_a_sheet_that_looks_them_up_itself() -> None:
    google = Snapshot(tabs=(Tab(id="0", title="Akteure", cells=(("Name", "Rang"),)),))
    with pytest.raises(OwnershipError, match="'actors' belongs to people"):
        assert_ours(plan("actors", 2, 1, "1"), google)


def test_ownership_refuses_a_grey_column_whose_header_is_not_ours_any_more() -> None:
    renamed = Snapshot(tabs=(Tab(id="0", title="Akteure", cells=(("Name", "Platz"),), lookups={"rank": 1}),))
    with pytest.raises(OwnershipError, match="column 1 of 'Akteure' has no header of ours"):
        assert_ours(plan("actors", 2, 1, "1"), renamed)


def test_ownership_knows_its_tabs_by_mark_not_by_title() -> None:
    peoples = Snapshot(tabs=(Tab(id="0", title=RESULTS.de, cells=()), Tab(id="1", title=OVERVIEW.de, cells=())))
    with pytest.raises(OwnershipError, match="the sheet has no service tab 'results'"):
        assert_ours(plan("results", 2, 0, "x"), peoples)
