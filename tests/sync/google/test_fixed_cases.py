"""What a Google Sheet shows after people did what people do: every grey value is its actor's, in both locales.

What is right is what the core says of the actor, never what the sheet's own Auswertung says.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scoring.domain import Language
from scoring.messages import NoteCode
from scoring.snapshot import Cell
from scoring.tabs import ACTORS, NOTES
from sync.google import connect, extend_spreadsheet
from sync.run import Outcome
from tests.sync.worlds import GREY, GoogleWorld, Worlds, column_of, said

STAGE, RANK = GREY.index("stage"), GREY.index("rank")


@pytest.fixture(params=["de", "en"], ids=["de_DE", "en_US"])
def world(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> Iterator[GoogleWorld]:
    """A new sheet as `setup` makes it."""
    language: Language = request.param
    world = worlds.google(tmp_path, language)
    yield world
    world.close()


def actors(world: GoogleWorld) -> str:
    return ACTORS.title(world.language)


def typed(world: GoogleWorld, *texts: str) -> None:
    """Type texts one below the other into the first column of Akteure, as they are."""
    for row, text in enumerate(texts, 2):
        world.anna.type(actors(world), f"A{row}", text)


def quiet(world: GoogleWorld) -> Outcome:
    """Sync until a run leaves everything as it is, which the second one must; return that run."""
    outcome = world.sync()
    if not outcome.plan.is_empty:
        outcome = world.sync()
    assert (outcome.plan.is_empty, outcome.counts.reads, outcome.counts.writes) == (True, 1, 0)
    return outcome


def distinct(shown: Mapping[int, tuple[Cell, ...]]) -> int:
    """How many different ranks are shown: a lookup that gave everybody the same value would show one."""
    return len({cells[RANK] for cells in shown.values()})


def test_odd_names_find_their_own_row(world: GoogleWorld) -> None:
    """Wildcards of spreadsheets, numbers, spaces around a name or doubled in it: what is typed, and the actor it is."""
    half = "1,5" if world.language == "de" else "1.5"
    names = {
        **{text: text for text in ("Bürger*innen-Energie e.V.", "Bürgerinnen-Energie e.V.", "Wer?Wir!", "WerxWir!")},
        **{text: text for text in ("~", "~*", "#1", "4711")},
        "'4712": "4712",
        "Werk ": "Werk",
        " Klinikum": "Klinikum",
        "Turn  Verein": "Turn Verein",
    }
    typed(world, *names, half)
    outcome = quiet(world)
    assert outcome.decision.alliance.actors["name"].tolist() == [*names.values(), half]
    entered = world.book.sheet(actors(world)).cells
    assert [type(entered[row, 0].entered) for row in (8, 9, 13)] == [float, str, float], "4711 and 1.5 are numbers"
    shown = world.grey()
    assert shown == said(outcome, world.language)
    assert distinct(shown) == len(names) + 1


def test_case_twins_show_the_values_of_the_first_and_are_noted(world: GoogleWorld) -> None:
    """The second row counts for nothing; Google finds it the first one's values, whose key it shares."""
    typed(world, "Werk Nord", "Klinikum", "WERK NORD")
    outcome = quiet(world)
    assert outcome.decision.alliance.actors["name"].tolist() == ["Werk Nord", "Klinikum"]
    shown, expected = world.grey(), said(outcome, world.language)
    assert (shown[2], shown[3], shown[4]) == (expected[2], expected[3], expected[2])
    doubled = [note.cell for note in outcome.decision.assessment.notes if note.code is NoteCode.ACTOR_DOUBLED]
    assert doubled == ["A4"]


def test_lookups_follow_a_title_row_a_moved_key_and_sorting(world: GoogleWorld) -> None:
    typed(world, "Stadtwerke", "Klinikum", "Turnverein", "Bäckerei")
    before = world.sync()
    anna, title = world.anna, actors(world)
    anna.insert_row(title, 1)
    anna.type(title, "A1", "Wen wir gewinnen wollen")
    anna.drag_column(title, "A", "F")
    outcome = quiet(world)
    assert world.book.sheet(title).cells[1, 5].entered == "Name"
    assert world.grey() == {row + 1: cells for row, cells in said(before, world.language).items()}
    assert world.grey() == said(outcome, world.language)


def test_sorted_rows_keep_their_values_before_and_after_the_next_sync(world: GoogleWorld) -> None:
    typed(world, "Stadtwerke", "Klinikum", "Turnverein", "Bäckerei")
    world.anna.type(actors(world), f"{column_of('emissions')}2", "5000")
    world.sync()
    of_each = by_name(world)
    world.anna.sort(actors(world), "A")
    assert list(by_name(world)) == ["Bäckerei", "Klinikum", "Stadtwerke", "Turnverein"]
    assert by_name(world) == of_each
    outcome = quiet(world)
    assert world.grey() == said(outcome, world.language)


def by_name(world: GoogleWorld) -> dict[object, tuple[Cell, ...]]:
    cells = world.book.sheet(actors(world)).cells
    return {cells[row - 1, 0].entered: shown for row, shown in world.grey().items()}


def test_a_blocked_column_is_noted_with_its_cell_and_comes_back(world: GoogleWorld) -> None:
    typed(world, "Stadtwerke", "Klinikum", "Turnverein")
    first = world.sync()
    rank = column_of("rank")
    world.anna.type(actors(world), f"{rank}17", "Notiz")
    assert all(cells[RANK] is None for row, cells in world.grey().items() if row <= 4), "nothing spills any more"
    blocked = quiet(world)
    notes = [note for note in blocked.decision.assessment.notes if note.code is NoteCode.LOOKUP_BLOCKED]
    assert [(note.tab, note.cell) for note in notes] == [(actors(world), f"{rank}17")]
    listed = [cells[:2] for cells in world.tab(NOTES.title(world.language)).cells[1:]]
    assert (actors(world), f"{rank}17") in listed
    others = {row: cells[:RANK] + cells[RANK + 1 :] for row, cells in said(blocked, world.language).items()}
    assert {row: cells[:RANK] + cells[RANK + 1 :] for row, cells in world.grey().items() if row <= 4} == others
    world.anna.clear(actors(world), f"{rank}17")
    outcome = quiet(world)
    assert world.grey() == said(outcome, world.language) == said(first, world.language)
    assert not [note for note in outcome.decision.assessment.notes if note.code is NoteCode.LOOKUP_BLOCKED]


def test_setup_after_all_that_finds_nothing_to_do(world: GoogleWorld) -> None:
    anna = world.anna
    anna.insert_row(actors(world), 1)
    anna.drag_column(actors(world), "A", "F")
    before = world.requests.writes
    assert extend_spreadsheet(connect(world.access), world.language, {}).added == ()
    assert world.requests.writes == before
