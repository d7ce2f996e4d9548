"""Neuaufnahme: only to members who agreed, only after release, and with nothing that is not public."""

from dataclasses import replace
from datetime import date

import pytest

from reports.mail import Mail
from reports.welcome import welcomes
from scoring.domain import Language
from scoring.memory import Event, EventKind, Memory
from tests.reports.mail_lint import bodies, parsed, problems, visible
from tests.reports.news_sheet import (
    ACTORS,
    LETTERS,
    MEMORY,
    SETTINGS,
    TODAY,
    Read,
    desk,
    news,
    of_actors,
    plain,
    read,
    sheet,
    silent,
)
from tests.scoring.build import Row, table

JOINED = of_actors(EventKind.NEW_MEMBER, "Werk")
AGREED: Row = {
    "actor": "Werk",
    "salutation": "Frau",
    "name": "Dr. Petra Lang",
    "email": "lang@example.com",
    "phone": "0123 456",
    "legal_basis": "consent",
    "consent_on": date(2026, 10, 1),
    "mails": "yes",
}


def mails_to(
    *contacts: Row,
    events: tuple[Event, ...] = JOINED,
    found: Read | None = None,
    memory: Memory = MEMORY,
    language: Language = "de",
) -> tuple[Mail, ...]:
    content, assessment = found or plain()
    people = table("contacts", contacts)
    return welcomes(desk(language), content, assessment, memory, news(*events), people)


# --- To whom


def test_a_contact_who_agreed_is_welcomed_after_release() -> None:
    (mail,) = mails_to(AGREED)
    assert (mail.recipient, mail.recipient_name, mail.needs_release) == ("lang@example.com", "Dr. Petra Lang", True)
    assert mail.key == f"welcome:u:werk:{MEMORY.address_id('lang@example.com')}"
    assert mail.preview == bodies(mail)[0]


@pytest.mark.parametrize(
    "change",
    [
        {"mails": "no"},
        {"mails": ""},
        {"mails": "objected"},
        {"legal_basis": "legitimate_interest"},
        {"legal_basis": "self_reported"},
        {"legal_basis": ""},
        {"consent_on": date(2026, 11, 25)},
        {"delete_on": TODAY},
        {"email": ""},
        {"email": "petra lang"},
        {"actor": "Stadt"},
        {"actor": ""},
    ],
)
def test_nobody_is_mailed_without_a_dated_consent(change: Row) -> None:
    assert mails_to({**AGREED, **change}) == ()


def test_a_consent_without_a_day_is_none() -> None:
    assert mails_to({field: cell for field, cell in AGREED.items() if field != "consent_on"}) == ()


@pytest.mark.parametrize("change", [{"consent_on": TODAY}, {"delete_on": date(2026, 11, 25)}])
def test_a_consent_holds_from_its_day_until_the_day_of_deletion(change: Row) -> None:
    assert [mail.recipient for mail in mails_to({**AGREED, **change})] == ["lang@example.com"]


def test_an_objection_in_any_row_is_absolute() -> None:
    objected: Row = {"actor": "Stadt", "name": "P. Lang", "email": " LANG@example.com ", "mails": "objected"}
    assert mails_to(AGREED, objected) == ()


def test_an_objection_outlives_its_row() -> None:
    memory = replace(MEMORY, objections=frozenset({MEMORY.address_id("lang@example.com")}))
    assert mails_to(AGREED, memory=memory) == ()


def test_one_address_is_mailed_once_for_a_member() -> None:
    elsewhere: Row = {**AGREED, "actor": "Stadt", "mails": "no"}
    again: Row = {**AGREED, "email": "Lang@example.com"}
    other: Row = {**AGREED, "name": "Kim Ost", "email": "ost@example.com"}
    assert [mail.recipient for mail in mails_to(elsewhere, AGREED, again, other)] == [
        "lang@example.com",
        "ost@example.com",
    ]


def test_only_new_members_are_welcomed() -> None:
    assert mails_to(AGREED, events=()) == ()
    assert mails_to(AGREED, events=silent(JOINED)) == ()
    assert mails_to(AGREED, events=of_actors(EventKind.SIGNED, "Werk")) == ()
    assert mails_to(AGREED, events=of_actors(EventKind.NEW_MEMBER, "Niemand")) == ()
    assert mails_to() == ()


# --- What it says


