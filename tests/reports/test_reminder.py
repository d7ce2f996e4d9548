"""Erinnerung: who is reminded of what, once a week, and that every thing comes with what to do."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from lxml import html as lxml_html

from reports.desk import Desk
from reports.mail import Mail
from reports.reminder import LISTED, reminders
from scoring.alliance import Alliance
from scoring.assess import assess
from scoring.domain import Language
from scoring.memory import HistoryRow, Memory
from tests.scoring.build import alliance

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
LINK = "https://docs.google.com/spreadsheets/d/abc/edit"
TEAM = [
    {"name": "Jörg Müller", "email": "joerg@example.org", "reminders": "yes"},
    {"name": "Ayşe Kaya", "email": "ayse@example.org", "reminders": "yes"},
    {"name": "Tom", "email": "tom@example.org", "reminders": "no"},
]
SHEET = alliance(
    actors=[
        {"name": "Werk", "owner": "Jörg", "next_step": "anrufen", "due_on": date(2026, 11, 23)},
        {"name": "Bus & Bahn", "owner": "Jörg Müller"},
        {"name": "Bad", "owner": "Tom", "next_step": "schreiben", "due_on": date(2026, 11, 2)},
        {"name": "Verein", "owner": "Ayşe", "next_step": "morgen dran", "due_on": date(2026, 11, 25)},
    ],
    meetings=[{"actors": "Werk", "date": date(2026, 11, 12), "kind": "executive_meeting", "team": "Jörg"}],
    measures=[
        {"actor": "Bus & Bahn", "title": "Neue Linie", "planned_end": date(2026, 10, 1), "responsible": "Leitung"},
        {"actor": "Bus & Bahn", "title": "Ökostrom", "actual_start": date(2026, 4, 1), "status": "in_progress"},
    ],
    recipients=TEAM,
)
MEMORY = Memory(
    history=(
        HistoryRow(day=date(2026, 9, 1), coverage_min=None, coverage_mid=None, coverage_max=None, members=0, step=1),
    ),
    address_key=b"secret",
)


def written(
    content: Alliance = SHEET, memory: Memory = MEMORY, language: Language = "de", today: date = TODAY
) -> tuple[Mail, ...]:
    desk = Desk(sender="Klima-Allianz <klima-allianz@example.org>", language=language, now=NOW, sheet_link=LINK)
    return reminders(desk, content, assess(content, memory, today), memory)


def bodies(mail: Mail) -> tuple[str, str]:
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part for part in message.walk()}
    text, html = (parts[kind].get_content().replace("\r\n", "\n") for kind in ("text/plain", "text/html"))
    return text, html


def visible(html: str) -> str:
    return " ".join(lxml_html.fromstring(html).find("body").text_content().split())


def test_whoever_left_something_lying_gets_one_mail_a_week() -> None:
    (mail,) = written()
    assert (mail.recipient, mail.recipient_name, mail.kind) == ("joerg@example.org", "Jörg Müller", "reminder")
    assert mail.key == f"reminder:2026-W48:{MEMORY.address_id('joerg@example.org')}"
    assert mail.subject == "4 Sachen warten auf dich, am längsten: Bus & Bahn"
    assert mail.preview == (
        "4 Sachen sind bei dir liegen geblieben, die älteste seit 54 Tagen. Oft reicht ein Eintrag in der Tabelle."
    )


def test_text_bundles_by_actor_oldest_first_and_says_what_to_do() -> None:
    text, _ = bodies(written()[0])
    assert text.partition("Tabelle.\n\n")[2].partition("Passt etwas")[0] == (
        "Bus & Bahn\n"
        "* Maßnahme „Neue Linie“ hinkt hinterher (seit 54 Tagen)\n"
        "  Kurz nachfragen, dann im Tab Maßnahmen den Umsetzungsstand oder das geplante Ende anpassen.\n"
        "* Maßnahme „Ökostrom“ prüfen (seit 54 Tagen)\n"
        "  Kurz nachfragen, dann im Tab Maßnahmen „Zuletzt geprüft am“ eintragen.\n"
        "\n"
        "Werk\n"
        "* Chefetagen-Termin am 12.11.2026: Wie war’s? (seit 12 Tagen)\n"
        "  Im Tab Termine das Ergebnis eintragen. Fiel er aus: Status „abgesagt“ oder „verschoben“.\n"
        "* anrufen (seit gestern)\n"
        "  Erledigt? Nächsten Schritt eintragen, bei Terminen „Erledigt: ja“. Sonst „Fällig am“ verschieben.\n"
        "\n"
    )
    assert text.rstrip().endswith("mailto:klima-allianz@example.org?subject=Erinnerungen%20abbestellen")


@pytest.mark.parametrize("language", ["de", "en"])
def test_html_says_what_the_text_says(language: Language) -> None:
    text, html = bodies(written(language=language)[0])
    read = visible(html)
    items = [line.removeprefix("* ").partition(" (")[0] for line in text.splitlines() if line.startswith("* ")]
    how = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    assert (len(items), len(how)) == (4, 4)
    assert [line for line in items + how if line not in read] == []
    assert [link for link in lxml_html.fromstring(html).xpath("//@href") if link not in text] == []
    assert len(lxml_html.fromstring(html).xpath("//script | //img | //link")) == 0


def test_one_thing_since_yesterday_reads_like_one() -> None:
    content = alliance(
        actors=[{"name": "Werk", "owner": "Tom", "next_step": "anrufen", "due_on": date(2026, 11, 23)}],
        recipients=[{"name": "Tom", "email": "tom@example.org", "reminders": "yes"}],
    )
    assert [(mail.subject, mail.preview) for mail in (*written(content), *written(content, language="en"))] == [
        (
            "Eine Sache wartet auf dich: Werk",
            "Eine Sache ist bei dir liegen geblieben – seit gestern. Oft reicht ein Eintrag in der Tabelle.",
        ),
        (
            "One thing is waiting for you: Werk",
            "One thing of yours is overdue since yesterday. Often an entry in the sheet is all it takes.",
        ),
    ]


def test_nobody_is_reminded_of_nothing_or_in_the_first_week_or_after_an_objection() -> None:
    young = replace(MEMORY, history=(replace(MEMORY.history[0], day=date(2026, 11, 23)),))
    objected = replace(MEMORY, objections=frozenset({MEMORY.address_id("joerg@example.org")}))
    nothing = alliance(actors=[{"name": "Werk", "owner": "Jörg"}], recipients=TEAM)
    assert [written(memory=young), written(memory=Memory()), written(memory=objected), written(nothing)] == [()] * 4


def test_what_belongs_to_nobody_of_the_team_reminds_nobody() -> None:
    content = alliance(
        actors=[{"name": "Werk", "owner": "Sabine", "next_step": "x", "due_on": date(2026, 11, 1)}, {"name": "Bus"}],
        meetings=[{"date": date(2026, 11, 1), "kind": "team_meeting"}],
        measures=[{"actor": "Bus", "title": "Netz", "planned_end": date(2026, 10, 1), "responsible": "Leitung"}],
        recipients=TEAM,
    )
    assert written(content) == ()


def test_long_list_is_cut_at_the_newest_and_stays_small() -> None:
    long = "Unterlagen " * 60
    actors = [
        {"name": f"{long}{n}", "owner": "Jörg", "next_step": long, "due_on": TODAY - timedelta(days=n)}
        for n in range(1, 200)
    ]
    (mail,) = written(alliance(actors=actors, recipients=TEAM))
    text, html = bodies(mail)
    days = [199 - n for n in range(LISTED)]
    assert [f"(seit {day} Tagen)" in text for day in (*days, 199 - LISTED)] == [True] * LISTED + [False]
    assert "Und 184 weitere" in text
    assert len(html.encode()) < 40_000


def test_text_of_the_sheet_stays_text() -> None:
    hostile = "<b>{{ 7*7 }}</b>\r\nBcc: x@example.org"
    content = alliance(
        actors=[{"name": hostile, "owner": "Jörg", "next_step": hostile, "due_on": date(2026, 11, 1)}], recipients=TEAM
    )
    (mail,) = written(content)
    text, html = bodies(mail)
    assert mail.subject == "Eine Sache wartet auf dich: <b>{{ 7*7 }}</b> Bcc: x@example.org"
    assert "* <b>{{ 7*7 }}</b> Bcc: x@example.org (seit 23 Tagen)" in text
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt; Bcc" in html
