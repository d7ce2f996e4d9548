"""LoI-Meldung: one mail for all of a run, names and quotes only with consent, texts that can be sent on."""

from dataclasses import replace

import pytest

from reports.loi_update import loi_updates
from reports.mail import Mail
from scoring.alliance import Settings
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
from tests.scoring.build import Row

SIGNED = of_actors(EventKind.SIGNED, "Stadt", "Werk", "Bürger*innen e. V.")
AUTOHAUS_LEFT = of_actors(EventKind.WITHDRAWN, "Autohaus")


def updates(
    *events: Event, found: Read | None = None, memory: Memory = MEMORY, language: Language = "de"
) -> tuple[Mail, ...]:
    content, assessment = found or plain()
    return loi_updates(desk(language), content, assessment, memory, news(*events))


def text_of(mail: Mail) -> str:
    return bodies(mail)[0]


def part(text: str, heading: str) -> str:
    """The paragraph below a heading of the plain text."""
    return text.partition(f"{heading}\n\n")[2].partition("\n\n")[0]


# --- When, for whom, and under which key


def test_one_mail_for_each_reader_tells_all_news_of_a_run() -> None:
    mails = updates(*SIGNED, *AUTOHAUS_LEFT)
    assert [(mail.recipient, mail.recipient_name, mail.needs_release) for mail in mails] == [
        ("joerg@example.org", "Jörg Müller", False),
        ("ayse@example.org", "Ayşe Kaya", False),
    ]


def test_a_key_depends_on_the_events_and_the_reader_but_not_on_their_order() -> None:
    keys = [mail.key for mail in updates(*SIGNED)]
    assert [mail.key for mail in updates(*reversed(SIGNED))] == keys
    assert len({*keys, *(mail.key for mail in updates(*SIGNED[:2]))}) == 4
    assert [key.split(":")[2] for key in keys] == [
        MEMORY.address_id(address) for address in ("joerg@example.org", "ayse@example.org")
    ]
    assert "@" not in "".join(keys)


def test_the_mails_to_one_reader_are_one_thread() -> None:
    first, second = updates(*SIGNED[:1])[0], updates(*SIGNED[1:])[0]
    assert parsed(first)["References"] == parsed(second)["References"]
    assert parsed(first)["Message-ID"] != parsed(second)["Message-ID"]


def test_without_news_there_is_no_mail() -> None:
    assert updates() == ()
    assert updates(*silent(SIGNED)) == ()
    assert updates(*of_actors(EventKind.NEW_MEMBER, "Stadt")) == ()


def test_who_objected_gets_nothing() -> None:
    memory = replace(MEMORY, objections=frozenset({MEMORY.address_id("JOERG@example.org")}))
    assert [mail.recipient for mail in updates(*SIGNED, memory=memory)] == ["ayse@example.org"]


@pytest.mark.parametrize(("count", "needs_release"), [(5, False), (6, True)])
def test_more_than_five_signatures_at_once_wait_for_a_person(count: int, needs_release: bool) -> None:
    names = [f"Betrieb {number}" for number in range(count)]
    content = sheet(actors=[{"name": name} for name in names], letters=[{"actor": name} for name in names])
    mail, _ = updates(*of_actors(EventKind.SIGNED, *names), found=read(content))
    assert mail.needs_release is needs_release
    assert (mail.preview == text_of(mail)) is needs_release


# --- Who is named and quoted


def test_a_name_and_a_quote_are_told_as_far_as_consent_reaches() -> None:
    mail, _ = updates(*SIGNED)
    assert part(text_of(mail), "WER NEU DABEI IST") == (
        "* Stadt, unterzeichnet am 01.10.2026\n"
        "  „Das Rathaus geht voran.“\n"
        "* Werk, unterzeichnet am 01.10.2026\n"
        "* ein Mitglied, das nicht genannt werden möchte"
    )
    for forbidden in ("Bürger", "weitersagen"):
        assert forbidden not in mail.subject + text_of(mail) + visible(bodies(mail)[1])


