"""How high a row of the service has to be for its text; how wide its columns are stands in `sync.layout.widths`."""

import math
from collections.abc import Mapping

from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.snapshot import Cell
from scoring.tabs import OVERVIEW
from sync.layout.widths import HEADLINE_SIZE, HEADLINES, SIZE, characters, wraps

LINE = 13.5  # points of one line of text of the usual size
PADDING = 3.0  # points
SLACK = 1.12  # widths count digits, and most letters of a text are narrower; but lines break at words


def row_height(spec: TabSpec, number: int, values: Mapping[int, Cell], language: Language) -> float | None:
    """Return the height in points that a row (1-based) of a service tab needs for its values by 0-based column.

    None when nothing can be said because a column that wraps is not among the values. LibreOffice does not measure the
    rows of a file itself, it believes what stands there.
    """
    wrapping = {index: column for index, column in enumerate(spec.columns) if wraps(spec, column)}
    if not wrapping.keys() <= values.keys():
        return None
    scale = HEADLINE_SIZE / SIZE if spec is OVERVIEW and number in HEADLINES else 1
    return PADDING + LINE * scale * max(
        (lines(_text(values[index]), characters(spec, column, language) / scale) for index, column in wrapping.items()),
        default=1,
    )


def _text(value: Cell) -> str:
    return "" if value is None else str(value)


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width in characters, at least 1."""
    return sum(max(1, math.ceil(len(line) / (width * SLACK))) for line in text.split("\n"))
