"""An alliance with news, for the tests of the mails that tell them. Import it as `tests.reports.news_sheet`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from reports.desk import Desk
from scoring.alliance import Alliance, Settings
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import InventoryMethod, Language
from scoring.memory import Event, EventKind, Memory
from scoring.news import News
from tests.scoring.build import Row, alliance

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
MEMORY = Memory(is_baseline=False, address_key=b"secret")
SETTINGS = Settings(
    municipality="Musterstadt",
    target_year=2035,
    inventory_method=InventoryMethod.BISKO,
    inventory_year=2023,
    inventory_total=500_000.0,
    coverage_goal=30.0,
    founded_on=date(2026, 3, 21),
    loi_published_on=date(2026, 6, 19),
    loi_link="https://example.org/loi",
    success_report_to="erfolge@example.org",
)
ACTORS: tuple[Row, ...] = (
    {"name": "Stadt", "kind": "town_administration", "sector": "municipal", "emissions": 20_000, "data_quality": "A"},
    {"name": "Werk", "kind": "company", "sector": "transport", "emissions": 30_000, "data_quality": "A"},
    {
        "name": "Bürger*innen e. V.",
        "kind": "association",
        "sector": "services",
        "emissions": 5_432,
        "data_quality": "A",
    },
    {"name": "Gießerei", "kind": "company", "attitude": "opponent", "relationship": 1, "note": "streng vertraulich"},
    {"name": "Autohaus", "kind": "company"},
)
LETTERS: tuple[Row, ...] = (
    {"actor": "Stadt", "publication": "yes", "quote": "Das Rathaus geht voran."},
    {"actor": "Werk", "publication": "name_only", "quote": "Nicht weitersagen."},
    {"actor": "Bürger*innen e. V.", "publication": "no", "quote": "Auch nicht weitersagen."},
)
RECIPIENTS: tuple[Row, ...] = (
    {"name": "Jörg Müller", "email": "joerg@example.org", "letter_news": "yes"},
    {"name": "Ayşe Kaya", "email": "ayse@example.org", "letter_news": "yes"},
    {"name": "Ayşe noch einmal", "email": " Ayse@example.org", "letter_news": "yes"},
    {"name": "Ohne", "email": "ohne@example.org", "letter_news": "no"},
    {"name": "Leer", "letter_news": "yes"},
    {"name": "Ümlaut", "email": "jörg@example.org", "letter_news": "yes"},
)


def desk(language: Language = "de") -> Desk:
    """The desk of the run."""
    return Desk(
        sender="Klima-Allianz Musterstadt <klima-allianz@example.org>",
        language=language,
        now=NOW,
        sheet_link="https://docs.google.com/spreadsheets/d/abc/edit",
    )


def sheet(
    *, actors: Iterable[Row] = ACTORS, letters: Iterable[Row] = LETTERS, settings: Settings = SETTINGS, **tabs: object
) -> Alliance:
    """Three actors have signed on 1 October; each allows something else. The Gießerei refused."""
    signed = [{"status": "signed", "signed_on": date(2026, 10, 1), "authority": "yes", **row} for row in letters]
    refused: Row = {"actor": "Gießerei", "status": "declined"}
    content = {"recipients": RECIPIENTS, **tabs, "letters": [*signed, refused]}
    return alliance(actors=actors, settings=settings, **content)  # type: ignore[arg-type]


Read = tuple[Alliance, Assessment]


def read(content: Alliance, memory: Memory = MEMORY) -> Read:
    """An alliance and what is computed from it."""
    return content, assess(content, memory, TODAY)


@cache
def plain() -> Read:
    """The alliance as it is: most tests look at this one."""
    return read(sheet())


def of_actors(kind: EventKind, *names: str) -> tuple[Event, ...]:
    """One event for each actor."""
    uids = [f"u:{name.casefold()}" for name in names]
    return tuple(Event(key=f"{kind}:{uid}", kind=kind, day=TODAY, uid=uid) for uid in uids)


def of_alliance(kind: EventKind, *details: int) -> tuple[Event, ...]:
    """One event for each step or percentage."""
    return tuple(Event(key=f"{kind}:{detail}", kind=kind, day=TODAY, detail=str(detail)) for detail in details)


def silent(events: Iterable[Event]) -> tuple[Event, ...]:
    """The same events, found on a first run."""
    return tuple(replace(event, silent=True) for event in events)


def news(*events: Event) -> News:
    """What a run found."""
    return News(events=events)