def test_the_texts_to_copy_name_and_quote_only_with_consent() -> None:
    text = text_of(updates(*SIGNED)[0])
    assert part(text, "FÜR DIE PRESSE (zum Kopieren)") == (
        "Die Klima-Allianz Musterstadt wächst. Die Unterschriften von Stadt, Werk und einem weiteren Akteur stehen "
        "jetzt unter der gemeinsamen Absichtserklärung (Letter of Intent). Wer unterzeichnet, bekennt sich zu dem "
        "Ziel, bis spätestens 2035 klimaneutral zu werden. Die Allianz umfasst mindestens 10 % der "
        "Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023; 3 von 3 Unterzeichnenden mit Angaben). "
        "Stadt: „Das Rathaus geht voran.“ Der Letter of Intent zum Nachlesen: https://example.org/loi"
    )
    assert part(text, "FÜR SOZIALE MEDIEN (zum Kopieren)") == (
        "Wir freuen uns: Mit Stadt, Werk und einem weiteren Akteur wächst die Klima-Allianz Musterstadt. Schon 3 "
        "Akteure haben unterzeichnet, alle mit demselben Ziel: klimaneutral bis spätestens 2035. https://example.org/loi"
    )


def test_a_consent_that_was_never_asked_for_becomes_a_task() -> None:
    asked = "* Fragt nach, ob ihr den Namen nennen dürft, und tragt es im Tab LoI unter „Veröffentlichung“ ein."
    unasked = sheet(letters=[{"actor": "Stadt"}])
    assert [asked in text_of(updates(*SIGNED[:1], found=found)[0]) for found in (read(unasked), None)] == [
        True,
        False,
    ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_mail_never_tells_what_only_the_team_knows(language: Language) -> None:
    for mail in updates(*SIGNED, *AUTOHAUS_LEFT, language=language):
        text, html = bodies(mail)
        for secret in ("Gießerei", "vertraulich", "5.432", "5,432", "20.000", "30.000", "Gegner", "opponent"):
            assert secret not in mail.subject + text + visible(html)


# --- Withdrawals


def test_a_withdrawal_is_told_without_a_name_in_the_text_to_copy() -> None:
    left: Row = {"actor": "Autohaus", "status": "withdrawn", "publication": "name_only", "withdrawn_on": TODAY}
    mail, _ = updates(*AUTOHAUS_LEFT, found=read(sheet(letters=[*LETTERS, left])))
    text = text_of(mail)
    assert mail.subject == "Eine Unterschrift wurde zurückgezogen"
    assert part(text, "ZURÜCKGEZOGEN") == "* Autohaus"
    assert part(text, "WENN JEMAND NACH DEM RÜCKZUG FRAGT (zum Kopieren)") == (
        "Ein Akteur hat seine Unterschrift unter dem Letter of Intent der Klima-Allianz Musterstadt zurückgezogen. "
        "Das respektieren wir; unser Ziel bleibt. Die Allianz umfasst mindestens 10 % der Treibhausgasemissionen von "
        "Musterstadt (BISKO, Bilanzjahr 2023; 3 von 3 Unterzeichnenden mit Angaben)."
    )
    assert "FÜR DIE PRESSE" not in text


def test_who_withdrew_and_never_agreed_to_be_named_stays_unnamed() -> None:
    left: Row = {"actor": "Autohaus", "status": "withdrawn", "withdrawn_on": TODAY}
    mail, _ = updates(*AUTOHAUS_LEFT, found=read(sheet(letters=[*LETTERS, left])))
    assert part(text_of(mail), "ZURÜCKGEZOGEN") == "* ein Mitglied, das wir nicht nennen dürfen"
    assert "Autohaus" not in "".join(bodies(mail))


# --- The public sentence, and what it lacks


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            SETTINGS,
            "„Die Allianz umfasst mindestens 10 % der Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023; "
            "3 von 3 Unterzeichnenden mit Angaben).“",
        ),
        (
            replace(SETTINGS, municipality=""),
            "Im Tab Einstellungen fehlt der Name eurer Kommune. Sobald er dort steht, gibt es den öffentlichen Satz "
            "und fertige Texte.",
        ),
        (
            replace(SETTINGS, inventory_total=None),
            "„3 Akteure haben den Letter of Intent der Klima-Allianz Musterstadt unterzeichnet.“\n\n"
            "Ein Anteil lässt sich noch nicht nennen: Im Tab Einstellungen fehlt Bilanzmethode, Bilanzjahr oder "
            "Gesamtemissionen.",
        ),
        (
            replace(SETTINGS, inventory_total=50_000_000.0),
            "„3 Akteure haben den Letter of Intent der Klima-Allianz Musterstadt unterzeichnet.“\n\n"
            "Der Anteil liegt noch unter 1 %; bis dahin zählt der Satz die Unterschriften.",
        ),
    ],
)
def test_the_mail_gives_the_public_sentence_or_says_what_is_missing(settings: Settings, said: str) -> None:
    text = text_of(updates(*SIGNED, found=read(sheet(settings=settings)))[0])
    assert text.split("DAS KÖNNT IHR ÖFFENTLICH SAGEN\n\n")[1].startswith(f"{said}\n\n")
    assert ("FÜR DIE PRESSE" in text) is bool(settings.municipality)


