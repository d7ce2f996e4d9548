"""A backup while the service lives, going back to it, and what runs do then: nothing is said or sent twice."""

import os
import pty
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState
from scoring.tabs import OUTBOX
from sync.asking import is_meant
from sync.cli import main
from sync.lock import Lock, only_one
from sync.ports import RunOutcome, RunRecord
from sync.state import opened_store
from sync.state.backup import write_backup
from sync.state_commands import go_back
from tests.sync.worlds import NOW, WorkbookWorld, Worlds

NAMES = [f"Akteur {number:02}" for number in range(1, 13)]
WEEK, HOUR, MINUTES = timedelta(days=7), timedelta(hours=1), timedelta(minutes=10)
MAIL = Mail(
    key="loi_update:x",
    kind=MailKind.LOI_UPDATE,
    recipient="anna@example.org",
    recipient_name="Anna",
    subject="Neues",
    preview="Neues",
    message=b"To: anna@example.org\r\nSubject: Neues\r\n\r\nNeues\r\n",
)
CONFIG = '[sheet]\nworkbook = "allianz.xlsx"\n[mail]\nenabled = true\nfolder = "mails"\nfrom = "K <k@example.org>"\n'


@pytest.fixture(scope="module")
def prepared(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of twelve actors and Anna, who wants every mail, two weeks after the first run."""
    world = worlds.workbook(tmp_path_factory.mktemp("prepared"))
    world.fill("Akteure", 2, [[name] for name in NAMES])
    world.fill("Verteiler", 2, [["Anna", "anna@example.org", "Koordination", "ja", "ja", "ja"]])
    world.fill("Termine", 2, [[date(2026, 11, 2), None, NAMES[2], None, None, None, "Anna"]])
    world.sync(NOW - 2 * WEEK)
    world.close()
    (world.folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return world.folder


@pytest.fixture
def world(prepared: Path, tmp_path: Path) -> Iterator[WorkbookWorld]:
    """A copy of it."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    with closing(WorkbookWorld(tmp_path)) as world:
        yield world


def command(folder: Path, *typed: str) -> int:
    return main([*typed, "--config", str(folder / "config.toml")])


def keep(world: WorkbookWorld) -> None:
    write_backup(world.folder / "state.db", world.folder / "backup.db")


def back(world: WorkbookWorld, now: datetime) -> None:
    go_back(world.folder / "backup.db", world.folder / "state.db", now)


def sign(world: WorkbookWorld, number: int) -> None:
    signed = [NAMES[number - 1], None, "unterzeichnet", date(2026, 11, 23), None, "ja", None, "ja"]
    world.fill("LoI", number + 1, [signed])


def twice(world: WorkbookWorld, now: datetime) -> list[str]:
    """Run twice, as it takes to confirm a signature; return the kinds of all mails written in these runs."""
    before = {queued.number for queued in world.store.outbox()}
    for wait in (timedelta(), MINUTES):
        world.sync(now + wait)
    return sorted(queued.mail.kind.value for queued in world.store.outbox() if queued.number not in before)


# What runs do after it


def test_nothing_that_happened_since_is_announced_and_later_news_are(world: WorkbookWorld) -> None:
    keep(world)
    sign(world, 1)
    assert twice(world, NOW) == ["digest", "loi_update", "reminder"]
    mails = world.mails
    back(world, NOW + HOUR)
    assert [twice(world, NOW + wait) for wait in (2 * HOUR, 5 * HOUR, timedelta(days=5))] == [[], [], []]
    assert world.mails == mails
    sign(world, 2)
    assert "loi_update" in twice(world, NOW + timedelta(days=5, hours=1))
    assert twice(world, NOW + WEEK) == ["digest", "reminder"]


def test_signature_that_was_announced_since_and_comes_back_later_is_no_news(world: WorkbookWorld) -> None:
    keep(world)
    sign(world, 1)
    twice(world, NOW)
    world.fill("LoI", 2, [[None] * 8])
    world.sync(NOW + HOUR)
    back(world, NOW + 2 * HOUR)
    twice(world, NOW + 3 * HOUR)
    sign(world, 1)
    assert twice(world, NOW + 4 * HOUR) == []


def queue(world: WorkbookWorld) -> int:
    """Let a mail be stored that no run has sent yet; return its number."""
    memory = world.store.load()
    world.store.commit(memory, memory, [MAIL], NOW)
    return world.store.outbox()[-1].number


def states(world: WorkbookWorld, number: int) -> list[MailState]:
    return [queued.state for queued in world.store.outbox() if queued.number == number]


def lose_mails(world: WorkbookWorld) -> None:
    """Take away what was handed over: the same mail would come under the same name."""
    assert world.mails
    shutil.rmtree(world.folder / "mails")


def test_mail_that_was_open_and_sent_since_is_over_by_what_the_sheet_says(world: WorkbookWorld) -> None:
    number = queue(world)
    keep(world)
    world.sync(NOW)
    lose_mails(world)
    (world.folder / "state.db").unlink()  # nothing but the sheet knows that it was sent
    back(world, NOW + HOUR)
    assert states(world, number) == [MailState.WAITING]
    twice(world, NOW + 2 * HOUR)
    assert (states(world, number), world.mails) == ([MailState.CANCELLED], 0)


def test_mail_that_was_open_goes_out_again_only_when_a_person_says_so_anew(world: WorkbookWorld) -> None:
    number = queue(world)
    keep(world)
    shutil.copy(world.path, world.folder / "before.xlsx")
    world.sync(NOW)
    lose_mails(world)
    (world.folder / "state.db").unlink()
    shutil.copy(world.folder / "before.xlsx", world.path)
    back(world, NOW + HOUR)
    twice(world, NOW + 2 * HOUR)
    assert (states(world, number), world.mails) == ([MailState.WAITING], 0)
    rows = world.service_tab(OUTBOX.name).cells
    row = next(place for place, cells in enumerate(rows, 1) if cells[0] == number)
    world.type("Postausgang", {f"G{row}": "ja"})
    twice(world, NOW + 3 * HOUR)
    assert (states(world, number), world.mails) == ([MailState.SENT], 1)


def test_actor_that_was_erased_since_is_erased_in_the_backup_too(world: WorkbookWorld) -> None:
    world.fill("Akteure", 2, [["Zementwerk Süd"]])
    world.sync(NOW - WEEK)
    keep(world)
    assert command(world.folder, "erase", "Zementwerk Süd", "--yes") == 0
    back(world, NOW)
    raw = (world.folder / "state.db").read_bytes()
    assert [word in raw for word in (b"Zementwerk", b"zementwerk")] == [False, False]
    assert world.store.load().is_baseline


# The commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration, and a memory with a mail that is open."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    with opened_store(tmp_path / "state.db") as store:
        memory = store.load()
        store.commit(memory, replace(memory, is_baseline=False), [MAIL], NOW)
    return tmp_path


def kept(folder: Path) -> None:
    write_backup(folder / "state.db", folder / "backup.db")


def test_backup_says_what_it_wrote_and_how_old_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "backup", str(folder / "b.db")) == 0
    assert re.fullmatch(
        rf"Wrote {re.escape(str(folder))}/b\.db: a memory from before the first run\.\n"
        r"It holds names and the addresses of mails that are open: keep it where only you can read it\.\n",
        capsys.readouterr().out,
    )
    with opened_store(folder / "state.db") as store:
        store.record(RunRecord(started_at=datetime.now(UTC) - timedelta(hours=3, minutes=5), outcome=RunOutcome.OK))
    assert command(folder, "backup", str(folder / "b.db")) == 0
    said = capsys.readouterr().out
    assert re.search(r"b\.db: the memory as the run of 20\d\d-\d\d-\d\d \d\d:\d\d left it, 3 hours ago\.", said)


