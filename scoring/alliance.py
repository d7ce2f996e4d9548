"""The typed tables of one read: what the parser makes of a snapshot and everything else computes from.

Dtypes by `Kind` (see `scoring.columns`): numbers float64 with NaN for unknown, days datetime64[s] with NaT, all else
object columns of str with "" for blank; list cells hold the member's code. The index of every table is the row number
in the sheet (1-based, as people see it), named "row".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from scoring.domain import InventoryMethod, LegalForm, Sector

DEFAULT_POPULATION = 50_000.0
JOBS_PER_INHABITANT = 0.40
REVENUE_PER_JOB = 0.2  # million € a year
DEFAULT_WEIGHTS = (0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the team decided in Einstellungen; None and "" mean not given. Units as in the column table.

    `weights` stand in the order of `Factor`, are ≥ 0 and add up to 1. `assumed` names the fields (population,
    jobs_total, revenue_total) that hold a default, so that whoever shows them can say so.
    """

    municipality: str = ""
    municipality_key: str = ""
    population: float = DEFAULT_POPULATION
    jobs_total: float = DEFAULT_POPULATION * JOBS_PER_INHABITANT
    revenue_total: float = DEFAULT_POPULATION * JOBS_PER_INHABITANT * REVENUE_PER_JOB
    assumed: frozenset[str] = frozenset({"population", "jobs_total", "revenue_total"})
    resolution_date: date | None = None
    target_year: int | None = None
    inventory_method: InventoryMethod | None = None
    inventory_year: int | None = None
    inventory_total: float | None = None
    inventory_by_sector: Mapping[Sector, float] = field(default_factory=dict)
    inventory_source: str = ""
    weights: tuple[float, float, float, float] = DEFAULT_WEIGHTS
    top_n: int = 10
    step2_pledges: int = 3
    step6_share: float = 80.0
    coverage_goal: float | None = None
    goal_date: date | None = None
    weekly_hours: float = 10.0
    founded_on: date | None = None
    legal_form: LegalForm | None = None
    institutionalised_on: date | None = None
    loi_published_on: date | None = None
    loi_version: str = ""
    loi_link: str = ""
    success_reported_on: date | None = None
    success_report_to: str = ""
    review_months: int = 6


def inventory_id(settings: Settings) -> str:
    """Return method, year and total of the inventory as one text; "" when one of them is missing."""
    if settings.inventory_method is None or settings.inventory_year is None or settings.inventory_total is None:
        return ""
    return f"{settings.inventory_method.de} {settings.inventory_year}: {settings.inventory_total:.15g} t"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a table stands in the sheet: the tab's title, its header row and the column letter of each field it has."""

    title: str
    header_row: int = 0
    letters: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    def cell(self, row: int, field: str = "") -> str:
        """Return the A1 address of that field in that row; the key's cell where the sheet lacks the column."""
        letter = self.letters.get(field) or self.letters.get(self.key, "")
        return f"{letter}{row}" if letter else ""


@dataclass(frozen=True, kw_only=True)
class Alliance:
    """Everything the team wrote, typed.

    Each table has exactly the people's columns of its tab in `scoring.tabs`, whether the sheet has them or not, and:

    - `actors`: `key` (unique; see `parsing.identity`) and `uid` (the internal id that history hangs on). `parent` holds
      the key of an actor, or "". Doubled rows are not in the table.
    - `meetings`: `actors` holds a tuple of actor keys; `has_status_column` says whether a blank Status means anything.
    - `letters`, `measures`, `press`: `actor` holds an actor key, or "" for a reference to nobody (counts for nobody).
    - `overlaps`: `actor_a`, `actor_b` hold keys or "".

    `letters_read` is False when signatures are known to be somewhere that this read could not understand: then even
    their number is unknown. `places` tells where each table stands, by the tab's name in code.
    """

    settings: Settings
    actors: pd.DataFrame
    meetings: pd.DataFrame
    letters: pd.DataFrame
    measures: pd.DataFrame
    press: pd.DataFrame
    recipients: pd.DataFrame
    contacts: pd.DataFrame
    overlaps: pd.DataFrame
    has_status_column: bool = True
    letters_read: bool = True
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, tab: str) -> Place:
        """Return where that tab stands; an empty place when the sheet lacks it."""
        return self.places.get(tab, Place(title=""))
