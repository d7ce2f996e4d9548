"""What the rows of the tab LoI prove: valid signatures, pledges, refusals, withdrawals."""

from datetime import date

import pandas as pd
import pytest

from scoring.domain import Severity
from scoring.letters import by_actor, signature_notes, valid
from scoring.messages import Note, NoteCode
from tests.scoring.build import Row, alliance, table

TODAY = date(2026, 6, 1)
MARCH, APRIL, TOMORROW = date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 2)
SIGNED: Row = {"actor": "Werk", "status": "signed", "signed_on": MARCH, "authority": "yes"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (SIGNED, True),
        ({**SIGNED, "signed_on": TODAY}, True),
        ({**SIGNED, "signed_on": TOMORROW}, False),
        ({"actor": "Werk", "status": "signed", "authority": "yes"}, False),
        ({**SIGNED, "authority": "no"}, False),
        ({**SIGNED, "authority": "unclear"}, True),
        ({**SIGNED, "authority": ""}, True),
        ({**SIGNED, "withdrawn_on": TODAY}, False),
        ({**SIGNED, "withdrawn_on": TOMORROW}, True),
        ({**SIGNED, "status": "withdrawn"}, False),
        ({**SIGNED, "status": "pledged"}, False),
        ({**SIGNED, "status": ""}, False),
    ],
)
def test_signature_is_valid_when_signed_dated_authorised_and_not_withdrawn(row: Row, expected: bool) -> None:
    assert valid(table("letters", [row]), TODAY).item() is expected


def proof(*rows: Row) -> tuple[date | None, bool, bool, bool, date | None]:
    """Return signed_on, pledged, declined, withdrawn and withdrawn_on of the one actor that the rows are about."""
    found = by_actor(table("letters", rows), TODAY).loc["werk"]
    signed_on, withdrawn_on = (None if pd.isna(day) else day.date() for day in found[["signed_on", "withdrawn_on"]])
    return signed_on, found["pledged"], found["declined"], found["withdrawn"], withdrawn_on


def row(status: str, signed_on: date | None = None, withdrawn_on: date | None = None, authority: str = "yes") -> Row:
    days = {"signed_on": signed_on, "withdrawn_on": withdrawn_on}
    return {"actor": "Werk", "status": status, "authority": authority} | {f: day for f, day in days.items() if day}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("requested")], (None, False, False, False, None)),
        ([row("pledged")], (None, True, False, False, None)),
        # The earliest valid signature counts; one valid row is enough.
        ([row("signed", APRIL), row("signed", MARCH)], (MARCH, False, False, False, None)),
        ([row("signed", MARCH, authority="no"), row("signed", APRIL)], (APRIL, False, False, False, None)),
        ([row("signed", MARCH, withdrawn_on=MARCH), row("signed", APRIL)], (APRIL, False, False, False, None)),
        # A refusal holds unless a pledge or a signature stands further down.
        ([row("declined")], (None, False, True, False, None)),
        ([row("declined"), row("pledged")], (None, True, False, False, None)),
        ([row("pledged"), row("declined")], (None, True, True, False, None)),
        ([row("declined"), row("signed")], (None, False, False, False, None)),
        ([row("declined"), row("requested")], (None, False, True, False, None)),
        ([row("declined"), row("pledged"), row("declined")], (None, True, True, False, None)),
        # Withdrawn: every row that was ever signed is; the last day of it, if every day is given.
        ([row("signed", MARCH, withdrawn_on=APRIL)], (None, False, False, True, APRIL)),
        ([row("signed", MARCH, withdrawn_on=TOMORROW)], (MARCH, False, False, False, None)),
        ([row("withdrawn", MARCH, withdrawn_on=APRIL)], (None, False, False, True, APRIL)),
        ([row("withdrawn", MARCH)], (None, False, False, True, None)),
        ([row("withdrawn")], (None, False, False, True, None)),
        ([row("withdrawn", MARCH, withdrawn_on=TOMORROW)], (None, False, False, True, None)),
        (
            [row("signed", MARCH, withdrawn_on=MARCH), row("withdrawn", MARCH, withdrawn_on=APRIL)],
            (None, False, False, True, APRIL),
        ),
        ([row("withdrawn", MARCH), row("withdrawn", MARCH, APRIL)], (None, False, False, True, None)),
        ([row("withdrawn", MARCH, APRIL), row("signed", MARCH, authority="no")], (None, False, False, False, None)),
        ([row("pledged", withdrawn_on=APRIL)], (None, True, False, False, None)),
    ],
)
def test_by_actor_tells_what_all_rows_of_an_actor_prove_together(
    rows: list[Row], expected: tuple[date | None, bool, bool, bool, date | None]
) -> None:
    assert proof(*rows) == expected


def test_further_down_follows_the_row_numbers_not_the_order_in_the_table() -> None:
    letters = table("letters", [row("declined"), row("pledged")])
    assert by_actor(letters.iloc[::-1], TODAY).equals(by_actor(letters, TODAY))


def note(code: NoteCode, cell: str, severity: Severity = Severity.WARNING, **args: date) -> Note:
    return Note(code=code, severity=severity, tab="LoI", cell=cell, actor="Werk", args=args)


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (row("signed", MARCH), ()),
        (row("signed"), (note(NoteCode.SIGNATURE_UNDATED, "D2"),)),
        (row("signed", TOMORROW), (note(NoteCode.SIGNATURE_IN_FUTURE, "D2", date=TOMORROW),)),
        (row("signed", MARCH, authority="no"), (note(NoteCode.SIGNATURE_UNAUTHORISED, "F2"),)),
        (row("signed", MARCH, authority="unclear"), (note(NoteCode.AUTHORITY_UNCLEAR, "F2", Severity.HINT),)),
        (row("signed", MARCH, authority=""), (note(NoteCode.AUTHORITY_UNCLEAR, "F2", Severity.HINT),)),
        (
            row("signed", authority="no"),
            (note(NoteCode.SIGNATURE_UNDATED, "D2"), note(NoteCode.SIGNATURE_UNAUTHORISED, "F2")),
        ),
        (row("signed", authority=""), (note(NoteCode.SIGNATURE_UNDATED, "D2"),)),
        (row("signed", MARCH, withdrawn_on=APRIL, authority="no"), ()),
        (row("pledged", authority="no"), ()),
        ({"actor": "Niemand", "status": "signed"}, ()),
    ],
)
def test_signature_note_says_what_keeps_a_signature_from_counting(signature: Row, expected: tuple[Note, ...]) -> None:
    assert signature_notes(alliance(actors=[{"name": "Werk"}], letters=[signature]), TODAY) == expected
