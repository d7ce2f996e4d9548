"""Which meetings took place, which are still to come, and of which nobody wrote how they went.

What belongs here: the reading of Datum, Status, Ergebnis and Protokoll. What a meeting means for an actor is
`scoring.stages`, what it means for the alliance `scoring.steps`.
"""

from datetime import date
from itertools import chain

import numpy as np
import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import MeetingKind, MeetingResult, MeetingStatus, Severity
from scoring.messages import Note, NoteCode

BLANK = ""

CONVERSATIONS = (
    MeetingKind.EXECUTIVE_MEETING,
    MeetingKind.TALK,
    MeetingKind.FOLLOW_UP,
    MeetingKind.MINI_CLIMATE_DECISION,
    MeetingKind.MEASURES_WORKSHOP,
    MeetingKind.LETTER_SIGNING,
    BLANK,
)
"""Kinds at which somebody talks with the actor about joining; volunteers leave Art blank for a talk."""

ALLIANCE_MEETINGS = (MeetingKind.KICKOFF, MeetingKind.FOUNDING, MeetingKind.PARTY)
"""Kinds that count for a step of the alliance, whoever was there."""


def classify(alliance: Alliance, today: date) -> pd.DataFrame:
    """Say how each meeting stands on that day; the index of `Alliance.meetings`, bool columns.

    - `held`: took place.
    - `planned`: is still to come, today included.
    - `silent`: lies in the past with blank Status and no outcome, so that it only shows that there was contact.
    - `unanswered`: lies in the past and somebody should say how it went: silent, or still geplant.
    - `conversation`: a talk with the actor; `pledge`: held with Ergebnis Zusage.

    A meeting without a readable day, abgesagt or verschoben is none of the first four.
    """
    meetings, day = alliance.meetings, np.datetime64(today)
    held_on, status, result = (meetings[field].to_numpy() for field in ("date", "status", "result"))
    past, until_today, from_today = held_on < day, held_on <= day, held_on >= day
    blank = status == BLANK
    outcome = ((result != BLANK) & (result != MeetingResult.OPEN)) | (meetings["minutes"].to_numpy() != BLANK)
    if alliance.has_status_column:
        held = until_today & ((status == MeetingStatus.HELD) | (blank & outcome))
    else:
        held = until_today
    expected = blank | (status == MeetingStatus.PLANNED)
    return pd.DataFrame(
        {
            "held": held,
            "planned": from_today & expected & ~held,
            "silent": past & blank & ~held,
            "unanswered": past & expected & ~held,
            "conversation": meetings["kind"].isin(CONVERSATIONS),
            "pledge": held & (result == MeetingResult.PLEDGE),
        },
        index=meetings.index,
    )


def by_actor(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return one row per meeting and actor: `actor` (key), `date`, `kind` and the columns of `classify`."""
    meetings, actors = alliance.meetings, alliance.meetings["actors"]
    row = np.repeat(np.arange(len(meetings)), [len(keys) for keys in actors])
    found = meetings[["date", "kind"]].join(classify(alliance, today)).take(row)
    found.insert(0, "actor", np.array([*chain.from_iterable(actors)], dtype=object))
    return found


def outcome_notes(alliance: Alliance, today: date) -> tuple[Note, ...]:
    """Ask "Wie war's?" for each unanswered meeting that counts for an actor or a step; several actors joined by ";"."""
    meetings = alliance.meetings
    counts = meetings["actors"].map(len).astype(bool) | meetings["kind"].isin(ALLIANCE_MEETINGS)
    asked = meetings.loc[classify(alliance, today)["unanswered"] & counts]
    names = dict(zip(alliance.actors["key"], alliance.actors["name"], strict=True))
    place = alliance.place("meetings")
    return tuple(
        Note(
            code=NoteCode.MEETING_OUTCOME_MISSING,
            severity=Severity.WARNING,
            tab=place.title,
            cell=place.cell(row, "result"),
            actor="; ".join(names[actor] for actor in actors if actor in names),
            args={"date": day.date()},
        )
        for row, actors, day in zip(asked.index, asked["actors"], asked["date"], strict=True)
    )
