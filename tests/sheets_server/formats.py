"""How a value is shown: by the cell's number format and the spreadsheet's locale (formattedValue, FORMATTED_STRING).

Only the patterns that people and the tests use: digits, groups, decimals, percent, days and times.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from tests.sheets_server.model import Value

CALENDAR = ("DATE", "TIME", "DATE_TIME")
DEFAULT_PATTERNS = {
    "de_DE": {"DATE": "dd.mm.yyyy", "TIME": "hh:mm:ss", "DATE_TIME": "dd.mm.yyyy hh:mm:ss"},
    "en_US": {"DATE": "m/d/yyyy", "TIME": "h:mm:ss", "DATE_TIME": "m/d/yyyy h:mm:ss"},
}
WORDS = {"de_DE": ("WAHR", "FALSCH")}
SIGNS = {"de_DE": (",", ".")}
"""Decimal sign and group sign."""

SIGNIFICANT_DIGITS = 10
"""What an unformatted number shows at most behind the point; whole numbers show all their digits."""

NUMBER_PATTERN = re.compile(r'(?P<before>(?:[^#0,.%"]|"[^"]*")*)(?P<digits>[#0,]*(?:\.[0#]+)?)(?P<after>.*)')
CALENDAR_TOKEN = re.compile(r'"[^"]*"|y+|M+|m+|d+|h+|H+|s+|.')


def is_day_or_time(value: Value, number_format: dict[str, Any]) -> bool:
    """Whether the cell shows a moment of the calendar: a number in a date or time format."""
    return _is_number(value) and number_format.get("type") in CALENDAR


def shown(value: Value, number_format: dict[str, Any], locale: str) -> str:
    """Return the text in the cell; "" for blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        yes, no = WORDS.get(locale, ("TRUE", "FALSE"))
        return yes if value else no
    if isinstance(value, str):
        return value
    kind = number_format.get("type", "")
    if kind in CALENDAR:
        return _moment(value, number_format.get("pattern") or _defaults(locale)[kind])
    pattern = number_format.get("pattern") or {"PERCENT": "0.00%"}.get(kind, "")
    text = _by_pattern(value, pattern.split(";")[0]) if pattern else _general(value)
    return _localised(text, locale)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _defaults(locale: str) -> dict[str, str]:
    return DEFAULT_PATTERNS.get(locale, DEFAULT_PATTERNS["en_US"])


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.{SIGNIFICANT_DIGITS}g}"
    return text.replace("e", "E")


def _by_pattern(value: float, pattern: str) -> str:
    match = NUMBER_PATTERN.fullmatch(pattern)
    if not match or not match["digits"]:
        return _general(value)
    whole, _, decimals = match["digits"].partition(".")
    number = value * 100 if "%" in match["after"] else value
    text = f"{number:{',' if ',' in whole else ''}.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and text.endswith("0"):
        text, optional = text[:-1], optional - 1
    return match["before"].replace('"', "") + text.removesuffix(".") + match["after"].replace('"', "")


def _localised(text: str, locale: str) -> str:
    point, group = SIGNS.get(locale, (".", ","))
    return text.translate(str.maketrans(".,", point + group))


def _moment(value: float, pattern: str) -> str:
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(value * 86400))
    tokens = CALENDAR_TOKEN.findall(pattern)
    return "".join(_part(moment, token, _last_letter(tokens[:place])) for place, token in enumerate(tokens))


def _last_letter(tokens: list[str]) -> str:
    return next((token[0] for token in reversed(tokens) if token[0].isalpha()), "")


def _part(moment: datetime, token: str, before: str) -> str:
    """One piece of a date; "m" behind hours means minutes, else the month."""
    width = len(token)
    match token[0]:
        case "y":
            return f"{moment.year:04d}"[-2 if width <= 2 else 0 :]
        case "m" if before in ("h", "H"):
            return f"{moment.minute:0{width}d}"
        case "m" | "M":
            return f"{moment.month:0{width}d}"
        case "d":
            return f"{moment.day:0{width}d}"
        case "h" | "H":
            return f"{moment.hour:0{width}d}"
        case "s":
            return f"{moment.second:0{width}d}"
        case _:
            return token.strip('"')
