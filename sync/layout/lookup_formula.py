"""The one formula that the service puts into a sheet: a grey column beside the actors, written into its header cell.

It spills down, so that Google itself keeps it right when people sort, insert and move; nothing is written per actor.
What belongs here: writing the formula and knowing it again. Where it goes is decided in `sync.google.setup.columns`;
what is left of it in a workbook that Google exported, in `sync.workbook.setup.exported`.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from scoring.addresses import column_letter
from scoring.parsing.headers import grey_titles
from scoring.tabs import ACTORS, RESULTS

POINT_LANGUAGES = frozenset({"en", "he", "iw", "ja", "ko", "th", "zh"})
"""Languages that write 12.5: their formulas separate arguments by a comma, those of all others by a semicolon."""

BROKEN: Final = "#REF!"
SYNTAX_ERROR: Final = "#ERROR!"
"""What a formula shows that Google cannot read, as one with the separators of another locale."""

_TITLE = r"(?:'(?:[^']|'')+'|[^\W\d][\w.]*|#REF)!"
_AREA = r"\$?[A-Z]{0,3}\$?\d*(?::\$?[A-Z]{0,3}\$?\d*)?"
_REFERENCE = rf"({BROKEN}|(?:{_TITLE})?{_AREA})"
_SEPARATOR = "[;,]"
_PIECES = (
    *("=", "ARRAYFORMULA", r"\(", "IF", r"\(", "ROW", r"\(", _REFERENCE, r"\)", "=", "ROW", r"\(", _REFERENCE, r"\)"),
    *("(;|,)", '"((?:[^"]|"")*)"', _SEPARATOR, "IF", r"\(", _REFERENCE, "=", '""', _SEPARATOR, _SEPARATOR),
    *("IFNA", r"\(", "XLOOKUP", r"\(", _REFERENCE, _SEPARATOR, _REFERENCE, _SEPARATOR, _REFERENCE),
    *(r"\)",) * 5,
)
_OURS = re.compile(r"\s*".join(_PIECES), re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """The formula of one grey column: its header, its references in the order of the formula, and its separator.

    `references` are the keys beside which it spills, the key's header cell, the keys twice again, the keys on
    Auswertung, and the column to show.
    """

    header: str
    references: tuple[str, ...]
    separator: str

    @property
    def formula(self) -> str:
        """The text of the header cell."""
        keys, first, tested, wanted, among, shown = self.references
        title, sep = self.header.replace('"', '""'), self.separator
        found = f"IFNA(XLOOKUP({wanted}{sep}{among}{sep}{shown}))"
        return f'=ARRAYFORMULA(IF(ROW({keys})=ROW({first}){sep}"{title}"{sep}IF({tested}=""{sep}{sep}{found})))'

    @property
    def field(self) -> str:
        """The field of the grey column that this is by its header, or ""."""
        return next((column.field for column in ACTORS.lookups if self.header in grey_titles(column)), "")

    def looks_up_as(self, other: "Lookup") -> bool:
        """Say whether both show the same, whatever their separators and the spelling of their references."""
        return self.header == other.header and tuple(map(_plain, self.references)) == tuple(
            map(_plain, other.references)
        )

    def with_other_separator(self) -> "Lookup":
        """Return the same formula for the other kind of locale."""
        return replace(self, separator="," if self.separator == ";" else ";")


def lookup(field: str, *, header: str, key_column: int, header_row: int, title: str, separator: str) -> Lookup:
    """Return the formula that shows a field of Auswertung beside the actors.

    `key_column` is 0-based, `header_row` 1-based, both on the actors' tab; `title` is that of Auswertung.
    """
    letter = column_letter(key_column)
    keys, tab = f"${letter}${header_row}:${letter}", quoted(title)
    fields = [column.field for column in RESULTS.columns]
    among, shown = (column_letter(fields.index(name)) for name in (RESULTS.key, field))
    first = f"${letter}${header_row}"
    references = (keys, first, keys, keys, f"{tab}!${among}:${among}", f"{tab}!${shown}:${shown}")
    return Lookup(header=header, references=references, separator=separator)


def own_lookup(text: str) -> Lookup | None:
    """Return the formula that a cell holds if it is exactly one of ours, also with broken or moved references."""
    match = _OURS.fullmatch(text.strip())
    if match is None:
        return None
    keys, first, separator, header, tested, wanted, among, shown = match.groups()
    references = (keys, first, tested, wanted, among, shown)
    found = Lookup(header=header.replace('""', '"'), references=references, separator=separator)
    return found if found.field and all(references) else None


def separator_of(locale: str) -> str:
    """Return what separates arguments in the formulas of a locale such as "de_DE"; `setup` tries it out anyway."""
    return "," if re.split("[_-]", locale)[0] in POINT_LANGUAGES else ";"


def quoted(title: str) -> str:
    """Return a tab's title as it stands before "!" in a formula."""
    plain = re.fullmatch(r"[^\W\d]\w*", title) and not re.fullmatch(r"[A-Za-z]{1,3}\d+", title)
    return title if plain else "'" + title.replace("'", "''") + "'"


def _plain(reference: str) -> str:
    """Return a reference in one spelling: a broken one as #REF!, a title without quotes where it needs none."""
    if BROKEN in reference.upper():
        return BROKEN
    title, mark, cells = reference.rpartition("!")
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    return f"{title.casefold()}{mark}{cells.upper()}"
