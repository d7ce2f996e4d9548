"""The memory between runs, the outbox and the run history, in one database: the Store port on SQLAlchemy Core.

What belongs here: what is one transaction, and the rows of runs, tabs and episodes. The rows of the memory are
`sync.state.memory_rows`, mails `sync.state.outbox_rows`, the tables `sync.state.tables`, opening the file
`sync.state.database`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from reports.mail import Mail, MailKind, MailState, QueuedMail
from scoring.memory import Memory
from sync.errors import OutsideError
from sync.ports import Cause, KnownTab, Pause, RunOutcome, RunRecord, Trigger
from sync.state import tables
from sync.state.database import BUSY_SECONDS, compact, open_database
from sync.state.erasing import Forgotten, Spellings, forget
from sync.state.memory_rows import facts, load_memory, make_address_key, note_number, write_memory
from sync.state.meta_rows import TURN, read_value, write_value
from sync.state.outbox_rows import (
    add_mails,
    cancel_objected,
    claim_mail,
    load_outbox,
    mark_shown,
    note_dot,
    read_pause,
    recover_mails,
    release,
    retry_mail,
    settle_mail,
    write_pause,
)
from sync.timetable import Job

RUNS_KEPT = 10_000
"""How many runs the history holds: about a hundred days of one every 15 minutes."""

SLOTS_KEPT = timedelta(days=35)
"""How long a slot that is done is remembered: longer than a clock that is wrong goes unnoticed."""


def open_store(path: Path, busy: float = BUSY_SECONDS) -> "SqlStore":
    """Open the state file, creating or migrating it; raises `SetupError` with nothing changed when that cannot be done.

    A file that is missing gives an empty memory, which makes the next run a baseline. `busy` is how long, s, everything
    waits for another connection's write.
    """
    store = SqlStore(open_database(path, busy))
    with store.writing() as connection:
        make_address_key(connection)
    return store


@dataclass(frozen=True)
class SqlStore:
    """The Store port. Every method is one transaction; between them nothing is held open.

    All of them raise `OutsideError` when the database is locked, full or damaged.
    """

    engine: Engine
    turn: int | None = None
    """Which run this is; None for whoever begins none."""

    line: int | None = None
    """The number of its line in the run history; None as long as it has none."""

    def load(self) -> Memory:
        """Return what earlier runs left; `is_baseline` until the first commit of a run that could read the letters."""
        with self.reading() as connection:
            return load_memory(connection)

    def commit(
        self,
        before: Memory,
        after: Memory,
        mails: Sequence[Mail],
        now: datetime,
        *,
        last_number: int = 0,
        releases: Mapping[int, bool] | None = None,
        shown: Collection[int] = (),
    ) -> int:
        """Store the new memory, its history rows, the mails and what people released together; return how many are new.

        Only what differs is written. What is open for somebody who objected is cancelled. Raises `OutsideError` when
        the store holds neither `before` nor `after`: another run stored its result meanwhile, so this one decided on
        old facts and has to start over.
        """
        with self.writing() as connection:
            stored = load_memory(connection)
            if facts(stored) not in (facts(before), facts(after)):
                raise OutsideError("Another run stored its result meanwhile; this one has to start over.")
            write_memory(connection, stored, after, now)
            note_number(connection, last_number)
            mark_shown(connection, shown)
            release(connection, releases or {}, now)
            new = add_mails(connection, mails, now)
            cancel_objected(connection, stored, stored.objections | after.objections)
            return new

    def begin(self, run: RunRecord | None = None) -> "SqlStore":
        """Return the store for a run that begins now: whatever an earlier one still wants to store is refused.

        `run` is its line in the history until it has recorded how it went.
        """
        with replace(self, turn=None).writing() as connection:
            turn = _newest_turn(connection) + 1
            write_value(connection, TURN, str(turn))
            line = _add_run(connection, run) if run is not None else None
        return replace(self, turn=turn, line=line)

    def require_turn(self) -> None:
        """Raise `OutsideError` when another run began after this one did."""
        with self.reading() as connection:
            self._require_turn(connection)

    def record(self, run: RunRecord) -> None:
        """Append one run to the history, in place of the line with which it began; forget those of long ago."""
        number = tables.run.c.number
        with self.writing() as connection:
            if self.line is not None:
                connection.execute(delete(tables.run).where(number == self.line))
            newest = _add_run(connection, run)
            connection.execute(delete(tables.run).where(number <= newest - RUNS_KEPT))

    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """Return the newest runs, newest first."""
        with self.reading() as connection:
            return tuple(_run_record(row) for row in connection.execute(_RUNS.limit(limit)).mappings())

    def last_run(self, *outcomes: RunOutcome, until: datetime | None = None) -> RunRecord | None:
        """Return the newest run of these outcomes (none: of any) that began no later than `until`, None without one."""
        query = _RUNS.where(tables.run.c.outcome.in_(outcomes)) if outcomes else _RUNS
        query = query if until is None else query.where(tables.run.c.started_at <= until)
        with self.reading() as connection:
            row = connection.execute(query.limit(1)).mappings().first()
            return None if row is None else _run_record(row)

    def take_slot(self, job: Job, slot: datetime) -> bool:
        """Note that this slot is done, and forget those of long ago; False when it was."""
        done = tables.slot
        with self.writing() as connection:
            if connection.scalar(select(done.c.job).where(done.c.job == job, done.c.slot_at == slot)) is not None:
                return False
            connection.execute(insert(done), {"job": job.value, "slot_at": slot})
            connection.execute(delete(done).where(done.c.slot_at < slot - SLOTS_KEPT))
            return True

    def newest_slot(self, job: Job) -> datetime | None:
        """Return the newest slot that was done, None before the first."""
        with self.reading() as connection:
            newest: datetime | None = connection.scalar(
                select(func.max(tables.slot.c.slot_at)).where(tables.slot.c.job == job)
            )
            return newest

    def is_done(self, job: Job, slot: datetime) -> bool:
        """Say whether this slot was done."""
        done = tables.slot
        with self.reading() as connection:
            return connection.scalar(select(done.c.job).where(done.c.job == job, done.c.slot_at == slot)) is not None

    def outbox(self) -> tuple[QueuedMail, ...]:
        """Return every mail, oldest first; those that are over without address and message."""
        with self.reading() as connection:
            return load_outbox(connection)

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

    def note_shown(self, numbers: Collection[int]) -> None:
        """Remember that the sheet shows these mails, with nothing written at Freigabe yet."""
        with self.writing() as connection:
            mark_shown(connection, numbers)

    def release(self, number: int, now: datetime) -> bool:
        """Queue a mail that waits for Freigabe; False when no such mail waits, or it is the fuse's question."""
        with self.writing() as connection:
            waiting = {
                queued.number
                for queued in load_outbox(connection)
                if queued.state is MailState.WAITING and queued.mail.kind is not MailKind.FUSE
            }
            release(connection, {number: True} if number in waiting else {}, now)
            return number in waiting

    def retry(self, number: int) -> bool:
        """Let a mail that is uncertain, or waits for its next try, be due at once; False for any other."""
        with self.writing() as connection:
            return retry_mail(connection, number)

    def claim(self, number: int, now: datetime) -> bool:
        """Take an open, due mail for one try; False when it is not to be sent (any more), or somebody else has it."""
        with self.writing() as connection:
            return claim_mail(connection, number, now)

    def before_dot(self, number: int, now: datetime) -> None:
        """Note that the final dot of this try is about to be sent: from here on the mail may have arrived."""
        with self.writing() as connection:
            note_dot(connection, number, now)

    def settle(
        self,
        number: int,
        state: MailState,
        now: datetime,
        *,
        next_at: datetime | None = None,
        problem: str = "",
        counts: bool = True,
    ) -> None:
        """Note how the try ended; `counts` says whether it is one of the attempts. A mail that is over stays so.

        An end (not `MailState.is_open`) forgets address and message.
        """
        with self.writing() as connection:
            settle_mail(connection, number, state, now, next_at=next_at, problem=problem, counts=counts)

    def recover(self, now: datetime) -> int:
        """Put mails right that a crash left in sending: queued before the final dot, uncertain after; return how many.

        Also expires what is past its time, or was stored more than 90 days ago.
        """
        with self.writing() as connection:
            return recover_mails(connection, now)

    def pause(self) -> Pause | None:
        """Return why the whole queue waits, None when it does not."""
        with self.reading() as connection:
            return read_pause(connection)

    def set_pause(self, pause: Pause | None) -> None:
        """Let the whole queue wait, or go on (None)."""
        with self.writing() as connection:
            write_pause(connection, pause)

    def episodes(self) -> Mapping[Cause, datetime]:
        """Return what is failing now, and since when."""
        with self.reading() as connection:
            return {Cause(row.cause): row.since for row in connection.execute(select(tables.episode))}

    def begin_episode(self, cause: Cause, mails: Sequence[Mail], now: datetime) -> bool:
        """Note that something began to fail and queue what tells the operator; False when it was known."""
        with self.writing() as connection:
            known = connection.scalar(select(tables.episode.c.cause).where(tables.episode.c.cause == cause))
            if known is None:
                connection.execute(insert(tables.episode), {"cause": cause.value, "since": now})
                add_mails(connection, mails, now)
            return known is None

    def end_episode(self, cause: Cause, mails: Sequence[Mail], now: datetime) -> bool:
        """Note that it is over and queue what tells the operator; False when nothing was failing."""
        with self.writing() as connection:
            ended = connection.execute(delete(tables.episode).where(tables.episode.c.cause == cause)).rowcount == 1
            if ended:
                add_mails(connection, mails, now)
            return ended

    def object_to_mail(self, address: str) -> int:
        """Remember that nobody must ever mail this address again, cancel what is open for it, return how many."""
        with self.writing() as connection:
            memory = load_memory(connection)
            address_id, objection = memory.address_id(address), tables.objection.c.address_id
            if connection.scalar(select(objection).where(objection == address_id)) is None:
                connection.execute(insert(tables.objection), {"address_id": address_id})
            return cancel_objected(connection, memory, {address_id})

    def erase(self, names: Sequence[str], pseudonym: str, before: Memory, after: Memory, now: datetime) -> Forgotten:
        """Store the memory without these names, put the pseudonym in their place everywhere, and rewrite the file.

        `after` is what is left of `before`. An open mail to or about them is cancelled. Raises `OutsideError` when the
        store holds another memory than `before`, as `commit` does.
        """
        with self.writing() as connection:
            stored = load_memory(connection)
            if facts(stored) != facts(before):
                raise OutsideError("A run stored its result meanwhile; nothing was erased, try again.")
            write_memory(connection, stored, after, now)
            forgotten = forget(connection, Spellings.of(names), pseudonym)
        with _outside_errors():
            compact(self.engine)
        return forgotten

    def close(self) -> None:
        """Let go of the engine; nothing is open or lost."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database."""
        try:
            with _outside_errors(), self.engine.connect().execution_options(read_only=True) as connection:
                yield connection
        except (LookupError, TypeError, ValueError) as error:  # quotes the value, and SQLite has no checksums
            raise _damaged("a value that no record can hold") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in one transaction: all of it is stored, or nothing."""
        with _outside_errors(), self.engine.begin() as connection:
            self._require_turn(connection)
            yield connection

    def _require_turn(self, connection: Connection) -> None:
        if self.turn is not None and _newest_turn(connection) != self.turn:
            raise OutsideError("Another run began meanwhile; this one has stopped and changed nothing more.")


_RUNS = select(*(tables.run.c[field.name] for field in fields(RunRecord))).order_by(tables.run.c.number.desc())
"""The run history, newest first."""


def _run_record(row: RowMapping) -> RunRecord:
    return RunRecord(**{**row, "outcome": RunOutcome(row["outcome"]), "trigger": Trigger(row["trigger"])})


def _add_run(connection: Connection, run: RunRecord) -> int:
    """Append a line to the run history and return its number."""
    connection.execute(insert(tables.run), asdict(run))
    return connection.scalar(select(func.max(tables.run.c.number))) or 0


def _newest_turn(connection: Connection) -> int:
    return int(read_value(connection, TURN) or 0)


@contextmanager
def _outside_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # a row that the tables refuse is a bug
    except OperationalError as error:
        if "decode" in str(error.orig):  # it quotes what it could not decode
            raise _damaged("a text that is none") from None
        if str(error.orig).startswith("no such "):  # another file took the place of the one that was opened
            raise _damaged(error.orig) from error
        raise OutsideError(f"The state file cannot be used now: {error.orig}.") from error
    except DatabaseError as error:
        raise _damaged(error.orig) from error


def _damaged(reason: object) -> OutsideError:
    return OutsideError(
        f"The state file is damaged ({reason}): go back to a backup with `klima-allianz restore`.", permanent=True
    )
