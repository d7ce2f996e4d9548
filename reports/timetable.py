"""When the service does what next, as Übersicht says it.

What belongs here: the sentence. The moments are `sync.slots`.
"""

from dataclasses import dataclass
from datetime import datetime

from reports.wording import Words


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """What the worker does when: the first weekly slots after the run, in the alliance's zone; None without mail."""

    every_minutes: int
    digest: datetime | None = None
    reminders: datetime | None = None


def timetable_sentence(timetable: Timetable | None, words: Words) -> str:
    """Return it in one sentence that stays the same until a weekly slot has passed; None means that no worker runs."""
    if timetable is None:
        return words.text("timetable.none")
    parts = [words.text("timetable.sync", n=timetable.every_minutes)]
    for name, moment in (("digest", timetable.digest), ("reminders", timetable.reminders)):
        if moment is not None:
            parts.append(words.text(f"timetable.{name}", date=moment.date(), time=f"{moment:%H:%M}"))
    return ", ".join(parts)
