"""The six actors of the worked cases, and their impact, for the tests of the impact and of the robust rank."""

import pandas as pd

from scoring.alliance import Settings
from scoring.emissions import entered_tonnes
from scoring.estimates import estimate
from scoring.impact import score, utilities
from tests.scoring.build import Row, actors_table

TOWN = Settings(inventory_total=700_000, jobs_total=50_000, revenue_total=10_000)

WORKED: tuple[Row, ...] = (
    {"name": "Stadtwerke", "emissions": 70_000, "jobs": 500, "revenue": 300, "structural": 5, "publicity": 4},
    {"name": "Zementwerk", "emissions": 35_000, "data_quality": "D", "jobs": 120, "structural": 2, "publicity": 1},
    {"name": "Klinikum", "jobs": 2_500, "structural": 4, "publicity": 4},
    {"name": "Bäckerei", "emissions": 70, "jobs": 20, "structural": 0, "publicity": 2},
    {"name": "Sportverein", "kind": "association", "publicity": 4},
    {"name": "Stadtmarketing", "emissions": 5, "jobs": 8, "structural": 1, "publicity": 5},
)
EXACT = ["Stadtwerke", "Bäckerei", "Stadtmarketing"]
"""Those whose emissions the worked cases take as exact (quality factors 1)."""


def worked_cases() -> pd.DataFrame:
    """Return utilities and scores of the worked cases, by name, with exact emissions where they say so."""
    actors = actors_table(WORKED)
    cells = utilities(actors, entered_tonnes(actors), TOWN, estimate(actors))
    exact = actors["name"].isin(EXACT)
    for bound in ("low", "high"):
        cells.loc[exact, f"emissions_{bound}"] = cells.loc[exact, "emissions_mid"]
    found = score(cells, entered_tonnes(actors).notna(), TOWN.weights)
    return cells.join(found).set_axis(actors["name"].tolist())
