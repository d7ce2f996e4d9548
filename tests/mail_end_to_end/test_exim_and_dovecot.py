"""Mails as they are really sent: our delivery, Debian's Exim, a maildir, Dovecot, and what a mail program reads there.

Skipped with the reason where the two servers are not installed.
"""

import imaplib
import os
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState
from reports.message import NAME_LIMIT, SUBJECT_LIMIT
from reports.one_line import one_line
from sync.delivery.drain import Delivery
from sync.delivery.smtp import Server, Session
from sync.ports import Drained, PauseReason
from sync.state import open_store
from tests.kill.scenario import prepare
from tests.mail_end_to_end.headers import addressed, decoded, shown
from tests.mail_end_to_end.letters import Letter, letters
from tests.mail_end_to_end.servers import (
    DOMAIN,
    MAILBOX_PASSWORD,
    PASSWORD,
    USERNAME,
    PostOffice,
    missing,
    post_office,
    wait_until,
)
from tests.mail_end_to_end.test_headers import NOW, written

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

ROOT = Path(__file__).parents[2]
FROM = f"klima@{DOMAIN}"
SENT = 250

CONFIG = """\
[mail]
enabled = true
transport = "smtp"
host = "localhost"
port = {port}
username = "klima"
from = "Klima-Allianz Königs Wusterhausen <klima@allianz-neustadt.org>"
redirect_all_to = "alle@klima.example"
"""


@pytest.fixture(scope="module")
def running() -> Iterator[PostOffice]:
    """Both servers, for all tests of this module: to stop them takes a second."""
    with post_office() as office:
        yield office


@pytest.fixture
def office(running: PostOffice) -> PostOffice:
    """Both servers with an empty mailbox."""
    running.empty()
    return running


def server(office: PostOffice) -> Server:
    return Server(
        host="localhost",
        port=office.smtp_port,
        security="starttls",
        name=DOMAIN,
        username=USERNAME,
        password=PASSWORD,
        timeout=10,
        context=office.context,
    )


def hand_over(office: PostOffice, mails: Sequence[tuple[str, bytes]]) -> list[int]:
    """Send each to its address and return what Exim answered to the final dots; it takes 1 000 mails a connection."""
    answers: list[int] = []
    for first in range(0, len(mails), 1_000):
        with closing(Session(server(office))) as session:
            assert session.open() is None
            some = mails[first : first + 1_000]
            answers += [session.send(FROM, address, raw, lambda: None).answer.code for address, raw in some]
    return answers


@contextmanager
def mailbox(office: PostOffice) -> Iterator[imaplib.IMAP4]:
    """Give the mailbox as a mail program sees it."""
    with imaplib.IMAP4("localhost", office.imap_port, timeout=10) as mailbox:
        mailbox.login(USERNAME, MAILBOX_PASSWORD)
        mailbox.select("INBOX", readonly=True)
        yield mailbox


def wait_for(office: PostOffice, count: int) -> None:
    wait_until(lambda: len(list((office.folder / "maildir").glob("new/*"))) >= count, f"{count} mails")


def arrived(office: PostOffice, count: int) -> list[bytes]:
    """Wait for so many mails and return all that are there."""
    wait_for(office, count)
    with mailbox(office) as opened:
        return [part[1] for part in opened.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]


def found(opened: imaplib.IMAP4, message_id: str) -> list[bytes]:
    """Return the messages that a search for the Message-ID finds."""
    (numbers,) = opened.search(None, "HEADER", "Message-ID", f'"{message_id}"')[1]
    return [opened.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers.split()]


def changed(office: PostOffice, sent: Sequence[Letter]) -> list[Letter]:
    """Send them all and return those whose mail is not what was written, or shows another subject or name."""
    mails = {letter.number: written(letter) for letter in sent}
    assert set(hand_over(office, [(letter.address, mails[letter.number]) for letter in sent])) == {SENT}
    by_id = {shown(raw)["Message-ID"]: raw for raw in arrived(office, len(sent))}
    assert len(by_id) == len(sent)
    return [letter for letter in sent if not _is_whole(by_id[shown(mails[letter.number])["Message-ID"]], letter)]


def _is_whole(raw: bytes, letter: Letter) -> bool:
    """Say whether the mail is the one that was written, below what servers put on top, and reads as it should."""
    mail = shown(raw)
    to = (one_line(letter.name, NAME_LIMIT), letter.address)
    read = (decoded(mail["Subject"]), addressed(mail["To"]))
    return raw.endswith(b"\r\n" + written(letter)) and read == (one_line(letter.subject, SUBJECT_LIMIT), to)


def test_mails_arrive_byte_for_byte_with_their_subjects_and_names(office: PostOffice) -> None:
    assert changed(office, list(letters(400, seed=2))) == []


