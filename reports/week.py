"""What a week was like: what changed, what was left lying, what is coming up. Facts only, for the weekly report.

What belongs here: picking these facts from tables and memory. How they are told stands in `reports.digest` and its
templates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pandas as pd

from scoring.alliance import Alliance, inventory_id
from scoring.assessment import Assessment
from scoring.domain import LADDER, MeetingKind, Stage
from scoring.meetings import classify
from scoring.memory import EventKind, HistoryRow, Memory
from scoring.overdue import Overdue, OverdueKind, overdue

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class StageChange:
    """An actor that stands elsewhere than on the day compared with, by evidence."""

    name: str
    before: Stage
    after: Stage

    @property
    def is_progress(self) -> bool:
        """Say whether it moved up; side states (postponed, declined, left) are never progress."""
        return not self.after.is_side_state and (
            self.before.is_side_state or LADDER.index(self.after) > LADDER.index(self.before)
        )


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed since a day; that day is None in a first report, which has nothing to compare with.

    `points` is the change of the conservative coverage in percentage points with one decimal, None when it was or is
    unknown or when another inventory is used now. `step_before` is the step that was current on that day, None when it
    is the same one.
    """

    since: date | None = None
    points: float | None = None
    members: int = 0
    step_before: int | None = None
    stages: tuple[StageChange, ...] = ()
    inventory_changed: bool = False

    @property
    def is_empty(self) -> bool:
        """Say that nothing changed."""
        return not (self.points or self.members or self.step_before or self.stages or self.inventory_changed)


class TaskKind(StrEnum):
    """What sort of thing is to be done."""

    NEXT_STEP = "next_step"
    OUTCOME = "outcome"  # a meeting of which nobody wrote how it went
    MEASURE_LATE = "measure_late"
    MEASURE_CHECK = "measure_check"
    MEETING = "meeting"


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something with a day. `actor` and `what` may be "" (nobody wrote it), `owners` are as written in the sheet.

    `meeting` is the kind of the meeting that it is or comes from, None for others. `is_mine` is for a report to one
    person: it says that this person is among the owners.
    """

    kind: TaskKind
    actor: str
    what: str
    day: date
    owners: str = ""
    meeting: MeetingKind | None = None
    is_mine: bool = False

    def days_late(self, today: date) -> int:
        """Return for how many days it has been due; negative while its day is still to come."""
        return (today - self.day).days


def changes(alliance: Alliance, assessment: Assessment, memory: Memory) -> Changes:
    """Compare with what held when the last report was written, or a week ago if that is longer ago.

    `memory` is what was remembered before this run.
    """
    if not memory.history:
        return Changes()
    since = told_until(memory, assessment.today)
    then = _row_of(memory.history, since)
    later = memory.history[memory.history.index(then) + 1 :]
    restated = any(row.restatement for row in later) or memory.inventory != inventory_id(alliance.settings)
    now = assessment.coverage.minimum
    known = now is not None and then.coverage_min is not None and not restated
    return Changes(
        since=max(then.day, since),
        points=round(100 * ((now or 0.0) - (then.coverage_min or 0.0)), 1) if known else None,
        members=int(assessment.actors["member"].sum()) - then.members,
        step_before=then.step if then.step != assessment.current_step else None,
        stages=_stage_changes(assessment, memory, since),
        inventory_changed=restated and then.coverage_min is not None,
    )


def told_until(memory: Memory, today: date) -> date:
    """Return the day up to which reports have told everything, at least a week ago; the first run's without a report.

    A report that was made up late, or left out, would else leave days of which no report ever tells.
    """
    first = memory.history[0].day if memory.history else today
    return min(today - WEEK, memory.last_report or first)


def iso_week(day: date) -> str:
    """Return the ISO week as "2026-W48"."""
    return "{}-W{:02d}".format(*day.isocalendar()[:2])


def new_signatures(assessment: Assessment, memory: Memory) -> tuple[str, ...]:
    """Return the names of those whose signature no report told yet and still stands, by the day it was found.

    What was found on the day of the last report, or a week ago, is told again rather than left out.
    """
    actors = assessment.actors
    names = dict(actors.loc[actors["signatory"], ["uid", "name"]].itertuples(index=False, name=None))
    since = told_until(memory, assessment.today)
    news = sorted(
        (event.day, event.key, event.uid)
        for event in memory.events.values()
        if event.kind is EventKind.SIGNED and not event.silent and since <= event.day <= assessment.today
    )
    return tuple(names[uid] for _, _, uid in news if uid in names)


def unsigned_again(assessment: Assessment, memory: Memory) -> tuple[str, ...]:
    """Return the names of those who had signed and are no signatories now, without a withdrawal that says so, sorted.

    A row that is gone keeps the name that is remembered. Who was erased is left out, also when the row is still there
    or there again. Nobody while the letters cannot be read.
    """
    if not assessment.coverage.is_counted:
        return ()
    actors = assessment.actors
    names = {uid: actor.name for uid, actor in memory.actors.items()}
    names |= dict(actors[["uid", "name"]].itertuples(index=False, name=None))
    settled = {*actors.loc[actors["signatory"], "uid"], *memory.erased.values()}
    settled |= {event.uid for event in memory.events.values() if event.kind is EventKind.WITHDRAWN}
    signed = {event.uid for event in memory.events.values() if event.kind is EventKind.SIGNED}
    return tuple(sorted(names[uid] for uid in signed - settled if uid in names))


def coverage_on(history: Sequence[HistoryRow], day: date) -> float | None:
    """Return the conservative coverage that held on that day, 0..1; None when it was unknown or nobody looked."""
    return next((row.coverage_min for row in reversed(history) if row.day <= day), None)


def overdue_tasks(alliance: Alliance, assessment: Assessment) -> tuple[Task, ...]:
    """Return all whose day has passed, longest first: what `scoring.overdue` finds, and what nobody looked at."""
    today = assessment.today
    found = (
        *map(_late, overdue(alliance, assessment.measures, today)),
        *_meetings(alliance, classify(alliance, today)["unanswered"], TaskKind.OUTCOME),
        *_unchecked(alliance, assessment),
    )
    return _sorted_once(found)


def coming_tasks(alliance: Alliance, assessment: Assessment) -> tuple[Task, ...]:
    """Return the meetings and next steps of today and the six days after, soonest first."""
    today = assessment.today
    steps = [due for due in overdue(alliance, assessment.measures, today + WEEK) if due.kind is OverdueKind.NEXT_STEP]
    found = (*_meetings(alliance, classify(alliance, today)["planned"], TaskKind.MEETING), *map(_late, steps))
    return _sorted_once(task for task in found if today <= task.day < today + WEEK)


def _row_of(history: Sequence[HistoryRow], day: date) -> HistoryRow:
    return next((row for row in reversed(history) if row.day <= day), history[0])


def _stage_changes(assessment: Assessment, memory: Memory, since: date) -> tuple[StageChange, ...]:
    """Compare each actor with the stage it had on that day, or when it was first seen; farthest stage first."""
    before: dict[str, Stage] = {}
    for seen in memory.stages:
        if seen.uid not in before or seen.seen_on <= since:
            before[seen.uid] = seen.stage
    actors = assessment.actors[["uid", "name", "evidence"]]
    found = (
        StageChange(name=name, before=before[uid], after=Stage(evidence))
        for uid, name, evidence in actors.itertuples(index=False, name=None)
        if uid in before and before[uid] != evidence
    )
    order = tuple(Stage)
    return tuple(sorted(found, key=lambda change: (not change.is_progress, -order.index(change.after), change.name)))


def _sorted_once(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Sort by day. What stands beside an actor and beside a meeting is one thing; the longer list of owners stays."""
    found: dict[tuple[date, str, str, TaskKind], Task] = {}
    for task in tasks:
        same = (task.day, task.actor, task.what, task.kind)
        if same not in found or len(found[same].owners) < len(task.owners):
            found[same] = task
    return tuple(found[same] for same in sorted(found))


