"""Fixtures of delivery: one mail server and one store for all tests of a module, both emptied for each."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from scoring.memory import Memory
from sync.state import tables
from sync.state.store import SqlStore, open_store
from tests.mail_server import MailServer, mail_server
from tests.sync.delivery.mails import NOW


@pytest.fixture(scope="module")
def running_server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running_server: MailServer) -> MailServer:
    """A server with STARTTLS and log-in that does nothing wrong yet."""
    running_server.begin()
    return running_server


MEMORY_DISK = Path("/dev/shm")  # noqa: S108  where the many small transactions of these tests cost nothing


@pytest.fixture(scope="module")
def memory_folder() -> Iterator[Path]:
    """A folder where files cost no disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def opened_store(memory_folder: Path) -> Iterator[SqlStore]:
    store = open_store(memory_folder / "state.db")
    store.commit(store.load(), Memory(is_baseline=False), (), NOW)
    yield store
    store.close()


@pytest.fixture
def store(opened_store: SqlStore) -> SqlStore:
    """A store without mails; their numbers begin at 1."""
    with opened_store.writing() as connection:
        for table in (tables.outbox, tables.episode, tables.objection):
            connection.execute(delete(table))
        connection.execute(delete(tables.meta).where(tables.meta.c.name == "pause"))
    return opened_store
