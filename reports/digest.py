"""Wochenbericht: the weekly mail to the team. Ten seconds: where you stand, what changed, who is next, what is late.

What belongs here: when it is due, what goes into it and in which order. The facts of the week are `reports.week`, the
words `reports/templates/digest`.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from reports.desk import Desk, write
from reports.mail import Mail, MailKind
from reports.message import Picture
from reports.one_line import one_line
from reports.readers import Reader, in_charge, is_owner, names_in, readers
from reports.reasons import reasons, without_name
from reports.sentences import public_sentence
from reports.week import (
    Changes,
    Task,
    changes,
    coming_tasks,
    coverage_on,
    iso_week,
    new_signatures,
    overdue_tasks,
    unsigned_again,
)
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment, Coverage, Step
from scoring.domain import Sector, Severity, Stage
from scoring.memory import HistoryRow, Memory
from scoring.messages import Message

KIND = MailKind.DIGEST
NEXT = 3
"""How many actors to approach next are named."""

LISTED = 5
"""How many overdue or coming things, and stage changes, are listed before "and n more"."""

MONTHS = 12
MONTHS_OF_A_PICTURE = 3
"""Fewer months of known coverage are a few figures, which need no picture."""

PICTURE_WIDTH = 430
"""It is drawn for this width, px, and shown as wide as the mail is: so its text can still be read on a phone."""

TREND_HEIGHT = 72
"""Height of the highest month's column, px."""

QUIET_WEEKS = 4
"""After so many weeks a report is due even when nothing changed."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody to approach next."""

    rank: int
    name: str
    stage: Stage
    recommendation: Message
    reason: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: `parts` of its width in whole percents, which add up to 100; `share` is what it shows, 0..1.

    `weight` is the sector's part of all emissions, None when unknown.
    """

    sector: Sector
    share: float
    weight: float | None
    parts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Month:
    """The conservative coverage at the end of a month, or today: 0..1 in whole percents, rounded down.

    `height` is that of its column, px.
    """

    day: date
    share: float
    height: int


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The first few of many, and how many more there are. `mine` counts those of the recipient among all."""

    tasks: tuple[Task, ...]
    more: int
    mine: int

    @property
    def count(self) -> int:
        """How many there are altogether."""
        return len(self.tasks) + self.more


@dataclass(frozen=True, kw_only=True)
class Holder:
    """With whom so many overdue things are; `name` is "" for those of nobody."""

    name: str
    count: int
    is_mine: bool


def digests(desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory) -> tuple[Mail, ...]:
    """Return this week's reports, one for each reader with Wochenbericht = ja; none when none is due.

    `memory` is what was remembered before this run.
    """
    if not is_due(alliance, assessment, memory):
        return ()
    people = readers(alliance, memory, "weekly_report")
    return digests_for(people, desk, alliance, assessment, memory)


def is_due(alliance: Alliance, assessment: Assessment, memory: Memory) -> bool:
    """Say whether this week's report is still to be written: when something changed, and at least every fourth week.

    Never while the letters cannot be read, for its figures would be wrong. The week of the first run is silent, and
    one in which an older memory was put back: nobody knows whether its report went out already.
    """
    reported, today = memory.reported_weeks, assessment.today
    if not assessment.coverage.is_counted or not memory.history:
        return False
    if iso_week(today) in reported | {iso_week(memory.history[0].day), memory.silent_week}:
        return False
    recent = {iso_week(date.fromordinal(today.toordinal() - 7 * weeks)) for weeks in range(1, QUIET_WEEKS)}
    return reported.isdisjoint(recent) or not changes(alliance, assessment, memory).is_empty


