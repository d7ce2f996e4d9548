"""What is remembered between runs, in a database: the Store port on SQLAlchemy Core, an SQLite file today."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sync.ports import Store
from sync.state.database import open_database_to_look
from sync.state.nothing import NothingRemembered
from sync.state.store import SqlStore, open_store

__all__ = ["NothingRemembered", "SqlStore", "open_store", "opened_if_there", "opened_store", "opened_to_look"]


@contextmanager
def opened_store(path: Path) -> Iterator[SqlStore]:
    """Give the store in that file, made when it is missing; raises what `open_store` raises."""
    with closing(open_store(path)) as store:
        yield store


@contextmanager
def opened_to_look(path: Path) -> Iterator[Store]:
    """Give the store for those who only look: the file stays as it is, of its version or missing."""
    engine = open_database_to_look(path)
    if engine is None:
        yield NothingRemembered()
    else:
        with closing(SqlStore(engine)) as store:
            yield store


@contextmanager
def opened_if_there(path: Path) -> Iterator[Store]:
    """Give the store for those who may have something to forget: a file that is missing stays missing."""
    if path.exists():
        with opened_store(path) as store:
            yield store
    else:
        yield NothingRemembered()
