"""What a cell holds after somebody typed text into it (USER_ENTERED): a number, a day, a boolean, text or a formula.

Only the two locales that the tests use, de_DE and en_US. The number format that Google sets on the way comes with it.
How the value is shown again is decided in `formats`.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.sheets_server.model import Formula, Value

EPOCH = date(1899, 12, 30)
"""Day 0 of Google's calendar."""

NUMBER = {
    "de_DE": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)?(?:,\d*)?(?:[eE][+-]?\d+)?"),
    "en_US": re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?"),
}
DAY = {
    "de_DE": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})(?:\.(?P<y>\d{4}|\d{2})?)?"),
    "en_US": re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{4}|\d{2}))?"),
}
ISO_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
DEFAULT_DATE = {"de_DE": "dd.mm.yyyy", "en_US": "m/d/yyyy"}
BOOLEANS = {
    "de_DE": {"TRUE": True, "FALSE": False, "WAHR": True, "FALSCH": False},
    "en_US": {"TRUE": True, "FALSE": False},
}
TWO_DIGIT_YEARS_SINCE_2000 = 30
"""Two digits below this mean 20xx, others 19xx: Google's window, as far as its help pages tell."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a typed text becomes: its value, and the number format it brings ({} for none)."""

    value: Value | Formula
    number_format: dict[str, Any] = field(default_factory=dict)


def parse(text: str, *, locale: str, today: date) -> Entry:
    """Return what Google makes of `text` typed into a cell of no format. "" is a blank cell.

    `today` gives the year of a day without one.
    """
    if not text:
        return Entry(value=None)
    if text.startswith("'"):
        return Entry(value=text[1:])
    if text.startswith("=") and len(text) > 1:
        return Entry(value=Formula(text=text))
    bare = text.strip()
    known = _known(locale)
    if bare.upper() in BOOLEANS[known]:
        return Entry(value=BOOLEANS[known][bare.upper()])
    return _day(bare, known, today) or _time(bare) or _number(bare, known) or Entry(value=text)


def _known(locale: str) -> str:
    return locale if locale in NUMBER else "en_US"


def _number(text: str, locale: str) -> Entry | None:
    percent = text.endswith("%")
    digits = text.removesuffix("%").rstrip()
    if not NUMBER[locale].fullmatch(digits) or not re.search(r"\d", digits):
        return None
    point = "," if locale == "de_DE" else "."
    grouped = ("." if point == "," else ",") in digits
    decimals = point in digits and not digits.endswith(point)
    value = float(digits.replace("." if point == "," else ",", "").replace(point, "."))
    if percent:
        return Entry(value=round(value / 100, 15), number_format=_format("PERCENT", "0.00%" if decimals else "0%"))
    if grouped:
        return Entry(value=value, number_format=_format("NUMBER", "#,##0.00" if decimals else "#,##0"))
    return Entry(value=value)


def _day(text: str, locale: str, today: date) -> Entry | None:
    match = DAY[locale].fullmatch(text) or ISO_DAY.fullmatch(text)
    if not match:
        return None
    year = match["y"]
    try:
        day = date(_year(year, today), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return Entry(value=float((day - EPOCH).days), number_format=_format("DATE", _pattern(match, locale)))


def _year(digits: str | None, today: date) -> int:
    if digits is None:
        return today.year
    if len(digits) == len("yyyy"):
        return int(digits)
    return int(digits) + (2000 if int(digits) < TWO_DIGIT_YEARS_SINCE_2000 else 1900)


def _pattern(match: re.Match[str], locale: str) -> str:
    """A day is shown as it was typed, if it was typed in full; a day without its year as the locale shows days.

    The first is recorded (2020-01-01); the second is not, and a reader must cope with either.
    """
    if match["y"] is None:
        return DEFAULT_DATE[locale]
    letters = [" "] * len(match[0])
    for name in "ymd":
        for place in range(*match.span(name)):
            letters[place] = name
    return "".join(letter if letter != " " else sign for letter, sign in zip(letters, match[0], strict=True))


def _time(text: str) -> Entry | None:
    match = TIME.fullmatch(text)
    if not match:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    pattern = "hh:mm:ss" if match[3] else "hh:mm"
    return Entry(value=(hours * 3600 + minutes * 60 + seconds) / 86400, number_format=_format("TIME", pattern))


def _format(kind: str, pattern: str) -> dict[str, Any]:
    return {"type": kind, "pattern": pattern}
