"""Days on which nobody is reminded of anything: weekends, and the public holidays of the Land."""

from datetime import date
from functools import cache

from sync.timetable import IsQuiet

SATURDAY = 5


@cache
def quiet_days(land: str) -> IsQuiet:
    """Return what says whether a day is quiet.

    `land` is "DE-BW" and the like, "DE" for the holidays of all Länder, "" for weekends alone.
    """
    import holidays  # noqa: PLC0415  # heavy, and only reminders need it

    country, _, part = land.partition("-")
    known = holidays.country_holidays(country, subdiv=part or None) if country else None

    def is_quiet(day: date) -> bool:
        return day.weekday() >= SATURDAY or (known is not None and day in known)

    return is_quiet
