"""What the rows of the tab LoI prove: valid signatures, pledges, refusals, withdrawals.

What belongs here: the reading of one LoI table. How it ranks beside meetings and measures is `scoring.stages`.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import Authority, LetterStatus, Severity
from scoring.messages import Note, NoteCode


def withdrawn(letters: pd.DataFrame, today: date) -> "pd.Series[bool]":
    """Say of each row whether what was signed is taken back by that day."""
    return (letters["status"] == LetterStatus.WITHDRAWN) | (letters["withdrawn_on"] <= pd.Timestamp(today))


def valid(letters: pd.DataFrame, today: date) -> "pd.Series[bool]":
    """Say of each row whether it is a valid signature on that day.

    It is unterzeichnet, its day has come, nobody says that the signer lacks the authority, and it is not withdrawn.
    """
    return (
        (letters["status"] == LetterStatus.SIGNED)
        & (letters["signed_on"] <= pd.Timestamp(today))
        & (letters["authority"] != Authority.NO)
        & ~withdrawn(letters, today)
    )


def by_actor(letters: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return what the letters prove for each actor that has one; the index holds actor keys.

    - `signed_on`: the earliest day of a valid signature, NaT without one.
    - `pledged`: some row is zugesagt. `declined`: abgelehnt with no zugesagt or unterzeichnet further down.
    - `withdrawn`: everything that was ever signed is withdrawn. A row zurückgezogen counts as signed before, dated or
      not: a withdrawal must never leave a member behind. `withdrawn_on`: the last day of it, NaT when a day is missing.
    """
    status, actor = letters["status"], letters["actor"]
    row = letters.index.to_series()
    taken_back = withdrawn(letters, today)
    ever_signed = status.isin((LetterStatus.SIGNED, LetterStatus.WITHDRAWN))
    agreed = status.isin((LetterStatus.PLEDGED, LetterStatus.SIGNED))
    taken_back_on = letters["withdrawn_on"].where(letters["withdrawn_on"] <= pd.Timestamp(today))
    facts = pd.DataFrame(
        {
            "signed_on": letters["signed_on"].where(valid(letters, today)),
            "pledged": status == LetterStatus.PLEDGED,
            "refused_in": row.where(status == LetterStatus.DECLINED),
            "agreed_in": row.where(agreed),
            "taken_back": ever_signed & taken_back,
            "standing": ever_signed & ~taken_back,
            "undated": ever_signed & taken_back_on.isna(),
            "withdrawn_on": taken_back_on.where(ever_signed),
        }
    )
    found = facts.groupby(actor).agg(
        {
            "signed_on": "min",
            "pledged": "any",
            "refused_in": "max",
            "agreed_in": "max",
            "taken_back": "any",
            "standing": "any",
            "undated": "any",
            "withdrawn_on": "max",
        }
    )
    all_taken_back = found["taken_back"] & ~found["standing"]
    return pd.DataFrame(
        {
            "signed_on": found["signed_on"],
            "pledged": found["pledged"],
            "declined": found["refused_in"] > found["agreed_in"].fillna(-np.inf),
            "withdrawn": all_taken_back,
            "withdrawn_on": found["withdrawn_on"].where(all_taken_back & ~found["undated"]),
        }
    )


def signature_notes(alliance: Alliance, today: date) -> tuple[Note, ...]:
    """Note each signature that does not count, or counts although the authority to sign is not known."""
    letters, place = alliance.letters, alliance.place("letters")
    names = dict(zip(alliance.actors["key"], alliance.actors["name"], strict=True))
    stands = (letters["status"] == LetterStatus.SIGNED) & ~withdrawn(letters, today)
    signed = letters.loc[stands & letters["actor"].isin(names)]
    cases = (
        (NoteCode.SIGNATURE_UNDATED, "signed_on", signed["signed_on"].isna()),
        (NoteCode.SIGNATURE_IN_FUTURE, "signed_on", signed["signed_on"] > pd.Timestamp(today)),
        (NoteCode.SIGNATURE_UNAUTHORISED, "authority", signed["authority"] == Authority.NO),
        (NoteCode.AUTHORITY_UNCLEAR, "authority", valid(signed, today) & (signed["authority"] != Authority.YES)),
    )
    found = tuple(
        Note(
            code=code,
            severity=Severity.HINT if code is NoteCode.AUTHORITY_UNCLEAR else Severity.WARNING,
            tab=place.title,
            cell=place.cell(row, field),
            actor=names[actor],
            args={"date": signed_on.date()} if code is NoteCode.SIGNATURE_IN_FUTURE else {},
        )
        for code, field, mask in cases
        for row, actor, signed_on in signed.loc[mask, ["actor", "signed_on"]].itertuples()
    )
    return (*found, *_contradictions(alliance, signed, today))


def _contradictions(alliance: Alliance, signed: pd.DataFrame, today: date) -> Iterator[Note]:
    """Yield a blocking note for each valid row of an actor that a later row withdraws.

    One valid row is enough to have signed, but whoever keeps the tab as a journal meant to take it back.
    """
    letters, place = alliance.letters, alliance.place("letters")
    names = dict(zip(alliance.actors["key"], alliance.actors["name"], strict=True))
    standing = signed.loc[valid(signed, today), ["actor", "signed_on"]].reset_index(names="row")
    back = letters.loc[withdrawn(letters, today), ["actor", "withdrawn_on"]].reset_index(names="withdrawn_row")
    pairs = standing.merge(back, on="actor")
    later = (pairs["withdrawn_on"] >= pairs["signed_on"]) | (
        pairs["withdrawn_on"].isna() & (pairs["withdrawn_row"] > pairs["row"])
    )
    for row, actor, other in pairs.loc[later, ["row", "actor", "withdrawn_row"]].itertuples(index=False, name=None):
        yield Note(
            code=NoteCode.SIGNATURE_CONTRADICTED,
            severity=Severity.BLOCKING,
            tab=place.title,
            cell=place.cell(row, "status"),
            actor=names[actor],
            args={"cell": place.cell(other, "status")},
        )
