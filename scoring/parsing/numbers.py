"""Text → number, as Germans (in an English sheet: English speakers) write them. Ranges stand in `parsing.readers`."""

import re
from math import nan
from string import digits

from scoring.domain import Language
from scoring.messages import NoteCode
from scoring.parsing.dates import looks_like_day
from scoring.parsing.reading import Reading, refused

_ABOUT = r"(?:~|≈|ca\.?|circa|etwa|rund|about|approx\.?)"
_WHOLE = re.compile(
    rf"(?i:{_ABOUT} ?)?(?P<sign>[-−–+]?) ?(?P<digits>[0-9](?:[0-9.,'’ ]*[0-9])?) ?(?P<unit>[A-Za-zÄÖÜäöü%€].*)?"
)
_LONGEST = 60  # characters; no figure of an actor is written longer

_UNITS = {
    "": re.compile(r""),
    "t": re.compile(r"t(?: ?(?i:CO[2₂](?:e|-?eq|-?äq)?))?(?: ?/ ?(?:a|Jahr|year))?|Tonnen|tonnes"),
    "%": re.compile(r"%|Prozent|percent"),
    "Mio €": re.compile(r"(?i:Mio\.?|Millionen)(?: ?(?:€|EUR|Euro))?|m ?(?:€|EUR)"),
    "h": re.compile(r"h|Std\.?|Stunden|hours"),
}
"""How a column's own unit may be written. Case matters for `t`: a `T` often stands for a thousand."""


def _style(decimal: str, other: str) -> re.Pattern[str]:
    """Return how one language writes numbers; `other`, its mark for thousands, is the other language's decimal mark.

    The group that matched last tells what was found: a plain number, one that only looks like thousands, or one with
    the other language's decimal mark.
    """
    d, g = re.escape(decimal), re.escape(other)
    gap = "(?P<gap{0}>[ '’])[0-9]{{3}}(?:(?P=gap{0})[0-9]{{3}})*"
    grouped = rf"[1-9][0-9]{{0,2}}(?:{g}[0-9]{{3}})"
    return re.compile(
        rf"(?P<plain>(?:[0-9]+|[1-9][0-9]{{0,2}}{gap.format(1)})(?:{d}[0-9]+)?"
        rf"|{grouped}{{2,}}(?:{d}[0-9]+)?|{grouped}{d}[0-9]+)"
        rf"|(?P<thousands>{grouped})"
        rf"|(?P<foreign>(?:0|[1-9][0-9]*|[1-9][0-9]{{0,2}}{gap.format(2)}){g}(?:[0-9]{{1,2}}|[0-9]{{4,}})|0{g}[0-9]{{3}})"
    )


_DECIMAL: dict[Language, tuple[str, str]] = {"de": (",", "."), "en": (".", ",")}
_STYLES: dict[Language, re.Pattern[str]] = {language: _style(*marks) for language, marks in _DECIMAL.items()}
_MINUS = ("-", "−", "–")


def _to_python(decimal: str, thousands: str) -> dict[int, str]:
    """Return what `float` reads for each character of a number; `str.translate` is slow where its table has gaps."""
    return str.maketrans({decimal: ".", **dict.fromkeys(thousands, ""), **{digit: digit for digit in digits}})


_OWN = {language: _to_python(decimal, f"{other} '’") for language, (decimal, other) in _DECIMAL.items()}
_FOREIGN = {language: _to_python(other, " '’") for language, (_, other) in _DECIMAL.items()}


def read_number(text: str, unit: str, language: Language) -> Reading:
    """Return the number that a tidied text means, in the column's unit.

    `1.234,5`, `1 234,5`, `ca. 3.000 t`, `~30 %` are read. In a German sheet `1.234` is 1234 and `12.5` or `0.125` are
    decimals, each with a note (mirrored in an English sheet); `1234.567` could be both and is refused, as are other
    units and dates.
    """
    if len(text) > _LONGEST:
        return refused(NoteCode.NUMBER_UNREADABLE)
    if reading := _read_digits(text, "", language):
        return reading  # most numbers are written with nothing around them
    found = _WHOLE.fullmatch(text)
    reading = _read_digits(found["digits"], found["sign"], language) if found else None
    written = (found["unit"] or "") if found else ""
    if reading and (not written or _UNITS[unit].fullmatch(written)):
        return reading
    if day := looks_like_day(text):
        _, month, number = day
        return refused(NoteCode.NUMBER_IS_DATE, suggestion=f"{number}{_DECIMAL[language][0]}{month}")
    return refused(NoteCode.NUMBER_WRONG_UNIT, unit=unit) if reading else refused(NoteCode.NUMBER_UNREADABLE)


def plain_number(text: str, language: Language) -> float:
    """Return what a text means that is a number in the language's own style and nothing else; NaN for all others."""
    found = _STYLES[language].fullmatch(text) if len(text) <= _LONGEST else None
    return float(text.translate(_OWN[language])) if found and found.lastgroup == "plain" else nan


def has_unit(text: str) -> bool:
    """Say whether a readable number carries its unit: `0,8 %` is 0.8 %, a bare `0,8` a share."""
    found = _WHOLE.fullmatch(text)
    return bool(found and found["unit"])


def _read_digits(number: str, sign: str, language: Language) -> Reading | None:
    found = _STYLES[language].fullmatch(number)
    if found is None:
        return None
    style = found.lastgroup
    value = float(number.translate((_FOREIGN if style == "foreign" else _OWN)[language]))
    if sign in _MINUS:
        value = 0 - value  # never -0.0
    match style:
        case "thousands":
            return Reading(value, NoteCode.NUMBER_POINT_THOUSANDS, {"value": value})
        case "foreign":
            return Reading(value, NoteCode.NUMBER_POINT_DECIMAL, {"value": value})
        case _:
            return Reading(value)
