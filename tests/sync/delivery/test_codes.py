"""Every reply code at every stage, for one recipient and for one of three: where the mails stand, and nothing is lost.

The table says what becomes of a mail whose server answers so: "later" means queued again, a word of `PauseReason` that
the whole queue pauses.
"""

from datetime import datetime, timedelta

import pytest

from reports.mail import MailState, QueuedMail
from sync.delivery.answers import LADDER
from sync.ports import Drained, Pause, PauseReason
from sync.state.store import SqlStore
from tests.mail_server import Fault, MailServer, Step
from tests.sync.delivery.mails import BERLIN, NOW, delivery, got, mail, queue, states

TABLE = """
reply       connect  ehlo   starttls     auth   mail    rcpt    data    body
421 4.7.0   later    later  later        later  later   later   later   later
450 4.2.1   later    later  later        later  later   later   later   later
451 4.3.0   later    later  later        later  later   later   later   later
452 4.3.1   later    later  later        later  later   later   later   later
454 4.7.0   later    later  later        later  later   later   later   later
471         later    later  later        later  later   later   later   later
500         later    later  certificate  auth   sender  failed  failed  failed
530 5.7.0   auth     auth   auth         auth   auth    auth    auth    auth
535 5.7.8   auth     auth   auth         auth   auth    auth    auth    auth
550 5.1.1   later    later  certificate  auth   sender  failed  failed  failed
550 5.4.5   quota    quota  quota        quota  quota   quota   quota   quota
551 5.1.6   later    later  certificate  auth   sender  failed  failed  failed
552 5.2.2   later    later  certificate  auth   sender  failed  failed  failed
553 5.1.8   later    later  certificate  auth   sender  failed  failed  failed
554 5.7.1   later    later  certificate  auth   sender  failed  failed  failed
"""
_, *ROWS = [line.split("  ") for line in TABLE.strip().splitlines()]
STEPS = (Step.CONNECT, Step.EHLO, Step.STARTTLS, Step.AUTH, Step.MAIL, Step.RCPT, Step.DATA, Step.BODY)
CASES = [
    pytest.param(step, reply.strip(), meaning.strip(), id=f"{reply.strip()} at {step}")
    for reply, *meanings in ROWS
    for step, meaning in zip(STEPS, filter(None, meanings), strict=True)
]
EACH_KIND = {"421 4.7.0", "451 4.3.0", "535 5.7.8", "550 5.1.1", "550 5.4.5"}
CASES_OF_THREE = [
    pytest.param(*case.values, id=case.id, marks=[] if case.values[1] in EACH_KIND else pytest.mark.campaign)
    for case in CASES
]
"""The other replies mean the same as one of these; they are for the campaign."""

AFTER = NOW + timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=BERLIN)


def pause(meaning: str) -> Pause | None:
    if meaning in {"later", "failed"}:
        return None
    return Pause(reason=PauseReason(meaning), since=NOW, until=MIDNIGHT if meaning == "quota" else None)


def standing(queued: QueuedMail) -> tuple[MailState, int, datetime | None]:
    return queued.state, queued.attempts, queued.next_at


UNTRIED = (MailState.QUEUED, 0, None)
LATER = (MailState.QUEUED, 1, NOW + LADDER[0])
SENT = (MailState.SENT, 1, None)
FAILED = (MailState.FAILED, 1, None)
OUTCOME = {"later": LATER, "failed": FAILED}


@pytest.mark.parametrize(("step", "reply", "meaning"), CASES)
def test_reply_for_one_recipient(server: MailServer, store: SqlStore, step: Step, reply: str, meaning: str) -> None:
    queue(store, [mail("anna")])
    server.begin(Fault(step=step, reply=f"{reply} quoting canary <anna@example.org>"))
    outcome = OUTCOME.get(meaning, UNTRIED)
    assert delivery(server).drain(store, NOW) == Drained(given_up=int(outcome is FAILED))
    (queued,) = store.outbox()
    assert (standing(queued), store.pause(), server.received) == (outcome, pause(meaning), [])
    assert "example" not in queued.problem
    assert "canary" not in queued.problem


@pytest.mark.parametrize(("step", "reply", "meaning"), CASES_OF_THREE)
def test_reply_for_one_of_three(server: MailServer, store: SqlStore, step: Step, reply: str, meaning: str) -> None:
    """From RCPT on the server means only the second of three; before, it cannot know whom the mail is for."""
    queue(store, [mail("anna"), mail("ben"), mail("cem")])
    is_personal = step in {Step.RCPT, Step.DATA, Step.BODY}
    server.begin(Fault(step=step, reply=reply, to="ben@example.org" if is_personal else ""))
    outcome = OUTCOME.get(meaning, UNTRIED)
    expected = [SENT, outcome, UNTRIED if pause(meaning) else SENT] if is_personal else [outcome] * 3
    if step is Step.MAIL and reply.startswith("421"):
        expected = [LATER, UNTRIED, UNTRIED]  # a server that says goodbye at the first is not asked thrice
    drained = delivery(server).drain(store, NOW)
    assert drained == Drained(sent=expected.count(SENT), given_up=expected.count(FAILED))
    assert ([*map(standing, store.outbox())], store.pause()) == (expected, pause(meaning))
    first = got(server)
    server.begin()
    delivery(server).drain(store, AFTER)
    lost = ["ben"] if meaning == "failed" and is_personal else []
    assert (sorted(first + got(server) + lost), store.pause()) == (["anna", "ben", "cem"], None)
    assert states(store).count(MailState.SENT) == 3 - len(lost)
