"""What the native charts on Übersicht show and are called, whatever the sheet is kept in.

They show what stands on other service tabs; nothing is computed for them. How a chart is spelled is the business of the
adapters.
"""

from collections.abc import Mapping

from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.tabs import HISTORY, RESULTS, SECTORS
from sync.layout.colours import BAR_GREY, GREEN, INK, MINT, WHITE

CHART_TABS: Mapping[str, TabSpec] = {"sectors": SECTORS, "matrix": RESULTS, "history": HISTORY}
"""The tab whose figures each chart shows, by the chart's name in code, in the order in which they are seen."""

TITLES: Mapping[str, Mapping[Language, tuple[str, str]]] = {
    "sectors": {
        "de": ("Abdeckung der Emissionen nach Sektor", "Was die Unterzeichnenden abdecken und was bis zum Ziel fehlt"),
        "en": ("Coverage of emissions by sector", "What the signatories cover, and what is missing to the goal"),
    },
    "matrix": {
        "de": (
            "Wen als Nächstes fragen: Wirkung und Gewinnbarkeit",
            "Oben rechts zuerst. Die Zahl ist der Rang, die Namen stehen im Tab Auswertung.",
        ),
        "en": (
            "Whom to ask next: impact and ease",
            "Top right comes first. The number is the rank, the names are on the tab Results.",
        ),
    },
    "history": {
        "de": (
            "Abdeckung im Verlauf",
            "Ein Punkt je Änderung, in gleichem Abstand. Öffentlich gilt „mindestens“.",
        ),
        "en": (
            "Coverage over time",
            "One point per change, evenly spaced. Public is “at least”.",
        ),
    },
}
"""Title and subtitle of each chart."""

SECTOR_SHARES: Mapping[Language, str] = {
    "de": "Anteil an den Emissionen des Sektors; der größte Sektor steht oben",
    "en": "Share of the sector's emissions; the largest sector comes first",
}
SHARES: Mapping[Language, str] = {"de": "% der Emissionen der Kommune", "en": "% of the municipality's emissions"}

SECTOR_BARS: Mapping[str, tuple[str, str]] = {"share": (GREEN, WHITE), "to_goal": (MINT, INK), "rest": (BAR_GREY, "")}
"""The columns of Sektoren that are stacked to 100, with the colours of the bar and of the figure in it, "" for none.

No program draws a line across bars that lie. The goal is where the second bar ends: in one line, because it is the same
for each sector.
"""

BOUNDS = ("coverage_min", "coverage_mid", "coverage_max")
"""The columns of Verlauf that are drawn, the public one first."""

RANKED_ROWS = 21
"""The first rows of Auswertung, which is sorted by rank: more labels than twenty cannot be told apart."""

HIGHEST = 105
"""Where the axes of scores end, which go to 100: a point up there and its label are not cut off."""


def axis_title(field: str, language: Language) -> str:
    """Return what stands beside an axis of the matrix."""
    return f"{RESULTS.column(field).header(language)} →"
