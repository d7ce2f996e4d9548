"""Two runs that empty the same outbox at the same time: each mail goes out once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState
from sync.delivery.drain import Delivery
from sync.delivery.smtp import Server
from sync.ports import Drained
from sync.state import open_store
from tests.mail_server import MailServer, mail_server

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MAILS = tuple(
    Mail(
        key=f"digest:2026-W48:{name}",
        kind=MailKind.DIGEST,
        recipient=f"{name}@example.org",
        subject="Wochenbericht",
        message=f"Subject: Wochenbericht\r\n\r\nHallo {name}\r\n".encode(),
    )
    for name in ("anna", "bjoern", "cem")
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server without log-in."""
    with mail_server(security="none", auth=False) as server:
        yield server


@pytest.mark.parametrize("sent_before", [0, 1, 2])
def test_mails_that_another_run_takes_meanwhile_are_left_to_it(
    server: MailServer, tmp_path: Path, sent_before: int
) -> None:
    wanted = Server(host=server.host, port=server.port, security="none", name="example.org", timeout=5)
    with closing(open_store(tmp_path / "state.db")) as store, closing(open_store(tmp_path / "state.db")) as other:
        store.commit(store.load(), store.load(), MAILS, NOW)
        other_drained: list[Drained] = []
        asked = iter(range(9))

        def clock() -> float:
            # the slow run has its list of mails by now, and asks once before it begins and once before each mail
            if next(asked) == sent_before + bool(sent_before):
                other_drained.append(Delivery(server=wanted, sender="klima@example.org").drain(other, NOW))
            return 0.0

        drained = Delivery(server=wanted, sender="klima@example.org", clock=clock).drain(store, NOW)
        assert (drained, other_drained) == (Drained(sent=sent_before), [Drained(sent=3 - sent_before)])
        assert [mail.state for mail in store.outbox()] == [MailState.SENT] * 3
    assert sorted(mail.recipients for mail in server.received) == [(mail.recipient,) for mail in MAILS]
