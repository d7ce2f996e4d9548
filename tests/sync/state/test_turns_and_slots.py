"""Turns: what an earlier run still wants to store is refused. Slots: each is done once. The history: it has an end."""

import inspect
import shutil
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from reports.mail import Mail, MailKind, MailState
from scoring.memory import Memory
from sync.errors import OutsideError
from sync.ports import Cause, KnownTab, Pause, PauseReason, RunOutcome, RunRecord, Store, Trigger
from sync.state import tables
from sync.state.store import RUNS_KEPT, SLOTS_KEPT, SqlStore, open_store
from sync.timetable import Job

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
OVER = "Another run began meanwhile; this one has stopped and changed nothing more."

MAIL = Mail(key="digest:2026-W48:a", kind=MailKind.DIGEST, recipient="a@example.org", subject="s", message=b"m")
OTHER = replace(MAIL, key="digest:2026-W48:b")
WAITS = replace(MAIL, key="welcome:c", needs_release=True)
QUEUED, WAITING = 1, 2
"""The numbers of the mails that are there."""

Call = Callable[[SqlStore], object]

WRITING: Mapping[str, Call] = {
    "commit": lambda store: store.commit(store.load(), Memory(is_baseline=False), (OTHER,), NOW, last_number=9),
    "note_shown": lambda store: store.note_shown([WAITING]),
    "record": lambda store: store.record(RunRecord(started_at=NOW, outcome=RunOutcome.FAILED)),
    "take_slot": lambda store: store.take_slot(Job.DIGEST, NOW),
    "keep_tabs": lambda store: store.keep_tabs((KnownTab(id="7", title="LoI"),), TODAY),
    "claim": lambda store: store.claim(QUEUED, NOW),
    "before_dot": lambda store: store.before_dot(QUEUED, NOW),
    "settle": lambda store: store.settle(QUEUED, MailState.SENT, NOW),
    "recover": lambda store: store.recover(NOW + timedelta(days=365)),
    "set_pause": lambda store: store.set_pause(Pause(reason=PauseReason.AUTH, since=NOW)),
    "begin_episode": lambda store: store.begin_episode(Cause.MAIL, (OTHER,), NOW),
    "end_episode": lambda store: store.end_episode(Cause.SYNC, (OTHER,), NOW),
    "object_to_mail": lambda store: store.object_to_mail("a@example.org"),
    "release": lambda store: store.release(WAITING, NOW),
    "retry": lambda store: store.retry(QUEUED),
    "erase": lambda store: store.erase(["Klinikum"], "Akteur 1", store.load(), Memory(is_baseline=False), NOW),
}
"""Everything that stores something, with arguments by which it would."""

READING: Mapping[str, Call] = {
    "load": lambda store: store.load(),
    "runs": lambda store: store.runs(9),
    "last_run": lambda store: store.last_run(RunOutcome.OK, until=NOW),
    "newest_slot": lambda store: store.newest_slot(Job.DIGEST),
    "is_done": lambda store: store.is_done(Job.DIGEST, NOW),
    "outbox": lambda store: store.outbox(),
    "tab_ids": lambda store: store.tab_ids(),
    "known_tabs": lambda store: store.known_tabs(TODAY),
    "pause": lambda store: store.pause(),
    "episodes": lambda store: store.episodes(),
}