def test_the_figure_of_a_single_one_is_not_told() -> None:
    content = sheet(letters=[{"actor": "Werk", "publication": "name_only"}])
    text, html = bodies(updates(*of_actors(EventKind.SIGNED, "Werk"), found=read(content))[0])
    assert "Sonst ließe sich die Zahl eines Einzelnen ablesen." in text
    assert " % der" not in text + visible(html)


def test_unreadable_letters_give_no_texts_to_copy() -> None:
    content, assessment = plain()
    unread = replace(assessment, coverage=replace(assessment.coverage, is_counted=False))
    mail, _ = loi_updates(desk(), content, unread, MEMORY, news(*SIGNED))
    text = text_of(mail)
    assert "Die Unterschriften im Tab LoI lassen sich gerade nicht lesen." in text
    assert [heading for heading in ("FÜR DIE PRESSE", "3 Akteure") if heading in text] == []
    assert problems(mail) == []


# --- Words


@pytest.mark.parametrize(
    ("events", "de", "en"),
    [
        (SIGNED[:1], "Neu dabei: Stadt", "On board: Stadt"),
        (SIGNED[2:], "Eine neue Unterschrift", "A new signature"),
        (SIGNED, "3 neue Unterschriften, darunter Stadt", "3 new signatures, among them Stadt"),
        (
            (*SIGNED, *AUTOHAUS_LEFT),
            "3 neue Unterschriften, darunter Stadt – und eine zurückgezogen",
            "3 new signatures, among them Stadt – and one withdrawn",
        ),
        (
            of_actors(EventKind.WITHDRAWN, "Autohaus", "Gießerei"),
            "2 Unterschriften wurden zurückgezogen",
            "2 signatures were withdrawn",
        ),
    ],
)
def test_the_subject_says_what_happened(events: tuple[Event, ...], de: str, en: str) -> None:
    assert [updates(*events, language="de")[0].subject, updates(*events, language="en")[0].subject] == [de, en]


HOSTILE = "<b>Böse</b> {{ 7*7 }}\n„{%x%}“ & Söhne \u202e"


def test_every_mail_is_sound() -> None:
    many = [f"Ein recht langer Name eines Betriebs {number}" for number in range(60)]
    crowd = sheet(actors=[{"name": name} for name in many], letters=[{"actor": n, "publication": "yes"} for n in many])
    cases = (
        ((*SIGNED, *AUTOHAUS_LEFT), plain()),
        (SIGNED[2:], plain()),
        (AUTOHAUS_LEFT, read(sheet(letters=()))),
        (SIGNED, read(sheet(settings=Settings()))),
        (of_actors(EventKind.SIGNED, *many), read(crowd)),
        (of_actors(EventKind.WITHDRAWN, *many), read(crowd)),
    )
    languages: tuple[Language, ...] = ("de", "en")
    mails = [updates(*events, found=found, language=language)[0] for language in languages for events, found in cases]
    assert [problems(mail) for mail in mails if problems(mail)] == []
    assert "* und 40 weitere\n" in text_of(mails[4])


HOSTILE = "<b>Böse</b> {{ 7*7 }}\n„{%x%}“ & Söhne \u202e"


def test_text_from_the_sheet_is_never_markup() -> None:
    content = sheet(
        actors=[*ACTORS, {"name": HOSTILE}],
        letters=[{"actor": HOSTILE, "publication": "yes", "quote": f"„{'Zitat & <i>mehr</i> ' * 80}“"}],
    )
    mail, _ = updates(*of_actors(EventKind.SIGNED, HOSTILE), found=read(content))
    text, html = bodies(mail)
    assert mail.subject == "Neu dabei: <b>Böse</b> {{ 7*7 }} „{%x%}“ & Söhne"
    assert "* <b>Böse</b> {{ 7*7 }} „{%x%}“ & Söhne, unterzeichnet am 01.10.2026\n  „Zitat & <i>mehr</i> Zitat" in text
    assert "<b>Böse" not in html
    assert "<i>" not in html
