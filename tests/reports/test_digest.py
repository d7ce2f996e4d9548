"""Wochenbericht: when it is due, for whom, what it says, and that no sheet can break or abuse it."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from lxml import html as lxml_html

from reports.desk import Desk
from reports.digest import LISTED, digests, digests_for, is_due
from reports.mail import Mail
from reports.readers import Reader
from scoring.alliance import Alliance, Settings, inventory_id
from scoring.assess import assess
from scoring.assessment import Assessment, Coverage
from scoring.domain import InventoryMethod, Language, Sector, Stage
from scoring.memory import Event, EventKind, HistoryRow, Memory, RememberedActor, StageSeen
from tests.scoring.build import Row, alliance

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
SENDER = "Klima-Allianz Musterstadt <klima-allianz@example.org>"
DESK = Desk(sender=SENDER, language="de", now=NOW)
LINK = "https://docs.google.com/spreadsheets/d/abc/edit"

SETTINGS = Settings(
    municipality="Musterstadt",
    inventory_method=InventoryMethod.BISKO,
    inventory_year=2023,
    inventory_total=500_000.0,
    inventory_by_sector={Sector.INDUSTRY: 300_000.0, Sector.TRANSPORT: 150_000.0, Sector.MUNICIPAL: 50_000.0},
    coverage_goal=30.0,
)


def signed_by(actor: str) -> Row:
    return {"actor": actor, "status": "signed", "signed_on": date(2026, 10, 1), "signed_by": "Vorstand"}


def sheet(**changes: object) -> Alliance:
    """Three actors have signed with figures, one is talked to, one is next to nothing; much is overdue with Jörg."""
    signed = [
        {"actor": name, "status": "signed", "signed_on": date(2026, 10, day), "signed_by": "Vorstand"}
        for name, day in (("Stadt", 1), ("Werk", 8), ("Bus", 20))
    ]
    content: dict[str, object] = {
        "actors": [
            {
                "name": "Stadt",
                "kind": "town_administration",
                "sector": "municipal",
                "emissions": 20_000,
                "data_quality": "A",
            },
            {"name": "Werk", "kind": "company", "sector": "industry", "emissions": 60_000, "data_quality": "A"},
            {
                "name": "Bus",
                "kind": "transport_operator",
                "sector": "transport",
                "emissions": 10_000,
                "data_quality": "A",
            },
            {
                "name": "Klinikum & Co.",
                "kind": "health",
                "jobs": 2500,
                "publicity": 4,
                "relationship": 4,
                "owner": "Jörg",
            },
            {
                "name": "Verein",
                "kind": "association",
                "publicity": 2,
                "next_step": "anrufen",
                "due_on": date(2026, 11, 20),
                "owner": "Jörg Müller",
            },
        ],
        "letters": signed,
        "meetings": [
            {
                "actors": "Klinikum & Co.",
                "date": date(2026, 11, 19),
                "kind": "talk",
                "status": "held",
                "result": "positive",
            },
            {"actors": "Klinikum & Co.", "date": date(2026, 11, 26), "kind": "executive_meeting", "team": "Ayşe"},
        ],
        "recipients": [
            {"name": "Jörg Müller", "email": "joerg@example.org", "weekly_report": "yes"},
            {"name": "Ayşe Kaya", "email": "ayse@example.org", "weekly_report": "yes"},
            {"name": "Ohne", "email": "ohne@example.org", "weekly_report": "no"},
            {"name": "Leer", "weekly_report": "yes"},
            {"name": "Ümlaut", "email": "jörg@example.org", "weekly_report": "yes"},
        ],
        "settings": SETTINGS,
    }
    return alliance(**(content | changes))  # type: ignore[arg-type]


MEMORY = Memory(
    actors={"u:bus": RememberedActor(uid="u:bus", key="bus", name="Bus")},
    history=(
        HistoryRow(day=date(2026, 10, 2), coverage_min=0.0, coverage_mid=0, coverage_max=0, members=0, step=1),
        HistoryRow(day=date(2026, 10, 12), coverage_min=0.152, coverage_mid=0.16, coverage_max=0.17, members=2, step=1),
    ),
    inventory=inventory_id(SETTINGS),
    last_report=date(2026, 11, 17),
    is_baseline=False,
    stages=(StageSeen(uid="u:klinikum & co.", stage=Stage.CONTACTED, since=None, seen_on=date(2026, 11, 1)),),
    address_key=b"secret",
)


def mail_for(
    content: Alliance,
    memory: Memory = MEMORY,
    *,
    name: str = "Jörg Müller",
    language: Language = "de",
    coverage: Coverage | None = None,
    link: str = LINK,
    assessment: Assessment | None = None,
) -> Mail:
    assessment = assessment or assess(content, memory, TODAY)
    covered = replace(assessment, coverage=coverage or assessment.coverage)
    desk = Desk(sender=SENDER, language=language, now=NOW, sheet_link=link)
    (mail,) = digests_for([Reader(name=name, address="joerg@example.org", id="abc")], desk, content, covered, memory)
    return mail


def bodies(mail: Mail) -> tuple[str, str]:
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part for part in message.walk()}
    text, html = (parts[kind].get_content().replace("\r\n", "\n") for kind in ("text/plain", "text/html"))
    return text, html


def pictures(mail: Mail) -> dict[str, bytes]:
    """The pictures that travel with the mail, by Content-ID."""
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    images = [part for part in message.walk() if part.get_content_maintype() == "image"]
    return {image["Content-ID"].strip("<>"): image.get_content() for image in images}


def visible(html: str) -> str:
    """What a person reads in the HTML part."""
    return " ".join(lxml_html.fromstring(html).find("body").text_content().split())


def problems(mail: Mail) -> list[str]:
    """The linter: everything that a mail must not be."""
    text, html = bodies(mail)
    tree = lxml_html.fromstring(html)
    links = [link for link in tree.xpath("//@href") if not link.startswith("mailto:")]
    found = {
        "larger than Gmail shows": len(html.encode()) > 102_000,
        "image without alt": bool(tree.xpath("//img[not(@alt) or @alt='']")),
        "image that is not in the mail": {f"cid:{name}" for name in pictures(mail)} != set(tree.xpath("//img/@src")),
        "remote content": bool(tree.xpath("//@src[not(starts-with(., 'cid:'))] | //link | //iframe | //object"))
        or "url(" in html
        or "@import" in html,
        "script": bool(tree.xpath("//script | //form | //@*[starts-with(name(), 'on')]")),
        "link that is not https": [link for link in links if not link.startswith("https://")] != [],
        "link that the text lacks": [link for link in tree.xpath("//@href") if link not in text] != [],
        "unrendered": bool(re.search(r"\{\{|\}\}|\{%|None|nan\b|<built-in|Undefined", text + visible(html))),
        "no language": tree.get("lang") not in {"de", "en"},
        "no dark mode": "prefers-color-scheme" not in html or "color-scheme" not in html,
        "control characters": bool(re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text + html)),
        "long subject": len(mail.subject) > 150 or "\n" in mail.subject,
        "empty paragraph": bool(re.search("\n\n\n", text)),
    }
    return [problem for problem, there in found.items() if there]


# When and for whom


def test_reports_go_to_those_who_want_them_and_can_be_mailed_to() -> None:
    content = sheet()
    mails = digests(DESK, content, assess(content, MEMORY, TODAY), MEMORY)
    assert [(mail.recipient, mail.recipient_name, mail.kind) for mail in mails] == [
        ("joerg@example.org", "Jörg Müller", "digest"),
        ("ayse@example.org", "Ayşe Kaya", "digest"),
    ]
    assert [mail.key for mail in mails] == [f"digest:2026-W48:{MEMORY.address_id(mail.recipient)}" for mail in mails]
    assert "@" not in "".join(mail.key for mail in mails)


def due(memory: Memory, content: Alliance | None = None) -> bool:
    content = content or alliance()
    return is_due(content, assess(content, memory, TODAY), memory)


def quiet(*weeks: str) -> Memory:
    history = (
        HistoryRow(day=date(2026, 9, 1), coverage_min=None, coverage_mid=None, coverage_max=None, members=0, step=1),
    )
    return Memory(history=history, reported_weeks=frozenset(weeks), is_baseline=False)


@pytest.mark.parametrize(
    ("memory", "is_it"),
    [
        (quiet(), True),
        (quiet("2026-W48"), False),
        (quiet("2026-W47"), False),
        (quiet("2026-W46", "2026-W45"), False),
        (quiet("2026-W44"), True),
        (replace(quiet("2026-W47"), history=MEMORY.history, last_report=date(2026, 11, 17)), True),
        (replace(quiet("2026-W48"), history=MEMORY.history), False),
        (Memory(), False),
        (replace(quiet(), history=(replace(quiet().history[0], day=date(2026, 11, 23)),)), False),
        (replace(quiet(), history=(replace(quiet().history[0], day=date(2026, 11, 22)),)), True),
    ],
)
def test_report_is_due_weekly_when_something_changed_and_every_fourth_week(memory: Memory, is_it: bool) -> None:
    assert due(memory) == is_it


def test_iso_week_decides_at_the_turn_of_the_year() -> None:
    content = alliance(recipients=[{"name": "J", "email": "j@example.org", "weekly_report": "yes"}])
    day = date(2027, 1, 1)
    (mail,) = digests(DESK, content, assess(content, quiet(), day), quiet())
    assert mail.key.startswith("digest:2026-W53:")


def test_same_facts_give_the_same_bytes() -> None:
    assert mail_for(sheet()) == mail_for(sheet())


# What it says


def test_preview_answers_in_one_breath() -> None:
    assert mail_for(sheet()).preview == (
        "Eure Allianz umfasst mindestens 17 % der Emissionen von Musterstadt. Als Nächstes dran: Klinikum & Co. "
        "Eine Sache ist liegen geblieben, und zwar bei dir."
    )
    assert mail_for(sheet(), language="en").preview == (
        "Your alliance covers at least 17% of the emissions of Musterstadt. Next in line: Klinikum & Co. "
        "One thing is overdue, and it is yours."
    )


def test_subject_names_share_and_next_actor() -> None:
    assert mail_for(sheet()).subject == (
        "Klima-Allianz Musterstadt, KW 48: mindestens 17 % abgedeckt – als Nächstes Klinikum & Co."
    )


def test_text_part_tells_everything_in_order() -> None:
    text, _ = bodies(mail_for(sheet()))
    told = [
        "Hallo Jörg!",
        "Mindestens 17 % der Emissionen sind abgedeckt, wahrscheinlich 18 %, höchstens 19 %.",
        "Euer Ziel: 30 %.",
        "3 Mitglieder, 3 Unterschriften.",
        "„Die Allianz umfasst mindestens 17 % der Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023",
        "WAS SICH GETAN HAT (seit 17.11.2026)",
        "* Abdeckung: +1,9 Prozentpunkte.",
        "* Mitglieder: +1.",
        "* Klinikum & Co.: Erstkontakt → Gespräch geführt",
        "1. Klinikum & Co. (",
        "2. Verein (",
        "* Verein: anrufen (seit 4 Tagen, bei dir)",
        "* 26.11.2026, Klinikum & Co.: Chefetagen-Termin (Ayşe)",
        "* Oktober 2026: 15 %",
        "* November 2026: 17 %",
        "* Industrie: 20 % abgedeckt (der Sektor macht 60 % aller Emissionen aus)",
        "SCHRITT 1 VON 8: Kickoff",
        f"Zur Tabelle: {LINK}",
        "mailto:klima-allianz@example.org",
    ]
    places = [text.find(line) for line in told]
    assert [line for line, place in zip(told, places, strict=True) if place < 0] == []
    assert places == sorted(places)


def test_html_says_what_the_text_says() -> None:
    read = visible(bodies(mail_for(sheet()))[1])
    told = ["Hallo Jörg!", "17 %", "+1,9 Prozentpunkte", "Klinikum & Co.", "seit 4 Tagen", "bei dir", "20 %", "Nov"]
    assert [line for line in told if line not in read] == []


def test_share_that_may_not_be_published_is_for_the_team_only() -> None:
    covered = replace(assess(sheet(), MEMORY, TODAY).coverage, publishable=False, percent=None)
    mail = mail_for(sheet(), coverage=covered)
    text, html = bodies(mail)
    assert mail.subject.startswith("Klima-Allianz Musterstadt, KW 48: 3 Unterschriften")
    assert "„3 Akteure haben den Letter of Intent der Klima-Allianz Musterstadt unterzeichnet.“" in text
    assert "mindestens abgedeckt (nur fürs Team)" in visible(html)


def test_sheet_with_names_only_gets_a_whole_report() -> None:
    content = alliance(actors=[{"name": "Bäckerei"}])
    mail = mail_for(content, Memory(), link="")
    text, html = bodies(mail)
    assert problems(mail) == []
    assert mail.subject == "Klima-Allianz, KW 48: noch keine Unterschrift – als Nächstes Bäckerei"
    assert "Das ist euer erster Wochenbericht." in text
    assert "Dafür fehlen Bilanzmethode, Bilanzjahr oder Gesamtemissionen" in text
    assert "Zur Tabelle" not in text + html


def test_empty_sheet_gets_a_whole_report() -> None:
    mail = mail_for(alliance(), Memory(), name="")
    assert problems(mail) == []
    text, html = bodies(mail)
    assert ["Der Tab Akteure ist noch leer." in part for part in (text, visible(html))] == [True, True]
    assert ["Hallo!" in part for part in (text, visible(html))] == [True, True]


def test_when_all_have_signed_nobody_is_next() -> None:
    mail = mail_for(sheet(actors=[{"name": "Stadt"}], letters=[signed_by("Stadt")], meetings=[]))
    assert "Gerade steht niemand auf der Liste" in bodies(mail)[0]


@pytest.mark.parametrize("language", ["de", "en"])
def test_before_the_first_signature_there_is_nothing_to_say_in_public(language: Language) -> None:
    content = sheet(letters=[])
    text, html = bodies(mail_for(content, language=language))
    public, instead, range_ = {
        "de": ("öffentlich sagen", "Mit der ersten Unterschrift steht hier", "wahrscheinlich"),
        "en": ("say in public", "With the first signature you will read here", "probably"),
    }[language]
    both = text + visible(html)
    assert (public in both, instead in text, range_ in both) == (False, True, False)
    assert problems(mail_for(content, language=language)) == []


def test_quiet_week_says_so() -> None:
    text, _ = bodies(mail_for(alliance(), quiet()))
    assert "nichts bewegt" in text


def test_figures_that_moved_without_any_stage_are_told_in_both_parts() -> None:
    text, html = bodies(mail_for(sheet(), replace(MEMORY, stages=())))
    told = ["Abdeckung: +1,9 Prozentpunkte", "Mitglieder: +1"]
    assert [line for line in told if line not in text or line not in visible(html)] == []


def test_long_lists_are_cut_and_counted() -> None:
    late = [
        {"name": f"A{n}", "next_step": "x", "due_on": TODAY - timedelta(days=n), "owner": "Tom"} for n in range(1, 15)
    ]
    mine = [{"name": "Meiner", "next_step": "y", "due_on": TODAY - timedelta(days=1), "owner": "Jörg"}]
    mail = mail_for(alliance(actors=[*late, *mine]), Memory())
    text, _ = bodies(mail)
    section = text.partition("WAS LIEGEN GEBLIEBEN IST\n\n")[2].partition("\n\n")[0].splitlines()
    assert section == ["Bei wem: dir 1 · Tom 14"]
    items = [line for line in text.splitlines() if line.startswith("* ")][: LISTED + 1]
    assert items[:2] == ["* Meiner: y (seit gestern, bei dir)", "* A14: x (seit 14 Tagen, Tom)"]
    assert items[LISTED:] == ["* und 10 weitere"]
    assert "15 Sachen sind liegen geblieben, eine davon bei dir." in mail.preview


def signature_events(*names: str, day: date = TODAY) -> Memory:
    found = [Event(key=f"loi_signed:u:{name}", kind=EventKind.SIGNED, day=day, uid=f"u:{name}") for name in names]
    return replace(MEMORY, events={event.key: event for event in found})


def test_new_signature_is_told_once_and_not_as_a_stage_too() -> None:
    stages = (StageSeen(uid="u:bus", stage=Stage.TALKED, since=None, seen_on=date(2026, 11, 1)),)
    memory = replace(signature_events("bus", day=date(2026, 11, 19)), stages=stages)
    text, html = bodies(mail_for(sheet(), memory))
    assert "* Neu unterschrieben: Bus\n" in text
    assert "Neu unterschrieben: Bus" in visible(html)
    assert "Bus: Gespräch geführt" not in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_signature_that_vanished_is_told_until_somebody_says_that_it_was_withdrawn(language: Language) -> None:
    told = {"de": "und fehlt jetzt: Klinikum & Co.", "en": "is missing now: Klinikum & Co."}[language]
    memory = signature_events("bus", "klinikum & co.")
    withdrawn = Event(key="loi_withdrawn:1", kind=EventKind.WITHDRAWN, day=TODAY, uid="u:klinikum & co.")
    settled = replace(memory, events=memory.events | {withdrawn.key: withdrawn})
    both = [bodies(mail_for(sheet(), of, language=language)) for of in (memory, settled)]
    assert [told in text for text, _ in both] == [True, False]
    assert [told in visible(html) for _, html in both] == [True, False]


@pytest.mark.parametrize("language", ["de", "en"])
def test_coverage_over_time_is_a_picture_that_states_its_finding(language: Language) -> None:
    row = HistoryRow(day=date(2026, 8, 3), coverage_min=0.05, coverage_mid=0.05, coverage_max=0.06, members=1, step=1)
    mail = mail_for(sheet(), replace(MEMORY, history=(row, *MEMORY.history)), language=language)
    text, html = bodies(mail)
    (image,) = lxml_html.fromstring(html).xpath("//img")
    ((name, png),) = pictures(mail).items()
    assert problems(mail) == []
    assert (image.get("src"), png[:8]) == (f"cid:{name}", b"\x89PNG\r\n\x1a\n")
    assert "17" in image.get("alt")
    assert {"de": "* August 2026: 5 %", "en": "* August 2026: 5%"}[language] in text


def test_fewer_months_are_a_small_table_and_one_is_nothing() -> None:
    two, one = mail_for(sheet()), mail_for(sheet(), replace(MEMORY, history=()))
    assert [pictures(two), pictures(one)] == [{}, {}]
    assert ["Abdeckung im Verlauf" in visible(bodies(mail)[1]) for mail in (two, one)] == [True, False]


def test_who_objected_gets_no_report() -> None:
    content, memory = sheet(), replace(MEMORY, objections=frozenset({MEMORY.address_id("joerg@example.org")}))
    mails = digests(DESK, content, assess(content, memory, TODAY), memory)
    assert [mail.recipient for mail in mails] == ["ayse@example.org"]


def test_report_of_five_hundred_actors_is_not_cut_by_gmail() -> None:
    name = "Gemeinnützige Wohnungsbaugesellschaft der Stadt und des Landkreises mbH & Co. KG Nr. "
    actors = [
        {
            "name": f"{name}{n}",
            "kind": "housing",
            "jobs": 10 + n,
            "emissions": 100 + n,
            "owner": f"Person mit langem Namen {n}",
            "next_step": "Unterlagen " * 40,
            "due_on": TODAY + timedelta(days=n % 7 - 3),
        }
        for n in range(500)
    ]
    letters = [signed_by(f"{name}{n}") for n in range(250)]
    memory = signature_events(*(f"{name}{n}".casefold() for n in range(300)))
    mail = mail_for(sheet(actors=actors, letters=letters, meetings=[]), memory)
    assert problems(mail) == []
    assert 20_000 < len(bodies(mail)[1].encode()) < 60_000


def test_link_that_is_not_https_is_left_out() -> None:
    mail = mail_for(sheet(), link="javascript:alert(1)")
    assert problems(mail) == []
    assert "javascript" not in "".join(bodies(mail))


@pytest.mark.parametrize("language", ["de", "en"])
def test_mail_passes_the_linter(language: Language) -> None:
    assert problems(mail_for(sheet(), language=language)) == []


def test_english_report_holds_no_german() -> None:
    text, html = bodies(mail_for(sheet(), language="en"))
    german = re.findall(r"\b(?:und|ist|der|die|das|seit|ihr|euch|nicht|Schritt|Maßnahme)\b", text + visible(html))
    assert german == []


# What a sheet may hold

HOSTILE = {
    "html": '<img src=x onerror=alert(1)><script>alert(1)</script>"\'><a href="javascript:x">',
    "header": "Jörg\r\nBcc: victim@example.org\r\n\r\nbody",
    "template": "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}{{ config }}",
    "format": "{name} {0.__class__} %s %(x)s",
    "direction": "\u202eevil\u202c\u2066x\u2069 \u200f",
    "nul": "a\x00b\x1b[31mc\x7f\x85",
    "half": "\ud83d lone",
    "long": "Donau" * 2000,
    "spaces": " \t\n ",
    "encoded": "=?utf-8?q?=0D=0ABcc=3A_victim=40example=2Eorg?=",
    "formula": '=HYPERLINK("https://evil.example")',
}


def hostile_sheet(text: str) -> Alliance:
    """Every field into which a person types text, filled with it; the names stay apart by a number."""
    content = sheet(
        actors=[
            {
                "name": f"{text} {n}",
                "next_step": text,
                "due_on": date(2026, 11, 20),
                "owner": text,
                "note": text,
                "id": text,
            }
            for n in range(4)
        ],
        meetings=[
            {
                "actors": (f"{text} 0",),
                "date": TODAY - timedelta(days=day),
                "team": text,
                "next_step": text,
                "due_on": date(2026, 11, 25),
                "minutes": text,
            }
            for day in (-2, 0, 2, 8)
        ],
        letters=[
            {"actor": f"{text} 3", "status": "signed", "signed_on": date(2026, 10, 1), "signed_by": text, "quote": text}
        ],
        measures=[
            {
                "actor": f"{text} 3",
                "title": text,
                "summary": text,
                "field_of_action": text,
                "planned_end": date(2026, 1, 1),
                "responsible": text,
                "reason": text,
            }
        ],
        press=[{"date": TODAY, "title": text, "medium": text, "actor": f"{text} 3"}],
        settings=replace(SETTINGS, municipality=text, inventory_source=text, loi_version=text, loi_link=text),
    )
    keys = dict(zip(content.actors["name"], content.actors["key"], strict=True))
    meetings = content.meetings.assign(actors=[(keys[f"{text} 0"],)] * len(content.meetings))
    return replace(content, meetings=meetings)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_stays_text(text: str) -> None:
    content = hostile_sheet(text)
    memory = signature_events(*(uid.removeprefix("u:") for uid in content.actors["uid"]))
    assessment = assess(content, memory, TODAY)
    for language in ("de", "en"):
        mail = mail_for(content, memory, name=text, language=language, assessment=assessment)
        body, html = bodies(mail)
        plain = lxml_html.fromstring(html)
        message = message_from_bytes(mail.message)
        allowed = {"unrendered"} if "{{" in text else set()
        assert set(problems(mail)) <= allowed
        assert {link.partition(":")[0] for link in plain.xpath("//@href")} == {"https", "mailto"}
        assert "49" not in mail.subject
        assert len(message.keys()) == 12
        assert message["Bcc"] is None
        assert len(message.get_all("To", [])) == 1
        assert {element.tag for element in plain.iter() if isinstance(element.tag, str)} <= {
            *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"),
            *("p", "h1", "h2", "strong", "span", "br", "a"),
        }
        assert max(map(len, body.splitlines())) < 4000
