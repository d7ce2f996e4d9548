"""Cells of one column → values of one dtype, and a finding for each cell that a person should look at.

What belongs here: columns as wholes, each distinct cell read once. How one cell is read stands in `scoring.readers`,
where the cells stand in the sheet in `scoring.tables`.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.columns import NUMERIC, Column, Kind
from scoring.domain import Language, Severity
from scoring.messages import Argument, NoteCode
from scoring.readers import FREE, PLAIN_TEXT, RANGES, TEXT_LIMIT, WHOLE, as_text, is_number, reader
from scoring.reading import Reading
from scoring.snapshot import Cell
from scoring.text import tidy

_Values = npt.NDArray[Any]
_Positions = npt.NDArray[np.intp]

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


def read_cells(
    column: Column, cells: Sequence[Cell], language: Language, *, header: str, private: bool = False
) -> tuple[pd.Series, list[Finding]]:
    """Return the typed values of one column (dtype by `Kind`, see `scoring.alliance`) and what is to be said.

    `header` is what the findings call the column. The cells of a private column or tab are never quoted.
    """
    values, rest = _plain(column.kind, cells)
    chosen = cells if len(rest) == len(cells) else [cells[position] for position in rest.tolist()]
    readings, codes = _read_distinct(chosen, reader(column, language))
    values[rest] = _array(column.kind, [_value(reading, column) for reading in readings])[codes]
    noted = {index: (reading.code, reading) for index, reading in enumerate(readings) if reading.code}
    severity = Severity.BLOCKING if column.blocks else Severity.WARNING
    findings = []
    for index in np.flatnonzero(np.isin(codes, list(noted))).tolist():
        position, (code, reading) = int(rest[index]), noted[codes[index]]
        args: dict[str, Argument] = {"column": header, **reading.args}
        if code not in _WITHOUT_FOUND:
            args["found"] = "" if private or column.private else _quote(cells[position], language)
        findings.append(Finding(position, code, severity if reading.value is None else Severity.HINT, args))
    return _series(column.kind, values), findings


def blank_column(kind: Kind, length: int) -> pd.Series:
    """Return a column in which everything is unknown, with the dtype of its kind."""
    return _series(kind, _array(kind, ["" if kind not in (*NUMERIC, Kind.DATE) else None] * length))


def is_filled(cells: Iterable[Cell]) -> npt.NDArray[np.bool_]:
    """Say which cells a person filled. A tick box that is off is blank: Google fills whole columns with FALSE."""
    return np.fromiter(
        (cell is not None and cell is not False and not (cell.__class__ is str and not cell.strip()) for cell in cells),
        dtype=np.bool_,
    )


def _plain(kind: Kind, cells: Sequence[Cell]) -> tuple[_Values, _Positions]:
    """Return what needs no reading, in one sweep, and the positions of the cells that must be read one by one."""
    if kind in NUMERIC:
        values = _plain_numbers(kind, cells)
        rest = [position for position in np.flatnonzero(np.isnan(values)).tolist() if cells[position] is not None]
    elif kind in FREE:
        plain = PLAIN_TEXT.fullmatch
        texts = [
            "" if cell is None else cell if type(cell) is str and len(cell) < TEXT_LIMIT and plain(cell) else None
            for cell in cells
        ]
        values = np.array(texts, dtype=np.object_)
        rest = [position for position, text in enumerate(texts) if text is None]
    else:
        return np.empty(len(cells), dtype=_dtype(kind)), np.arange(len(cells))
    return values, np.array(rest, dtype=np.intp)


def _plain_numbers(kind: Kind, cells: Sequence[Cell]) -> _Values:
    low, high = RANGES[kind]
    values = np.array(
        [cell if (type(cell) is float or type(cell) is int) and low <= cell <= high else None for cell in cells],
        dtype=np.float64,
    )
    if kind in WHOLE:
        values[values % 1 != 0] = np.nan
    if kind is Kind.PERCENT:
        values[(values > 0) & (values <= 1)] = np.nan
    return values + 0.0  # -0.0 becomes 0.0


def _read_distinct(cells: Sequence[Cell], read: Callable[[Cell], Reading]) -> tuple[list[Reading], _Positions]:
    """Read each distinct cell once; cell i has reading codes[i]. True equals 1 in Python, so it gets another key."""
    keys: Sequence[Hashable] = cells
    if bool in set(map(type, cells)):
        keys = [("tick", cell) if isinstance(cell, bool) else cell for cell in cells]
    first: dict[Hashable, int] = {}
    of_first = np.fromiter(map(first.setdefault, keys, count()), dtype=np.intp, count=len(keys))
    codes = np.empty(len(keys), dtype=np.intp)
    codes[list(first.values())] = np.arange(len(first))
    return [read(cells[position]) for position in first.values()], codes[of_first]


def _value(reading: Reading, column: Column) -> object:
    if reading.value is not None:
        return reading.value
    if column.kind in NUMERIC or column.kind is Kind.DATE:
        return None
    return str(column.unreadable_as) if reading.code else ""


def _dtype(kind: Kind) -> str:
    if kind in NUMERIC:
        return "float64"
    return "datetime64[s]" if kind is Kind.DATE else "object"


def _array(kind: Kind, values: Sequence[object]) -> _Values:
    if kind is Kind.DATE:
        return np.array(values, dtype="datetime64[D]").astype("datetime64[s]")
    return np.array(values, dtype=_dtype(kind))


def _series(kind: Kind, values: _Values) -> pd.Series:
    return pd.Series(values, dtype=_dtype(kind))


def _quote(cell: Cell, language: Language) -> Argument:
    """Return what a note repeats of a cell: numbers as they are, text shortened."""
    if isinstance(cell, str):
        text = tidy(cell[: 4 * _QUOTED])
        return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"
    if cell is None or isinstance(cell, bool):
        return as_text(bool(cell), language)
    return cell if is_number(cell) else "∞"
