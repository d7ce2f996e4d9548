"""How wide a column of a sheet made by `setup` is drawn, and which text goes on in the next line."""

from scoring.columns import Column, Owner, TabSpec, Width
from scoring.domain import Language
from scoring.tabs import ACTORS, OVERVIEW, SETTINGS, SETTINGS_ROWS
from sync.ownership import OVERVIEW_RESERVED_ROWS

CHARACTERS = {Width.NARROW: 11, Width.NORMAL: 18, Width.WIDE: 28, Width.SENTENCE: 60}
"""Widths in characters of the default font."""

OVERVIEW_CHARACTERS = {"label": 30, "value": 84}
HEADLINES = range(OVERVIEW_RESERVED_ROWS + 2, OVERVIEW_RESERVED_ROWS + 6)
"""The rows of Übersicht that people show around, and so are larger: sentence, coverage, members, current step.

Above them one line says how the last run went.
"""

SIZE, HEADLINE_SIZE = 10, 14
"""Points of the text."""

FILTER_BUTTON = 3  # characters that the longest word of a header leaves free for it


BOLD = 3  # characters that the names of the settings are wider in bold


def characters(spec: TabSpec, column: Column, language: Language) -> int:
    """Return the width of a column in characters; no word of its header is broken."""
    if spec is OVERVIEW:
        return OVERVIEW_CHARACTERS[column.field]
    if spec is SETTINGS and column.field == SETTINGS.key:
        return max(len(setting.header(language)) for setting in SETTINGS_ROWS) + BOLD
    longest_word = max(len(word) for word in column.header(language).split())
    return max(CHARACTERS[column.width], longest_word + FILTER_BUTTON)


def wraps(spec: TabSpec, column: Column) -> bool:
    """Say whether long text goes on below: sentences everywhere, wide columns where rows have room for it."""
    if column.width is Width.WIDE:
        return spec.owner is Owner.SERVICE or (spec is ACTORS and column.owner is Owner.PEOPLE)
    return column.width is Width.SENTENCE
