"""By what a service tab is known again: the headers, the title and the tick box's label that the service puts there."""

from reports.wording import words
from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.snapshot import Grid, cell_at
from scoring.tabs import OVERVIEW
from sync.layout.titles import TICK_LABEL
from sync.ownership import TICK_COLUMN, TICK_ROW

TELLING = 3
"""So many headers tell a service tab: two would not tell Monitoring from Maßnahmen."""

_LANGUAGES: tuple[Language, ...] = ("de", "en")


def begins_with_headers(spec: TabSpec, cells: Grid) -> bool:
    """Say whether the first headers of a service tab stand at their places, in either language."""
    first = enumerate(spec.columns[:TELLING])
    return all(cell_at(cells, 1, index) in {column.de, column.en} for index, column in first)


def has_title(cells: Grid) -> bool:
    """Say whether the title of Übersicht stands where it should."""
    return cell_at(cells, 1, 0) in {OVERVIEW.columns[0].header(language) for language in _LANGUAGES}


def has_tick_label(cells: Grid) -> bool:
    """Say whether the label of the tick box stands beside it, on Übersicht."""
    labels = {words(language).text(TICK_LABEL) for language in _LANGUAGES}
    return cell_at(cells, TICK_ROW, TICK_COLUMN - 1) in labels
