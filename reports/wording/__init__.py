"""The words: everything the service says to a person, by code, in German and in English.

The sentences stand in `de.po` and `en.po` (gettext catalogues with symbolic ids), so that they can be reviewed and
translated without touching logic. Here is only how a sentence is chosen and how its placeholders are filled. What
belongs elsewhere: which code to say (`scoring`), sentences that are put together from figures (`reports.sentences`).

A sentence holds placeholders `{name}` or `{name:form}`. Without a form the type of the value decides: whole numbers are
grouped, other numbers have at most one decimal, days are written out, a `Choice` is said by its label, text stands as
it is and is never interpreted. The forms are listed at `Words.filled`.

Two rules choose between the variants of a code:

- an argument that is 0 or "" takes the sentence `<code>.without_<argument>` where there is one (the first in the
  alphabet where several are);
- a sentence with a plural follows the argument that its msgid_plural names: 1 is singular, all else plural.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from scoring.domain import Choice, Language
from scoring.messages import Argument, Message, Note

UNKNOWN = "–"
"""What stands for a figure that is not known (NaN); the parser reads it back as unknown."""

GROUPED_FROM = 10_000
"""Bounds of years and of tonnes are said by the same sentence: a year is not grouped."""

_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = {"de": "dd.MM.yyyy", "en": "d MMM yyyy"}
_TO_GERMAN = str.maketrans(",.", ".,")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence with placeholders; with a plural where the argument named `counted` decides ("" where none does)."""

    text: str
    plural: str = ""
    counted: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language's sentences by code, its numbers and dates."""

    language: Language
    sentences: Mapping[str, Sentence]

    def say(self, message: Message) -> str:
        """Return the sentence of a message; KeyError for a code or placeholder that is not there (a bug)."""
        return self._sentence(message.code, message.args)

    def text(self, code: str, /, **args: Argument) -> str:
        """Return the sentence of a code, as `say` does, for those who need no `Message`."""
        return self._sentence(code, args)

    def note(self, note: Note) -> str:
        """Return what was found and what to do; tab, cell and actor are shown beside it."""
        return self._sentence(f"note.{note.code}", note.args)

    def note_with_place(self, note: Note) -> str:
        """Return the note as a line of its own: "Akteure!H17 (Stadtwerke): …"."""
        place = "!".join(part for part in (note.tab, note.cell) if part)
        actor = f"({note.actor})" if note.actor else ""
        where = " ".join(part for part in (place, actor) if part)
        return f"{where}: {self.note(note)}" if where else self.note(note)

    def label(self, choice: Choice) -> str:
        """Return what people read for a code of a closed set."""
        return choice.label(self.language)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return 1234.5 as "1.234,5" or "1,234.5"; "–" for NaN."""
        if math.isnan(value):
            return UNKNOWN
        figure = f"{value:z,.{decimals}f}"
        return figure.translate(_TO_GERMAN) if self.language == "de" else figure

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share of 0..1 as "5 %" or "5%"; "–" for NaN."""
        figure = self.number(100 * share, decimals)
        return figure if figure == UNKNOWN else figure + self._percent_sign

    def tonnes(self, value: float) -> str:
        """Return tonnes as "12.345 t", with one decimal below 10; "–" for NaN."""
        figure = self.number(value, decimals=1 if abs(value) < 10 and not float(value).is_integer() else 0)  # noqa: PLR2004
        return figure if figure == UNKNOWN else f"{figure} t"

    def day(self, day: date) -> str:
        """Return "24.11.2026" or "24 Nov 2026"."""
        return _date(day, _DAY[self.language], self.language)

    def month(self, day: date) -> str:
        """Return "November 2026"."""
        return _date(day, "MMMM yyyy", self.language)

    def month_short(self, day: date) -> str:
        """Return "Nov", for the scale of a chart."""
        return _date(day, "LLL", self.language)

    def listed(self, items: Sequence[str]) -> str:
        """Return "A", "A und B" or "A, B und C"; "" for none."""
        *most, last = items or ("",)
        return self.text("list.and", most=", ".join(most), last=last) if most else last

    def filled(self, value: Argument, form: str = "") -> str:
        """Return a placeholder's value in one of the forms that a sentence may ask for.

        `percent` and `percent1` take a share of 0..1 (no or one decimal), `share` the same with as many decimals as a
        small one needs, `t` tonnes, `one` a number with one decimal, `exact` a number with the decimals it has,
        `plain` a whole number without grouping (a year), `bound` the same below 10 000, `month` a day, `day` what
        stands in a cell, which may be a day as "2026-03-01".
        """
        match form:
            case "":
                return self._by_type(value)
            case "percent":
                return self.percent(_real(value))
            case "percent1":
                return self.percent(_real(value), 1)
            case "share":
                return self.percent(_real(value), _decimals_of_a_share(_real(value)))
            case "t":
                return self.tonnes(_real(value))
            case "one":
                return self.number(_real(value), 1)
            case "exact":
                return self._without_zeros(_real(value), decimals=6)
            case "plain":
                return f"{_real(value):.0f}"
            case "bound":
                return self.filled(value, "plain" if _real(value) < GROUPED_FROM else "exact")
            case "month" if isinstance(value, date):
                return self.month(value)
            case "day":
                return self._by_type(_day_in(value))
            case _:
                raise ValueError(f"{value!r} cannot be said as {form!r}")

    @property
    def _percent_sign(self) -> str:
        return " %" if self.language == "de" else "%"

    def _by_type(self, value: Argument) -> str:
        if isinstance(value, Choice):
            return self.label(value)
        if isinstance(value, str):
            return value
        if isinstance(value, date):
            return self.day(value)
        return self._without_zeros(_real(value), decimals=1)

    def _without_zeros(self, value: float, decimals: int) -> str:
        figure = self.number(value, decimals)
        return figure.rstrip("0").rstrip(".,")

    def _sentence(self, code: str, args: Mapping[str, Argument]) -> str:
        said = "".join(
            literal + (self.filled(args[name], form) if name else "")
            for literal, name, form in _parts(self._template(code, args))
        )
        return said.removesuffix(".") if said.endswith(("….", "..")) else said  # "A, B, …" and "A e. V." end it already

    @cached_property
    def _variants(self) -> Mapping[str, Mapping[str, Sentence]]:
        """The arguments of a code that have a sentence without them, in the order of the alphabet."""
        found: dict[str, dict[str, Sentence]] = {}
        for code in sorted(self.sentences):
            said, _, argument = code.partition(".without_")
            if argument:
                found.setdefault(said, {})[argument] = self.sentences[code]
        return found

    def _template(self, code: str, args: Mapping[str, Argument]) -> str:
        sentence = self.sentences[code]
        for name, variant in self._variants.get(code, {}).items():
            if args.get(name, UNKNOWN) in ("", 0):
                sentence = variant
                break
        return sentence.plural if sentence.counted and args[sentence.counted] != 1 else sentence.text


