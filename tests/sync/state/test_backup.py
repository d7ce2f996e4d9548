"""Copies of the state file: whole, of one moment, and put in its place without losing what must hold for good."""

import os
import resource
import signal
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState
from scoring.memory import Event, EventKind, RememberedActor
from sync.errors import OutsideError, SetupError
from sync.ports import Cause, RunOutcome, RunRecord
from sync.state.backup import Contents, contents, put_back, write_backup
from sync.state.restoring import MAYBE_SENT, Restored, begin_anew
from sync.state.store import SqlStore, open_store
from sync.timetable import Job

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WEEK = "2026-W48"
ACTOR = RememberedActor(uid="u1", key="a", name="A")
SIGNED = Event(key="loi_signed:u1", kind=EventKind.SIGNED, day=date(2026, 11, 25), uid="u1")


def mail(number: int, kind: MailKind = MailKind.LOI_UPDATE, *, needs_release: bool = False) -> Mail:
    return Mail(
        key=f"{kind}:{number}",
        kind=kind,
        recipient=f"m{number}@example.org",
        subject=f"Mail {number}",
        message=b"m" * 3000,
        needs_release=needs_release,
    )


def filled(path: Path, *mails: Mail) -> SqlStore:
    """A state file after one run that queued these mails."""
    store = open_store(path)
    before = store.load()
    store.commit(before, replace(before, actors={"u1": ACTOR}, is_baseline=False), mails, NOW)
    store.begin().record(RunRecord(started_at=NOW, outcome=RunOutcome.OK))
    return store


def restored(folder: Path, now: datetime = LATER) -> Restored:
    """Put backup.db back in the place of state.db."""

    def change(store: SqlStore, present: SqlStore | None) -> Restored:
        return begin_anew(store, present, WEEK, now)

    return put_back(folder / "backup.db", folder / "state.db", folder / "kept.db", change)[0]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# A copy to keep


def test_backup_is_complete_in_itself_and_its_owners_only(tmp_path: Path) -> None:
    store = filled(tmp_path / "state.db", mail(1))
    copied = write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    assert files(tmp_path) == ["backup.db", "state.db"]
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600
    assert (
        copied
        == contents(tmp_path / "backup.db")
        == Contents(newest_run=NOW, address_key=store.load().address_key.hex())
    )
    assert (open_store(tmp_path / "backup.db").load(), open_store(tmp_path / "backup.db").outbox()) == (
        store.load(),
        store.outbox(),
    )


def test_backup_holds_what_stands_only_in_the_log_of_an_open_database(tmp_path: Path) -> None:
    filled(tmp_path / "state.db")
    with closing(sqlite3.connect(tmp_path / "state.db")) as other:
        other.execute("INSERT INTO meta VALUES ('seen', 'yes')")
        other.commit()
        assert (tmp_path / "state.db-wal").stat().st_size > 0
        write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("SELECT value FROM meta WHERE name = 'seen'").fetchall() == [("yes",)]


def test_backup_while_a_run_writes_is_of_one_moment(tmp_path: Path) -> None:
    """Every commit changes two rows together; no copy may hold one without the other."""
    store, ended = filled(tmp_path / "state.db"), threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            before = store.load()
            actor = replace(ACTOR, name=f"A{number}")
            store.commit(before, replace(before, actors={"u1": actor}, inventory=f"A{number}"), (), NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(15):
            write_backup(tmp_path / "state.db", tmp_path / "backup.db")
            memory = open_store(tmp_path / "backup.db").load()
            assert memory.inventory in {memory.actors["u1"].name, ""}
    finally:
        ended.set()
        writer.join()


def test_missing_state_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="run `klima-allianz sync` first"):
        write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    assert files(tmp_path) == []


def another_memory(path: Path) -> None:
    filled(path)


def itself(path: Path) -> None:
    path.hardlink_to(path.with_name("state.db"))


def in_use(path: Path) -> None:
    write_backup(path.with_name("state.db"), path)
    path.with_name(f"{path.name}-wal").write_bytes(b"something")


def damaged(path: Path) -> None:
    write_backup(path.with_name("state.db"), path)
    path.write_bytes(path.read_bytes()[:-5000])


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("a letter"),
        lambda path: path.touch(),
        lambda path: path.mkdir(),
        another_memory,
        itself,
        in_use,
        damaged,
    ],
)
def test_nothing_but_an_earlier_copy_is_overwritten(tmp_path: Path, make: Callable[[Path], None]) -> None:
    filled(tmp_path / "state.db")
    target = tmp_path / "backup.db"
    make(target)
    before = target.read_bytes() if target.is_file() else b""
    with pytest.raises(SetupError, match="name another file"):
        write_backup(tmp_path / "state.db", target)
    assert (target.read_bytes() if target.is_file() else b"") == before


def test_damaged_state_replaces_no_good_backup(tmp_path: Path) -> None:
    filled(tmp_path / "state.db")
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    good = (tmp_path / "backup.db").read_bytes()
    (tmp_path / "state.db").write_bytes(good[:-5000])
    with pytest.raises(SetupError, match="damaged"):
        write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_bytes() == good


