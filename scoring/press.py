"""What the alliance made public, from the tab Presse. An item counts from its day on."""

from datetime import date

import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import PressOccasion, Publication


def items(alliance: Alliance, occasion: PressOccasion, today: date) -> pd.DataFrame:
    """Return the press items of that occasion that are out by that day."""
    press = alliance.press
    return press.loc[(press["occasion"] == occasion) & (press["date"] <= pd.Timestamp(today))]


def to_celebrate(alliance: Alliance, assessed: pd.DataFrame) -> "pd.Series[bool]":
    """Say of each actor whether it is a new member that may be celebrated in public; the index of `assessed`.

    Who answered Veröffentlichung with nein is not; a blank answer still has to be asked for and counts.
    """
    refused = alliance.letters.loc[alliance.letters["publication"] == Publication.NO, "actor"]
    return assessed["new_member"] & ~assessed["key"].isin(refused)


def uncelebrated(alliance: Alliance, assessed: pd.DataFrame, today: date) -> "pd.Series[bool]":
    """Say of each actor whether it is a new member to celebrate that no press item Neuaufnahme names yet."""
    named = items(alliance, PressOccasion.NEW_MEMBER, today)["actor"]
    return to_celebrate(alliance, assessed) & ~assessed["key"].isin(named)
