"""What the rows of the tab LoI prove: valid signatures, pledges, refusals, withdrawals.

What belongs here: the reading of one LoI table. How it ranks beside meetings and measures is `scoring.stages`.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import Authority, LetterStatus, Severity
from scoring.messages import Note, NoteCode


def withdrawn(letters: pd.DataFrame, today: date) -> "pd.Series[bool]":
    """Say of each row whether what was signed is taken back by that day."""
    status, withdrawn_on = letters["status"].to_numpy(), letters["withdrawn_on"].to_numpy()
    return pd.Series((status == LetterStatus.WITHDRAWN) | (withdrawn_on <= np.datetime64(today)), index=letters.index)


def valid(letters: pd.DataFrame, today: date) -> "pd.Series[bool]":
    """Say of each row whether it is a valid signature on that day.

    It is unterzeichnet, its day has come, nobody says that the signer lacks the authority, and it is not withdrawn.
    """
    status, authority = letters["status"].to_numpy(), letters["authority"].to_numpy()
    has_come = letters["signed_on"].to_numpy() <= np.datetime64(today)
    stands = ~withdrawn(letters, today).to_numpy()
    signed = stands & has_come & (status == LetterStatus.SIGNED) & (authority != Authority.NO)
    return pd.Series(signed, index=letters.index)


def by_actor(letters: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return what the letters prove for each actor that has one; the index holds actor keys.

    - `signed_on`: the earliest day of a valid signature, NaT without one.
    - `pledged`: some row is zugesagt. `declined`: abgelehnt with no zugesagt or unterzeichnet further down.
    - `withdrawn`: everything that was ever signed is withdrawn. A row zurückgezogen counts as signed before, dated or
      not: a withdrawal must never leave a member behind. `withdrawn_on`: the last day of it, NaT when a day is missing.
    """
    status, row = letters["status"].to_numpy(), letters.index.to_numpy()
    taken_back, taken_back_on = withdrawn(letters, today).to_numpy(), letters["withdrawn_on"].to_numpy()
    signed, pledged = status == LetterStatus.SIGNED, status == LetterStatus.PLEDGED
    ever_signed = signed | (status == LetterStatus.WITHDRAWN)
    dated = ever_signed & (taken_back_on <= np.datetime64(today))
    facts = pd.DataFrame(
        {
            "signed_on": letters["signed_on"].where(valid(letters, today)),
            "pledged": pledged,
            "refused_in": np.where(status == LetterStatus.DECLINED, row, -np.inf),
            "agreed_in": np.where(pledged | signed, row, -np.inf),
            "taken_back": ever_signed & taken_back,
            "standing": ever_signed & ~taken_back,
            "undated": ever_signed & ~dated,
            "withdrawn_on": letters["withdrawn_on"].where(dated),
        }
    )
    by_actor = facts.groupby(letters["actor"])
    some = by_actor[["pledged", "taken_back", "standing", "undated"]].any()
    last = by_actor[["refused_in", "agreed_in", "withdrawn_on"]].max()
    all_taken_back = some["taken_back"] & ~some["standing"]
    return pd.DataFrame(
        {
            "signed_on": by_actor["signed_on"].min(),
            "pledged": some["pledged"],
            "declined": last["refused_in"] > last["agreed_in"],
            "withdrawn": all_taken_back,
            "withdrawn_on": last["withdrawn_on"].where(all_taken_back & ~some["undated"]),
        }
    )


def signature_notes(alliance: Alliance, today: date) -> tuple[Note, ...]:
    """Note each signature that does not count, or counts although the authority to sign is not known."""
    letters, place = alliance.letters, alliance.place("letters")
    names = dict(zip(alliance.actors["key"], alliance.actors["name"], strict=True))
    status, actor, authority = (letters[field].to_numpy() for field in ("status", "actor", "authority"))
    signed_on, counts = letters["signed_on"].to_numpy(), valid(letters, today).to_numpy()
    stands = ~withdrawn(letters, today).to_numpy() & (status == LetterStatus.SIGNED) & letters["actor"].isin(names)
    cases = (
        (NoteCode.SIGNATURE_UNDATED, "signed_on", np.isnat(signed_on)),
        (NoteCode.SIGNATURE_IN_FUTURE, "signed_on", signed_on > np.datetime64(today)),
        (NoteCode.SIGNATURE_UNAUTHORISED, "authority", authority == Authority.NO),
        (NoteCode.AUTHORITY_UNCLEAR, "authority", counts & (authority != Authority.YES)),
    )
    found = tuple(
        Note(
            code=code,
            severity=Severity.HINT if code is NoteCode.AUTHORITY_UNCLEAR else Severity.WARNING,
            tab=place.title,
            cell=place.cell(int(letters.index[at]), field),
            actor=names[actor[at]],
            args={"date": signed_on[at].item().date()} if code is NoteCode.SIGNATURE_IN_FUTURE else {},
        )
        for code, field, mask in cases
        for at in np.flatnonzero(stands & mask).tolist()
    )
    return (*found, *_contradictions(alliance, letters[stands & counts], names, today))


def _contradictions(
    alliance: Alliance, standing: pd.DataFrame, names: Mapping[str, str], today: date
) -> Iterator[Note]:
    """Yield a blocking note for each of these valid rows that a later row of the same actor withdraws.

    One valid row is enough to have signed, but whoever keeps the tab as a journal meant to take it back.
    """
    letters, place = alliance.letters, alliance.place("letters")
    back = letters.loc[withdrawn(letters, today), ["actor", "withdrawn_on"]]
    if back.empty:
        return
    pairs = (
        standing[["actor", "signed_on"]]
        .reset_index(names="row")
        .merge(back.reset_index(names="withdrawn_row"), on="actor")
    )
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
