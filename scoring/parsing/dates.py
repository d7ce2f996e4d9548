"""Text → day or time of day, as Germans (and others) write them. Never a guess: what can mean two days is refused."""

import re
from collections.abc import Iterator
from datetime import date

from scoring.messages import NoteCode
from scoring.parsing.reading import Reading, refused

FIRST_YEAR, LAST_YEAR = 1990, 2100

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar january jan jänner jän",
            "februar february feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag monday mo mon",
            "dienstag tuesday di tue",
            "mittwoch wednesday mi wed",
            "donnerstag thursday do thu",
            "freitag friday fr fri",
            "samstag sonnabend saturday sa sat",
            "sonntag sunday so sun",
        )
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(_MONTHS) + ")"
_WEEKDAY = re.compile("(?P<weekday>" + "|".join(_WEEKDAYS) + r")\.?,? (?P<rest>.+)")
_CLOCK = re.compile(r"(?P<rest>[^:]+?)(?:t|,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: uhr)?z?")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})")
_DOTS = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})")
_UNORDERED = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(rf"(?P<day>[0-9]{{1,2}})\.? ?{_MONTH}\.? ?(?P<year>[0-9]{{4}}|[0-9]{{2}})")
_NAMED_FIRST = re.compile(rf"{_MONTH}\.? (?P<day>[0-9]{{1,2}}),? (?P<year>[0-9]{{4}})")
_WITHOUT_YEAR = re.compile(rf"(?P<day>[0-9]{{1,2}})\. ?(?:(?P<number>[0-9]{{1,2}})\.|{_MONTH}\.?)")
_DIGITS = re.compile(r"[0-9]+")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?::[0-9]{2}(?:\.0+)?)?)? ?(uhr|am|pm)?")
_LONGEST = 60  # characters; no day is written longer

Parts = tuple[int, int, int]
"""Year, month, day: what a text may mean, valid or not."""


def read_day(text: str) -> Reading:
    """Return the day that a tidied text means.

    Known are `2026-03-01`, `01.03.2026`, `1.3.26`, `1. März 2026`, `March 1, 2026`, a weekday before them (which must
    be the right one) and a time of day behind them (which is dropped). Slashes need that one order only is possible.
    A two-digit year is the one inside 1990–2100; 90–99 and 00 could be two.
    """
    if _DIGITS.fullmatch(text):
        return refused(NoteCode.DATE_IS_NUMBER)
    days = set(_days(text))
    if not days:
        return refused(NoteCode.DATE_UNREADABLE)
    days = {day for day in days if FIRST_YEAR <= day.year <= LAST_YEAR}
    if not days:
        return refused(NoteCode.DATE_OUT_OF_RANGE)
    return Reading(days.pop()) if len(days) == 1 else refused(NoteCode.DATE_AMBIGUOUS)


def read_time(text: str) -> Reading:
    """Return the time of day of a tidied text as HH:MM: `14:30`, `14.30 Uhr`, `9 Uhr`, `2:30 PM`."""
    found = _TIME.fullmatch(text.lower()) if len(text) <= _LONGEST else None
    if found is None or not (found[2] or found[3]):
        return refused(NoteCode.TIME_UNREADABLE)
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] in ("am", "pm"):
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            return refused(NoteCode.TIME_UNREADABLE)
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a day
        return refused(NoteCode.TIME_UNREADABLE)
    return Reading(f"{hour:02}:{minute:02}")


def looks_like_day(text: str) -> Parts | None:
    """Return year (0: none), month and day of what a sheet shows for a date; None for other text."""
    found = _WITHOUT_YEAR.fullmatch(text.lower()) if len(text) <= _LONGEST else None
    if found:
        return 0, int(found["number"] or _MONTHS[found["month"] or ""]), int(found["day"])
    day = next(iter(sorted(_days(text))), None)
    return (day.year, day.month, day.day) if day else None


def _days(text: str) -> Iterator[date]:
    """Yield every day, in any year, that the text can mean."""
    text = text.lower() if len(text) <= _LONGEST else ""
    if ":" in text and (clock := _CLOCK.fullmatch(text)):
        text = clock["rest"]
    weekday = _WEEKDAY.fullmatch(text) if text[:1].isalpha() else None
    for parts in _parts(weekday["rest"] if weekday else text):
        day = _day(parts)
        if day and (weekday is None or day.weekday() == _WEEKDAYS[weekday["weekday"]]):
            yield day


def _parts(text: str) -> Iterator[Parts]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield int(found[1]), int(found[3]), int(found[4])
    elif found := _DOTS.fullmatch(text):
        yield from ((year, int(found[2]), int(found[1])) for year in _years(found[3]))
    elif found := _NAMED.fullmatch(text) or _NAMED_FIRST.fullmatch(text):
        yield from ((year, _MONTHS[found["month"]], int(found["day"])) for year in _years(found["year"]))
    elif found := _UNORDERED.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        for year in _years(found[4]):
            yield from ((year, second, first), (year, first, second))
        if len(found[4]) == 2:  # noqa: PLR2004 - digits
            yield from ((year, second, int(found[4])) for year in _years(found[1]))


def _years(digits: str) -> tuple[int, ...]:
    year = int(digits)
    if len(digits) == 4:  # noqa: PLR2004 - digits
        return (year,)
    return tuple(full for full in (1900 + year, 2000 + year, 2100 + year) if FIRST_YEAR <= full <= LAST_YEAR)


def _day(parts: Parts) -> date | None:
    try:
        return date(*parts)
    except ValueError:
        return None