NEITHER = {"begin", "require_turn", "close", "reading", "writing"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state file with two open mails, and something that fails."""
    path = tmp_path_factory.mktemp("prepared") / "state.db"
    with closing(open_store(path)) as store:
        store.commit(store.load(), Memory(), (MAIL, WAITS), NOW)
        store.begin_episode(Cause.SYNC, (), NOW)
    return path


@pytest.fixture
def path(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it: between transactions the file is complete in itself."""
    return Path(shutil.copy(prepared, tmp_path))


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608


def names_of(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_tables_of_calls_name_every_method_of_a_store() -> None:
    assert names_of(SqlStore) == {*WRITING, *READING, *NEITHER}
    assert names_of(Store) - {*WRITING, *READING} == {"begin", "require_turn"}


@pytest.mark.parametrize("name", WRITING)
def test_store_of_a_run_that_is_over_stores_nothing_more(path: Path, name: str) -> None:
    with closing(open_store(path)) as store:
        first = store.begin()
        store.begin()
        before = rows(path)
        with pytest.raises(OutsideError) as refused:
            WRITING[name](first)
        assert (str(refused.value), refused.value.permanent) == (OVER, False)
        assert rows(path) == before


@pytest.mark.parametrize("name", WRITING)
def test_store_of_the_newest_run_stores_all_that(path: Path, name: str) -> None:
    with closing(open_store(path)) as store:
        store.begin()
        newest, before = store.begin(), rows(path)
        if name == "before_dot":
            newest.claim(QUEUED, NOW)
        elif name == "retry":
            newest.settle(QUEUED, MailState.QUEUED, NOW, next_at=NOW + timedelta(hours=1))
        WRITING[name](newest)
        assert rows(path) != before


@pytest.mark.parametrize("name", READING)
def test_store_of_a_run_that_is_over_can_still_be_read(path: Path, name: str) -> None:
    with closing(open_store(path)) as store:
        first, second = store.begin(), store.begin()
        before = rows(path)
        assert READING[name](first) == READING[name](second)
        assert rows(path) == before


def test_turn_is_that_of_the_newest_run_whoever_began_it(path: Path) -> None:
    with closing(open_store(path)) as store, closing(open_store(path)) as other:
        first = store.begin()
        first.require_turn()
        second = other.begin()
        with pytest.raises(OutsideError, match=f"^{OVER}$"):
            first.require_turn()
        second.require_turn()
        third = first.begin()
        third.require_turn()
        with pytest.raises(OutsideError, match=f"^{OVER}$"):
            second.require_turn()
        assert (first.turn, second.turn, third.turn) == (1, 2, 3)


def test_store_that_began_no_run_may_always_store(path: Path) -> None:
    with closing(open_store(path)) as store:
        run = store.begin()
        store.require_turn()
        assert store.release(WAITING, NOW)
        run.require_turn()


def test_runs_that_begin_at_the_same_moment_have_turns_of_their_own(path: Path) -> None:
    turns: list[int | None] = []
    barrier = threading.Barrier(8)

    def begin() -> None:
        with closing(open_store(path)) as store:
            barrier.wait()
            turns.append(store.begin().turn)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turn or 0 for turn in turns) == list(range(1, 9))


def test_slot_is_taken_once_by_whoever_comes_first(path: Path) -> None:
    with closing(open_store(path)) as store, closing(open_store(path)) as other:
        assert (store.newest_slot(Job.DIGEST), store.is_done(Job.DIGEST, NOW)) == (None, False)
        assert [store.take_slot(Job.DIGEST, NOW), other.take_slot(Job.DIGEST, NOW)] == [True, False]
        assert (other.newest_slot(Job.DIGEST), other.is_done(Job.DIGEST, NOW)) == (NOW, True)
        assert rows(path)["slot"] == [("digest", "2026-11-24 08:00:00.000000")]


def test_slots_of_one_job_are_none_of_another_one(path: Path) -> None:
    with closing(open_store(path)) as store:
        assert [store.take_slot(job, NOW) for job in Job] == [True] * len(Job)
        assert store.take_slot(Job.SYNC, NOW + timedelta(minutes=15))
        assert [store.newest_slot(job) for job in Job] == [NOW + timedelta(minutes=15), NOW, NOW]
        assert not store.is_done(Job.DIGEST, NOW + timedelta(minutes=15))


def test_slot_is_taken_once_by_many_that_ask_at_the_same_moment(path: Path) -> None:
    taken: list[bool] = []
    barrier = threading.Barrier(8)

    def take() -> None:
        with closing(open_store(path)) as store:
            for minute in range(10):
                barrier.wait()
                taken.append(store.take_slot(Job.SYNC, NOW + timedelta(minutes=minute)))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (taken.count(True), taken.count(False)) == (10, 70)
    assert len(rows(path)["slot"]) == 10


@pytest.mark.parametrize(
    "zone", [ZoneInfo("Europe/Berlin"), ZoneInfo("America/St_Johns"), timezone(timedelta(hours=14))], ids=str
)
def test_slot_is_a_moment_whatever_zone_it_is_said_in(path: Path, zone: ZoneInfo) -> None:
    with closing(open_store(path)) as store:
        assert store.take_slot(Job.DIGEST, NOW.astimezone(zone))
        assert not store.take_slot(Job.DIGEST, NOW)
        assert store.is_done(Job.DIGEST, NOW.astimezone(zone))
        newest = store.newest_slot(Job.DIGEST)
        assert newest is not None
        assert (newest.isoformat(), newest.tzinfo) == ("2026-11-24T08:00:00+00:00", UTC)


def test_hour_that_comes_twice_in_autumn_has_two_slots(path: Path) -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    with closing(open_store(path)) as store:
        # the two moments compare as equal in Python: they differ only by `fold`
        assert [store.take_slot(Job.SYNC, first), store.take_slot(Job.SYNC, first.replace(fold=1))] == [True, True]
        assert store.newest_slot(Job.SYNC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("ask", [SqlStore.take_slot, SqlStore.is_done], ids=["take_slot", "is_done"])
def test_slot_without_a_zone_could_mean_any_moment_and_is_refused(path: Path, ask: Callable[..., bool]) -> None:
    before = rows(path)
    with closing(open_store(path)) as store, pytest.raises(Exception, match="a moment needs a time zone"):
        ask(store, Job.SYNC, NOW.replace(tzinfo=None))
    assert rows(path) == before


def test_slots_of_long_ago_are_forgotten_and_the_others_are_not(path: Path) -> None:
    quarter = timedelta(minutes=15)
    with closing(open_store(path)) as store:
        store.take_slot(Job.DIGEST, NOW)
        store.take_slot(Job.SYNC, NOW + quarter)
        store.take_slot(Job.SYNC, NOW + SLOTS_KEPT)
        assert [store.is_done(Job.DIGEST, NOW), store.is_done(Job.SYNC, NOW + quarter)] == [True, True]
        store.take_slot(Job.SYNC, NOW + SLOTS_KEPT + quarter)
        assert [store.is_done(Job.DIGEST, NOW), store.is_done(Job.SYNC, NOW + quarter)] == [False, True]
        assert len(rows(path)["slot"]) == 3


def test_slot_that_a_clock_put_back_brings_again_is_not_taken_again(path: Path) -> None:
    slots = [NOW + timedelta(minutes=15 * number) for number in range(-12, 12)]
    with closing(open_store(path)) as store:
        assert [store.take_slot(Job.SYNC, slot) for slot in slots] == [True] * 24
        assert [store.take_slot(Job.SYNC, slot) for slot in slots] == [False] * 24
        assert store.newest_slot(Job.SYNC) == slots[-1]


def test_history_keeps_the_newest_runs_and_no_more(path: Path) -> None:
    old = RunRecord(started_at=NOW, outcome=RunOutcome.OK, problem="old")
    with closing(open_store(path)) as store:
        with store.writing() as connection:
            connection.execute(insert(tables.run), [vars(old)] * (RUNS_KEPT - 1))
        for number in range(3):
            store.record(replace(old, trigger=Trigger.TICK, problem=str(number)))
            assert len(rows(path)["run"]) == RUNS_KEPT
        assert [run.problem for run in store.runs(4)] == ["2", "1", "0", "old"]
        assert store.runs(1)[0] == replace(old, trigger=Trigger.TICK, problem="2")
