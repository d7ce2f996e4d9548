"""What becomes of a backup that takes the place of the present state: rows.

A backup does not know what happened since it was made, so it says nothing more of its own accord; and what must hold
for good is taken over from the present state. Which files are copied where is `sync.state.backup`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from reports.mail import MailKind, MailState
from sync.state import tables
from sync.state.memory_rows import load_memory, note_number
from sync.state.meta_rows import FIRST_COMMIT, SILENT_WEEK, TURN, read_value, write_value
from sync.state.outbox_rows import IS_OPEN, cancel_objected, end_mails, recover_mails, write_pause
from sync.state.store import SqlStore

MAYBE_SENT = "A backup was put back: the mail may have been sent since."

_LASTING = (tables.objection, tables.erased, tables.slot, tables.event)
"""What only grows, and holds whatever is put back."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was done to a backup: how many mails wait for a person now, how many objections were taken over.

    `erased` are the keyed hashes of names that were erased since (`Memory.name_id`). `knows_present` says whether the
    present state could be read and is one of the same memory: otherwise nothing was taken over.
    """

    held: int
    objections: int = 0
    erased: frozenset[str] = frozenset()
    knows_present: bool = False


def begin_anew(store: SqlStore, present: SqlStore | None, week: str, now: datetime) -> Restored:
    """Let the next run be a silent baseline in that ISO week, on top of what the present state must not lose.

    Every mail that is open waits for a person, because it may have been sent since. Mails are numbered on, and runs
    counted on, from the highest of both, so whatever an earlier run still wants to store is refused.
    """
    if present is None:
        with store.writing() as connection:
            return _anew(connection, None, week, now)
    with present.reading() as old, store.writing() as connection:
        return _anew(connection, old, week, now)


def _anew(connection: Connection, old: Connection | None, week: str, now: datetime) -> Restored:
    write_value(connection, FIRST_COMMIT, None)
    write_value(connection, SILENT_WEEK, week)
    write_pause(connection, None)
    for table in (tables.pending, tables.episode, tables.known_tab):
        connection.execute(delete(table))
    _count_on(connection, old, now)
    is_same = old is not None and load_memory(old).address_key == load_memory(connection).address_key
    if old is None or not is_same:
        return Restored(held=_hold(connection, now))
    objections, erased = _take_over(connection, old)
    return Restored(held=_hold(connection, now), objections=objections, erased=erased, knows_present=True)


def _take_over(connection: Connection, old: Connection) -> tuple[int, frozenset[str]]:
    """Take over what holds for good and how mails ended; return how many objections, and which names, were new."""
    before = load_memory(connection)
    for table in _LASTING:
        _add_missing(connection, table, old)
    _copy_all(connection, tables.episode, old)
    _end_as(connection, old)
    after = load_memory(connection)
    cancel_objected(connection, after, after.objections)
    return len(after.objections - before.objections), frozenset(after.erased.keys() - before.erased.keys())


def _count_on(connection: Connection, old: Connection | None, now: datetime) -> None:
    both = [connection] if old is None else [connection, old]
    note_number(connection, max(load_memory(one).last_number for one in both))
    turns = [int(read_value(one, TURN) or 0) for one in both]
    # No state counts a run a second: this is above the turn of one that cannot be read, too.
    write_value(connection, TURN, str(max(*turns, int(now.timestamp())) + 1))


def _add_missing(connection: Connection, table: Table, old: Connection) -> None:
    key = list(table.primary_key)
    known = {tuple(row) for row in connection.execute(select(*key))}
    names = [column.name for column in key]
    rows = [dict(row) for row in old.execute(select(table)).mappings()]
    _insert(connection, table, (row for row in rows if tuple(row[name] for name in names) not in known))


def _copy_all(connection: Connection, table: Table, old: Connection) -> None:
    _insert(connection, table, (dict(row) for row in old.execute(select(table)).mappings()))


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, object]]) -> None:
    if values := list(rows):
        connection.execute(insert(table), values)


def _end_as(connection: Connection, old: Connection) -> None:
    """Let mails that are open here be over as they are in the present state."""
    mail = tables.outbox.c
    open_here = {row.number: row.key for row in connection.execute(select(mail.number, mail.key).where(IS_OPEN))}
    for row in old.execute(select(mail.number, mail.key, mail.state, mail.sent_at).where(~IS_OPEN)):
        if open_here.get(row.number) == row.key:
            end_mails(connection, mail.number == row.number, MailState(row.state), sent_at=row.sent_at)


def _hold(connection: Connection, now: datetime) -> int:
    """Let every open mail wait for a ja that is yet to be written; return how many that are.

    A ja that stands beside it already may have been said of a mail that was sent. What tells the operator of a trouble
    that was is over, and the team never sees it.
    """
    recover_mails(connection, now)
    mail = tables.outbox.c
    end_mails(connection, IS_OPEN & (mail.kind == MailKind.OPERATOR), MailState.CANCELLED)
    waiting = {"state": MailState.WAITING.value, "shown": False, "next_at": None, "expires_at": None, "dot_at": None}
    connection.execute(update(tables.outbox).where(IS_OPEN & (mail.problem == "")).values(problem=MAYBE_SENT))
    connection.execute(update(tables.outbox).where(IS_OPEN).values(waiting))
    fuse = mail.kind == MailKind.FUSE
    return connection.scalar(select(func.count()).select_from(tables.outbox).where(IS_OPEN & ~fuse)) or 0
