"""The rendered mail as a value. Where it goes is not known here; how it is written stands in `reports.desk`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b


class MailKind(StrEnum):
    """The kinds of mail, and the one row of Postausgang that is none: `FUSE` asks whether a sudden loss was meant."""

    DIGEST = "digest"
    LOI_UPDATE = "loi_update"
    WELCOME = "welcome"
    MILESTONE = "milestone"
    SUCCESS = "success"  # step 7's Erfolgsmeldung
    REMINDER = "reminder"
    OPERATOR = "operator"
    FUSE = "fuse"

    @property
    def lifetime(self) -> timedelta:
        """How long it is tried before it is stale. A wait for Freigabe does not count."""
        match self:
            case MailKind.DIGEST | MailKind.REMINDER | MailKind.OPERATOR:
                return timedelta(days=3)
            case _:
                return timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A rendered mail, ready to be stored: everything that a retry must repeat byte for byte.

    `key` is permanent and unique ("digest:2026-W47:<keyed hash of the address>"): asking twice stores once. `message`
    is the full RFC 5322 message. `recipient` is the address, `recipient_name` and `preview` say to whom and what for
    the people who look at the outbox; one that `needs_release` waits there for a person's ja, with its whole text as
    the preview. `template_problem` is `Content.problem`: for the run that wrote it, never stored.
    """

    key: str
    kind: MailKind
    recipient: str
    subject: str
    message: bytes
    recipient_name: str = ""
    preview: str = ""
    needs_release: bool = False
    template_problem: str = ""


class MailState(StrEnum):
    """Where a mail in the outbox stands."""

    QUEUED = "queued"
    WAITING = "waiting"  # for Freigabe
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # the connection was lost after the final dot
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Say whether it may still go out."""
        return self in {MailState.QUEUED, MailState.WAITING, MailState.SENDING, MailState.UNCERTAIN}


@dataclass(frozen=True, kw_only=True)
class QueuedMail:
    """A mail in the outbox: its number, when it was stored, where it stands, and how delivery went so far.

    One that is over (not `is_open`) has neither address nor message any more: the state keeps no contact data of the
    past. `fingerprint` is `fingerprint_of` its message when it was stored. `next_at` is when it is tried again, None at
    once; `expires_at` when it is given up, None while it waits. `dot_at` is when the final dot of its last try was
    about to be sent, None before. `problem` is one sentence about the last try, "" without one, never with an address.
    `shown` says that the sheet was seen to show it while nobody had said anything about it: only then a ja counts.
    """

    number: int
    mail: Mail
    state: MailState
    created_at: datetime
    sent_at: datetime | None = None
    fingerprint: str = ""
    attempts: int = 0
    next_at: datetime | None = None
    expires_at: datetime | None = None
    dot_at: datetime | None = None
    problem: str = ""
    shown: bool = False


def fingerprint_of(message: bytes) -> str:
    """Return a hash of a message: the mail that goes out is the one that was previewed."""
    return blake2b(message, digest_size=16).hexdigest()
