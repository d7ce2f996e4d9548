"""What the service tabs say: Übersicht while little is in the sheet, and one reason wherever an actor is named."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from reports.mail import Mail, MailKind, MailState, QueuedMail
from reports.result import RunCounts, as_json, result
from reports.tabs import Row, outbox_rows, service_rows
from reports.wording import words
from scoring.alliance import Alliance, Settings
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import InventoryMethod, Sector
from scoring.memory import Memory
from tests.scoring.build import alliance

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DE = words("de")
TOWN = Settings(
    municipality="Neustadt", inventory_method=InventoryMethod.BISKO, inventory_year=2022, inventory_total=700_000.0
)
SIGNED = {"actor": "Werk", "status": "signed", "signed_on": date(2026, 10, 1), "signed_by": "Vorstand"}


def assessed(sheet: Alliance) -> Assessment:
    return assess(sheet, Memory(), NOW.date())


def rows(sheet: Alliance, tab: str) -> tuple[Row, ...]:
    return tuple(service_rows(sheet, assessed(sheet), Memory(), (), NOW, DE)[tab])


def overview(sheet: Alliance, title: str) -> list[str]:
    """Return the lines of Übersicht under that title."""
    found = rows(sheet, "overview")
    start = [row[0] for row in found].index(title)
    end = next(at for at in range(start + 1, len(found)) if found[at] == (None, None) or found[at][0])
    return [str(row[1]) for row in found[start:end]]


def test_last_run_is_the_first_line_and_ends_with_how_it_went() -> None:
    sheet = alliance()
    tables = service_rows(sheet, assessed(sheet), Memory(), (), NOW, DE, "Mails warten.")
    assert rows(sheet, "overview")[0] == ("Letzter Lauf", "am 24.11.2026 um 08:00 Uhr: alles in Ordnung")
    assert tables["overview"][0] == ("Letzter Lauf", "am 24.11.2026 um 08:00 Uhr: Mails warten.")


def test_handbook_is_the_last_line_when_there_is_a_link() -> None:
    sheet, link = alliance(), "https://example.org/handbuch"
    with_link = service_rows(sheet, assessed(sheet), Memory(), (), NOW, DE, handbook=link)["overview"]
    assert with_link == (*rows(sheet, "overview"), ("Handbuch", link))


def queued(number: int, kind: MailKind, state: MailState, sent_at: datetime | None = None) -> QueuedMail:
    mail = Mail(
        key=str(number),
        kind=kind,
        recipient="" if kind is MailKind.FUSE else "lena@example.org",
        recipient_name="" if kind is MailKind.FUSE else "Lena",
        subject="Betreff",
        message=b"",
        preview="Vorschau",
    )
    return QueuedMail(number=number, mail=mail, state=state, created_at=NOW, sent_at=sent_at)


def test_postausgang_leaves_freigabe_blank_and_speaks_of_the_fuse_as_of_no_mail() -> None:
    mails = [
        queued(3, MailKind.WELCOME, MailState.WAITING),
        queued(4, MailKind.WELCOME, MailState.SENT, NOW),
        queued(5, MailKind.FUSE, MailState.WAITING),
        queued(6, MailKind.FUSE, MailState.CANCELLED),
    ]
    shown, when = ("Betreff", "Vorschau", None), "24.11.2026, 08:00"
    assert outbox_rows(mails, NOW, DE) == (
        (3, when, "Neuaufnahme", "Lena", *shown, "wartet auf Freigabe", None),
        (4, when, "Neuaufnahme", "Lena", *shown, "gesendet", when),
        (5, when, "Sicherung", None, *shown, "wartet auf eure Antwort", None),
        (6, when, "Sicherung", None, *shown, "erledigt", None),
    )


def test_an_empty_list_is_not_taken_for_a_finished_one() -> None:
    finished = alliance(actors=[{"name": "Werk"}], letters=[SIGNED])
    assert overview(alliance(), "Wen als Nächstes fragen") == ["Der Tab Akteure ist noch leer."]
    assert overview(finished, "Wen als Nächstes fragen") == [
        "Gerade niemand: Alle haben unterzeichnet oder sind zurückgestellt. Zeit für neue Akteure."
    ]


def test_before_the_first_signature_no_coverage_is_named() -> None:
    sheet = alliance(actors=[{"name": "Werk", "emissions": 70_000.0}], settings=TOWN)
    assert overview(sheet, "Abdeckung (nur fürs Team)") == ["noch hat niemand unterzeichnet"]


def test_a_meeting_with_nobody_known_is_named_by_its_kind() -> None:
    sheet = alliance(meetings=[{"date": date(2026, 11, 5), "kind": "founding", "team": "Ayşe"}])
    assert overview(sheet, "Überfällig") == ["Gründung am 05.11.2026: Wie war’s? (Ayşe)"]


def test_the_reason_for_impact_and_rank_is_the_same_everywhere() -> None:
    sheet = alliance(
        actors=[
            {"name": "Bäckerei", "attitude": "supporter", "publicity": 2.0},
            {"name": "Zementwerk", "attitude": "opponent", "relationship": 0.0, "emissions": 90_000.0},
        ],
        settings=TOWN,
    )
    grund = [str(row[12]) for row in rows(sheet, "results")]
    document = json.loads(as_json(result(sheet, assessed(sheet), RunCounts(), DE)))
    talks = [talk.partition("\n")[2] for talk in overview(sheet, "Wen als Nächstes fragen")]
    assert grund == [actor["reason"] for actor in document["actors"]]
    assert talks == [grund[0].replace("Bäckerei – ", "Wirkung "), grund[1].replace("Zementwerk – ", "Wirkung ")]
    assert grund[1].endswith(
        " Rang 2: In Schritt 1 zuerst die leicht Gewinnbaren, dazu zählt dieser Akteur nicht; "
        "Gewinnbarkeit 0 von 100 (Gegner)."
    )


def test_sectors_are_listed_with_what_is_counted_and_what_is_not() -> None:
    sectors = {Sector.INDUSTRY: 300_000.0, Sector.TRANSPORT: 400_000.0}
    sheet = alliance(
        actors=[
            {
                "name": "Werk",
                "emissions": 30_000.0,
                "sector": "industry",
                "emissions_scope": "energy",
                "emissions_year": 2022.0,
                "data_quality": "A",
            }
        ],
        letters=[SIGNED],
        settings=replace(TOWN, inventory_by_sector=sectors),
    )
    assert rows(sheet, "sectors") == (
        ("Verkehr", 400_000.0, 0.0, 400_000.0, 0.0),
        ("Industrie", 300_000.0, 30_000.0, 270_000.0, 10.0),
    )


def test_without_a_total_the_sectors_stay_blank() -> None:
    sheet = alliance(settings=Settings(municipality="Neustadt", inventory_by_sector={Sector.WASTE: 1_000.0}))
    assert rows(sheet, "sectors") == (("Abfall", 1_000.0, None, None, None),)
