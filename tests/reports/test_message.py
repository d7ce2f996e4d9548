"""The message as bytes: headers that come back as they were, whatever a sheet holds, and nothing injected."""

import random
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage, Message
from email.utils import parseaddr
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.message import SUBJECT_LIMIT, Content, Picture, envelope_address, is_mailable, message, unsubscribe_link
from reports.one_line import one_line

DATE = datetime(2026, 11, 23, 8, 0, 30, 999, tzinfo=timezone(timedelta(hours=1)))
SENDER = "Klima-Allianz Musterstadt <klima-allianz@example.org>"
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "List-Id",
    "List-Unsubscribe",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]

TOWNS = ("Musterstadt", "Münster", "Königs Wusterhausen", "Garmisch-Partenkirchen", "Bad Königshofen im Grabfeld")
ACTORS = (
    "Stadtwerke",
    "Bürger*innen-Energie e. V.",
    "Zementwerk Süd AG",
    "Gemeinnützige Wohnungsbaugesellschaft der Stadt und des Landkreises mbH & Co. KG",
    "Café „Zur schönen Aussicht“",
    "Straßenbahn- und Omnibusbetriebe",
    "Müller & Söhne – Fußbodenbau",
    "Ärztekammer",
    "Öko-Institut",
)
SENTENCES = (
    "Klima-Allianz {town}, KW {n}: mindestens {n} % abgedeckt – als Nächstes {actor}",
    "Klima-Allianz {town}, KW {n}: {n} Unterschriften – als Nächstes {actor}",
    "{actor} hat unterschrieben: {n} Unterschriften in {town}",
    "{actor}, {actor}: jetzt {n} %",
    "„{actor}“ ({town}) → Schritt {n}",
    "Fällig: {actor} (überfällig seit {n} Tagen) in {town}",
)


def realistic_subjects(count: int) -> list[str]:
    choose = random.Random(1)
    return [
        choose.choice(SENTENCES).format(town=choose.choice(TOWNS), actor=choose.choice(ACTORS), n=choose.randrange(120))
        for _ in range(count)
    ]


def built(
    subject: str = "Wochenbericht", name: str = "Jörg Müller", text: str = "Hallo\n", html: str = "<p>Hallo</p>\n"
) -> bytes:
    return message(
        Content(subject=subject, preview="", text=text, html=html),
        key="digest:2026-W48:abc",
        series="digest:abc",
        sender=SENDER,
        recipient="joerg@example.org",
        recipient_name=name,
        date=DATE,
        list_id="wochenbericht",
    )


def parsed(raw: bytes) -> Message:
    """By the old parser, which unfolds and does not decode."""
    return message_from_bytes(raw)


def decoded(header: str) -> str:
    unfolded = header.replace("\r\n", "").replace("\n", "")
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(unfolded)
    )


def named(header: str) -> tuple[str, str]:
    """Read "Name <address>", quoted or encoded. The new parser doubles spaces between encoded words."""
    name, address = parseaddr(header.replace("\r\n", ""))
    return decoded(name), address


def test_realistic_german_subjects_come_back_as_they_were() -> None:
    subjects = [one_line(subject, SUBJECT_LIMIT) for subject in realistic_subjects(400)]
    assert [decoded(parsed(built(subject))["Subject"]) for subject in subjects] == subjects


@given(st.text(st.characters(), max_size=200))
def test_any_subject_comes_back_as_one_line(subject: str) -> None:
    assert decoded(parsed(built(subject))["Subject"]) == one_line(subject, SUBJECT_LIMIT)


@given(st.text(st.characters(), max_size=80))
def test_any_name_is_one_header_with_one_address(name: str) -> None:
    mail = parsed(built(name=name))
    assert list(mail.keys()) == HEADERS
    assert named(mail["To"]) == (one_line(name, 60), "joerg@example.org")


