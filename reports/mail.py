"""The rendered mail as a value. Where it goes is not known here; how it is written stands in `reports.message`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A rendered mail, ready to be stored: everything that a retry must repeat byte for byte.

    `key` is permanent and unique ("digest:2026-W47:<keyed hash of the address>"): asking twice stores once. `message`
    is the full RFC 5322 message. `recipient` is the address, `recipient_name` and `preview` (one line) say to whom and
    what for the people who look at the outbox.
    """

    key: str
    kind: str
    recipient: str
    subject: str
    message: bytes
    recipient_name: str = ""
    preview: str = ""


class MailState(StrEnum):
    """Where a mail in the outbox stands."""

    QUEUED = "queued"
    SENT = "sent"


@dataclass(frozen=True, kw_only=True)
class QueuedMail:
    """A mail in the outbox with its number, when it was queued, and where it stands: queued or sent.

    A sent one has neither address nor message any more: the state keeps no contact data of the past.
    """

    number: int
    mail: Mail
    state: MailState
    created_at: datetime
    sent_at: datetime | None = None