def in_a_child(act: Callable[[], object]) -> int:
    """Do it in a process of its own; return its exit code: 0, 1 when it was refused, else negative, its signal."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except (SetupError, OutsideError):
            os._exit(1)
        else:
            os._exit(0)
        finally:
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def limited(size: int) -> None:
    """Let no file grow beyond that many bytes, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_backup_on_a_full_disk_leaves_the_earlier_one(tmp_path: Path) -> None:
    store = filled(tmp_path / "state.db", mail(1))
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    good = (tmp_path / "backup.db").read_bytes()
    queued = store.load()
    store.commit(queued, queued, [mail(number) for number in range(2, 30)], NOW)

    def copy(size: int) -> None:
        limited(size)
        write_backup(tmp_path / "state.db", tmp_path / "backup.db")

    found = [in_a_child(partial(copy, size)) for size in (0, 4096, 100_000, len(good))]
    assert found == [1, 1, 1, 1]
    assert (tmp_path / "backup.db").read_bytes() == good
    assert [name for name in files(tmp_path) if name.endswith(".part")] == []


def test_draft_that_a_killed_run_left_is_removed_later(tmp_path: Path) -> None:
    filled(tmp_path / "state.db")
    old, young = tmp_path / ".backup.db.0.part", tmp_path / ".backup.db.1.part"
    for draft in (old, young):
        draft.touch()
    os.utime(old, (0, 0))
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    assert (old.exists(), young.exists()) == (False, True)


# Going back to one


def test_next_run_is_a_baseline_in_a_silent_week(tmp_path: Path) -> None:
    filled(tmp_path / "state.db")
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    assert restored(tmp_path) == Restored(held=0, knows_present=True)
    memory = open_store(tmp_path / "state.db").load()
    assert (memory.is_baseline, memory.silent_week, memory.pending, dict(memory.actors)) == (
        True,
        WEEK,
        {},
        {"u1": ACTOR},
    )
    assert files(tmp_path) == ["backup.db", "kept.db", "state.db"]
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in files(tmp_path)} == {0o600}


def test_what_holds_for_good_outlives_the_backup(tmp_path: Path) -> None:
    store = filled(tmp_path / "state.db")
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    store.object_to_mail("nobody@example.org")
    before = store.load()
    after = replace(before, erased={"hash": "u9"}, events={SIGNED.key: SIGNED})
    store.commit(before, after, (), NOW)
    store.take_slot(Job.SYNC, NOW)
    store.begin_episode(Cause.MAIL, (), NOW)
    was = store.load()
    assert restored(tmp_path) == Restored(held=0, objections=1, erased=frozenset({"hash"}), knows_present=True)
    store = open_store(tmp_path / "state.db")
    memory = store.load()
    assert (memory.objections, memory.erased, memory.events) == (was.objections, {"hash": "u9"}, {SIGNED.key: SIGNED})
    assert (store.is_done(Job.SYNC, NOW), store.episodes()) == (True, {Cause.MAIL: NOW})
    assert open_store(tmp_path / "kept.db").load() == was


def test_mail_that_was_open_waits_for_a_person_and_its_old_ja_does_not_count(tmp_path: Path) -> None:
    store = filled(tmp_path / "state.db", *(mail(number) for number in (1, 2, 3)), mail(4, needs_release=True))
    memory = store.load()
    store.commit(memory, memory, [mail(5, MailKind.OPERATOR), mail(6), mail(7, MailKind.DIGEST)], NOW)
    store.note_shown({4})
    store.claim(2, NOW)
    store.claim(3, NOW)
    store.before_dot(3, NOW)
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    store.settle(6, MailState.SENT, NOW)
    assert restored(tmp_path, NOW + timedelta(days=4)).held == 4
    found = open_store(tmp_path / "state.db").outbox()
    assert [(one.number, one.state, one.shown, one.next_at, one.expires_at) for one in found] == [
        *((number, MailState.WAITING, False, None, None) for number in (1, 2, 3, 4)),
        (5, MailState.EXPIRED, False, None, NOW + timedelta(days=3)),
        (6, MailState.SENT, False, None, NOW + timedelta(days=7)),
        (7, MailState.EXPIRED, False, None, NOW + timedelta(days=3)),
    ]
    assert [one.problem == MAYBE_SENT for one in found[:4]] == [True, True, False, True]
    assert found[5].sent_at == NOW


