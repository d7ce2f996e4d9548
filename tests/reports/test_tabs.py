"""What the service tabs say: Übersicht while little is in the sheet, and one reason wherever an actor is named."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

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


def signed_works(goal: float | None, industry: float = 30_000.0) -> Alliance:
    """One signatory of that many tonnes in industry, which emits 300,000 t; transport emits 400,000 t."""
    return alliance(
        actors=[
            {
                "name": "Werk",
                "emissions": industry,
                "sector": "industry",
                "emissions_scope": "energy",
                "emissions_year": 2022.0,
                "data_quality": "A",
            }
        ],
        letters=[SIGNED],
        settings=replace(
            TOWN,
            coverage_goal=goal,
            inventory_by_sector={Sector.INDUSTRY: 300_000.0, Sector.TRANSPORT: 400_000.0},
        ),
    )


def test_sectors_are_listed_with_what_is_counted_and_what_is_not() -> None:
    assert rows(signed_works(goal=None), "sectors") == (
        ("Verkehr", 400_000.0, 0.0, 400_000.0, 0.0, None, 100.0),
        ("Industrie", 300_000.0, 30_000.0, 270_000.0, 10.0, None, 90.0),
    )


def test_sectors_say_what_is_missing_to_the_goal_and_the_rest_so_that_all_ends_at_100() -> None:
    def of_goal(goal: float, industry: float = 30_000.0) -> list[Row]:
        return [row[4:] for row in rows(signed_works(goal, industry), "sectors")]

    assert of_goal(30) == [(0.0, 30.0, 70.0), (10.0, 20.0, 70.0)]
    assert of_goal(10) == [(0.0, 10.0, 90.0), (10.0, 0.0, 90.0)]
    assert of_goal(5) == [(0.0, 5.0, 95.0), (10.0, 0.0, 90.0)]
    assert of_goal(100) == [(0.0, 100.0, 0.0), (10.0, 90.0, 0.0)]
    assert of_goal(0) == [(0.0, 0.0, 100.0), (10.0, 0.0, 90.0)]
    assert of_goal(33.33, 10_000.0) == [(0.0, 33.3, 66.7), (3.3, 30.0, 66.7)]


@pytest.mark.parametrize(
    ("of_unknown", "shares"),
    [
        ({"sector": "transport"}, [None, 10.0]),  # no figure there
        ({}, [None, 10.0]),  # neither a figure nor a sector
        ({"emissions": 500.0, "emissions_scope": "energy", "data_quality": "A"}, [None, 10.0]),  # no sector
        ({"sector": "industry"}, [0.0, 10.0]),  # no figure where others have one
    ],
)
def test_a_sector_where_a_signatory_may_be_unknown_is_blank_and_not_0(
    of_unknown: Mapping[str, object], shares: list[float | None]
) -> None:
    known = signed_works(goal=30)
    works = known.actors.iloc[0].dropna()[["emissions", "sector", "emissions_scope", "emissions_year", "data_quality"]]
    sheet = alliance(
        actors=[{"name": "Werk", **works}, {"name": "Bahn", **of_unknown}],
        letters=[SIGNED, {**SIGNED, "actor": "Bahn"}],
        settings=known.settings,
    )
    assert [row[4] for row in rows(sheet, "sectors")] == shares


def test_a_sector_of_which_more_is_counted_than_there_is_counts_as_all_of_it() -> None:
    assert rows(signed_works(goal=30, industry=400_000.0), "sectors")[1] == (
        "Industrie",
        300_000.0,
        300_000.0,
        0.0,
        100.0,
        0.0,
        0.0,
    )


def test_overview_says_the_goal_behind_the_coverage() -> None:
    def line(goal: float | None) -> list[str]:
        return overview(signed_works(goal), "Abdeckung (nur fürs Team)")

    (bounds,) = line(None)
    assert [line(goal) for goal in (30.0, 33.3)] == [[f"{bounds}. Ziel: 30 %"], [f"{bounds}. Ziel: 33,3 %"]]


def test_overview_leaves_the_goal_away_while_no_coverage_can_be_computed() -> None:
    sheet = alliance(settings=Settings(municipality="Neustadt", coverage_goal=30.0))
    assert overview(sheet, "Abdeckung (nur fürs Team)") == [
        "noch nicht zu berechnen: Bilanzmethode, Bilanzjahr oder Gesamtemissionen fehlen in Einstellungen"
    ]


def test_without_a_total_the_sectors_stay_blank_and_so_do_their_bars() -> None:
    waste = Settings(municipality="Neustadt", inventory_by_sector={Sector.WASTE: 1_000.0})
    for settings in (waste, replace(waste, coverage_goal=30.0)):
        assert rows(alliance(settings=settings), "sectors") == (("Abfall", 1_000.0, *(None,) * 5),)