def _late(due: Overdue) -> Task:
    kind = TaskKind.MEASURE_LATE if due.kind is OverdueKind.MEASURE else TaskKind.NEXT_STEP
    return Task(kind=kind, actor=due.actor, what=due.what, day=due.since, owners=due.owner)


def _meetings(alliance: Alliance, which: "pd.Series[bool]", kind: TaskKind) -> Iterator[Task]:
    """Yield a task for each of these meetings; whoever looks after the first actor owns it when nobody was named."""
    actors = alliance.actors
    names, owners = (dict(zip(actors["key"], actors[field], strict=True)) for field in ("name", "owner"))
    columns = alliance.meetings.loc[which, ["actors", "date", "team", "kind"]]
    for keys, day, team, meeting in columns.itertuples(index=False, name=None):
        known = [key for key in keys if key in names]
        yield Task(
            kind=kind,
            actor=", ".join(names[key] for key in known),
            what="",
            day=day.date(),
            owners=team or (owners[known[0]] if known else ""),
            meeting=MeetingKind(meeting or MeetingKind.TALK),
        )


def _unchecked(alliance: Alliance, assessment: Assessment) -> Iterator[Task]:
    """Yield the measures whose next check is past."""
    table = assessment.measures[["actor", "title", "next_check"]].join(alliance.measures["responsible"])
    unchecked = table[table["next_check"] < pd.Timestamp(assessment.today)]
    for actor, title, day, responsible in unchecked.itertuples(index=False, name=None):
        yield Task(kind=TaskKind.MEASURE_CHECK, actor=actor, what=title, day=day.date(), owners=responsible)
