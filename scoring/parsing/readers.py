"""One cell → one reading, by the kind of its column: blanks, error cells, marks for unknown, ranges.

How text of each kind is read stands in `parsing.numbers`, `parsing.dates` and `parsing.codes`; whole columns are read
by `parsing.cells`.
"""

import re
from collections.abc import Callable, Mapping

from scoring.columns import NUMERIC, Column, Kind
from scoring.domain import Choice, Language
from scoring.messages import NoteCode
from scoring.parsing.codes import read_choice, read_email, read_industry, read_municipality_key, read_tick
from scoring.parsing.dates import FIRST_YEAR, LAST_YEAR, looks_like_day, read_day, read_time
from scoring.parsing.numbers import has_unit, read_number
from scoring.parsing.reading import BLANK, Reading, refused
from scoring.snapshot import NOT_CALCULATED, Cell
from scoring.text import tidy

Content = str | float | int | bool
"""A cell that is neither blank nor an error; text is tidied."""

TEXT_LIMIT = 5_000
"""Characters of a cell that are read; a sheet allows 50 000. A column may ask for fewer (`Column.limit`)."""

RANGES: Mapping[Kind, tuple[float, float]] = {
    Kind.NUMBER: (0.0, 1e12),  # far above any town's tonnes, jobs or millions; keeps sums finite
    Kind.PERCENT: (0.0, 100.0),
    Kind.SCALE: (0.0, 5.0),
    Kind.COUNT: (1.0, 1000.0),  # actors, pledges or months
    Kind.YEAR: (float(FIRST_YEAR), float(LAST_YEAR)),
}
"""What a number of each kind may be, both ends included."""

WHOLE = frozenset({Kind.COUNT, Kind.YEAR})
"""Kinds without decimals."""

FREE = frozenset({Kind.TEXT, Kind.LINK, Kind.PERSON, Kind.ACTOR, Kind.ACTORS})
"""Kinds whose text stands for itself."""

PLAIN_TEXT = re.compile("[A-Za-z0-9ÄÖÜäöüß]+(?:[ &(),;:/+-][A-Za-z0-9ÄÖÜäöüß]+)*")
"""What most text of these kinds looks like: nothing to tidy, no mark for unknown, no error."""

_LARGEST = 1e300  # beyond it a number is no number: NaN, infinite, or an integer that no float holds
_LONGEST_MARK = 20  # characters; no error and no mark for unknown is longer

_ERRORS = frozenset(
    {
        *("#REF!", "#BEZUG!", "#N/A", "#NV", "#DIV/0!", "#VALUE!", "#WERT!", "#NAME?", "#NUM!", "#ZAHL!", "#NULL!"),
        *("#ERROR!", "#SPILL!", "#CALC!", "LOADING…", "LOADING...", "WIRDGELADEN…", "WIRDGELADEN..."),
    }
)
_UNKNOWN = frozenset({"-", "–", "—", "−", "?", "K.A."})


