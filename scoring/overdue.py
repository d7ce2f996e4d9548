"""What is overdue and with whom: next steps past their day, and measures that are late or unchecked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import YesNo


class OverdueKind(StrEnum):
    """What kind of thing is overdue."""

    NEXT_STEP = "next_step"
    MEASURE = "measure"


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """One overdue thing. `what` is the team's own text (may be ""), `owner` who looks after it (may be "")."""

    kind: OverdueKind
    actor: str
    what: str
    since: date
    owner: str


def overdue(alliance: Alliance, measures: pd.DataFrame, today: date) -> tuple[Overdue, ...]:
    """Return everything that was due before today, longest overdue first.

    `measures` is `Assessment.measures`. A step noted beside a meeting is overdue until Erledigt says ja; one beside an
    actor until its day is changed.
    """
    found = (*_actor_steps(alliance, today), *_meeting_steps(alliance, today), *_measures(alliance, measures, today))
    return tuple(sorted(found, key=lambda item: (item.since, item.actor, item.what)))


def _actor_steps(alliance: Alliance, today: date) -> Iterator[Overdue]:
    late = alliance.actors[alliance.actors["due_on"] < pd.Timestamp(today)]
    columns = late[["name", "next_step", "due_on", "owner"]]
    for name, what, day, owner in columns.itertuples(index=False, name=None):
        yield Overdue(kind=OverdueKind.NEXT_STEP, actor=name, what=what, since=day.date(), owner=owner)


def _meeting_steps(alliance: Alliance, today: date) -> Iterator[Overdue]:
    meetings = alliance.meetings
    late = meetings[(meetings["due_on"] < pd.Timestamp(today)) & (meetings["done"] != YesNo.YES)]
    names = alliance.actors.set_index("key")["name"]
    for keys, what, day, team in late[["actors", "next_step", "due_on", "team"]].itertuples(index=False, name=None):
        actor = ", ".join(names[key] for key in keys)
        yield Overdue(kind=OverdueKind.NEXT_STEP, actor=actor, what=what, since=day.date(), owner=team)


def _measures(alliance: Alliance, measures: pd.DataFrame, today: date) -> Iterator[Overdue]:
    late = measures[measures["overdue_since"].notna() & (measures["overdue_since"] < pd.Timestamp(today))]
    columns = late[["actor", "title", "overdue_since"]].join(alliance.measures["responsible"])
    for actor, title, day, owner in columns.itertuples(index=False, name=None):
        yield Overdue(kind=OverdueKind.MEASURE, actor=actor, what=title, since=day.date(), owner=owner)