def digests_for(
    people: Sequence[Reader], desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory
) -> tuple[Mail, ...]:
    """Return the report for each of these people, whether one is due or not."""
    if not people:
        return ()
    picture = _picture(alliance, assessment, memory, desk.words)
    values = _values(desk, alliance, assessment, memory) | {"picture": picture}
    late = in_charge(alliance, overdue_tasks(alliance, assessment))
    coming = coming_tasks(alliance, assessment)
    team = tuple(alliance.recipients["name"])
    return tuple(
        write(
            desk,
            KIND,
            {
                **values,
                "overdue": _listing(_mine_first(late, reader.name), reader.name),
                "holders": _holders(late, team, reader.name),
                "upcoming": _listing(coming, reader.name),
            },
            key=f"{KIND}:{iso_week(assessment.today)}:{reader.id}",
            series=f"{KIND}:{reader.id}",
            recipient=reader.address,
            recipient_name=reader.name,
            pictures=(picture,) if picture else (),
        )
        for reader in people
    )


def _values(desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory) -> dict[str, object]:
    settings, covered, speak = alliance.settings, assessment.coverage, desk.words
    changed = changes(alliance, assessment, memory)
    signed = new_signatures(assessment, memory)
    return {
        "municipality": one_line(settings.municipality, 60),
        "today": assessment.today,
        "week": assessment.today.isocalendar().week,
        "coverage": covered,
        "floor": speak.percent(_floor(covered)),
        "ceiling": speak.percent(_ceiling(covered)),
        "range_parts": _range_parts(covered),
        "goal": _goal(alliance),
        "sentence": public_sentence(covered, settings, speak) if covered.signatories else "",
        "members": int(assessment.actors["member"].sum()),
        "actors": len(assessment.actors),
        "changes": _without(changed, signed),
        "signed": signed,
        "unsigned": unsigned_again(assessment, memory),
        "next": tuple(_candidates(alliance, assessment, speak)),
        "sectors": tuple(_bars(alliance, covered)),
        "trend": tuple(_trend(assessment, memory)),
        "steps": assessment.steps,
        "step": _current(assessment),
        "step_name": speak.text(f"steps.name.{assessment.current_step}"),
        "to_add": assessment.to_add,
        "notes": len(assessment.notes),
        "blocking": sum(note.severity is Severity.BLOCKING for note in assessment.notes),
        "listed": LISTED,
    }


def _goal(alliance: Alliance) -> float | None:
    goal = alliance.settings.coverage_goal
    return None if goal is None else goal / 100


def _without(changed: Changes, signed: Sequence[str]) -> Changes:
    """Leave out the steps up to a signature that are told as new signatures already."""
    kept = [change for change in changed.stages if not (change.after is Stage.SIGNED and change.name in signed)]
    return replace(changed, stages=tuple(kept))


def _picture(alliance: Alliance, assessment: Assessment, memory: Memory, speak: Words) -> Picture | None:
    """Return the coverage over time, today included; None while it is too short a story."""
    if len(_known(assessment, memory)) < MONTHS_OF_A_PICTURE:
        return None
    from reports.charts import coverage_trend  # noqa: PLC0415  reads matplotlib

    past = [row for row in memory.history if row.day < assessment.today]
    chart = coverage_trend((*past, _row_of_today(assessment)), assessment.today, _goal(alliance), speak)
    return Picture(name=chart.name, png=chart.png(PICTURE_WIDTH), alt=chart.alt) if chart else None


def _row_of_today(assessment: Assessment) -> HistoryRow:
    covered = assessment.coverage
    return HistoryRow(
        day=assessment.today,
        coverage_min=covered.minimum,
        coverage_mid=covered.mid,
        coverage_max=covered.maximum,
        members=int(assessment.actors["member"].sum()),
        step=assessment.current_step,
    )


def _candidates(alliance: Alliance, assessment: Assessment, speak: Words) -> Iterator[Candidate]:
    ranked = assessment.actors[assessment.actors["rank"] <= NEXT].sort_values("rank")
    typed = alliance.actors.loc[ranked.index]
    why = reasons(ranked, typed, alliance.settings, assessment.current_step, speak)
    columns = ranked[["rank", "name", "stage", "recommendation"]]
    for (rank, name, stage, recommendation), reason in zip(
        columns.itertuples(index=False, name=None), why, strict=True
    ):
        yield Candidate(
            rank=int(rank),
            name=name,
            stage=Stage(stage),
            recommendation=recommendation,
            reason=without_name(reason, name, speak),
        )


