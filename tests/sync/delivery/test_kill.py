"""SIGKILL at every step of a drain, seen from both sides: after one restart every mail has arrived, and the same.

The sender is killed where it comes to a statement of the database, or where the server has come to a step.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from reports.mail import MailState
from scoring.memory import Memory
from sync.ports import Drained
from sync.state.store import SqlStore, open_store
from tests.mail_server import MailServer, Step
from tests.sync.delivery.mails import NOW, delivery, got, mail, queue, states


@pytest.fixture(scope="module")
def filled(memory_folder: Path) -> Path:
    """A state file with two mails to send."""
    path = memory_folder / "filled.db"
    store = open_store(path)
    store.commit(store.load(), Memory(is_baseline=False), (), NOW)
    queue(store, [mail("anna"), mail("ben")])
    store.close()
    return path


def kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def drain_in_a_child(path: Path, server: MailServer, prepare: Callable[[SqlStore], None]) -> int:
    """Drain in a process of its own and return the signal that ended it, 0 for none."""
    trusted = delivery(server)  # the test's authority is made once, in this process
    child = os.fork()
    if child == 0:
        try:
            store = open_store(path)
            prepare(store)
            trusted.drain(store, NOW)
            os._exit(0)
        finally:
            os._exit(1)  # whatever was raised must not run the rest of the suite twice
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at_statement(number: int) -> Callable[[SqlStore], None]:
    def prepare(store: SqlStore) -> None:
        left: Iterator[int] = iter(range(1, number))
        event.listen(store.engine, "before_cursor_execute", lambda *_: None if next(left, None) else kill())

    return prepare


def kill_at_commit(number: int) -> Callable[[SqlStore], None]:
    def prepare(store: SqlStore) -> None:
        left: Iterator[int] = iter(range(1, number))
        event.listen(store.engine, "commit", lambda *_: None if next(left, None) else kill())

    return prepare


@pytest.mark.parametrize(
    ("where", "points"), [(kill_at_commit, 7), pytest.param(kill_at_statement, 40, marks=pytest.mark.campaign)]
)
def test_killed_drain_loses_nothing_and_repeats_only_what_may_not_have_arrived(
    server: MailServer, filled: Path, where: Callable[[int], Callable[[SqlStore], None]], points: int
) -> None:
    killed, repeated = 0, 0
    while True:
        path = Path(shutil.copy(filled, filled.with_name(f"{killed}.db")))
        server.begin()
        if drain_in_a_child(path, server, where(killed + 1)) != -signal.SIGKILL:
            break
        killed += 1
        store = open_store(path)
        delivery(server).drain(store, NOW)
        assert states(store) == [MailState.SENT, MailState.SENT]
        arrived = got(server)  # compares every byte
        assert sorted(set(arrived)) == ["anna", "ben"]
        assert len(arrived) <= 3
        repeated += len(arrived) - 2
        assert delivery(server).drain(store, NOW) == Drained()
        store.close()
    assert got(server) == ["anna", "ben"]
    assert killed >= points
    assert repeated >= 2  # killed between dot and note: nobody can know, so it is sent again


def test_restart_after_a_kill_before_the_dot_sends_each_once(server: MailServer, filled: Path) -> None:
    path = Path(shutil.copy(filled, filled.with_name("once.db")))

    def prepare(store: SqlStore) -> None:
        class DiesBeforeTheDot(SqlStore):
            def before_dot(self, number: int, now: object) -> None:  # noqa: ARG002
                kill()

        delivery(server).drain(DiesBeforeTheDot(store.engine), NOW)

    assert drain_in_a_child(path, server, prepare) == -signal.SIGKILL
    store = open_store(path)
    assert delivery(server).drain(store, NOW) == Drained(sent=2)
    assert (got(server), server.asked.count(Step.BODY)) == (["anna", "ben"], 2)
    store.close()