def is_number(cell: Cell) -> bool:
    """Say whether the cell is a number that a float can hold; a tick box is none."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and -_LARGEST < cell < _LARGEST


def reader(column: Column, language: Language) -> Callable[[Cell], Reading]:
    """Return the function that reads one cell of the column."""
    read_content = _content_reader(column, language)
    limit = text_limit(column) if column.kind in FREE else 0

    def read(cell: Cell) -> Reading:
        if cell is None:
            return BLANK
        if isinstance(cell, str):
            return _read_text(cell, read_content, limit)
        return read_content(cell) if isinstance(cell, bool) or is_number(cell) else refused(NoteCode.ERROR_CELL)

    return read


def text_limit(column: Column) -> int:
    """Return how many characters a text in that column may have without a note."""
    return column.limit or TEXT_LIMIT


def as_text(cell: Content, language: Language) -> str:
    """Return what the sheet shows for a cell that should be text: a number without `.0`, a boolean in words."""
    if isinstance(cell, bool):
        return {"de": ("FALSCH", "WAHR"), "en": ("FALSE", "TRUE")}[language][cell]
    if isinstance(cell, float):
        text = f"{cell:.15g}"  # the digits that a sheet keeps
        return text.replace(".", ",") if language == "de" else text
    return str(cell)


def _read_text(cell: str, read_content: Callable[[Content], Reading], limit: int) -> Reading:
    """Read the text of a cell; with a limit, what is longer is noted and kept up to `TEXT_LIMIT`."""
    text = tidy(cell[:TEXT_LIMIT])
    if len(text) <= _LONGEST_MARK:
        mark = text.upper().replace(" ", "")
        if not mark or mark in _UNKNOWN:
            return BLANK
        if mark in _ERRORS:
            return refused(NoteCode.ERROR_CELL)
        if text == NOT_CALCULATED:
            return refused(NoteCode.FORMULA_NOT_CALCULATED)
    length = len(text) if len(cell) <= TEXT_LIMIT else len(cell)
    if limit and length > limit:
        return Reading(text, NoteCode.TEXT_TOO_LONG, {"length": length, "limit": limit})
    return read_content(text)


def _content_reader(column: Column, language: Language) -> Callable[[Content], Reading]:
    if column.choices is not None:
        choices = column.choices
        return lambda cell: _read_choice(cell, choices, language)
    match column.kind:
        case kind if kind in NUMERIC:
            return _number_reader(column, language)
        case Kind.DATE:
            return _read_date
        case Kind.TIME:
            return lambda cell: read_time(cell) if isinstance(cell, str) else refused(NoteCode.TIME_UNREADABLE)
        case Kind.EMAIL:
            return lambda cell: read_email(as_text(cell, language))
        case Kind.INDUSTRY:
            return lambda cell: read_industry(as_text(cell, language))
        case Kind.MUNICIPALITY_KEY:
            return lambda cell: read_municipality_key(as_text(cell, language), is_number=not isinstance(cell, str))
        case _:
            return lambda cell: Reading(as_text(cell, language))


def _read_choice(cell: Content, choices: type[Choice], language: Language) -> Reading:
    if isinstance(cell, bool):
        return read_tick(choices, language, ticked=cell)
    return read_choice(as_text(cell, language), choices, language)


def _number_reader(column: Column, language: Language) -> Callable[[Content], Reading]:
    kind, unit, whole, (low, high) = column.kind, column.unit, column.kind in WHOLE, RANGES[column.kind]

    def read(cell: Content) -> Reading:
        if isinstance(cell, bool):
            return refused(NoteCode.NUMBER_UNREADABLE)
        reading = read_number(cell, unit, language) if isinstance(cell, str) else Reading(float(cell))
        value = reading.value
        if not isinstance(value, float):
            return _suggest_year(reading, cell) if kind is Kind.YEAR else reading
        if kind is Kind.PERCENT and 0 < value <= 1 and not (isinstance(cell, str) and has_unit(cell)):
            share = round(100 * value, 9)  # without the digits that binary fractions add
            return Reading(share, NoteCode.PERCENT_AS_SHARE, {"value": share})
        if not low <= value <= high or (whole and value % 1):
            open_end = kind is Kind.NUMBER and value < low  # the upper bound is no advice: "anything from 0"
            return refused(NoteCode.NUMBER_OUT_OF_RANGE, low=low, high="" if open_end else high)
        return reading

    return read


def _suggest_year(reading: Reading, cell: Content) -> Reading:
    """In a year column, a date most likely means its year."""
    if reading.code is not NoteCode.NUMBER_IS_DATE or not isinstance(cell, str):
        return reading
    day = looks_like_day(cell)
    return refused(NoteCode.NUMBER_IS_DATE, suggestion=str(day[0]) if day and day[0] else "")


def _read_date(cell: Content) -> Reading:
    if isinstance(cell, str):
        return read_day(cell)
    return refused(NoteCode.DATE_UNREADABLE if isinstance(cell, bool) else NoteCode.DATE_IS_NUMBER)
