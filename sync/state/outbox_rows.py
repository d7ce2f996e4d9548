"""The outbox as rows: mails that are stored once, claimed, settled, released, given up.

Every function takes the connection of a transaction that `sync.state.store` holds. What a mail server's answer means
is decided in `sync.delivery.answers`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, insert, or_, select, update

from reports.mail import Mail, MailKind, MailState, QueuedMail, fingerprint_of
from scoring.memory import Memory
from sync.ports import Pause, PauseReason
from sync.state.meta_rows import LAST_NUMBER, PAUSE, read_value, write_value
from sync.state.tables import outbox

KEPT = timedelta(days=90)
"""Nobody's address is kept for longer than this in a mail that does not get away."""

TOO_LATE = "It was not delivered in time."
INTERRUPTED = "The program was interrupted before the mail server answered: the mail may have arrived."

_MAIL = [field.name for field in fields(Mail) if field.name in outbox.c]
IS_OPEN = outbox.c.state.in_([state.value for state in MailState if state.is_open])
"""Which rows may still go out."""

_FOR_DELIVERY = outbox.c.kind != MailKind.FUSE


def load_outbox(connection: Connection) -> tuple[QueuedMail, ...]:
    """Return every mail, oldest first."""
    return tuple(map(_queued_mail, connection.execute(select(outbox).order_by(outbox.c.number)).mappings()))


def add_mails(connection: Connection, mails: Sequence[Mail], now: datetime) -> int:
    """Insert the mails whose key is new, in their order; return how many. Of two with one key the first counts.

    They are numbered on from the highest number that any mail ever had: one in the sheet means one mail for good.
    """
    keys = [mail.key for mail in mails]
    known = set(connection.scalars(select(outbox.c.key).where(outbox.c.key.in_(keys))))
    new = {mail.key: mail for mail in reversed(mails) if mail.key not in known}
    shown = int(read_value(connection, LAST_NUMBER) or 0)
    first = max(connection.scalar(select(func.max(outbox.c.number))) or 0, shown) + 1
    for number, mail in enumerate(sorted(new.values(), key=mails.index), first):
        connection.execute(insert(outbox), _new_row(number, mail, now))
    return len(new)


def release(connection: Connection, said: Mapping[int, bool], now: datetime) -> None:
    """Queue the mails that wait for Freigabe, or cancel what is open; numbers of others are ignored.

    The fuse's row is over whatever was said: there is nothing to send.
    """
    open_ = (outbox.c.number.in_(said)) & IS_OPEN & (outbox.c.state != MailState.SENDING.value)
    for number, kind, state in connection.execute(
        select(outbox.c.number, outbox.c.kind, outbox.c.state).where(open_)
    ).all():
        if not said[number] or kind == MailKind.FUSE:
            end_mails(connection, outbox.c.number == number, MailState.CANCELLED)
        elif state == MailState.WAITING:
            queued = {"state": MailState.QUEUED.value, "expires_at": now + MailKind(kind).lifetime}
            connection.execute(update(outbox).where(outbox.c.number == number).values(queued))


def mark_shown(connection: Connection, numbers: Collection[int]) -> None:
    """Note that the sheet shows these mails while nobody has said anything about them yet."""
    if numbers:
        connection.execute(update(outbox).where(outbox.c.number.in_(numbers)).values(shown=True))


def retry_mail(connection: Connection, number: int) -> bool:
    """Let a mail that waits for its next try, or may have arrived, be due at once; False for any other."""
    tried = outbox.c.state.in_([MailState.QUEUED.value, MailState.UNCERTAIN.value])
    due = {"state": MailState.QUEUED.value, "next_at": None}
    return (
        connection.execute(update(outbox).where(outbox.c.number == number, tried, _FOR_DELIVERY).values(due)).rowcount
        == 1
    )


def claim_mail(connection: Connection, number: int, now: datetime) -> bool:
    """Take the mail for one try, if it may be sent now and nobody else has taken it."""
    due = or_(outbox.c.next_at.is_(None), outbox.c.next_at <= now)
    alive = or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now)
    open_ = outbox.c.state.in_([MailState.QUEUED.value, MailState.UNCERTAIN.value])
    claimed = connection.execute(
        update(outbox)
        .where(outbox.c.number == number, open_, due, alive, _FOR_DELIVERY)
        .values(state=MailState.SENDING.value, dot_at=None)
    )
    return claimed.rowcount == 1


def note_dot(connection: Connection, number: int, now: datetime) -> None:
    """Note when the final dot was about to be sent."""
    sending = (outbox.c.number == number) & (outbox.c.state == MailState.SENDING)
    connection.execute(update(outbox).where(sending).values(dot_at=now))


