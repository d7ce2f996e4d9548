"""The team of a sheet beside which a worker lives: edits at random, by a seed, as people do them in the browser.

What belongs here: what people do. What must hold whatever they do is `tests.worker.living_laws`.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from scoring.tabs import ACTORS, LETTERS, MEETINGS, OUTBOX, OVERVIEW
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.ownership import RELEASE_COLUMN, TICK_COLUMN, TICK_ROW
from tests.sheets_server.a1 import cell_name, column_name
from tests.sheets_server.demo_sheet import cell_of, first_free_row, row_of
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet
from tests.sheets_server.person import Person
from tests.sheets_server.server import OWNER
from tests.sync.google.town import Town, peoples

ANNA = "anna@example.org"
KEPT = 12
"""So many actors at least stay unsigned, so that the last ones never count as a sudden loss."""

TYPED = ("1.234", "12,5", "ca. 500", "k. A.", "ja", "skeptisch", "=JETZT()", "'=1+1", "", "x" * 300)


@dataclass(kw_only=True)
class Team:
    """Anna and the owner of the sheet. `town` watches that nobody else changes what belongs to them."""

    town: Town
    dice: random.Random
    done: Counter[str] = field(default_factory=Counter)
    signed: list[str] = field(default_factory=list)
    _last: Person | None = None

    @property
    def book(self) -> Spreadsheet:
        """The spreadsheet that they have open."""
        return self.town.book

    def acts(self) -> None:
        """Do one thing at random."""
        names, weights = zip(*WEIGHTS.items(), strict=True)
        self.does(self.dice.choices(names, weights)[0])

    def does(self, deed: Callable[["Team", Person], None], who: str = ANNA) -> bool:
        """Do one thing between two calls of the service; False when it was not possible and nothing changed."""
        person = Person(self.book, OWNER if deed in OWNERS else who, today=date.today())
        with self.town.server.lock:
            self.town.look()
            try:
                deed(self, person)
            except (Rejected, LookupError, ValueError):
                return False
            finally:
                self.town.expected = peoples(self.book)
        if deed is not undoes:
            self._last = None if deed is signs else person  # half a signature would be news without a name
        self.done[deed.__name__] += 1
        return True

    def tab(self, name: str) -> Sheet:
        """Return a tab by its name in code, whatever it is called now; LookupError when it is gone."""
        return self.book.by_id({**PEOPLE_TAB_IDS, **SERVICE_TAB_IDS}[name])

    def names(self) -> list[str]:
        """Return the names of the actors, from top to bottom."""
        tab = self.tab(ACTORS.name)
        top, letter = row_of(tab, "Name"), cell_of(tab, "Name", 1)[:-1]
        texts = {row + 1: cell.entered for (row, column), cell in tab.cells.items() if column_name(column) == letter}
        return [text for row, text in sorted(texts.items()) if row > top and isinstance(text, str) and text.strip()]

    def unsigned(self) -> list[str]:
        """Return who has no line in LoI."""
        there = {cell.entered for cell in self.tab(LETTERS.name).cells.values()}
        return sorted({name for name in self.names() if name not in there})

    def undo(self) -> bool:
        """Take back the last edit."""
        return self._last is not None and self._last.undo()


def sorts(team: Team, person: Person) -> None:
    person.sort(team.tab(ACTORS.name).title, column_name(team.dice.randint(0, 9)), descending=team.dice.random() < 0.5)


def inserts_a_row(team: Team, person: Person) -> None:
    person.insert_row(team.tab(team.dice.choice([ACTORS.name, MEETINGS.name])).title, team.dice.randint(2, 30))


def inserts_a_column(team: Team, person: Person) -> None:
    tab = team.tab(ACTORS.name)
    if tab.columns < 60:
        person.insert_column(tab.title, column_name(team.dice.randint(1, 9)))


def drags_a_column(team: Team, person: Person) -> None:
    start, end = (column_name(team.dice.randint(0, 9)) for _ in range(2))
    person.drag_column(team.tab(ACTORS.name).title, start, end)


def renames_the_list(team: Team, person: Person) -> None:
    person.rename_tab(team.tab(ACTORS.name).title, team.dice.choice(["Akteure", "Unsere Leute", "Akteure (alle)"]))


def renames_overview(team: Team, person: Person) -> None:
    person.rename_tab(team.tab(OVERVIEW.name).title, team.dice.choice(["Übersicht", "Start", "It's ours"]))


def types(team: Team, person: Person) -> None:
    """Type anything beside an actor, in a column that is not grey."""
    tab = team.tab(ACTORS.name)
    field = team.dice.choice([column for column in ACTORS.typed if column.field != "name"])
    row = row_of(tab, team.dice.choice(team.names()))
    person.type(tab.title, cell_of(tab, field.de, row), team.dice.choice(TYPED))


def adds_an_actor(team: Team, person: Person) -> None:
    tab = team.tab(ACTORS.name)
    name = f"Betrieb {team.dice.randint(100, 999)} & Söhne"
    if name not in team.names():
        person.type(tab.title, cell_of(tab, "Name", first_free_row(tab)), name)


def meets(team: Team, person: Person) -> None:
    tab = team.tab(MEETINGS.name)
    talk = {"date": f"{person.today:%d.%m.%Y}", "actors": team.dice.choice(team.names()), "result": "positiv"}
    _type_row(person, tab, {MEETINGS.column(field).de: text for field, text in talk.items()})


def signs(team: Team, person: Person) -> None:
    if len(waiting := team.unsigned()) <= KEPT:
        raise LookupError
    name = team.dice.choice(waiting)
    signature = {"actor": name, "status": "unterzeichnet", "signed_on": f"{person.today:%d.%m.%Y}"}
    signature |= {"authority": "ja", "publication": "ja"}
    _type_row(person, team.tab(LETTERS.name), {LETTERS.column(field).de: text for field, text in signature.items()})
    team.signed.append(name)


def ticks(team: Team, person: Person) -> None:
    person.tick(team.tab(OVERVIEW.name).title, cell_name(TICK_ROW - 1, TICK_COLUMN))


def releases(team: Team, person: Person) -> None:
    """Write ja beside every mail that has none, whatever it is."""
    tab = team.tab(OUTBOX.name)
    numbered = {row for (row, column), cell in tab.cells.items() if column == 0 and isinstance(cell.entered, float)}
    answered = {row for (row, column), cell in tab.cells.items() if column == RELEASE_COLUMN and cell.entered}
    for row in sorted(numbered - answered):
        person.type(tab.title, cell_name(row, RELEASE_COLUMN), "ja")


def undoes(team: Team, person: Person) -> None:  # noqa: ARG001
    team.undo()


def _type_row(person: Person, tab: Sheet, cells: dict[str, str]) -> None:
    row = first_free_row(tab)
    for header, text in cells.items():
        person.type(tab.title, cell_of(tab, header, row), text)


OWNERS = {renames_overview}
"""What only the owner of the sheet may do."""

WEIGHTS: dict[Callable[[Team, Person], None], int] = {
    sorts: 4,
    inserts_a_row: 2,
    inserts_a_column: 1,
    drags_a_column: 2,
    renames_the_list: 1,
    renames_overview: 1,
    types: 8,
    adds_an_actor: 2,
    meets: 5,
    signs: 4,
    ticks: 4,
    releases: 3,
    undoes: 1,
}
