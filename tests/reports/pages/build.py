"""A town for the pages: an alliance in which every cell that people fill holds a text or figure of its own.

Import it as `tests.reports.pages.build`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

from scoring.alliance import Alliance, Settings
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.columns import Column, Kind
from scoring.domain import InventoryMethod, Sector
from scoring.memory import HistoryRow, Memory
from scoring.tabs import CONTACTS, PEOPLE_TABS
from tests.scoring.build import Cell, Row, alliance

TODAY = date(2026, 11, 24)
HISTORY = (
    HistoryRow(day=date(2026, 3, 1), coverage_min=0.0, coverage_mid=0.0, coverage_max=0.0, members=0, step=1),
    HistoryRow(day=date(2026, 9, 1), coverage_min=0.12, coverage_mid=0.14, coverage_max=0.17, members=2, step=3),
)
MEMORY = Memory(history=HISTORY)
SETTINGS = Settings(
    municipality="Musterstadt",
    target_year=2034,
    inventory_method=InventoryMethod.BISKO,
    inventory_year=2023,
    inventory_total=1_000_000.0,
    inventory_by_sector={Sector.INDUSTRY: 600_000.0, Sector.COMMERCE: 400_000.0},
    coverage_goal=30.0,
    loi_link="https://example.org/loi",
)


def signed(actor: str, publication: str = "yes", **more: Cell) -> Row:
    """Return a valid letter."""
    said = {"actor": actor, "status": "signed", "signed_on": date(2026, 10, 1), "authority": "yes"}
    return {**said, "publication": publication, **more}


def works(name: str, emissions: float, sector: str = "industry", **more: Cell) -> Row:
    """Return an actor with a well-known figure."""
    figure = {"emissions": emissions, "data_quality": "A", "emissions_scope": "energy", "emissions_year": 2023}
    return {"name": name, "kind": "company", "sector": sector, **figure, **more}


def town(settings: Settings = SETTINGS, **tables: object) -> tuple[Alliance, Assessment]:
    """Return an alliance with these tables and its assessment."""
    found = alliance(settings=settings, **tables)  # type: ignore[arg-type]
    return found, assess(found, MEMORY, TODAY)


FIXED: Mapping[str, Mapping[int, Row]] = {
    "actors": {
        number: {
            **dict.fromkeys(("parent", "stage_override", "left_on", "joined_on"), ""),
            "data_quality": "A",
            "kind": "company",
            "sector": "industry",
            "emissions_year": 2023.0,
            "attitude": "opponent",
        }
        for number in range(6)
    },
    "letters": {
        0: {"publication": "yes"},
        1: {"publication": "name_only"},
        2: {"publication": "no"},
        3: {"publication": ""},
        4: {"publication": "yes", "status": "declined"},
        5: {"publication": "yes", "status": "withdrawn"},
    },
}
"""What must hold for the first four to have signed: cells that have no text of their own."""


def filled(text: Callable[[str, str, int], str]) -> Alliance:
    """Return six actors and six rows on every tab, each cell of text filled by tab, field and number of the row.

    The first four have signed: their letters say ja, nur Name, nein, nothing. The fifth has declined, the sixth has
    withdrawn. Figures and days are unique, too.
    """
    figures, days = count(71_001), count(1)

    def cell(tab: str, column: Column, number: int) -> Cell:
        match column.kind:
            case Kind.NUMBER:
                return float(next(figures))
            case Kind.PERCENT | Kind.SCALE | Kind.COUNT:
                return 3.0
            case Kind.YEAR:
                return 2023.0
            case Kind.DATE:
                return date(2023, 1, 1) + timedelta(days=next(days))
            case Kind.ACTOR | Kind.ACTORS:
                return text("actors", "name", (number + (column.field == "actor_b")) % 6)
            case Kind.CHOICE:
                return next(iter(column.choices or ()), "")
            case Kind.LINK:
                return f"https://{text(tab, column.field, number)}"
            case _:
                return text(tab, column.field, number)

    tables = {
        tab.name: [
            {column.field: cell(tab.name, column, number) for column in tab.typed}
            | ({"status": "signed"} if tab.name == "letters" else {})
            | FIXED.get(tab.name, {}).get(number, {})
            for number in range(6)
        ]
        for tab in (*PEOPLE_TABS, CONTACTS)
        if tab.name != "settings"
    }
    for rows in (tables["letters"],):
        for number, row in enumerate(rows):
            row["withdrawn_on"] = date(2024, 6, 1) if number == 5 else ""  # type: ignore[assignment]
            row["authority"] = "yes"
    split = ("fuels", "electricity", "heat", "process", "sold_energy")
    tables["actors"] = [
        {key: value for key, value in row.items() if key not in split and value != ""} for row in tables["actors"]
    ]
    tables["letters"] = [{key: value for key, value in row.items() if value != ""} for row in tables["letters"]]
    settings = replace(
        SETTINGS,
        inventory_total=2_345_678.0,
        municipality=text("settings", "municipality", 0),
        inventory_source=text("settings", "inventory_source", 0),
        loi_version=text("settings", "loi_version", 0),
        loi_link=f"https://{text('settings', 'loi_link', 0)}",
        success_report_to=text("settings", "success_report_to", 0),
    )
    return alliance(settings=settings, **tables)  # type: ignore[arg-type]