@cache
def words(language: Language) -> Words:
    """Return the words of a language, read from its catalogue once."""
    from babel.messages.pofile import read_po  # noqa: PLC0415  costs 50 ms, which a run that says nothing saves

    with (files("reports.wording") / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    entries = [(_forms(message.id), _forms(message.string or "")) for message in catalogue if message.id]
    return Words(
        language=language,
        sentences={
            code: Sentence(text=text, plural="".join(plural), counted="".join(counted))
            for (code, *counted), (text, *plural) in entries
        },
    )


@lru_cache(maxsize=10_000)
def _date(day: date, pattern: str, language: Language) -> str:
    """Return a day in Babel's pattern; a sheet of thousands of rows says the same days again and again."""
    from babel.dates import format_date  # noqa: PLC0415  Babel is read only when something is said

    return format_date(day, pattern, locale=language)


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """Return singular and plural of an entry, or its one text."""
    return (text,) if isinstance(text, str) else tuple(text)


@cache
def _parts(template: str) -> tuple[tuple[str, str, str], ...]:
    """Split a template into (text, placeholder, form); the last one has text only."""
    pieces = _PLACEHOLDER.split(template)  # text, name, form, text, name, form, …, text
    return tuple(
        (pieces[at], *((pieces[at + 1], pieces[at + 2] or "") if at + 1 < len(pieces) else ("", "")))
        for at in range(0, len(pieces), 3)
    )


def _day_in(cell: Argument) -> Argument:
    """Return the day that a cell's text is, where it is one ("2026-03-01"), else the cell itself."""
    if not isinstance(cell, str) or not _ISO_DAY.fullmatch(cell):
        return cell
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell


def _real(value: Argument) -> float:
    if isinstance(value, str | date):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _decimals_of_a_share(share: float) -> int:
    """Return 1, or more for a share below 0.1 %, so that its first digit is seen (three at most)."""
    return 1 if share >= 0.001 or share <= 0 else 2 if share >= 0.0001 else 3  # noqa: PLR2004
