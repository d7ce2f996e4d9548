"""SIGKILL at every SQL statement of a commit, and at its end: before or after, never in between."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import event

from reports.mail import Mail, MailKind
from scoring.domain import Stage
from scoring.memory import HistoryRow, Memory, RememberedActor
from sync.state.store import SqlStore, open_store

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

FIRST = Memory(
    actors={
        "u1": RememberedActor(uid="u1", key="a", name="A", aliases=("old",), evidence=Stage.TALKED),
        "u2": RememberedActor(uid="u2", key="b", name="B"),
    },
    notes_since={"n1": date(2026, 11, 1)},
    tab_ids={"overview": "1"},
    is_baseline=False,
)
SECOND = Memory(
    actors={"u1": replace(FIRST.actors["u1"], aliases=("older", "old"), evidence=Stage.SIGNED)},
    steps_done=frozenset({1}),
    history=(
        HistoryRow(day=date(2026, 11, 23), coverage_min=0.1, coverage_mid=0.2, coverage_max=0.3, members=1, step=2),
    ),
    inventory="BISKO 2023: 5 t",
    notes_since={"n2": date(2026, 11, 23)},
    tab_ids={"overview": "1", "steps": "2"},
    is_baseline=False,
)
MAILS = tuple(
    Mail(key=f"digest:2026-W48:{who}", kind=MailKind.DIGEST, recipient=f"{who}@example.org", subject="s", message=b"m")
    for who in "ab"
)


def kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def commit_in_a_child(path: Path, prepare: Callable[[SqlStore], None]) -> int:
    """Commit `SECOND` in a process of its own and return the signal that ended it, 0 for none."""
    child = os.fork()
    if child == 0:
        try:
            store = open_store(path)
            prepare(store)
            store.commit(FIRST, SECOND, MAILS, NOW)
            os._exit(0)
        finally:
            os._exit(1)  # whatever was raised must not run the rest of the suite twice
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at_statement(number: int) -> Callable[[SqlStore], None]:
    def prepare(store: SqlStore) -> None:
        seen = iter(range(1, number))
        event.listen(store.engine, "before_cursor_execute", lambda *_: None if next(seen, None) else kill())

    return prepare


def kill_at_the_end(store: SqlStore) -> None:
    event.listen(store.engine, "commit", kill)


def state(path: Path) -> tuple[Memory, tuple[str, ...]]:
    store = open_store(path)
    loaded = store.load()
    memory = replace(loaded, stages=(), address_key=b"", reported_weeks=frozenset(), last_report=None, last_number=0)
    return memory, tuple(queued.mail.key for queued in store.outbox())


def test_killed_commit_leaves_the_state_as_it_was_and_can_be_repeated(tmp_path: Path) -> None:
    keys = tuple(mail.key for mail in MAILS)
    path = tmp_path / "state.db"
    open_store(path).commit(open_store(path).load(), FIRST, (), NOW)
    killed = 0
    while commit_in_a_child(path, kill_at_statement(killed + 1)) == -signal.SIGKILL:
        killed += 1
        assert state(path) == (FIRST, ())
    assert killed > 15
    assert state(path) == (SECOND, keys)
    assert open_store(path).commit(FIRST, SECOND, MAILS, NOW) == 0
    assert state(path) == (SECOND, keys)


def test_kill_just_before_the_end_is_as_if_nothing_had_happened(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    open_store(path).commit(open_store(path).load(), FIRST, (), NOW)
    assert commit_in_a_child(path, kill_at_the_end) == -signal.SIGKILL
    assert state(path) == (FIRST, ())
