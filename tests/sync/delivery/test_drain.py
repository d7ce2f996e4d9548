"""A drain: lost connections, pauses, the cap, the time limit, trials, and what must never go out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from reports.mail import MailKind, MailState
from sync.delivery import KeepingMailer
from sync.delivery.answers import LADDER
from sync.delivery.drain import BUDGET, CAP, CHANGED, NO_ADDRESS
from sync.errors import OutsideError
from sync.ports import Drained, Pause, PauseReason
from sync.state import tables
from sync.state.outbox_rows import INTERRUPTED
from sync.state.store import SqlStore
from tests.mail_server import Certificate, Fault, MailServer, Step, mail_server
from tests.sync.delivery.mails import BERLIN, IMPATIENT, NOW, delivery, got, mail, one, queue, states

SOON = NOW + LADDER[0]
QUEUED, SENT, UNCERTAIN, WAITING = MailState.QUEUED, MailState.SENT, MailState.UNCERTAIN, MailState.WAITING


def test_mails_go_out_oldest_first_over_one_connection_each_to_one_recipient(
    server: MailServer, store: SqlStore
) -> None:
    queue(store, [mail("anna"), mail("ben"), mail("cem")])
    assert delivery(server).drain(store, NOW) == Drained(sent=3)
    assert (got(server), server.protected) == (["anna", "ben", "cem"], [True, True, True])
    assert server.asked.count(Step.CONNECT) == 1
    assert [(queued.state, queued.sent_at, queued.problem) for queued in store.outbox()] == [(SENT, NOW, "")] * 3


def test_pause_is_over_when_nothing_is_left_that_could_find_out(server: MailServer, store: SqlStore) -> None:
    until = NOW + timedelta(hours=6)
    for pause in (Pause(reason=PauseReason.AUTH, since=NOW), Pause(reason=PauseReason.QUOTA, since=NOW, until=until)):
        store.set_pause(pause)
        assert delivery(server).drain(store, NOW) == Drained()
        left = pause if pause.until else None
        assert store.pause() == left
    assert delivery(server).drain(store, until) == Drained()
    assert (store.pause(), server.asked) == (None, [])


def test_pause_stays_while_a_mail_is_open_that_meets_it_again(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna")])
    server.begin(Fault(step=Step.AUTH, reply="535 5.7.8 no"))
    for hours in (0, 1):
        delivery(server).drain(store, NOW + timedelta(hours=hours))
    assert store.pause() == Pause(reason=PauseReason.AUTH, since=NOW)


def test_only_what_is_taken_goes_out(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("lena", kind=MailKind.WELCOME), mail("ben")])
    drained = delivery(server).drain(store, NOW, lambda queued: queued.mail.kind is not MailKind.WELCOME)
    assert (drained, got(server), states(store)) == (Drained(sent=2), ["anna", "ben"], [SENT, QUEUED, SENT])


def test_second_drain_asks_nobody(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna")])
    delivery(server).drain(store, NOW)
    server.begin()
    assert delivery(server).drain(store, SOON) == Drained()
    assert server.asked == []


def test_sent_is_stored_before_the_farewell(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben")])
    server.begin(Fault(step=Step.QUIT, hangs=True))
    assert delivery(server, timeout=IMPATIENT).drain(store, NOW) == Drained(sent=2)
    assert states(store) == [SENT, SENT]


@pytest.mark.parametrize("stores", [False, True])
@pytest.mark.parametrize("hangs", [False, True])
def test_lost_after_the_dot_is_sent_again_the_same(
    server: MailServer, store: SqlStore, stores: bool, hangs: bool
) -> None:
    queue(store, [mail("anna"), mail("ben")])
    server.begin(Fault(step=Step.BODY, to="anna@example.org", stores=stores, hangs=hangs, times=1))
    assert delivery(server, timeout=IMPATIENT if hangs else 10.0).drain(store, NOW) == Drained()
    assert [(queued.state, queued.next_at, queued.dot_at) for queued in store.outbox()] == [
        (UNCERTAIN, SOON, NOW),
        (QUEUED, None, None),
    ]
    assert delivery(server).drain(store, SOON) == Drained(sent=2)
    assert got(server) == ["anna"] * stores + ["anna", "ben"]  # `got` compares every byte, Message-ID included
    assert states(store) == [SENT, SENT]


@pytest.mark.parametrize("stores", [False, True])
def test_lost_after_the_dot_can_be_held_until_a_person_decides(
    server: MailServer, store: SqlStore, stores: bool
) -> None:
    queue(store, [mail("anna")])
    server.begin(Fault(step=Step.BODY, stores=stores, times=1))
    holding = delivery(server, uncertain="hold")
    for hours in range(5):
        holding.drain(store, NOW + timedelta(hours=hours))
    assert (states(store), got(server)) == ([UNCERTAIN], ["anna"] * stores)
    store.settle(1, MailState.QUEUED, SOON, counts=False)
    assert holding.drain(store, SOON) == Drained(sent=1)
    assert got(server) == ["anna"] * stores + ["anna"]


def test_lost_while_the_text_goes_over_is_never_forgotten(server: MailServer, store: SqlStore) -> None:
    """Nobody can tell whether the final dot still left: the server closes before it, the client learns it after."""
    queue(store, [mail("anna")])
    server.begin(Fault(step=Step.TEXT, times=1))
    delivery(server).drain(store, NOW)
    assert states(store)[0] in {QUEUED, UNCERTAIN}
    assert delivery(server).drain(store, SOON) == Drained(sent=1)
    assert got(server) == ["anna"]


EARLY = (Step.CONNECT, Step.EHLO, Step.STARTTLS, Step.AUTH, Step.MAIL, Step.RCPT, Step.DATA)


@pytest.mark.parametrize(
    ("step", "hangs"), [*((step, False) for step in EARLY), (Step.CONNECT, True), (Step.AUTH, True), (Step.RCPT, True)]
)
def test_lost_before_the_text_is_tried_later(server: MailServer, store: SqlStore, step: Step, hangs: bool) -> None:
    queue(store, [mail("anna")])
    server.begin(Fault(step=step, hangs=hangs, times=1))
    assert delivery(server, timeout=IMPATIENT if hangs else 10.0).drain(store, NOW) == Drained()
    assert (one(store).state, one(store).attempts, one(store).next_at) == (QUEUED, 1, SOON)
    assert one(store).problem.endswith("(no reply).")
    assert delivery(server).drain(store, SOON) == Drained(sent=1)
    assert got(server) == ["anna"]


def test_server_that_is_not_there_is_asked_once_a_drain(store: SqlStore) -> None:
    with mail_server() as gone:
        mailer = delivery(gone)
    queue(store, [mail("anna"), mail("ben")])
    assert mailer.drain(store, NOW) == Drained()
    assert [(queued.state, queued.attempts, queued.next_at) for queued in store.outbox()] == [(QUEUED, 1, SOON)] * 2


def test_connection_lost_in_between_is_made_anew_while_mails_get_through(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben"), mail("cem")])
    server.begin(Fault(step=Step.RCPT, reply="421 4.7.0 enough for now", to="ben@example.org", times=1))
    assert delivery(server).drain(store, NOW) == Drained(sent=2)
    assert (got(server), states(store)) == (["anna", "cem"], [SENT, QUEUED, SENT])
    assert server.asked.count(Step.CONNECT) == 2


def test_tries_become_rarer_until_the_mail_is_too_old(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna")])
    server.begin(Fault(step=Step.RCPT, reply="451 4.2.0 busy"))
    now, waits = NOW, []
    while (queued := one(store)).state is QUEUED:
        assert delivery(server).drain(store, now) == Drained()
        after = one(store)
        waits.append((after.next_at or now) - now)
        now = after.next_at or now
        if now >= NOW + MailKind.DIGEST.lifetime:
            assert delivery(server).drain(store, now) == Drained(given_up=1)
    hours = [1 / 60, 5 / 60, 0.5, 2, 6, 12, 12, 12, 12, 12, 12]
    assert waits == [timedelta(hours=wait) for wait in hours]
    queued = one(store)
    assert (queued.state, queued.mail.recipient, queued.problem) == (
        MailState.EXPIRED,
        "",
        "The mail server cannot take this recipient now (451 4.2.0).",
    )


@pytest.mark.parametrize("certificate", [Certificate.OTHER_NAME, Certificate.SELF_SIGNED])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_wrong_certificate_pauses_the_queue(store: SqlStore, certificate: Certificate, security: str) -> None:
    queue(store, [mail("anna"), mail("ben")])
    with mail_server(certificate=certificate, security=security) as impostor:
        assert delivery(impostor, security=security).drain(store, NOW) == Drained()
        assert (impostor.received, Step.AUTH in impostor.asked) == ([], False)
    assert store.pause() == Pause(reason=PauseReason.CERTIFICATE, since=NOW)
    assert [(queued.state, queued.attempts) for queued in store.outbox()] == [(QUEUED, 0)] * 2


def test_server_that_offers_no_protection_gets_neither_password_nor_mail(store: SqlStore) -> None:
    queue(store, [mail("anna")])
    with mail_server(security="none", auth=False) as bare:
        assert delivery(bare).drain(store, NOW) == Drained()
        assert (bare.asked, bare.received) == ([Step.CONNECT, Step.EHLO], [])
    assert store.pause() == Pause(reason=PauseReason.CERTIFICATE, since=NOW)


def test_refused_log_in_pauses_until_it_is_right_and_keeps_since_when(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben")])
    wrong = delivery(server, password="wrong")  # noqa: S106  that is the point
    for hours in range(9):
        assert wrong.drain(store, NOW + timedelta(hours=hours)) == Drained()
    assert store.pause() == Pause(reason=PauseReason.AUTH, since=NOW)
    assert server.asked.count(Step.AUTH) == 9
    assert [(queued.state, queued.attempts) for queued in store.outbox()] == [(QUEUED, 0)] * 2
    assert delivery(server).drain(store, NOW + timedelta(hours=9)) == Drained(sent=2)
    assert (got(server), store.pause()) == (["anna", "ben"], None)


def test_paused_queue_tries_a_single_mail(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben"), mail("cem")])
    server.begin(Fault(step=Step.MAIL, reply="550 5.7.1 not allowed to send as this"))
    for minutes in (0, 15):
        delivery(server).drain(store, NOW + timedelta(minutes=minutes))
    assert server.asked.count(Step.MAIL) == 2
    assert store.pause() == Pause(reason=PauseReason.SENDER, since=NOW)


def test_daily_quota_waits_for_the_alliance_midnight(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben"), mail("cem")])
    server.begin(Fault(step=Step.MAIL, reply="550 5.4.5 Daily user sending quota exceeded", times=1))
    midnight = datetime(2026, 11, 24, tzinfo=BERLIN)
    assert delivery(server).drain(store, NOW) == Drained()
    assert store.pause() == Pause(reason=PauseReason.QUOTA, since=NOW, until=midnight)
    server.begin()
    assert delivery(server).drain(store, midnight - timedelta(minutes=1)) == Drained()
    assert server.asked == []
    assert delivery(server).drain(store, midnight) == Drained(sent=3)
    assert store.pause() is None


def test_another_reason_to_pause_begins_anew(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna")])
    delivery(server, password="wrong").drain(store, NOW)  # noqa: S106
    server.begin(Fault(step=Step.MAIL, reply="553 5.1.8 who are you"))
    delivery(server).drain(store, SOON)
    assert store.pause() == Pause(reason=PauseReason.SENDER, since=SOON)


def test_at_most_so_many_mails_a_drain(server: MailServer, store: SqlStore) -> None:
    names = [f"n{number:02}" for number in range(CAP + 2)]
    queue(store, list(map(mail, names)))
    assert delivery(server).drain(store, NOW) == Drained(sent=CAP, capped=True)
    assert got(server) == names[:CAP]
    assert delivery(server).drain(store, SOON) == Drained(sent=2)
    assert got(server) == names


def test_drain_begins_no_mail_after_its_time(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben"), mail("cem")])
    seconds: Iterator[float] = iter((0.0, 0.0, BUDGET - 1, BUDGET))
    assert replace(delivery(server), clock=lambda: next(seconds)).drain(store, NOW) == Drained(sent=2)
    assert states(store) == [SENT, SENT, QUEUED]


def test_trial_sends_the_same_bytes_to_one_address_only(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben")])
    assert delivery(server, redirect_to="probe@example.com").drain(store, NOW) == Drained(sent=2)
    assert [(received.recipients, received.message) for received in server.received] == [
        (("probe@example.com",), mail("anna").message),
        (("probe@example.com",), mail("ben").message),
    ]


def test_mail_that_is_not_the_one_that_was_written_stays(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna"), mail("ben")])
    with store.writing() as connection:
        changed = update(tables.outbox).where(tables.outbox.c.number == 1)
        connection.execute(changed.values(message=mail("anna").message + b"P.S."))
    assert delivery(server).drain(store, NOW) == Drained(sent=1, given_up=1)
    assert got(server) == ["ben"]
    assert [(queued.state, queued.problem) for queued in store.outbox()] == [(MailState.FAILED, CHANGED), (SENT, "")]


@pytest.mark.parametrize("address", ["jörg@example.org", "nobody", "a@b.de\r\nRCPT TO:<x@y.de>"])
def test_address_that_no_server_takes_keeps_nobody_else_waiting(
    server: MailServer, store: SqlStore, address: str
) -> None:
    queue(store, [replace(mail("anna"), recipient=address), mail("ben")])
    assert delivery(server).drain(store, NOW) == Drained(sent=1, given_up=1)
    assert [(queued.state, queued.problem) for queued in store.outbox()] == [(MailState.FAILED, NO_ADDRESS), (SENT, "")]


def test_domain_with_umlauts_is_addressed_in_ascii(server: MailServer, store: SqlStore) -> None:
    queue(store, [replace(mail("anna"), recipient="anna@müller.example")])
    assert delivery(server).drain(store, NOW) == Drained(sent=1)
    assert [received.recipients for received in server.received] == [("anna@xn--mller-kva.example",)]


def test_what_waits_for_a_person_and_the_fuse_stay(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna", kind=MailKind.WELCOME, needs_release=True), mail("ben", kind=MailKind.FUSE)])
    assert delivery(server).drain(store, NOW) == Drained()
    assert (server.asked, states(store)) == ([], [WAITING, QUEUED])


def test_nothing_goes_out_while_mail_is_switched_off(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna")])
    assert KeepingMailer().drain(store, NOW) == Drained()
    assert (server.asked, states(store)) == ([], [QUEUED])
    assert KeepingMailer().drain(store, NOW + MailKind.DIGEST.lifetime) == Drained(given_up=1)


@pytest.mark.parametrize(("dot", "problem"), [(False, ""), (True, INTERRUPTED)])
def test_mail_of_a_run_that_died_is_sent_by_the_next(
    server: MailServer, store: SqlStore, dot: bool, problem: str
) -> None:
    queue(store, [mail("anna")])
    assert store.claim(1, NOW)
    if dot:
        store.before_dot(1, NOW)
    KeepingMailer().drain(store, NOW)
    assert (one(store).state, one(store).problem) == (UNCERTAIN if dot else QUEUED, problem)
    assert delivery(server).drain(store, NOW) == Drained(sent=1)
    assert got(server) == ["anna"]


class StoreThatCannotNoteTheDot(SqlStore):
    """The real store, on a disk that is full when the dot is to be noted."""

    def before_dot(self, number: int, now: datetime) -> None:  # noqa: ARG002
        raise OutsideError("The state file cannot be used now: disk full.")


def test_mail_whose_dot_cannot_be_noted_stays_without_it(server: MailServer, store: SqlStore) -> None:
    queue(store, [mail("anna")])
    with pytest.raises(OutsideError, match="disk full"):
        delivery(server).drain(StoreThatCannotNoteTheDot(store.engine), NOW)
    assert (server.received, states(store)) == ([], [MailState.SENDING])
    assert delivery(server).drain(store, NOW) == Drained(sent=1)
    assert got(server) == ["anna"]
