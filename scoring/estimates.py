"""What an actor probably emits when nobody has entered a figure: jobs × what a job of its industry emits on average.

What belongs here: the intensities and the estimate. What does not: where an estimate may count. It is a figure of
Datengüte D, enters the impact and the upper bounds of the coverage, and is never written over a person's cell.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from scoring.emissions import entered_tonnes

SECTIONS_WITHOUT_FIGURE = frozenset("DEL")
"""Energy supply, water and waste, real estate: inside the ranges of the section rows, but no average means anything."""


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """What one job of an industry emits, t CO2e a year, stationary energy; `label` names the industry in German."""

    label: str
    fuels: float
    electricity: float


@cache
def intensities() -> Mapping[str, Intensity]:
    """Return the intensity of each WZ-2008 section ("C") and division ("23") that has one.

    Sources and spread stand in the head of `emission_intensities.csv`. A section stands for actors of which only the
    section is known. A division without a row of its own has no intensity, although its section may have: those left
    out are dominated by a few large plants or by vehicles, which the section's average does not see.
    """
    lines = files("scoring").joinpath("emission_intensities.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return MappingProxyType({code: _intensity(row) for row in rows for code in _codes(row["wz2008"])})


def industry_label(industry: str) -> str:
    """Return the name of the industry whose intensity is used for that cell; "" when there is none."""
    found = intensities().get(industry)
    return found.label if found else ""


def estimate(actors: pd.DataFrame) -> pd.DataFrame:
    """Return the estimated emissions of the actors that have no entered ones: `fuels`, `electricity`, t CO2e a year.

    Same index as `actors`. NaN in both where people entered a figure, where the jobs or the industry are unknown, and
    where the industry has no intensity.
    """
    jobs = actors["jobs"].where(entered_tonnes(actors).isna())
    per_job = pd.DataFrame(
        [(intensity.fuels, intensity.electricity) for intensity in intensities().values()],
        index=pd.Index([*intensities()], dtype=object),
        columns=["fuels", "electricity"],
    )
    return per_job.reindex(actors["industry"].array).set_axis(actors.index).mul(jobs, axis="index")


def _intensity(row: Mapping[str, str]) -> Intensity:
    return Intensity(label=row["label"], fuels=float(row["fuels_t"]), electricity=float(row["electricity_t"]))


def _codes(span: str) -> tuple[str, ...]:
    """Return the codes that a row covers: "10-12" → 10, 11, 12; "J-N" → J, K, M, N."""
    first, _, last = span.partition("-")
    if first.isdigit():
        return tuple(f"{division:02}" for division in range(int(first), int(last or first) + 1))
    letters = map(chr, range(ord(first), ord(last or first) + 1))
    return tuple(letter for letter in letters if letter not in SECTIONS_WITHOUT_FIGURE)
