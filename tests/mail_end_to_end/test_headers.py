"""Headers of realistic German mails come back unchanged from the bytes that are sent; Exim is in the other module."""

from datetime import datetime
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest

from reports.message import NAME_LIMIT, SUBJECT_LIMIT, Content, message
from reports.one_line import one_line
from tests.mail_end_to_end.headers import addressed, decoded, shown
from tests.mail_end_to_end.letters import Letter, letters

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
SENDER = "Klima-Allianz Königs Wusterhausen <klima@klima.example>"


def written(letter: Letter) -> bytes:
    return message(
        Content(subject=letter.subject, preview="", text="Hallo\n", html="<p>Hallo</p>\n"),
        key=f"digest:2026-W48:{letter.number}",
        series=f"digest:{letter.number}",
        sender=SENDER,
        recipient=letter.address,
        recipient_name=letter.name,
        date=NOW,
    )


def test_four_thousand_subjects_and_names_come_back_unchanged() -> None:
    changed = []
    for letter in letters(4_000, seed=1):
        mail = shown(written(letter))
        found = (decoded(mail["Subject"]), addressed(mail["To"]), addressed(mail["From"]))
        subject, name = one_line(letter.subject, SUBJECT_LIMIT), one_line(letter.name, NAME_LIMIT)
        if found != (subject, (name, letter.address), ("Klima-Allianz Königs Wusterhausen", "klima@klima.example")):
            changed.append((letter, found))
    assert changed == []


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?Stadtwerke=0D=0ABcc:_x@evil.example?=",
        "=?utf-8?q?a=0ABcc:_x@evil.example?= hat unterschrieben",
        "=?us-ascii?q?a=0D=0A=0D=0A<b>body</b>?=",
        "=?utf-8?b?w7w=?= und =?utf-8?q?=00?=",
        "Ü =?utf-8?q?so?= =?utf-8?q?so?=",
        "=?utf-8?q?",
    ],
)
def test_subject_that_looks_encoded_is_only_text(subject: str) -> None:
    raw = written(Letter(number=1, name="Jörg", subject=subject))
    mail, plain = message_from_bytes(raw), message_from_bytes(written(Letter(number=1, name="Jörg", subject="x")))
    assert decoded(mail["Subject"]) == subject
    assert mail.keys() == plain.keys()
    assert [part.get_payload() for part in mail.walk()][1:] == [part.get_payload() for part in plain.walk()][1:]


def test_letters_are_as_hard_as_real_ones() -> None:
    all_of_them = list(letters(4_000, seed=1))
    assert len({letter.subject for letter in all_of_them}) > 2_000
    assert sum(not letter.subject.isascii() for letter in all_of_them) > 3_000
    assert sum(len(letter.subject.encode()) > 75 for letter in all_of_them) > 1_000
    assert len({letter.name for letter in all_of_them}) > 1_000