def test_numbers_of_mails_and_runs_go_on_above_both(tmp_path: Path) -> None:
    store = filled(tmp_path / "state.db", mail(1))
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    paused = store.begin()
    memory = store.load()
    store.commit(memory, memory, [mail(number) for number in (2, 3, 4)], NOW)
    restored(tmp_path)
    for act in (paused.require_turn, lambda: paused.settle(1, MailState.SENT, NOW), lambda: paused.claim(1, NOW)):
        with pytest.raises(OutsideError, match="Another run began"):
            act()
    store = open_store(tmp_path / "state.db")
    memory = store.load()
    assert memory.last_number == 4
    store.begin().commit(memory, memory, [mail(9)], NOW)
    assert [one.number for one in store.outbox()] == [1, 5]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-5000]),
        lambda path: path.write_bytes(b"SQLite format 3\0" + b"x" * 9000),
        lambda path: path.write_text("another kind of file"),
    ],
)
def test_present_state_that_cannot_be_read_is_kept_as_it_is(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    filled(tmp_path / "state.db")
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    paused = open_store(tmp_path / "state.db").begin()
    spoil(tmp_path / "state.db")
    spoilt = (tmp_path / "state.db").read_bytes()
    assert restored(tmp_path) == Restored(held=0)
    assert (tmp_path / "kept.db").read_bytes() == spoilt
    with pytest.raises(OutsideError, match="Another run began"):
        paused.require_turn()
    assert open_store(tmp_path / "state.db").load().silent_week == WEEK


def test_log_of_a_file_that_is_replaced_is_kept_beside_it_and_never_read_into_the_new_one(tmp_path: Path) -> None:
    filled(tmp_path / "state.db")
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    (tmp_path / "state.db").write_text("another kind of file")
    (tmp_path / "state.db-wal").write_bytes(b"a log")
    restored(tmp_path)
    assert files(tmp_path) == ["backup.db", "kept.db", "kept.db-wal", "state.db"]
    assert (tmp_path / "kept.db-wal").read_bytes() == b"a log"


def test_memory_of_another_alliance_gives_only_its_numbers(tmp_path: Path) -> None:
    filled(tmp_path / "other.db")
    write_backup(tmp_path / "other.db", tmp_path / "backup.db")
    filled(tmp_path / "state.db", mail(1), mail(2)).object_to_mail("nobody@example.org")
    assert restored(tmp_path) == Restored(held=0)
    memory = open_store(tmp_path / "state.db").load()
    assert (memory.objections, memory.last_number) == (frozenset(), 2)


def test_missing_state_is_made_from_the_backup(tmp_path: Path) -> None:
    filled(tmp_path / "state.db", mail(1))
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    (tmp_path / "state.db").unlink()
    assert restored(tmp_path) == Restored(held=1)
    assert files(tmp_path) == ["backup.db", "state.db"]


@pytest.mark.parametrize("make", [damaged, lambda path: path.write_text("a letter"), lambda path: path.touch()])
def test_backup_that_is_none_changes_nothing(tmp_path: Path, make: Callable[[Path], None]) -> None:
    filled(tmp_path / "state.db")
    make(tmp_path / "backup.db")
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    with pytest.raises(SetupError):
        restored(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before


def test_backup_of_a_newer_version_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "state.db")
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(SetupError, match="newer version"):
        restored(tmp_path)
    assert files(tmp_path) == ["backup.db", "state.db"]


def test_full_disk_leaves_the_present_state(tmp_path: Path) -> None:
    filled(tmp_path / "state.db", *(mail(number) for number in range(1, 30)))
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    good = (tmp_path / "state.db").read_bytes()

    def act(size: int) -> None:
        limited(size)
        restored(tmp_path)

    sizes = (0, 4096, 50_000, len(good) - 1)
    assert [in_a_child(partial(act, size)) for size in sizes] == [1] * 4
    assert (tmp_path / "state.db").read_bytes() == good
    assert [name for name in files(tmp_path) if name.endswith(".part")] == []


CHANGES = ("os.rename", "os.remove")


@pytest.mark.parametrize(
    "operations",
    [CHANGES, pytest.param((*CHANGES, "open", "sqlite3.connect"), marks=pytest.mark.campaign)],
)
def test_kill_at_every_file_operation_leaves_the_old_state_or_the_new_one(
    tmp_path: Path, operations: tuple[str, ...]
) -> None:
    filled(tmp_path / "state.db", mail(1))
    write_backup(tmp_path / "state.db", tmp_path / "backup.db")
    store = open_store(tmp_path / "state.db")
    store.object_to_mail("nobody@example.org")
    was, found = store.load(), []
    state = (tmp_path / "state.db").read_bytes()
    for number in range(1, 200):
        (tmp_path / "kept.db").unlink(missing_ok=True)
        (tmp_path / "state.db").write_bytes(state)
        code = in_a_child(partial(killed_at, operations, number, tmp_path))
        memory = open_store(tmp_path / "state.db").load()
        assert memory in (was, replace(was, is_baseline=True, silent_week=WEEK)), number
        found.append(bool(memory.silent_week))
        if code == 0:
            break
    assert (code, found[0], found == sorted(found)) == (0, False, True)


def killed_at(operations: tuple[str, ...], number: int, folder: Path) -> None:
    """Restore, and be killed before the file operation of that number."""
    seen = iter(range(1, number))

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        if name in operations and str(folder) in str(arguments[0]) and next(seen, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    restored(folder)
