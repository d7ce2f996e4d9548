"""How wide a column is drawn and how high a row of the service has to be for its text."""

import math
from collections.abc import Mapping

from scoring.columns import Column, Owner, TabSpec, Width
from scoring.domain import Language
from scoring.snapshot import Cell
from scoring.tabs import ACTORS, OVERVIEW
from sync.ownership import OVERVIEW_RESERVED_ROWS

CHARACTERS = {Width.NARROW: 11, Width.NORMAL: 18, Width.WIDE: 28, Width.SENTENCE: 60}
"""Widths in characters of the default font."""

OVERVIEW_CHARACTERS = {"label": 34, "value": 90}
HEADLINES = range(OVERVIEW_RESERVED_ROWS + 1, OVERVIEW_RESERVED_ROWS + 4)
"""The rows of Übersicht that people show around, and so are larger: the sentence, the coverage, the members."""

SIZE, HEADLINE_SIZE = 10, 14
"""Points of the text."""

FILTER_BUTTON = 3  # characters that the longest word of a header leaves free for it
LINE = 13.5  # points of one line of text of the usual size
PADDING = 3.0  # points
SLACK = 1.25  # widths count digits, and most letters of a text are narrower


def characters(spec: TabSpec, column: Column, language: Language) -> int:
    """Return the width of a column in characters; no word of its header is broken."""
    if spec is OVERVIEW:
        return OVERVIEW_CHARACTERS[column.field]
    longest_word = max(len(word) for word in column.header(language).split())
    return max(CHARACTERS[column.width], longest_word + FILTER_BUTTON)


def wraps(spec: TabSpec, column: Column) -> bool:
    """Say whether long text goes on below: sentences everywhere, wide columns where rows have room for it."""
    if column.width is Width.WIDE:
        return spec.owner is Owner.SERVICE or (spec is ACTORS and column.owner is Owner.PEOPLE)
    return column.width is Width.SENTENCE


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