def test_backup_without_a_state_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert command(tmp_path, "backup", str(tmp_path / "b.db")) == 2
    assert capsys.readouterr().err == (
        f"✗ There is no state file {tmp_path}/state.db yet: run `klima-allianz sync` first, or see [state] file.\n"
    )


def test_backup_into_a_missing_folder_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "backup", str(folder / "nowhere" / "b.db")) == 2
    assert capsys.readouterr().err == (f"✗ {folder}/nowhere/b.db cannot be written: No such file or directory.\n")


def test_restore_says_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(folder)
    assert command(folder, "mail", "stop", "nobody@example.org") == 0
    capsys.readouterr()
    assert command(folder, "restore", str(folder / "backup.db"), "--yes") == 0
    said = re.sub(r"restore-\d{8}-\d{6}", "restore-…", capsys.readouterr().out.replace(str(folder), "…"))
    assert said.splitlines() == [
        "…/state.db is that of the backup now: a memory from before the first run.",
        "The one before is kept as …/state.db.before-restore-…; delete it once all is right: it holds names and "
        "addresses.",
        "The next run takes what it finds for known: it announces nothing, and this week no report and no reminder is "
        "written. Run `klima-allianz sync` now, or start the worker.",
        "1 mail that was open waits for a ja on Postausgang: it may have been sent since.",
        "Not to be mailed, taken over from the one before: 1.",
        "Actors that were erased since then are erased in it, too; people who are no actors: erase them again.",
    ]


def test_restore_says_what_a_memory_that_cannot_be_read_has_lost(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(folder)
    (folder / "state.db").write_bytes(b"SQLite format 3\0 and nothing more")
    assert command(folder, "restore", str(folder / "backup.db"), "--yes") == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Out of the memory before nothing could be taken over. Whoever asked since then not to be mailed: enter them "
        "again with `klima-allianz mail stop`. Whoever was erased since then: erase them again."
    )


def test_nothing_is_restored_without_a_terminal_or_from_no_backup(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(folder)
    before = (folder / "state.db").read_bytes()
    for name, sentence in (
        ("backup.db", "Nothing was changed: without a terminal to ask at, add --yes."),
        ("state.db", f"{folder}/state.db is the state file itself: name a backup of it."),
        ("missing.db", f"The backup {folder}/missing.db cannot be opened: No such file or directory."),
        ("config.toml", f"{folder}/config.toml is a file of another kind: name another one."),
    ):
        assert command(folder, "restore", str(folder / name)) == 2
        assert capsys.readouterr().err == f"✗ {sentence}\n"
    assert (folder / "state.db").read_bytes() == before


def test_question_is_answered_at_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"y\n")
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        assert is_meant(terminal, "Go back?", "Nothing was changed")
    os.close(ours)
    assert capsys.readouterr().out == "Go back? [y/N] "


def test_restore_waits_for_no_worker(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(folder)
    before = (folder / "state.db").read_bytes()
    with only_one(Lock.WORKER, folder / "state.db", NOW):
        assert command(folder, "restore", str(folder / "backup.db"), "--yes") == 1
    assert f"✗ A worker is running (process {os.getpid()}, since 2026-11-24 09:00)" in capsys.readouterr().err
    assert (folder / "state.db").read_bytes() == before


def test_erase_says_that_backups_still_hold_the_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "erase", "Anna", "--yes") == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Backups still hold the name: make a new one with `klima-allianz backup FILE` and delete those before it."
    )
