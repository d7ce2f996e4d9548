"""Cells of one column → values of one dtype, and a finding for each cell that a person should look at.

What belongs here: columns as wholes, each distinct cell read once. How one cell is read stands in `parsing.readers`,
where the cells stand in the sheet in `parsing.tables`.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from math import nan
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import NUMERIC, Column, Kind
from scoring.domain import Language, Severity
from scoring.messages import Argument, NoteCode
from scoring.parsing.numbers import plain_number
from scoring.parsing.readers import FREE, PLAIN_TEXT, RANGES, WHOLE, as_text, is_number, reader, text_limit
from scoring.parsing.reading import Reading
from scoring.snapshot import Cell
from scoring.text import tidy

_Values = npt.NDArray[Any]
_Positions = npt.NDArray[np.intp]
_Key = TypeVar("_Key", bound=Hashable)

_QUOTED = 60  # characters of a cell that a note repeats
_WITHOUT_FOUND = frozenset({NoteCode.FORMULA_NOT_CALCULATED, NoteCode.TEXT_TOO_LONG, NoteCode.EMAIL_UNREADABLE})


class Finding(NamedTuple):
    """Something to say about the cell at `position` (0-based) among the cells that were read.

    Advice, where the value is known, is a hint; a refused cell is a warning, or blocks where its column says so.
    """

    position: int
    code: NoteCode
    severity: Severity
    args: Mapping[str, Argument]


class _Tick(NamedTuple):
    """Stands for a tick box where cells are compared."""

    ticked: bool


def read_cells(
    column: Column, cells: Sequence[Cell], language: Language, *, header: str, private: bool = False
) -> tuple[pd.Series, list[Finding]]:
    """Return the typed values of one column (dtype by `Kind`, see `scoring.alliance`) and what is to be said.

    `header` is what the findings call the column. The cells of a private column or tab are never quoted.
    """
    kind = column.kind
    values, rest = _plain(kind, cells, language) if kind in NUMERIC else _all_unread(kind, len(cells))
    distinct, codes = _distinct(cells if len(rest) == len(cells) else [cells[place] for place in rest.tolist()])
    known, noted = _read_distinct(column, distinct, language)
    values[rest] = _array(kind, known)[codes]
    quoted = not (private or column.private)
    said = {
        place: _say(column, header, code, reading, _quote(distinct[place], language) if quoted else "")
        for place, (code, reading) in noted.items()
    }
    is_noted = np.zeros(len(known), dtype=np.bool_)
    is_noted[list(said)] = True
    flagged = np.flatnonzero(is_noted[codes])
    places = zip(rest[flagged].tolist(), codes[flagged].tolist(), strict=True)
    return _series(kind, values), [Finding(position, *said[place]) for position, place in places]


def read_cell(
    column: Column, cell: Cell, language: Language, *, header: str
) -> tuple[str | float | date | None, Finding | None]:
    """Return the value of a single cell, None where it is unknown, and what is to be said: as `read_cells` does."""
    reading = reader(column, language)(cell)
    value = reading.value + 0.0 if isinstance(reading.value, float) else reading.value  # -0.0 becomes 0.0
    if reading.code is None:
        return value, None
    if value is None and column.unreadable_as:
        value = str(column.unreadable_as)
    found = "" if column.private else _quote(cell, language)
    return value, Finding(0, *_say(column, header, reading.code, reading, found))


def blank_column(kind: Kind, length: int) -> pd.Series:
    """Return a column in which everything is unknown, with the dtype of its kind."""
    return _series(kind, np.repeat(_array(kind, ["" if _dtype(kind) == "object" else None]), length))


def is_filled(cells: Iterable[Cell]) -> npt.NDArray[np.bool_]:
    """Say which cells a person filled. A tick box that is off is blank: Google fills whole columns with FALSE."""
    return np.fromiter(
        (cell.strip() != "" if cell.__class__ is str else cell is not None and cell is not False for cell in cells),
        dtype=np.bool_,
    )


def _plain(kind: Kind, cells: Sequence[Cell], language: Language) -> tuple[_Values, _Positions]:
    """Return the numbers, typed or as plain text, of which nothing is to be said, and where all other cells stand."""
    low, high = RANGES[kind]
    numbers = np.fromiter(_sweep(cells, low, high, language), dtype=np.float64, count=len(cells))
    numbers[(numbers < low) | (numbers > high)] = nan
    if kind in WHOLE:
        numbers[numbers % 1 != 0] = nan
    if kind is Kind.PERCENT:
        numbers[(numbers > 0) & (numbers <= 1)] = nan
    rest = [place for place in np.flatnonzero(np.isnan(numbers)).tolist() if cells[place] is not None]
    return numbers + 0.0, np.array(rest, dtype=np.intp)  # -0.0 becomes 0.0


def _sweep(cells: Iterable[Cell], low: float, high: float, language: Language) -> Iterator[float]:
    """Yield each typed number in range and each number that stands as plain text; NaN for all other cells."""
    for cell in cells:
        if type(cell) is float or type(cell) is int:
            yield cell if low <= cell <= high else nan  # an integer far out of range has no float
        else:
            yield plain_number(cell, language) if type(cell) is str else nan


def _all_unread(kind: Kind, length: int) -> tuple[_Values, _Positions]:
    """Return the same for a column in which every cell must be read: room for the values, and all places."""
    return np.empty(length, dtype=_dtype(kind)), np.arange(length)


def _distinct(cells: Sequence[Cell]) -> tuple[list[Cell], _Positions]:
    """Return the distinct cells, in their order, and the place among them of each cell."""
    distinct, codes = _numbered(cells)
    if (True in distinct or False in distinct) and bool in set(map(type, cells)):  # 1 and True are equal in Python
        told_apart = [_Tick(cell) if isinstance(cell, bool) else cell for cell in cells]
        keys, codes = _numbered(told_apart)
        return [key.ticked if isinstance(key, _Tick) else key for key in keys], codes
    return list(distinct), codes


def _numbered(keys: Sequence[_Key]) -> tuple[Mapping[_Key, int], _Positions]:
    """Return the number of each distinct key, from 0 in their order, and of each key that number."""
    numbers: defaultdict[_Key, int] = defaultdict(count().__next__)
    return numbers, np.fromiter(map(numbers.__getitem__, keys), dtype=np.intp, count=len(keys))


def _read_distinct(
    column: Column, cells: Sequence[Cell], language: Language
) -> tuple[list[object], Mapping[int, tuple[NoteCode, Reading]]]:
    """Return the value of each cell, and by its place in `cells` each reading about which something is to be said."""
    read, known, noted = reader(column, language), _plain_texts(column, cells), {}
    blank = "" if _dtype(column.kind) == "object" else None
    for place in [place for place, value in enumerate(known) if value is None]:
        reading = read(cells[place])
        known[place] = blank if reading.value is None else reading.value
        if reading.code:
            noted[place] = reading.code, reading
            if reading.value is None and column.unreadable_as:
                known[place] = str(column.unreadable_as)
    return known, noted


def _plain_texts(column: Column, cells: Sequence[Cell]) -> list[object]:
    """Return each text that stands for itself, and None for all cells that must be read."""
    if column.kind not in FREE:
        return [None] * len(cells)
    plain, limit = PLAIN_TEXT.fullmatch, text_limit(column)
    return [cell if type(cell) is str and len(cell) <= limit and plain(cell) else None for cell in cells]


def _say(
    column: Column, header: str, code: NoteCode, reading: Reading, found: Argument
) -> tuple[NoteCode, Severity, Mapping[str, Argument]]:
    """Return what a finding says of every cell with this reading."""
    args = {"column": header, **reading.args}
    if code not in _WITHOUT_FOUND:
        args["found"] = found
    refusal = Severity.BLOCKING if column.blocks else Severity.WARNING
    return code, refusal if reading.value is None else Severity.HINT, args


def _dtype(kind: Kind) -> str:
    if kind in NUMERIC:
        return "float64"
    return "datetime64[s]" if kind is Kind.DATE else "object"


def _array(kind: Kind, values: Sequence[object]) -> _Values:
    if kind is Kind.DATE:
        return np.array(values, dtype="datetime64[D]").astype("datetime64[s]")
    return np.array(values, dtype=_dtype(kind))


def _series(kind: Kind, values: _Values) -> pd.Series:
    return pd.Series(values, dtype=_dtype(kind), copy=False)


def _quote(cell: Cell, language: Language) -> Argument:
    """Return what a note repeats of a cell: numbers as they are, text shortened."""
    if isinstance(cell, str):
        text = tidy(cell[: 4 * _QUOTED])
        return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"
    if cell is None or isinstance(cell, bool):
        return as_text(bool(cell), language)
    return cell if is_number(cell) else "∞"
