"""Doubts: cells that could not be read and that, passed over, could make the public share too large.

A note is raised where a cell is read, and matters by whom it is about. Here it becomes blocking when it leaves open
how much of a signatory's tonnes counts, or what it is measured against; a slip in the row of somebody who has not
signed does not silence the alliance. (Misspelt references, which make tonnes count twice, always block:
`Column.blocks`.)
"""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import Severity
from scoring.messages import Note, NoteCode
from scoring.parsing.headers import names
from scoring.tabs import ACTORS, LETTERS, SETTINGS_ROWS
from scoring.text import squeeze

UNREADABLE = frozenset(
    {
        NoteCode.ERROR_CELL,
        NoteCode.FORMULA_NOT_CALCULATED,
        NoteCode.NUMBER_UNREADABLE,
        NoteCode.NUMBER_WRONG_UNIT,
        NoteCode.NUMBER_IS_DATE,
        NoteCode.NUMBER_OUT_OF_RANGE,
        NoteCode.DATE_UNREADABLE,
        NoteCode.DATE_AMBIGUOUS,
        NoteCode.DATE_IS_NUMBER,
        NoteCode.DATE_OUT_OF_RANGE,
        NoteCode.CHOICE_UNKNOWN,
    }
)

WHETHER_IT_COUNTS = frozenset({"left_on", "stage_override"})
HOW_MUCH_COUNTS = frozenset({"kind", "sector", "emissions_scope", "emissions_year", "process", "sold_energy"})
OF_A_SIGNATORY = WHETHER_IT_COUNTS | HOW_MUCH_COUNTS
OF_A_CHILD = frozenset({"emissions", "fuels", "electricity", "heat", "process", "sold_energy"})
"""What a parent's figure has to be lowered by while this child has not signed."""

OF_A_LETTER = frozenset({"status", "withdrawn_on"})
OF_THE_INVENTORY = frozenset(
    name
    for column in SETTINGS_ROWS
    if column.field in {"inventory_method", "inventory_year", "inventory_total"}
    for name in names(column)
)
"""The names, squeezed, of the settings that every share is measured against; two different ones are a contradiction."""


def with_doubts(notes: Sequence[Note], alliance: Alliance, signatory: "pd.Series[bool]") -> tuple[Note, ...]:
    """Return the notes in their order, those that leave the public share in doubt as blocking ones.

    `signatory` has the index of the actors.
    """
    risky = _risky_cells(alliance, signatory)
    return tuple(replace(note, severity=Severity.BLOCKING) if _is_doubt(note, risky) else note for note in notes)


def _is_doubt(note: Note, risky: frozenset[tuple[str, str]]) -> bool:
    if note.code is NoteCode.SETTING_DOUBLED:
        return squeeze(str(note.args["column"])) in OF_THE_INVENTORY
    return note.code in UNREADABLE and (note.tab, note.cell) in risky


def _risky_cells(alliance: Alliance, signatory: "pd.Series[bool]") -> frozenset[tuple[str, str]]:
    """Return tab and address of every cell that must be readable for the share to be safe."""
    actors, letters = alliance.actors, alliance.letters
    signed = actors.index[signatory]
    children = actors.index[actors["parent"] != ""]
    signed_rows = letters.index[letters["actor"].isin(actors.loc[signatory, "key"])]
    return frozenset(
        [
            *_cells(alliance, ACTORS.name, signed, OF_A_SIGNATORY),
            *_cells(alliance, ACTORS.name, children, OF_A_CHILD),
            *_cells(alliance, LETTERS.name, signed_rows, OF_A_LETTER),
        ]
    )


def _cells(alliance: Alliance, tab: str, rows: "pd.Index[int]", fields: frozenset[str]) -> list[tuple[str, str]]:
    place = alliance.place(tab)
    there = [field for field in sorted(fields) if field in place.letters]
    return [(place.title, place.cell(row, field)) for row in rows.tolist() for field in there]
