"""A ja counts only when it comes after the mail: what stood in Freigabe before it, or beside another, releases nothing.

And what one ja decides: all mails about the same news, except those that somebody refused.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind
from scoring.messages import NoteCode
from scoring.snapshot import Cell
from sync.plan import highest_number
from sync.ports import Calls
from sync.run import Outcome
from tests.sheets_server import Call
from tests.sync.worlds import NOW, GoogleWorld, World, Worlds

SOON, LATER = (NOW + timedelta(minutes=minutes) for minutes in (10, 20))


@pytest.fixture
def google(worlds: Worlds, tmp_path: Path) -> Iterator[GoogleWorld]:
    """A Google Sheet that was synced once."""
    world = worlds.google(tmp_path)
    world.sync()
    yield world
    world.server.before_call = None
    world.close()


@pytest.fixture(params=["workbook", "google"])
def world(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> Iterator[World]:
    """A sheet that was synced once."""
    world = worlds.workbook(tmp_path) if request.param == "workbook" else worlds.google(tmp_path)
    world.sync()
    yield world
    world.close()


def wait_for(world: World, *names: str) -> None:
    """Queue a mail about the same news for each of these that waits for Freigabe; the next run shows them."""
    mails = [
        Mail(
            key=f"loi_update:{'-'.join(names)}:{name}",
            kind=MailKind.LOI_UPDATE,
            recipient=f"{name}@example.org",
            recipient_name=name,
            subject=f"6 neue Unterschriften, {name}",
            preview=f"Hallo {name}!",
            message=f"To: {name}@example.org\r\n\r\nHallo {name}!\r\n".encode(),
            needs_release=True,
        )
        for name in names
    ]
    memory = world.store.load()
    world.store.commit(memory, memory, mails, NOW, last_number=highest_number(world.read()))


def states(world: World) -> dict[str, str]:
    return {queued.mail.recipient_name: queued.state.value for queued in world.store.outbox()}


def notes(outcome: Outcome) -> list[tuple[NoteCode, str]]:
    return [(note.code, note.cell) for note in outcome.decision.releases.notes]


def rows(world: World) -> list[tuple[Cell, Cell]]:
    """Recipient and Freigabe of each row on Postausgang."""
    return [((*cells, *[None] * 9)[3], (*cells, *[None] * 9)[6]) for cells in world.service_tab("outbox").cells[1:]]


def sync_beside(world: GoogleWorld, act: Callable[[], object]) -> Outcome:
    """Run while somebody does this between the read and the write of the run."""
    waiting = [act]

    def before(call: Call) -> None:
        if call.kind == "write" and waiting:
            waiting.pop()()

    world.server.before_call = before
    outcome = world.sync(SOON)
    world.server.before_call = None
    assert waiting == []
    return outcome


def test_ja_in_the_row_where_the_mail_is_just_about_to_be_written_releases_nothing(google: GoogleWorld) -> None:
    wait_for(google, "anna")
    sync_beside(google, lambda: google.type("Postausgang", {"G2": "ja"}))
    assert rows(google) == [("anna", "ja")]
    assert notes(google.sync(LATER)) == [(NoteCode.RELEASE_TOO_EARLY, "G2")]
    assert (states(google), google.mails) == ({"anna": "waiting"}, 0)


def test_row_inserted_above_while_the_mail_is_written_releases_nothing(google: GoogleWorld) -> None:
    wait_for(google, "anna")
    google.sync(SOON)
    google.type("Postausgang", {"G2": "ja"})
    google.sync(SOON)
    wait_for(google, "bernd")
    sync_beside(google, lambda: google.owner.insert_row("Postausgang", 2))
    assert rows(google)[1] == ("bernd", "ja")
    assert notes(google.sync(LATER)) == [(NoteCode.RELEASE_TOO_EARLY, "G3")]
    assert (states(google), google.mails) == ({"anna": "sent", "bernd": "waiting"}, 1)


def test_ja_counts_once_it_was_cleared_and_a_run_saw_the_mail_without(google: GoogleWorld) -> None:
    wait_for(google, "anna")
    sync_beside(google, lambda: google.type("Postausgang", {"G2": "ja"}))
    google.type("Postausgang", {"G2": None})
    google.sync(LATER)
    google.type("Postausgang", {"G2": "ja"})
    assert notes(google.sync(LATER)) == []
    assert (states(google), google.mails) == ({"anna": "sent"}, 1)


def test_ja_that_is_written_and_cleared_without_a_run_in_between_does_not_count(google: GoogleWorld) -> None:
    wait_for(google, "anna")
    sync_beside(google, lambda: google.type("Postausgang", {"G2": "ja"}))
    google.type("Postausgang", {"G2": None})
    google.type("Postausgang", {"G2": "ja"})
    assert notes(google.sync(LATER)) == [(NoteCode.RELEASE_TOO_EARLY, "G2")]
    assert states(google) == {"anna": "waiting"}


def test_nein_counts_whenever_it_was_written(google: GoogleWorld) -> None:
    wait_for(google, "anna")
    sync_beside(google, lambda: google.type("Postausgang", {"G2": "nein"}))
    assert notes(google.sync(LATER)) == []
    assert states(google) == {"anna": "cancelled"}


def test_ja_beside_blank_rows_releases_no_mail_to_come(world: World) -> None:
    world.type("Postausgang", {f"G{row}": "ja" for row in range(2, 12)})
    wait_for(world, "anna")
    for now in (SOON, LATER):
        world.sync(now)
    assert rows(world)[10] == ("anna", None)
    assert (states(world), world.mails) == ({"anna": "waiting"}, 0)


def test_only_the_run_that_shows_a_waiting_mail_first_reads_once_more(google: GoogleWorld) -> None:
    def calls() -> Calls:
        google.server.log.clear()
        outcome = google.sync(SOON)
        assert Calls(reads=outcome.counts.reads, writes=outcome.counts.writes) == google.requests
        return google.requests

    assert calls() == Calls(reads=1, writes=0)
    wait_for(google, "anna")
    assert calls() == Calls(reads=2, writes=1)
    assert calls() == Calls(reads=1, writes=0)
    google.type("Akteure", {"A2": "Stadtwerke"})
    assert calls() == Calls(reads=1, writes=1)
    google.type("Postausgang", {"G2": "ja"})
    assert calls() == Calls(reads=1, writes=1)


def test_mail_beside_an_early_ja_costs_no_read_in_later_runs(google: GoogleWorld) -> None:
    wait_for(google, "anna")
    sync_beside(google, lambda: google.type("Postausgang", {"G2": "ja"}))
    google.sync(LATER)
    outcome = google.sync(LATER)
    assert (outcome.counts.reads, outcome.counts.writes) == (1, 0)


@pytest.mark.parametrize("world", ["workbook"], indirect=True)
@pytest.mark.parametrize(("answer", "state"), [("ja", "sent"), ("nein", "cancelled")])
def test_answer_while_mail_is_off_changes_nothing_and_counts_once_it_is_on(
    world: World, answer: str, state: str
) -> None:
    wait_for(world, "anna")
    world.sync(SOON)
    world.type("Postausgang", {"G2": answer})
    for _ in range(2):
        outcome = world.sync(SOON, sender=None)
    assert (states(world), world.mails, notes(outcome)) == ({"anna": "waiting"}, 0, [])
    for _ in range(2):
        world.sync(LATER)
    assert (states(world), world.mails) == ({"anna": state}, int(answer == "ja"))


@pytest.mark.parametrize("world", ["workbook"], indirect=True)
@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"G3": "ja"}, {"anna": "sent", "bernd": "sent", "clara": "sent"}),
        ({"G3": "nein"}, {"anna": "cancelled", "bernd": "cancelled", "clara": "cancelled"}),
        ({"G2": "ja", "G3": "nein"}, {"anna": "sent", "bernd": "cancelled", "clara": "waiting"}),
        ({"G2": "nein", "G3": "ja"}, {"anna": "cancelled", "bernd": "sent", "clara": "waiting"}),
        ({"G2": "ja", "G3": "lieber nicht"}, {"anna": "sent", "bernd": "waiting", "clara": "sent"}),
        ({"G2": "lieber nicht"}, {"anna": "waiting", "bernd": "waiting", "clara": "waiting"}),
    ],
    ids=["ja", "nein", "ja and nein", "nein and ja", "ja and something unreadable", "something unreadable"],
)
def test_one_answer_decides_for_all_mails_about_the_same_news_and_never_against_one_of_its_own(
    world: World, answers: dict[str, str], left: dict[str, str]
) -> None:
    wait_for(world, "anna", "bernd", "clara")
    wait_for(world, "dora")  # about other news
    world.sync(SOON)
    world.type("Postausgang", dict(answers))
    for _ in range(2):
        world.sync(LATER)
    assert states(world) == {**left, "dora": "waiting"}
    assert world.mails == list(left.values()).count("sent")
