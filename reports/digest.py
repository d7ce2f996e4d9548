"""Wochenbericht: the weekly mail to the team. Ten seconds: where you stand, what changed, who is next, what is late.

What belongs here: when it is due, what goes into it and in which order. The facts of the week are `reports.week`, the
words `reports/templates/digest`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from reports.mail import Mail
from reports.message import is_mailable, message, unsubscribe_link
from reports.one_line import one_line
from reports.reasons import reasons, without_name
from reports.sentences import public_sentence
from reports.templating import render
from reports.week import Task, changes, coming_tasks, coverage_on, overdue_tasks
from reports.wording import words
from scoring.alliance import Alliance
from scoring.assessment import Assessment, Coverage, Step
from scoring.domain import Language, Sector, Severity, Stage, YesNo
from scoring.memory import Memory
from scoring.messages import Message

KIND = "digest"
NEXT = 3
"""How many actors to approach next are named."""

LISTED = 5
"""How many overdue or coming things, and stage changes, are listed before "and n more"."""

MONTHS = 12
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


def digests(
    alliance: Alliance,
    assessment: Assessment,
    memory: Memory,
    *,
    sender: str,
    language: Language,
    now: datetime,
    sheet_link: str = "",
) -> tuple[Mail, ...]:
    """Return this week's reports, one for each row of Verteiler with Wochenbericht = ja; none when none is due.

    `memory` is what was remembered before this run. An address that cannot be mailed to is left out.
    """
    if not is_due(alliance, assessment, memory):
        return ()
    people = alliance.recipients
    readers = people[(people["weekly_report"] == YesNo.YES) & people["email"].map(is_mailable).astype(bool)]
    return tuple(
        digest(
            alliance,
            assessment,
            memory,
            recipient=address,
            recipient_name=name,
            recipient_id=memory.address_id(address),
            sender=sender,
            language=language,
            now=now,
            sheet_link=sheet_link,
        )
        for name, address in readers[["name", "email"]].itertuples(index=False, name=None)
    )


def is_due(alliance: Alliance, assessment: Assessment, memory: Memory) -> bool:
    """Say whether this week's report is still to be written: when something changed, and at least every fourth week.

    Never while the letters cannot be read, for its figures would be wrong. The week of the first run is silent: after
    a lost state nobody knows whether its report went out already.
    """
    reported, today = memory.reported_weeks, assessment.today
    if not assessment.coverage.is_counted or not memory.history:
        return False
    if _week(today) in reported | {_week(memory.history[0].day)}:
        return False
    recent = {_week(date.fromordinal(today.toordinal() - 7 * weeks)) for weeks in range(1, QUIET_WEEKS)}
    return reported.isdisjoint(recent) or not changes(alliance, assessment, memory).is_empty


def digest(
    alliance: Alliance,
    assessment: Assessment,
    memory: Memory,
    *,
    recipient: str,
    recipient_name: str,
    recipient_id: str,
    sender: str,
    language: Language,
    now: datetime,
    sheet_link: str = "",
) -> Mail:
    """Return the report for one person. `recipient` is the address, `recipient_id` stands for it in the mail's key."""
    key = f"{KIND}:{_week(assessment.today)}:{recipient_id}"
    values = _values(alliance, assessment, memory, recipient_name, language) | {
        "sheet_link": sheet_link if urlsplit(sheet_link).scheme == "https" else "",
        "unsubscribe_link": unsubscribe_link(sender),
    }
    content = render(KIND, language, values)
    return Mail(
        key=key,
        kind=KIND,
        recipient=recipient,
        recipient_name=one_line(recipient_name, 80),
        subject=content.subject,
        preview=content.preview,
        message=message(
            content,
            key=key,
            series=f"{KIND}:{recipient_id}",
            sender=sender,
            recipient=recipient,
            recipient_name=recipient_name,
            date=now,
        ),
    )


def _values(
    alliance: Alliance, assessment: Assessment, memory: Memory, recipient_name: str, language: Language
) -> dict[str, object]:
    settings, covered, speak = alliance.settings, assessment.coverage, words(language)
    return {
        "first_name": _first_name(recipient_name),
        "municipality": one_line(settings.municipality, 60),
        "today": assessment.today,
        "week": assessment.today.isocalendar().week,
        "coverage": covered,
        "floor": speak.percent(_floor(covered)),
        "ceiling": speak.percent(_ceiling(covered)),
        "range_parts": _range_parts(covered),
        "goal": None if settings.coverage_goal is None else settings.coverage_goal / 100,
        "sentence": public_sentence(covered, settings, speak) if covered.signatories else "",
        "members": int(assessment.actors["member"].sum()),
        "actors": len(assessment.actors),
        "changes": changes(alliance, assessment, memory),
        "next": tuple(_candidates(alliance, assessment, language)),
        "overdue": _listing(_mine_first(overdue_tasks(alliance, assessment), recipient_name), recipient_name),
        "upcoming": _listing(coming_tasks(alliance, assessment), recipient_name),
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


def _week(day: date) -> str:
    """Return the ISO week as "2026-W48"."""
    return "{}-W{:02d}".format(*day.isocalendar()[:2])


def _first_name(name: str) -> str:
    """Return the first word of a name; the whole name where that is a title or an initial ("Dr. …")."""
    first = one_line(name, 80).partition(" ")[0]
    return one_line(name, 80) if first.endswith(".") else first


def _candidates(alliance: Alliance, assessment: Assessment, language: Language) -> Iterator[Candidate]:
    ranked = assessment.actors[assessment.actors["rank"] <= NEXT].sort_values("rank")
    typed, speak = alliance.actors.loc[ranked.index], words(language)
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


def is_owner(person: str, owners: str) -> bool:
    """Say whether a cell that names people ("Jörg, Ayşe Kaya") names this one, by whole or first name."""
    name = person.casefold().split()
    named = [" ".join(part.casefold().split()) for part in owners.replace(";", ",").replace("/", ",").split(",")]
    return bool(name) and (" ".join(name) in named or name[0] in named)


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
    """Yield the last twelve months of known coverage, oldest first; nothing when there are fewer than three."""
    days, first = [assessment.today], assessment.today.replace(day=1)
    for _ in range(MONTHS - 1):
        days.insert(0, first - timedelta(days=1))
        first = days[0].replace(day=1)
    past = ((day, coverage_on(memory.history, day)) for day in days[:-1])
    known = [(day, share) for day, share in (*past, (days[-1], assessment.coverage.minimum)) if share is not None]
    highest = max((share for _, share in known), default=0.0)
    if len(known) > 2 and highest > 0:  # noqa: PLR2004
        for day, share in known:
            yield Month(day=day, share=_floored(share), height=max(2, round(TREND_HEIGHT * share / highest)))


def _current(assessment: Assessment) -> Step:
    return next(step for step in assessment.steps if step.number == assessment.current_step)
