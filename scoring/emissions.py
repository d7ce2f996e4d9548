"""An actor's emissions as people entered them: one figure or a split, and how uncertain a figure is.

What belongs here: reading the tonnes out of the actor table, for the impact and for the coverage alike. What does not:
which components an inventory method lets count (coverage) and estimates for blanks (`scoring.estimates`).
"""

import operator
from collections.abc import Mapping
from functools import reduce
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.choices import positions
from scoring.domain import DataQuality

SPLIT = ("fuels", "electricity", "heat", "process", "sold_energy")
"""The five components of an actor's emissions, t CO2e a year; columns of the actor table."""

QUALITY_FACTORS: Mapping[DataQuality, tuple[float, float]] = MappingProxyType(
    {
        DataQuality.A: (0.95, 1.05),
        DataQuality.B: (0.85, 1.15),
        DataQuality.C: (0.7, 1.3),
        DataQuality.D: (0.5, 2.0),
    }
)
"""Datengüte → factors on a figure for the lower and the upper bound of what it may really be."""

ASSUMED_QUALITY = DataQuality.C
"""What a blank Datengüte counts as."""


def has_split(actors: pd.DataFrame) -> "pd.Series[bool]":
    """Say for each actor whether at least one of the five components is given; then the split replaces THG."""
    given = reduce(operator.or_, (~np.isnan(actors[part].to_numpy()) for part in SPLIT))
    return pd.Series(given, index=actors.index)


def entered_tonnes(actors: pd.DataFrame) -> "pd.Series[float]":
    """Return the emissions that people entered, all components, t CO2e a year; NaN where there is neither.

    The sum of the split where any part of it is given (its blank parts add nothing), else THG.
    """
    # One column after the other: the same order of additions in every row, however many rows there are.
    split_sum = reduce(operator.add, (np.fmax(actors[part].to_numpy(), 0.0) for part in SPLIT))  # fmax: a blank is 0
    tonnes = np.where(has_split(actors).to_numpy(), split_sum, actors["emissions"].to_numpy())
    return pd.Series(tonnes, index=actors.index, name="entered_tonnes")


def quality_bounds(data_quality: "pd.Series[str]") -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the lower and the upper factor of each Datengüte, in the rows' order; a blank one counts as C."""
    grade = positions(data_quality, DataQuality)
    low, high = np.array([QUALITY_FACTORS[choice] for choice in (*DataQuality, ASSUMED_QUALITY)]).T
    return low[grade], high[grade]
