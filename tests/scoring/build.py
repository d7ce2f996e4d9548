"""Builds an `Alliance` from the cells that a test cares about; every other cell is blank.

Each table is given as dicts of field to value. Rows get sheet row numbers from 2 on, as below a header. An actor's key
and uid follow from its name, so that other tabs can refer to it by name. Import it as `tests.scoring.build`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from scoring.addresses import column_letter
from scoring.alliance import Alliance, Place, Settings
from scoring.columns import NUMERIC, Column, Kind
from scoring.tabs import TABS

Cell = str | float | date | tuple[str, ...]
Row = Mapping[str, Cell]
FIRST_ROW = 2


def key(name: str) -> str:
    """Return the key of an actor of that name."""
    return name.casefold()


def table(tab: str, rows: Iterable[Row] = (), first_row: int = FIRST_ROW) -> pd.DataFrame:
    """Return the typed table of that tab with these rows; a field that the tab does not have is an error."""
    columns, cells = TABS[tab].typed, [dict(row) for row in rows]
    return _filled(columns, cells, first_row) if cells else _blank(tab).copy()


@cache
def _blank(tab: str) -> pd.DataFrame:
    """Return the table without any row; most tables of most tests."""
    return _filled(TABS[tab].typed, [], FIRST_ROW)


def _filled(columns: Sequence[Column], cells: Sequence[Row], first_row: int) -> pd.DataFrame:
    unknown = {field for row in cells for field in row} - {column.field for column in columns} - {"uid"}
    if unknown:
        raise KeyError(unknown)
    index = pd.RangeIndex(first_row, first_row + len(cells), name="row")
    return pd.DataFrame({column.field: _series(column, cells, index) for column in columns}, index=index)


def actors_table(rows: Iterable[Row] = ()) -> pd.DataFrame:
    """Return the table of actors; `uid` may be given, else it is "u:" and the key."""
    rows = list(rows)
    actors = table("actors", rows)
    actors["key"] = _objects([key(str(row["name"])) for row in rows], actors.index)
    actors["uid"] = _objects([str(row.get("uid", f"u:{key(str(row['name']))}")) for row in rows], actors.index)
    return actors


def alliance(
    *,
    actors: Iterable[Row] = (),
    meetings: Iterable[Row] = (),
    letters: Iterable[Row] = (),
    measures: Iterable[Row] = (),
    press: Iterable[Row] = (),
    recipients: Iterable[Row] = (),
    contacts: Iterable[Row] = (),
    overlaps: Iterable[Row] = (),
    has_status_column: bool = True,
    settings: Settings | None = None,
) -> Alliance:
    """Return an alliance in which only the given cells are filled; every tab has all its columns from A on."""
    return Alliance(
        settings=settings or Settings(),
        actors=actors_table(actors),
        meetings=table("meetings", meetings),
        letters=table("letters", letters),
        measures=table("measures", measures),
        press=table("press", press),
        recipients=table("recipients", recipients),
        contacts=table("contacts", contacts),
        overlaps=table("overlaps", overlaps),
        has_status_column=has_status_column,
        places={name: _place(name) for name in TABS},
    )


def _place(tab: str) -> Place:
    spec = TABS[tab]
    letters = {column.field: column_letter(number) for number, column in enumerate(spec.typed)}
    return Place(title=spec.de, letters=letters, key=spec.key)


def _series(column: Column, rows: Sequence[Row], index: pd.Index) -> pd.Series:
    cells = [row.get(column.field) for row in rows]
    if column.kind in NUMERIC:
        return pd.Series(cells, index=index, dtype="float64")
    if column.kind is Kind.DATE:
        return pd.Series(np.array(cells, dtype="datetime64[D]"), index=index).astype("datetime64[s]")
    if column.kind is Kind.ACTORS:
        return _objects([_actors(cell) for cell in cells], index)
    if column.kind is Kind.ACTOR:
        return _objects([key(str(cell or "")) for cell in cells], index)
    return _objects([cell or "" for cell in cells], index)


def _actors(cell: Cell | None) -> tuple[str, ...]:
    names = cell if isinstance(cell, tuple) else tuple(str(cell).split(";")) if cell else ()
    return tuple(key(name.strip()) for name in names)


def _objects(cells: Sequence[Cell], index: pd.Index) -> pd.Series:
    values = np.empty(len(cells), dtype=object)
    values[:] = cells
    return pd.Series(values, index=index, dtype=object)
