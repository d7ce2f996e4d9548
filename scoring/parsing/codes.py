"""Text → code: list values, WZ-2008 industries, municipality keys, e-mail addresses. Nothing is guessed."""

import re
from collections.abc import Mapping
from functools import cache

from scoring.domain import Choice, Language
from scoring.messages import NoteCode
from scoring.parsing.reading import Reading, refused
from scoring.text import fold, nearest, squeeze

_SECTIONS = frozenset("ABCDEFGHIJKLMNOPQRSTU")
_DIVISIONS = frozenset(
    f"{number:02}"
    for first, last in (
        *((1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53), (55, 56), (58, 63), (64, 66)),
        *((68, 68), (69, 75), (77, 82), (84, 84), (85, 85), (86, 88), (90, 93), (94, 96), (97, 98), (99, 99)),
    )
    for number in range(first, last + 1)
)
"""Sections and divisions of WZ 2008 (Statistisches Bundesamt), the same as NACE Rev. 2."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322: before the @ only ASCII, other letters need SMTPUTF8
_LABEL = r"[^\s@<>()\[\]\\,;:\".]"  # of a domain, which may hold umlauts
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}+\.)+{_LABEL}{{2,}}")
_LONGEST_EMAIL = 254  # characters, RFC 5321
_STATES = range(1, 17)  # the first two digits of a municipality key


@cache
def spellings(choices: type[Choice]) -> Mapping[str, Choice]:
    """Return each list value by its squeezed labels in both languages."""
    return {squeeze(label): member for member in choices for label in (member.de, member.en)}


def read_choice(text: str, choices: type[Choice], language: Language) -> Reading:
    """Return the code of the list value that the text names in either language; case and spaces do not matter."""
    member = spellings(choices).get(squeeze(text))
    if member is not None:
        return Reading(member.value)
    labels = [choice.label(language) for choice in choices]
    suggestion = nearest(text, {fold(label): label for label in labels})
    return refused(NoteCode.CHOICE_UNKNOWN, suggestion=suggestion, allowed=", ".join(labels))


def read_tick(choices: type[Choice], language: Language, *, ticked: bool) -> Reading:
    """Return what a tick box means in a list column: the list's ja or nein; unknown where the list has neither."""
    return read_choice("ja" if ticked else "nein", choices, language)


def read_industry(text: str) -> Reading:
    """Return the WZ-2008 section letter or two-digit division; a number gets its leading zero back."""
    code = text.upper()
    if code in _SECTIONS:
        return Reading(code)
    division = code.zfill(2)
    return Reading(division) if division in _DIVISIONS else refused(NoteCode.INDUSTRY_UNKNOWN)


def read_municipality_key(text: str, *, is_number: bool) -> Reading:
    """Return the 8 digits of an AGS. Only a key that the sheet holds as a number can have lost its leading zero."""
    digits = text.replace(" ", "")
    if is_number and len(digits) == 7:  # noqa: PLR2004 - one less than a key
        digits = digits.zfill(8)
    if re.fullmatch("[0-9]{8}", digits) and int(digits[:2]) in _STATES:
        return Reading(digits)
    return refused(NoteCode.MUNICIPALITY_KEY_UNREADABLE)


def read_email(text: str) -> Reading:
    """Return one bare address, to which every mail server can send. Whether anybody reads it is not ours to know."""
    if len(text) <= _LONGEST_EMAIL and _EMAIL.fullmatch(text) and _has_ascii_form(text.rpartition("@")[2]):
        return Reading(text)
    return refused(NoteCode.EMAIL_UNREADABLE)


def _has_ascii_form(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True
