"""The contract of the Sheet port, held by both places where a sheet can be kept: one law per test, for each of them.

What only one of them can get wrong is in `workbook` and in `google`.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.parsing.dates import read_day
from scoring.snapshot import Cell, Grid
from scoring.tabs import MEETINGS, OUTBOX, OVERVIEW, PRESS, SERVICE_TABS
from sync.ownership import OwnershipError
from sync.ports import RowWrite, WritePlan
from tests.sync.worlds import GREY, NOW, Typed, World, Worlds, column_of, said

SPARE = "G"
"""A column of Presse that `setup` leaves to the team."""

LETTERS = st.characters(exclude_categories=["C", "Zl", "Zp"])
TEXTS = st.text(LETTERS, min_size=1, max_size=40).filter(lambda text: "_x" not in text)
NUMBERS = st.floats(-9e307, 9e307).map(lambda number: float(f"{number:.15g}")) | st.integers(-(10**15), 10**15)
"""As large and as exact as spreadsheet programs hold them: up to 9.99E+307, 15 digits."""
SLOW_START = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=["workbook", "google"])
def world(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> Iterator[World]:
    """A sheet as `setup` leaves it."""
    world = worlds.workbook(tmp_path) if request.param == "workbook" else worlds.google(tmp_path)
    yield world
    world.close()


def row(tab: str, number: int, column: int, *values: Cell) -> RowWrite:
    return RowWrite(tab=tab, row=number, column=column, values=values)


def written(world: World, *rows: RowWrite, new_tabs: tuple[str, ...] = ()) -> None:
    """Read the sheet and carry out a plan, as a run does."""
    sheet = world.sheet()
    sheet.write(WritePlan(new_tabs=new_tabs, rows=rows), sheet.read())


def column(world: World, title: str, letter: str) -> list[Cell]:
    """The cells of a column below the header, to the last filled one of the tab."""
    index = ord(letter) - ord("A")
    return [cells[index] if index < len(cells) else None for cells in world.tab(title).cells[1:]]


def typed_into_spare(world: World, values: list[Typed]) -> list[Cell]:
    """Let people type values one below the other; return what is read."""
    world.type(PRESS.de, {f"{SPARE}{number}": value for number, value in enumerate(values, 2)})
    return column(world, PRESS.de, SPARE)


# Reading.


def test_what_people_typed_is_read_as_typed(world: World) -> None:
    values: list[Typed] = [
        *(True, False, 3, 12.5, -7, 0, 1e-9, 10**15, 1e300, 1234567.89),
        *("Bürger*innen & „Energie“", " Rand ", "  ", "00123", "12,5", "WAHR", "=1+1", "+49 7071", "'", "#N/A", "ja"),
        "x" * 32_000,
    ]
    read = typed_into_spare(world, values)
    assert read == values
    assert [isinstance(cell, bool) for cell in read] == [isinstance(value, bool) for value in values], "True is not 1"


def test_a_negative_zero_is_zero(world: World) -> None:
    assert repr(typed_into_spare(world, [-0.0])) == "[0]"


@SLOW_START
@given(values=st.lists(TEXTS | NUMBERS | st.booleans(), min_size=1, max_size=6))
def test_whatever_people_typed_is_read_as_typed(world: World, values: list[Typed]) -> None:
    world.type(PRESS.de, {f"{SPARE}{number}": None for number in range(2, 8)})
    assert typed_into_spare(world, values) == values


def test_days_are_read_as_text_that_means_the_same_day(world: World) -> None:
    days = [date(2026, 3, 1), date(2024, 2, 29), date(2035, 12, 31)]
    world.type(MEETINGS.de, {f"A{number}": day for number, day in enumerate(days, 2)})
    read = column(world, MEETINGS.de, "A")
    assert [read_day(cell).value for cell in read if isinstance(cell, str)] == days


def test_blank_cells_are_nothing_and_blank_ends_are_cut_off(world: World) -> None:
    world.type(PRESS.de, {"B2": "Artikel", "C2": "weg", "B4": "weg", f"{SPARE}2": "weg"})
    world.type(PRESS.de, {"C2": None, "B4": "", f"{SPARE}2": None})
    headers = tuple(each.de for each in PRESS.columns)
    assert world.tab(PRESS.de).cells == (headers, (None, "Artikel"))


def test_a_missing_optional_tab_breaks_nothing(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke"})
    for title in ("Termine", "LoI", "Maßnahmen", "Presse", "Verteiler", "Überschneidungen", "Einstellungen"):
        world.delete_tab(title)
    assert world.sync().decision.alliance.actors["name"].tolist() == ["Stadtwerke"]


def test_a_tab_added_later_is_noticed(world: World) -> None:
    """After a tick at the latest; what else makes Google's list of tabs new is in `google.test_calls`."""
    world.delete_tab("Termine")
    world.type("Akteure", {"A2": "Stadtwerke"})
    world.sync()
    world.add_tab("Termine", [["Datum", "Akteur", "Ergebnis"], [date(2026, 11, 2), "Stadtwerke", "positiv"]])
    world.tick()
    assert world.sync().decision.assessment.actors["stage"].tolist() == ["talked"]


