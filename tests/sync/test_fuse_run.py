"""The fuse in whole runs: a list that is suddenly almost empty holds all until it is back or a person says ja."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind
from scoring.snapshot import Cell
from sync.cli import main
from sync.commands import HELD
from sync.run import Outcome
from tests.sync.worlds import NOW, GoogleWorld, Place, World, Worlds

NAMES = [f"Akteur {number:02}" for number in range(1, 31)]
SOON, LATER, NEXT_DAY = (NOW + timedelta(hours=hours) for hours in (1, 2, 24))
LOSS = "angehalten, 7 von 30 Akteuren fehlen plötzlich. Was zu tun ist, steht im Postausgang bei „Sicherung“."
QUESTION = "Angehalten: 7 von 30 Akteuren fehlen plötzlich"
WORKBOOK_CONFIG = '[sheet]\nworkbook = "allianz.xlsx"\n[mail]\nenabled = true\nfolder = "mails"\n'


@pytest.fixture(params=["workbook", "google"])
def world(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> Iterator[World]:
    """A sheet with thirty actors, one of whom signed, and Anna, who wants to hear of it; it was synced a week ago."""
    world = worlds.workbook(tmp_path) if request.param == "workbook" else worlds.google(tmp_path)
    list_actors(world, NAMES)
    world.fill("Verteiler", 2, [["Anna", "anna@example.org", "Koordination", "ja", "ja", "ja"]])
    world.fill("LoI", 2, [[NAMES[0], None, "unterzeichnet", date(2026, 11, 2)]])
    world.sync(NOW - timedelta(days=7))
    world.sync(NOW)
    yield world
    world.close()


def list_actors(world: World, names: list[str]) -> None:
    """Let these stand in Akteure, one below the other, and nobody else."""
    world.type("Akteure", {f"A{row}": name for row, name in enumerate([*names, *[None] * len(NAMES)][: len(NAMES)], 2)})


def question(world: World) -> list[tuple[Cell, ...]]:
    """Number, subject, Freigabe and state of what the fuse asked on Postausgang."""
    rows = world.service_tab("outbox").cells[1:]
    return [(cells[0], cells[4], cells[6], cells[7]) for cells in rows if cells[2] == "Sicherung"]


def answer(world: World, text: str) -> None:
    """Write into Freigabe beside the newest question."""
    rows = [row for row, cells in enumerate(world.service_tab("outbox").cells, 1) if cells[2] == "Sicherung"]
    world.type("Postausgang", {f"G{rows[-1]}": text})


def changed(before: dict[Place, object], world: World) -> set[tuple[str, int]]:
    """Tab and row of every cell that is not as it was."""
    after = world.cells()
    return {place[:2] for place in before.keys() | after.keys() if before.get(place) != after.get(place)}


def is_held(outcome: Outcome) -> bool:
    return outcome.decision.hold is not None


def last_run(world: World) -> Cell:
    return world.service_tab("overview").cells[2][1]


def test_loss_of_a_fifth_goes_on_and_one_more_holds(world: World) -> None:
    list_actors(world, NAMES[6:])
    assert is_held(world.sync(SOON)) is False
    list_actors(world, NAMES[13:])
    assert is_held(world.sync(LATER)) is True


def test_held_run_writes_how_it_went_and_what_it_asks_and_nothing_else(world: World) -> None:
    list_actors(world, NAMES[7:])
    mails, before, memory = world.mails, dict(world.cells()), world.store.load()
    held = world.sync(SOON)
    (row,) = [row for row, cells in enumerate(world.service_tab("outbox").cells, 1) if cells[2] == "Sicherung"]
    assert changed(before, world) == {("Übersicht", 3), ("Postausgang", row)}
    assert last_run(world) == f"am 24.11.2026 um 10:00 Uhr: {LOSS}"
    assert question(world) == [(world.store.outbox()[-1].number, QUESTION, None, "wartet auf eure Antwort")]
    asked = replace(memory, last_number=memory.last_number + 1)
    assert (is_held(held), world.store.load(), world.mails) == (True, asked, mails)
    again = world.sync(LATER)
    assert (is_held(again), again.plan.is_empty, again.counts.mails_queued) == (True, True, 0)


def test_held_run_answers_a_tick_and_shows_the_day(world: World) -> None:
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    world.tick()
    world.sync(LATER)
    assert (*world.service_tab("overview").cells[1], None)[1] in {None, False}
    assert last_run(world) == f"am 24.11.2026 um 11:00 Uhr (auf euren Wunsch): {LOSS}"
    world.sync(NEXT_DAY)
    assert last_run(world) == f"am 25.11.2026 um 09:00 Uhr: {LOSS}"


def test_all_goes_on_when_the_actors_are_back(world: World) -> None:
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    list_actors(world, NAMES)
    outcome = world.sync(LATER)
    assert (is_held(outcome), last_run(world)) == (False, "am 24.11.2026 um 11:00 Uhr: alles in Ordnung")
    assert [line[1:] for line in question(world)] == [(QUESTION, None, "erledigt")]
    assert world.sync(LATER).plan.is_empty


def test_ja_lets_it_go_on_and_nein_does_not(world: World) -> None:
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    answer(world, "nein")
    assert is_held(world.sync(LATER)) is True
    answer(world, "ja")
    outcome = world.sync(LATER)
    assert (is_held(outcome), len(outcome.decision.alliance.actors)) == (False, 23)
    assert [line[1:] for line in question(world)] == [(QUESTION, "ja", "erledigt")]
    assert (is_held(world.sync(LATER)), world.sync(LATER).plan.is_empty) == (False, True)


def test_ja_for_one_loss_does_not_answer_another(world: World) -> None:
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    answer(world, "ja")
    list_actors(world, NAMES[8:])
    assert is_held(world.sync(LATER)) is True


def test_accepted_loss_settles_the_question(world: World) -> None:
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    assert is_held(world.sync(LATER, accept=True)) is False
    assert [line[1:] for line in question(world)] == [(QUESTION, None, "erledigt")]


def test_same_loss_later_asks_anew(world: World) -> None:
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    answer(world, "ja")
    assert is_held(world.sync(SOON)) is False
    list_actors(world, NAMES)
    assert is_held(world.sync(LATER)) is False
    list_actors(world, NAMES[7:])
    assert is_held(world.sync(NEXT_DAY)) is True
    assert [line[1:] for line in question(world)] == [
        (QUESTION, "ja", "erledigt"),
        (QUESTION, None, "wartet auf eure Antwort"),
    ]


def test_nothing_goes_out_while_it_is_held_and_nothing_is_lost(world: World) -> None:
    mail = Mail(key="loi:1", kind=MailKind.LOI_UPDATE, recipient="anna@example.org", subject="Neu dabei", message=b"x")
    memory, mails = world.store.load(), world.mails
    world.store.commit(memory, memory, [mail], SOON)
    list_actors(world, NAMES[7:])
    world.sync(SOON)
    assert world.mails == mails
    list_actors(world, NAMES)
    world.sync(LATER)
    assert world.mails == mails + 1


def test_sync_ends_with_its_own_exit_code_while_it_is_held(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    if isinstance(world, GoogleWorld):
        config = world.configured()
    else:
        config = world.folder / "config.toml"
        config.write_text(WORKBOOK_CONFIG, encoding="utf-8")
    list_actors(world, NAMES[7:])
    command = ["sync", "--config", str(config), "--today", "2026-11-24"]
    assert (main(command), main(command)) == (HELD, HELD)
    assert "held: 7 of 30 actors are suddenly gone" in capsys.readouterr().out.replace("\n", " ")
    assert main(["sync", "--accept", "--config", str(config), "--today", "2026-11-24"]) == 0
    runs = [record.outcome.value for record in world.store.runs(3)]
    assert runs == ["ok", "held", "held"]