def settle_mail(
    connection: Connection,
    number: int,
    state: MailState,
    now: datetime,
    *,
    next_at: datetime | None,
    problem: str,
    counts: bool,
) -> None:
    """Note how a try ended; what is over stays as it is."""
    tried = (outbox.c.number == number) & IS_OPEN
    values = {"next_at": next_at, "problem": problem, "attempts": outbox.c.attempts + int(counts)}
    connection.execute(update(outbox).where(tried).values(values))
    if state.is_open:
        connection.execute(update(outbox).where(tried).values(state=state.value))
    else:
        end_mails(connection, tried, state, sent_at=now if state is MailState.SENT else None)


def recover_mails(connection: Connection, now: datetime) -> int:
    """Put right what a crash left in sending, expire what is past its time; return how many mails that were."""
    sending = outbox.c.state == MailState.SENDING
    at_once = {"state": MailState.QUEUED.value, "next_at": None}
    maybe = {"state": MailState.UNCERTAIN.value, "next_at": None, "problem": INTERRUPTED}
    before = connection.execute(update(outbox).where(sending, outbox.c.dot_at.is_(None)).values(at_once)).rowcount
    after = connection.execute(update(outbox).where(sending, outbox.c.dot_at.is_not(None)).values(maybe)).rowcount
    late = or_(outbox.c.expires_at <= now, outbox.c.created_at <= now - KEPT) & IS_OPEN & _FOR_DELIVERY
    unexplained = late & (outbox.c.problem == "")
    connection.execute(update(outbox).where(unexplained).values(problem=TOO_LATE))
    return before + after + end_mails(connection, late, MailState.EXPIRED)


def cancel_objected(connection: Connection, memory: Memory, objections: Collection[str]) -> int:
    """Cancel the open mails to everybody who objected (`Memory.address_id`); return how many that were."""
    if not objections:
        return 0
    open_ = connection.execute(select(outbox.c.number, outbox.c.recipient).where(IS_OPEN, _FOR_DELIVERY)).all()
    numbers = [number for number, recipient in open_ if memory.address_id(recipient) in objections]
    return end_mails(connection, outbox.c.number.in_(numbers), MailState.CANCELLED)


def read_pause(connection: Connection) -> Pause | None:
    """Return why the whole queue waits, None when it does not."""
    text = read_value(connection, PAUSE)
    if text is None:
        return None
    row = json.loads(text)
    until = datetime.fromisoformat(row["until"]) if row["until"] else None
    return Pause(reason=PauseReason(row["reason"]), since=datetime.fromisoformat(row["since"]), until=until)


def write_pause(connection: Connection, pause: Pause | None) -> None:
    """Keep the pause, or forget it (None)."""
    if pause is None:
        write_value(connection, PAUSE, None)
        return
    row = {"reason": pause.reason.value, "since": pause.since.isoformat()}
    row |= {"until": pause.until.isoformat() if pause.until else ""}
    write_value(connection, PAUSE, json.dumps(row))


def end_mails(
    connection: Connection, which: ColumnElement[bool], state: MailState, *, sent_at: datetime | None = None
) -> int:
    """Let the mails be over and return how many, without address and message, and without the preview's long text.

    Of a mail to a contact nothing stays that names the person.
    """
    needed = connection.execute(select(outbox.c.number, outbox.c.preview).where(which, outbox.c.needs_release)).all()
    previews = {number: preview.strip().partition("\n")[0].strip() for number, preview in needed}
    kept = case(previews, value=outbox.c.number, else_=outbox.c.preview) if previews else outbox.c.preview
    contact = outbox.c.kind == MailKind.WELCOME
    values = {"state": state.value, "sent_at": sent_at, "next_at": None, "recipient": "", "message": b""}
    forgotten = {
        "preview": case((contact, ""), else_=kept),
        "recipient_name": case((contact, ""), else_=outbox.c.recipient_name),
    }
    return connection.execute(update(outbox).where(which).values({**values, **forgotten})).rowcount


def _queued_mail(row: RowMapping) -> QueuedMail:
    mail = {name: row[name] for name in _MAIL} | {"kind": MailKind(row["kind"])}
    delivery = {field.name: row[field.name] for field in fields(QueuedMail) if field.name != "mail"}
    return QueuedMail(**{**delivery, "mail": Mail(**mail), "state": MailState(row["state"])})


def _new_row(number: int, mail: Mail, now: datetime) -> dict[str, object]:
    queued = QueuedMail(
        number=number,
        mail=mail,
        state=MailState.WAITING if mail.needs_release else MailState.QUEUED,
        created_at=now,
        fingerprint=fingerprint_of(mail.message),
        expires_at=None if mail.needs_release else now + mail.kind.lifetime,
    )
    row = {field.name: getattr(queued, field.name) for field in fields(QueuedMail) if field.name != "mail"}
    return {name: getattr(mail, name) for name in _MAIL} | row
