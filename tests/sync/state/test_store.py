"""The store: what goes in comes out, in one transaction, and nothing is written twice."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from reports.mail import Mail, MailKind
from scoring.domain import Stage
from scoring.memory import Event, EventKind, HistoryRow, Memory, RememberedActor, StageSeen
from sync.errors import OutsideError
from sync.ports import KnownTab, RunOutcome, RunRecord, Trigger
from sync.state import opened_store, tables
from sync.state.database import _engine, _migration_config
from sync.state.store import SqlStore, open_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=timezone(timedelta(hours=1)))
LATER = NOW + timedelta(days=1)

CLINIC = RememberedActor(
    uid="u1",
    key="klinikum",
    name="Klinikum",
    aliases=("krankenhaus", "stadtklinik"),
    external_id="7",
    fingerprint="f00",
    filled=6,
    evidence=Stage.TALKED,
    evidence_since=date(2026, 11, 3),
)
SIGNED = Event(key="loi_signed:u9", kind=EventKind.SIGNED, day=date(2026, 11, 20), uid="u9", silent=True)
DONE = Event(key="step_done:1", kind=EventKind.STEP_DONE, day=date(2026, 11, 23), detail="1")
MEMORY = Memory(
    actors={"u1": CLINIC, "u2": RememberedActor(uid="u2", key="verein", name="Verein", present=False)},
    steps_done=frozenset({1, 2}),
    history=(
        HistoryRow(day=date(2026, 11, 23), coverage_min=0.13, coverage_mid=None, coverage_max=0.25, members=4, step=3),
    ),
    inventory="BISKO 2023: 900000 t",
    notes_since={"a1b2": date(2026, 11, 20)},
    tab_ids={"overview": "17"},
    events={SIGNED.key: SIGNED, DONE.key: DONE},
    pending={"loi_withdrawn:u9": NOW},
    objections=frozenset({"0a1b"}),
    erased={"2c3d": "u8"},
    is_baseline=False,
)


def mail(number: int, *, recipient: str = "joerg@example.org") -> Mail:
    return Mail(
        key=f"digest:2026-W48:{number}",
        kind=MailKind.DIGEST,
        recipient=recipient,
        recipient_name="Jörg Müller",
        subject="Klima-Allianz: mindestens 13 %",
        preview="Als Nächstes dran: Klinikum.",
        message=b"From: a\r\n\r\nHallo\x00\xff",
    )


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return open_store(tmp_path / "state.db")


def facts(memory: Memory) -> Memory:
    """Without what only the store knows."""
    return replace(memory, stages=(), address_key=b"", reported_weeks=frozenset())


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608
    finally:
        connection.close()


def test_missing_file_is_an_empty_memory_and_a_baseline(store: SqlStore) -> None:
    assert facts(store.load()) == Memory()


def test_memory_comes_back_as_it_was_committed(store: SqlStore) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    assert facts(store.load()) == MEMORY


def test_empty_memory_ends_the_baseline(store: SqlStore) -> None:
    store.commit(store.load(), Memory(is_baseline=False), (), NOW)
    assert facts(store.load()) == Memory(is_baseline=False)


def test_second_store_on_the_same_file_sees_the_same(tmp_path: Path) -> None:
    first = open_store(tmp_path / "state.db")
    first.commit(first.load(), MEMORY, (mail(1),), NOW)
    second = open_store(tmp_path / "state.db")
    assert (second.load(), second.outbox()) == (first.load(), first.outbox())


def test_committing_equal_memory_changes_no_row(store: SqlStore, tmp_path: Path) -> None:
    store.commit(store.load(), MEMORY, (mail(1),), NOW)
    before = rows(tmp_path / "state.db")
    loaded = store.load()
    assert store.commit(loaded, loaded, (mail(1),), LATER) == 0
    assert rows(tmp_path / "state.db") == before


def test_repeated_commit_after_a_crash_adds_nothing(store: SqlStore, tmp_path: Path) -> None:
    empty = store.load()
    store.commit(empty, MEMORY, (mail(1),), NOW)
    before = rows(tmp_path / "state.db")
    assert store.commit(empty, MEMORY, (mail(1),), NOW) == 0
    assert rows(tmp_path / "state.db") == before


def test_stages_are_appended_when_stage_or_day_change(store: SqlStore) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    signed = replace(CLINIC, evidence=Stage.SIGNED, evidence_since=date(2026, 11, 24))
    store.commit(loaded, replace(loaded, actors={**loaded.actors, "u1": signed}), (), LATER)
    assert store.load().stages == (
        StageSeen(uid="u1", stage=Stage.TALKED, since=date(2026, 11, 3), seen_on=date(2026, 11, 23)),
        StageSeen(uid="u2", stage=Stage.IDENTIFIED, since=None, seen_on=date(2026, 11, 23)),
        StageSeen(uid="u1", stage=Stage.SIGNED, since=date(2026, 11, 24), seen_on=date(2026, 11, 24)),
    )


def test_actor_that_left_the_memory_leaves_no_trace(store: SqlStore, tmp_path: Path) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    erased = replace(loaded, actors={"u2": loaded.actors["u2"]})
    store.commit(loaded, erased, (), LATER)
    assert facts(store.load()) == facts(erased)
    assert b"u1" not in (tmp_path / "state.db").read_bytes()
    assert b"Klinikum" not in (tmp_path / "state.db").read_bytes()


def test_changed_aliases_and_closed_notes_replace_the_old_ones(store: SqlStore) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    renamed = replace(CLINIC, key="uniklinik", name="Uniklinik", aliases=("klinikum", "krankenhaus", "stadtklinik"))
    after = replace(
        loaded,
        actors={**loaded.actors, "u1": renamed},
        notes_since={"c3d4": date(2026, 11, 24)},
        tab_ids={"overview": "18", "steps": "19"},
        inventory="",
    )
    store.commit(loaded, after, (), LATER)
    assert facts(store.load()) == facts(after)


def test_step_that_is_no_longer_remembered_as_done_can_be_done_again(store: SqlStore) -> None:
    for steps in ({1, 2}, {1}, {1, 2, 3}):
        loaded = store.load()
        store.commit(loaded, replace(loaded, steps_done=frozenset(steps)), (), NOW)
        assert store.load().steps_done == frozenset(steps)


def test_history_is_never_rewritten(store: SqlStore, tmp_path: Path) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    before = rows(tmp_path / "state.db")
    with pytest.raises(ValueError, match="history only grows"):
        store.commit(loaded, replace(loaded, history=(), inventory="changed"), (mail(1),), NOW)
    assert rows(tmp_path / "state.db") == before


def test_run_that_decided_on_old_facts_is_refused(store: SqlStore, tmp_path: Path) -> None:
    old = store.load()
    store.commit(old, MEMORY, (), NOW)
    before = rows(tmp_path / "state.db")
    with pytest.raises(OutsideError) as refused:
        store.commit(old, replace(MEMORY, inventory="other"), (mail(1),), NOW)
    assert not refused.value.permanent
    assert rows(tmp_path / "state.db") == before


@pytest.mark.parametrize("position", [0, 1, 2])
def test_commit_is_all_or_nothing(store: SqlStore, tmp_path: Path, position: int) -> None:
    store.commit(store.load(), MEMORY, (mail(1),), NOW)
    before, loaded = rows(tmp_path / "state.db"), store.load()
    broken = replace(mail(9), subject=None)  # type: ignore[arg-type]  # what the tables refuse
    mails = [mail(2), mail(3)]
    mails.insert(position, broken)
    with pytest.raises(IntegrityError):
        store.commit(loaded, replace(loaded, actors={}, inventory="x", steps_done=frozenset()), mails, LATER)
    assert rows(tmp_path / "state.db") == before
    assert store.load() == loaded


def test_written_digests_are_the_reported_weeks(store: SqlStore) -> None:
    other = replace(mail(2), key="welcome:u1:abc", kind=MailKind.WELCOME)
    store.commit(store.load(), MEMORY, (mail(1), other), NOW)
    assert store.load().reported_weeks == frozenset({"2026-W48"})


def test_runs_come_newest_first_and_limited(store: SqlStore) -> None:
    runs = [
        RunRecord(started_at=NOW + timedelta(minutes=minute), outcome="ok", reads=1, cells_written=minute, seconds=0.25)
        for minute in range(4)
    ]
    runs[3] = RunRecord(started_at=LATER, outcome="failed", problem="The sheet is not there.")
    for run in runs:
        store.record(run)
    assert store.runs(3) == (runs[3], runs[2], runs[1])


def test_moment_without_a_zone_is_refused(store: SqlStore) -> None:
    naive = RunRecord(started_at=NOW.replace(tzinfo=None), outcome="ok")
    with pytest.raises(Exception, match="time zone"):
        store.record(naive)
    assert store.runs(5) == ()


def test_address_id_depends_on_the_store_and_not_on_case(tmp_path: Path) -> None:
    one, other = (open_store(tmp_path / name).load() for name in ("one.db", "other.db"))
    assert one.address_id(" Joerg@Example.org") == one.address_id("joerg@example.org")
    assert one.address_id("joerg@example.org") == open_store(tmp_path / "one.db").load().address_id("joerg@example.org")
    assert (
        len({one.address_id("joerg@example.org"), other.address_id("joerg@example.org"), one.address_id("a@b.de")}) == 3
    )


def test_two_writers_wait_for_each_other(store: SqlStore, tmp_path: Path) -> None:
    """A writer holds the lock from its first statement on, so that no other can read old facts and then write."""
    impatient = sqlite3.connect(tmp_path / "state.db", timeout=0, isolation_level=None)
    try:
        with store.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
        with store.reading():
            impatient.execute("BEGIN IMMEDIATE")
            impatient.execute("ROLLBACK")
    finally:
        impatient.close()


def test_tabs_are_known_for_the_day_on_which_they_were_listed(tmp_path: Path) -> None:
    today, tabs = date(2026, 11, 24), (KnownTab(id="7", title="Akteure"), KnownTab(id="3", title="Termine"))
    with opened_store(tmp_path / "state.db") as store:
        assert (store.known_tabs(today), store.tab_ids()) == ((), {})
        store.commit(store.load(), MEMORY, (), NOW)
        assert store.tab_ids() == {"overview": "17"}
        store.keep_tabs(tabs, today)
        assert (store.known_tabs(today), store.known_tabs(date(2026, 11, 25))) == (tabs, ())
        store.keep_tabs((), today)
        assert store.known_tabs(today) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {DONE.key: DONE},
        {SIGNED.key: replace(SIGNED, silent=False), DONE.key: DONE},
        {SIGNED.key: SIGNED, DONE.key: replace(DONE, day=date(2026, 11, 24))},
    ],
)
def test_what_happened_is_never_rewritten(store: SqlStore, tmp_path: Path, changed: dict[str, Event]) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    before = rows(tmp_path / "state.db")
    with pytest.raises(ValueError, match="events only grow"):
        store.commit(loaded, replace(loaded, events=changed, inventory="changed"), (mail(1),), LATER)
    assert rows(tmp_path / "state.db") == before


def test_objection_is_never_taken_back(store: SqlStore, tmp_path: Path) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    before = rows(tmp_path / "state.db")
    with pytest.raises(ValueError, match="objections only grow"):
        store.commit(loaded, replace(loaded, objections=frozenset({"4e5f"})), (mail(1),), LATER)
    assert rows(tmp_path / "state.db") == before


def test_confirmed_signature_is_an_event_and_no_longer_pending(store: SqlStore) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    withdrawn = Event(key="loi_withdrawn:u9", kind=EventKind.WITHDRAWN, day=date(2026, 11, 24), uid="u9")
    after = replace(
        loaded,
        events={**loaded.events, withdrawn.key: withdrawn},
        pending={"loi_signed:u2": LATER},
        objections=loaded.objections | {"4e5f"},
        erased={**loaded.erased, "6a7b": "u7"},
    )
    store.commit(loaded, after, (), LATER)
    assert facts(store.load()) == facts(after)


def test_pending_moments_come_back_as_utc_and_need_a_zone(store: SqlStore) -> None:
    store.commit(store.load(), MEMORY, (), NOW)
    loaded = store.load()
    assert [moment.tzinfo for moment in loaded.pending.values()] == [UTC]
    with pytest.raises(Exception, match="time zone"):
        store.commit(loaded, replace(loaded, pending={"loi_signed:u2": NOW.replace(tzinfo=None)}), (), LATER)
    assert store.load() == loaded


@pytest.mark.parametrize(
    "found_meanwhile",
    [
        replace(MEMORY, events={SIGNED.key: SIGNED}),
        replace(MEMORY, pending={}),
        replace(MEMORY, objections=frozenset()),
        replace(MEMORY, erased={}),
    ],
)
def test_run_that_missed_what_another_found_is_refused(store: SqlStore, found_meanwhile: Memory) -> None:
    old = store.load()
    store.commit(old, found_meanwhile, (), NOW)
    with pytest.raises(OutsideError, match="start over"):
        store.commit(old, MEMORY, (), NOW)
    assert facts(store.load()) == found_meanwhile


def test_run_that_could_not_read_the_letters_leaves_a_baseline(store: SqlStore) -> None:
    store.commit(store.load(), replace(MEMORY, is_baseline=True), (), NOW)
    assert facts(store.load()) == replace(MEMORY, is_baseline=True)
    store.commit(store.load(), MEMORY, (), LATER)
    assert facts(store.load()) == MEMORY


def test_last_run_is_the_newest_of_these_outcomes_that_began_by_then(store: SqlStore) -> None:
    first, second, third = (
        RunRecord(started_at=NOW + timedelta(hours=hour), outcome=outcome, trigger=Trigger.TICK)
        for hour, outcome in enumerate((RunOutcome.OK, RunOutcome.HELD, RunOutcome.FAILED))
    )
    assert store.last_run() is None
    for run in (first, second, third):
        store.record(run)
    assert (store.last_run(), store.last_run(until=NOW + timedelta(minutes=90))) == (third, second)
    assert (store.last_run(RunOutcome.OK), store.last_run(RunOutcome.OK, RunOutcome.HELD)) == (first, second)
    assert store.last_run(RunOutcome.BEGUN) is None
    assert store.last_run(until=NOW - timedelta(seconds=1)) is None


def test_state_from_before_there_were_events_is_a_baseline(tmp_path: Path) -> None:
    """Else everybody who signed long ago would be news after an update; what else it knows stays."""
    (tmp_path / "state.db").touch()
    engine, config = _engine(tmp_path / "state.db"), _migration_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        values = {"first_commit": "2026-06-01T08:00:00+02:00", "inventory": MEMORY.inventory}
        connection.execute(insert(tables.meta), [{"name": name, "value": value} for name, value in values.items()])
    assert facts(open_store(tmp_path / "state.db").load()) == Memory(inventory=MEMORY.inventory)
