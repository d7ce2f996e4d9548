"""The memory between runs, the outbox and the run history, in one database: the Store port on SQLAlchemy Core.

What belongs here: what is one transaction, mails and runs. The rows of the memory are `sync.state.memory_rows`, the
tables `sync.state.tables`, opening the file `sync.state.database`, the transport of mails `sync.outbox`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from reports.mail import Mail, MailState, QueuedMail
from scoring.memory import Memory
from sync.errors import OutsideError
from sync.ports import KnownTab, RunOutcome, RunRecord
from sync.state import tables
from sync.state.database import open_database
from sync.state.memory_rows import facts, load_memory, make_address_key, write_memory


def open_store(path: Path) -> "SqlStore":
    """Open the state file, creating or migrating it; raises `SetupError` with nothing changed when that cannot be done.

    A file that is missing gives an empty memory, which makes the next run a baseline.
    """
    store = SqlStore(open_database(path))
    with store.writing() as connection:
        make_address_key(connection)
    return store


@dataclass(frozen=True)
class SqlStore:
    """The Store port. Every method is one transaction; between them nothing is held open.

    All of them raise `OutsideError` when the database is locked, full or damaged.
    """

    engine: Engine

    def load(self) -> Memory:
        """Return what earlier runs left; `is_baseline` until the first commit."""
        with self.reading() as connection:
            return load_memory(connection)

    def commit(
        self, before: Memory, after: Memory, mails: Sequence[Mail], now: datetime, *, last_number: int = 0
    ) -> int:
        """Store the new memory, its history rows and the mails together; return how many mails were new.

        Only what differs is written. Raises `OutsideError` when the store holds neither `before` nor `after`: another
        run stored its result meanwhile, so this one decided on old facts and has to start over.
        """
        with self.writing() as connection:
            stored = load_memory(connection)
            if facts(stored) not in (facts(before), facts(after)):
                raise OutsideError("Another run stored its result meanwhile; this one has to start over.")
            write_memory(connection, stored, after, now)
            return _queue(connection, mails, now, last_number)

    def record(self, run: RunRecord) -> None:
        """Append one run to the history."""
        with self.writing() as connection:
            connection.execute(insert(tables.run), asdict(run))

    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """Return the newest runs, newest first."""
        columns = [tables.run.c[field.name] for field in fields(RunRecord)]
        query = select(*columns).order_by(tables.run.c.number.desc()).limit(limit)
        with self.reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(RunRecord(**{**row, "outcome": RunOutcome(row["outcome"])}) for row in rows)

    def outbox(self) -> tuple[QueuedMail, ...]:
        """Return every mail, oldest first; those that are sent without address and message."""
        query = select(tables.outbox).order_by(tables.outbox.c.number)
        with self.reading() as connection:
            return tuple(_queued_mail(row) for row in connection.execute(query).mappings())

    def tab_ids(self) -> Mapping[str, str]:
        """Return the ids by which the last run knew the tabs, by name in code; {} before the first."""
        with self.reading() as connection:
            return {row.name: row.tab_id for row in connection.execute(select(tables.sheet_tab))}

    def known_tabs(self, today: date) -> tuple[KnownTab, ...]:
        """Return the tabs of the sheet as they were listed today; () when they were not."""
        known = tables.known_tab
        query = select(known.c.tab_id, known.c.title).where(known.c.seen_on == today).order_by(known.c.position)
        with self.reading() as connection:
            return tuple(KnownTab(id=row.tab_id, title=row.title) for row in connection.execute(query))

    def keep_tabs(self, tabs: Sequence[KnownTab], today: date) -> None:
        """Remember the tabs that the sheet lists today, instead of those before."""
        rows = [
            {"position": position, "tab_id": tab.id, "title": tab.title, "seen_on": today}
            for position, tab in enumerate(tabs)
        ]
        with self.writing() as connection:
            connection.execute(delete(tables.known_tab))
            if rows:
                connection.execute(insert(tables.known_tab), rows)

    def mark_sent(self, number: int, now: datetime) -> None:
        """Note that the mail was handed over, and forget its address and message; a second time changes nothing."""
        mail = tables.outbox
        with self.writing() as connection:
            connection.execute(
                update(mail)
                .where(mail.c.number == number, mail.c.state == MailState.QUEUED)
                .values(state=MailState.SENT, sent_at=now, recipient="", message=b"")
            )

    def close(self) -> None:
        """Let go of the engine; nothing is open or lost."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database."""
        try:
            with _outside_errors(), self.engine.connect().execution_options(read_only=True) as connection:
                yield connection
        except (TypeError, ValueError) as error:  # a value that no record can hold: SQLite has no checksums
            raise _damaged(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction: all of it is stored, or nothing."""
        with _outside_errors(), self.engine.begin() as connection:
            yield connection


@contextmanager
def _outside_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a row that the tables refuse is a bug
    except OperationalError as error:
        raise OutsideError(f"The state file cannot be used now: {error.orig}.") from error
    except DatabaseError as error:
        raise _damaged(error.orig) from error


def _damaged(reason: object) -> OutsideError:
    return OutsideError(f"The state file is damaged ({reason}): put a backup in its place.", permanent=True)


def _queued_mail(row: RowMapping) -> QueuedMail:
    return QueuedMail(
        number=row["number"],
        mail=Mail(**{field.name: row[field.name] for field in fields(Mail)}),
        state=MailState(row["state"]),
        created_at=row["created_at"],
        sent_at=row["sent_at"],
    )


def _queue(connection: Connection, mails: Sequence[Mail], now: datetime, last_number: int) -> int:
    """Insert the mails whose key is new, in their order; return how many. Of two with one key the first counts.

    They are numbered on from `last_number`, or from the last one stored: a number in the sheet means one mail for good.
    """
    keys = [mail.key for mail in mails]
    known = set(connection.scalars(select(tables.outbox.c.key).where(tables.outbox.c.key.in_(keys))))
    new = {mail.key: mail for mail in reversed(mails) if mail.key not in known}
    first = max(connection.scalar(select(func.max(tables.outbox.c.number))) or 0, last_number) + 1
    for number, mail in enumerate(sorted(new.values(), key=mails.index), first):
        row = asdict(mail) | {"number": number, "state": MailState.QUEUED, "created_at": now}
        connection.execute(insert(tables.outbox), row)
    return len(new)