@pytest.mark.parametrize(
    ("salutation", "name", "greeting"),
    [
        ("Frau", "Dr. Petra Lang", "Guten Tag Frau Dr. Petra Lang,"),
        ("Herr Prof.", "Ost", "Guten Tag Herr Prof. Ost,"),
        ("", "Kim Ost", "Guten Tag Kim Ost,"),
        ("Liebe Frau Lang", "Petra Lang", "Guten Tag Petra Lang,"),
        ("Frau", "", "Guten Tag,"),
    ],
)
def test_the_greeting_is_polite_whatever_stands_in_the_sheet(salutation: str, name: str, greeting: str) -> None:
    (mail,) = mails_to({**AGREED, "salutation": salutation, "name": name})
    assert bodies(mail)[0].partition("\n")[0] == greeting


def test_the_mail_names_the_others_only_with_their_consent() -> None:
    text = bodies(mails_to(AGREED)[0])[0]
    assert text.split("WER MIT IHNEN DABEI IST\n\n")[1].split("\n\nWIE")[0] == (
        "Die Allianz umfasst mindestens 10 % der Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023; "
        "3 von 3 Unterzeichnenden mit Angaben).\n\n"
        "* Stadt\n"
        "* und ein weiteres Mitglied"
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_that_only_the_team_knows_goes_out(language: Language) -> None:
    (mail,) = mails_to(AGREED, language=language)
    text, html = bodies(mail)
    for secret in (
        *("Gießerei", "vertraulich", "Bürger", "weitersagen", "0123", "Jörg", "Ayşe", "docs.google.com"),
        *("5.432", "5,432", "20.000", "30.000", "Gegner", "opponent", "example.org/spread"),
    ):
        assert secret not in mail.subject + text + visible(html)


@pytest.mark.parametrize(
    ("publication", "said"),
    [
        ("yes", "Sie haben uns erlaubt, Sie als Mitglied zu nennen und zu zitieren."),
        ("name_only", "Sie haben uns erlaubt, Sie als Mitglied zu nennen."),
        ("no", "Wir nennen Sie öffentlich nicht, so wie Sie es möchten."),
        ("", "Dürfen wir Sie öffentlich als Mitglied nennen?"),
    ],
)
def test_the_mail_says_what_the_member_allowed(publication: str, said: str) -> None:
    content = sheet(letters=[LETTERS[0], {**LETTERS[1], "publication": publication}])
    text = bodies(mails_to(AGREED, found=read(content))[0])[0]
    assert text.split("IHR NAME IN DER ÖFFENTLICHKEIT\n\n")[1].startswith(said)


def test_who_joined_without_a_letter_is_not_thanked_for_a_signature() -> None:
    actors = [*ACTORS, {"name": "Chor", "joined_on": date(2026, 11, 1)}]
    (mail,) = mails_to(
        {**AGREED, "actor": "Chor"}, events=of_actors(EventKind.NEW_MEMBER, "Chor"), found=read(sheet(actors=actors))
    )
    text = bodies(mail)[0]
    assert "schön, dass Sie mit Chor dabei sind! Unser gemeinsames Ziel:" in text
    assert "Unterschrift" not in text


def test_the_mail_says_why_it_came_and_how_to_stop_it() -> None:
    (mail,) = mails_to(AGREED)
    assert bodies(mail)[0].endswith(
        "Sie bekommen diese Mail, weil Sie uns am 01.10.2026 erlaubt haben, Ihnen zu schreiben.\n"
        "Keine Mails mehr: mailto:klima-allianz@example.org?subject=Bitte%20keine%20Mails%20mehr\n"
    )
    assert parsed(mail)["List-Id"] is None


def test_every_mail_is_sound() -> None:
    hostile: Row = {**AGREED, "name": "<b>Böse</b>\n%s", "salutation": "Herr\r\nBcc: x@example.org"}
    bare = read(sheet(settings=replace(SETTINGS, municipality="", target_year=None, loi_link="javascript:alert(1)")))
    languages: tuple[Language, ...] = ("de", "en")
    mails = [
        mail
        for language in languages
        for contact, found in ((AGREED, plain()), (hostile, plain()), (AGREED, bare))
        for mail in mails_to(contact, found=found, language=language)
    ]
    assert [problems(mail) for mail in mails] == [[], [], [], [], [], []]
    assert "<b>Böse" not in bodies(mails[1])[1]
    assert parsed(mails[1])["Bcc"] is None
