"""What a team does to its sheet while the service is at work: twelve kinds of edits, written down as values.

An edit names a tab by its id and places as people see them, so that a list of edits can be shortened and played again:
one that is not possible any more (the tab is gone, a protection bars it) changes nothing. What must hold afterwards is
`tests.sync.google.town`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from tests.sheets_server.a1 import column_name
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet
from tests.sheets_server.person import Person
from tests.sheets_server.server import OWNER

ANNA = "anna@example.org"
ACTORS, MEETINGS, LETTERS = (PEOPLE_TAB_IDS[name] for name in ("actors", "meetings", "letters"))
RECIPIENTS, SETTINGS = PEOPLE_TAB_IDS["recipients"], PEOPLE_TAB_IDS["settings"]
OVERVIEW, RESULTS, OUTBOX = (SERVICE_TAB_IDS[name] for name in ("overview", "results", "outbox"))
IDEAS = 4_711
"""A tab of the team's own."""

NEWEST = -1
"""Stands for the tab that was added last by anybody, a duplicate in most cases."""

TEXTS = (
    *(
        "",
        "Turnverein",
        "Bürger*innen-Energie?",
        " Stadtwerke",
        "KLINIKUM",
        "=JETZT()",
        "'=1+1",
        "4711",
        "12.5",
        "ja",
        "nein",
    ),
    *("'#REF!", "Name", "Rang", "unterzeichnet", "01.03.2026", "~", "k. A.", "x" * 400, "=Auswertung!A2"),
)
"""What people type: names, doubles with other spaces and case, formulas, days by mistake, headings, an error's text."""

HEADERS = ("Organisation", "Name", "Rang", "Stand", "THG (t CO2e/a)", "Notizen", "Akteur", "Nr.")
TITLES = ("Akteure 2026", "Auswertung", "Übersicht", "Termine alt", "It's ours", "A1", "Postausgang")


class Kind(StrEnum):
    """The kinds of edits."""

    TYPE = "types"
    SORT = "sorts"
    INSERT_ROW = "inserts a row"
    DELETE_ROW = "deletes a row"
    INSERT_COLUMN = "inserts a column"
    DRAG_COLUMN = "drags a column"
    RENAME_HEADER = "renames a heading"
    RENAME_TAB = "renames a tab"
    CUT_PASTE = "cuts and pastes"
    DELETE_TAB = "deletes a tab"
    DUPLICATE_TAB = "duplicates a tab"
    UNDO = "undoes"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One edit: `at` and `to` are rows, columns, cells or headings, whatever the kind needs; `text` what is typed."""

    kind: Kind
    tab: int = ACTORS
    at: str = ""
    to: str = ""
    text: str = ""
    who: str = ANNA


@dataclass(kw_only=True)
class Team:
    """The people at one spreadsheet, each with a history of edits to undo. `done` counts what was possible."""

    book: Spreadsheet
    done: dict[Kind, int] = field(default_factory=dict)
    _people: dict[str, Person] = field(default_factory=dict)

    def does(self, edit: Edit) -> bool:
        """Carry out the edit; False when it was not possible and nothing changed."""
        person = self._people.setdefault(edit.who, Person(self.book, edit.who))
        sheet = _sheet(self.book, edit.tab)
        if sheet is None:
            return False
        try:
            possible = _carry_out(person, sheet.title, edit)
        except (Rejected, LookupError):
            return False
        self.done[edit.kind] = self.done.get(edit.kind, 0) + possible
        return possible


def _sheet(book: Spreadsheet, tab: int) -> Sheet | None:
    known = {IDEAS, *PEOPLE_TAB_IDS.values(), *SERVICE_TAB_IDS.values()}
    there = [sheet for sheet in book.sheets if (sheet.id not in known if tab == NEWEST else sheet.id == tab)]
    return there[-1] if there else None


def _carry_out(person: Person, tab: str, edit: Edit) -> bool:
    match edit.kind:
        case Kind.TYPE:
            person.type(tab, edit.at, edit.text)
        case Kind.SORT:
            person.sort(tab, edit.at, descending=edit.to == "descending")
        case Kind.INSERT_ROW:
            person.insert_row(tab, int(edit.at))
        case Kind.DELETE_ROW:
            person.delete_row(tab, int(edit.at))
        case Kind.INSERT_COLUMN:
            person.insert_column(tab, edit.at)
        case Kind.DRAG_COLUMN:
            person.drag_column(tab, edit.at, edit.to)
        case Kind.RENAME_HEADER:
            person.rename_header(tab, edit.at, edit.to)
        case Kind.RENAME_TAB:
            person.rename_tab(tab, edit.to)
        case Kind.CUT_PASTE:
            person.cut_paste(tab, edit.at, edit.to)
        case Kind.DELETE_TAB:
            person.delete_tab(tab)
        case Kind.DUPLICATE_TAB:
            person.duplicate_tab(tab)
        case Kind.UNDO:
            return person.undo()
    return True


def random_edits(dice: random.Random, count: int) -> list[Edit]:
    """Return so many edits: mostly of the list of actors, one in five by the owner on tabs of the service."""
    return [_random_edit(dice) for _ in range(count)]


def _random_edit(dice: random.Random) -> Edit:
    kind = dice.choices(list(Kind), weights=_WEIGHTS)[0]
    ours = dice.random() < 0.2
    tabs: Sequence[int] = tuple(SERVICE_TAB_IDS.values()) if ours else _PEOPLES
    tab = dice.choice(tabs)
    who = OWNER if ours and dice.random() < 0.7 else ANNA
    places = _Places(dice, ours=ours)
    at, to = places.of(kind)
    text = dice.choice(TEXTS) if kind is Kind.TYPE else ""
    return Edit(kind=kind, tab=tab, at=at, to=to, text=text, who=who)


_PEOPLES = (*(ACTORS,) * 6, MEETINGS, LETTERS, RECIPIENTS, SETTINGS, IDEAS, NEWEST)
_WEIGHTS = [6, 4, 3, 3, 2, 3, 2, 2, 3, 1, 2, 4]


@dataclass
class _Places:
    """Where an edit happens, by chance: near the filled cells, on service tabs near the left."""

    dice: random.Random
    ours: bool

    def of(self, kind: Kind) -> tuple[str, str]:
        match kind:
            case Kind.TYPE:
                return self._cell(), ""
            case Kind.SORT:
                return self._column(), self.dice.choice(["", "descending"])
            case Kind.INSERT_ROW | Kind.DELETE_ROW:
                return str(self.dice.randint(1, 16)), ""
            case Kind.INSERT_COLUMN:
                return self._column(), ""
            case Kind.DRAG_COLUMN:
                return self._column(), self._column()
            case Kind.RENAME_HEADER:
                return self.dice.choice(HEADERS), self.dice.choice(HEADERS)
            case Kind.RENAME_TAB:
                return "", self.dice.choice(TITLES)
            case Kind.CUT_PASTE:
                return self._area(), self._cell()
            case _:
                return "", ""

    def _column(self) -> str:
        last = 8 if self.ours or self.dice.random() < 0.7 else 36
        return column_name(self.dice.randint(0, last))

    def _cell(self) -> str:
        return f"{self._column()}{self.dice.randint(1, 16)}"

    def _area(self) -> str:
        left, top = self.dice.randint(0, 8), self.dice.randint(1, 14)
        right, bottom = left + self.dice.randint(0, 2), top + self.dice.randint(0, 2)
        return f"{column_name(left)}{top}:{column_name(right)}{bottom}"
