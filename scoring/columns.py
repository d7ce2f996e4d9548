"""What a column and a tab are. The table of all of them is `scoring.tabs`."""

from dataclasses import dataclass
from enum import StrEnum

from scoring.domain import Choice, Language


class Kind(StrEnum):
    """What a column holds; decides how `parsing.cells` reads it and which dtype it has in a table.

    NUMBER, PERCENT, SCALE, COUNT, YEAR become float64 (NaN = unknown); DATE becomes datetime64[s] (NaT = unknown); all
    others become object columns of str ("" = blank), CHOICE holding the member's code.
    """

    TEXT = "text"
    NUMBER = "number"  # ≥ 0, in the column's unit
    PERCENT = "percent"  # 0–100, stored as 0–100
    SCALE = "scale"  # 0–5, whole or half steps are not enforced
    COUNT = "count"  # whole number ≥ 1
    YEAR = "year"  # 1990–2100
    DATE = "date"
    TIME = "time"  # HH:MM as text
    CHOICE = "choice"
    ACTOR = "actor"  # the name of one actor
    ACTORS = "actors"  # several names separated by ;
    PERSON = "person"  # a name in Verteiler
    EMAIL = "email"
    LINK = "link"
    INDUSTRY = "industry"  # WZ-2008 section letter or two-digit division
    MUNICIPALITY_KEY = "municipality_key"  # AGS, 8 digits, text


NUMERIC = frozenset({Kind.NUMBER, Kind.PERCENT, Kind.SCALE, Kind.COUNT, Kind.YEAR})


class Owner(StrEnum):
    """Who may change the cells below a header."""

    PEOPLE = "people"
    SERVICE = "service"


class Width(StrEnum):
    """How wide a column is drawn: in characters 11, 18, 28 or 60."""

    NARROW = "narrow"
    NORMAL = "normal"
    WIDE = "wide"
    SENTENCE = "sentence"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column (or, in Einstellungen, one row): its field in code and its header in both languages.

    `unit` is what may follow a number in a cell ("t", "%", "Mio €", "" for none). `choices` makes a dropdown.
    `help_de`/`help_en` explain the header to a person. `owner` SERVICE on a people's tab is a grey lookup column.
    `front` places a column before the collapsed group that `setup` makes of the rest.
    `private` cells (contact data, free notes) are never quoted in a note, a log or an output.
    `unreadable_as` is the code that stands for an unreadable cell; without it such a cell is unknown.
    `blocks` says that an unreadable cell, or a name of nobody, stops the public figure, because tonnes would count
    twice without it. (Cells that matter only in the row of a signatory: `scoring.doubts`.)
    `limit` is how many characters a text may have without a note; 0 leaves it to the parser.
    """

    field: str
    de: str
    en: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: type[Choice] | None = None
    unit: str = ""
    aliases: tuple[str, ...] = ()
    help_de: str = ""
    help_en: str = ""
    owner: Owner = Owner.PEOPLE
    front: bool = False
    width: Width = Width.NORMAL
    private: bool = False
    unreadable_as: str = ""
    blocks: bool = False
    limit: int = 0

    def header(self, language: Language) -> str:
        """Return the header that `setup` writes."""
        return self.de if language == "de" else self.en

    def help(self, language: Language) -> str:
        """Return the sentence that explains the header; may be empty."""
        return self.help_de if language == "de" else self.help_en


@dataclass(frozen=True, kw_only=True)
class TabSpec:
    """One tab: its name in code, its titles, its owner, and the column without which it cannot be read (`key`)."""

    name: str
    de: str
    en: str
    owner: Owner
    columns: tuple[Column, ...]
    key: str = ""
    help_de: str = ""
    help_en: str = ""

    def title(self, language: Language) -> str:
        """Return the title that `setup` gives the tab."""
        return self.de if language == "de" else self.en

    def help(self, language: Language) -> str:
        """Return what the tab is for, in one sentence."""
        return self.help_de if language == "de" else self.help_en

    def column(self, field: str) -> Column:
        """Return the column of that field; KeyError when the tab has none."""
        return {column.field: column for column in self.columns}[field]

    @property
    def typed(self) -> tuple[Column, ...]:
        """The columns that people fill: all of a people's tab without the grey ones."""
        return tuple(column for column in self.columns if column.owner is Owner.PEOPLE)

    @property
    def lookups(self) -> tuple[Column, ...]:
        """The grey columns of a people's tab, in the order in which `setup` writes them."""
        return tuple(column for column in self.columns if self.owner is Owner.PEOPLE and column.owner is Owner.SERVICE)
