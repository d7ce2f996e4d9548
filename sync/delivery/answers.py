"""What a mail server's answer means for a mail and for the queue: one table, pure.

| answer | the mail |
|---|---|
| 2xx after the final dot | sent |
| nobody there, no TLS, no reply, 4xx | queued again after 1, 5, 30 min, 2 h, 6 h, 12 h, 12 h … |
| 5xx for this recipient or message | failed |
| 530, 535, a refused log-in, a refused sender, a wrong certificate | as before, and the whole queue pauses |
| 550 5.4.5 (daily quota) | as before, and the whole queue pauses until tomorrow |
| no reply after the final dot | uncertain |

What belongs here: the meaning. How the answer came about is `sync.delivery.smtp`, what is done `sync.delivery.drain`.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from reports.mail import MailState, QueuedMail
from sync.ports import Pause, PauseReason

LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60))
"""How long a mail waits after its first, second … failed try; the last step repeats until the mail is too old."""

Uncertain = Literal["resend", "hold"]
"""What is done with a mail that may have arrived: sent again as it is, or kept until a person decides."""


class Stage(StrEnum):
    """How far a try had come when the answer came."""

    CONNECT = "connect"  # network, greeting, EHLO
    TLS = "tls"
    AUTH = "auth"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"  # until just before the final dot
    BODY = "body"  # after it


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply's code and enhanced code ("5.1.1" or ""): never its text, which may quote an address.

    Code 0 is no reply at all; `is_refused_by_us` says that this side broke off: a wrong certificate, or protection or
    log-in not on offer.
    """

    code: int = 0
    enhanced: str = ""
    is_refused_by_us: bool = False

    @property
    def is_final(self) -> bool:
        """Say whether trying again does not help by itself."""
        return self.is_refused_by_us or 500 <= self.code < 600  # noqa: PLR2004

    def __str__(self) -> str:
        """Return "550 5.1.1", or what happened when there was no reply."""
        if self.is_refused_by_us:
            return "not acceptable"
        return f"{self.code} {self.enhanced}".strip() if self.code else "no reply"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Where a mail stands after a try; `pause` is why the whole queue waits from now on, None when it does not."""

    state: MailState
    next_at: datetime | None = None
    problem: str = ""
    pause: Pause | None = None
    counts: bool = True


def verdict(stage: Stage, answer: Answer, queued: QueuedMail, now: datetime, uncertain: Uncertain) -> Verdict:
    """Return what becomes of the mail; `now` carries the zone whose midnight ends a daily quota."""
    if (reason := _pause_reason(stage, answer)) is not None:
        until = _next_midnight(now) if reason is PauseReason.QUOTA else None
        pause = Pause(reason=reason, since=now, until=until)
        return Verdict(state=MailState.QUEUED, problem=_pause_problem(reason, answer), pause=pause, counts=False)
    later = now + LADDER[min(queued.attempts, len(LADDER) - 1)]
    if stage is Stage.BODY and answer.code // 100 == 2:  # noqa: PLR2004
        return Verdict(state=MailState.SENT)
    if stage is Stage.BODY and answer.code == 0:
        next_at = later if uncertain == "resend" else None
        problem = "The connection was lost after the whole mail was sent: it may have arrived."
        return Verdict(state=MailState.UNCERTAIN, next_at=next_at, problem=problem)
    if answer.is_final and stage in {Stage.RECIPIENT, Stage.DATA, Stage.BODY}:
        return Verdict(state=MailState.FAILED, problem=f"The mail server refused {_what(stage)} ({answer}).")
    return Verdict(state=MailState.QUEUED, next_at=later, problem=_later_problem(stage, answer))


def _pause_reason(stage: Stage, answer: Answer) -> PauseReason | None:
    if not answer.is_final:
        return None
    if (answer.code, answer.enhanced) == (550, "5.4.5"):
        return PauseReason.QUOTA
    if stage is Stage.AUTH or answer.code in {530, 535}:
        return PauseReason.AUTH
    match stage:
        case Stage.TLS:
            return PauseReason.CERTIFICATE
        case Stage.SENDER:
            return PauseReason.SENDER
        case _:
            return None


def _pause_problem(reason: PauseReason, answer: Answer) -> str:
    match reason:
        case PauseReason.AUTH:
            return f"The mail server refused the log-in ({answer})."
        case PauseReason.SENDER:
            return f"The mail server refused our own address ({answer})."
        case PauseReason.CERTIFICATE:
            return f"The connection to the mail server cannot be protected ({answer})."
        case PauseReason.QUOTA:
            return f"The provider's daily limit is reached ({answer})."


def _later_problem(stage: Stage, answer: Answer) -> str:
    match stage:
        case Stage.CONNECT:
            return f"The mail server cannot be reached ({answer})."
        case Stage.TLS:
            return f"The connection to the mail server cannot be protected now ({answer})."
        case Stage.AUTH:
            return f"The mail server cannot check the log-in now ({answer})."
        case _:
            return f"The mail server cannot take {_what(stage)} now ({answer})."


def _what(stage: Stage) -> str:
    match stage:
        case Stage.RECIPIENT:
            return "this recipient"
        case _:
            return "this mail"


def _next_midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
