"""One tab → one typed table, with a finding for each cell or row that a person should look at.

What belongs here: rows, required cells, and where everything stands. What does not: who is who (`parsing.identity`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.addresses import column_index, column_letter
from scoring.alliance import Place
from scoring.columns import Column, TabSpec
from scoring.domain import Language, Severity
from scoring.messages import Argument, Note, NoteCode
from scoring.parsing.cells import blank_column, is_filled, read_cells
from scoring.parsing.headers import Header, find_header, header_notes
from scoring.snapshot import Cell, Tab
from scoring.tabs import ACTORS, CONTACTS, RECIPIENTS

_PRIVATE = (CONTACTS, RECIPIENTS)
"""Tabs about people: no cell of theirs is ever quoted."""

_BLOCK = 256  # rows that stay in the processor's cache while their cells are handed to the columns


class Remark(NamedTuple):
    """A finding with its place in the table: the sheet's row (1-based) and the field.

    `actor` is the name it is about where the table itself no longer tells.
    """

    row: int
    field: str
    code: NoteCode
    severity: Severity
    args: Mapping[str, Argument]
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A tab as read: `frame` has exactly the people's columns of `spec` and the sheet's row numbers as its index.

    `headers` holds each field's header as it stands in the sheet, `remarks` what is to be said about cells and rows,
    `notes` about the tab as a whole.
    """

    spec: TabSpec
    place: Place
    frame: pd.DataFrame
    headers: Mapping[str, str]
    remarks: tuple[Remark, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_private(self) -> bool:
        """Say whether no cell of this tab may be quoted."""
        return self.spec in _PRIVATE

    def header(self, field: str, language: Language) -> str:
        """Return the header as it stands in the sheet, or as `setup` would write it."""
        return self.headers.get(field) or self.spec.column(field).header(language)


def empty_table(spec: TabSpec, title: str = "", notes: tuple[Note, ...] = ()) -> Table:
    """Return the table of a tab that is missing, empty or unreadable."""
    frame = _frame(spec, {}, np.array([], dtype=np.int64))
    return Table(spec=spec, place=Place(title=title, key=spec.key), frame=frame, headers={}, notes=notes)


def read_table(spec: TabSpec, tab: Tab, language: Language) -> Table:
    """Return the table that stands in a tab. Without its key column the tab is unread, and a note says so."""
    header = find_header(spec, tab)
    if header is None:
        return empty_table(spec, tab.title, unread(tab, spec.column(spec.key), language))
    below = tab.cells[header.row + 1 :]
    there = _with_cells(below)
    rows = below if len(there) == len(below) else [below[index] for index in there.tolist()]
    cells = _transpose(rows, header.columns)
    used = _filled_rows(cells[spec.key], cells.values())
    numbers = there[used] + header.row + 2  # the sheet counts from 1, and the data start below the header
    columns, remarks = {}, []
    for field, text in header.texts.items():
        column, chosen = spec.column(field), cells[field]
        if len(used) < len(rows):
            chosen = [chosen[index] for index in used.tolist()]
        columns[field], findings = read_cells(column, chosen, language, header=text, private=spec in _PRIVATE)
        rows_noted = numbers[[finding.position for finding in findings]].tolist()
        remarks += [Remark(row, field, *finding[1:]) for row, finding in zip(rows_noted, findings, strict=True)]
        if column.required:
            noted = {finding.position for finding in findings}
            remarks += _missing(spec, column, text, [numbers[i] for i in _unknown(columns[field]) if i not in noted])
    return _without_keyless_rows(
        Table(
            spec=spec,
            place=place_of(spec, tab, header),
            frame=_frame(spec, columns, numbers),
            headers=header.texts,
            remarks=tuple(remarks),
            notes=tuple(header_notes(spec, tab, header, language)),
        )
    )


def notes_of(table: Table, names: Mapping[int, str]) -> list[Note]:
    """Return everything said about a table, row by row; `names` gives the actor that a row is about."""
    order = {field: column_index(letters) for field, letters in table.place.letters.items()}
    remarks = sorted(table.remarks, key=lambda remark: order[remark.field])
    remarks.sort(key=lambda remark: remark.row)
    return [
        *table.notes,
        *(
            Note(
                code=remark.code,
                severity=remark.severity,
                tab=table.place.title,
                cell=table.place.cell(remark.row, remark.field),
                actor=remark.actor or names.get(remark.row, ""),
                args=remark.args,
            )
            for remark in remarks
        ),
    ]


def is_blank(tab: Tab) -> bool:
    """Say whether nobody has filled any cell of the tab."""
    return not any(row and is_filled(row).any() for row in tab.cells)


def unread(tab: Tab, column: Column, language: Language) -> tuple[Note, ...]:
    """Return the note that a tab cannot be read without that column; none for a blank tab."""
    if is_blank(tab):
        return ()
    args = {"column": column.header(language)}
    return (Note(code=NoteCode.KEY_COLUMN_MISSING, severity=Severity.WARNING, tab=tab.title, args=args),)


def _with_cells(rows: Sequence[Sequence[Cell]]) -> npt.NDArray[np.intp]:
    """Return the positions of rows that have cells: above a stray one in a sheet's last row are a million without."""
    return np.flatnonzero(np.fromiter(map(bool, rows), dtype=np.bool_, count=len(rows)))


def _transpose(rows: Sequence[Sequence[Cell]], places: Mapping[str, int]) -> dict[str, list[Cell]]:
    """Return the cells of each field, given its place in a row. Blanks at the end of a row are not delivered."""
    columns: dict[str, list[Cell]] = {field: [] for field in places}
    width = max(places.values()) + 1
    for start in range(0, len(rows), _BLOCK):
        block = [row[:width] for row in rows[start : start + _BLOCK]]
        cells = list(zip_longest(*block))
        for field, place in places.items():
            columns[field] += cells[place] if place < len(cells) else [None] * len(block)
    return columns


def _filled_rows(key: Sequence[Cell], columns: Iterable[Sequence[Cell]]) -> npt.NDArray[np.intp]:
    """Return the positions of the rows in which anything is filled; mostly the key alone shows it."""
    filled = is_filled(key)
    for cells in columns:
        blank = np.flatnonzero(~filled)
        filled[blank] = is_filled([cells[index] for index in blank.tolist()])
    return np.flatnonzero(filled)


def _frame(spec: TabSpec, columns: Mapping[str, pd.Series], numbers: np.ndarray) -> pd.DataFrame:
    series = {
        column.field: columns[column.field] if column.field in columns else blank_column(column.kind, len(numbers))
        for column in spec.typed
    }
    return pd.DataFrame(series, copy=False).set_axis(pd.Index(numbers, name="row", dtype=np.int64), axis=0)


def place_of(spec: TabSpec, tab: Tab, header: Header) -> Place:
    """Return where the table with that header stands."""
    letters = {field: column_letter(index) for field, index in header.columns.items()}
    return Place(title=tab.title, header_row=header.row + 1, letters=letters, key=spec.key)


def _unknown(values: pd.Series) -> list[int]:
    unknown = values.to_numpy() == "" if values.dtype == object else values.isna().to_numpy()
    return np.flatnonzero(unknown).tolist()


def _missing(spec: TabSpec, column: Column, header: str, rows: list[int]) -> list[Remark]:
    """Return a remark for each row that has data but lacks a required cell (one that is unreadable has its own)."""
    code = NoteCode.ROW_WITHOUT_KEY if spec is ACTORS else NoteCode.REQUIRED_MISSING
    severity = Severity.BLOCKING if column.blocks else Severity.WARNING
    return [Remark(row=int(r), field=column.field, code=code, severity=severity, args={"column": header}) for r in rows]


def _without_keyless_rows(table: Table) -> Table:
    """Drop the rows without a readable key; of what was said about them, keep what is said about the key."""
    key = table.spec.key
    keyless = table.frame.index[_unknown(table.frame[key])]
    if keyless.empty:
        return table
    dropped = set(keyless)
    remarks = tuple(remark for remark in table.remarks if remark.row not in dropped or remark.field == key)
    return replace(table, frame=table.frame.drop(index=keyless), remarks=remarks)