@pytest.mark.parametrize("name", ["Jörg Müller", 'Kaya, Ayşe (Team) "Netz"', 'O\'Neil, "Netz"', "=?utf-8?q?Bcc=3A?="])
def test_name_comes_back_in_a_modern_parser(name: str) -> None:
    (address,) = message_from_bytes(built(name=name), policy=policy.default)["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "joerg@example.org")


def test_headers_are_exactly_these() -> None:
    mail = parsed(built("Überblick"))
    assert list(mail.keys()) == HEADERS
    assert {name: mail[name] for name in HEADERS[3:10]} == {
        "Date": "Mon, 23 Nov 2026 08:00:30 +0100",
        "Message-ID": mail["Message-ID"],
        "References": mail["References"],
        "List-Id": "<wochenbericht.klima-allianz.example.org>",
        "List-Unsubscribe": f"<{unsubscribe_link(SENDER)}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def test_mail_of_its_own_belongs_to_no_list() -> None:
    raw = message(
        Content(subject="s", preview="", text="t", html="h"),
        key="welcome:u1:abc",
        series="welcome:u1:abc",
        sender=SENDER,
        recipient="joerg@example.org",
        recipient_name="Jörg Müller",
        date=DATE,
    )
    assert list(parsed(raw).keys()) == [name for name in HEADERS if not name.startswith("List-")]


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
PICTURES = (
    Picture(name="coverage", png=PNG, alt="13 % sind abgedeckt."),
    Picture(name="matrix", png=PNG[::-1], alt="Zuerst das Klinikum."),
)


def with_pictures() -> bytes:
    return message(
        Content(subject="s", preview="", text="Grüße\n", html='<img src="cid:coverage"><img src="cid:matrix">\n'),
        key="digest:2026-W48:abc",
        series="digest:abc",
        sender=SENDER,
        recipient="joerg@example.org",
        recipient_name="",
        date=DATE,
        pictures=PICTURES,
    )


def test_pictures_stand_beside_the_html_that_shows_them() -> None:
    mail = message_from_bytes(with_pictures(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    *_, first, second = mail.walk()
    assert [
        (part["Content-ID"], part.get_content_disposition(), part.get_filename(), part.get_content())
        for part in (first, second)
    ] == [
        ("<coverage>", "inline", "coverage.png", PNG),
        ("<matrix>", "inline", "matrix.png", PNG[::-1]),
    ]


def test_message_with_pictures_is_the_same_every_time_and_fits_every_mail_server() -> None:
    raw = with_pictures()
    assert raw == with_pictures()
    mail = message_from_bytes(raw, policy=policy.default)
    boundaries = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    assert len(set(boundaries)) == 2
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert [pair for pair in pairwise(raw) if (pair[1] == 10) != (pair[0] == 13)] == []


@pytest.mark.parametrize(
    ("address", "envelope"),
    [(" joerg@example.org", "joerg@example.org"), ("joerg@müller.de", "joerg@xn--mller-kva.de")],
)
def test_envelope_address_is_ascii(address: str, envelope: str) -> None:
    assert envelope_address(address) == envelope


def test_same_arguments_give_the_same_bytes_and_other_keys_other_ids() -> None:
    assert built() == built()
    ids = {
        parsed(
            message(
                Content(subject="s", preview="", text="t", html="h"),
                key=key,
                series="digest:abc",
                sender=SENDER,
                recipient="a@b.de",
                recipient_name="",
                date=DATE,
            )
        )["Message-ID"]
        for key in ("digest:2026-W48:abc", "digest:2026-W49:abc", "digest:2026-W48:abd")
    }
    assert len(ids) == 3


def test_bodies_come_back_and_lines_stay_short() -> None:
    text = "Grüße\n.\nFrom hier an\n" + "lang " * 400 + "\n„Ende“\n"
    html = "<p>" + "ä" * 3000 + "</p>\n"
    raw = built(text=text, html=html)
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    bodies = [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]
    assert (mail.get_content_type(), bodies) == ("multipart/alternative", [text, html])
    assert [part["Content-Transfer-Encoding"] for part in mail.iter_parts()] == ["quoted-printable"] * 2
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 78
    assert raw.isascii()
    assert [pair for pair in pairwise(raw) if (pair[1] == 10) != (pair[0] == 13)] == []


def test_long_links_and_ids_are_folded_at_white_space_only() -> None:
    sender = f"Team <{'klima' * 12}@{'allianz' * 8}.example.org>"
    raw = message(
        Content(subject="s", preview="", text="t", html="h"),
        key="k",
        series="s",
        sender=sender,
        recipient="a@b.de",
        recipient_name="",
        date=DATE,
        list_id="wochenbericht",
    )
    assert parsed(raw)["List-Unsubscribe"].strip() == f"<{unsubscribe_link(sender)}>"


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("joerg@example.org", True),
        ("jörg@example.org", False),
        ("joerg@müller.de", True),
        ("joerg@example.org\r\nBcc: x@y.de", False),
        ("a b\x00@example.org", False),
        ("joerg", False),
        ("@example.org", False),
        ("joerg@" + "x" * 70 + ".de", False),
    ],
)
def test_mailable_addresses(address: str, fits: bool) -> None:
    assert is_mailable(address) == fits
