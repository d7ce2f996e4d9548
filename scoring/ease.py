"""Gewinnbarkeit: how easily an actor is won, 0–100, from how well the team knows it and what it thinks of the goal.

A second axis beside Wirkung, never mixed into it; `scoring.priority` brings the two together.
"""

import numpy as np
import pandas as pd

from scoring.choices import positions
from scoring.domain import Attitude, LowHanging, YesNo

SCALE_TOP = 5.0
RELATIONSHIP_PRIOR = 0.1
ATTITUDE_PRIOR = 0.4
"""What a blank is taken for in the middle; its bounds are 0 and 1."""

ATTITUDE_VALUES = {Attitude.SUPPORTER: 1.0, Attitude.NEUTRAL: 0.5, Attitude.SCEPTIC: 0.25, Attitude.OPPONENT: 0.0}

KNOWN_PERSONALLY = 4.0
"""Beziehung (0–5) from which on an actor is a low-hanging fruit, whatever its Haltung, unless that is against it."""


def ease(actors: pd.DataFrame) -> pd.DataFrame:
    """Return `ease_low`, `ease`, `ease_high` (0–100) and `low_hanging` (LowHanging codes); same index as `actors`."""
    relationship = actors["relationship"] / SCALE_TOP
    by_attitude = np.array([*(ATTITUDE_VALUES[choice] for choice in Attitude), np.nan])
    attitude = pd.Series(by_attitude[positions(actors["attitude"], Attitude)], index=actors.index)
    return pd.DataFrame(
        {
            "ease_low": 50 * relationship.fillna(0.0) + 50 * attitude.fillna(0.0),
            "ease": 50 * relationship.fillna(RELATIONSHIP_PRIOR) + 50 * attitude.fillna(ATTITUDE_PRIOR),
            "ease_high": 50 * relationship.fillna(1.0) + 50 * attitude.fillna(1.0),
            "low_hanging": _low_hanging(actors),
        }
    )


def _low_hanging(actors: pd.DataFrame) -> "pd.Series[str]":
    """Return whether each is a low-hanging fruit: as a person entered it, else the first case that applies."""
    relationship, attitude, typed = actors["relationship"], actors["attitude"], actors["low_hanging"]
    against = attitude.isin((Attitude.OPPONENT, Attitude.SCEPTIC))
    close = (relationship >= KNOWN_PERSONALLY) | (attitude == Attitude.SUPPORTER)
    unknown = relationship.isna() | (attitude == "")
    cases = [typed == YesNo.YES, typed == YesNo.NO, against, close, unknown]
    yes, possible, no = range(3)
    codes = np.array([LowHanging.YES.value, LowHanging.POSSIBLE.value, LowHanging.NO.value], dtype=object)
    found = codes[np.select(cases, [yes, no, no, yes, possible], default=no)]
    return pd.Series(found, index=actors.index, dtype=object)
