"""Erinnerung: what somebody of the team left lying, once a week, each with what to do about it in the sheet.

What belongs here: who is reminded of what, and when. What is overdue is `reports.week`, the words are
`reports/templates/reminder`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.desk import Desk, write
from reports.mail import Mail, MailKind
from reports.message import unsubscribe_link
from reports.one_line import one_line
from reports.readers import Reader, in_charge, is_owner, readers
from reports.week import Task, iso_week, overdue_tasks
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.memory import Memory

KIND = MailKind.REMINDER
LISTED = 15
"""How many things a mail lists, the oldest first, before "and n more": a longer list is not read."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What is overdue with one actor, oldest first; `actor` is "" for what belongs to none."""

    actor: str
    tasks: tuple[Task, ...]


def reminders(desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory) -> tuple[Mail, ...]:
    """Return one mail for each reader with Erinnerungen = ja with whom something is overdue.

    `memory` is what was remembered before this run. The week of its first run is silent, like that of the report, and
    nobody is reminded twice in a week.
    """
    week = iso_week(assessment.today)
    if not memory.history or week in {iso_week(memory.history[0].day), memory.silent_week}:
        return ()
    people = [one for one in readers(alliance, memory, "reminders") if _key(week, one) not in memory.reminded]
    tasks = in_charge(alliance, overdue_tasks(alliance, assessment)) if people else ()
    owned = ((reader, [task for task in tasks if is_owner(reader.name, task.owners)]) for reader in people)
    return tuple(_reminder(desk, alliance, assessment, reader, theirs) for reader, theirs in owned if theirs)


def _reminder(desk: Desk, alliance: Alliance, assessment: Assessment, reader: Reader, tasks: Sequence[Task]) -> Mail:
    return write(
        desk,
        KIND,
        {
            "municipality": one_line(alliance.settings.municipality, 60),
            "today": assessment.today,
            "week": assessment.today.isocalendar().week,
            "bundles": _bundled(tasks[:LISTED]),
            "oldest": tasks[0],
            "count": len(tasks),
            "more": len(tasks[LISTED:]),
            "unsubscribe_link": unsubscribe_link(desk.sender, desk.words.text("reminder.unsubscribe")),
        },
        key=_key(iso_week(assessment.today), reader),
        series=f"{KIND}:{reader.id}",
        recipient=reader.address,
        recipient_name=reader.name,
    )


def _key(week: str, reader: Reader) -> str:
    return f"{KIND}:{week}:{reader.id}"


def _bundled(tasks: Sequence[Task]) -> tuple[Bundle, ...]:
    """Put together what belongs to one actor; whose oldest thing is the oldest comes first."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.actor, []).append(task)
    return tuple(Bundle(actor=actor, tasks=tuple(theirs)) for actor, theirs in found.items())
