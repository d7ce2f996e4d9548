"""The measures of the actors: which have started, which are late, which are due for a check, and what they promise.

What belongs here: the reading of one Maßnahmen table. What measures mean for an actor's stage is `scoring.stages`, for
the alliance `scoring.steps`.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from scoring.alliance import Alliance
from scoring.assessment import MeasureTotals
from scoring.domain import Light, MeasureStatus

OVERDUE_RED_DAYS = 90
"""More days than these past Geplantes Ende turn the light from yellow to red."""

NEVER = np.datetime64("NaT", "s")
"""A day that is not known, among the days of a table."""

UNDER_WAY = (MeasureStatus.IN_PROGRESS, MeasureStatus.DONE)
CLOSED = (MeasureStatus.DONE, MeasureStatus.FAILED)


def measures(alliance: Alliance, assessed: pd.DataFrame, today: date) -> tuple[pd.DataFrame, MeasureTotals]:
    """Return how each measure stands, and all of them together. `assessed` has `key`, `name`, `signatory`.

    The table has the index of `Alliance.measures` and the columns `actor` (name, "" for nobody), `title`, `light`,
    `overdue_since` (the planned day that has passed, NaT when on time), `next_check`, then `key`, `promoted` (has a
    Beworben-Link) and the columns of `progress`. A measure of nobody is in the table but not in the totals.
    """
    found = alliance.measures
    state = progress(found, alliance.settings.review_months, today)
    overdue_since = _overdue_since(found, state["started"], today)
    names = assessed.set_index("key")["name"]
    table = pd.DataFrame(
        {
            "actor": found["actor"].map(names).astype(object).fillna(""),
            "title": found["title"],
            "light": _light(found, state["check_due"], overdue_since, today),
            "overdue_since": overdue_since,
            "next_check": state["next_check"],
            "key": found["actor"],
            "promoted": found["promoted_link"] != "",
        }
    ).join(state.drop(columns="next_check"))
    return table, _totals(found, table, assessed)


def started(measures: pd.DataFrame, today: date) -> "pd.Series[bool]":
    """Say of each measure whether it has started: Tatsächlicher Start has come, or it is in Arbeit or abgeschlossen."""
    has_come = measures["actual_start"].to_numpy() <= np.datetime64(today)
    return measures["status"].isin(UNDER_WAY) | has_come


def progress(measures: pd.DataFrame, review_months: int, today: date) -> pd.DataFrame:
    """Return how far each measure is; the index of `measures`.

    - `started` (bool); `start`: the day of it, NaT when not started or not known.
    - `checked_on`: the last check of a started measure, NaT without one; a day still to come is not a check.
    - `next_check`: of a started measure that is not abgeschlossen, `review_months` calendar months after its last check
      or, without one, its start; NaT otherwise, and when neither day is known.
    - `check_due` (bool): that day has passed, or it cannot be known because nobody wrote a start or a check.
    """
    day = np.datetime64(today)
    has_started = started(measures, today).to_numpy()
    start, checked_on = measures["actual_start"].to_numpy(), measures["checked_on"].to_numpy()
    start = np.where(start <= day, start, NEVER)
    checked_on = np.where(has_started & (checked_on <= day), checked_on, NEVER)
    watched = has_started & (measures["status"].to_numpy() != MeasureStatus.DONE)
    last_seen = pd.Series(np.fmax(start, checked_on), index=measures.index)  # fmax passes over NaT
    next_check = (last_seen + pd.DateOffset(months=review_months)).where(watched)
    return pd.DataFrame(
        {
            "started": has_started,
            "start": start,
            "checked_on": checked_on,
            "next_check": next_check,
            "check_due": watched & ~(next_check.to_numpy() >= day),
        },
        index=measures.index,
    )


def _end_overdue(measures: pd.DataFrame, today: date) -> "pd.Series[bool]":
    day = np.datetime64(today)
    running = ~measures["status"].isin(CLOSED) & ~(measures["actual_end"].to_numpy() <= day)
    return running & (measures["planned_end"].to_numpy() < day)


def _overdue_since(measures: pd.DataFrame, has_started: "pd.Series[bool]", today: date) -> "pd.Series[pd.Timestamp]":
    """Return the earlier of the planned start and end that passed without happening; NaT when neither did."""
    waiting = ~has_started & ~measures["status"].isin(CLOSED)
    planned_start, planned_end = measures["planned_start"].to_numpy(), measures["planned_end"].to_numpy()
    late_start = np.where(waiting & (planned_start < np.datetime64(today)), planned_start, NEVER)
    late_end = np.where(_end_overdue(measures, today), planned_end, NEVER)
    overdue_since = np.fmin(late_start, late_end)  # fmin passes over NaT
    return pd.Series(overdue_since, index=measures.index, dtype="datetime64[s]")


def _light(
    measures: pd.DataFrame, check_due: "pd.Series[bool]", overdue_since: "pd.Series[pd.Timestamp]", today: date
) -> "pd.Series[str]":
    status = measures["status"].to_numpy()
    long_ago = np.datetime64(today - timedelta(days=OVERDUE_RED_DAYS))
    long_overdue = _end_overdue(measures, today) & (measures["planned_end"].to_numpy() < long_ago)
    red = (status == MeasureStatus.FAILED) | long_overdue
    yellow = overdue_since.notna() | check_due | (status == MeasureStatus.DELAYED)
    light = np.select(
        [status == MeasureStatus.DONE, red, yellow],
        [Light.GREEN.value, Light.RED.value, Light.YELLOW.value],
        default=Light.GREEN.value,
    )
    return pd.Series(light, index=measures.index, dtype=object)


def _totals(measures: pd.DataFrame, table: pd.DataFrame, assessed: pd.DataFrame) -> MeasureTotals:
    of_somebody = table.loc[table["key"].isin(assessed["key"])]
    lights = of_somebody["light"]
    pledged = measures.loc[table["key"].isin(assessed.loc[assessed["signatory"], "key"]), "savings"]
    return MeasureTotals(
        total=len(of_somebody),
        green=int((lights == Light.GREEN).sum()),
        yellow=int((lights == Light.YELLOW).sum()),
        red=int((lights == Light.RED).sum()),
        overdue=int(of_somebody["overdue_since"].notna().sum()),
        pledged_t=float(pledged.sum()),
        pledged_incomplete=bool(pledged.isna().any()),
    )
