"""Emptying the outbox over SMTP: the Mailer port.

    recover      what a crash left half done
    pause?       the whole queue waits
    due mails    oldest first, at most `CAP`, within `BUDGET`
      claim → offer → note the dot → dot → settle          each mail, each in its own transaction
    QUIT

What belongs here: the order, and what ends a drain. What an answer means is `sync.delivery.answers`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reports.mail import MailKind, MailState, QueuedMail, fingerprint_of
from reports.message import envelope_address, is_mailable
from sync.delivery.answers import Uncertain, Verdict, verdict
from sync.delivery.smtp import Ended, Server, Session
from sync.ports import Drained, Pause, Store, Takes

CAP = 50
"""How many mails one drain tries: more at once is no work of a climate team but a mistake."""

BUDGET = 120.0
"""How long a drain begins new mails, s."""

CHANGED = "The stored mail is not the one that was written: it was not sent."
NO_ADDRESS = "The address is none that a mail can be sent to."


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The Mailer port on a mail server.

    `sender` is our own address; `redirect_to` gets every mail instead of its recipient, "" means nobody does. `clock`
    counts seconds from anywhere.
    """

    server: Server
    sender: str
    redirect_to: str = ""
    uncertain: Uncertain = "resend"
    clock: Callable[[], float] = time.monotonic

    def drain(self, store: Store, now: datetime, takes: Takes | None = None) -> Drained:
        """Hand over what is due and note how each try ended; `now` carries the alliance's zone.

        Raises `OutsideError` when the store fails: a mail that was under way then is never counted as sent.
        """
        expired = put_right(store, now)
        pause = store.pause()
        if pause is not None and pause.until is not None and now < pause.until:
            return Drained(given_up=expired)
        if pause is not None and not any(queued.state.is_open for queued in store.outbox()):
            change_pause(store, None)  # nothing is left that could find out whether it is over
        due = due_mails(store, now, takes, with_uncertain=self.uncertain == "resend")
        states = list(self._tries(store, due[:CAP], now, takes))
        return Drained(
            sent=states.count(MailState.SENT),
            given_up=expired + states.count(MailState.FAILED),
            capped=len(due) > CAP,
        )

    def _tries(
        self, store: Store, mails: Sequence[QueuedMail], now: datetime, takes: Takes | None
    ) -> Iterator[MailState]:
        """Yield where each mail stands after its try; ends early when going on is of no use today."""
        ends_at, session = self.clock() + BUDGET, Session(self.server)
        try:
            for at, queued in enumerate(mails):
                if self.clock() >= ends_at:
                    return
                if takes is not None and not takes(queued):
                    continue
                if (problem := _obstacle(queued)) != "":
                    yield from _give_up(store, queued, problem, now)
                    continue
                if not session.is_open and (stopped := session.open()) is not None:
                    self._postpone(store, mails[at:], stopped, now)
                    return
                if not store.claim(queued.number, now):
                    continue
                found = self._try(store, session, queued, now)
                yield found.state
                if found.pause is not None or not (session.is_open or session.carried):
                    return
        finally:
            session.close()

    def _try(self, store: Store, session: Session, queued: QueuedMail, now: datetime) -> Verdict:
        """Try one mail that is claimed, over an open connection."""
        ended = session.send(
            self.sender,
            envelope_address(self.redirect_to or queued.mail.recipient),
            queued.mail.message,
            lambda: store.before_dot(queued.number, now),
        )
        found = verdict(ended.stage, ended.answer, queued, now, self.uncertain)
        _settle(store, queued, found, now)
        if found.pause is not None or found.state is MailState.SENT:
            change_pause(store, found.pause)
        return found

    def _postpone(self, store: Store, mails: Sequence[QueuedMail], stopped: Ended, now: datetime) -> None:
        """Note for all of them what kept the connection from coming about: no other mail gets through today either."""
        for queued in mails:
            found = verdict(stopped.stage, stopped.answer, queued, now, self.uncertain)
            if found.pause is not None:
                change_pause(store, found.pause)
                return
            if store.claim(queued.number, now):
                _settle(store, queued, replace(found, state=queued.state), now)


def put_right(store: Store, now: datetime) -> int:
    """Recover what a crash left, expire what is too old, and return how many mails that gave up for good."""
    open_before = {queued.number for queued in store.outbox() if queued.state.is_open}
    if not open_before:
        return 0
    store.recover(now)
    return sum(queued.state is MailState.EXPIRED for queued in store.outbox() if queued.number in open_before)


def due_mails(store: Store, now: datetime, takes: Takes | None, *, with_uncertain: bool) -> list[QueuedMail]:
    """Return the mails that are to be tried now, oldest first; the fuse's row is none. `takes` is None for all."""
    states = {MailState.QUEUED, *([MailState.UNCERTAIN] if with_uncertain else [])}
    return [
        queued
        for queued in store.outbox()
        if queued.state in states
        and queued.mail.kind is not MailKind.FUSE
        and (queued.next_at is None or queued.next_at <= now)
        and (takes is None or takes(queued))
    ]


def is_changed(queued: QueuedMail) -> bool:
    """Say whether the stored message is not the one that was written; an older version's mails cannot tell."""
    return queued.fingerprint not in {"", fingerprint_of(queued.mail.message)}


def change_pause(store: Store, pause: Pause | None) -> None:
    """Pause the queue, or let it go on (None); one that goes on for the same reason began when it began."""
    before = store.pause()
    if before is not None and pause is not None and before.reason is pause.reason:
        pause = replace(pause, since=before.since)
    if pause != before:
        store.set_pause(pause)


def _obstacle(queued: QueuedMail) -> str:
    """Return why this mail cannot go out, whatever a server says; "" when it can."""
    if is_changed(queued):
        return CHANGED
    return "" if is_mailable(queued.mail.recipient) else NO_ADDRESS


def _give_up(store: Store, queued: QueuedMail, problem: str, now: datetime) -> Iterator[MailState]:
    if store.claim(queued.number, now):
        store.settle(queued.number, MailState.FAILED, now, problem=problem, counts=False)
        yield MailState.FAILED


def _settle(store: Store, queued: QueuedMail, found: Verdict, now: datetime) -> None:
    store.settle(queued.number, found.state, now, next_at=found.next_at, problem=found.problem, counts=found.counts)
