"""Meilenstein and Erfolgsmeldung: success is celebrated and reported once, what fell back is told plainly."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from reports.loi_update import loi_updates
from reports.mail import Mail
from reports.milestone import milestones, successes
from scoring.alliance import Alliance
from scoring.domain import Language
from scoring.memory import Event, EventKind, Memory
from tests.reports.mail_lint import bodies, parsed, problems, visible
from tests.reports.news_sheet import (
    MEMORY,
    SETTINGS,
    TODAY,
    Read,
    desk,
    news,
    of_actors,
    of_alliance,
    plain,
    read,
    sheet,
    silent,
)
from tests.scoring.build import Row

DONE, FALLEN, COVERAGE = EventKind.STEP_DONE, EventKind.STEP_FALLEN, EventKind.COVERAGE
MEASURES: tuple[Row, ...] = tuple(
    {"actor": name, "title": "Dach", "status": "in_progress", "actual_start": date(2026, 10, 10)}
    for name in ("Stadt", "Werk", "Bürger*innen e. V.")
)


@cache
def with_measures() -> Read:
    """The alliance in which every signatory has started something."""
    return read(sheet(measures=MEASURES))


def told(
    *events: Event, found: Read | None = None, memory: Memory = MEMORY, language: Language = "de"
) -> tuple[Mail, ...]:
    content, assessment = found or plain()
    return milestones(desk(language), content, assessment, memory, news(*events))


def reported(
    *events: Event, found: Read | None = None, memory: Memory = MEMORY, language: Language = "de"
) -> tuple[Mail, ...]:
    content, assessment = found or with_measures()
    return successes(desk(language), content, assessment, memory, news(*events))


# --- Milestones: when and for whom


def test_one_mail_for_each_reader_tells_all_milestones_of_a_run() -> None:
    events = (*of_alliance(DONE, 3), *of_alliance(COVERAGE, 10))
    mails = told(*events)
    assert [(mail.recipient, mail.needs_release) for mail in mails] == [
        ("joerg@example.org", False),
        ("ayse@example.org", False),
    ]
    assert [mail.key for mail in told(*reversed(events))] == [mail.key for mail in mails]
    assert mails[0].key != told(*of_alliance(DONE, 3))[0].key


def test_without_a_milestone_there_is_no_mail() -> None:
    assert told() == ()
    assert told(*silent(of_alliance(DONE, 3))) == ()
    assert told(*of_actors(EventKind.SIGNED, "Stadt"), *of_alliance(EventKind.RESTATED, 1)) == ()


def test_signatures_and_a_milestone_of_one_run_are_two_mails() -> None:
    events = (*of_actors(EventKind.SIGNED, "Stadt"), *of_alliance(COVERAGE, 10))
    content, assessment = plain()
    update = loi_updates(desk(), content, assessment, MEMORY, news(*events))[0]
    milestone = told(*events)[0]
    assert update.key != milestone.key
    assert parsed(update)["Message-ID"] != parsed(milestone)["Message-ID"]
    assert [update.subject, milestone.subject] == [
        "Neu dabei: Stadt",
        "Meilenstein: 10 % der Emissionen sind geschafft",
    ]


# --- Milestones: what they say


@pytest.mark.parametrize(
    ("events", "de", "en"),
    [
        (of_alliance(DONE, 3), "Geschafft: Schritt 3, Allianz gründen", "Done: step 3, Found the alliance"),
        (of_alliance(DONE, 5, 2, 3), "Geschafft: Schritte 2, 3 und 5", "Done: steps 2, 3 and 5"),
        (
            of_alliance(FALLEN, 5),
            "Schritt 5 braucht euch noch einmal: Letter of Intent",
            "Step 5 needs you once more: Letter of intent",
        ),
        (of_alliance(FALLEN, 5, 3), "Schritte 3 und 5 brauchen euch noch einmal", "Steps 3 and 5 need you once more"),
        (
            of_alliance(COVERAGE, 10, 25),
            "Meilenstein: 25 % der Emissionen sind geschafft",
            "Milestone: at least 25% of the emissions are covered",
        ),
        (
            (*of_alliance(FALLEN, 4), *of_alliance(DONE, 3)),
            "Geschafft: Schritt 3, Allianz gründen",
            "Done: step 3, Found the alliance",
        ),
    ],
)
def test_the_subject_says_what_happened(events: tuple[Event, ...], de: str, en: str) -> None:
    assert [told(*events, language="de")[0].subject, told(*events, language="en")[0].subject] == [de, en]


def test_a_step_that_is_done_is_celebrated_and_leads_to_the_next() -> None:
    text = bodies(told(*of_alliance(DONE, 3))[0])[0]
    assert text.startswith(
        "Hallo Jörg!\n\n"
        "Aus einem Vorhaben ist eine Allianz geworden. Das ist das Fundament für alles Weitere.\n\n"
        "GESCHAFFT: SCHRITT 3, Allianz gründen\n\n"
        "Gegründet am 21.03.2026, 3 Mitglieder.\n"
    )
    assert "Stoßt kurz darauf an: Das habt ihr zusammen geschafft." in text
    assert "\n\nWAS ALS NÄCHSTES KOMMT\n\nSchritt 6 von 8, Maßnahmen: " in text


def test_a_step_that_fell_back_is_told_plainly_with_what_helps() -> None:
    content = sheet(actors=[{"name": "Stadt"}], letters=[])
    memory = replace(MEMORY, steps_done=frozenset({3}))
    text = bodies(told(*of_alliance(FALLEN, 3), found=read(content, memory), memory=memory)[0])[0]
    assert text.split("WIEDER OFFEN: SCHRITT 3, Allianz gründen\n\n")[1].startswith(
        "Das steht jetzt in der Tabelle: Gegründet am 21.03.2026, bisher 0 von mindestens 2 Mitgliedern.\nDas hilft: "
    )
    assert "Stoßt" not in text


def test_the_highest_mark_counts_and_the_public_sentence_stands_beside_it() -> None:
    mail, _ = told(*of_alliance(COVERAGE, 10))
    text, html = bodies(mail)
    assert text.split("MINDESTENS 10 % DER EMISSIONEN\n\n")[1].startswith(
        "Euer Ziel: 30 %.\n\n"
        "Das könnt ihr öffentlich sagen:\n"
        "„Die Allianz umfasst mindestens 10 % der Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023; "
        "3 von 3 Unterzeichnenden mit Angaben).“\n"
    )
    assert [part for part in ('width="10%"', 'width="20%"', 'width="70%"') if part not in html] == []


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_step_has_its_sound_mail(number: int, language: Language) -> None:
    mail, _ = told(*of_alliance(DONE, number), *of_alliance(FALLEN, (number + 1) % 8), language=language)
    assert problems(mail) == []


@pytest.mark.parametrize("percent", [10, 25, 50, 75])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mark_has_its_sound_mail(percent: int, language: Language) -> None:
    mail, _ = told(*of_alliance(COVERAGE, percent), language=language)
    assert problems(mail) == []


@pytest.mark.parametrize("goal", [None, 5.0, 10.0, 100.0])
def test_a_goal_may_be_missing_reached_or_far(goal: float | None) -> None:
    content = sheet(settings=replace(SETTINGS, coverage_goal=goal, municipality=""))
    assert problems(told(*of_alliance(COVERAGE, 10), found=read(content))[0]) == []


# --- Success report


STEP_6_DONE = of_alliance(DONE, 6)


def test_the_success_report_waits_for_release_once_step_6_is_done() -> None:
    (mail,) = reported(*STEP_6_DONE)
    assert (mail.recipient, mail.needs_release) == ("erfolge@example.org", True)
    assert mail.key.rpartition(":")[0] == f"success:{MEMORY.address_id('erfolge@example.org')}"


def test_the_success_report_is_the_same_mail_when_it_is_asked_for_again() -> None:
    later = replace(MEMORY, events={event.key: event for event in STEP_6_DONE})
    assert reported(memory=later) == reported(*STEP_6_DONE)


def test_the_success_report_is_written_anew_after_a_no_only_when_it_says_something_else() -> None:
    (mail,) = reported(*STEP_6_DONE)
    known = replace(MEMORY, events={event.key: event for event in STEP_6_DONE}, success_reports={mail.key: False})
    dropped = replace(known, success_reports={mail.key: True})
    moved = sheet(measures=MEASURES, settings=replace(SETTINGS, municipality="Neustadt"))
    assert [len(reported(memory=memory)) for memory in (known, dropped)] == [0, 0]
    assert [len(reported(found=read(moved), memory=memory)) for memory in (known, dropped)] == [0, 1]


@pytest.mark.parametrize(
    ("events", "content", "memory"),
    [
        ((), None, MEMORY),
        (silent(STEP_6_DONE), None, MEMORY),
        (of_alliance(DONE, 5), None, MEMORY),
        (STEP_6_DONE, sheet(), MEMORY),
        (STEP_6_DONE, sheet(measures=MEASURES, settings=replace(SETTINGS, success_report_to="")), MEMORY),
        (STEP_6_DONE, sheet(measures=MEASURES, settings=replace(SETTINGS, success_report_to="LocalZero")), MEMORY),
        (STEP_6_DONE, sheet(measures=MEASURES, settings=replace(SETTINGS, municipality="")), MEMORY),
        (
            STEP_6_DONE,
            sheet(measures=MEASURES, settings=replace(SETTINGS, success_reported_on=TODAY - timedelta(days=1))),
            MEMORY,
        ),
        (
            STEP_6_DONE,
            None,
            replace(MEMORY, objections=frozenset({MEMORY.address_id("erfolge@example.org")})),
        ),
    ],
    ids=[
        "no news",
        "baseline",
        "another step",
        "undone",
        "no address",
        "bad address",
        "no town",
        "reported",
        "objected",
    ],
)
def test_the_success_report_is_not_due(events: tuple[Event, ...], content: Alliance | None, memory: Memory) -> None:
    assert reported(*events, found=read(content) if content else None, memory=memory) == ()


def test_the_success_report_says_what_was_achieved_and_names_with_consent() -> None:
    (mail,) = reported(*STEP_6_DONE)
    assert mail.subject == "Erfolgsmeldung aus Musterstadt: Die Klima-Allianz setzt um"
    assert bodies(mail)[0] == (
        "Guten Tag,\n\n"
        "gute Nachrichten aus Musterstadt: 3 Akteure haben den Letter of Intent der Klima-Allianz Musterstadt "
        "unterzeichnet, 3 haben schon mit Maßnahmen begonnen.\n\n"
        "WAS ERREICHT IST\n\n"
        "* 21.03.2026: Die Allianz ist gegründet.\n"
        "* 19.06.2026: Der Letter of Intent ist veröffentlicht.\n"
        "* 24.11.2026: 3 Unterschriften, 3 Akteure setzen Maßnahmen um.\n"
        "* Das Ziel: klimaneutral bis spätestens 2035.\n\n"
        "Die Allianz umfasst mindestens 10 % der Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023; "
        "3 von 3 Unterzeichnenden mit Angaben).\n\n"
        "Der Letter of Intent zum Nachlesen: https://example.org/loi\n\n"
        "WER DABEI IST\n\n"
        "* Stadt\n  „Das Rathaus geht voran.“\n"
        "* Werk\n"
        "* und ein weiteres Mitglied\n\n"
        "Wir erzählen gern mehr: Eine Antwort auf diese Mail erreicht uns direkt.\n\n"
        "Herzliche Grüße\n"
        "das Team der Klima-Allianz Musterstadt\n"
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_success_report_tells_nothing_that_is_not_public(language: Language) -> None:
    (mail,) = reported(*STEP_6_DONE, language=language)
    text, html = bodies(mail)
    for secret in ("Gießerei", "vertraulich", "Bürger", "weitersagen", "5.432", "20.000", "Jörg", "docs.google.com"):
        assert secret not in mail.subject + text + visible(html)
    assert problems(mail) == []


def test_a_crowd_of_members_stays_readable() -> None:
    names = [f"Mitglied {number:02}" for number in range(40)]
    content = sheet(
        actors=[{"name": name} for name in names],
        letters=[{"actor": name, "publication": "yes", "quote": "Zitat " * 100} for name in names],
        measures=[{**MEASURES[0], "actor": name} for name in names],
    )
    found = read(content)
    (german,), (english,) = reported(*STEP_6_DONE, found=found), reported(*STEP_6_DONE, found=found, language="en")
    assert [problems(german), problems(english)] == [[], []]
    assert "* und 20 weitere Mitglieder\n" in bodies(german)[0]
    assert "* and 20 more members\n" in bodies(english)[0]
