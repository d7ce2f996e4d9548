"""From a column of codes to numbers: one hash look-up per cell, everything after it is array indexing."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.domain import Choice

BLANK = -1
"""The position of a blank."""


def positions(column: "pd.Series[str]", choices: type[Choice]) -> npt.NDArray[np.intp]:
    """Return each code's place in its closed set, in the rows' order; `BLANK` for a blank.

    Indexing an array that holds a value per choice, and the blank's value as its last one, needs no further case.
    """
    place = {str(choice): number for number, choice in enumerate(choices)}
    numbers, codes = pd.factorize(column.to_numpy())
    return np.array([place.get(code, BLANK) for code in codes], dtype=np.intp)[numbers]
