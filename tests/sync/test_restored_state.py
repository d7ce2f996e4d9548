"""An older state file that was put back: what was announced meanwhile is not announced again, and all goes on."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from reports.mail import MailKind, MailState
from scoring.memory import Memory
from tests.sync.worlds import NOW, WorkbookWorld, Worlds

NAMES = [f"Akteur {number:02}" for number in range(1, 13)]
SIGNED_ON = date(2026, 11, 23)
WEEK, MINUTES = timedelta(days=7), timedelta(minutes=10)


@pytest.fixture
def world(worlds: Worlds, tmp_path: Path) -> Iterator[WorkbookWorld]:
    """Twelve actors and Anna, who wants every mail; a backup from before the first signature, and two weeks later."""
    world = worlds.workbook(tmp_path)
    world.fill("Akteure", 2, [[name] for name in NAMES])
    world.fill("Verteiler", 2, [["Anna", "anna@example.org", "Koordination", "ja", "ja", "ja"]])
    world.fill("Termine", 2, [[date(2026, 11, 2), None, NAMES[2], None, None, None, "Anna"]])
    world.sync(NOW - 2 * WEEK)
    world.store.close()
    shutil.copy(tmp_path / "state.db", tmp_path / "backup.db")
    reopen(world)
    sign(world, 1)
    twice(world, NOW)
    yield world
    world.close()


def reopen(world: WorkbookWorld) -> None:
    """Open the state file anew with the next use."""
    del world.store


def put_back(world: WorkbookWorld) -> None:
    """Put the backup in the place of the state file."""
    world.store.close()
    shutil.copy(world.folder / "backup.db", world.folder / "state.db")
    reopen(world)


def sign(world: WorkbookWorld, number: int) -> None:
    """Let that actor sign."""
    world.fill("LoI", number + 1, [[NAMES[number - 1], None, "unterzeichnet", SIGNED_ON, None, "ja", None, "ja"]])


def twice(world: WorkbookWorld, now: datetime) -> list[str]:
    """Run twice, as it takes to confirm a signature; return the kinds of all mails written in these runs."""
    before = {queued.number for queued in world.store.outbox()}
    for wait in (timedelta(), MINUTES):
        world.sync(now + wait)
    return sorted(queued.mail.kind.value for queued in world.store.outbox() if queued.number not in before)


def test_what_the_lost_state_announced_is_not_announced_again(world: WorkbookWorld) -> None:
    mails = world.mails
    assert [queued.mail.kind for queued in world.store.outbox() if queued.state is MailState.SENT].count(
        MailKind.LOI_UPDATE
    ) == 1
    put_back(world)
    assert twice(world, NOW + timedelta(hours=1)) == []
    assert twice(world, NOW + timedelta(days=1)) == []
    assert world.mails == mails


def test_week_of_the_restored_state_has_no_report_and_no_reminder_and_the_next_one_has(world: WorkbookWorld) -> None:
    put_back(world)
    twice(world, NOW + timedelta(hours=1))
    assert twice(world, NOW + timedelta(days=5)) == []
    assert twice(world, NOW + WEEK) == ["digest", "reminder"]


def test_later_signature_is_announced_as_always(world: WorkbookWorld) -> None:
    put_back(world)
    twice(world, NOW + timedelta(hours=1))
    sign(world, 2)
    assert "loi_update" in twice(world, NOW + timedelta(hours=2))


def test_fuse_holds_after_the_first_run_on_the_restored_state(world: WorkbookWorld) -> None:
    put_back(world)
    world.sync(NOW + timedelta(hours=1))
    world.fill("Akteure", 2, [*[[name] for name in NAMES[:6]], *[[None]] * 6])
    outcome = world.sync(NOW + timedelta(hours=2))
    assert outcome.decision.hold is not None


def test_mails_are_numbered_on_from_those_of_the_lost_state(world: WorkbookWorld) -> None:
    highest = world.store.load().last_number
    put_back(world)
    sign(world, 2)
    twice(world, NOW + WEEK)
    sign(world, 3)
    twice(world, NOW + WEEK + timedelta(hours=1))
    assert min(queued.number for queued in world.store.outbox()) > highest


def test_signature_is_no_news_either_when_the_letters_could_not_be_read_at_first(world: WorkbookWorld) -> None:
    put_back(world)
    header = world.tab("LoI").cells[0][0]
    world.type("LoI", {"A1": "Wer denn"})
    world.sync(NOW + timedelta(hours=1))
    assert world.store.load().is_baseline
    world.type("LoI", {"A1": header})
    assert twice(world, NOW + timedelta(hours=2)) == []


def test_number_that_a_person_typed_silences_one_run_and_no_later_news(world: WorkbookWorld) -> None:
    rows = len(world.service_tab("outbox").cells)
    world.type("Postausgang", {f"A{rows + 1}": 4711})
    sign(world, 2)
    assert twice(world, NOW + timedelta(hours=1)) == []
    sign(world, 3)
    assert "loi_update" in twice(world, NOW + timedelta(hours=2))
    assert world.store.outbox()[-1].number > 4711


def test_memory_for_a_sheet_that_knows_more_mails_is_a_baseline() -> None:
    memory = Memory(is_baseline=False, last_number=7)
    assert memory.as_of(7, "2026-W48") is memory
    assert memory.as_of(8, "2026-W48") == Memory(is_baseline=True, last_number=7, silent_week="2026-W48")
    assert Memory().as_of(8, "2026-W48") == Memory()