def _listing(tasks: Sequence[Task], recipient_name: str) -> Listing:
    marked = [replace(task, is_mine=is_owner(recipient_name, task.owners)) for task in tasks]
    return Listing(tasks=tuple(marked[:LISTED]), more=len(marked[LISTED:]), mine=sum(task.is_mine for task in marked))


def _mine_first(tasks: Sequence[Task], recipient_name: str) -> list[Task]:
    return sorted(tasks, key=lambda task: not is_owner(recipient_name, task.owners))


def _holders(tasks: Sequence[Task], team: Sequence[str], recipient_name: str) -> tuple[Holder, ...]:
    """Count overdue things by person, the recipient's first, those of nobody last; names as in Verteiler, if there."""
    counts = Counter(
        next((person for person in team if is_owner(person, owner)), owner)
        for task in tasks
        for owner in names_in(task.owners) or ("",)
    )
    found = (
        Holder(name=name, count=count, is_mine=bool(name) and is_owner(recipient_name, name))
        for name, count in counts.items()
    )
    return tuple(sorted(found, key=lambda holder: (not holder.is_mine, not holder.name, -holder.count, holder.name)))


def _floor(covered: Coverage) -> float:
    """Return the conservative share, rounded down to whole percents; NaN when it is unknown."""
    if covered.minimum is None:
        return float("nan")
    return covered.percent / 100 if covered.percent is not None else _floored(covered.minimum)


def _ceiling(covered: Coverage) -> float:
    """Return the upper bound, rounded up to whole percents so that it still holds; NaN when it is unknown."""
    return float("nan") if covered.maximum is None else math.ceil(100 * covered.maximum - 1e-9) / 100


def _floored(share: float) -> float:
    """Round down to whole percents; what is a round figure up to 1e-9 stays it."""
    return math.floor(100 * share + 1e-9) / 100


def _range_parts(covered: Coverage) -> tuple[int, ...]:
    """Return the widths of certain, likely, possible and not covered, in whole percents.

    () when nothing is known or nobody has signed.
    """
    if not covered.signatories or covered.minimum is None or covered.mid is None or covered.maximum is None:
        return ()
    edges = [round(100 * share) for share in (0.0, covered.minimum, covered.mid, covered.maximum, 1.0)]
    return tuple(right - left for left, right in pairwise(edges))


def _bars(alliance: Alliance, covered: Coverage) -> Iterator[Bar]:
    """Yield a bar for each sector of the inventory, the largest emitter first."""
    total = alliance.settings.inventory_total
    sectors = alliance.settings.inventory_by_sector
    for sector in sorted(sectors, key=lambda sector: (-sectors[sector], sector)):
        if sector in covered.by_sector:
            share = covered.by_sector[sector]
            width = min(max(round(100 * share), int(share > 0)), 100)
            weight = sectors[sector] / total if total else None
            yield Bar(sector=sector, share=share, weight=weight, parts=(width, 100 - width))


def _trend(assessment: Assessment, memory: Memory) -> Iterator[Month]:
    """Yield the last twelve months of known coverage, oldest first; nothing while there is only one or no coverage."""
    known = _known(assessment, memory)
    highest = max((share for _, share in known), default=0.0)
    if len(known) > 1 and highest > 0:
        for day, share in known:
            yield Month(day=day, share=_floored(share), height=max(2, round(TREND_HEIGHT * share / highest)))


def _known(assessment: Assessment, memory: Memory) -> list[tuple[date, float]]:
    """Return the ends of the last eleven months, and today, with the coverage of each where it was known."""
    days, first = [assessment.today], assessment.today.replace(day=1)
    for _ in range(MONTHS - 1):
        days.insert(0, first - timedelta(days=1))
        first = days[0].replace(day=1)
    past = ((day, coverage_on(memory.history, day)) for day in days[:-1])
    now = (days[-1], assessment.coverage.minimum)
    return [(day, share) for day, share in (*past, now) if share is not None]


def _current(assessment: Assessment) -> Step:
    return next(step for step in assessment.steps if step.number == assessment.current_step)
