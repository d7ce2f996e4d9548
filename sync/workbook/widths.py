"""How high a row of the service has to be for its text; how wide its columns are stands in `sync.layout.widths`."""

from collections.abc import Mapping

from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.snapshot import Cell
from scoring.tabs import OVERVIEW
from sync.layout.widths import HEADLINE_SIZE, HEADLINES, SIZE, characters, wraps

LINE = 13.5  # points of one line of text of the usual size
PADDING = 3.0  # points
SLACK = 1.18  # widths count digits, and most letters of a text are narrower
WIDER = 4  # characters that a line may hold fewer when its letters happen to be wide


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
    return sum(_broken(line, line_length(width)) for line in text.split("\n"))


def line_length(width: float) -> int:
    """Return how many characters of text surely fit into a line of a column of a width in characters."""
    return max(1, int(width * SLACK) - WIDER)


def _broken(line: str, width: int) -> int:
    """Return how many lines a line becomes when it breaks at spaces, or within a word that is too long."""
    count, start = 1, 0
    while len(line) - start > width:
        space = line.rfind(" ", start + 1, start + width + 1)
        start = start + width if space < 0 else space + 1
        count += 1
    return count
