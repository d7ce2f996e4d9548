"""What the team should enter next: the one gap in the sheet whose filling helps most right now.

What belongs here: which gap that is. What does not: gaps in single cells (they are notes) and what to do next for one
actor (`scoring.recommend`). The words stand in `reports/wording`.
"""

from enum import StrEnum

import numpy as np
import pandas as pd

from scoring.alliance import Alliance, Settings
from scoring.domain import LADDER, Factor, Stage
from scoring.emissions import entered_tonnes
from scoring.impact import BOUNDS
from scoring.messages import Message

CONVINCED = LADDER[LADDER.index(Stage.CONVINCED) :]

WORTH_ASKING = 5
"""Points of 100: a blank that can move the impact by fewer is not worth a question."""


class AddCode(StrEnum):
    """What can be missing, in the order in which it is asked for. The comment names the arguments."""

    FIRST_ACTOR = "add.first_actor"  # no actor yet
    RELATIONSHIP = "add.relationship"  # no Beziehung and no Haltung anywhere
    MEETINGS = "add.meetings"  # no meeting yet
    MUNICIPALITY = "add.municipality"
    INVENTORY = "add.inventory"  # Bilanzmethode, Bilanzjahr or Gesamtemissionen missing
    LETTERS = "add.letters"  # somebody is convinced, nobody stands in LoI
    EMISSIONS_SIGNATORY = "add.emissions_signatory"  # actor: its signature does not count in the public share yet
    EMISSIONS = "add.emissions"  # actor, points: how far its blank emissions can move its impact
    NOTHING = "add.nothing"


def to_add(alliance: Alliance, assessed: pd.DataFrame) -> Message:
    """Return the most useful thing to enter next.

    `assessed` has one row per actor with at least `name`, `evidence`, `signatory`, `impact` and the three bounds of the
    emissions' utility, `emissions_low`, `emissions_mid`, `emissions_high`.
    """
    actors, settings = alliance.actors, alliance.settings
    if actors.empty:
        return Message(code=AddCode.FIRST_ACTOR)
    if actors["relationship"].isna().all() and (actors["attitude"] == "").all():
        return Message(code=AddCode.RELATIONSHIP)
    if alliance.meetings.empty:
        return Message(code=AddCode.MEETINGS)
    if not settings.municipality:
        return Message(code=AddCode.MUNICIPALITY)
    if settings.inventory_method is None or settings.inventory_year is None or settings.inventory_total is None:
        return Message(code=AddCode.INVENTORY)
    if alliance.letters.empty and assessed["evidence"].isin(CONVINCED).any():
        return Message(code=AddCode.LETTERS)
    return _emissions(actors, assessed, settings)


def _emissions(actors: pd.DataFrame, assessed: pd.DataFrame, settings: Settings) -> Message:
    """Return whom to ask for emissions, or that nothing is left to ask.

    Signatories first, because without their figure the public share lacks them; then whoever matters most by what is
    known: by impact, by how far the blank moves it, by name. Actors that are postponed, declined or left are not asked.
    """
    points = _points(assessed, settings)
    asked = entered_tonnes(actors).isna() & assessed["evidence"].isin(LADDER)
    asked &= assessed["signatory"] | (points >= WORTH_ASKING)
    if not asked.any():
        return Message(code=AddCode.NOTHING)
    first = (
        assessed[["name", "signatory", "impact"]]
        .assign(points=points)[asked]
        .sort_values(["signatory", "impact", "points", "name"], ascending=[False, False, False, True])
        .iloc[0]
    )
    if first["signatory"]:
        return Message(code=AddCode.EMISSIONS_SIGNATORY, args={"actor": str(first["name"])})
    return Message(code=AddCode.EMISSIONS, args={"actor": str(first["name"]), "points": int(first["points"])})


def _points(assessed: pd.DataFrame, settings: Settings) -> "pd.Series[int]":
    """Return by how many whole points of 100 an actor's emissions can still move its impact, up or down."""
    low, mid, high = (assessed[f"emissions_{bound}"].to_numpy() for bound in BOUNDS)
    weight = settings.weights[tuple(Factor).index(Factor.EMISSIONS)]
    points = (100 * weight * np.fmax(mid - low, high - mid)).round().astype("int64")
    return pd.Series(points, index=assessed.index)