@pytest.mark.campaign
def test_four_thousand_mails_arrive_unchanged(office: PostOffice, seed: int) -> None:
    sent = list(letters(4_000, seed))
    bad = changed(office, sent)
    print(f"\n{len(sent)} mails through Exim and Dovecot, {len(bad)} changed")
    assert bad == []


def test_mail_is_found_by_its_message_id(office: PostOffice) -> None:
    mails = {letter.address: written(letter) for letter in letters(12, seed=3)}
    hand_over(office, list(mails.items()))
    wait_for(office, len(mails))
    with mailbox(office) as opened:
        for address, raw in mails.items():
            (mail,) = found(opened, shown(raw)["Message-ID"])
            assert addressed(shown(mail)["To"])[1] == address


def test_lines_of_dots_arrive_as_they_are(office: PostOffice) -> None:
    raw = b"Subject: dots\r\nMessage-ID: <dots@klima.example>\r\n\r\n.\r\n..\r\n.Hallo\r\n\r\n.\r\nEnde\r\n"
    assert hand_over(office, [(f"anna@{DOMAIN}", raw), (f"anna@{DOMAIN}", raw)]) == [SENT, SENT]
    assert [mail.partition(b"\r\n\r\n")[2] for mail in arrived(office, 2)] == [raw.partition(b"\r\n\r\n")[2]] * 2


def queued(letter: Letter, recipient: str = "") -> Mail:
    return Mail(
        key=f"digest:2026-W48:{letter.number}",
        kind=MailKind.DIGEST,
        recipient=recipient or letter.address,
        subject=letter.subject,
        message=written(letter),
    )


def test_recipient_that_exim_refuses_fails_alone(office: PostOffice, tmp_path: Path) -> None:
    first, second, third = letters(3, seed=4)
    mails = (queued(first), queued(second, "jemand@anderswo.example"), queued(third))
    with closing(open_store(tmp_path / "state.db")) as store:
        store.commit(store.load(), store.load(), mails, NOW)
        drained = Delivery(server=server(office), sender=FROM).drain(store, NOW)
        assert drained == Drained(sent=2, given_up=1)
        assert [mail.state for mail in store.outbox()] == [MailState.SENT, MailState.FAILED, MailState.SENT]
        assert [mail.problem for mail in store.outbox() if mail.problem] == [
            "The mail server refused this recipient (550)."
        ]
    assert Counter(addressed(shown(raw)["To"])[1] for raw in arrived(office, 2)) == {
        first.address: 1,
        third.address: 1,
    }


@pytest.mark.parametrize("reason", [PauseReason.AUTH, PauseReason.CERTIFICATE, PauseReason.SENDER])
def test_queue_waits_until_exim_takes_us_again(office: PostOffice, tmp_path: Path, reason: PauseReason) -> None:
    right = server(office)
    wrong = {
        PauseReason.AUTH: replace(right, password=PASSWORD.lower()),
        PauseReason.CERTIFICATE: replace(right, context=ssl.create_default_context()),
        PauseReason.SENDER: replace(right, username=""),
    }[reason]
    with closing(open_store(tmp_path / "state.db")) as store:
        store.commit(store.load(), store.load(), tuple(map(queued, letters(3, seed=5))), NOW)
        assert Delivery(server=wrong, sender=FROM).drain(store, NOW) == Drained()
        pause = store.pause()
        assert pause is not None
        assert pause.reason is reason
        assert [(mail.state, mail.attempts) for mail in store.outbox()] == [(MailState.QUEUED, 0)] * 3
        assert Delivery(server=right, sender=FROM).drain(store, NOW) == Drained(sent=3)
        assert store.pause() is None
    assert len(arrived(office, 3)) == 3


def test_sync_command_sends_through_exim_and_only_where_it_is_redirected_to(office: PostOffice, tmp_path: Path) -> None:
    prepare(tmp_path, office.smtp_port)
    (tmp_path / "config.toml").write_text(CONFIG.format(port=office.smtp_port), encoding="utf-8")
    trusted = {"SSL_CERT_FILE": str(office.ca_file), "KLIMA_ALLIANZ_SMTP_PASSWORD": PASSWORD}
    done = subprocess.run(
        [sys.executable, "-m", "sync.cli", "sync", "--config", str(tmp_path / "config.toml"), "--today", "2026-11-24"],
        cwd=ROOT,
        env={**os.environ, **trusted, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    mails = arrived(office, 5)
    names = Counter(addressed(shown(raw)["To"])[0] for raw in mails)
    assert names == {"Anna": 2, "Björn": 2, "Çiğdem": 1}
    assert {raw.partition(b"for alle@klima.example;")[1] for raw in mails} == {b"for alle@klima.example;"}
    output = done.stdout + done.stderr
    assert [word for word in (PASSWORD, "@example.org", "alle@") if word in output] == []
