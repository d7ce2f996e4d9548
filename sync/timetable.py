"""When something is due: pure functions from moments to slots, never from one run to the next.

A slot is a moment of the timetable in UTC. What was done is told apart by its slots (`sync.ports.Store`), so a clock
that is put forward or back, a change to summer time and a machine that was off lead to none twice and to no pile: only
the newest slot counts. What belongs here: the moments. Who waits for them is `sync.worker`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from itertools import count
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

IsQuiet = Callable[[date], bool]
"""Says of a day that nobody is reminded on it."""


class Job(StrEnum):
    """What has slots of its own."""

    SYNC = "sync"
    DIGEST = "digest"
    REMINDERS = "reminders"


def never_quiet(_day: date) -> bool:
    """Say of no day that it is quiet."""
    return False


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """A time of day on one day of the week, 0 = Monday, by the clock on the wall."""

    weekday: int
    at: time

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.at:%H:%M}"


def weekly(text: str) -> Weekly:
    """Read "Mon 08:00"; ValueError, with what to write, for anything else."""
    found = re.fullmatch(r"(\w{3}) ([01]\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if found is None or found[1].title() not in WEEKDAYS:
        raise ValueError(f'write a day ({", ".join(WEEKDAYS)}) and a time, such as "Mon 08:00"')
    return Weekly(weekday=WEEKDAYS.index(found[1].title()), at=time(int(found[2]), int(found[3])))


def offset_of(sheet: str, every_minutes: int) -> timedelta:
    """Return the fixed share of the interval by which this sheet's slots are late.

    Not all teams ask Google in the same second. `sheet` is whatever names the sheet and stays the same.
    """
    number = int.from_bytes(blake2b(sheet.encode(), digest_size=8).digest(), "big")
    return timedelta(seconds=number % (every_minutes * 60))


def sync_slot(now: datetime, every_minutes: int, offset: timedelta) -> datetime:
    """Return the newest slot of the sync, at most `now`: every so many minutes in UTC, whatever the local clock."""
    every, epoch = timedelta(minutes=every_minutes), datetime.fromtimestamp(0, UTC) + offset
    return epoch + (now - epoch) // every * every


def weekly_slot(job: Weekly, day: date, zone: ZoneInfo, is_quiet: IsQuiet = never_quiet) -> datetime | None:
    """Return the slot of the ISO week that `day` lies in; on a quiet day the next of the week that is none, or None.

    A time that the change to summer time leaves out is an hour later, one that comes twice in autumn is the first.
    """
    monday = day - timedelta(days=day.weekday())
    for weekday in range(job.weekday, len(WEEKDAYS)):
        wanted = monday + timedelta(days=weekday)
        if not is_quiet(wanted):
            return datetime.combine(wanted, job.at, zone).astimezone(UTC)
    return None


def has_come(job: Weekly, now: datetime, zone: ZoneInfo, is_quiet: IsQuiet = never_quiet) -> datetime | None:
    """Return the slot of this week when it has come, else None: one that was missed is made up for in its week only."""
    slot = weekly_slot(job, now.astimezone(zone).date(), zone, is_quiet)
    return slot if slot is not None and slot <= now else None


def next_weekly(job: Weekly, now: datetime, zone: ZoneInfo, is_quiet: IsQuiet = never_quiet) -> datetime:
    """Return the first slot after `now`."""
    return next(slot for slot in _weeks(job, now, zone, is_quiet) if slot > now)


def _weeks(job: Weekly, now: datetime, zone: ZoneInfo, is_quiet: IsQuiet) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    for week in count():
        slot = weekly_slot(job, today + timedelta(weeks=week), zone, is_quiet)
        if slot is not None:
            yield slot