def test_a_renamed_tab_of_peoples_is_found_again(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke", f"{column_of('kind')}2": "Energieversorger"})
    first = world.sync()
    world.rename_tab("Akteure", "Unsere Leute")
    again = world.sync()
    assert again.decision.alliance.actors["kind"].tolist() == first.decision.alliance.actors["kind"].tolist()
    assert again.plan.new_tabs == ()
    assert world.titles.count("Akteure") == 0


# Writing.


def test_a_plan_carried_out_reads_back_as_planned(world: World) -> None:
    values = (
        "Bürger*innen & <Energie> \"'",
        "=1+1",
        None,
        3,
        2.5,
        True,
        False,
        " Rand ",
        "zwei\nZeilen",
        "#REF!",
        "'a",
    )
    numbers = (0, 1e-9, 10**15, 1e300, -7.25)
    written(world, row("results", 2, 0, *values), row("results", 5, 3, *numbers), row("results", 6, 0, -0.0))
    read = world.service_tab("results").cells[1:]
    assert read == (values, (), (), (None, None, None, *numbers), (0,))
    assert [isinstance(cell, bool) for cell in read[0]] == [isinstance(cell, bool) for cell in values], "True is not 1"


@SLOW_START
@given(values=st.lists(TEXTS | NUMBERS | st.booleans() | st.none(), min_size=16, max_size=16))
def test_whatever_a_plan_says_reads_back_as_planned(world: World, values: list[Cell]) -> None:
    written(world, row("results", 2, 0, *values, "Ende"))
    assert world.service_tab("results").cells[1] == (*values, "Ende")


def test_text_of_a_plan_is_never_a_formula(world: World) -> None:
    written(world, row("results", 2, 0, "=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("http://example.org";"x")'))
    assert world.service_tab("results").cells[1] == (
        *("=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("http://example.org";"x")'),
    )


def test_text_longer_than_a_cell_is_cut_and_stays_cut(world: World) -> None:
    written(world, row("notes", 2, 3, "x" * 60_000))
    text = world.service_tab("notes").cells[1][3]
    assert isinstance(text, str)
    assert 32_767 <= len(text) <= 50_000
    assert text == "x" * len(text)


def test_a_write_touches_no_other_cell(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke", "L2": 300})
    world.type("Presse", {f"{SPARE}7": "unser Feld"})
    written(world, row("results", 2, 0, "Stadtwerke", "alt", "heute"), row("steps", 2, 0, "0", "läuft", "x", "y"))
    before = world.cells()
    written(world, row("results", 2, 1, "neu"), row("notes", 40, 0, "weit unten"), row("steps", 2, 3, None))
    after = world.cells()
    assert {place for place in {**before, **after} if before.get(place) != after.get(place)} == {
        ("Auswertung", 2, 1),
        ("Hinweise", 40, 0),
        ("Schritte", 2, 3),
    }


def test_no_cell_of_peoples_changes_in_a_run(world: World) -> None:
    world.fill(
        "Akteure",
        2,
        [
            ["Stadtwerke"],
            [" Bürger*innen-Energie e.V. "],
            ["=1+1"],
            [],
            [4711],
            ["stadtwerke"],
            ["Werk", *[None] * 40, 7],
        ],
    )
    world.fill("Termine", 2, [[date(2026, 11, 2), None, "Stadtwerke"], ["wann?", None, "niemand"]])
    before = world.peoples_cells()
    world.sync()
    world.sync(NOW + timedelta(days=40))
    assert world.peoples_cells() == before


def test_a_second_run_without_edits_does_nothing(world: World) -> None:
    world.fill("Akteure", 2, [["Stadtwerke"], ["Klinikum"]])
    world.type("Verteiler", {"A2": "Anna", "B2": "anna@example.org", "D2": "ja"})
    world.sync(NOW - timedelta(days=7), sender=None)
    first = world.sync()
    assert (first.counts.writes, first.counts.mails_queued, world.mails) == (1, 1, 1)
    before = world.cells()
    again = world.sync()
    assert again.plan == WritePlan()
    assert (again.counts.reads, again.counts.writes, again.counts.cells_written) == (1, 0, 0)
    assert (again.counts.mails_queued, world.mails) == (0, 1)
    assert world.cells() == before


def test_a_dry_run_writes_nothing(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke"})
    before = world.cells()
    outcome = world.sync(dry_run=True)
    assert (outcome.plan.is_empty, outcome.counts.writes) == (False, 0)
    assert world.cells() == before


REFUSED: Mapping[str, RowWrite] = {
    "a name": row("actors", 2, 0, "x"),
    "a grey header": row("actors", 1, 1, "x"),
    "beyond the grey columns": row("actors", 2, 5, "grey", "not grey"),
    "a tab of people's": row("meetings", 2, 0, "x"),
    "Freigabe": row("outbox", 2, 6, "ja"),
    "a row across Freigabe": row("outbox", 2, 5, "a", None, "b"),
    "the title": row("overview", 1, 0, "x"),
    "setting the tick": row("overview", 2, 1, True),
    "the label of the tick": row("overview", 2, 0, None),
}


def test_a_plan_for_cells_of_peoples_is_refused_and_nothing_is_written(world: World) -> None:
    before = world.cells()
    sheet = world.sheet()
    snapshot = sheet.read()
    for what, forbidden in REFUSED.items():
        plan = WritePlan(rows=(row("results", 2, 0, "ours"), forbidden))
        with pytest.raises(OwnershipError):
            sheet.write(plan, snapshot)
        assert sheet.calls.writes == 0, what
    assert world.cells() == before


# The two signals, and the service's own tabs.


def test_the_tick_is_taken_away(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke"})
    world.sync()
    world.tick()
    outcome = world.sync()
    assert row("overview", 2, 1, None) in outcome.plan.rows
    assert world.service_tab("overview").cells[1][1:] in {(), (False,)}


def test_freigabe_typed_by_people_stays(world: World) -> None:
    """On the row of a mail that changes its state, and on a row without a number."""
    release = [each.field for each in OUTBOX.columns].index("release")
    world.type("Akteure", {"A2": "Stadtwerke"})
    world.sync(sender=None)
    written(world, row("outbox", 2, 0, 7, "heute"))
    world.type("Postausgang", {"G2": "ja", "G5": "nein"})
    written(world, row("outbox", 2, 3, "Anna", "Betreff", "Text"), row("outbox", 2, 7, "versendet", "heute"))
    cells = world.service_tab("outbox").cells
    assert cells[1] == (7, "heute", None, "Anna", "Betreff", "Text", "ja", "versendet", "heute")
    assert cells[4] == (*(None,) * release, "nein")


def test_deleted_service_tabs_are_built_anew_beside_tabs_of_peoples_with_their_titles(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke"})
    for title in ("Übersicht", "Auswertung"):
        world.delete_tab(title)
        world.add_tab(title, [["unser", "eigener", "Tab"]])
    before = world.peoples_cells()
    outcome = world.sync()
    assert outcome.plan.new_tabs == ("overview", "results")
    titles = [world.service_tab(name).title for name in ("overview", "results")]
    assert titles == ["Übersicht (Klima-Allianz)", "Auswertung (Klima-Allianz)"]
    assert world.peoples_cells() == before
    assert world.sync().plan.is_empty


def test_missing_service_tabs_are_added_with_their_headers(world: World) -> None:
    for spec in SERVICE_TABS:
        world.delete_tab(spec.de)
    written(world, new_tabs=tuple(spec.name for spec in SERVICE_TABS))
    found = {tab.service: tab for tab in world.read().tabs if tab.service}
    assert {name: tab.title for name, tab in found.items()} == {spec.name: spec.de for spec in SERVICE_TABS}
    for spec in SERVICE_TABS:
        if spec is not OVERVIEW:
            assert found[spec.name].cells == (tuple(each.de for each in spec.columns),)


def test_a_renamed_service_tab_is_found_and_not_added_again(world: World) -> None:
    world.type("Akteure", {"A2": "Stadtwerke"})
    world.sync()
    world.rename_tab("Auswertung", "Zahlen")
    world.type("Akteure", {"A3": "Klinikum"})
    outcome = world.sync()
    assert outcome.plan.new_tabs == ()
    assert "Auswertung" not in world.titles
    assert {cells[0] for cells in world.tab("Zahlen").cells[1:]} == {"Stadtwerke", "Klinikum"}


# Size.


def test_a_list_of_1500_actors_is_read_written_and_quiet(world: World) -> None:
    names: list[Typed] = [f"Betrieb {number:04}" for number in range(1500, 0, -1)]
    world.fill("Akteure", 2, [[name] for name in names])
    outcome = world.sync()
    assert outcome.decision.alliance.actors["name"].tolist() == names
    shown = world.grey()
    assert list(shown) == list(range(2, 1502))
    assert len({cells[GREY.index("rank")] for cells in shown.values()}) == len(names)
    assert shown == said(outcome, "de")
    assert world.sync().plan.is_empty


def test_both_kinds_of_sheet_say_the_same_beside_each_actor_and_on_every_service_tab(
    worlds: Worlds, tmp_path: Path
) -> None:
    shown: list[Mapping[int, tuple[Cell, ...]]] = []
    tabs: list[Mapping[str, Grid]] = []
    for make in (worlds.workbook, worlds.google):
        folder = tmp_path / make.__name__
        folder.mkdir()
        world: World = make(folder)
        world.type("Akteure", {"A2": "Stadtwerke", "L2": 300, "A4": "Klinikum", "L4": "viele", "A5": " Turnverein "})
        world.type("Termine", {"A2": date(2026, 11, 2), "C2": "Klinikum"})
        outcome = world.sync()
        assert world.grey() == said(outcome, "de")
        shown.append(world.grey())
        tabs.append({tab.service: tab.cells for tab in world.read().tabs if tab.service not in {"", "overview"}})
        world.close()
    assert shown[0] == shown[1]
    assert list(shown[0]) == [2, 4, 5]
    assert tabs[0] == tabs[1]
