"""The table of answers by itself: what the server suite cannot reach quickly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.mail import MailState, QueuedMail
from sync.delivery.answers import Answer, Stage, Verdict, verdict
from sync.ports import Pause, PauseReason
from tests.sync.delivery.mails import BERLIN, NOW, mail


def queued(attempts: int = 0) -> QueuedMail:
    return QueuedMail(
        number=1, mail=mail("anna"), state=MailState.SENDING, created_at=NOW, attempts=attempts, expires_at=NOW
    )


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 5), (2, 30), (3, 120), (4, 360), (5, 720), (6, 720), (99, 720)]
)
def test_wait_grows_with_the_tries(attempts: int, minutes: int) -> None:
    assert verdict(Stage.RECIPIENT, Answer(code=451), queued(attempts), NOW, "resend") == Verdict(
        state=MailState.QUEUED,
        next_at=NOW + timedelta(minutes=minutes),
        problem="The mail server cannot take this recipient now (451).",
    )


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 11, 23, 0, 0, tzinfo=BERLIN), datetime(2026, 11, 24, tzinfo=BERLIN)),
        (datetime(2026, 11, 23, 23, 59, tzinfo=BERLIN), datetime(2026, 11, 24, tzinfo=BERLIN)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)),  # the clock goes back
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_quota_pauses_until_midnight_where_the_alliance_is(now: datetime, until: datetime) -> None:
    found = verdict(Stage.SENDER, Answer(code=550, enhanced="5.4.5"), queued(), now, "resend")
    assert found.pause == Pause(reason=PauseReason.QUOTA, since=now, until=until)


def test_held_mail_has_no_next_time() -> None:
    lost = verdict(Stage.BODY, Answer(), queued(), NOW, "hold")
    assert (lost.state, lost.next_at) == (MailState.UNCERTAIN, None)


REPLIES = st.builds(
    Answer,
    code=st.sampled_from([0, *range(200, 600)]),
    enhanced=st.sampled_from(["", "4.2.0", "5.1.1", "5.4.5", "5.7.8"]),
)
ANSWERS = REPLIES | st.just(Answer(is_refused_by_us=True))


@given(stage=st.sampled_from(Stage), answer=ANSWERS, attempts=st.integers(0, 30), hold=st.booleans())
def test_laws_of_every_answer(stage: Stage, answer: Answer, attempts: int, hold: bool) -> None:
    now = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=-7)))
    found = verdict(stage, answer, queued(attempts), now, "hold" if hold else "resend")
    assert (found.state is MailState.SENT) == (stage is Stage.BODY and 200 <= answer.code < 300)
    assert found.state is not MailState.FAILED or answer.is_final  # nothing is given up for what may pass
    assert found.counts == (found.pause is None)
    assert found.pause is None or found.state is MailState.QUEUED
    assert bool(found.problem) == (found.state is not MailState.SENT)
    assert found.next_at is None or now < found.next_at <= now + timedelta(hours=12)
