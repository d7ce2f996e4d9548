"""Mails, stores and mailers of the tests of delivery."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.mail import Mail, MailKind, MailState, QueuedMail
from sync.delivery.answers import Uncertain
from sync.delivery.drain import Delivery
from sync.delivery.smtp import Server
from sync.state.store import SqlStore
from tests.mail_server import PASSWORD, USERNAME, MailServer

IMPATIENT = 0.15
"""A timeout for servers that hang, s; others get longer, however busy the machine is."""

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=BERLIN)
SENDER = "klima@allianz.example"


def mail(name: str, *, kind: MailKind = MailKind.DIGEST, needs_release: bool = False) -> Mail:
    """Return a mail to that name at example.org."""
    text = (
        f"From: <{SENDER}>\r\nTo: <{name}@example.org>\r\nMessage-ID: <{name}@allianz.example>\r\n\r\n.Hallo\r\n..\r\n"
    )
    return Mail(
        key=f"{kind}:2026-W48:{name}",
        kind=kind,
        recipient=f"{name}@example.org",
        recipient_name=name.title(),
        subject=f"An {name}",
        preview="Als Nächstes dran: Klinikum.\n\nAlles Weitere im Text.",
        message=text.encode(),
        needs_release=needs_release,
    )


def queue(store: SqlStore, mails: Sequence[Mail], now: datetime = NOW) -> None:
    """Store the mails."""
    memory = store.load()
    store.commit(memory, memory, mails, now)


def delivery(
    server: MailServer,
    *,
    timeout: float = 10.0,
    security: str = "starttls",
    uncertain: Uncertain = "resend",
    redirect_to: str = "",
    password: str = PASSWORD,
) -> Delivery:
    """Return a mailer on that server; `timeout` in s."""
    return Delivery(
        server=Server(
            host=server.host,
            port=server.port,
            security=security,  # type: ignore[arg-type]  # one of its words
            name="allianz.example",
            username=USERNAME,
            password=password,
            timeout=timeout,
            context=server.trusts,
        ),
        sender=SENDER,
        redirect_to=redirect_to,
        uncertain=uncertain,
    )


def states(store: SqlStore) -> list[MailState]:
    """Return where each mail stands, oldest first."""
    return [queued.state for queued in store.outbox()]


def got(server: MailServer) -> list[str]:
    """Return the names of those whose mail arrived whole, in the order of arrival."""
    for received in server.received:
        (recipient,) = received.recipients
        assert received.message == mail(recipient.partition("@")[0]).message
        assert received.sender == SENDER
    return [received.recipients[0].partition("@")[0] for received in server.received]


def one(store: SqlStore) -> QueuedMail:
    """Return the only mail, without its text."""
    (queued,) = store.outbox()
    return replace(queued, mail=replace(queued.mail, message=b""))
