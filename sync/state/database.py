"""Opening the state file: checks before anything is changed, connection set-up, migrations.

All that is particular to SQLite stands here. What is in the tables is `sync.state.tables`, how it is used
`sync.state.store`.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, Pool, StaticPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from sync.errors import OutsideError, SetupError

SQLITE_MAGIC = b"SQLite format 3\0"
"""How every SQLite file begins."""

BUSY_SECONDS = 5.0
"""How long a connection waits for another one's write."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a file is expected to be, in the words of whoever has to do something when it is not."""

    name: str
    if_damaged: str
    if_other: str


STATE = Wanted(
    name="The state file",
    if_damaged="go back to a backup with `klima-allianz restore`, or move it away to start with an empty memory",
    if_other="name another one as [state] file",
)


def open_database(path: Path, busy: float = BUSY_SECONDS) -> Engine:
    """Return an engine on the state file with all migrations applied; a missing file is created, readable by its owner.

    Its connections wait `busy` seconds for another one's write. They never create a file: when it is gone, they raise
    `OutsideError`. This raises `SetupError`, and changes nothing, when the file is damaged, from a newer version, not a
    state file, or cannot be opened.
    """
    if _is_new(path):
        _create(path)
    revision = known_revision(path, busy=busy)
    engine = _engine(path, busy)
    if revision != _revisions()[0]:
        _migrate(engine)
    return engine


def open_database_to_look(path: Path) -> Engine | None:
    """Return an engine that cannot change the state file; None when there is no file, or nothing in it yet.

    A file of an older version is looked at in a copy in memory that is brought to this one: a worker of that version
    may be at work in it. Raises what `open_database` raises.
    """
    revision = None if _is_new(path) else known_revision(path)
    if revision is None:
        return None
    if revision == _revisions()[0]:
        return _engine(path, looks_only=True)
    copy = _copy_in_memory(path)
    engine = _engine_of(lambda: copy, StaticPool)
    _migrate(engine)
    return engine


def connect(path: Path, mode: str, busy: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Return a connection to a database that is there: a `mode` of "ro" or "rw" creates none."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=busy)


def copy_database(source: Path, mode: str, new: sqlite3.Connection) -> None:
    """Copy a database as it is at one moment, also while somebody writes; raises `sqlite3.Error` or `OutsideError`.

    Of a source that is opened "rw", SQLite itself takes away the empty files that a reader leaves beside it.
    """
    with closing(connect(source, mode)) as old:
        old.backup(new, progress=_patience(source), sleep=0.1)


def known_revision(path: Path, wanted: Wanted = STATE, busy: float = BUSY_SECONDS) -> str | None:
    """Return the version of the tables in the file, None for an empty one; reads all of it and cannot change it.

    Raises `SetupError` when it is damaged, from a newer version, not a state file, or cannot be opened.
    """
    _refuse_other_files(path, wanted)
    revision = _revision(path, wanted, busy)
    if revision not in (None, *_revisions()):
        raise SetupError(f"{wanted.name} {path} was written by a newer version: update this program.")
    return revision


def compact(engine: Engine) -> None:
    """Write the file anew without what was deleted: no byte of it stays, also not in the write-ahead log.

    Zeroing deleted rows (`secure_delete`) is not enough: what SQLite moves within a page it leaves behind.
    """
    try:
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise OutsideError(f"The state file is in use ({error}); do this again to clear its last traces.") from None


def _refuse_other_files(path: Path, wanted: Wanted) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        raise SetupError(f"{wanted.name} {path} cannot be opened: {error.strerror}.") from None
    if start and start != SQLITE_MAGIC[: len(start)]:
        raise SetupError(f"{path} is a file of another kind: {wanted.if_other}.")


def _is_new(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except FileNotFoundError:
        return True
    except OSError as error:
        raise SetupError(f"The state file {path} cannot be opened: {error.strerror}.") from None


def _create(path: Path) -> None:
    """Make an empty file that only its owner can read: queued mails hold addresses."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise SetupError(f"The state file {path} cannot be created: {error.strerror}.") from None


def _revision(path: Path, wanted: Wanted, busy: float) -> str | None:
    try:
        with closing(connect(path, "ro", busy)) as reader:
            (problem,) = reader.execute("PRAGMA integrity_check(1)").fetchone()
            tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            ours = "alembic_version" in tables
            revisions = [name for (name,) in reader.execute("SELECT version_num FROM alembic_version")] if ours else []
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise OutsideError(f"{wanted.name} {path} is in use by another program.") from None
        problem, tables, revisions = str(error), [], []
    except UnicodeDecodeError:  # what SQLite says quotes the damaged name of a table
        problem, tables, revisions = "a name that is none", [], []
    if problem != "ok":
        raise SetupError(f"{wanted.name} {path} is damaged ({problem.splitlines()[-1]}): {wanted.if_damaged}.")
    if tables and not revisions:
        raise SetupError(f"{path} is a database of another program: {wanted.if_other}.")
    return revisions[0] if revisions else None


def _of_state(path: Path, busy: float) -> sqlite3.Connection:
    """Connect to the state file; a new one in its place would be a service that has forgotten everything."""
    try:
        return connect(path, "rw", busy)
    except sqlite3.OperationalError:
        if path.exists():
            raise
        raise OutsideError(
            f"The state file {path} is gone: put it back, or go back to a backup with `klima-allianz restore`.",
            permanent=True,
        ) from None


def _copy_in_memory(path: Path) -> sqlite3.Connection:
    """Return a copy that nobody else can read and that is gone with the process, however it ends."""
    copy = sqlite3.connect(":memory:")
    try:
        copy_database(path, "rw", copy)
    except sqlite3.Error as error:
        raise OutsideError(f"The state file cannot be used now: {error}.") from None
    return copy


def _patience(source: Path) -> Callable[[int, int, int], None]:
    """Return what ends a copy that another program holds up: SQLite itself would wait for ever."""
    ends_at = time.monotonic() + BUSY_SECONDS

    def go_on(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > ends_at:
            raise OutsideError(f"{source} is in use by another program; try again.")

    return go_on


def _engine(path: Path, busy: float = BUSY_SECONDS, *, looks_only: bool = False) -> Engine:
    """Return an engine without a pool: between transactions no connection is open and the file complete in itself."""
    return _engine_of(lambda: _of_state(path, busy), NullPool, looks_only=looks_only)


def _engine_of(connection: Callable[[], sqlite3.Connection], pool: type[Pool], *, looks_only: bool = False) -> Engine:
    """Return an engine whose transactions are real ones: `BEGIN IMMEDIATE`, or `BEGIN` for those marked `read_only`.

    A deferred transaction that turns to writing fails at once whatever the timeout, so writers take the lock first.
    """
    engine = create_engine(
        "sqlite://",
        creator=connection,
        poolclass=pool,
        hide_parameters=True,  # errors and logs would quote mails and their addresses
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA secure_delete = ON")  # a sent mail's address leaves the file, not only the table
        if looks_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@cache
def _revisions() -> tuple[str, ...]:
    """Return the versions that this program knows, newest first."""
    scripts = ScriptDirectory.from_config(_migration_config())
    return tuple(script.revision for script in scripts.walk_revisions())


def _migrate(engine: Engine) -> None:
    """Apply what is missing in one transaction; a program that came first has left nothing to do."""
    config = _migration_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _migration_config() -> Config:
    """Return Alembic's configuration, which needs no file: where the migrations stand."""
    config = Config()
    config.set_main_option("script_location", "sync.state:migrations")
    return config
